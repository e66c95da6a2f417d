"""Figures: what an indicator's aggregate gives, for each combination of dimensions with evidence."""

from collections.abc import Iterable

import duckdb

from pipelines.indicators.indicator import Indicator
from pipelines.indicators.measure import Idea, compose
from pipelines.indicators.run import Run


def figures(connection: duckdb.DuckDBPyConnection, runs: Iterable[Run]) -> None:
    """Create `iur_work.figure`: numerator and denominator (or total), base, and what the interval needs.

    One row per run, roll-up, institution, source, intensity, year and counting. Sums and ratios come from
    the summary, all at once; aggregates that must see single rows come run by run.
    """
    connection.execute(
        """CREATE TABLE iur_work.single (run BIGINT, rollup VARCHAR, institution_id VARCHAR, source VARCHAR,
            intensity VARCHAR, year BIGINT, numerator DOUBLE, denominator DOUBLE)"""
    )
    for run in runs:
        if run.indicator.aggregate in ("sum", "ratio"):
            continue
        own = run.indicator.aggregate if run.indicator.is_own_sql else _single_rows(run.indicator)
        connection.execute(
            f"""INSERT INTO iur_work.single
            SELECT {run.number}, rollup, institution_id, source, intensity, year, numerator, denominator
            FROM ({compose((_edges(run),), own)})"""
        )
    connection.execute(_TERM)
    connection.execute(_FIGURE)


_TERM = """
CREATE TABLE iur_work.term AS
SELECT
    r.run,
    r.side,
    s.rollup,
    s.institution_id,
    s.source,
    l.level AS intensity,
    s.year + b.back AS year,
    CAST(sum(s.records) AS BIGINT) AS records,
    CAST(sum(s.told) AS BIGINT) AS told,
    CAST(sum(s.whole) AS DOUBLE) AS whole,
    round(CAST(sum(s.fractional) AS DOUBLE), 9) AS fractional,
    CAST(sum(s.squares) AS DOUBLE) AS squares,
    CAST(sum(s.share_squares) AS DOUBLE) AS share_squares,
    CAST(sum(s.native) AS DOUBLE) AS native,
    CASE WHEN min(s.least_currency) = max(s.most_currency) THEN max(s.most_currency) END AS currency,
    CAST(sum(s.parties) AS BIGINT) AS parties,
    CAST(sum(s.known) AS BIGINT) AS known
FROM iur_work.run_side AS r
JOIN iur_work.summary AS s ON s.measure = r.measure AND s.partner = r.size
JOIN iur_work.telling AS t ON t.room = r.room AND t.source = s.source AND t.part = s.part
JOIN iur_work.run_level AS l ON l.run = r.run
JOIN iur_work.intensity_level AS i ON i.level = l.level AND i.of = s.intensity
JOIN iur_work.run_back AS b ON b.run = r.run AND b.side = r.side
GROUP BY r.run, r.side, s.rollup, s.institution_id, s.source, l.level, s.year + b.back
"""

_FIGURE = """
CREATE TABLE iur_work.figure AS
WITH value_side AS (
    SELECT run, rollup, institution_id, source, intensity, year,
        whole, fractional, native, currency, CAST(NULL AS DOUBLE) AS denominator
    FROM iur_work.term
    WHERE side = 'value'
    UNION ALL
    SELECT run, rollup, institution_id, source, intensity, year, numerator, NULL, NULL, NULL, denominator
    FROM iur_work.single
),
base_side AS (
    SELECT run, rollup, institution_id, source, intensity, year,
        whole, fractional, native, currency, records, told, squares, share_squares, parties, known
    FROM iur_work.term
    WHERE side = 'base'
),
both_sides AS (
    SELECT
        coalesce(v.run, b.run) AS run,
        coalesce(v.rollup, b.rollup) AS rollup,
        coalesce(v.institution_id, b.institution_id) AS institution_id,
        coalesce(v.source, b.source) AS source,
        coalesce(v.intensity, b.intensity) AS intensity,
        coalesce(v.year, b.year) AS year,
        v.run IS NOT NULL AS has_value,
        v.fractional,
        v.denominator,
        -- A ratio of money is formed in the currency of the records, where there is one (INDICATORS §4).
        coalesce(b.currency <> 'several' AND b.currency = coalesce(v.currency, b.currency), false)
            AS is_native,
        v.whole AS value_whole,
        v.native AS value_native,
        coalesce(b.whole, 0) AS base_euro,
        b.native AS base_native,
        coalesce(b.fractional, 0) AS base_fractional,
        coalesce(b.records, 0) AS records,
        coalesce(b.told, 0) AS told,
        b.squares,
        b.share_squares,
        b.parties,
        b.known
    FROM value_side AS v
    FULL JOIN base_side AS b
        ON b.run = v.run
        AND b.rollup = v.rollup
        AND b.institution_id = v.institution_id
        AND b.source = v.source
        AND b.intensity = v.intensity
        AND b.year = v.year
)
SELECT
    f.run,
    f.rollup,
    f.institution_id,
    f.source,
    f.intensity,
    f.year,
    c.counting,
    f.is_native AND r.aggregate = 'ratio' AS is_native,
    coalesce(
        CASE
            WHEN c.counting = 'fractional' THEN f.fractional
            WHEN f.is_native AND r.aggregate = 'ratio' THEN f.value_native
            ELSE f.value_whole
        END,
        CASE WHEN r.aggregate = 'ratio' THEN 0 END
    ) AS total,
    CASE
        WHEN r.aggregate = 'own' THEN f.denominator
        WHEN r.aggregate = 'ratio' AND c.counting = 'whole' AND f.is_native THEN f.base_native
        WHEN r.aggregate = 'ratio' AND c.counting = 'whole' THEN f.base_euro
        WHEN r.aggregate = 'ratio' THEN f.base_fractional
    END AS base,
    f.records,
    CASE
        WHEN r.aggregate = 'own' THEN CAST(f.denominator AS BIGINT)
        WHEN r.aggregate = 'sum' THEN f.told
        ELSE f.records
    END AS units,
    -- Records are there and none tells its amount: that is no zero.
    r.aggregate IN ('sum', 'median') AND f.records > 0 AND f.told = 0 AS is_untold,
    f.squares,
    f.share_squares,
    f.parties,
    f.known
FROM both_sides AS f
JOIN iur_work.run AS r ON r.run = f.run
JOIN iur_work.run_counting AS c ON c.run = f.run
WHERE f.has_value OR r.aggregate = 'ratio'
"""


def _edges(run: Run) -> Idea:
    """Lay out the numerator's credited rows by level of intensity, for aggregates that see single rows."""
    return Idea(
        "edge",
        "roll-up, institution, level of intensity, record and partner",
        f"""
        SELECT
            c.rollup,
            c.institution_id,
            c.source,
            '{run.partner}' AS partner,
            l.level AS intensity,
            c.year,
            c.record_id,
            c.partner_id,
            c.value AS amount
        FROM iur_work.credited_{run.numerator.name} AS c
        JOIN iur_work.telling AS t ON t.room = {run.room} AND t.source = c.source AND t.part = c.part
        JOIN iur_work.run_level AS l ON l.run = {run.number}
        JOIN iur_work.intensity_level AS i ON i.level = l.level AND i.of = c.intensity
        {"" if run.size == "all" else f"WHERE c.partner = '{run.size}'"}""",
    )


def _single_rows(indicator: Indicator) -> str:
    """Aggregate edges over the window by what the indicator's aggregate says."""
    keys = "e.rollup, e.institution_id, e.source, e.intensity"
    window = f"CROSS JOIN (SELECT unnest(range(0, {indicator.window_years})) AS back) AS b"
    if indicator.aggregate == "h":
        return f"""
        WITH shared AS (
            SELECT {keys}, e.year + b.back AS year, e.partner_id, count(DISTINCT e.record_id) AS records
            FROM edge AS e {window}
            GROUP BY {keys}, e.year + b.back, e.partner_id
        ),
        ranked AS (
            SELECT rollup, institution_id, source, intensity, year, records, row_number() OVER (
                PARTITION BY rollup, institution_id, source, intensity, year ORDER BY records DESC, partner_id
            ) AS place
            FROM shared
        )
        SELECT rollup, institution_id, source, intensity, year,
            count(CASE WHEN records >= place THEN 1 END) AS numerator, NULL AS denominator
        FROM ranked
        GROUP BY rollup, institution_id, source, intensity, year"""
    formed = {"count_distinct": "count(DISTINCT e.partner_id)", "median": "median(e.amount)"}
    return f"""
        SELECT {keys}, e.year + b.back AS year,
            {formed[indicator.aggregate]} AS numerator, NULL AS denominator
        FROM edge AS e {window}
        GROUP BY {keys}, e.year + b.back"""
