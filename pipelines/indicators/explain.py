"""Explain a value: its formula with the numbers in it, its status and why, and the records behind it.

Data only; printing is the command line's.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

import duckdb

from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.indicator import Indicator, formula
from pipelines.indicators.observe import Part, telling
from pipelines.indicators.reason import facts_of, reason
from pipelines.source import Source, facts


@dataclass(frozen=True)
class Value:
    """A row of the table `indicator`, without the institution, the year and the indicator."""

    counting: str
    rollup: str
    partner: str
    intensity: str
    window_years: int
    value: float | None
    numerator: float | None
    denominator: float | None
    lower: float | None
    upper: float | None
    basis: str
    unit: str
    status: str
    records: int | None
    years_used: int
    coverage_sector: float | None
    source: str


@dataclass(frozen=True)
class Record:
    """A record behind a value, on one side of it (`numerator` or `denominator`), and what it adds there."""

    side: str
    measure: str
    source: str
    part: str
    record_table: str
    record_id: str
    title: str | None
    acronym: str | None
    record_url: str | None
    starts_on: dt.date | None
    year: int
    partner_id: str
    partner_name: str | None
    partner: str
    intensity: str
    amount: float | None
    currency: str | None
    amount_eur: float | None
    share: float | None


@dataclass(frozen=True)
class Explanation:
    """A value of an institution and year, taken apart.

    `values` are the headline rows, one a source; `alternatives` the other countings, sizes and roll-ups.
    `calculation` writes the numbers into the formula and `reason` says why a value is missing or partial,
    both by source. `records` are those of the headline, credited directly.
    """

    indicator: Indicator
    institution_id: str
    institution_name: str | None
    year: int
    formula: str
    values: tuple[Value, ...]
    alternatives: tuple[Value, ...]
    calculation: dict[str, str]
    reason: dict[str, str]
    records: tuple[Record, ...]


def explain(
    where: duckdb.DuckDBPyConnection | Path | str,
    institution_id: str,
    indicator_id: str,
    year: int,
    *,
    sources: Mapping[str, Source] | None = None,
) -> Explanation:
    """Explain an indicator's value from a connection with the tables of a release, or a release's folder.

    Raises KeyError with the ids there are where the indicator is unknown.
    """
    if indicator_id not in catalogue():
        raise KeyError(f"no indicator {indicator_id}; there are {', '.join(catalogue())}")
    indicator = catalogue()[indicator_id]
    connection = where if isinstance(where, duckdb.DuckDBPyConnection) else _open(Path(where))
    told = facts_of(connection, facts() if sources is None else sources)
    values = _values(connection, institution_id, indicator_id, year)
    headline = tuple(v for v in values if _is_headline(v, indicator))
    statuses = {v.source: v.status for v in headline} or {s: "" for s, _ in sorted(told)}
    names = connection.execute("SELECT name FROM organisation WHERE organisation_id = ?", [institution_id]).fetchall()
    return Explanation(
        indicator,
        institution_id,
        names[0][0] if names else None,
        year,
        formula(indicator),
        headline,
        tuple(v for v in values if not _is_headline(v, indicator)),
        {v.source: _calculation(v, indicator) for v in headline},
        {s: reason(connection, indicator, institution_id, year, s, status, told) for s, status in statuses.items()},
        _records(connection, indicator, institution_id, year, telling(told, indicator.needs)),
    )


def _open(release: Path) -> duckdb.DuckDBPyConnection:
    """Open the tables of a release's folder as views."""
    connection = duckdb.connect()
    wanted = (
        "indicator",
        "evidence",
        "coverage",
        "coverage_institution",
        "organisation",
        "award",
        "award_party",
    )
    for table in wanted:
        pattern = str(release / table / "*.parquet").replace("'", "''")
        if any((release / table).glob("*.parquet")):
            connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{pattern}')")
    return connection


def _values(
    connection: duckdb.DuckDBPyConnection, institution_id: str, indicator_id: str, year: int
) -> tuple[Value, ...]:
    columns = ", ".join(f.name for f in fields(Value))
    rows = connection.execute(
        f"""SELECT {columns} FROM indicator
        WHERE institution_id = ? AND indicator = ? AND year = ?
        ORDER BY source, counting DESC, rollup, partner, intensity, window_years""",
        [institution_id, indicator_id, year],
    ).fetchall()
    return tuple(Value(*row) for row in rows)


def _is_headline(value: Value, indicator: Indicator) -> bool:
    return (value.counting, value.rollup, value.partner, value.intensity, value.window_years) == (
        "whole",
        "direct",
        "all",
        indicator.intensity,
        indicator.window_years,
    )


def _calculation(value: Value, indicator: Indicator) -> str:
    """Write the numbers of a value as an equation."""
    unit = "" if value.unit == "fraction" else f" {value.unit}"
    result = "no value" if value.value is None else f"{value.value:,.4g}{unit}"
    if value.unit != "fraction" and value.value is not None:
        result = f"{value.value:,.2f}".rstrip("0").rstrip(".") + unit
    if value.numerator is None or value.denominator is None:
        return result
    scale = f" × {indicator.scale:,g}" if indicator.scale != 1 else ""
    return f"{_number(value.numerator)} ÷ {_number(value.denominator)}{scale} = {result}"


def _number(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _records(
    connection: duckdb.DuckDBPyConnection,
    indicator: Indicator,
    institution_id: str,
    year: int,
    parts: tuple[Part, ...],
) -> tuple[Record, ...]:
    """List the evidence of both sides, the numerator first, in order of start.

    Where partners of different years are compared, those of the base years are the denominator's.
    """
    found: list[Record] = []
    sides = [("numerator", indicator.numerator, (0, indicator.window_years - 1))]
    if indicator.is_own_sql:
        sides = [("numerator", indicator.numerator, indicator.looks_back)]
    if indicator.denominator:
        sides.append(("denominator", indicator.denominator, indicator.base_looks_back))
    levels = _LEVELS[indicator.intensity]
    for side, measure, (first, last) in sides:
        rows = connection.execute(
            _EVIDENCE,
            [measure.name, institution_id, year - last, year - first, list(levels)],
        ).fetchall()
        found += [Record(side, *row) for row in rows if (row[1], row[2]) in parts]
    if indicator.is_own_sql:
        latest, earliest = year - indicator.base_looks_back[0], year - indicator.base_looks_back[1]
        found = [replace(r, side="denominator") if earliest <= r.year <= latest else r for r in found]
    return tuple(sorted(found, key=lambda r: r.side, reverse=True))


_EVIDENCE = """
WITH chosen AS (
    SELECT measure, source, part, record_table, record_id, year, partner_id, partner, intensity, amount,
        currency, amount_eur, share
    FROM evidence
    WHERE measure = ? AND institution_id = ? AND year BETWEEN ? AND ? AND list_contains(?, intensity)
),
described AS (
    SELECT award_id, min(title) AS title, min(acronym) AS acronym, min(record_url) AS record_url,
        min(starts_on) AS starts_on
    FROM award
    WHERE award_id IN (SELECT record_id FROM chosen WHERE record_table = 'award')
    GROUP BY award_id
)
SELECT e.measure, e.source, e.part, e.record_table, e.record_id, a.title, a.acronym, a.record_url,
    a.starts_on, e.year, e.partner_id, o.name, e.partner, e.intensity, e.amount, e.currency, e.amount_eur,
    e.share
FROM chosen AS e
LEFT JOIN described AS a ON a.award_id = e.record_id AND e.record_table = 'award'
LEFT JOIN organisation AS o ON o.organisation_id = e.partner_id
ORDER BY a.starts_on, e.record_id, e.partner_id
"""
_LEVELS = {
    "all": ("bilateral", "small", "consortium", "n/a"),
    "bilateral": ("bilateral",),
    "small": ("small",),
    "consortium": ("consortium",),
    "bilateral_small": ("bilateral", "small"),
}
