"""Settle a frozen release: one row per key across the parts of a source, where the later part wins, and across sources.

A publisher that groups its records anew (NSF did, when its yearly files became JSON) has one record in two
parts. Its rows in the earlier part are superseded, with all that belongs to them, and counted. Snapshots are
not settled: their parts are disjoint, and the release's gate refuses them where they are not. A source that yields
to another (`Source.yields_to`: the weekly grants to PatentsView, whose owners are disambiguated) gives up the records
that the other has too, with all that belongs to them there, whatever the other says of these.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

import duckdb

from expectations.contract import Table, arrow_schema, literal
from expectations.tables import tables
from pipelines.parquet import write_parquet
from pipelines.source import Source

Superseded = dict[tuple[str, str], int]
"""Rows superseded, by source and part."""


def settle(
    connection: duckdb.DuckDBPyConnection,
    built: Path,
    sources: Mapping[str, Source],
    parts: Collection[tuple[str, str]],
) -> Superseded:
    """Write the files of a release anew that hold superseded rows, and return how many rows each part lost.

    `built` holds the frozen core tables, `parts` the (source, part) pairs frozen. A file without superseded
    rows is left as it is: a link to core.
    """
    lost: Counter[tuple[str, str]] = Counter()
    for name in sorted({source for source, _ in parts}):
        if sources[name].part_kind == "snapshot":
            continue
        ranked = sorted((part for source, part in parts if source == name), key=_rank)
        # Parents come before their children in the facts of a source.
        for table in (tables()[t] for t in sources[name].tables):
            there = [p for p in ranked if (built / table.name / f"{name}--{p}.parquet").exists()]
            if len(there) > 1:
                lost.update(_table(connection, built, name, there, table))
    for name in sorted({source for source, _ in parts}):
        before = [(source, part) for source, part in parts if source in sources[name].yields_to]
        own = sorted(part for source, part in parts if source == name)
        for table in (tables()[t] for t in sources[name].tables) if before else ():
            lost.update(_yield(connection, built, name, own, before, table))
    connection.execute("DROP TABLE IF EXISTS iur_superseded")
    return dict(lost)


def _rank(part: str) -> tuple[int, str]:
    """Order parts as the publisher brings them out: by number; one with a name holds what was before."""
    return (int(part), "") if part.isdigit() else (-1, part)


def _table(
    connection: duckdb.DuckDBPyConnection, built: Path, source: str, parts: list[str], table: Table
) -> Superseded:
    """Settle one table of a source; of a child also the rows whose parent was superseded in the same part."""
    files = {part: built / table.name / f"{source}--{part}.parquet" for part in parts}
    rows = " UNION ALL ".join(
        f"SELECT *, {rank} AS _rank FROM read_parquet({literal(str(path))})" for rank, path in enumerate(files.values())
    )
    key = ", ".join(f'"{k}"' for k in table.key)
    with_parent = ""
    if table.parent:
        on = ", ".join(f'"{k}"' for k in table.parent_key)
        with_parent = f"OR (part, {on}) IN (SELECT (part, {on}) FROM iur_superseded_{table.parent})"
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE iur_superseded_{table.name} AS
        SELECT part, {key} FROM (SELECT *, max(_rank) OVER (PARTITION BY {key}) AS _last FROM ({rows}))
        WHERE _rank < _last {with_parent}"""
    )
    return _without(connection, source, files, table, f"iur_superseded_{table.name}")


def _yield(
    connection: duckdb.DuckDBPyConnection,
    built: Path,
    source: str,
    parts: list[str],
    before: list[tuple[str, str]],
    table: Table,
) -> Superseded:
    """Take the rows of one table out that the parts `before` have too; of a child those whose parent is taken out."""
    files = {part: path for part in parts if (path := built / table.name / f"{source}--{part}.parquet").exists()}
    key = ", ".join(f'"{k}"' for k in table.key)
    on = ", ".join(f'"{k}"' for k in table.parent_key) if table.parent else key
    theirs = [path for p in before if (path := built / table.name / f"{'--'.join(p)}.parquet").exists()]
    among = f"SELECT {on} FROM iur_yielded_{table.parent}" if table.parent else f"SELECT {key} FROM {_read(theirs)}"
    rows = f"SELECT part, {key} FROM {_read(list(files.values()))} SEMI JOIN ({among}) USING ({on})"
    if not files or not (table.parent or theirs):
        empty = arrow_schema(table).empty_table()  # noqa: F841  (DuckDB reads it by name)
        rows = f"SELECT part, {key} FROM empty"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE iur_yielded_{table.name} AS {rows}")
    return _without(connection, source, files, table, f"iur_yielded_{table.name}")


def _read(paths: list[Path]) -> str:
    return f"read_parquet([{', '.join(literal(str(path)) for path in paths)}])"


def _without(
    connection: duckdb.DuckDBPyConnection, source: str, files: Mapping[str, Path], table: Table, taken: str
) -> Superseded:
    """Write the files anew that lose rows, whose part and key the table `taken` lists; count them by part."""
    key = ", ".join(f'"{k}"' for k in table.key)
    found = connection.execute(f"SELECT part, count(*) FROM {taken} GROUP BY part ORDER BY part").fetchall()
    for part, _ in found:
        kept = connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE iur_superseded AS
            SELECT * FROM read_parquet({literal(str(files[part]))})
            WHERE ({key}) NOT IN (SELECT ({key}) FROM {taken} WHERE part = {literal(part)})"""
        )
        files[part].unlink()
        write_parquet(kept, f"SELECT * FROM iur_superseded ORDER BY {key}", arrow_schema(table), files[part])
    return {(source, part): rows for part, rows in found}
