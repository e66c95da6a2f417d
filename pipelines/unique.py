"""Make the kept rows of a part one a key, and see that each row's parent is there."""

from types import ModuleType
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from expectations.contract import Table
from expectations.tables import table as contract
from pipelines.parquet import neighbours

SLICE = 16_000_000
"""Keys compared at once: their hashes are sorted in memory, in a third of the time of a grouping by them."""


def settle_keys(connection: duckdb.DuckDBPyConnection, module: ModuleType, books: dict[str, Any]) -> None:
    """Make keys unique and parents known: identical rows are dropped, conflicting ones quarantined.

    Parents come before their children in SOURCE.tables.
    """
    for name in module.SOURCE.tables:
        table, book = contract(name), books[name]
        _settle_twins(connection, table, book)
        if table.parent:
            _settle_orphans(connection, table, book)
        book["kept"] = count(connection, f"kept_{name}")
        book["quarantined"] = count(connection, f"refused_{name}")


def _settle_twins(connection: duckdb.DuckDBPyConnection, table: Table, book: dict[str, Any]) -> None:
    """Drop rows that another one equals, and quarantine those that have a key in common and differ."""
    name = table.name
    key = ", ".join(f'"{k}"' for k in table.key)
    values = ", ".join(f'"{c.name}"' for c in table.columns)
    is_ordered, twice = neighbours(connection, f"kept_{name}", [f'"{k}"' for k in table.key])
    if is_ordered and not twice:
        return
    # Keys by their hash: eight bytes each, however long the keys. Two keys with one hash are told apart below.
    several = _several(connection, f"SELECT hash({key}) AS hash_ FROM kept_{name}", count(connection, f"kept_{name}"))
    if not len(several):
        return
    hashes = pa.table({"hash_": several})  # noqa: F841  (DuckDB reads it by name)
    connection.execute("CREATE OR REPLACE TEMP TABLE several AS SELECT * FROM hashes")
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE twin AS
        WITH alike AS (
            SELECT rowid AS row_, {key}, hash({values}) AS values_, _file, _line
            FROM kept_{name} WHERE hash({key}) IN (SELECT hash_ FROM several)
        ), judged AS (
            SELECT
                row_,
                {key},
                row_number() OVER (PARTITION BY {key}, values_ ORDER BY _file, _line, row_) AS nth,
                count(DISTINCT values_) OVER (PARTITION BY {key}) AS versions,
                count(*) OVER (PARTITION BY {key}) AS rows_,
                _file,
                _line
            FROM alike
        ), place AS (
            SELECT {key}, string_agg(_file || ' line ' || _line, ', ' ORDER BY _file, _line) AS places
            FROM judged WHERE versions > 1 GROUP BY ALL
        )
        SELECT row_, nth, versions, places FROM judged LEFT JOIN place USING ({key}) WHERE rows_ > 1
        """
    )
    if count(connection, "twin WHERE versions > 1"):
        reason = "(SELECT any_value(places) FROM twin WHERE row_ = kept.rowid)"
        _move(
            connection,
            name,
            book,
            "rowid IN (SELECT row_ FROM twin WHERE versions > 1)",
            "key.unique",
            f"'several rows with one key and different values: ' || {reason}",
        )
    _drop(connection, name, book, "rowid IN (SELECT row_ FROM twin WHERE versions = 1 AND nth > 1)", "duplicate_row")


def _several(connection: duckdb.DuckDBPyConnection, query: str, rows: int) -> np.ndarray:
    """Return the hashes that a query with one column of them has more than once, sorted, a slice of them at a time."""
    slices, found = rows // SLICE + 1, []
    for nth in range(slices):
        among = f"({query}) WHERE hash_ % {slices} = {nth}" if slices > 1 else f"({query})"
        hashes = connection.sql(f"FROM {among}").fetchnumpy()["hash_"]
        hashes.sort()
        found.append(np.unique(hashes[1:][hashes[1:] == hashes[:-1]]))
    return np.concatenate(found)


def _settle_orphans(connection: duckdb.DuckDBPyConnection, table: Table, book: dict[str, Any]) -> None:
    """Drop rows whose parent was quarantined, and quarantine those whose parent nobody knows."""
    on = ", ".join(f'"{k}"' for k in table.parent_key)
    known = " AND ".join(f'"{k}" IS NOT NULL' for k in table.parent_key)
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE orphan AS
        SELECT o.row_, p.is_refused IS NOT NULL AS is_refused
        FROM (
            SELECT rowid AS row_, {on} FROM kept_{table.name} WHERE {known}
            AND NOT EXISTS (FROM kept_{table.parent} AS p WHERE {_same(table)})
        ) AS o
        LEFT JOIN (SELECT DISTINCT {on}, true AS is_refused FROM refused_{table.parent}) AS p USING ({on})"""
    )
    if not count(connection, "orphan"):
        return
    _drop(connection, table.name, book, "rowid IN (SELECT row_ FROM orphan WHERE is_refused)", "parent_quarantined")
    _move(
        connection,
        table.name,
        book,
        "rowid IN (SELECT row_ FROM orphan WHERE NOT is_refused)",
        "parent.known",
        f"'no {table.parent} with this key'",
    )


def _same(table: Table) -> str:
    return " AND ".join(f'p."{k}" = kept_{table.name}."{k}"' for k in table.parent_key)


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


def count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """Return the number of rows of a table, or of those that a condition behind its name lets pass."""
    ((count,),) = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    return int(count)
