"""Write ordered queries as Parquet files: the same rows give the same bytes."""

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse import files


def write_parquet(connection: duckdb.DuckDBPyConnection, query: str, schema: pa.Schema, path: Path) -> dict[str, Any]:
    """Write the rows of an ordered query as Parquet in the shape of a schema; return its sha256, bytes and rows."""
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in connection.sql(query).to_arrow_reader(100_000):
            writer.write_table(pa.Table.from_batches([batch]).cast(schema))
            rows += batch.num_rows
    return {"sha256": files.sha256(path), "bytes": path.stat().st_size, "rows": rows}
