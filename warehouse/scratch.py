"""DuckDB databases for work in progress: on disk, with a bound on memory, so that size costs time and not memory."""

import os
from pathlib import Path

import duckdb

MEMORY = "600MB"
"""Bound on DuckDB's memory per connection; IUR_MEMORY replaces it. What does not fit is spilled beside the database."""


PART = "2050MB"
"""The bound where a part is built, which holds nothing else: its rows, and the sort that writes them."""


def connect(folder: Path, memory: str = MEMORY) -> duckdb.DuckDBPyConnection:
    """Open a new database in a folder that the caller removes after use."""
    connection = duckdb.connect(str(folder / "work.duckdb"))
    connection.execute("SET memory_limit = ?", [os.environ.get("IUR_MEMORY", memory)])
    connection.execute("SET temp_directory = ?", [str(folder / "spill")])
    # A night writes a log, not a bar.
    connection.execute("SET enable_progress_bar = false")
    return connection
