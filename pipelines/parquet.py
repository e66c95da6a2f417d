"""Write ordered queries as Parquet files: the same rows give the same bytes, however many threads write them."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.contract import literal
from warehouse import files

GROUP = 100_000
"""Rows written at once."""

LARGE = 1_000_000
"""Rows of a table beyond which DuckDB writes it: it takes a third of the time, and needs no Arrow in between."""


def write_parquet(
    connection: duckdb.DuckDBPyConnection, query: str, schema: pa.Schema, path: Path, rows: int = 0
) -> dict[str, Any]:
    """Write the rows of an ordered query as Parquet in the shape of a schema; return its sha256, bytes and rows.

    The query is in an order that leaves no two rows equal (`ordered`). `rows` is how many it has, where that is known.
    """
    if rows > LARGE:
        _by_duckdb(connection, query, schema, path)
    else:
        rows = 0
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for batch in connection.sql(query).to_arrow_reader(GROUP):
                writer.write_table(pa.Table.from_batches([batch]).cast(schema))
                rows += batch.num_rows
    return {"sha256": files.sha256(path), "bytes": path.stat().st_size, "rows": rows}


def write_table(table: pa.Table, path: Path) -> dict[str, Any]:
    """Write at most GROUP ordered rows as `write_parquet` does: the same bytes; return their sha256, bytes and rows."""
    with pq.ParquetWriter(path, table.schema, compression="zstd") as writer:
        writer.write_table(table)
    return {"sha256": files.sha256(path), "bytes": path.stat().st_size, "rows": len(table)}


def ordered(connection: duckdb.DuckDBPyConnection, stored: str, schema: pa.Schema, key: str, rows: int) -> str:
    """Return the query that writes a stored table in the order of its key.

    One that lies in this order is not sorted. Of a large one, columns with one value throughout are left out of the
    sort, and added after it.
    """
    names = [f'"{field.name}"' for field in schema]
    if rows <= LARGE:
        return f"SELECT {', '.join(names)} FROM {stored} ORDER BY {key}"
    types = dict(connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE {stored})").fetchall())
    some = connection.execute(f"SELECT {', '.join(names)} FROM {stored} LIMIT 1000").fetchall()
    first = dict(zip(names, some[0], strict=True))
    same = [n for n, values in zip(names, zip(*some, strict=True), strict=True) if len(set(map(str, values))) == 1]
    once = {
        n: f"CAST({literal(first[n])} AS {types[n.strip(chr(34))]})"
        for n in same
        if n not in key and (first[n] is None or isinstance(first[n], str | bool | int))
    }
    if once:
        other = ", ".join(f"count(*) FILTER ({n} IS DISTINCT FROM {value})" for n, value in once.items())
        (others,) = connection.execute(f"SELECT {other} FROM {stored}").fetchall()
        once = {n: value for (n, value), count in zip(once.items(), others, strict=True) if not count}
    sorted_ = ", ".join(n for n in names if n not in once)
    # One text for millions of rows is written a tenth as fast as a text than as the one value of an ENUM.
    once |= {n: f"CAST({v} AS ENUM({literal(first[n])}))" for n, v in once.items() if isinstance(first[n], str)}
    columns = ", ".join(f"{once[n]} AS {n}" if n in once else n for n in names)
    order = "" if neighbours(connection, stored, key.split(", "))[0] else f"ORDER BY {key}"
    return f"SELECT {columns} FROM (SELECT {sorted_} FROM {stored} {order})"


def neighbours(connection: duckdb.DuckDBPyConnection, stored: str, key: Sequence[str]) -> tuple[bool, int]:
    """Return whether a stored table lies in the order of its key, and if so how many rows have one's before."""
    former = ", ".join(f"lag({name}) OVER () AS former_{n}" for n, name in enumerate(key))
    equal = [f"{name} = former_{n}" for n, name in enumerate(key)]
    less = [" AND ".join([*equal[:n], f"{name} < former_{n}"]) for n, name in enumerate(key)]
    figures = (
        f"""count(*) FILTER ({" OR ".join(f"({one})" for one in less)}), count(*) FILTER ({" AND ".join(equal)})"""
    )
    wrong = twice = 0
    for rows in (f"{stored} LIMIT 100_000", stored):  # where there is no order the first rows tell
        ((wrong, twice),) = connection.execute(
            f"SELECT {figures} FROM (SELECT {', '.join(key)}, {former} FROM (FROM {rows}))"
        ).fetchall()
        if wrong:
            break
    return not wrong, twice


def _by_duckdb(connection: duckdb.DuckDBPyConnection, query: str, schema: pa.Schema, path: Path) -> None:
    """Write a query by DuckDB, with the schema and its notes where Arrow's readers look for them."""
    notes = base64.b64encode(schema.serialize().to_pybytes()).decode()
    # From statistics DuckDB would tell which columns have no null, and call them required; contracts call none so.
    connection.execute("SET disabled_optimizers = 'statistics_propagation'")
    connection.execute(
        f"""COPY ({query}) TO {literal(str(path))} (
            FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 122880, DICTIONARY_SIZE_LIMIT 8000,
            WRITE_BLOOM_FILTER false,
            KV_METADATA {{'ARROW:schema': {literal(notes)}}}
        )"""
    )
    connection.execute("RESET disabled_optimizers")
