"""DuckDB databases for work in progress: on disk, with a bound on memory, so that size costs time and not memory."""

import os
from pathlib import Path

import duckdb

MEMORY = 600
"""Bound on DuckDB's memory per connection in MB; what does not fit is spilled beside the database."""

AMPLE, MORE, MOST = 2_000_000, 70, 8_000
"""Rows for which the bound is ample, and the megabytes for every million more, up to how many."""

PART = "2050MB"
"""The bound where a part is built, which holds nothing else: its rows, and the sort that writes them."""


def bounds(rows: int) -> list[str]:
    """Return the bounds to try for work on so many rows, each twice the one before; IUR_MEMORY is the only one if set.

    What DuckDB has pinned it cannot spill, and how much that will be is known to nobody before.

    >>> [bounds(rows) for rows in (0, 12_000_000, 100_000_000)]
    [['600MB', '1200MB', '2400MB'], ['1300MB', '2600MB', '5200MB'], ['7460MB', '8000MB']]
    """
    if said := os.environ.get("IUR_MEMORY"):
        return [said]
    first = min(MOST, MEMORY + MORE * max(0, rows - AMPLE) // 1_000_000)
    return [f"{size}MB" for size in dict.fromkeys(min(MOST, first * times) for times in (1, 2, 4))]


def connect(folder: Path, memory: str = f"{MEMORY}MB") -> duckdb.DuckDBPyConnection:
    """Open a new database in a folder that the caller removes after use."""
    connection = duckdb.connect(str(folder / "work.duckdb"))
    connection.execute("SET memory_limit = ?", [os.environ.get("IUR_MEMORY", memory)])
    connection.execute("SET temp_directory = ?", [str(folder / "spill")])
    # A night writes a log, not a bar.
    connection.execute("SET enable_progress_bar = false")
    return connection
