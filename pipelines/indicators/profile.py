"""Source systems and sizes: within which system an institution is compared, and in which class of size.

One profile per source system, never across: the US (HERD, NSF, NIH, SBIR, AUTM, patents), the UK (HE-BCI, HESA,
GtR) and the EU (CORDIS). An institution belongs to one, that of its country; elsewhere, to the EU's where CORDIS has
records of it, and else to none. The size of year y is that of y − 2, known before what it is compared by: R&D
expenditure (us), research income (uk), the grant money of the five years to y − 2 (eu). Sizes differ in kind and
currency, and a class is a tercile within the profile. Three traps. A size that is not told is
no small size: such an institution has no class. Grant money of five years needs five whole years. Equal sizes stand in
one class.
Reference: INDICATORS §4, "Composite".
"""

import duckdb

PROFILES = """
    CASE
        WHEN i.country = 'US' THEN 'us'
        WHEN i.country = 'GB' THEN 'uk'
        WHEN s.institution_id IS NOT NULL THEN 'eu'
    END
"""

PROFILE = f"""
    SELECT
        i.organisation_id AS institution_id,
        coalesce(i.country, '') AS country,
        {PROFILES.strip()} AS profile
    FROM institution AS i
    LEFT JOIN coverage_institution AS s ON s.institution_id = i.organisation_id AND s.source = 'cordis'
"""
"""Institutions with their country and profile; null where they have none."""

_REPORTED = """
    SELECT
        e.institution_id,
        e.year + 2 AS year,
        CAST(sum(CAST(e.amount AS DECIMAL(18, 4))) AS DOUBLE) AS size,
        max(e.currency) AS currency
    FROM evidence AS e
    WHERE e.measure = '{measure}' AND e.source = '{source}'
    GROUP BY e.institution_id, e.year
    -- One cell that is withheld leaves the sum unknown, and so do two currencies.
    HAVING count(e.amount) = count(*) AND count(DISTINCT e.currency) = 1
"""

_GRANT_MONEY = """
    WITH money AS (
        SELECT
            p.organisation_id AS institution_id,
            g.year,
            sum(CAST(p.amount AS DECIMAL(18, 4))) AS amount
        FROM linked_party AS p
        JOIN (
            SELECT award_id, CAST(extract(year FROM min(starts_on)) AS BIGINT) AS year
            FROM award
            WHERE source = 'cordis' AND starts_on IS NOT NULL
            GROUP BY award_id
        ) AS g ON g.award_id = p.record_id
        WHERE p.record_table = 'award' AND p.source = 'cordis' AND p.is_institution AND p.currency = 'EUR'
        GROUP BY p.organisation_id, g.year
    ),
    whole AS (
        SELECT c.year + b.back AS year
        FROM coverage AS c
        CROSS JOIN (VALUES (2), (3), (4), (5), (6)) AS b(back)
        WHERE c.source = 'cordis' AND c.is_complete
        GROUP BY c.year + b.back
        HAVING count(*) = 5
    )
    SELECT
        m.institution_id,
        w.year,
        CAST(sum(m.amount) AS DOUBLE) AS size,
        'EUR' AS currency
    FROM whole AS w
    JOIN money AS m ON m.year BETWEEN w.year - 6 AND w.year - 2
    GROUP BY m.institution_id, w.year
    HAVING sum(m.amount) > 0
"""

SIZES = {
    "us": ("rd_expenditure", _REPORTED.format(measure="rd_expenditure", source="ncses_herd")),
    "uk": ("research_income", _REPORTED.format(measure="income_research", source="hesa")),
    "eu": ("grant_money", _GRANT_MONEY),
}
"""What size means in each profile, and the query of it: institution_id, year, size, currency."""

_CLASSES = """
    WITH told AS ({told}),
    placed AS (
        SELECT
            *,
            rank() OVER (PARTITION BY profile, year ORDER BY size) - 1 AS below,
            count(*) OVER (PARTITION BY profile, year, size) AS equal,
            count(*) OVER (PARTITION BY profile, year) AS members
        FROM told
    )
    SELECT
        institution_id,
        CAST(year AS BIGINT) AS year,
        profile,
        size,
        size_basis,
        currency,
        -- The mid-rank lies within the first, second or last third; in whole numbers, so that a third is exact.
        CASE
            WHEN 3 * (2 * below + equal) <= 2 * members THEN 'small'
            WHEN 3 * (2 * below + equal) <= 4 * members THEN 'medium'
            ELSE 'large'
        END AS size_class
    FROM placed
"""


def write(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `peer_group`, and the work table `iur_profile` (institution_id, country, profile).

    Needs institution, coverage, coverage_institution, evidence, linked_party and award.
    """
    connection.execute(f"CREATE OR REPLACE TEMP TABLE iur_profile AS {PROFILE}")
    told = " UNION ALL ".join(
        f"""SELECT z.institution_id, z.year, f.profile, z.size, '{basis}' AS size_basis, z.currency
        FROM ({query}) AS z JOIN iur_profile AS f ON f.institution_id = z.institution_id
        WHERE f.profile = '{profile}' AND z.year <= (SELECT max(year) FROM coverage)"""
        for profile, (basis, query) in SIZES.items()
    )
    connection.execute(f"CREATE OR REPLACE TABLE peer_group AS {_CLASSES.format(told=told)}")
