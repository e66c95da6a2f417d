"""Write ordered queries as Parquet files: the same rows give the same bytes, however many threads write them."""

import base64
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.contract import literal
from warehouse import files

LARGE = 1_000_000
"""Rows of a table beyond which DuckDB writes it: it takes a third of the time, and needs no Arrow in between."""


def write_parquet(
    connection: duckdb.DuckDBPyConnection, query: str, schema: pa.Schema, path: Path, rows: int = 0
) -> dict[str, Any]:
    """Write the rows of an ordered query as Parquet in the shape of a schema; return its sha256, bytes and rows.

    The query ends in an ORDER BY that leaves no two rows equal. `rows` is how many it has, where that is known.
    """
    if rows > LARGE:
        _by_duckdb(connection, query, schema, path)
    else:
        rows = 0
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for batch in connection.sql(query).to_arrow_reader(100_000):
                writer.write_table(pa.Table.from_batches([batch]).cast(schema))
                rows += batch.num_rows
    return {"sha256": files.sha256(path), "bytes": path.stat().st_size, "rows": rows}


def _by_duckdb(connection: duckdb.DuckDBPyConnection, query: str, schema: pa.Schema, path: Path) -> None:
    """Write a query by DuckDB, with the schema and its notes where Arrow's readers look for them."""
    notes = base64.b64encode(schema.serialize().to_pybytes()).decode()
    connection.execute(
        f"""COPY ({query}) TO {literal(str(path))} (
            FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 122880,
            KV_METADATA {{'ARROW:schema': {literal(notes)}}}
        )"""
    )
