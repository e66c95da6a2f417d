"""Resolve names to institutions: one, or every row of a list, which keeps its rows, order and columns."""

import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

import warehouse
from expectations.contract import arrow_schema
from expectations.tables import table as contract
from pipelines import clean, fingerprint, read
from pipelines.link import index, match, seeds
from pipelines.link.match import Linker
from pipelines.link.registry import Registry
from pipelines.lists import asking, columnar, delimited, opened
from pipelines.lists import workers as answering
from pipelines.lists.progress import Progress
from pipelines.lists.stream import Stream
from pipelines.source import RawFile, SourceError
from warehouse import files, store


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
    link = match.one(ready, text, asking.code(country))
    registry = ready.registry

    def shown(id_: str) -> str:
        return registry.display[registry.number[id_]]

    rows = [{"answer": "named", "name": shown(i), "id": i} for i in link.named_ids]
    rows += [{"answer": "credited", "name": shown(i), "id": i} for i in link.credited_ids]
    others = [i for i in link.candidates if i not in (*link.named_ids, *link.credited_ids)]
    rows += [{"answer": "considered", "name": shown(i), "id": i} for i in others]
    rows = rows or [{"answer": "none", "name": "", "id": ""}]
    return [row | {"method": link.method, "score": link.score, "status": link.status} for row in rows]


def file(
    into: Path,
    out: Path,
    columns: dict[str, str],
    dump: Path | None = None,
    *,
    workers: int | None = None,
    encoding: str = "utf-8",
    progress: bool | None = None,
) -> Resolved:
    """Resolve every row of a list; `columns` maps name, country, state, city to the list's own columns.

    The list is delimited text (plain or gzip; `-` is standard input) or Parquet, and stays what it is. Writes its rows
    in order with the columns of `lists.block.ADDED` at their end. Memory does not grow with the list. `workers` is a
    number of processes (the cores by default), `progress` says whether to tell how far it is (on a terminal alone by
    default). Raises SourceError where the list cannot be read, and leaves no half-written file.
    """
    if opened.is_parquet(into):
        if out.suffix != ".parquet":
            raise SourceError(
                "is Parquet, and stays it", file=into.name, rule="output", mend="give --out a name in .parquet"
            )
        table = columnar.Reader(into, columns)
        with opened.write(out) as written:
            told = Progress(progress, lambda: told.rows / max(table.rows, 1))
            return _resolve(table, columnar.Writer(written, table), told, dump, workers)
    if out.suffix == ".parquet":
        raise SourceError(
            "is text, and stays it", file=opened.name(into), rule="output", mend="give --out a name in .csv"
        )
    with opened.read(into) as (text, share):
        rows = delimited.reader(text, opened.name(into), columns, encoding)
        with opened.write(out) as written:
            return _resolve(rows, delimited.Writer(written, rows), Progress(progress, share), dump, workers)


def _resolve(
    source: delimited.Reader | columnar.Reader,
    target: Any,
    told: Progress,
    dump: Path | None,
    workers: int | None,
) -> Resolved:
    number = workers or answering.cores()
    with answering.answering(partial(linker, dump), number) as ask:
        stream = Stream(ask, target.render, ahead=max(4, number) if number > 1 else 0)
        for block, answers, linked in stream.answered(source.blocks()):
            target.write(block, answers)
            told.saw(len(answers) - answers.count(None), linked)
    target.close()
    told.end()
    return Resolved(told.rows, told.linked)
