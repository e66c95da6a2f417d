"""Figures with a reported side: sums, means and ratios formed from years that are told, on one perimeter.

A year of a window is used if it is told: all cells of all reporters, and of a ratio both sides, by the same
reporters. Sums need every year; ratios and means all but one of three or four. One source on each side:
the denominator's is the numerator's own where that tells it, else the one that tells most years. A withheld
cell in the window suppresses the value. Records over a reported denominator have direct rows only: the
union of a family's records has another perimeter than its parent's report.
"""

from collections.abc import Iterable

import duckdb

from pipelines.indicators.run import Run
from pipelines.indicators.survey.pair import PAIRED
from pipelines.indicators.survey.year import annual


def figures(connection: duckdb.DuckDBPyConnection, runs: Iterable[Run]) -> None:
    """Add the cells of runs with a reported side to `iur_work.cell`."""
    surveyed = [run for run in runs if run.is_surveyed]
    if surveyed:
        annual(connection, surveyed)
        connection.execute(PAIRED)
        connection.execute(_CELLS)


_CELLS = """
INSERT INTO iur_work.cell BY NAME
WITH windows AS (
    SELECT
        run,
        rollup,
        institution_id,
        source,
        intensity,
        counting,
        year,
        count(CASE WHEN is_used THEN 1 END) AS years_used,
        bool_or(is_withheld) AS is_withheld,
        any_value(is_money) AS is_money,
        coalesce(any_value(base_is_money), false) AS base_is_money,
        sum(CASE WHEN is_used THEN CAST(native AS DECIMAL(38, 9)) END) AS native,
        sum(CASE WHEN is_used THEN CAST(euro AS DECIMAL(38, 9)) END) AS euro,
        sum(CASE WHEN is_used THEN CAST(fixed AS DECIMAL(38, 9)) END) AS fixed,
        max(CASE WHEN is_used THEN native END) AS peak_native,
        max(CASE WHEN is_used THEN euro END) AS peak_euro,
        sum(CASE WHEN is_used THEN CAST(base_native AS DECIMAL(38, 9)) END) AS base_native,
        sum(CASE WHEN is_used THEN CAST(base_euro AS DECIMAL(38, 9)) END) AS base_euro,
        coalesce(bool_or(is_used AND is_unrated), false) AS is_unrated,
        coalesce(bool_or(is_used AND is_unfixed), false) AS is_unfixed,
        coalesce(bool_or(is_used AND base_is_unrated), false) AS base_is_unrated,
        -- A money side without one currency has none; a covered year without records needs none.
        bool_or(is_used AND is_money AND currency IS NULL AND records > 0) AS is_several,
        coalesce(bool_or(is_used AND base_is_money AND base_currency IS NULL AND base_records > 0), false)
            AS base_is_several,
        min(CASE WHEN is_used AND is_money THEN currency END) AS least_currency,
        max(CASE WHEN is_used AND is_money THEN currency END) AS most_currency,
        min(CASE WHEN is_used AND base_is_money THEN base_currency END) AS least_base_currency,
        max(CASE WHEN is_used AND base_is_money THEN base_currency END) AS most_base_currency,
        sum(CASE WHEN is_used THEN records END) AS records,
        sum(CASE WHEN is_used THEN base_records END) AS base_records,
        sum(CASE WHEN is_used THEN told END) AS told,
        bool_or(base_is_records AND is_used) AS base_is_records,
        sum(CASE WHEN is_used THEN squares END) AS squares,
        sum(CASE WHEN is_used THEN share_squares END) AS share_squares,
        sum(CASE WHEN is_used THEN parties END) AS parties,
        sum(CASE WHEN is_used THEN known END) AS known,
        any_value(base_source) AS base_source
    FROM iur_work.paired
    GROUP BY run, rollup, institution_id, source, intensity, counting, year
),
formed AS (
    SELECT
        *,
        CASE WHEN NOT is_several AND least_currency = most_currency THEN most_currency END AS currency,
        CASE
            WHEN NOT base_is_several AND least_base_currency = most_base_currency THEN most_base_currency
        END AS base_currency
    FROM windows
),
-- Institutions seen by the numerator's source, in its complete years.
grid AS (
    SELECT DISTINCT r.run, 'direct' AS rollup, n.institution_id, c.source, r.intensity, 'whole' AS counting, c.year
    FROM iur_work.run AS r
    JOIN iur_work.run_source AS s ON s.run = r.run
    JOIN coverage AS c ON c.source = s.source
    JOIN coverage_institution AS n ON n.source = c.source
    WHERE r.is_surveyed AND r.partner = 'all' AND c.is_complete
    UNION
    SELECT w.run, w.rollup, w.institution_id, w.source, w.intensity, w.counting, w.year
    FROM windows AS w
    JOIN iur_work.run AS r ON r.run = w.run
    JOIN coverage AS c ON c.source = w.source AND c.year = w.year
    WHERE (w.years_used > 0 OR w.is_withheld) AND (w.rollup = 'direct' OR w.years_used >= r.years_needed)
),
partial AS (
    SELECT r.run, c.source, c.year, bool_or(NOT t.is_whole) AS is_partial
    FROM iur_work.run AS r
    JOIN coverage AS c ON true
    JOIN iur_work.telling_year AS t
        ON t.room = r.room AND t.source = c.source AND t.year BETWEEN c.year - r.window_years + 1 AND c.year
    WHERE r.is_surveyed
    GROUP BY r.run, c.source, c.year
),
base_partial AS (
    SELECT d.run, t.source, y.year, bool_or(NOT t.is_whole) AS is_partial
    FROM iur_work.surveyed_side AS d
    JOIN iur_work.telling_year AS t ON t.room = d.room
    JOIN (SELECT DISTINCT year FROM coverage) AS y ON y.year - t.year BETWEEN d.since AND d.until
    WHERE d.side = 'base'
    GROUP BY d.run, t.source, y.year
),
sided AS (
    SELECT
        f.*,
        r.aggregate,
        r.is_money AS is_level,
        -- Of two money sides in one currency, or of money with something else, the records' own is taken.
        NOT r.is_money AND r.is_ratio AND CASE
            WHEN r.aggregate = 'peak_share' THEN f.is_money AND f.currency IS NOT NULL
            -- A covered numerator without records is 0 in any currency.
            WHEN f.is_money AND f.base_is_money
            THEN coalesce(f.currency = f.base_currency, f.base_currency IS NOT NULL AND f.native = 0)
            WHEN f.is_money THEN f.currency IS NOT NULL
            ELSE f.base_is_money AND f.base_currency IS NOT NULL
        END AS is_native
    FROM formed AS f
    JOIN iur_work.run AS r ON r.run = f.run
)
SELECT
    g.run,
    g.rollup,
    g.institution_id,
    g.source,
    'all' AS field,
    g.intensity,
    g.year,
    g.counting,
    CASE
        WHEN s.aggregate = 'peak_share' AND s.is_native THEN s.peak_native
        WHEN s.aggregate = 'peak_share' THEN s.peak_euro
        WHEN s.is_native THEN CAST(s.native AS DOUBLE)
        ELSE CAST(s.euro AS DOUBLE)
    END AS total,
    CASE
        WHEN s.aggregate = 'peak_share' THEN CAST(CASE WHEN s.is_native THEN s.native ELSE s.euro END AS DOUBLE)
        WHEN s.aggregate = 'ratio' THEN CAST(CASE WHEN s.is_native THEN s.base_native ELSE s.base_euro END AS DOUBLE)
    END AS base,
    CASE WHEN s.is_level AND s.currency IS NOT NULL THEN CAST(s.native AS DOUBLE) END AS national,
    CASE WHEN s.is_level AND NOT s.is_unfixed THEN CAST(s.fixed AS DOUBLE) END AS fixed,
    CASE WHEN s.is_level OR s.is_native THEN coalesce(s.currency, s.base_currency) END AS currency,
    CAST(coalesce(CASE WHEN s.aggregate = 'ratio' THEN s.base_records ELSE s.records END, 0) AS BIGINT) AS records,
    CAST(
        CASE
            WHEN s.aggregate = 'ratio' AND s.base_is_records THEN s.base_records
            WHEN s.aggregate = 'ratio' AND s.is_native THEN s.base_native
            WHEN s.aggregate = 'ratio' THEN s.base_euro
            ELSE s.records
        END AS DOUBLE
    ) AS units,
    CAST(coalesce(s.told, 0) AS BIGINT) AS told,
    false AS is_untold,
    CASE
        WHEN s.is_native THEN false
        ELSE coalesce(s.is_unrated OR s.base_is_unrated, false)
    END AS is_unrated,
    coalesce(s.is_withheld, false) AS is_suppressed,
    coalesce(s.is_native, false) AS is_native,
    CAST(s.squares AS DOUBLE) AS squares,
    CAST(s.share_squares AS DOUBLE) AS share_squares,
    CASE WHEN s.parties > 0 THEN CAST(s.known AS DOUBLE) / s.parties END AS coverage_sector,
    coalesce(s.years_used, 0) AS years_used,
    coalesce(p.is_partial, false) OR coalesce(b.is_partial, false) AS is_partial
FROM grid AS g
LEFT JOIN sided AS s
    ON s.run = g.run
    AND s.rollup = g.rollup
    AND s.institution_id = g.institution_id
    AND s.source = g.source
    AND s.intensity = g.intensity
    AND s.counting = g.counting
    AND s.year = g.year
LEFT JOIN partial AS p ON p.run = g.run AND p.source = g.source AND p.year = g.year
LEFT JOIN base_partial AS b ON b.run = g.run AND b.source = s.base_source AND b.year = g.year
"""
