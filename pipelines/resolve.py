"""Resolve names to institutions: one, or every row of a CSV file, which keeps its rows and order."""

import csv
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

import warehouse
from expectations.contract import arrow_schema
from expectations.tables import table as contract
from pipelines import clean, fingerprint, read
from pipelines.link import context, index, match, seeds
from pipelines.link.match import Linker
from pipelines.link.registry import Registry
from pipelines.source import RawFile, SourceError
from warehouse import files, store


ROWS = 20_000


@dataclass(frozen=True)
class Resolved:
    """How many rows there were, and for how many an institution was found."""

    rows: int
    linked: int


def linker(dump: Path | None) -> Linker:
    """Return a linker over a given ROR dump, or over the registry of the current release."""
    home = store.home()
    registry = _of_dump(home.cache, dump) if dump else _of_release(home.cache)
    return Linker.of(registry, seeds.load(home.seeds))


def _of_release(cache: Path) -> Registry:
    release = warehouse.open()
    there = set(release.tables())
    if missing := [t for t in index.TABLES if t not in there]:
        raise SourceError(
            f"release {release.vintage} has no {', '.join(missing)}", mend="iur run ror, or give --registry ZIP"
        )
    return index.of_folder(cache, release.path)


def _of_dump(cache: Path, dump: Path) -> Registry:
    made_from = fingerprint.of_index(files.sha256(dump))
    return index.kept(cache, made_from, lambda: Registry.build(*_tables(dump)))


def _tables(dump: Path) -> list[pa.Table]:
    from pipelines.sources import ror

    gathered = {name: [_shape(name).empty_table()] for name in index.TABLES}
    with tempfile.TemporaryDirectory() as scratch, duckdb.connect() as connection:
        clean.install(connection)
        for name, batch in ror.normalise([RawFile(dump.name, dump)], connection, Path(scratch), read.Reading()):
            found = pa.Table.from_batches([batch])
            gathered[name].append(found.select(_shape(name).names).cast(_shape(name)))
    return [pa.concat_tables(found) for found in gathered.values()]


def _shape(name: str) -> pa.Schema:
    """Return a table's columns without source and part, which linking does not read."""
    return pa.schema([f for f in arrow_schema(contract(name)) if f.name not in ("source", "part")])


def name(text: str, country: str = "", dump: Path | None = None) -> list[dict[str, Any]]:
    """Return what is behind a name: the organisation named, the institution credited, and the candidates."""
    ready = linker(dump)
    link = match.one(ready, text, country)
    registry = ready.registry

    def shown(id_: str) -> str:
        return registry.display[registry.number[id_]]

    rows = [{"answer": "named", "name": shown(i), "id": i} for i in link.named_ids]
    rows += [{"answer": "credited", "name": shown(i), "id": i} for i in link.credited_ids]
    others = [i for i in link.candidates if i not in (*link.named_ids, *link.credited_ids)]
    rows += [{"answer": "considered", "name": shown(i), "id": i} for i in others]
    rows = rows or [{"answer": "none", "name": "", "id": ""}]
    return [row | {"method": link.method, "score": link.score, "status": link.status} for row in rows]


def file(into: Path, out: Path, columns: dict[str, str], dump: Path | None = None) -> Resolved:
    """Resolve every row of a CSV file; `columns` maps name, country, state, city to the file's own columns.

    Writes the rows in order with named_id, credited_id (several joined by ;), method and score added.
    Raises SourceError where a column is missing, and leaves no half-written file.
    """
    ready = linker(dump)
    rows = linked = 0
    beside = out.with_name(f".{out.name}.partial")
    with into.open(encoding="utf-8-sig", newline="") as opened, beside.open("w", newline="") as written:
        reader = csv.DictReader(opened)
        there = list(reader.fieldnames or ())
        if missing := [c for c in columns.values() if c not in there]:
            beside.unlink()
            raise SourceError(
                f"no column {', '.join(missing)}; there are {', '.join(there)}",
                file=into.name,
                line=1,
                rule="columns",
                mend="name the column of the file with --name-column and the like",
            )
        writer = csv.DictWriter(written, [*there, "named_id", "credited_id", "method", "score"])
        writer.writeheader()
        for batch in _batches(reader):
            answers = match.match(_queries(batch, columns), ready).to_pylist()
            for row, answer in zip(batch, answers, strict=True):
                rows += 1
                linked += bool(answer["credited_ids"])
                writer.writerow(row | _cells(answer))
    beside.replace(out)
    return Resolved(rows, linked)


def _batches(reader: Iterator[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    batch = []
    for row in reader:
        batch.append(row)
        if len(batch) == ROWS:
            yield batch
            batch = []
    if batch:
        yield batch


def _queries(batch: list[dict[str, str]], columns: dict[str, str]) -> pa.Table:
    def of(kind: str) -> list[str]:
        return [(row[columns[kind]] or "").strip() if kind in columns else "" for row in batch]

    places = zip(of("state"), of("city"), strict=True)
    return pa.table(
        {
            "name": pa.array(of("name"), pa.string()),
            "country": pa.array([c.upper() for c in of("country")], pa.string()),
            "context": pa.array(
                [context.write(context.Context(city=city, state=state)) for state, city in places], pa.string()
            ),
        }
    )


def _cells(answer: dict[str, Any]) -> dict[str, str]:
    score = "" if answer["score"] is None else f"{answer['score']:.3f}"
    return {
        "named_id": ";".join(answer["named_ids"]),
        "credited_id": ";".join(answer["credited_ids"]),
        "method": answer["method"],
        "score": score,
    }
