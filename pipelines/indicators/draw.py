"""Draw the rows of the table `indicator` from cells: value, status, and what stands beside it.

A cell says what its window holds, whether records or reports are behind it; the rules of status are the
same for both. Where no value can be formed there is none: nothing is imputed.
"""

import duckdb

CELL = {
    "run": "BIGINT",
    "rollup": "VARCHAR",
    "institution_id": "VARCHAR",
    "source": "VARCHAR",
    "field": "VARCHAR",
    "intensity": "VARCHAR",
    "year": "BIGINT",
    "counting": "VARCHAR",
    "total": "DOUBLE",  # the value's sum, or a ratio's numerator
    "base": "DOUBLE",  # a ratio's denominator
    "national": "DOUBLE",  # the sum in the records' currency, where the value is money in euro
    "fixed": "DOUBLE",  # the sum at fixed rates, likewise
    "currency": "VARCHAR",
    "records": "BIGINT",
    "units": "DOUBLE",  # what the least base is held against
    "told": "BIGINT",  # records of the numerator that tell their amount
    "is_untold": "BOOLEAN",  # records are there and none tells its amount
    "is_unrated": "BOOLEAN",  # money without a rate into euro
    "is_suppressed": "BOOLEAN",
    "is_native": "BOOLEAN",  # both sides are in the records' own currency
    "squares": "DOUBLE",
    "share_squares": "DOUBLE",
    "coverage_sector": "DOUBLE",
    "years_used": "BIGINT",
    "is_partial": "BOOLEAN",
}
"""The columns of `iur_work.cell`, one row per run, dimensions and year."""

STATUS = """CASE
            WHEN is_suppressed THEN 'suppressed'
            -- Where the years are not there nothing can be partial; where they are and the amounts are not
            -- told, the partial year says more.
            WHEN years_used < years_needed THEN 'no_data'
            WHEN is_partial THEN 'partial_year'
            WHEN is_untold OR is_unrated THEN 'no_data'
            WHEN is_ratio AND base <= 0 THEN 'no_denominator'
            WHEN units < least_base THEN 'small_base'
            ELSE 'published'
        END"""
"""The status of a row, strongest first (INDICATORS §2: precedence from the right)."""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the empty `iur_work.cell`."""
    connection.execute(
        f"CREATE OR REPLACE TABLE iur_work.cell ({', '.join(f'{name} {type_}' for name, type_ in CELL.items())})"
    )


def draw(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `iur_work.drawn`: the rows of `indicator` without intervals, and what intervals need."""
    connection.execute(_DRAWN)


_DRAWN = f"""
CREATE OR REPLACE TABLE iur_work.drawn AS
WITH judged AS (
    SELECT
        c.*,
        r.indicator,
        r.partner,
        r.window_years,
        r.scale,
        r.unit,
        r.is_ratio,
        r.is_reported,
        r.years_needed,
        r.least_base,
        c.years_used < r.years_needed OR c.is_untold OR c.is_suppressed AS is_void,
        -- Both sides are shown in the records' own currency where there is one, and that needs no rate.
        r.is_ratio
            AND c.years_used >= r.years_needed
            AND NOT c.is_suppressed
            AND (c.national IS NOT NULL OR NOT c.is_unrated) AS has_sides,
        CASE WHEN r.is_ratio THEN c.base WHEN r.aggregate = 'mean' THEN c.years_used ELSE 1 END AS divisor
    FROM iur_work.cell AS c
    JOIN iur_work.run AS r ON r.run = c.run
)
SELECT
    row_number() OVER () AS row_id,
    run,
    institution_id,
    year,
    indicator,
    counting,
    rollup,
    partner,
    intensity,
    field,
    window_years,
    CASE WHEN NOT is_void AND NOT is_unrated AND divisor > 0 THEN scale * (total / divisor) END AS value,
    CASE WHEN NOT is_void AND divisor > 0 THEN scale * (national / divisor) END AS value_national,
    CASE WHEN NOT is_void AND divisor > 0 THEN scale * (fixed / divisor) END AS value_fixed,
    CASE WHEN NOT is_void THEN currency END AS currency,
    CASE WHEN has_sides THEN coalesce(national, total) END AS numerator,
    CASE WHEN has_sides THEN base END AS denominator,
    unit,
    {STATUS} AS status,
    CASE WHEN years_used >= years_needed THEN records END AS records,
    years_used,
    coverage_sector,
    source,
    is_reported,
    total / CASE WHEN is_ratio THEN 1 ELSE divisor END AS total,
    base,
    units,
    told,
    is_native,
    squares,
    share_squares
FROM judged
"""
