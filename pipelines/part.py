"""Bring one part from raw into core: normalise, judge, settle its books, commit. Nothing is lost on the way."""

import datetime as dt
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pyarrow as pa

from expectations import gate, identities
from expectations.contract import Table, arrow_schema
from expectations.tables import table as contract
from pipelines import judging, read
from pipelines.fingerprint import of_source
from pipelines.parquet import ordered, write_parquet
from pipelines.source import RawFile, SourceError, told_by
from pipelines.unique import count, settle_keys
from warehouse import files, store
from warehouse import scratch as database


def build(home: store.Home, module: ModuleType, receipt: dict[str, Any]) -> store.Manifest:
    """Normalise and judge a fetched part and commit it to core; return its manifest.

    The caller holds the part's lock. Raises SourceError, and leaves the former files, where the raw files
    cannot be read or more rows are refused than the contract tolerates.
    """
    source, part = module.SOURCE.name, receipt["part"]
    with store.staging(home, source, part) as staged:
        scratch = staged / "scratch"
        scratch.mkdir()
        raw = [RawFile(f["name"], home.raw(source) / f["sha256"]) for f in receipt["files"]]
        reading = read.Reading(fetched_on=dt.datetime.fromisoformat(receipt["fetched_at"]).date(), seeds=home.seeds)
        with database.connect(scratch, database.PART) as connection:
            connection.execute("SET preserve_insertion_order = true")
            try:
                books = judging.judge(connection, module, part, raw, scratch, reading)
                settle_keys(connection, module, books)
                checks = _hold_identities(connection, module, books, reading)
                _check_tolerance(home, connection, module, part, books)
                _check_books(module, part, books, reading, receipt["announced"])
            except duckdb.Error as error:
                raise SourceError(
                    f"cannot be read: {read.first_line(error)}",
                    file=", ".join(f.name for f in raw),
                    mend="if the file opens elsewhere, this is an error of ours: report it with the file",
                ) from error
            tables, quarantine = _write(connection, module, staged)
            observes = _observed(connection, module)
        manifest = {
            "source": source,
            "part": part,
            "receipt": receipt,
            "fingerprint": of_source(module, home.seeds),
            "tables": tables,
            "quarantine": quarantine,
            "balance": books,
            "identities": checks,
            "observes": observes,
            "warnings": reading.warnings,
        }
        files.remove(scratch)
        store.commit(home, staged, manifest)
    return manifest


def _hold_identities(
    connection: duckdb.DuckDBPyConnection, module: ModuleType, books: dict[str, Any], reading: read.Reading
) -> dict[str, dict[str, int]]:
    """Check the sums of the module's IDENTITIES: the rows of a broken one are quarantined, a soft one warns.

    Returns how often each was checked and broken.
    """
    declared, name = getattr(module, "IDENTITIES", ()), "survey_value"
    if not declared:
        return {}
    outcomes = identities.hold(connection, f"kept_{name}", declared)
    failed = identities.judge(outcomes)
    for outcome in (o for o in failed if o.identity.is_soft):
        times = f"{outcome.broken:,} of {outcome.checked:,} times"
        reading.warnings.append(f"does not always hold ({times}): {outcome.example}")
    hard = [o.identity.name for o in failed if not o.identity.is_soft]
    books[name]["rules"].update(identities.set_aside(connection, f"kept_{name}", f"refused_{name}", hard))
    books[name]["kept"] = count(connection, f"kept_{name}")
    books[name]["quarantined"] = count(connection, f"refused_{name}")
    return {o.identity.name: {"checked": o.checked, "broken": o.broken} for o in outcomes}


def _check_books(
    module: ModuleType, part: str, books: dict[str, Any], reading: read.Reading, announced: int | None
) -> None:
    """Hold the books against each other: read = kept + quarantined + dropped, and what the readers saw."""
    figures: dict[str, gate.Figure] = {}
    for name, book in books.items():
        done = book["kept"] + book["quarantined"] + sum(book["dropped"].values())
        figures[f"{name}: kept + quarantined + dropped"] = (done, book["read"], book["read"])
        if name in reading.rows:
            figures[f"{name}: rows normalised"] = (book["read"], reading.rows[name], reading.rows[name])
    primary = module.SOURCE.primary(part)
    if announced is not None:
        figures[f"{primary}: rows announced"] = (books[primary]["read"], announced, announced)
    if failed := gate.judge_aggregates(figures):
        raise SourceError("; ".join(failed), rule="balance", mend="fetch it again; rows are missing or added")


def _check_tolerance(
    home: store.Home,
    connection: duckdb.DuckDBPyConnection,
    module: ModuleType,
    part: str,
    books: dict[str, Any],
) -> None:
    """Fail the part where a table has more refused rows than its contract tolerates, and keep them to look at."""
    for name, book in books.items():
        table = contract(name)
        if book["quarantined"] <= table.tolerance * book["read"]:
            continue
        kept = home.failure(module.SOURCE.name, part).with_suffix(f".{name}.parquet")
        kept.parent.mkdir(parents=True, exist_ok=True)
        query = f"SELECT * EXCLUDE (_dropped) FROM refused_{name} ORDER BY _file, _line"
        write_parquet(connection, query, _quarantine_schema(table), kept)
        file, line, reason = connection.execute(
            f"{query} LIMIT 1".replace("* EXCLUDE (_dropped)", "_file, _line, reason")
        ).fetchall()[0]
        worst = ", ".join(f"{rule} {count:,}" for rule, count in book["rules"].most_common(5))
        raise SourceError(
            f"{book['quarantined']:,} of {book['read']:,} rows of {name} refused, more than {table.tolerance:.0%} "
            f"({worst}); the first: {reason}",
            file=file,
            line=line,
            rule=f"tolerance of {name}",
            mend=f"look at the refused rows in {kept.relative_to(home.root)} of the data home; if the publisher is "
            "right, mend the contract or the normaliser",
        )


def _quarantine_schema(table: Table) -> pa.Schema:
    schema = gate.refused_schema(table)
    return schema.remove(schema.get_field_index("_dropped"))


def _write(
    connection: duckdb.DuckDBPyConnection, module: ModuleType, staged: Path
) -> tuple[dict[str, Any], dict[str, Any]]:
    tables, quarantine = {}, {}
    for name in module.SOURCE.tables:
        table = contract(name)
        key = ", ".join(f'"{k}"' for k in table.key)
        path = staged / "core" / f"{name}.parquet"
        rows = count(connection, f"kept_{name}")
        query = ordered(connection, f"kept_{name}", arrow_schema(table), key, rows)
        tables[name] = write_parquet(connection, query, arrow_schema(table), path, rows)
        if count(connection, f"refused_{name}"):
            path = staged / "quarantine" / f"{name}.parquet"
            query = f"SELECT * EXCLUDE (_dropped) FROM refused_{name} ORDER BY _file, _line, {key}, rowid"
            quarantine[name] = write_parquet(connection, query, _quarantine_schema(table), path)
    return tables, quarantine


def _observed(connection: duckdb.DuckDBPyConnection, module: ModuleType) -> list[str]:
    """Return the facts this part tells: a column null throughout is not observed."""
    found = []
    for fact, column in module.SOURCE.observes.items():
        table, name, condition = told_by(column)
        if count(connection, f'kept_{table} WHERE "{name}" IS NOT NULL AND ({condition})'):
            found.append(fact)
    return sorted(found)
