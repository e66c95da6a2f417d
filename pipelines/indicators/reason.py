"""Say why a value is not there, or is not whole: which fact, part or year of a source is missing."""

from collections.abc import Iterable, Mapping

import duckdb

from pipelines.indicators import series
from pipelines.indicators.helix import LEAST_RECORDS
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.money import unrated
from pipelines.indicators.observe import Part, observed
from pipelines.indicators.single import LEAST_TOLD
from pipelines.indicators.survey.explain import Year, lacking
from pipelines.source import Source

UNSEEN = "the release holds no record of"
"""How a reason begins where a source is there and never tells of the institution."""


def facts_of(
    connection: duckdb.DuckDBPyConnection, sources: Mapping[str, Source], indicator: Indicator | None = None
) -> dict[Part, frozenset[str]]:
    """Return the facts that each part of a release observes, of all or of those that an indicator rests on.

    Parts of outputs and of fees are in no year of the coverage, and in it a part of patents stands under its series.
    """
    known = connection.execute("SELECT table_name FROM information_schema.tables").fetchall()
    apart = [name for name in ("award_output", "patent", "patent_fee") if (name,) in known]
    rows = connection.execute(
        f"""SELECT DISTINCT source, unnest(parts_present) AS part FROM coverage
        {" ".join(f"UNION SELECT source, part FROM {name}" for name in apart)}
        ORDER BY source, part"""
    ).fetchall()
    among = None
    if indicator is not None:
        among = frozenset({"sme"}).union(*(m.needs | m.beside for m in indicator.measures))
    parts = [(source, part) for source, part in rows if source in sources]
    return series.joined(observed(connection, sources, parts, among), series.heads(sources, parts))


def reason(
    connection: duckdb.DuckDBPyConnection,
    indicator: Indicator,
    institution_id: str,
    year: int,
    source: str,
    status: str,
    facts: Mapping[Part, frozenset[str]],
    years: Iterable[Year] = (),
) -> str:
    """Say in one sentence why a value has its status; empty where it is published.

    An empty `status` stands for a value that the release has no row for. `years` are the single years of a
    value with a reported side.
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
    if status == "no_denominator":
        return f"nothing to divide by: no {_base(indicator)} in the window"
    if status == "small_base":
        return f"{_least(indicator)} in the denominator"
    if not status and not _is_seen(connection, institution_id, source):
        return f"{UNSEEN} {institution_id} in {source}"
    surveyed = indicator.is_reported or indicator.is_mixed
    if status == "suppressed":
        return f"{source}: " + "; ".join(lacking(indicator, year, source, years, facts))
    wanting = _untold(indicator, covered, source, facts)
    if surveyed:
        wanting += lacking(indicator, year, source, years, facts)
    else:
        wanting = [*_unseen(indicator, covered, year), *wanting]
    if status == "partial_year" or not status:
        wanting += [f"{y}: {why}" for y, (_, whole, why) in sorted(covered.items()) if not whole]
    in_euro = indicator.unit.startswith("EUR") or not wanting
    if status and in_euro and (unpriced := _unrated(connection, indicator, institution_id, source, year, years)):
        wanting.append(f"no rate of {', '.join(unpriced)}: ingest ecb_rates")
    if wanting:
        return f"{source}: " + "; ".join(wanting)
    if indicator.aggregate == "triple_helix":
        whose = "" if indicator.of == "country" else ", with or without the institution's"
        return f"{source}: the country has fewer than {LEAST_RECORDS} records{whose}"
    if indicator.aggregate == "median_pair":
        return f"{source}: fewer than {LEAST_TOLD:.0%} of the partners tell it"
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
    if indicator.is_reported or indicator.is_mixed:
        # A survey's tables are parts: one of them tells what is needed, and the other side may be elsewhere.
        told = frozenset().union(*(facts.get((source, part), frozenset()) for part in parts))
        known = frozenset().union(*facts.values())
        base = indicator.denominator.needs if indicator.denominator else frozenset()
        missing = sorted((indicator.numerator.needs - told) | (base - known))
        return [f"no part of it tells {', '.join(missing)}"] if missing else []
    gaps = {part: sorted(indicator.needs - facts.get((source, part), frozenset())) for part in parts}
    elsewhere = sorted(indicator.beside - frozenset().union(*facts.values()))
    return [
        *(f"part {part} does not tell {', '.join(untold)}" for part, untold in gaps.items() if untold),
        *([f"no source of the release tells {', '.join(elsewhere)}"] if elsewhere else []),
    ]


def _unrated(
    connection: duckdb.DuckDBPyConnection,
    indicator: Indicator,
    institution_id: str,
    source: str,
    year: int,
    years: Iterable[Year],
) -> list[str]:
    """Name the currencies and periods of the records behind a value that have no rate into euro."""
    names = [m.name for m in (indicator.numerator, indicator.denominator) if m is not None]
    if indicator.is_reported:
        cells = [f"{y.source}:{reporter}:" for y in years if y.source == source for reporter in y.reporters]
        told = [y.year for y in years if y.source == source and y.is_used]
        where = """list_contains(?, measure) AND list_contains(?, year)
            AND len(list_filter(?, lambda start: starts_with(record_id, start))) > 0"""
        return unrated(connection, where, [names, told, cells])
    first, last = indicator.looks_back
    where = "list_contains(?, measure) AND institution_id = ? AND source = ? AND year BETWEEN ? AND ?"
    return unrated(connection, where, [names, institution_id, source, year - last, year - first])


def _base(indicator: Indicator) -> str:
    if indicator.is_own_sql:
        return "partners"
    if indicator.aggregate == "peak_share":
        return indicator.numerator.meaning
    return indicator.denominator.meaning if indicator.denominator else "records"


def _least(indicator: Indicator) -> str:
    """Say which base is too small."""
    base = indicator.denominator
    if base and base.is_survey:
        return f"less than {indicator.least_base:,g} ({base.meaning})"
    return f"fewer than {indicator.least_base:,g} {'partners' if indicator.is_own_sql else 'records'}"
