"""DuckDB databases for work in progress: on disk, with a bound on memory, so that size costs time and not memory."""

import os
from pathlib import Path

import duckdb

MEMORY = "600MB"
"""Bound on DuckDB's memory per connection; IUR_MEMORY replaces it. What does not fit is spilled beside the database."""

AMPLE, MOST = 5_000_000, 4_000
"""Rows up to which the bound is enough, and the megabytes of the largest one: what is pinned cannot be spilled."""

PART = "2050MB"
"""The bound where a part is built, which holds nothing else: its rows, and the sort that writes them."""


def bound(rows: int) -> str:
    """Return the bound for work on so many rows: 100 MB more for every million beyond AMPLE.

    >>> [bound(rows) for rows in (0, 5_000_000, 7_400_000, 200_000_000)]
    ['600MB', '600MB', '840MB', '4000MB']
    """
    return f"{min(MOST, int(MEMORY.removesuffix('MB')) + max(0, rows - AMPLE) // 10_000)}MB"


def connect(folder: Path, memory: str = MEMORY) -> duckdb.DuckDBPyConnection:
    """Open a new database in a folder that the caller removes after use."""
    connection = duckdb.connect(str(folder / "work.duckdb"))
    connection.execute("SET memory_limit = ?", [os.environ.get("IUR_MEMORY", memory)])
    connection.execute("SET temp_directory = ?", [str(folder / "spill")])
    # A night writes a log, not a bar.
    connection.execute("SET enable_progress_bar = false")
    return connection
