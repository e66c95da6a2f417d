"""Streaming readers: members of zips, delimited text and JSON, each row with its file and line.

A reader never skips a row. A row that cannot be read is handed on with `_problem` saying why; a file that
cannot be read, or whose columns are not those promised, raises SourceError.
"""

import csv
import datetime as dt
import itertools
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from expectations.contract import literal
from pipelines import archive as archives
from pipelines.source import RawTable, SourceError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

ROWS = 50_000
"""Rows a batch holds: enough for speed, few enough for a wide table to stay in memory."""


@dataclass
class Reading:
    """What readers noticed of a part: new columns, and how many rows they saw for each core table.

    `fetched_on` is the day on which the part's bytes were brought, `seeds` the folder of the user's own seeds.
    """

    warnings: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    fetched_on: dt.date | None = None
    seeds: Path | None = None

    def saw(self, raw: RawTable, rows: int) -> None:
        """Count rows read of a raw table."""
        self.rows[raw.core] = self.rows.get(raw.core, 0) + rows


csv.field_size_limit(16_000_000)


def refuse_html(path: Path, name: str) -> None:
    """Raise SourceError if a file is a web page: publishers answer with one where data has moved."""
    with path.open("rb") as file:
        head = file.read(512).lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<!doctype html", b"<html")):
        raise SourceError(
            "is a web page, not data",
            file=name,
            line=1,
            rule="data, not a page",
            mend="open the address in a browser: the file has moved, or the site asks for a key",
        )


def members(archive: Path, name: str, into: Path) -> list[Path]:
    """Extract every file of a zip into a folder, by its base name, and return their paths in name order.

    Each member's checksum is verified. Raises SourceError for a page, a truncated or damaged archive.
    """
    refuse_html(archive, name)
    mend = archives.MEND
    with archives.opened(archive, name) as opened:
        found = []
        for info in opened.infolist():
            target = into / Path(info.filename).name
            if info.is_dir():
                continue
            if target in found:
                raise SourceError(f"holds two members named {target.name}", file=name, rule="one member a name")
            with opened.open(info) as packed, target.open("wb") as plain:
                shutil.copyfileobj(packed, plain, 1 << 20)
            found.append(target)
    if not found:
        raise SourceError("is an empty archive", file=name, rule="archive", mend=mend)
    return sorted(found)


def columns(found: list[str], raw: RawTable, name: str, line: int = 1) -> tuple[dict[str, str], list[str]]:
    """Match the columns of a file against the promised ones.

    Return (promised name → name in the file, warnings about new columns). Raises SourceError with the
    difference where a promised column is missing.
    """
    plain = str.casefold if raw.any_case else str
    there_as = {plain(f): f for f in reversed(found)}

    def named(n: str) -> str | None:
        return next((there_as[plain(f)] for f in (n, *raw.formerly.get(n, ())) if plain(f) in there_as), None)

    known, optional = ({n: named(n) for n in promised} for promised in (raw.columns, raw.optional))
    missing = [n for n, there in known.items() if there is None]
    taken = {there for there in (*known.values(), *optional.values()) if there}
    unread = {plain(name) for name in raw.unread}
    new = [f for f in found if f not in taken and plain(f) not in unread]
    if missing:
        raise SourceError(
            f"column missing: {', '.join(missing)}" + (f"; not known: {', '.join(new)}" if new else ""),
            file=name,
            line=line,
            rule="columns as promised",
            mend="if the publisher renamed a column, add its name to RAW of the source module and raise its VERSION",
        )
    repeated = sorted({f for f in found if [plain(g) for g in found].count(plain(f)) > 1})
    if repeated:
        raise SourceError(f"column twice: {', '.join(repeated)}", file=name, line=line, rule="columns as promised")
    mapping = {n: there for n, there in (known | optional).items() if there}
    return mapping, [f"{name}: new column {f}" for f in new]


def delimited(
    path: Path, raw: RawTable, name: str, reading: Reading, delimiter: str = ";"
) -> "Iterator[pa.RecordBatch]":
    """Read a delimited file with doubled quotes as batches of text columns, strictly.

    Yields the promised columns by today's names (null for optional ones that are not there), `_file`,
    `_line` (the line a row begins on) and `_problem`. New columns are noted in `reading`.
    """
    refuse_html(path, name)
    # Bytes that are not UTF-8 become surrogates, so that only their rows are refused, not the file.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        lines, before = _from_header(file, raw.begins, name) if raw.begins else (file, 0)
        odd = Counter[str]()
        reader = csv.reader(_replaced(lines, odd) if raw.replaces else lines, delimiter=delimiter, strict=True)
        found, places, new = header(reader, raw, name, before)
        reading.warnings += new
        names = (*raw.columns, *raw.optional)
        is_open = not _ends_a_line(path)
        rows = records(reader, len(found), name, before, is_open)
        if raw.unread:
            rows, places = _narrowed(rows, places)
        for some in _batches(rows, names, places, name):
            reading.saw(raw, some.num_rows)
            yield some
        if odd["bytes"]:
            reading.warnings.append(
                f"{name}: {odd['bytes']:,} bytes that are not UTF-8, on {odd['lines']:,} lines, are replaced by \ufffd"
            )


def header(reader: Any, raw: RawTable, name: str, before: int = 0) -> tuple[list[str], list[int | None], list[str]]:
    """Read the header of a delimited file, with `before` lines ahead of it.

    Return its names, where each promised column stands, and the warnings about new ones. Raises SourceError.
    """
    try:
        names: list[str] = next(reader, [])
    except csv.Error as error:
        raise SourceError(
            f"header cannot be read: {error}", file=name, line=before + 1, rule="delimited text"
        ) from error
    if names:
        _refuse_conflict(names[0], name, before + 1)
    found = [h.strip().encode("utf-8", "replace").decode() for h in names]
    mapping, new = columns(found, raw, name, before + 1)
    at = {h: i for i, h in enumerate(found)}
    return found, [at[mapping[n]] if n in mapping else None for n in (*raw.columns, *raw.optional)], new


def _replaced(lines: Iterable[str], odd: Counter[str]) -> Iterator[str]:
    """Put the replacement character in the place of bytes that could not be decoded, and count them."""
    for line in lines:
        if not line.isascii() and (found := _ESCAPED.findall(line)):
            odd.update(bytes=len(found), lines=1)
            line = _ESCAPED.sub("\ufffd", line)
        yield line


_ESCAPED = re.compile("[\udc80-\udcff]")
"""How Python writes bytes that it could not decode (PEP 383)."""


def _narrowed(
    rows: Iterator[tuple[list[str] | None, int, str | None]], places: list[int | None]
) -> tuple[Iterator[tuple[list[str] | None, int, str | None]], list[int | None]]:
    """Keep of every row only the cells that are wanted, so that long texts nobody reads are not held."""
    wanted = [place for place in places if place is not None]
    numbers = itertools.count()
    narrow = [None if place is None else next(numbers) for place in places]
    kept = ((cells and [cells[place] for place in wanted], line, problem) for cells, line, problem in rows)
    return kept, narrow


def _from_header(file: TextIO, begins: str, name: str) -> tuple[Iterable[str], int]:
    """Pass over the lines before the header; return the lines from it on, and how many were passed over."""
    for before, line in enumerate(file):
        if re.match(begins, line):
            return itertools.chain([line], file), before
        _refuse_conflict(line, name, before + 1)
    raise SourceError(
        f"no header: no line looks like {begins}",
        file=name,
        line=1,
        rule="columns as promised",
        mend="open the file: it is cut before its table, not UTF-8 text, or the publisher changed its first column",
    )


def _refuse_conflict(line: str, name: str, number: int) -> None:
    if line.startswith(("<<<<<<<", "=======", ">>>>>>>")):
        raise SourceError(
            "begins with a version-control conflict marker",
            file=name,
            line=number,
            rule="columns as promised",
            mend="this is a copy somebody edited: fetch the publisher's own file",
        )


def records(
    reader: Any, width: int, name: str, before: int, is_open: bool
) -> Iterator[tuple[list[str] | None, int, str | None]]:
    """Yield (cells, first line, problem) for every record; `before` lines stand ahead of what the reader reads.

    `is_open` says that the file does not end a line. Raises SourceError where its last row is short besides.
    """
    is_short = False
    while True:
        line = before + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            if is_open and is_short:
                raise _cut("the last row breaks off", name, line - 1) from None
            return
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                raise _cut("a quoted cell never ends", name, line) from error
            yield None, line, f"row cannot be split into cells: {error}"
            continue
        if not cells:  # an empty line is no record
            continue
        is_short = len(cells) < width
        if len(cells) != width:
            shown = reader_text(cells)
            yield None, line, f"{len(cells)} cells where the header has {width}: {shown}"
        else:
            yield cells, line, None


def _cut(what: str, name: str, line: int) -> SourceError:
    return SourceError(
        f"{what}: the file is cut, or a quote is missing",
        file=name,
        line=line,
        rule="delimited text",
        mend="fetch it again; if it stays so, the publisher's file is damaged",
    )


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - 1))
        return file.read() in (b"\n", b"\r", b"")


def reader_text(cells: list[str]) -> str:
    """Show the beginning of a row that could not be taken apart."""
    return ";".join(cells)[:160].encode("utf-8", "replace").decode()


def _batches(
    found: Iterator[tuple[list[str] | None, int, str | None]],
    names: tuple[str, ...],
    places: list[int | None],
    file: str,
) -> "Iterator[pa.RecordBatch]":
    while rows := list(itertools.islice(found, ROWS)):
        yield batch(rows, names, places, file)


def batch(
    rows: list[tuple[list[str] | None, int, str | None]],
    names: tuple[str, ...],
    places: list[int | None],
    file: str,
) -> "pa.RecordBatch":
    """Make a batch of text columns of some records, with `_file`, `_line` and `_problem`."""
    import pyarrow as pa

    problems = [problem for _, _, problem in rows]
    arrays = []
    nothing = (None,) * len(rows)
    width = next((len(row) for row, _, _ in rows if row is not None), 0)
    columns = list(zip(*(row or (None,) * width for row, _, _ in rows), strict=True))
    for place in places:
        cells = nothing if place is None or not columns else columns[place]
        try:
            arrays.append(pa.array(cells, pa.string()))
        except UnicodeEncodeError:
            arrays.append(pa.array([_text(cell, i, problems) for i, cell in enumerate(cells)], pa.string()))
    arrays += [
        pa.array([file] * len(rows), pa.string()),
        pa.array([line for _, line, _ in rows], pa.int64()),
        pa.array(problems, pa.string()),
    ]
    return pa.RecordBatch.from_arrays(arrays, names=[*names, "_file", "_line", "_problem"])


def _text(cell: str | None, row: int, problems: list[str | None]) -> str | None:
    if cell is None or cell.isascii():
        return cell
    try:
        cell.encode()
    except UnicodeEncodeError:
        problems[row] = problems[row] or "bytes that are not UTF-8"
        return cell.encode("utf-8", "replace").decode()
    return cell


def json_array(
    connection: "duckdb.DuckDBPyConnection", path: Path, raw: RawTable, name: str, reading: Reading
) -> "Iterator[pa.RecordBatch]":
    """Read a JSON array of flat objects as batches of text columns; `_line` is the record's number in the array.

    Numbers keep the publisher's own spelling. Raises SourceError where the file is not such an array.
    """
    refuse_html(path, name)
    mapping = json_columns(connection, path, raw, name, reading)
    wanted = ", ".join(
        f'json ->> \'$."{mapping[n]}"\' AS "{n}"' if n in mapping else f'NULL::VARCHAR AS "{n}"'
        for n in (*raw.columns, *raw.optional)
    )
    yield from connection.sql(
        f"""
        SELECT {wanted}, {literal(name)} AS _file, row_number() OVER () AS _line, NULL::VARCHAR AS _problem
        FROM {_objects(path)}
        """
    ).to_arrow_reader(ROWS)


def json_columns(
    connection: "duckdb.DuckDBPyConnection", path: Path, raw: RawTable, name: str, reading: Reading
) -> dict[str, str]:
    """Match the keys that the records of a JSON array have against the promised ones, and count the records.

    Raises SourceError where the file is not an array of objects, or a promised key is nowhere.
    """
    import duckdb

    query = f"SELECT json_keys(json) AS k, count(*) FROM {_objects(path)} GROUP BY k"
    try:
        shapes = connection.execute(query).fetchall()
    except duckdb.Error as error:
        raise SourceError(
            f"is not a JSON array of objects: {first_line(error)}",
            file=name,
            rule="JSON",
            mend="fetch it again; if it stays so, the publisher's file is damaged",
        ) from error
    mapping, new = columns(sorted({key for keys, _ in shapes for key in keys or ()}), raw, name)
    reading.warnings += new
    reading.saw(raw, sum(count for _, count in shapes))
    return mapping


def _objects(path: Path) -> str:
    return f"read_json_objects({literal(str(path))}, format = 'array', maximum_object_size = 67108864)"


def first_line(error: Exception) -> str:
    """Return the first line of an error's message: the rest repeats the query."""
    return str(error).strip().splitlines()[0]
