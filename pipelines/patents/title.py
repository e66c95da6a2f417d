"""Chains of title: the conveyances of each patent in the order of execution, and who holds it after each."""

import duckdb

from expectations.contract import arrow_schema
from expectations.tables import table


def write(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `title_chain`."""
    empty = arrow_schema(table("title_chain")).empty_table()  # noqa: F841  (DuckDB reads it by name)
    connection.execute("CREATE OR REPLACE TABLE title_chain AS SELECT * FROM empty")
