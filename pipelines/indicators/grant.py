"""What a grant is made of: its start, its member organisations, its size. Every grant measure starts here.

Organisations are counted once, whatever their roles and identifiers (INDICATORS §2, "one record once"): a
university with two participant codes, or one that is participant and third party, is one member.
"""

from pipelines.indicators.measure import Idea

GRANT_START = Idea(
    "grant_start",
    "grant with a known start",
    """
    SELECT
        award_id AS record_id,
        min(source) AS source,
        min(part) AS part,
        max(scheme) AS scheme,
        CAST(extract(year FROM min(starts_on)) AS BIGINT) AS year
    FROM award
    WHERE starts_on IS NOT NULL
    GROUP BY award_id
    """,
)

GRANT_MEMBER = Idea(
    "grant_member",
    "grant and organisation",
    """
    -- An organisation that no one knows still takes part: its name stands for it.
    -- An institution is never a company partner, whatever its sector says (DESIGN §4).
    SELECT
        g.source,
        g.part,
        g.record_id,
        g.year,
        coalesce(p.organisation_id, 'name:' || p.name) AS member_id,
        max(p.sector) AS sector,
        bool_or(p.is_institution) AS is_institution,
        max(p.sector) = 'company' AND NOT bool_or(p.is_institution) AS is_company,
        max(i.kind) AS kind,
        bool_or(p.is_sme) AS is_sme,
        CASE
            WHEN count(DISTINCT p.currency) <= 1
            THEN CAST(sum(CAST(p.amount AS DECIMAL(18, 4))) AS DOUBLE)
        END AS amount,
        CAST(sum(CAST(p.cost AS DECIMAL(18, 4))) AS DOUBLE) AS cost,
        max(p.currency) AS currency
    FROM linked_party AS p
    JOIN grant_start AS g ON g.record_id = p.record_id
    LEFT JOIN institution AS i ON i.organisation_id = p.organisation_id
    WHERE p.record_table = 'award'
    GROUP BY
        g.source,
        g.part,
        g.record_id,
        g.year,
        coalesce(p.organisation_id, 'name:' || p.name)
    """,
)

GRANT_SIZE = Idea(
    "grant_size",
    "grant",
    """
    SELECT
        source,
        part,
        record_id,
        year,
        count(*) AS organisations,
        count(CASE WHEN is_company THEN 1 END) AS companies,
        count(CASE WHEN is_company AND is_sme THEN 1 END) AS small_companies,
        count(CASE WHEN is_company AND NOT is_sme THEN 1 END) AS large_companies,
        count(CASE WHEN kind = 'university' THEN 1 END) AS universities,
        count(CASE WHEN kind = 'research_institute' THEN 1 END) AS institutes,
        CASE
            WHEN count(*) <= 3 THEN 'bilateral'
            WHEN count(*) <= 10 THEN 'small'
            ELSE 'consortium'
        END AS intensity
    FROM grant_member
    GROUP BY source, part, record_id, year
    """,
)

GRANT = (GRANT_START, GRANT_MEMBER, GRANT_SIZE)
