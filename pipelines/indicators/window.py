"""Windows on request: form an institution's values anew from the tables of a release, by the engine's own code.

A release holds one window per indicator. Another one is formed from the same evidence: a flow is added up, a
stock is averaged, a ratio is a ratio of sums. The same road leads to the single years behind a reported value.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import duckdb

from expectations.tables import table
from pipelines.indicators import compute, evidence, prices
from pipelines.indicators.catalogue import measures
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.observe import Part
from pipelines.source import Source

WINDOWS = (1, 3, 4)
"""Lengths of window that may be asked for (INDICATORS §2, "Dimensions")."""


class WindowError(Exception):
    """A window that an indicator cannot have, and why."""


def windowed(indicator: Indicator, years: int) -> Indicator:
    """Return the indicator over a window of so many years, or raise WindowError."""
    if years == indicator.window_years:
        return indicator
    refused = f"{indicator.id} has no window of {years} years: "
    if years not in WINDOWS:
        raise WindowError(f"{refused}there are {', '.join(map(str, WINDOWS))}")
    if indicator.is_own_sql:
        raise WindowError(f"{refused}it compares years of its own ({indicator.says})")
    if indicator.aggregate == "triple_helix":
        raise WindowError(f"{refused}it is formed over all records of the country")
    if indicator.aggregate == "peak_share" and years == 1:
        raise WindowError(f"{refused}the largest of one year is all of it")
    averaged = "mean" if indicator.is_stock and indicator.aggregate == "sum" else indicator.aggregate
    more = years - indicator.window_years
    back, base = (span and (span[0], span[1] + more) for span in (indicator.years_back, indicator.base_back))
    return replace(indicator, window_years=years, aggregate=averaged, years_back=back, base_back=base)


def complete(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables that a release without such records lacks, empty as their contracts say."""
    there = connection.execute("SELECT table_name FROM information_schema.tables").fetchall()
    for name in ("award", "award_output", "patent", "transfer", "survey_value", "linked_party", "country_indicator"):
        if (name,) not in there:
            columns = ", ".join(f'"{c.name}" {compute.SQL_TYPES[c.type]}' for c in table(name).columns)
            connection.execute(f"CREATE TABLE {name} ({columns})")


@contextmanager
def formed(
    connection: duckdb.DuckDBPyConnection,
    indicators: Iterable[Indicator],
    institution_id: str,
    facts: Mapping[Part, frozenset[str]],
    sources: Mapping[str, Source],
    money: str = "",
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection with `indicator` formed for an institution alone, and the work's tables in `iur_work`.

    `connection` has the tables of a release, `facts` are what its parts observe. Roll-ups are left out. `money` is
    how amounts are stated, one of `prices.KINDS`; MoneyError where an indicator is none, or the release lacks series.
    """
    complete(connection)
    indicators = tuple(indicators)
    for indicator in indicators if money else ():
        prices.check(indicator, money)
    # What the Triple Helix of a country owes to an institution is formed over everybody's records.
    alone = (indicator for indicator in indicators if indicator.aggregate != "triple_helix")
    indicators = tuple(replace(indicator, by_field=False) for indicator in alone)
    needed = measures(indicators)
    scratch = duckdb.connect()
    try:
        for name, query in _TABLES.items():
            # Reporters move between institutions: reported figures are needed of all of them.
            values = {"institution": institution_id, "measures": list(needed)}
            used = {key: value for key, value in values.items() if f"${key}" in query}
            scratch.register("_rows", connection.sql(query, params=used).to_arrow_table())
            scratch.execute(f"CREATE TABLE {name} AS SELECT * FROM _rows")
            scratch.unregister("_rows")
        if money:
            prices.state(scratch, connection, money)
        scratch.execute("CREATE TABLE descendant (ancestor_id VARCHAR, organisation_id VARCHAR)")
        scratch.execute("CREATE SCHEMA iur_work")
        for measure in needed.values():
            evidence.show(scratch, measure, "evidence")
        compute.form(scratch, indicators, facts, sources)
        if money:
            prices.finish(scratch, money)
        scratch.execute(
            "CREATE OR REPLACE TABLE indicator AS SELECT * FROM indicator WHERE institution_id = ?", [institution_id]
        )
        yield scratch
    finally:
        scratch.close()


_EVIDENCE = """
    SELECT * FROM evidence
    WHERE list_contains($measures, measure) AND (institution_id = $institution OR record_table = 'survey_value')
"""
_TABLES = {
    "evidence": _EVIDENCE,
    "coverage": "SELECT * FROM coverage",
    "coverage_institution": "SELECT * FROM coverage_institution WHERE institution_id = $institution",
    "linked_party": f"""
        SELECT source, part, record_table, record_id, organisation_id, is_institution, sector
        FROM linked_party
        WHERE record_table = 'survey_value' OR (record_table, record_id) IN (
            SELECT (record_table, record_id) FROM ({_EVIDENCE})
        )""",
    "award": f"""
        SELECT award_id, project_id FROM award
        WHERE award_id IN (SELECT record_id FROM ({_EVIDENCE}) WHERE record_table = 'award')""",
}
