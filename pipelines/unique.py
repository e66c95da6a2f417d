"""Make the kept rows of a part one a key, and see that each row's parent is there."""

from types import ModuleType
from typing import Any

import duckdb

from expectations.tables import table as contract


def settle_keys(connection: duckdb.DuckDBPyConnection, module: ModuleType, books: dict[str, Any]) -> None:
    """Make keys unique and parents known: identical rows are dropped, conflicting ones quarantined.

    Parents come before their children in SOURCE.tables.
    """
    for name in module.SOURCE.tables:
        table, book = contract(name), books[name]
        key = ", ".join(f'"{k}"' for k in table.key)
        values = ", ".join(f'"{c.name}"' for c in table.columns)
        connection.execute(
            f"""
            CREATE TEMP TABLE twin AS
            SELECT
                rowid AS row_,
                row_number() OVER (PARTITION BY {key}, hash({values}) ORDER BY _file, _line, rowid) AS nth,
                count(DISTINCT hash({values})) OVER (PARTITION BY {key}) AS versions,
                string_agg(_file || ' line ' || _line, ', ' ORDER BY _file, _line) OVER (PARTITION BY {key}
                    ORDER BY _file, _line ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS places
            FROM kept_{name}
            WHERE ({key}) IN (SELECT ({key}) FROM kept_{name} GROUP BY {key} HAVING count(*) > 1)
            """
        )
        conflict = "(SELECT row_ FROM twin WHERE versions > 1)"
        _move(
            connection,
            name,
            book,
            f"rowid IN {conflict}",
            "key.unique",
            "'several rows with one key and different values: ' || "
            "(SELECT any_value(places) FROM twin WHERE row_ = kept.rowid)",
        )
        _drop(
            connection, name, book, "rowid IN (SELECT row_ FROM twin WHERE versions = 1 AND nth > 1)", "duplicate_row"
        )
        connection.execute("DROP TABLE twin")
        if table.parent:
            on = ", ".join(f'"{k}"' for k in table.parent_key)
            _drop(
                connection,
                name,
                book,
                f"({on}) IN (SELECT ({on}) FROM refused_{table.parent}) AND ({on}) NOT IN "
                f"(SELECT ({on}) FROM kept_{table.parent})",
                "parent_quarantined",
            )
            _move(
                connection,
                name,
                book,
                f"({on}) NOT IN (SELECT ({on}) FROM kept_{table.parent})",
                "parent.known",
                f"'no {table.parent} with this key'",
            )
        book["kept"] = count(connection, f"kept_{name}")
        book["quarantined"] = count(connection, f"refused_{name}")


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
