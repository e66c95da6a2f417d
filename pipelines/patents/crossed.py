"""Which patents came of which awards: what funders list, and what patents say of the government's interest."""

import duckdb

from expectations.contract import arrow_schema
from expectations.tables import table


def write(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `award_patent`."""
    empty = arrow_schema(table("award_patent")).empty_table()  # noqa: F841  (DuckDB reads it by name)
    connection.execute("CREATE OR REPLACE TABLE award_patent AS SELECT * FROM empty")
