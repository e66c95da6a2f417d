"""Rows of text from documents that are trees: a record's own fields, and those of what it holds several of.

What the documents have is counted, so that a promised field that is nowhere fails the part, and a new one is
a warning.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.read import ROWS, Reading
from pipelines.read_members import Element, Unread, documents
from pipelines.source import RawTable, SourceError

FEW = 100
"""In fewer records than this, a part that no record has may well be chance: interagency agreements alone."""


@dataclass(frozen=True)
class Shape:
    """How the records of a source lie in its documents.

    `raw` are the raw tables; `own` names the one for a record's own fields, whose `key` numbers the record.
    `holders` maps the names of elements to the raw table they are rows of, `record` is the element that is
    the record in XML. Of the elements and fields named in `unread` nothing is read: contact details, long texts.
    `expected` are the tables that some record of a file must have, `clean` mends a text.
    """

    raw: Mapping[str, RawTable]
    own: str
    record: str
    holders: Mapping[str, str]
    unread: frozenset[str]
    expected: tuple[str, ...]
    clean: Callable[[str], str] = str


@dataclass
class Census:
    """What the documents of a file had: records, fields by table, and elements that nobody knows."""

    records: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    fields: Counter[tuple[str, str]] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)


def load(connection: duckdb.DuckDBPyConnection, archive: Path, name: str, shape: Shape, reading: Reading) -> None:
    """Write the documents of a zip into temporary tables `raw_<table>`, one column of text a field.

    Beside the fields stand `_key` (the record's number, or its member's name), `_nth` within the record,
    `_file` (zip/member), `_line` and `_problem`; a document that cannot be read is one row of the record's
    own table. Raises SourceError where a promised field is in none of the records.
    """
    for table, raw in shape.raw.items():
        columns = ", ".join(f'"{n}" VARCHAR' for n in (*raw.columns, *raw.optional))
        connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE raw_{table} ({columns}, _key VARCHAR, _nth BIGINT, _file VARCHAR,
            _line BIGINT, _problem VARCHAR)"""
        )
    census = Census()
    waiting: dict[str, list[dict[str, object]]] = {table: [] for table in shape.raw}
    for table, row in _rows(archive, name, shape, census, reading):
        waiting[table].append(row)
        reading.saw(shape.raw[table], 1)
        if len(waiting[table]) == ROWS:
            _insert(connection, table, waiting[table])
    for table, rows in waiting.items():
        _insert(connection, table, rows)
    _check(census, shape, name)
    reading.warnings += [f"{name}: new element {path} in {n:,} places" for path, n in sorted(census.new.items())]


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, object]]) -> None:
    if rows:
        names = [column for column, *_ in connection.execute(f"DESCRIBE raw_{table}").fetchall()]
        kinds = {"_nth": pa.int64(), "_line": pa.int64()}
        schema = pa.schema([(n, kinds.get(n, pa.string())) for n in names])
        batch = pa.Table.from_pylist(rows, schema=schema)  # noqa: F841  (DuckDB reads it by name)
        connection.execute(f"INSERT INTO raw_{table} SELECT * FROM batch")
        rows.clear()


def _rows(
    archive: Path, name: str, shape: Shape, census: Census, reading: Reading
) -> Iterator[tuple[str, dict[str, object]]]:
    known = {
        (table, spelling): column
        for table, raw in shape.raw.items()
        for column in (*raw.columns, *raw.optional)
        for spelling in (column, *raw.formerly.get(column, ()))
    }
    (number,) = shape.raw[shape.own].key
    for member, document in documents(archive, name, reading.warnings):
        place: dict[str, object] = {"_key": Path(member).stem, "_file": f"{name}/{member}", "_nth": 1}
        record = _record(document, shape.record)
        if isinstance(record, Unread):
            yield shape.own, {**place, "_line": record.line, "_problem": record.says}
            continue
        census.records += 1
        found = list(_cells(record, shape, known, census))
        own = found[0][2]
        place["_key"] = own.get(number) or place["_key"]
        counted: Counter[str] = Counter()
        for table, line, cells in found:
            counted[table] += 1
            yield table, {**cells, **place, "_line": line, "_nth": counted[table]}


def _record(document: Element | Unread, tag: str) -> Element | Unread:
    """Return the record that a document holds: in JSON the object itself, in XML the one element of that name."""
    if isinstance(document, Unread) or not document.tag or document.tag == tag:
        return document
    there = [child for child in document.children if child.tag == tag]
    return there[0] if len(there) == 1 else Unread(document.line, f"{len(there)} elements {tag} where one is due")


def _cells(
    record: Element, shape: Shape, known: Mapping[tuple[str, str], str], census: Census
) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Yield (table, line, fields): first the record's own, then those of each element it holds."""
    own: dict[str, str] = {}
    held: list[tuple[str, int, dict[str, str]]] = []
    for child in record.children:
        if child.tag in shape.unread:
            continue
        table = shape.holders.get(child.tag, shape.own)
        cells = own
        if table != shape.own:
            if child.is_empty:
                continue
            cells = {}
            held.append((table, child.line, cells))
            census.rows[table] += 1
        bare = table != shape.own and bool(child.children)
        for path, leaf in _leaves(child, "" if bare else child.tag):
            column = known.get((table, path))
            if path in shape.unread:
                continue
            if column is None:
                census.new[f"{child.tag}/{path}" if bare else path] += 1
                continue
            census.fields[table, column] += 1
            text = shape.clean(leaf.text)
            if cells.setdefault(column, text) != text:
                cells["_problem"] = f"{path} twice: {cells[column][:40]} and, on line {leaf.line}, {text[:40]}"
    yield shape.own, record.line, own
    yield from held


def _leaves(element: Element, path: str) -> Iterator[tuple[str, Element]]:
    """Yield the elements without children below an element, or itself, each with its path."""
    if not element.children:
        yield path, element
    for child in element.children:
        yield from _leaves(child, f"{path}/{child.tag}".lstrip("/"))


def _check(census: Census, shape: Shape, name: str) -> None:
    """Raise SourceError where no record has a promised field, or a table that some record must have."""
    if not census.records:
        return
    there = {shape.own, *census.rows}
    missing = [
        _spelt(raw, column)
        for table, raw in shape.raw.items()
        if table in there
        for column in raw.columns
        if (table, column) not in census.fields
    ]
    if census.records >= FEW:
        missing += ["/".join(t for t, of in shape.holders.items() if of == e) for e in shape.expected if e not in there]
    if missing:
        new = ", ".join(sorted(census.new))
        raise SourceError(
            f"element missing in all {census.records:,} records: {', '.join(missing)}"
            + (f"; not known: {new}" if new else ""),
            file=name,
            rule="elements as promised",
            mend="if the publisher renamed an element, add its name to RAW of the source module and raise its VERSION",
        )


def _spelt(raw: RawTable, column: str) -> str:
    return " or ".join((column, *raw.formerly.get(column, ())))
