"""Growth between two years, over the same respondents alone.

A sum over institutions grows when more of them answer. So only institutions with a published value in both
years are added up, each in its own currency, and it is said how many those are and how many were left out.
Reference: INDICATORS §4, "Windows".
"""

from dataclasses import dataclass

import duckdb

from pipelines.indicators.indicator import Indicator


@dataclass(frozen=True)
class Growth:
    """Change of an indicator's sum from one year to another, as a fraction; None where nothing was there to grow.

    `respondents` have a published value in both years, `left_out` in one of them only. Sums are in `currency`
    where the indicator is money.
    """

    source: str
    currency: str | None
    growth: float | None
    first: float
    last: float
    respondents: int
    left_out: int


def growth(
    connection: duckdb.DuckDBPyConnection, indicator: Indicator, since: int, until: int, country: str | None = None
) -> tuple[Growth, ...]:
    """Return the growth of an indicator by source and currency, from the tables of a release.

    `country` keeps its institutions. Raises ValueError for ratios, whose sum means nothing.
    """
    if indicator.is_ratio:
        raise ValueError(f"indicator {indicator.id}: a ratio does not add up over institutions")
    asked = {"indicator": indicator.id, "intensity": indicator.intensity, "since": since, "until": until}
    rows = connection.execute(_GROWTH, asked | {"country": country})
    return tuple(
        Growth(source, currency, last / first - 1 if first else None, first, last, respondents, left_out)
        for source, currency, first, last, respondents, left_out in rows.fetchall()
    )


_GROWTH = """
WITH told AS (
    SELECT i.source, i.institution_id, i.year, i.currency, coalesce(i.value_national, i.value) AS level
    FROM indicator AS i
    JOIN institution AS n ON n.organisation_id = i.institution_id
    WHERE i.indicator = $indicator
        AND i.year IN ($since, $until)
        AND i.status = 'published'
        AND i.counting = 'whole'
        AND i.rollup = 'direct'
        AND i.partner = 'all'
        AND i.field = 'all'
        AND i.intensity = $intensity
        AND ($country IS NULL OR n.country = $country)
),
respondent AS (
    SELECT
        source,
        institution_id,
        max(currency) AS currency,
        max(CASE WHEN year = $since THEN level END) AS first,
        max(CASE WHEN year = $until THEN level END) AS last
    FROM told
    GROUP BY source, institution_id, currency
)
SELECT
    source,
    currency,
    CAST(coalesce(sum(CAST(CASE WHEN last IS NOT NULL THEN first END AS DECIMAL(38, 4))), 0) AS DOUBLE) AS first,
    CAST(coalesce(sum(CAST(CASE WHEN first IS NOT NULL THEN last END AS DECIMAL(38, 4))), 0) AS DOUBLE) AS last,
    count(CASE WHEN first IS NOT NULL AND last IS NOT NULL THEN 1 END) AS respondents,
    count(CASE WHEN first IS NULL OR last IS NULL THEN 1 END) AS left_out
FROM respondent
GROUP BY source, currency
ORDER BY source, currency
"""
