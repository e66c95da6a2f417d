"""Make a release: freeze core, link, compute, gate, describe, publish. A pure function of core, seeds and code."""

import datetime as dt
import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import fingerprint, source
from warehouse import files, publish, store

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

log = logging.getLogger("iur")

BY_PART = ("linked_party",)
"""Derived tables written as one file per source and part."""


@dataclass(frozen=True)
class Made:
    """A release, and whether it is new: nothing is made where nothing changed."""

    path: Path
    is_new: bool


def identity(home: store.Home) -> str:
    """Return the digest of all a release depends on; told from manifests alone, so that it costs nothing."""
    frozen = [
        f"{source}--{part} {table} {facts['sha256']}"
        for (source, part), manifest in home.manifests().items()
        for table, facts in sorted(manifest["tables"].items())
    ]
    stale = [f"{key} {reason}" for key, reason in home.failures().items()]
    return files.digest(*frozen, *stale, str(home.is_simulated), fingerprint.of_release(home.seeds))


def is_current(home: store.Home, made_from: str = "") -> bool:
    """Say whether the current release was made from what there is now."""
    current = publish.current(home)
    frozen = files.read_json(current / "quality" / "frozen.json") if current else None
    return bool(frozen and frozen["identity"] == (made_from or identity(home)))


def make(home: store.Home, vintage: str | None = None, force: bool = False) -> Made | None:
    """Make and publish a release, unless the current one was made from the same; None where core is empty.

    Raises ReleaseError where a gate refuses it: the last release stands.
    """
    with home.publish_lock():
        publish.recover(home)
        store.recover(home)
        if not home.manifests():
            return None
        made_from = identity(home)
        current = publish.current(home)
        if current and not force and vintage in (None, current.name) and is_current(home, made_from):
            return Made(current, False)
        if vintage and vintage in publish.vintages(home):
            raise ReleaseError(f"release {vintage} is there already, and releases are never edited")
        built = publish.building(home)
        try:
            vintage = vintage or publish.next_vintage(home)
            _build(home, built, vintage, made_from)
            return Made(publish.publish(home, built, vintage), True)
        finally:
            files.remove(built)


class ReleaseError(Exception):
    """A release that a gate refused; it says which rule and how to mend it."""


def _build(home: store.Home, built: Path, vintage: str, made_from: str) -> None:
    from expectations.tables import tables
    from pipelines import settle
    from pipelines.indicators.compute import compute
    from pipelines.link import memory, parties, seeds
    from warehouse import catalog
    from warehouse import scratch as database

    manifests = store.freeze(home, built)
    facts = source.facts()
    log.info("frozen %d parts", len(manifests))
    with tempfile.TemporaryDirectory(dir=home.root, prefix=publish.WORK) as scratch:
        connection = database.connect(Path(scratch))
        try:
            superseded = settle.settle(connection, built, facts, list(manifests))
            _views(connection, built)
            tables_of_seeds = seeds.load(home.seeds)
            linked_from = fingerprint.of_links(manifests, tables_of_seeds.digest)
            known = memory.recall(home.links, linked_from)
            answers = parties.link(connection, tables_of_seeds, known)
            if known is None or answers.num_rows > known.num_rows:
                memory.keep(home.links, linked_from, answers)
            log.info("linked names to institutions")
            compute(connection, facts, list(manifests))
            log.info("computed indicators")
            receipts = _receipts(home, manifests, superseded)
            connection.register("receipt", receipts)
            _write(connection, built)
            _judge(connection, built)
        finally:
            connection.close()
    quality = built / "quality"
    quality.mkdir()
    books = {f"{s}--{p}": m["balance"] for (s, p), m in manifests.items()}
    files.write_json(quality / "balance.json", books)
    files.write_json(quality / "frozen.json", {"identity": made_from, "parts": sorted(books)})
    files.write_json(quality / "warnings.json", {f"{s}--{p}": m["warnings"] for (s, p), m in manifests.items()})
    used = [facts[name] for name in sorted({name for name, _ in manifests})]
    made_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    there = [t for t in tables().values() if (built / t.name).is_dir()]
    catalog.describe(built, there, used, vintage, made_at, home.is_simulated)
    publish.checksums(built)


def _views(connection: "duckdb.DuckDBPyConnection", built: Path) -> None:
    """Show the frozen core tables to a connection; a table without files is there and empty."""
    from expectations.contract import arrow_schema, literal
    from expectations.tables import tables

    for table in tables().values():
        if table.layer != "core":
            continue
        if (built / table.name).is_dir():
            where = literal(str(built / table.name / "*.parquet"))
            connection.execute(f"CREATE VIEW {table.name} AS SELECT * FROM read_parquet({where})")
        else:
            empty = arrow_schema(table).empty_table()  # noqa: F841  (DuckDB reads it by name)
            connection.execute(f"CREATE TABLE {table.name} AS SELECT * FROM empty")


def _receipts(
    home: store.Home, manifests: dict[tuple[str, str], store.Manifest], superseded: dict[tuple[str, str], int]
) -> "pa.Table":
    import pyarrow as pa

    from expectations.contract import arrow_schema
    from expectations.tables import table

    failures = home.failures()
    rows = []
    for key, manifest in sorted(manifests.items()):
        receipt, books = manifest["receipt"], manifest["balance"].values()
        rows.append(
            {
                "source": key[0],
                "part": key[1],
                "version": receipt["version"],
                "urls": [f["url"] for f in receipt["files"]],
                "sha256": receipt["sha256"],
                "bytes": receipt["bytes"],
                "fetched_at": dt.datetime.fromisoformat(receipt["fetched_at"]),
                "announced": receipt["announced"],
                **{name: sum(b[name] for b in books) for name in ("read", "kept", "quarantined")},
                "dropped": sum(sum(b["dropped"].values()) for b in books),
                "superseded": superseded.get(key, 0),
                "is_stale": key in failures,
                "stale_reason": failures.get(key),
            }
        )
    return pa.Table.from_pylist(rows, schema=arrow_schema(table("receipt")))


def _write(connection: "duckdb.DuckDBPyConnection", built: Path) -> None:
    """Write every derived table in the order of its key: files by measure, by family or by source and part."""
    from expectations.contract import arrow_schema
    from expectations.tables import tables
    from pipelines.part import write_parquet

    for table in tables().values():
        if table.layer != "derived":
            continue
        folder = built / table.name
        folder.mkdir()
        columns = ", ".join(f'"{c.name}"' for c in table.columns)
        key = ", ".join(f'"{k}"' for k in table.key)
        for name, where in _files(connection, table.name).items():
            query = f"SELECT {columns} FROM {table.name} WHERE {where} ORDER BY {key}"
            write_parquet(connection, query, arrow_schema(table), folder / f"{name}.parquet")


def _files(connection: "duckdb.DuckDBPyConnection", table: str) -> dict[str, str]:
    """Return the files of a derived table: name → condition on its rows; one empty file where there are none."""
    by = {
        "linked_party": "source || '--' || part",
        "name_link": "source",
        "evidence": "measure",
        "indicator": "split_part(indicator, '.', 1)",
    }.get(table)
    if by is None:
        return {table: "true"}
    from expectations.contract import literal

    found = connection.execute(f"SELECT DISTINCT {by} FROM {table} ORDER BY 1").fetchall()
    return {name: f"{by} = {literal(name)}" for (name,) in found} or {table: "true"}


def _judge(connection: "duckdb.DuckDBPyConnection", built: Path) -> None:
    """Hold every table of the release against its contract: row rules, unique keys, known institutions."""
    from expectations import drift

    if failed := drift.judge(connection, built):
        raise ReleaseError(
            "the release breaks its contracts, and the last one stands:\n  "
            + "\n  ".join(failed)
            + "\n  mend: this is an error of ours unless a seed was edited; see the rules with iur describe TABLE"
        )


def summary(path: Path) -> dict[str, Any]:
    """Return the books of a release by part and table."""
    return dict(files.read_json(path / "quality" / "balance.json"))
