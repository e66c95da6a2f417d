"""The grid of records: where an indicator has a row, and how much of its window is covered.

A covered year without records is 0, published; a year that is not covered, or a fact that is not observed,
is `no_data` and has no value. Rows are filled in for the default dimensions only.
"""

import duckdb


def cells(connection: duckdb.DuckDBPyConnection, among: str) -> None:
    """Fill `iur_work.cell` with the cells of runs over records that meet a condition on run (r) and cell (c)."""
    connection.execute(f"{_CELLS} WHERE {among}")


_CELLS = """
INSERT INTO iur_work.cell BY NAME
WITH cells AS (
    SELECT run, rollup, institution_id, source, field, intensity, year, counting FROM iur_work.figure
    UNION
    SELECT r.run, 'direct', n.institution_id, c.source, 'all', r.intensity, c.year, 'whole'
    FROM iur_work.run AS r
    JOIN iur_work.run_source AS s ON s.run = r.run
    JOIN coverage AS c ON c.source = s.source
    JOIN coverage_institution AS n ON n.source = c.source
    WHERE c.is_complete AND r.partner = 'all' AND NOT r.is_surveyed
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
    WHERE NOT r.is_surveyed
    GROUP BY r.run, c.source, c.year
)
SELECT
    c.run,
    c.rollup,
    c.institution_id,
    c.source,
    c.field,
    c.intensity,
    c.year,
    c.counting,
    -- The median of nothing is not 0, nor is T where the country has no record.
    CASE
        WHEN f.run IS NOT NULL THEN f.total
        WHEN r.aggregate NOT IN ('median', 'median_pair', 'triple_helix') THEN 0
    END AS total,
    CASE WHEN r.is_ratio THEN coalesce(f.base, 0) END AS base,
    f.national,
    f.fixed,
    f.currency,
    coalesce(f.records, 0) AS records,
    coalesce(f.units, 0) AS units,
    coalesce(f.units, 0) AS told,
    coalesce(f.is_untold, r.aggregate = 'triple_helix') AS is_untold,
    coalesce(f.is_unrated, false) AS is_unrated,
    false AS is_suppressed,
    coalesce(f.is_native, false) AS is_native,
    f.squares,
    f.share_squares,
    CASE WHEN f.parties > 0 THEN f.known / f.parties END AS coverage_sector,
    w.years_used,
    w.is_partial
FROM cells AS c
JOIN iur_work.run AS r ON r.run = c.run
JOIN windows AS w ON w.run = c.run AND w.source = c.source AND w.year = c.year
LEFT JOIN iur_work.figure AS f
    ON f.run = c.run
    AND f.rollup = c.rollup
    AND f.institution_id = c.institution_id
    AND f.source = c.source
    AND f.field = c.field
    AND f.intensity = c.intensity
    AND f.year = c.year
    AND f.counting = c.counting
"""
