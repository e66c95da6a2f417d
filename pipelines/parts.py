"""Which parts' rows are the same as in the former release, so that what follows from them need not be made again."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.contract import literal
from pipelines.indicators.coverage import RECORDS
from warehouse import files
from warehouse.reuse import Reuse

Part = tuple[str, str]
"""A source and one of its parts."""


def name(part: Part) -> str:
    """Return the name a part goes by in files and notes."""
    return "--".join(part)


def declared(value: object) -> str:
    """Write a declaration (a dataclass of plain values and others) the same in every process: sets in order."""
    if is_dataclass(value):
        return f"{type(value).__name__}({', '.join(declared(getattr(value, f.name)) for f in fields(value))})"
    if isinstance(value, frozenset):
        return declared(tuple(sorted(value)))
    if isinstance(value, tuple):
        return f"({', '.join(declared(v) for v in value)})"
    return repr(value)


def rows_digest(columns: Iterable[str]) -> str:
    """Return DuckDB's expressions for a digest of rows in any order: their number, and two sums of their hashes."""
    columns = [f'"{c}"' for c in columns]
    hashes = (f"hash({', '.join(c)})" for c in ([*columns, "1"], ["2", *reversed(columns)]))
    return f"concat_ws(' ', count(*), {', '.join(f'sum(CAST({h} AS HUGEINT))' for h in hashes)})"


def digests(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str] = ()) -> dict[Part, str]:
    """Return a digest of the rows each part has in a table (or view): of all columns unless some are given."""
    columns = columns or [c for c, *_ in connection.execute(f"DESCRIBE {table}").fetchall()]
    found = connection.execute(
        f"SELECT source, part, {rows_digest(columns)} FROM {table} GROUP BY source, part"
    ).fetchall()
    return {(source, part): digest for source, part, digest in found}


def groups(
    connection: duckdb.DuckDBPyConnection, parts: Iterable[Part], joined: Iterable[tuple[Part, Part]] = ()
) -> dict[Part, tuple[Part, ...]]:
    """Return with each part those that have a record in common with it, directly or through others.

    HESA's tables do: one report, linked once, has its income in one part and its staff in another. `joined` are
    pairs of parts that belong together for another reason.
    """
    together = {part: {part} for part in parts}
    several = Counter(source for source, _ in together)
    divided = ", ".join(literal(source) for source, count in sorted(several.items()) if count > 1) or "NULL"
    records = " UNION ALL ".join(
        f"SELECT source, part, '{r.table}' AS record_table, {r.record_id} AS record_id FROM {r.table}" for r in RECORDS
    )
    shared = connection.execute(
        f"""SELECT DISTINCT source, parts FROM (
            SELECT source, list(DISTINCT part) AS parts
            FROM (SELECT source, part, record_table, record_id FROM linked_party UNION ALL {records})
            WHERE source IN ({divided})
            GROUP BY source, record_table, record_id HAVING min(part) <> max(part))"""
    ).fetchall()
    together_ = [[(source, n) for n in names] for source, names in shared]
    for ones in [*together_, *map(list, joined)]:
        found = set().union(*(together.get(part, {part}) for part in ones))
        together |= dict.fromkeys(found, found)
    return {part: tuple(sorted(together[part])) for part in parts}


def keys(
    connection: duckdb.DuckDBPyConnection,
    told: Sequence[Mapping[Part, str]],
    joined: Iterable[tuple[Part, Part]] = (),
) -> dict[str, str]:
    """Return one key a part over what several mappings tell of it and of the parts it belongs with (`groups`)."""
    parts = sorted(set().union(*told))
    own = {part: files.digest(name(part), *(tells.get(part, "") for tells in told)) for part in parts}
    return {
        name(part): files.digest(*(own[p] for p in group if p in own))
        for part, group in groups(connection, parts, joined).items()
    }


@dataclass(frozen=True)
class Changed:
    """The parts of which a table is made anew, and the former files that hold the other parts' rows."""

    parts: tuple[Part, ...]
    kept: tuple[Path, ...]

    def register(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        """Show the parts to a connection as a table (source, part)."""
        source, part = zip(*self.parts, strict=True) if self.parts else ((), ())
        connection.register(
            table, pa.table({"source": pa.array(source, pa.string()), "part": pa.array(part, pa.string())})
        )

    def keep(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        """Add the rows of the parts that did not change to a table."""
        if self.kept:
            paths = [str(path) for path in self.kept]
            connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM read_parquet($paths)", {"paths": paths})


def changed(connection: duckdb.DuckDBPyConnection, reuse: Reuse, table: str, *told: Mapping[Part, str]) -> Changed:
    """Return which parts of a table (a file a part) must be made anew: those of which something else is told now."""
    same = reuse.same(table, keys(connection, told))
    anew, kept = [], []
    for part in sorted(set().union(*told)):
        file = f"{table}/{name(part)}.parquet"
        path = reuse.whole(file)
        if name(part) not in same or (path is None and file in reuse.former["files"]):
            anew.append(part)
        elif path is not None:
            kept.append(path)
    return Changed(tuple(anew), tuple(kept))
