"""What a grant is made of: its start, its member organisations, its size. Every grant measure starts here.

Organisations are counted once, whatever their roles and identifiers (INDICATORS §2, "one record once"): a
university with two participant codes, or one that is participant and third party, is one member. An award that
stands in two sources is one grant, that of the source it is counted from (`award_same`). A funder published by
budget year has one grant a project, whatever its years and subprojects. Who only adds money to a grant
(cofunder) takes no part in it. Knowledge transfer partnerships, STTR and studentships with a partner are made
for two, and bilateral whoever else is named.
"""

from pipelines.indicators.measure import Idea
from pipelines.indicators.record_grain import NO_MONEY, ONE, record_rows
from pipelines.link.topmost import head, joined
from pipelines.link.whoever import whoever

GRANT_START = Idea(
    "grant_start",
    "grant with a known start",
    """
    -- A publisher that counts awards by a year of its own says which (SBIR.gov's Award Year).
    SELECT
        a.award_id AS record_id,
        min(a.source) AS source,
        min(a.part) AS part,
        max(a.scheme) AS scheme,
        coalesce(min(a.reporting_year), CAST(extract(year FROM min(a.starts_on)) AS BIGINT)) AS year
    FROM award AS a
    WHERE a.subproject IS NULL
        AND (a.starts_on IS NOT NULL OR a.reporting_year IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM award_same AS s WHERE s.award_id = a.award_id)
    GROUP BY a.award_id
    """,
)

GRANT_MEMBER = Idea(
    "grant_member",
    "grant and organisation",
    f"""
    -- What UKRI's guarantee pays to an associated partner stands in GtR, and its participation in CORDIS.
    WITH party AS (
        SELECT
            record_id,
            role,
            name,
            organisation_id,
            sector,
            is_institution,
            is_sme,
            amount,
            cost,
            currency,
            true AS takes_part
        FROM linked_party
        WHERE record_table = 'award' AND role <> 'cofunder'
        UNION ALL
        SELECT
            s.same_as AS record_id,
            p.role,
            p.name,
            p.organisation_id,
            p.sector,
            p.is_institution,
            p.is_sme,
            p.amount,
            CAST(NULL AS DOUBLE) AS cost,
            p.currency,
            false AS takes_part
        FROM linked_party AS p
        JOIN award_same AS s ON s.award_id = p.record_id
        WHERE p.record_table = 'award' AND s.rule LIKE 'guarantee%' AND p.amount > 0
    )
    -- An organisation that no one knows still takes part: its name stands for it.
    -- An institution is never a company partner, whatever its sector says (DESIGN §4).
    SELECT
        g.source,
        g.part,
        g.record_id,
        g.year,
        {whoever("p")} AS member_id,
        max(p.sector) AS sector,
        bool_or(p.is_institution) AS is_institution,
        max(p.sector) = 'company' AND NOT bool_or(p.is_institution) AS is_company,
        max(i.kind) AS kind,
        bool_or(p.is_sme) AS is_sme,
        bool_or(p.takes_part AND p.role IN ('student_partner', 'research_institution')) AS is_made_for_two,
        CASE
            WHEN count(DISTINCT CASE WHEN p.amount <> 0 THEN p.currency END) <= 1
            THEN CAST(sum(CAST(p.amount AS DECIMAL(18, 4))) AS DOUBLE)
        END AS amount,
        CAST(sum(CAST(p.cost AS DECIMAL(18, 4))) AS DOUBLE) AS cost,
        coalesce(max(CASE WHEN p.amount <> 0 THEN p.currency END), max(p.currency)) AS currency
    FROM party AS p
    JOIN grant_start AS g ON g.record_id = p.record_id
    LEFT JOIN institution AS i ON i.organisation_id = p.organisation_id
    GROUP BY
        g.source,
        g.part,
        g.record_id,
        g.year,
        {whoever("p")}
    HAVING bool_or(p.takes_part)
    """,
)

GRANT_SIZE = Idea(
    "grant_size",
    "grant",
    """
    WITH partnership AS (
        SELECT DISTINCT award_id
        FROM award_programme
        WHERE form = 'talent' AND centre_type = 'KTP'
    )
    SELECT
        m.source,
        m.part,
        m.record_id,
        m.year,
        count(*) AS organisations,
        count(CASE WHEN m.is_company THEN 1 END) AS companies,
        count(CASE WHEN m.is_company AND m.is_sme THEN 1 END) AS small_companies,
        count(CASE WHEN m.is_company AND NOT m.is_sme THEN 1 END) AS large_companies,
        count(CASE WHEN m.kind = 'university' THEN 1 END) AS universities,
        count(CASE WHEN m.kind = 'research_institute' THEN 1 END) AS institutes,
        CASE
            WHEN count(*) <= 3 OR bool_or(m.is_made_for_two) OR max(t.award_id) IS NOT NULL THEN 'bilateral'
            WHEN count(*) <= 10 THEN 'small'
            ELSE 'consortium'
        END AS intensity
    FROM grant_member AS m
    LEFT JOIN partnership AS t ON t.award_id = m.record_id
    GROUP BY m.source, m.part, m.record_id, m.year
    """,
)

GRANT_COMPANY = Idea(
    "grant_company",
    "institution, grant and company at its topmost parent company",
    f"""
    WITH company AS (
        SELECT
            c.institution_id,
            c.record_id,
            {head("c.partner_id")} AS partner_id,
            bool_and(c.partner_is_sme) AS is_sme
        FROM collaboration AS c
        {joined("c.partner_id")}
        WHERE c.record_table = 'award' AND c.partner_sector = 'company'
        GROUP BY
            c.institution_id,
            c.record_id,
            {head("c.partner_id")}
    )
    SELECT
        s.source,
        s.part,
        c.institution_id,
        c.record_id,
        s.year,
        c.partner_id,
        c.is_sme,
        s.organisations,
        s.intensity
    FROM company AS c
    JOIN grant_size AS s ON s.record_id = c.record_id
    """,
)

GRANT = (GRANT_START, GRANT_MEMBER, GRANT_SIZE)


def grant_rows(
    where: str,
    join: str = "",
    *,
    year: str = "m.year",
    amount: str = ONE,
    share: str = f"{ONE} / s.organisations",
    currency: str = NO_MONEY,
    partner: str = "all",
) -> str:
    """Write the query of a measure with a row per institution in a grant: `m`, of a grant of size `s`.

    A grant counts one, and an institution's share is that of one organisation among all, unless said otherwise.
    """
    return record_rows(
        "award",
        f"grant_member AS m JOIN grant_size AS s ON s.record_id = m.record_id {join}",
        "m",
        f"m.is_institution AND {where}",
        institution="m.member_id",
        year=year,
        amount=amount,
        share=share,
        currency=currency,
        partner=partner,
        intensity="s.intensity",
    )
