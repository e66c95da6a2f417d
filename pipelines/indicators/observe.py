"""Which facts each part of a source tells, and the parts a measure may therefore read.

A fact that is null throughout a part is not observed there: null is never false and never zero.
"""

from collections.abc import Iterable, Mapping

import duckdb

from pipelines.source import Source

Part = tuple[str, str]
"""A source and one of its parts."""


def observed(
    connection: duckdb.DuckDBPyConnection, sources: Mapping[str, Source], parts: Iterable[Part]
) -> dict[Part, frozenset[str]]:
    """Return the facts each part observes: those whose column has a value somewhere in the part."""
    parts = sorted(parts)
    present = _columns(connection)
    wanted = sorted({tuple(c.split(".", 1)) for source, _ in parts for c in sources[source].observes.values()})
    valued: set[tuple[str, str, str]] = set()
    for table in sorted({table for table, _ in wanted}):
        columns = [c for t, c in wanted if t == table and (table, c) in present]
        if not columns:
            continue
        tests = ", ".join(f'bool_or("{c}" IS NOT NULL)' for c in columns)
        for source, part, *told in connection.execute(
            f"SELECT source, part, {tests} FROM {table} GROUP BY source, part"
        ).fetchall():
            valued |= {(source, part, f"{table}.{c}") for c, is_told in zip(columns, told, strict=True) if is_told}
    return {
        (source, part): frozenset(
            fact for fact, column in sources[source].observes.items() if (source, part, column) in valued
        )
        for source, part in parts
    }


def _columns(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    rows = connection.execute("SELECT table_name, column_name FROM information_schema.columns").fetchall()
    return {(table, column) for table, column in rows}


def telling(facts: Mapping[Part, frozenset[str]], needs: frozenset[str]) -> tuple[Part, ...]:
    """Return the parts that observe everything that is needed, in order."""
    return tuple(part for part in sorted(facts) if needs <= facts[part])
