"""What the release covers: which years of a source are complete, and which institutions it has seen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from pipelines.indicators.observe import Part
from pipelines.link.patent_parties import PUBLICATION_ID
from pipelines.link.reporters import RECORD_ID
from pipelines.source import Source


@dataclass(frozen=True)
class Dated:
    """A table of records: its id, the date that gives a record its year, and the day that is known of by it.

    Each is an expression over the table's rows.
    """

    table: str
    record_id: str
    date: str
    updated_on: str


RECORDS = (
    # Where a publisher does not say when it changed a record, the record is as young as its award.
    Dated(
        "award",
        "award_id",
        "coalesce(make_date(reporting_year, 1, 1), starts_on)",
        "coalesce(updated_on, awarded_on)",
    ),
    # A reporter and period are one record. Nothing of a year comes in after the period that ends in it.
    Dated("survey_value", RECORD_ID, "period_end", "make_date(year(period_end), 12, 31)"),
    # An office's documents come out once a week: after one, nothing comes for six days.
    Dated("patent", "patent_id", "coalesce(granted_on, published_on)", "coalesce(published_on, granted_on) + 6"),
    Dated("transfer", "transfer_id", "coalesce(executed_on, recorded_on)", "coalesce(updated_on, recorded_on)"),
    Dated("publication_share", PUBLICATION_ID, "make_date(year, 1, 1)", "updated_on"),
)
"""The tables of records in a release; a year is the calendar year of the event."""

ACADEMIC = ("HES", "REC")
"""Source types that say "university" and "research institute", whatever the name links to."""


def cover(connection: duckdb.DuckDBPyConnection, sources: Mapping[str, Source], parts: Iterable[Part]) -> None:
    """Create `coverage` and `coverage_institution`, and the years of records they rest on.

    A year is complete when every part that holds records of it is in the release, and the source's lag had
    passed on the last day that each of these parts knows of (its latest `updated_on`; of days and weeks the latest
    of all, and the first must have come in time). A stray record far from a source's spans completes no year.
    """
    parts = sorted(parts)
    _record_years(connection, {s for s, _ in parts})
    _expectations(connection, sources, parts)
    connection.execute(_COVERAGE)
    connection.execute(_COVERAGE_INSTITUTION)


# Patents and conveyances from before 1950, the first year that tables know, are records without a year.
_YEAR = "nullif(greatest(CAST(extract(year FROM min({date})) AS BIGINT), 1949), 1949)"


def _record_years(connection: duckdb.DuckDBPyConnection, sources: set[str]) -> None:
    years = [
        f"""SELECT source, min(part) AS part, '{r.table}' AS record_table, {r.record_id} AS record_id,
            {_YEAR.format(date=r.date)} AS year
            FROM {r.table} GROUP BY source, {r.record_id}"""
        for r in RECORDS
    ]
    known = [
        f"SELECT source, part, max({r.updated_on}) AS as_of, min({r.updated_on}) AS since FROM {r.table} "
        "GROUP BY source, part"
        for r in RECORDS
    ]
    connection.execute(f"CREATE TABLE iur_work.record_year AS {' UNION ALL '.join(years)}")
    connection.execute(
        f"""CREATE TABLE iur_work.part_as_of AS
        SELECT source, part, max(as_of) AS as_of, min(since) AS since
        FROM ({" UNION ALL ".join(known)}) GROUP BY source, part"""
    )


def _expectations(connection: duckdb.DuckDBPyConnection, sources: Mapping[str, Source], parts: list[Part]) -> None:
    """Create the parts there are, the spans of years they should hold, and each source's lag, and how it goes on."""
    connection.execute("CREATE TABLE iur_work.present (source VARCHAR, part VARCHAR)")
    connection.execute("CREATE TABLE iur_work.span (source VARCHAR, part VARCHAR, since BIGINT, until BIGINT)")
    connection.execute("CREATE TABLE iur_work.lag (source VARCHAR, days BIGINT, has_spans BOOLEAN, is_log BOOLEAN)")
    names = sorted({source for source, _ in parts})
    spans = [span for name in names for span in _spans(sources[name], [p for s, p in parts if s == name])]
    for table, rows in (
        ("present", parts),
        ("span", spans),
        ("lag", [(n, sources[n].lag_days, any(s == n for s, *_ in spans), _is_log(sources[n])) for n in names]),
    ):
        for row in rows:
            connection.execute(f"INSERT INTO iur_work.{table} VALUES ({', '.join('?' * len(row))})", list(row))


def _is_log(source: Source) -> bool:
    """Tell whether parts are days or weeks: none tells of a year alone, and the latest says how far all have come."""
    return source.part_kind == "log" or (source.part_kind == "period" and not source.part_years)


def _spans(source: Source, present: list[str]) -> list[tuple[str, str, int, int | None]]:
    """Return the years each part should hold; of parts named by a year also the neighbours that are missing."""
    there = set(source.spans) | set(present)
    if source.part_years:
        reach = source.part_years[1] - source.part_years[0]
        first = int(source.first_part) if source.first_part.isdigit() else 0
        for part in (int(p) for p in present if p.isdigit()):
            there |= {str(part + step) for step in range(-reach, reach + 1) if part + step >= first}
    found = [(part, source.span(part)) for part in sorted(there)]
    return [(source.name, part, span.first, span.last) for part, span in found if span]


_TYPES = ", ".join(f"'{kind}'" for kind in ACADEMIC)
# Who reports to a survey of higher education is a university; STTR's partner is a research institution by law.
_IS_ACADEMIC = f"(a.source_type IN ({_TYPES}) OR l.role IN ('reporter', 'research_institution'))"
_COVERAGE = f"""
CREATE OR REPLACE TABLE coverage AS
WITH counted AS (
    SELECT source, part, year, count(*) AS records
    FROM iur_work.record_year
    WHERE year IS NOT NULL
    GROUP BY source, part, year
),
bounds AS (
    SELECT source, min(year) AS first_year, max(year) AS last_year FROM counted GROUP BY source
),
years AS (
    SELECT b.source, unnest(range(b.first_year, b.last_year + 1)) AS year FROM bounds AS b
),
-- A part is expected where its span says so, and where records of the year were in fact found in it.
expected AS (
    SELECT y.source, y.year, s.part
    FROM years AS y
    JOIN iur_work.span AS s
        ON s.source = y.source AND y.year BETWEEN s.since AND coalesce(s.until, 9999)
    UNION
    SELECT source, year, part FROM counted
),
-- A log is known from its first day to its last, whatever part a record is in.
log AS (
    SELECT a.source, max(a.as_of) AS as_of, min(a.since) AS since
    FROM iur_work.part_as_of AS a
    JOIN iur_work.lag AS g ON g.source = a.source AND g.is_log
    GROUP BY a.source
),
held AS (
    SELECT
        e.source,
        e.year,
        list(e.part ORDER BY e.part) AS parts_expected,
        coalesce(list(e.part ORDER BY e.part) FILTER (WHERE p.part IS NOT NULL), []) AS parts_present,
        bool_and(p.part IS NOT NULL) AS is_present,
        min(coalesce(l.as_of, a.as_of)) AS as_of,
        bool_and(coalesce(l.as_of, a.as_of) IS NOT NULL) AS is_dated,
        -- The first week of a year may begin in it.
        coalesce(min(l.since) <= make_date(e.year, 1, 14), true) AS is_begun,
        min(l.since) AS since,
        bool_or(s.part IS NOT NULL) OR NOT any_value(g.has_spans) AS is_spanned
    FROM expected AS e
    JOIN iur_work.lag AS g ON g.source = e.source
    LEFT JOIN iur_work.span AS s
        ON s.source = e.source AND s.part = e.part AND e.year BETWEEN s.since AND coalesce(s.until, 9999)
    LEFT JOIN iur_work.present AS p ON p.source = e.source AND p.part = e.part
    LEFT JOIN iur_work.part_as_of AS a ON a.source = p.source AND a.part = p.part
    LEFT JOIN log AS l ON l.source = e.source
    GROUP BY e.source, e.year
),
parties AS (
    SELECT
        r.source,
        r.year,
        count(CASE WHEN l.sector = 'unknown' THEN 1 END) AS unknown,
        count(l.record_id) AS parties,
        count(CASE WHEN {_IS_ACADEMIC} THEN 1 END) AS academic,
        count(
            CASE WHEN {_IS_ACADEMIC} AND l.is_institution THEN 1 END
        ) AS linked
    FROM iur_work.record_year AS r
    JOIN linked_party AS l ON l.record_table = r.record_table AND l.record_id = r.record_id
    LEFT JOIN award_party AS a
        ON l.record_table = 'award'
        AND a.award_id = l.record_id
        AND a.period = l.period
        AND a.party_no = l.party_no
    GROUP BY r.source, r.year
),
totals AS (
    SELECT source, year, sum(records) AS records FROM counted GROUP BY source, year
)
SELECT
    y.source,
    CAST(y.year AS BIGINT) AS year,
    coalesce(h.parts_expected, []) AS parts_expected,
    coalesce(h.parts_present, []) AS parts_present,
    CAST(h.as_of AS DATE) AS as_of,
    coalesce(
        h.is_present
            AND h.is_spanned
            AND h.is_dated
            AND h.is_begun
            AND make_date(y.year, 12, 31) + CAST(g.days AS INTEGER) <= h.as_of,
        false
    ) AS is_complete,
    CASE
        WHEN h.source IS NULL THEN 'no part holds this year'
        WHEN NOT h.is_spanned THEN 'outside the years that any part stands for'
        WHEN NOT h.is_present THEN 'parts missing: ' || array_to_string(
            list_filter(h.parts_expected, lambda part: NOT list_contains(h.parts_present, part)), ', ')
        WHEN NOT h.is_dated THEN 'the source does not say when its records were last changed'
        WHEN NOT h.is_begun THEN 'the parts there are begin on ' || CAST(h.since AS VARCHAR)
        WHEN make_date(y.year, 12, 31) + CAST(g.days AS INTEGER) > h.as_of
        THEN 'records of the year still come in until '
            || CAST(make_date(y.year, 12, 31) + CAST(g.days AS INTEGER) AS VARCHAR)
    END AS reason,
    CAST(coalesce(t.records, 0) AS BIGINT) AS records,
    CASE WHEN p.academic > 0 THEN p.linked / p.academic END AS linked_share,
    CASE WHEN p.parties > 0 THEN p.unknown / p.parties END AS unknown_sector_share
FROM years AS y
JOIN iur_work.lag AS g ON g.source = y.source
LEFT JOIN held AS h ON h.source = y.source AND h.year = y.year
LEFT JOIN totals AS t ON t.source = y.source AND t.year = y.year
LEFT JOIN parties AS p ON p.source = y.source AND p.year = y.year
ORDER BY y.source, y.year
"""

_COVERAGE_INSTITUTION = """
CREATE OR REPLACE TABLE coverage_institution AS
WITH seen AS (
    SELECT DISTINCT source, organisation_id, record_table, record_id
    FROM linked_party
    -- Who applied for a patent of a project is seen by the project's own record.
    WHERE is_institution AND record_table <> 'award_output'
)
SELECT
    s.source,
    s.organisation_id AS institution_id,
    count(*) AS records,
    min(r.year) AS first_year,
    max(r.year) AS last_year
FROM seen AS s
LEFT JOIN iur_work.record_year AS r
    ON r.source = s.source AND r.record_table = s.record_table AND r.record_id = s.record_id
GROUP BY s.source, s.organisation_id
ORDER BY s.source, s.organisation_id
"""
