"""Pairs: the years of a window that are told on both sides, by the same reporters, from one source a side."""

PAIRED = """
CREATE TABLE iur_work.paired AS
WITH both_sides AS (
    SELECT
        v.run,
        v.rollup,
        v.institution_id,
        v.source,
        coalesce(v.intensity, r.intensity) AS intensity,
        coalesce(v.counting, 'whole') AS counting,
        v.year,
        v.back,
        v.told_year,
        b.told_year AS base_year,
        b.source AS base_source,
        v.is_withheld OR coalesce(b.is_withheld, false) AS is_withheld,
        v.is_told
            AND (
                r.aggregate <> 'ratio'
                OR coalesce(b.is_told, false) AND (
                    -- Records have no reporters; ids of two schemes cannot be compared, one reporter each is one.
                    v.reporters IS NULL
                    OR b.reporters IS NULL
                    OR v.reporters = b.reporters
                    OR len(v.reporters) = 1 AND len(b.reporters) = 1
                        AND split_part(v.reporters[1], ':', 1) <> split_part(b.reporters[1], ':', 1)
                )
            ) AS is_used,
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
    FROM iur_work.annual AS v
    JOIN iur_work.run AS r ON r.run = v.run
    LEFT JOIN iur_work.annual AS b
        ON b.run = v.run
        AND b.side = 'base'
        AND b.rollup = v.rollup
        AND b.institution_id = v.institution_id
        AND b.year = v.year
        AND b.back = v.back
        AND (b.intensity IS NULL OR b.intensity = coalesce(v.intensity, r.intensity))
        AND (b.counting IS NULL OR b.counting = coalesce(v.counting, 'whole'))
    WHERE v.side = 'value'
),
-- One source for the denominator of a window.
usable AS (
    SELECT run, rollup, institution_id, source, intensity, counting, year, base_source,
        count(CASE WHEN is_used THEN 1 END) AS years
    FROM both_sides
    GROUP BY run, rollup, institution_id, source, intensity, counting, year, base_source
),
chosen AS (
    SELECT *, row_number() OVER (
        PARTITION BY run, rollup, institution_id, source, intensity, counting, year
        ORDER BY coalesce(base_source = source, false) DESC, years DESC, base_source
    ) AS place
    FROM usable
)
SELECT s.*
FROM both_sides AS s
JOIN chosen AS c
    ON c.place = 1
    AND c.run = s.run
    AND c.rollup = s.rollup
    AND c.institution_id = s.institution_id
    AND c.source = s.source
    AND c.intensity = s.intensity
    AND c.counting = s.counting
    AND c.year = s.year
    AND c.base_source IS NOT DISTINCT FROM s.base_source
"""
"""Create `iur_work.paired` from `iur_work.annual`: one row per value and year of its window; sums have one side."""
