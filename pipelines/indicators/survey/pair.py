"""Pairs: the years of a window that are told on both sides, by the same reporters, from one source a side."""

# Records have no reporters; ids of two schemes cannot be compared, and one reporter each is one perimeter.
_IS_USED = """v.is_told
            AND (
                r.aggregate <> 'ratio'
                OR coalesce(b.is_told, false) AND (
                    v.reporters IS NULL
                    OR b.reporters IS NULL
                    OR v.reporters = b.reporters
                    OR len(v.reporters) = 1 AND len(b.reporters) = 1
                        AND split_part(v.reporters[1], ':', 1) <> split_part(b.reporters[1], ':', 1)
                )
            )"""
_KEYS = "v.run, v.rollup, v.institution_id, v.source, v.intensity, v.counting, v.year"
_SAME = """b.run = v.run
        AND b.rollup = v.rollup
        AND b.institution_id = v.institution_id
        AND b.year = v.year
        AND b.back = v.back
        AND (b.intensity IS NULL OR b.intensity = v.intensity)
        AND (b.counting IS NULL OR b.counting = v.counting)"""

PAIRED = f"""
CREATE OR REPLACE TABLE iur_work.paired AS
WITH value_side AS (
    SELECT a.* EXCLUDE (intensity, counting),
        coalesce(a.intensity, r.intensity) AS intensity,
        coalesce(a.counting, 'whole') AS counting
    FROM iur_work.annual AS a
    JOIN iur_work.run AS r ON r.run = a.run
    WHERE a.side = 'value'
),
base_side AS (
    SELECT * FROM iur_work.annual WHERE side = 'base'
),
-- One source for the denominator of a window: the numerator's own, else the one that tells most years.
usable AS (
    SELECT {_KEYS}, b.source AS base_source, count(CASE WHEN {_IS_USED} THEN 1 END) AS years
    FROM value_side AS v
    JOIN iur_work.run AS r ON r.run = v.run
    JOIN base_side AS b ON {_SAME}
    GROUP BY {_KEYS}, b.source
),
ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY run, rollup, institution_id, source, intensity, counting, year
        ORDER BY base_source = source AND years > 0 DESC, years DESC, base_source
    ) AS place
    FROM usable
)
SELECT
    {_KEYS},
    v.back,
    v.told_year,
    b.told_year AS base_year,
    c.base_source,
    {_IS_USED} AS is_used,
    v.is_withheld OR coalesce(b.is_withheld, false) AS is_withheld,
    v.is_withheld AS value_is_withheld,
    coalesce(b.is_withheld, false) AS base_is_withheld,
    v.is_told AS value_is_told,
    coalesce(b.is_told, false) AS base_is_told,
    v.reporters,
    b.reporters AS base_reporters,
    v.is_money,
    v.native,
    v.euro,
    v.fixed,
    v.is_unrated,
    v.is_unfixed,
    v.currency,
    v.records,
    v.told,
    v.squares,
    v.share_squares,
    v.parties,
    v.known,
    b.is_money AS base_is_money,
    b.native AS base_native,
    b.euro AS base_euro,
    b.is_unrated AS base_is_unrated,
    b.currency AS base_currency,
    b.records AS base_records,
    b.reporters IS NULL AS base_is_records
FROM value_side AS v
JOIN iur_work.run AS r ON r.run = v.run
LEFT JOIN ranked AS c
    ON c.place = 1
    AND c.run = v.run
    AND c.rollup = v.rollup
    AND c.institution_id = v.institution_id
    AND c.source = v.source
    AND c.intensity = v.intensity
    AND c.counting = v.counting
    AND c.year = v.year
LEFT JOIN base_side AS b
    ON b.source = c.base_source
        AND {_SAME}
"""
"""Create `iur_work.paired` from `iur_work.annual`: one row per value and year of its window; sums have one side."""
