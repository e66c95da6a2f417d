"""Streaming reader of the office's daily assignment XML (PADX): an element a recordation, one at a time in memory.

The bytes are cut at the elements' tags and each piece is parsed by itself, so that a damaged element is refused alone
and the others are not touched by it. A file without its root element is read as well; one that has a root and does not
close it has been cut, and fails. A bare ampersand, and an entity that XML does not know, stand for themselves.
"""

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

import duckdb
import pyarrow as pa

from pipelines.read import ROWS, Reading, refuse_html
from pipelines.source import RawFile, RawTable, SourceError

BLOCK = 1 << 20
LARGEST = 64 << 20
"""Bytes of an element that are still read: a security in every patent of a company has some megabytes."""

FEW = 100
"""In fewer records than this, no property may have a document, and no grantor a day on which it signed."""

RAW = {
    "assignment": RawTable(
        ("reel-no", "frame-no", "last-update-date", "purge-indicator", "recorded-date", "conveyance-text"),
        core="transfer",
        key=("reel-no", "frame-no"),
        optional=("page-count",),
        # Who sends the papers, and how to reach them.
        unread=("correspondent",),
    ),
    "assignor": RawTable(
        ("name", "execution-date"),
        core="transfer_party",
        key=(),
        optional=("date-acknowledged",),
        unread=("address-1",),
    ),
    "assignee": RawTable(
        ("name",),
        core="transfer_party",
        key=(),
        optional=("city", "state", "country-name"),
        unread=("address-1", "address-2", "postcode"),
    ),
    "property": RawTable(("document-id",), core="transfer_patent", key=(), unread=("invention-title",)),
}

_START, _END = re.compile(rb"<patent-assignment(?=[\s>])"), b"</patent-assignment>"
_BARE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
_GROUPS = {
    "assignor": ("patent-assignors", "patent-assignor"),
    "assignee": ("patent-assignees", "patent-assignee"),
    "property": ("patent-properties", "patent-property"),
}
_RECORD = ("assignment-record", *(group for group, _ in _GROUPS.values()))

COLUMNS = {
    "assignment": ("reel_no", "frame_no", "updated", "purge", "recorded", "text", "pages"),
    "assignor": ("name", "executed"),
    "assignee": ("name", "city", "state", "country"),
    "property": ("application", "filed", "publication", "grant_", "granted"),
}
"""The columns of the tables that both readers of assignments fill."""


@dataclass
class Census:
    """What the elements of a file had: records, promised names by table, and names that nobody knows."""

    records: int = 0
    mended: int = 0
    there: Counter[tuple[str, str]] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)


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
            for table, (nth, *cells, at, problem) in _rows(content, line, census):
                waiting[table].append((*cells, first + census.records, nth, name, at, problem))
            census.records += 1
            for table, rows in waiting.items():
                if len(rows) >= ROWS:
                    _insert(connection, table, rows, reading)
    for table, rows in waiting.items():
        _insert(connection, table, rows, reading)
    _check(census, name)
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
    try:
        with zipfile.ZipFile(file.path) as archive:
            members = [info for info in archive.infolist() if info.filename.lower().endswith(".xml")]
            if len(members) != 1:
                raise _damaged(f"holds {len(members)} XML files where one is due", file.name)
            with archive.open(members[0]) as packed:
                yield packed, f"{file.name}/{Path(members[0].filename).name}"
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise _damaged(f"is not a whole zip archive: {error}", file.name) from error


def _damaged(what: str, name: str, rule: str = "archive", line: int | None = None) -> SourceError:
    mend = "fetch it again (iur ingest SOURCE --force); if it stays so, the publisher's file is damaged"
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


def _rows(content: bytes, line: int, census: Census) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yield the rows of an element: table, then its number in the record, the cells, the line, and a problem."""
    if b"&" in content:
        content, mended = _BARE.subn(b"&amp;", content)
        census.mended += mended
    try:
        # An element cannot declare a document type, and so no entities of its own.
        record = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        at, column = error.position
        says = f"not well-formed XML: {error.msg.partition(':')[0]}, line {at} of the element, column {column + 1}"
        yield "assignment", (1, *(None for _ in COLUMNS["assignment"]), line, says)
        return
    groups = {child.tag: child for child in record}
    census.new.update(f"patent-assignment/{tag}" for tag in groups if tag not in _RECORD)
    own = _cells(groups.get("assignment-record"), "assignment", census)
    yield "assignment", (1, *(own.get(tag) for tag in _WANTED["assignment"]), line, None)
    for table, (group, item) in _GROUPS.items():
        nth = 0
        for child in groups.get(group, ()):
            if child.tag != item:
                census.new[f"{group}/{child.tag}"] += 1
                continue
            nth += 1
            if table == "property":
                yield table, (nth, *_property(child, census), line, None)
            else:
                cells = _cells(child, table, census)
                yield table, (nth, *(cells.get(tag) for tag in _WANTED[table]), line, None)


_WANTED = {
    "assignment": (
        "reel-no", "frame-no", "last-update-date", "purge-indicator", "recorded-date", "conveyance-text", "page-count",
    ),
    "assignor": ("name", "execution-date"),
    "assignee": ("name", "city", "state", "country-name"),
}  # fmt: skip


def _cells(element: ElementTree.Element | None, table: str, census: Census) -> dict[str, str | None]:
    """Return the texts of an element's children by name; a date stands in an element of its own."""
    raw = RAW[table]
    found: dict[str, str | None] = {}
    for child in () if element is None else element:
        if child.tag in raw.columns or child.tag in raw.optional:
            census.there[table, child.tag] += 1
            found[child.tag] = child.findtext("date") if len(child) else child.text
        elif not child.tag.startswith("address-") and child.tag not in raw.unread:
            census.new[f"{table}/{child.tag}"] += 1
    return found


def _property(element: ElementTree.Element, census: Census) -> tuple[str | None, ...]:
    """Return application, day of filing, publication, grant and day of grant of a property, as its documents tell.

    A document is told apart by its kind: X0 an application, one of eleven figures a publication, others grants.
    """
    application = filed = published = grant = granted = None
    for child in element:
        if child.tag != "document-id":
            if child.tag not in RAW["property"].unread:
                census.new[f"property/{child.tag}"] += 1
            continue
        census.there["property", "document-id"] += 1
        said = {cell.tag: (cell.text or "").strip() for cell in child}
        number, kind = said.get("doc-number", ""), said.get("kind", "")
        if said.get("country", "US") != "US" or not number:
            continue
        if kind.startswith("X"):
            application, filed = number, said.get("date")
        elif len(re.sub("[^0-9]", "", number)) == 11:
            published = number
        else:
            grant, granted = number, said.get("date")
    return application, filed, published, grant, granted


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


def _check(census: Census, name: str) -> None:
    """Raise SourceError where a promised element is nowhere.

    Every record has those of the record itself; others may be told of no record among few, unless something new is.
    """
    missing = [
        f"{table}/{column}"
        for table, raw in RAW.items()
        for column in raw.columns
        if not census.there[table, column]
        and (census.records >= FEW or (census.records and (table == "assignment" or _has_new(census, table))))
    ]
    if missing:
        new = f"; not known: {', '.join(sorted(census.new))}" if census.new else ""
        raise SourceError(
            f"element missing: {', '.join(missing)}{new}",
            file=name,
            rule="columns as promised",
            mend="if the publisher renamed an element, add its name to RAW of pipelines/patents/padx.py",
        )


def _has_new(census: Census, table: str) -> bool:
    return any(path.startswith(f"{table}/") for path in census.new)
