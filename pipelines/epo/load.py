"""Documents of a part's files as batches of rows, each publication once."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines import read
from pipelines.epo.documents import Row, class_rows, identity, party_rows, patent
from pipelines.epo.pages import Told, documents
from pipelines.patents import persons
from pipelines.source import RawFile, RawTable

ROWS = 20_000
"""Rows of a batch."""

TABLES = ("patent", "patent_party", "patent_class")


def load(
    files: Sequence[RawFile], raw: RawTable, connection: duckdb.DuckDBPyConnection, reading: read.Reading
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Yield the rows of files in their order; what is odd about them is said in `reading`.

    A publication that was in a document before is dropped with all that belongs to it, and so is one of which the
    service says that it has none. Raises SourceError where no document has an element that must be there.
    """
    persons.install(connection)
    held: dict[str, list[Row]] = {name: [] for name in TABLES}
    seen: set[tuple[str, str, str]] = set()
    elements, odd = dict[str, None](), Counter[str]()
    for file in files:
        told = Told()
        year = re.search(r"_(\d{4})\.xml$", file.name, re.IGNORECASE)
        for number, document in enumerate(documents(file.path, file.name, told), start=1):
            for element in document.iterfind("{*}bibliographic-data/*"):
                elements[element.tag.rpartition("}")[2]] = None
            reading.saw(raw, 1)
            named = identity(document)
            where: dict[str, Any] = {"_file": file.name, "_line": number, "_dropped": _dropped(document, named in seen)}
            seen.add(named)
            row = patent(document) | where
            held["patent"].append(row)
            parties, agrees = party_rows(document)
            rows = {"patent_party": parties, "patent_class": list(class_rows(document))}
            for name, children in rows.items():
                held[name] += [{"patent_id": row["patent_id"], **child, **where} for child in children]
            if where["_dropped"] is None:
                published = row.get("published_on")
                odd["elsewhere"] += bool(published and year and published.year != int(year[1]))
                odd["disagree"] += not agrees
            yield from _full(held, ROWS, connection)
        reading.warnings += _missing(file.name, told)
    yield from _full(held, 1, connection)
    if seen:
        there = files[0].name if len(files) == 1 else f"{len(files)} files"
        reading.warnings += read.columns(list(elements), raw, there)[1]
    reading.warnings += [
        f"{odd[name]:,} publications {what}"
        for name, what in (
            ("elsewhere", "are of another year than their file is named by"),
            ("disagree", "name more applicants in one form than in the other: those with a country are taken"),
        )
        if odd[name]
    ]


def _dropped(document: Any, is_seen: bool) -> str | None:
    if document.get("status") == "not found":
        return "not_found"
    return "publication_repeated" if is_seen else None


def _missing(file: str, told: Told) -> list[str]:
    """Say of which searches a file has fewer documents than were announced; cut ones stand beside what they are of."""
    return [
        f"{file}: {told.given[query]:,} of the {announced:,} publications announced for {query} are there"
        for query, announced in told.announced.items()
        if told.given[query] < announced
    ]


def _full(
    held: dict[str, list[Row]], rows: int, connection: duckdb.DuckDBPyConnection
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Yield the rows held of tables that have so many, and hold them no more."""
    for name in TABLES:
        if len(held[name]) >= rows:
            if name == "patent_party":
                _forget_persons(held[name], connection)
            schema = arrow_schema(table(name), lineage=True)
            yield name, pa.RecordBatch.from_pylist(held[name], schema=schema)
            held[name] = []


def _forget_persons(parties: list[Row], connection: duckdb.DuckDBPyConnection) -> None:
    """Take the name from every applicant that is written as persons are."""
    written = pa.table({"name": sorted({party["name"] for party in parties if party["name"]})})  # noqa: F841
    found = {name for (name,) in connection.execute("SELECT name FROM written WHERE is_person(name)").fetchall()}
    for party in parties:
        if party["name"] in found:
            party |= {"name": None, "is_person": True}
