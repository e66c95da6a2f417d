"""The records behind a value, on both sides: awards, outcomes, patents and conveyances with title and link.

Reported cells are listed as published. Where a publisher tells no page of a patent or conveyance, the office's own page
is named by its number.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

import duckdb

from pipelines.indicators.indicator import Indicator
from pipelines.indicators.measure import Measure
from pipelines.indicators.observe import Part
from pipelines.indicators.survey.explain import Year


@dataclass(frozen=True)
class Record:
    """A record behind a value, on one side of it (`numerator` or `denominator`), and what it adds there.

    A reported cell tells its reporter, period, kind of partner and breakdown, the cell as published, and
    whether its year was used.
    """

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
    reporter: str | None = None
    period_start: dt.date | None = None
    period_end: dt.date | None = None
    cell: str | None = None
    cell_partner: str | None = None
    breakdown: str | None = None
    value_as_published: str | None = None
    status: str | None = None
    is_used: bool = True


def records(
    connection: duckdb.DuckDBPyConnection,
    indicator: Indicator,
    institution_id: str,
    year: int,
    parts: Iterable[Part],
    years: tuple[Year, ...],
) -> tuple[Record, ...]:
    """List the evidence of both sides, the numerator first, in order of start.

    Where partners of different years are compared, those of the base years are the denominator's. Records
    come from `parts`; reported cells from the years of the window and whoever reported for the institution.
    """
    parts = set(parts)
    found: list[Record] = []
    sides = [("numerator", indicator.numerator, (0, indicator.window_years - 1))]
    if indicator.is_own_sql:
        sides = [("numerator", indicator.numerator, indicator.looks_back)]
    if indicator.denominator:
        sides.append(("denominator", indicator.denominator, indicator.base_looks_back))
    for side, measure, (first, last) in sides:
        if measure.is_survey:
            found += _cells(connection, side, measure, years)
            continue
        rows = connection.execute(
            _EVIDENCE,
            [measure.name, institution_id, year - last, year - first, list(_LEVELS[indicator.intensity])],
        ).fetchall()
        listed = [Record(side, *row) for row in rows if (row[1], row[2]) in parts]
        found += [replace(r, record_url=r.record_url or page(r.record_table, r.record_id)) for r in listed]
    if indicator.is_own_sql:
        latest, earliest = year - indicator.base_looks_back[0], year - indicator.base_looks_back[1]
        found = [replace(r, side="denominator") if earliest <= r.year <= latest else r for r in found]
    return tuple(sorted(found, key=lambda r: r.side, reverse=True))


def page(record_table: str, record_id: str) -> str | None:
    """Return the office's page of a patent, application or recordation; None of other records.

    >>> page("patent", "us:7186302")
    'https://ppubs.uspto.gov/pubwebapp/external.html?q=7186302.pn.'
    >>> page("transfer_patent", "us-app:09123456")
    'https://patentcenter.uspto.gov/applications/09123456'
    >>> page("patent", "epo:EP.2400812.A1")
    'https://worldwide.espacenet.com/patent/search?q=pn%3DEP2400812A1'
    >>> page("transfer", "uspto:038323/0190")
    'https://assignment.uspto.gov/patent/index.html#/patent/search/resultAssignment?id=38323-190'
    """
    if record_table not in ("patent", "transfer", "transfer_patent"):
        return None
    register, _, number = record_id.partition(":")
    reel, _, frame = number.partition("/")
    return {
        "us": f"https://ppubs.uspto.gov/pubwebapp/external.html?q={number}.pn.",
        "us-app": f"https://patentcenter.uspto.gov/applications/{number}",
        "epo": f"https://worldwide.espacenet.com/patent/search?q=pn%3D{number.replace('.', '')}",
        "uspto": "https://assignment.uspto.gov/patent/index.html#/patent/search/resultAssignment"
        f"?id={reel.lstrip('0')}-{frame.lstrip('0')}",
    }.get(register)


def _cells(connection: duckdb.DuckDBPyConnection, side: str, measure: Measure, years: tuple[Year, ...]) -> list[Record]:
    """List the cells of a side in the years of a window, from the reporters that stand for the institution."""
    found: list[Record] = []
    for year in years:
        is_value = side == "numerator"
        asked = (year.source, year.year, year.reporters) if is_value else (
            year.base_source, year.base_year, year.base_reporters
        )  # fmt: skip
        if asked[0] is None or not asked[2]:
            continue
        rows = connection.execute(_CELLS, [measure.name, asked[0], asked[1], list(asked[2])]).fetchall()
        found += [replace(Record(side, *row), is_used=year.is_used) for row in rows]
    return found


_CELLS = """
SELECT e.measure, e.source, e.part, e.record_table, e.record_id, v.measure, NULL, NULL, v.period_start, e.year,
    '', NULL, e.partner, e.intensity, e.amount, e.currency, e.amount_eur, e.share,
    v.reporter_id, v.period_start, v.period_end, v.measure, v.partner, v.breakdown, v.value_as_published, e.status
FROM evidence AS e
JOIN survey_value AS v
    ON v.source = e.source
    AND e.record_id = v.source || ':' || v.reporter_id || ':' || CAST(v.period_end AS VARCHAR) || ':' || v.measure
        || ':' || v.partner || ':' || v.breakdown
WHERE e.measure = ? AND e.source = ? AND e.year = ? AND list_contains(?, v.reporter_id)
ORDER BY e.record_id
"""

_EVIDENCE = """
WITH chosen AS (
    SELECT measure, source, part, record_table, record_id, year, partner_id, partner, intensity, amount,
        currency, amount_eur, share
    FROM evidence
    WHERE measure = ? AND institution_id = ? AND year BETWEEN ? AND ? AND list_contains(?, intensity)
),
described AS (
    SELECT 'award' AS record_table, award_id AS record_id, min(title) AS title, min(acronym) AS acronym,
        min(record_url) AS record_url, min(starts_on) AS starts_on
    FROM award
    WHERE award_id IN (SELECT record_id FROM chosen WHERE record_table = 'award')
    GROUP BY award_id
    UNION ALL
    SELECT 'award_output', output_id, min(coalesce(title, organisation)), NULL, min(record_url), min(starts_on)
    FROM award_output
    WHERE output_id IN (SELECT record_id FROM chosen WHERE record_table = 'award_output')
    GROUP BY output_id
    UNION ALL
    SELECT v.record_table, p.patent_id, p.title, NULL, p.record_url,
        coalesce(p.granted_on, p.published_on, p.filed_on)
    FROM patent AS p
    JOIN (SELECT DISTINCT record_table, record_id FROM chosen) AS v ON v.record_id = p.patent_id
    WHERE v.record_table IN ('patent', 'transfer_patent')
    UNION ALL
    SELECT 'transfer', transfer_id, conveyance_text, NULL, NULL, coalesce(executed_on, recorded_on)
    FROM transfer
    WHERE transfer_id IN (SELECT record_id FROM chosen WHERE record_table = 'transfer')
)
SELECT e.measure, e.source, e.part, e.record_table, e.record_id, a.title, a.acronym, a.record_url,
    a.starts_on, e.year, e.partner_id, o.name, e.partner, e.intensity, e.amount, e.currency, e.amount_eur,
    e.share
FROM chosen AS e
LEFT JOIN described AS a ON a.record_table = e.record_table AND a.record_id = e.record_id
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
