"""The grid: where an indicator has a row, how much of its window is covered, and the status that gives.

A covered year without records is 0, published; a year that is not covered, or a fact that is not observed,
is `no_data` and has no value. Rows are filled in for the default dimensions only.
"""

STATUS = """CASE
            WHEN is_suppressed THEN 'suppressed'
            -- Where the years are not there nothing can be partial; where they are and the amounts are not
            -- told, the partial year says more.
            WHEN years_used < years_needed THEN 'no_data'
            WHEN is_partial THEN 'partial_year'
            WHEN is_untold THEN 'no_data'
            WHEN is_ratio AND base = 0 THEN 'no_denominator'
            WHEN units < least_base THEN 'small_base'
            ELSE 'published'
        END"""
"""The status of a row, strongest first (INDICATORS §2: precedence from the right)."""

ROWS = f"""
CREATE TABLE iur_work.drawn AS
WITH cells AS (
    SELECT run, rollup, institution_id, source, intensity, year, counting FROM iur_work.figure
    UNION
    SELECT r.run, 'direct', n.institution_id, c.source, r.intensity, c.year, 'whole'
    FROM iur_work.run AS r
    JOIN iur_work.source_table AS s ON s.record_table = r.record_table
    JOIN coverage AS c ON c.source = s.source
    JOIN coverage_institution AS n ON n.source = c.source
    WHERE c.is_complete AND r.partner = 'all'
),
windows AS (
    SELECT
        r.run,
        c.source,
        c.year,
        count(t.year) AS years_used,
        coalesce(bool_or(NOT t.is_whole), false) AS is_partial
    FROM iur_work.run AS r
    CROSS JOIN coverage AS c
    LEFT JOIN iur_work.telling_year AS t
        ON t.room = r.room
        AND t.source = c.source
        AND t.year BETWEEN c.year - r.last_back AND c.year - r.first_back
    GROUP BY r.run, c.source, c.year
),
judged AS (
    SELECT
        c.run,
        c.rollup,
        c.institution_id,
        c.source,
        c.intensity,
        c.year,
        c.counting,
        CASE WHEN f.run IS NULL THEN 0 ELSE f.total END AS total,
        CASE WHEN r.is_ratio THEN coalesce(f.base, 0) END AS base,
        coalesce(f.records, 0) AS records,
        coalesce(f.units, 0) AS units,
        coalesce(f.is_untold, false) AS is_untold,
        false AS is_suppressed,
        f.is_native,
        f.squares,
        f.share_squares,
        CASE WHEN f.parties > 0 THEN f.known / f.parties END AS coverage_sector,
        w.years_used,
        w.is_partial,
        w.years_used >= r.years_needed AS is_covered,
        r.indicator,
        r.partner,
        r.window_years,
        r.scale,
        r.unit,
        r.is_ratio,
        r.years_needed,
        r.least_base
    FROM cells AS c
    JOIN iur_work.run AS r ON r.run = c.run
    JOIN windows AS w ON w.run = c.run AND w.source = c.source AND w.year = c.year
    LEFT JOIN iur_work.figure AS f
        ON f.run = c.run
        AND f.rollup = c.rollup
        AND f.institution_id = c.institution_id
        AND f.source = c.source
        AND f.intensity = c.intensity
        AND f.year = c.year
        AND f.counting = c.counting
)
SELECT
    run,
    institution_id,
    year,
    indicator,
    counting,
    rollup,
    partner,
    intensity,
    'all' AS field,
    window_years,
    CASE
        WHEN NOT is_covered OR is_untold THEN NULL
        WHEN is_ratio AND base = 0 THEN NULL
        WHEN is_ratio THEN scale * (total / base)
        ELSE scale * total
    END AS value,
    CASE WHEN is_ratio AND is_covered THEN total END AS numerator,
    CASE WHEN is_ratio AND is_covered THEN base END AS denominator,
    unit,
    {STATUS} AS status,
    CASE WHEN is_covered THEN records END AS records,
    years_used,
    coverage_sector,
    source,
    total,
    base,
    units,
    coalesce(is_native, false) AS is_native,
    squares,
    share_squares
FROM judged
"""
