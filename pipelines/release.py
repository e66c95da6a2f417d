"""Make a release: freeze core, link, compute, gate, describe, publish. A pure function of core, seeds and code."""

import copy
import datetime as dt
import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import fingerprint, source
from warehouse import files, publish, store
from warehouse import reuse as reusing
from warehouse.reuse import Reuse

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

log = logging.getLogger("iur")


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

    Raises ReleaseError where a gate refuses it, or memory does not suffice: the last release stands.
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
            reuse = reusing.recall(home, fingerprint.of_deriving(home.seeds))
            reuse = build(home, built, vintage, made_from, reuse)
            made = Made(publish.publish(home, built, vintage), True)
            reusing.keep(home, reuse, vintage)
            return made
        finally:
            files.remove(built)


class ReleaseError(Exception):
    """A release that a gate refused, or that memory did not suffice for; it says which rule and how to mend it."""


def build(home: store.Home, built: Path, vintage: str, made_from: str, reuse: Reuse) -> Reuse:
    """Compute a release of what a home holds into an empty folder; the caller holds the lock of publishing.

    Where memory does not suffice it is begun again with more. Returns what the next release may take from this one.
    Raises ReleaseError where a gate refuses it or no bound on memory suffices.
    """
    import duckdb

    from warehouse import scratch as database

    rows = sum(book["kept"] for manifest in home.manifests().values() for book in manifest["balance"].values())
    for memory in database.bounds(rows):
        ours = copy.deepcopy(reuse)
        try:
            _build(home, built, vintage, made_from, ours, memory)
            return ours
        except duckdb.OutOfMemoryException as error:
            log.warning("%s of memory do not suffice for the release: %s", memory, str(error).partition("\n")[0])
            files.remove(built)
            built.mkdir()
    raise ReleaseError(f"{memory} of memory do not suffice for the release; set IUR_MEMORY to more than that")


def _build(home: store.Home, built: Path, vintage: str, made_from: str, reuse: Reuse, memory: str) -> None:
    from expectations.tables import tables
    from pipelines import programme_report, same, settle, write
    from pipelines.indicators import record_field, together
    from pipelines.indicators.compute import compute
    from pipelines.link import index, parties, seeds, sme
    from pipelines.link.memory import Memory
    from pipelines.partners import table as partners
    from pipelines.patents import crossed, title
    from warehouse import catalog
    from warehouse import scratch as database

    manifests = store.freeze(home, built)
    facts = source.facts()
    log.info("frozen %d parts", len(manifests))
    with tempfile.TemporaryDirectory(dir=home.root, prefix=publish.WORK) as scratch:
        connection = database.connect(Path(scratch), memory)
        try:
            superseded = settle.settle(connection, built, facts, list(manifests))
            _views(connection, built)
            _note(built, manifests, superseded, reuse)
            tables_of_seeds = seeds.load(home.seeds)
            remembered = Memory(home.cache, fingerprint.of_links(manifests, tables_of_seeds.digest))
            parties.link(
                connection, tables_of_seeds, remembered, reuse, lambda make: index.of_folder(home.cache, built, make)
            )
            same.write(connection)
            crossed.write(connection)
            title.write(connection)
            sme.write(connection)
            record_field.write(connection, reuse)
            log.info("linked names to institutions")
            told = compute(connection, facts, list(manifests), reuse=reuse)
            together.form(connection, {name: facts[name] for name, _ in manifests}, reuse, told)
            log.info("computed indicators")
            partners.write(connection, reuse)
            log.info("ranked partners")
            receipts = _receipts(home, manifests, superseded)
            connection.register("receipt", receipts)
            write.derived(connection, built, reuse)
            figures = _judge(connection, built, reuse)
            codes = programme_report.report(connection, {name: s.codes_of for name, s in facts.items()})
        finally:
            connection.close()
    quality = built / "quality"
    quality.mkdir()
    books = {f"{s}--{p}": m["balance"] for (s, p), m in manifests.items()}
    files.write_json(quality / "balance.json", books)
    files.write_json(quality / "checks.json", figures)
    files.write_json(quality / "programme_codes.json", codes)
    files.write_json(quality / "frozen.json", {"identity": made_from, "parts": sorted(books)})
    files.write_json(quality / "warnings.json", {f"{s}--{p}": m["warnings"] for (s, p), m in manifests.items()})
    used = [facts[name] for name in sorted({name for name, _ in manifests})]
    made_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    there = [t for t in tables().values() if (built / t.name).is_dir()]
    catalog.describe(built, there, used, vintage, made_at, home.is_simulated)
    publish.checksums(built, {name: facts["sha256"] for name, facts in reuse.files.items()})


def _note(
    built: Path,
    manifests: dict[tuple[str, str], store.Manifest],
    superseded: dict[tuple[str, str], int],
    reuse: Reuse,
) -> None:
    """Note the checksums of the core files: those of their manifests, unless settling wrote a file anew."""
    for key, manifest in manifests.items():
        for table, facts in manifest["tables"].items():
            name = f"{table}/{'--'.join(key)}.parquet"
            reuse.note(name, files.sha256(built / name) if superseded.get(key) else facts["sha256"])


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


def _judge(connection: "duckdb.DuckDBPyConnection", built: Path, reuse: Reuse) -> dict[str, list[float | None]]:
    """Hold every table of the release against its contract: row rules, unique keys, known institutions."""
    from expectations import drift

    figures, failed = drift.judge(connection, built, reuse)
    if failed:
        raise ReleaseError(
            "the release breaks its contracts, and the last one stands:\n  "
            + "\n  ".join(failed)
            + "\n  mend: this is an error of ours unless a seed was edited; see the rules with iur describe TABLE"
        )
    return {name: list(figure) for name, figure in figures.items()}


def summary(path: Path) -> dict[str, Any]:
    """Return the books of a release by part and table."""
    return dict(files.read_json(path / "quality" / "balance.json"))
