"""Which facts each part of a source tells, and the parts a measure may therefore read.

A fact that is null throughout a part is not observed there: null is never false and never zero. A source may
hand out what belongs to its records in parts of their own (`Source.primaries`: patents, outcomes): these and
the parts of records tell together what either tells.
"""

from collections.abc import Iterable, Mapping

import duckdb

from pipelines.source import Source, told_by

Part = tuple[str, str]
"""A source and one of its parts."""


def observed(
    connection: duckdb.DuckDBPyConnection,
    sources: Mapping[str, Source],
    parts: Iterable[Part],
    among: frozenset[str] | None = None,
) -> dict[Part, frozenset[str]]:
    """Return the facts each part observes, of all or `among` some: those whose column has a value in the part.

    A part in `Source.primaries` tells besides what any part of its source tells, and every part of the source
    what such a part tells.
    """
    parts = sorted(parts)
    present = _columns(connection)
    facts = {source: sources[source].observes for source, _ in parts}
    if among is not None:
        facts = {source: {name: f for name, f in told.items() if name in among} for source, told in facts.items()}
    wanted = sorted({told_by(fact) for told in facts.values() for fact in told.values()})
    valued: set[tuple[str, str, tuple[str, str, str]]] = set()
    for table in sorted({table for table, _, _ in wanted}):
        asked = [fact for fact in wanted if fact[0] == table and fact[:2] in present]
        if not asked:
            continue
        tests = ", ".join(f'bool_or("{column}" IS NOT NULL AND ({where}))' for _, column, where in asked)
        for source, part, *told in connection.execute(
            f"SELECT source, part, {tests} FROM {table} GROUP BY source, part"
        ).fetchall():
            valued |= {(source, part, fact) for fact, is_told in zip(asked, told, strict=True) if is_told}
    own = {
        (source, part): frozenset(
            name for name, fact in facts[source].items() if (source, part, told_by(fact)) in valued
        )
        for source, part in parts
    }
    return {part: told | _besides(part, own, sources) for part, told in own.items()}


def _besides(part: Part, own: Mapping[Part, frozenset[str]], sources: Mapping[str, Source]) -> frozenset[str]:
    """Return what the other parts of its source tell of the records of a part."""
    apart = sources[part[0]].primaries
    others = (told for (source, name), told in own.items() if source == part[0] and (name in apart or part[1] in apart))
    return frozenset().union(*others)


def _columns(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    rows = connection.execute("SELECT table_name, column_name FROM information_schema.columns").fetchall()
    return {(table, column) for table, column in rows}


def telling(
    facts: Mapping[Part, frozenset[str]], needs: frozenset[str], beside: frozenset[str] = frozenset()
) -> tuple[Part, ...]:
    """Return the parts that observe all that is needed, in order; none where no part observes what is `beside`."""
    if beside and not beside <= frozenset().union(*facts.values()):
        return ()
    return tuple(part for part in sorted(facts) if needs <= facts[part])
