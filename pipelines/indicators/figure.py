"""Figures of records: what an indicator's aggregate gives, for each combination of dimensions with evidence."""

from collections.abc import Iterable

import duckdb

from pipelines.indicators.run import Run
from pipelines.indicators.single import singles


def figures(connection: duckdb.DuckDBPyConnection, runs: Iterable[Run]) -> None:
    """Create `iur_work.figure`: numerator and denominator (or total), base, and what the interval needs.

    One row per run, roll-up, institution, source, field, intensity, year and counting. Sums and ratios come
    from the summary, all at once; aggregates that must see single rows come run by run.
    """
    singles(connection, runs)
    connection.execute(_TERM)
    connection.execute(_FIGURE)


_TERM = """
CREATE OR REPLACE TABLE iur_work.term AS
SELECT
    r.run,
    r.side,
    s.rollup,
    s.institution_id,
    s.source,
    s.field,
    l.level AS intensity,
    s.year + b.back AS year,
    CAST(sum(s.records) AS BIGINT) AS records,
    CAST(sum(s.told) AS BIGINT) AS told,
    CAST(sum(s.unrated) AS BIGINT) AS unrated,
    CAST(sum(s.unfixed) AS BIGINT) AS unfixed,
    CAST(sum(s.whole) AS DOUBLE) AS whole,
    round(CAST(sum(s.fractional) AS DOUBLE), 9) AS fractional,
    CAST(sum(s.squares) AS DOUBLE) AS squares,
    CAST(sum(s.share_squares) AS DOUBLE) AS share_squares,
    CAST(sum(s.native) AS DOUBLE) AS native,
    CAST(sum(s.fixed) AS DOUBLE) AS fixed,
    CASE
        WHEN min(s.least_currency) = max(s.most_currency) AND max(s.most_currency) <> 'several'
        THEN max(s.most_currency)
    END AS currency,
    count(s.most_currency) > 0 AS is_money,
    CAST(sum(s.parties) AS BIGINT) AS parties,
    CAST(sum(s.known) AS BIGINT) AS known
FROM iur_work.run_side AS r
JOIN iur_work.summary AS s ON s.measure = r.measure AND s.partner = r.size AND (s.field = 'all' OR r.by_field)
JOIN iur_work.telling AS t ON t.room = r.room AND t.source = s.source AND t.part = s.part
-- By field there is the headline alone: each kind of partner and level besides would be some forty rows more.
JOIN iur_work.run_level AS l ON l.run = r.run AND (s.field = 'all' OR l.level = r.headline)
JOIN iur_work.intensity_level AS i ON i.level = l.level AND i.of = s.intensity
JOIN iur_work.run_back AS b ON b.run = r.run AND b.side = r.side
GROUP BY r.run, r.side, s.rollup, s.institution_id, s.source, s.field, l.level, s.year + b.back
"""

_KEYS = ("run", "rollup", "institution_id", "source", "field", "intensity", "year")
_FIGURE = f"""
CREATE OR REPLACE TABLE iur_work.figure AS
WITH value_side AS (
    SELECT {", ".join(_KEYS)}, whole, fractional, native, fixed, currency, is_money, unrated, unfixed,
        CAST(NULL AS DOUBLE) AS denominator
    FROM iur_work.term
    WHERE side = 'value'
    UNION ALL BY NAME
    SELECT {", ".join(_KEYS)}, numerator AS whole, denominator, national AS native, fixed
    FROM iur_work.single
),
base_side AS (
    SELECT * FROM iur_work.term WHERE side = 'base'
),
both_sides AS (
    SELECT
        {", ".join(f"coalesce(v.{k}, b.{k}) AS {k}" for k in _KEYS)},
        v.run IS NOT NULL AS has_value,
        v.fractional,
        v.denominator,
        -- A ratio of money is formed in the currency of the records, where there is one (INDICATORS §4).
        coalesce(b.currency = coalesce(v.currency, CASE WHEN v.is_money THEN '' END, b.currency), false)
            AS is_native,
        coalesce(v.currency, b.currency) AS currency,
        v.whole AS value_whole,
        v.native AS value_native,
        -- Of sums and medians the base is the numerator itself.
        coalesce(v.unrated, b.unrated, 0) AS unrated,
        coalesce(b.unrated, 0) AS base_unrated,
        coalesce(v.unfixed, b.unfixed, 0) AS unfixed,
        v.fixed,
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
    FULL JOIN base_side AS b ON {" AND ".join(f"b.{k} = v.{k}" for k in _KEYS)}
)
SELECT
    {", ".join(f"f.{k}" for k in _KEYS)},
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
    CASE WHEN r.is_money AND f.currency IS NOT NULL THEN f.value_native END AS national,
    CASE WHEN r.is_money AND f.unfixed = 0 THEN f.fixed END AS fixed,
    CASE WHEN r.is_money OR f.is_native THEN f.currency END AS currency,
    f.records,
    CASE
        WHEN r.aggregate IN ('own', 'median_pair') THEN CAST(f.denominator AS BIGINT)
        WHEN r.aggregate IN ('sum', 'mean') THEN f.told
        ELSE f.records
    END AS units,
    -- Records are there and none tells its amount: that is no zero.
    (r.aggregate IN ('sum', 'mean', 'median') AND f.records > 0 AND f.told = 0)
        -- T of too few records is none, nor the median of pairs of which too few are told.
        OR (r.aggregate IN ('triple_helix', 'median_pair') AND f.value_whole IS NULL) AS is_untold,
    CASE WHEN r.aggregate = 'ratio' THEN NOT f.is_native AND f.unrated + f.base_unrated > 0 ELSE f.unrated > 0 END
        AS is_unrated,
    f.squares,
    f.share_squares,
    f.parties,
    f.known
FROM both_sides AS f
JOIN iur_work.run AS r ON r.run = f.run
JOIN iur_work.run_counting AS c ON c.run = f.run
WHERE f.has_value OR r.aggregate = 'ratio'
"""
