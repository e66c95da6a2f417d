"""Bring one part from raw into core: normalise, judge, settle its books, commit. Nothing is lost on the way."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from expectations import gate, identities
from expectations.contract import Table, arrow_schema
from expectations.tables import table as contract
from pipelines import clean, read
from pipelines.fingerprint import of_source
from pipelines.source import RawFile, SourceError, told_by
from warehouse import files, store
from warehouse import scratch as database

CHUNK = 250_000
"""Rows judged at once: Great Expectations costs a fixed part of a second per batch."""


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
        with database.connect(scratch) as connection:
            connection.execute("SET preserve_insertion_order = true")
            try:
                books = _judge(connection, module, part, raw, scratch, reading)
                _settle_keys(connection, module, books)
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


def _judge(
    connection: duckdb.DuckDBPyConnection,
    module: ModuleType,
    part: str,
    raw: list[RawFile],
    scratch: Path,
    reading: read.Reading,
) -> dict[str, Any]:
    """Pass every row through the gate into the tables kept_<table> and refused_<table>; return the books."""
    books: dict[str, Any] = {}
    for name in module.SOURCE.tables:
        table = contract(name)
        for state, schema in (("kept", arrow_schema(table, True)), ("refused", gate.refused_schema(table))):
            empty = schema.empty_table()  # noqa: F841  (DuckDB reads it by name)
            connection.execute(f"CREATE TABLE {state}_{name} AS SELECT * FROM empty")
        books[name] = {"read": 0, "kept": 0, "quarantined": 0, "dropped": Counter(), "rules": Counter()}
    # The normaliser streams from a cursor of its own, while the gate writes through this one.
    cursor = connection.cursor()
    clean.install(cursor)
    found = module.normalise(raw, cursor, scratch, reading)
    for name, chunk in _chunks(found, module.SOURCE.name, part):
        table, book = contract(name), books[name]
        book["read"] += chunk.num_rows
        chunk = _without_dropped(chunk, book)
        refusals = gate.judge(chunk, table, large=book["read"] > gate.WHOLE)
        book["rules"].update(rule for rules in refusals.values() for rule in rules)
        if refusals:
            refused = _refused(chunk, table, refusals)  # noqa: F841
            connection.execute(f"INSERT INTO refused_{name} SELECT * FROM refused")
            good = pa.array([i not in refusals for i in range(chunk.num_rows)])
            chunk = chunk.filter(good)
        connection.execute(f"INSERT INTO kept_{name} SELECT * FROM chunk")
    primary = module.SOURCE.primary(part)
    if not books[primary]["read"]:
        raise SourceError(
            f"has no row for {primary}",
            file=", ".join(f.name for f in raw),
            rule="balance",
            mend="fetch it again; a publisher's table is never empty",
        )
    return books


def _without_dropped(chunk: pa.Table, book: dict[str, Any]) -> pa.Table:
    """Take out the rows for which the normaliser gives a reason to drop them, and count them by it."""
    if chunk["_dropped"].null_count == chunk.num_rows:
        return chunk
    book["dropped"].update(reason for reason in chunk["_dropped"].to_pylist() if reason is not None)
    return chunk.filter(pc.is_null(chunk["_dropped"]))


def _chunks(found: Iterator[tuple[str, pa.RecordBatch]], source: str, part: str) -> Iterator[tuple[str, pa.Table]]:
    """Gather the batches of a table into chunks in the contract's shape, with source and part."""
    gathered: dict[str, list[pa.Table]] = {}
    for name, batch in found:
        schema = arrow_schema(contract(name), lineage=True)
        there = pa.Table.from_batches([batch])
        constants = {"source": source, "part": part}
        columns = [
            pa.repeat(pa.scalar(constants[f.name], pa.string()), len(there))
            if f.name in constants
            else there[f.name].cast(f.type)
            if f.name in there.column_names
            else pa.nulls(len(there), f.type)
            for f in schema
        ]
        gathered.setdefault(name, []).append(pa.Table.from_arrays(columns, schema=schema))
        if sum(len(t) for t in gathered[name]) >= CHUNK:
            yield name, pa.concat_tables(gathered.pop(name))
    for name, tables in gathered.items():
        yield name, pa.concat_tables(tables)


def _refused(chunk: pa.Table, table: Table, refusals: gate.Refusals) -> pa.Table:
    says = {rule.name: rule.says for rule in table.rules}
    rows = chunk.take(pa.array(list(refusals), pa.int64()))
    problems = rows["_problem"].to_pylist()
    reasons = [
        # What could not be read comes first: that other columns are unknown follows from it.
        "; ".join(str(problem) if rule == "parsed" else says[rule] for rule in sorted(rules, key="parsed".__ne__))
        for rules, problem in zip(refusals.values(), problems, strict=True)
    ]
    rows = rows.append_column("rules", pa.array(list(refusals.values()), pa.list_(pa.string())))
    return rows.append_column("reason", pa.array(reasons, pa.string()))


def _settle_keys(connection: duckdb.DuckDBPyConnection, module: ModuleType, books: dict[str, Any]) -> None:
    """Make keys unique and parents known: identical rows are dropped, conflicting ones quarantined.

    Parents come before their children in SOURCE.tables.
    """
    for name in module.SOURCE.tables:
        table, book = contract(name), books[name]
        key = ", ".join(f'"{k}"' for k in table.key)
        values = ", ".join(f'"{c.name}"' for c in table.columns)
        connection.execute(
            f"""
            CREATE TEMP TABLE twin AS
            SELECT
                rowid AS row_,
                row_number() OVER (PARTITION BY {key}, hash({values}) ORDER BY _file, _line, rowid) AS nth,
                count(DISTINCT hash({values})) OVER (PARTITION BY {key}) AS versions,
                string_agg(_file || ' line ' || _line, ', ' ORDER BY _file, _line) OVER (PARTITION BY {key}
                    ORDER BY _file, _line ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS places
            FROM kept_{name}
            WHERE ({key}) IN (SELECT ({key}) FROM kept_{name} GROUP BY {key} HAVING count(*) > 1)
            """
        )
        conflict = "(SELECT row_ FROM twin WHERE versions > 1)"
        _move(
            connection,
            name,
            book,
            f"rowid IN {conflict}",
            "key.unique",
            "'several rows with one key and different values: ' || "
            "(SELECT any_value(places) FROM twin WHERE row_ = kept.rowid)",
        )
        _drop(
            connection, name, book, "rowid IN (SELECT row_ FROM twin WHERE versions = 1 AND nth > 1)", "duplicate_row"
        )
        connection.execute("DROP TABLE twin")
        if table.parent:
            on = ", ".join(f'"{k}"' for k in table.parent_key)
            _drop(
                connection,
                name,
                book,
                f"({on}) IN (SELECT ({on}) FROM refused_{table.parent}) AND ({on}) NOT IN "
                f"(SELECT ({on}) FROM kept_{table.parent})",
                "parent_quarantined",
            )
            _move(
                connection,
                name,
                book,
                f"({on}) NOT IN (SELECT ({on}) FROM kept_{table.parent})",
                "parent.known",
                f"'no {table.parent} with this key'",
            )
        book["kept"] = _count(connection, f"kept_{name}")
        book["quarantined"] = _count(connection, f"refused_{name}")


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
    books[name]["kept"] = _count(connection, f"kept_{name}")
    books[name]["quarantined"] = _count(connection, f"refused_{name}")
    return {o.identity.name: {"checked": o.checked, "broken": o.broken} for o in outcomes}


def _move(
    connection: duckdb.DuckDBPyConnection, name: str, book: dict[str, Any], which: str, rule: str, reason: str
) -> None:
    ((moved,),) = connection.execute(
        f"INSERT INTO refused_{name} SELECT kept.*, ['{rule}'], {reason} FROM kept_{name} AS kept WHERE {which}"
    ).fetchall()
    connection.execute(f"DELETE FROM kept_{name} WHERE {which}")
    if moved:
        book["rules"][rule] += moved


def _drop(connection: duckdb.DuckDBPyConnection, name: str, book: dict[str, Any], which: str, reason: str) -> None:
    ((dropped,),) = connection.execute(f"DELETE FROM kept_{name} WHERE {which}").fetchall()
    if dropped:
        book["dropped"][reason] += dropped


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    ((count,),) = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    return int(count)


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
        columns = ", ".join(f'"{c.name}"' for c in table.columns)
        path = staged / "core" / f"{name}.parquet"
        query = f"SELECT {columns} FROM kept_{name} ORDER BY {key}"
        tables[name] = write_parquet(connection, query, arrow_schema(table), path)
        if _count(connection, f"refused_{name}"):
            path = staged / "quarantine" / f"{name}.parquet"
            query = f"SELECT * EXCLUDE (_dropped) FROM refused_{name} ORDER BY _file, _line, {key}"
            quarantine[name] = write_parquet(connection, query, _quarantine_schema(table), path)
    return tables, quarantine


def write_parquet(connection: duckdb.DuckDBPyConnection, query: str, schema: pa.Schema, path: Path) -> dict[str, Any]:
    """Write the rows of an ordered query as Parquet in the shape of a schema; return its sha256, bytes and rows."""
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in connection.sql(query).to_arrow_reader(100_000):
            writer.write_table(pa.Table.from_batches([batch]).cast(schema))
            rows += batch.num_rows
    return {"sha256": files.sha256(path), "bytes": path.stat().st_size, "rows": rows}


def _observed(connection: duckdb.DuckDBPyConnection, module: ModuleType) -> list[str]:
    """Return the facts this part tells: a column null throughout is not observed."""
    found = []
    for fact, column in module.SOURCE.observes.items():
        table, name, condition = told_by(column)
        if _count(connection, f'kept_{table} WHERE "{name}" IS NOT NULL AND ({condition})'):
            found.append(fact)
    return sorted(found)
