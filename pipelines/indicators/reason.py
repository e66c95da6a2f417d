"""Say why a value is not there, or is not whole: which fact, part or year of a source is missing."""

from collections.abc import Mapping

import duckdb

from pipelines.indicators.indicator import Indicator
from pipelines.indicators.observe import Part, observed
from pipelines.source import Source


def facts_of(connection: duckdb.DuckDBPyConnection, sources: Mapping[str, Source]) -> dict[Part, frozenset[str]]:
    """Return the facts that each part of a release observes."""
    rows = connection.execute(
        "SELECT DISTINCT source, unnest(parts_present) AS part FROM coverage ORDER BY source, part"
    ).fetchall()
    return observed(connection, sources, [(source, part) for source, part in rows if source in sources])


def reason(
    connection: duckdb.DuckDBPyConnection,
    indicator: Indicator,
    institution_id: str,
    year: int,
    source: str,
    status: str,
    facts: Mapping[Part, frozenset[str]],
) -> str:
    """Say in one sentence why a value has its status; empty where it is published.

    An empty `status` stands for a value that the release has no row for.
    """
    first, last = indicator.looks_back
    rows = connection.execute(
        """SELECT year, parts_present, is_complete, reason FROM coverage
        WHERE source = ? AND year BETWEEN ? AND ?""",
        [source, year - last, year - first],
    ).fetchall()
    covered = {row[0]: row[1:] for row in rows}
    if status == "published":
        return ""
    if status == "suppressed":
        return f"{source} withholds the figure"
    if status == "no_denominator":
        return f"nothing to divide by: no {_base(indicator)} in the window"
    if status == "small_base":
        return f"fewer than {indicator.least_base} {_units(indicator)} in the denominator"
    if not status and not _is_seen(connection, institution_id, source):
        return f"the release holds no record of {institution_id} in {source}"
    wanting = [*_unseen(indicator, covered, year), *_untold(indicator, covered, source, facts)]
    if status == "partial_year" or not status:
        wanting += [f"{y}: {why}" for y, (_, whole, why) in sorted(covered.items()) if not whole]
    if wanting:
        return f"{source}: " + "; ".join(wanting)
    if not status:
        return f"{source}: no record of {institution_id} in the years looked at"
    return f"{source}: the amounts of these records are not told"


def _is_seen(connection: duckdb.DuckDBPyConnection, institution_id: str, source: str) -> bool:
    rows = connection.execute(
        "SELECT 1 FROM coverage_institution WHERE source = ? AND institution_id = ?", [source, institution_id]
    ).fetchall()
    return bool(rows)


def _unseen(indicator: Indicator, covered: Mapping[int, tuple], year: int) -> list[str]:
    first, last = indicator.looks_back
    missing = [str(y) for y in range(year - last, year - first + 1) if y not in covered]
    return [f"no records of {', '.join(missing)} in the release"] if missing else []


def _untold(
    indicator: Indicator, covered: Mapping[int, tuple], source: str, facts: Mapping[Part, frozenset[str]]
) -> list[str]:
    parts = sorted({part for present, _, _ in covered.values() for part in present})
    missing = {part: sorted(indicator.needs - facts.get((source, part), frozenset())) for part in parts}
    return [f"part {part} does not tell {', '.join(untold)}" for part, untold in missing.items() if untold]


def _base(indicator: Indicator) -> str:
    if indicator.is_own_sql:
        return "partners"
    return indicator.denominator.meaning if indicator.denominator else "records"


def _units(indicator: Indicator) -> str:
    return "partners" if indicator.is_own_sql else "records"
