"""Streaming reader of the office's daily assignment XML (PADX): an element a recordation, one at a time in memory.

The bytes are cut at the elements' tags and each piece is parsed by itself, so that a damaged element is refused alone
and the others are not touched by it. A file without its root element is read as well; one that has a root and does not
close it has been cut, and fails.
"""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import duckdb
import pyarrow as pa

from pipelines import archive as archives
from pipelines.patents.padx_fields import COLUMNS, RAW, Census, check, rows_of
from pipelines.read import ROWS, Reading, refuse_html
from pipelines.source import RawFile, SourceError

BLOCK = 1 << 20
LARGEST = 64 << 20
"""Bytes of an element that are still read: a security in every patent of a company has some megabytes."""

_START, _END = re.compile(rb"<patent-assignment(?=[\s>])"), b"</patent-assignment>"


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables raw_<table> of text columns, with `_key` (the record), `_nth` in it, and lineage."""
    for table, columns in COLUMNS.items():
        shape = ", ".join(f"{column} VARCHAR" for column in columns)
        connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE raw_{table} ({shape}, _key BIGINT, _nth BIGINT, _file VARCHAR,
            _line BIGINT, _problem VARCHAR)"""
        )


def load(connection: duckdb.DuckDBPyConnection, file: RawFile, reading: Reading, first: int) -> int:
    """Add the records of a file to the tables, their keys from `first` on; return how many there are.

    Raises SourceError for a file that is cut or none of this kind, and where a promised element is in no record.
    """
    refuse_html(file.path, file.name)
    census = Census()
    waiting: dict[str, list[tuple[object, ...]]] = {table: [] for table in COLUMNS}
    with _opened(file) as (stream, name):
        for line, content in _elements(stream, name):
            for table, (nth, *cells, at, problem) in rows_of(content, line, census):
                waiting[table].append((*cells, first + census.records, nth, name, at, problem))
            census.records += 1
            for table, rows in waiting.items():
                if len(rows) >= ROWS:
                    _insert(connection, table, rows, reading)
    for table, rows in waiting.items():
        _insert(connection, table, rows, reading)
    check(census, name)
    if census.mended:
        reading.warnings.append(f"{name}: {census.mended:,} ampersands stand for themselves, and not for a character")
    reading.warnings += [f"{name}: new element {path} in {n:,} places" for path, n in sorted(census.new.items())]
    return census.records


@contextmanager
def _opened(file: RawFile) -> Iterator[tuple[IO[bytes], str]]:
    """Open the one XML file of a zip, or the file itself, and say how it is called."""
    if not zipfile.is_zipfile(file.path):
        if not file.name.lower().endswith(".xml"):
            raise _damaged("is not a whole zip archive", file.name)
        with file.path.open("rb") as plain:
            yield plain, file.name
        return
    with archives.opened(file.path, file.name) as archive:
        members = [info for info in archive.infolist() if info.filename.lower().endswith(".xml")]
        if len(members) != 1:
            raise _damaged(f"holds {len(members)} XML files where one is due", file.name)
        with archive.open(members[0]) as packed:
            yield packed, f"{file.name}/{Path(members[0].filename).name}"


def _damaged(what: str, name: str, rule: str = "archive", line: int | None = None) -> SourceError:
    mend = archives.MEND
    return SourceError(what, file=name, line=line, rule=rule, mend=mend)


def _elements(stream: IO[bytes], name: str) -> Iterator[tuple[int, bytes]]:
    """Yield the elements with the line they begin on; one without an end goes as far as the next one's beginning.

    Raises SourceError for a file that is cut, or that holds neither such an element nor the root of them.
    """
    pieces = _pieces(stream, name)
    line, before = next(pieces)
    is_rooted, after, found = b"<us-patent-assignments" in before, before, 0
    for line, piece in pieces:
        found += 1
        end = piece.find(_END)
        content, after = (piece[: end + len(_END)], piece[end:]) if end >= 0 else (piece, piece)
        yield line, content
    if is_rooted and b"</us-patent-assignments" not in after:
        raise _damaged("breaks off: its root element is not closed", name, "whole document", line)
    if not is_rooted and not found:
        raise _damaged("holds no patent-assignment, nor the root of them", name, "whole document", 1)


def _pieces(stream: IO[bytes], name: str) -> Iterator[tuple[int, bytes]]:
    """Cut a file before each element: first what stands before them all, then a piece for each, with its line."""
    # Something before the first element, so that every cut has a piece on both sides.
    kept, line = b" ", 1
    while block := stream.read(BLOCK):
        kept += block
        cuts = [match.start() for match in _START.finditer(kept)]
        cuts = [cut for cut in cuts if cut]
        for begin, end in zip([0, *cuts], cuts, strict=False):
            yield line, kept[begin:end]
            line += kept.count(b"\n", begin, end)
        kept = kept[cuts[-1] :] if cuts else kept
        if len(kept) > LARGEST:
            raise _damaged(f"an element is larger than {LARGEST:,} bytes", name, "whole document", line)
    yield line, kept


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[object, ...]], reading: Reading
) -> None:
    reading.saw(RAW[table], len(rows))
    if rows:
        names = [*COLUMNS[table], "_key", "_nth", "_file", "_line", "_problem"]
        kinds = {"_key": pa.int64(), "_nth": pa.int64(), "_line": pa.int64()}
        columns = zip(*rows, strict=True)
        batch = pa.table(  # noqa: F841  (DuckDB reads it by name)
            {n: pa.array(cells, kinds.get(n, pa.string())) for n, cells in zip(names, columns, strict=True)}
        )
        connection.execute(f"INSERT INTO raw_{table} SELECT * FROM batch")
        rows.clear()
