"""Bring what a normaliser yields before the gate: batches of rows, and queries whose rows stay in DuckDB.

Rows go into the tables kept_<table> and refused_<table> of the part's own database. A query is judged as batches are
while the part has no more rows of the table than Great Expectations judges whole (`gate.WHOLE`); beyond that no row
but the refused ones and a sample leaves DuckDB. The books are the same either way.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from expectations import gate
from expectations.contract import Table, arrow_schema, literal
from expectations.tables import table as contract
from pipelines import clean, read
from pipelines.source import RawFile, SourceError

STORE = "judged"
"""The database that holds the rows judged, for all cursors of a part."""

CHUNK = 250_000
"""Rows judged at once: Great Expectations costs a fixed part of a second per batch."""

Found = Iterator[tuple[str, pa.RecordBatch | str]]
"""What a normaliser yields: the name of a table, with a batch of its rows or a query for them."""

SQL_TYPES = {
    "string": "VARCHAR",
    "int64": "BIGINT",
    "double": "DOUBLE",
    "bool": "BOOLEAN",
    "date32[day]": "DATE",
    "timestamp[us, tz=UTC]": "TIMESTAMP WITH TIME ZONE",
    "list<item: string>": "VARCHAR[]",
    "list<item: double>": "DOUBLE[]",
}
"""DuckDB's name of each Arrow type that a contract may have."""

LOSSY = {(there, "BIGINT") for there in ("FLOAT", "DOUBLE", "DECIMAL")} | {("TIMESTAMP", "TIMESTAMP WITH TIME ZONE")}
"""Casts that would change values without a word."""


def judge(
    connection: duckdb.DuckDBPyConnection,
    module: ModuleType,
    part: str,
    raw: list[RawFile],
    scratch: Path,
    reading: read.Reading,
) -> dict[str, Any]:
    """Pass every row through the gate into the tables kept_<table> and refused_<table>; return the books."""
    books: dict[str, Any] = {}
    # In memory, spilled to the disk as it fills: compressing rows that are soon written anew takes longer.
    connection.execute(f"ATTACH ':memory:' AS {STORE}; USE {STORE}")
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
    for name, rows in _chunks(found, module.SOURCE.name, part):
        if isinstance(rows, str):
            _pass_query(connection, cursor, rows, contract(name), books[name], module.SOURCE.name, part)
        else:
            _pass_chunk(connection, rows, contract(name), books[name])
    primary = module.SOURCE.primary(part)
    if not books[primary]["read"] and not module.SOURCE.may_be_empty:
        raise SourceError(
            f"has no row for {primary}",
            file=", ".join(f.name for f in raw),
            rule="balance",
            mend="fetch it again; a publisher's table is never empty",
        )
    return books


def _pass_chunk(connection: duckdb.DuckDBPyConnection, chunk: pa.Table, table: Table, book: dict[str, Any]) -> None:
    """Judge rows that came as Arrow, and put each where it belongs."""
    book["read"] += chunk.num_rows
    chunk = _without_dropped(chunk, book)
    refusals = gate.judge(chunk, table, large=book["read"] > gate.WHOLE)
    if refusals:
        _refuse(connection, chunk, table, refusals, book)
        good = pa.array([i not in refusals for i in range(chunk.num_rows)])
        chunk = chunk.filter(good)
    connection.register("chunk", chunk)
    _add(connection, "chunk", table.name)
    connection.unregister("chunk")


def _pass_query(
    connection: duckdb.DuckDBPyConnection,
    cursor: duckdb.DuckDBPyConnection,
    query: str,
    table: Table,
    book: dict[str, Any],
    source: str,
    part: str,
) -> None:
    """Judge the rows of a query over the normaliser's cursor, and put each where it belongs."""
    name = table.name
    _store(cursor, query, table, {"source": source, "part": part})
    ((arrived,),) = connection.execute(f"SELECT count(*) FROM arrived_{name}").fetchall()
    if book["read"] + arrived <= gate.WHOLE:
        for chunk in _stored(connection, f"arrived_{name}", table):
            _pass_chunk(connection, chunk, table, book)
        connection.execute(f"DROP TABLE arrived_{name}")
        return
    book["read"] += arrived
    dropped = connection.execute(
        f"SELECT _dropped, count(*) FROM arrived_{name} WHERE is_stopped AND _dropped IS NOT NULL GROUP BY _dropped"
    ).fetchall()
    book["dropped"].update(dict(sorted(dropped)))
    connection.execute(
        f"CREATE TABLE stopped_{name} AS SELECT * FROM arrived_{name} WHERE is_stopped AND _dropped IS NULL"
    )
    for chunk in _stored(connection, f"stopped_{name}", table):
        _refuse(connection, chunk, table, gate.judge_refused(chunk, table), book)
    connection.execute(f"DELETE FROM arrived_{name} WHERE is_stopped; DROP TABLE stopped_{name}")
    gate.judge_kept(connection, f"arrived_{name}", arrived, table)
    connection.execute(f"ALTER TABLE arrived_{name} DROP COLUMN is_stopped")
    ((before,),) = connection.execute(f"SELECT count(*) FROM kept_{name}").fetchall()
    if before:
        _add(connection, f"arrived_{name}", name)
        connection.execute(f"DROP TABLE arrived_{name}")
    else:
        connection.execute(f"DROP TABLE kept_{name}; ALTER TABLE arrived_{name} RENAME TO kept_{name}")


def _store(cursor: duckdb.DuckDBPyConnection, query: str, table: Table, constants: dict[str, str]) -> None:
    """Store the rows of a normaliser's query as arrived_<table>, in the contract's shape, and whether each is stopped.

    Source, part and absent columns are there and take no room: they are generated. A cast that would change a value
    without a word (1.5 to 2, a time to another zone's) is an error of ours.
    """
    relation = cursor.sql(query)
    there = dict(zip(relation.columns, map(str, relation.types), strict=True))
    shape, stored, row = [], [], []
    for field in arrow_schema(table, lineage=True):
        name, kind = field.name, SQL_TYPES[str(field.type)]
        if name in there and name not in constants:
            if (there[name].split("(")[0], kind) in LOSSY:
                raise TypeError(f"{table.name}.{name} is {there[name]} in the query, {kind} in the contract")
            shape.append(f'"{name}" {kind}')
            value = f'CAST("{name}" AS {kind})'
            stored.append(f'"{name}"')
        else:
            value = f"CAST({literal(constants.get(name))} AS {kind})"
            shape.append(f'"{name}" {kind} AS ({value}) VIRTUAL')
        row.append(f'{value} AS "{name}"')
    # The predicate is tried while the rows come in, and so only once looked at.
    cursor.execute(
        f"""
        CREATE TABLE {STORE}.arrived_{table.name} ({", ".join(shape)}, is_stopped BOOLEAN);
        INSERT INTO {STORE}.arrived_{table.name} ({", ".join(stored)}, is_stopped)
        SELECT {", ".join(stored)}, _dropped IS NOT NULL OR {gate.broken(table, constants)} AS is_stopped
        FROM (SELECT {", ".join(row)} FROM ({query}))
        """
    )


def _add(connection: duckdb.DuckDBPyConnection, rows: str, name: str) -> None:
    """Add rows to kept_<table>; its generated columns are stored from now on, as others may have other values."""
    (sql,) = connection.execute(f"SELECT sql FROM duckdb_tables() WHERE table_name = 'kept_{name}'").fetchall()[0]
    if "GENERATED ALWAYS" in sql:
        connection.execute(
            f"ALTER TABLE kept_{name} RENAME TO former_{name}; "
            f"CREATE TABLE kept_{name} AS FROM former_{name}; DROP TABLE former_{name}"
        )
    connection.execute(f"INSERT INTO kept_{name} FROM {rows}")


def _stored(connection: duckdb.DuckDBPyConnection, stored: str, table: Table) -> Iterator[pa.Table]:
    """Read rows that are stored in the contract's shape, in their order, some at a time."""
    schema = arrow_schema(table, lineage=True)
    columns = ", ".join(f'"{name}"' for name in schema.names)
    # A cursor of its own: whoever takes the rows writes through the connection.
    for batch in connection.cursor().sql(f"SELECT {columns} FROM {STORE}.{stored}").to_arrow_reader(CHUNK):
        yield pa.Table.from_batches([batch]).cast(schema)


def _without_dropped(chunk: pa.Table, book: dict[str, Any]) -> pa.Table:
    """Take out the rows for which the normaliser gives a reason to drop them, and count them by it."""
    if chunk["_dropped"].null_count == chunk.num_rows:
        return chunk
    book["dropped"].update(reason for reason in chunk["_dropped"].to_pylist() if reason is not None)
    return chunk.filter(pc.is_null(chunk["_dropped"]))


def _chunks(found: Found, source: str, part: str) -> Iterator[tuple[str, pa.Table | str]]:
    """Gather the batches of a table into chunks in the contract's shape, with source and part; queries pass."""
    gathered: dict[str, list[pa.Table]] = {}
    for name, batch in found:
        if isinstance(batch, str):
            if name in gathered:
                yield name, pa.concat_tables(gathered.pop(name))
            yield name, batch
            continue
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


def _refuse(
    connection: duckdb.DuckDBPyConnection, chunk: pa.Table, table: Table, refusals: gate.Refusals, book: dict[str, Any]
) -> None:
    """Put the refused rows of a chunk into quarantine, each with its rules and the reason in words."""
    book["rules"].update(rule for rules in refusals.values() for rule in rules)
    refused = _refused(chunk, table, refusals)  # noqa: F841  (DuckDB reads it by name)
    connection.execute(f"INSERT INTO refused_{table.name} SELECT * FROM refused")


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
