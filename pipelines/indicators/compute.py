"""Compute a release's coverage, evidence and indicator values from its linked records."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import duckdb

from expectations.tables import table
from pipelines.indicators import (
    country,
    draw,
    due,
    evidence,
    grid,
    helix_records,
    link_coverage,
    money,
    rollup,
    series,
    spark,
    summary,
)
from pipelines.indicators import reuse as reusing
from pipelines.indicators.batch import batches
from pipelines.indicators.catalogue import catalogue, measures
from pipelines.indicators.coverage import cover
from pipelines.indicators.figure import figures
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.observe import Part, observed
from pipelines.indicators.run import Run, enlist
from pipelines.indicators.survey import figure as reported_figure
from pipelines.indicators.survey import year as reported_years
from pipelines.indicators.uncertainty import uncertain
from pipelines.source import Source
from warehouse.reuse import Reuse

SQL_TYPES = {"string": "VARCHAR", "int64": "BIGINT", "double": "DOUBLE", "bool": "BOOLEAN", "date": "DATE"}


def compute(
    connection: duckdb.DuckDBPyConnection,
    sources: Mapping[str, Source],
    parts: Iterable[Part],
    indicators: Iterable[Indicator] | None = None,
    reuse: Reuse | None = None,
) -> dict[Part, frozenset[str]]:
    """Create `coverage`, `coverage_institution`, `link_coverage`, `evidence`, `indicator` and `country_indicator`.

    Needs the tables award, award_party, award_same, linked_party, collaboration, survey_value, organisation,
    institution, exchange_rate and descendant (ancestor_id, organisation_id). `sources` are the facts about each source
    by name, `parts` the (source, part) pairs in the release; `indicators` default to the catalogue. What `reuse`
    knows to be unchanged stands in the former release's files: `evidence` is then a view over them, and
    `indicator` lacks the indicators that `reuse` carries over whole. Returns the facts that each part tells, under the
    names of series.

    Raises EvidenceError where a measure breaks its grain.
    """
    chosen = tuple(indicators) if indicators is not None else tuple(catalogue().values())
    parts = sorted(parts)
    home = _home(connection)
    _clear(connection)
    connection.execute("CREATE SCHEMA iur_work")
    try:
        facts = observed(connection, sources, parts)
        cover(connection, sources, parts)
        found = measures(chosen).values()
        reuse = reuse or Reuse()
        money.rates(connection)
        link_coverage.write(connection)
        heads = series.heads(sources, parts)
        former = reusing.plan(connection, reuse, found, facts)
        former = replace(former, heads=heads) if former else None
        with spark.asked(connection, home) as engine:
            evidence.gather(connection, found, facts, home, former, heads, engine)
        facts = series.joined(facts, heads)
        rollup.families(connection)
        summary.prepare(connection)
        anew = due.decide(connection, reuse, chosen, sources, facts, former)
        for measure in measures(anew.indicators).values():
            evidence.show(connection, measure, f"{home}.{'evidence_anew' if former else 'evidence'}", former)
        if any(i.aggregate == "triple_helix" for i in anew.indicators):
            connection.execute(f"CREATE TABLE iur_work.helix_record AS {helix_records.text(heads)}")
        if anew.country is None:
            country.write(connection, (i for i in chosen if i.of == "country"), facts)
        else:
            country.stand(connection, anew.country)
        _form(connection, anew, facts, sources)
    finally:
        connection.execute(f"USE {home}")
        _clear(connection)
    return facts


def form(
    connection: duckdb.DuckDBPyConnection,
    indicators: Iterable[Indicator],
    facts: Mapping[Part, frozenset[str]],
    sources: Mapping[str, Source],
) -> None:
    """Create `indicator` from evidence, coverage and linked_party; `iur_work` must be there and is left behind."""
    indicators = tuple(indicators)
    rollup.families(connection)
    summary.prepare(connection)
    _form(connection, due.Due(indicators, frozenset(i.id for i in indicators)), facts, sources)


def _form(
    connection: duckdb.DuckDBPyConnection,
    anew: due.Due,
    facts: Mapping[Part, frozenset[str]],
    sources: Mapping[str, Source],
) -> None:
    """Create `indicator` with the rows that are due, and those of other institutions that stand."""
    ours = [i for i in anew.indicators if i.of == "institution"]
    sides = {(i.numerator, i.denominator) for i in ours if i.by_field}
    fielded = {measure.name for pair in sides for measure in pair if measure}
    found = {name for (name,) in connection.execute("SELECT DISTINCT measure FROM evidence").fetchall()}
    for measure in measures(anew.indicators).values():
        if not measure.is_survey:
            rollup.credit(connection, measure, anew.institutions(measure))
            if measure.name in found:
                summary.add_up(connection, measure, measure.name in fielded)
    runs = enlist(connection, ours, facts, sources) if ours else []
    typed = ", ".join(f"{c.name} {SQL_TYPES[c.type]}" for c in table("indicator").columns)
    connection.execute(f"CREATE OR REPLACE TABLE indicator ({typed})")
    if runs:
        reported_years.prepare(connection, [run for run in runs if run.is_surveyed])
        for batch in batches(connection, runs):
            _add(connection, batch, anew)
        anew.add_standing(connection)


def _home(connection: duckdb.DuckDBPyConnection) -> str:
    catalog, schema = connection.execute("SELECT current_database(), current_schema()").fetchall()[0]
    return f'"{catalog}"."{schema}"'


def _clear(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop the schemas of the work, also those that an interrupted run left behind."""
    left = connection.execute(
        """SELECT schema_name FROM information_schema.schemata
        WHERE catalog_name = current_database()
            AND (schema_name = 'iur_work' OR schema_name LIKE 'iur_seen_%')
        ORDER BY schema_name"""
    ).fetchall()
    for (name,) in left:
        connection.execute(f"DROP SCHEMA {name} CASCADE")


def _add(connection: duckdb.DuckDBPyConnection, runs: list[Run], anew: due.Due) -> None:
    """Add the rows of some runs to `indicator`, leaving out roll-ups that change nothing."""
    draw.prepare(connection)
    figures(connection, runs)
    grid.cells(connection, anew.rows("r.indicator", "c.institution_id"))
    reported_figure.figures(connection, runs)
    draw.draw(connection)
    connection.execute(
        f"""DELETE FROM iur_work.drawn WHERE row_id IN (
            SELECT family.row_id
            FROM iur_work.drawn AS family
            JOIN iur_work.drawn AS own ON {_same("family", "own")}
            WHERE family.rollup = 'with_children' AND own.rollup = 'direct'
        )"""
    )
    uncertain(connection, runs)
    columns = ", ".join(
        f"CAST({_COLUMNS.get(c.name, f'k.{c.name}')} AS {SQL_TYPES[c.type]}) AS {c.name}"
        for c in table("indicator").columns
    )
    # Their order comes with the files, each sorted alone.
    connection.execute(
        f"""INSERT INTO indicator BY NAME
        SELECT {columns} FROM iur_work.drawn AS k LEFT JOIN iur_work.interval AS i ON i.row_id = k.row_id"""
    )


# Sums made elsewhere differ in the last digit, and a value lies within its interval.
_COLUMNS = {
    "lower": "least(i.lower, CASE WHEN i.lower IS NOT NULL THEN k.value END)",
    "upper": "greatest(i.upper, CASE WHEN i.upper IS NOT NULL THEN k.value END)",
    "basis": "coalesce(i.basis, CASE WHEN k.is_reported AND k.value IS NOT NULL THEN 'reported' END, 'none')",
}


def _same(one: str, other: str) -> str:
    """Say that two rows stand for the same key and hold the same figures."""
    keys = ("run", "institution_id", "year", "counting", "intensity", "field", "source")
    held = ("value", "value_national", "numerator", "denominator", "status", "records", "years_used", "coverage_sector")
    equal = [f"{one}.{k} = {other}.{k}" for k in keys]
    return " AND ".join([*equal, *(f"{one}.{h} IS NOT DISTINCT FROM {other}.{h}" for h in held)])
