"""The evidence of joint research: grants with companies, the money in them, and the companies.

A joint grant is a grant with the institution and at least one company. Companies are those of joint grants, and of
patents that the institution owns together with them. Reference: INDICATORS §3; CORDIS: HES or REC with PRC in one
project.
"""

from pipelines.indicators.grant import GRANT, GRANT_COMPANY, grant_rows
from pipelines.indicators.measure import Idea, Measure
from pipelines.indicators.record_grain import ONE
from pipelines.link.topmost import head, joined

PARTNERS = frozenset({"partners"})

COLLABORATIVE = """
    -- ERC grants and individual fellowships go to one person: the institution chooses no partners.
    SELECT record_id
    FROM grant_start
    WHERE scheme NOT LIKE 'ERC%'
        AND scheme NOT LIKE '%-ERC%'
        AND scheme NOT LIKE 'MSCA-IF%'
        AND scheme NOT LIKE '%MSCA-PF%'
        AND scheme NOT LIKE 'MC-IEF%'
        AND scheme NOT LIKE 'MC-IOF%'
        AND scheme NOT LIKE 'MC-IIF%'
        AND scheme NOT LIKE 'MC-IRG%'
        AND scheme NOT LIKE 'MC-ERG%'
        AND scheme NOT LIKE 'MC-CIG%'
"""


def _grants(
    name: str,
    meaning: str,
    where: str,
    needs: frozenset[str] = PARTNERS,
    partner: str = "all",
    among: str = "",
) -> Measure:
    """Declare the count of an institution's grants of a kind, each a record with the institution's share."""
    chosen = f"WITH chosen AS ({among})" if among else ""
    only = "JOIN chosen AS c ON c.record_id = m.record_id" if among else ""
    sql = f"{chosen}{grant_rows(where, only, partner=partner)}"
    return Measure(name, "record", meaning, needs, "count", sql, GRANT, partner=partner)


GRANTS = _grants("grants", "grants with the institution", "s.organisations >= 1")
JOINT_GRANTS = _grants("joint_grants", "grants with the institution and at least one company", "s.companies >= 1")
JOINT_GRANTS_SIZED = (
    _grants("joint_grants_sme", "grants with the institution and at least one SME", "s.small_companies >= 1",
            frozenset({"partners", "sme"}), "sme"),
    _grants("joint_grants_large", "grants with the institution and at least one company that is no SME",
            "s.large_companies >= 1", frozenset({"partners", "sme"}), "large"),
)  # fmt: skip
COLLABORATIVE_GRANTS = _grants(
    "collaborative_grants",
    "grants with the institution and another organisation, ERC and individual fellowships left out",
    "s.organisations >= 2",
    frozenset({"partners", "individual_schemes"}),
    among=COLLABORATIVE,
)
JOINT_COLLABORATIVE_GRANTS = _grants(
    "joint_collaborative_grants",
    "grants with the institution and at least one company, ERC and individual fellowships left out",
    "s.companies >= 1",
    frozenset({"partners", "individual_schemes"}),
    among=COLLABORATIVE,
)
TRIPARTITE_GRANTS = _grants(
    "tripartite_grants",
    "grants with the institution in which a university, a company and a research institute take part",
    "s.companies >= 1 AND s.universities >= 1 AND s.institutes >= 1",
)
JOINT_FUNDING = Measure(
    "joint_funding",
    "record",
    "the institution's own contribution in grants with at least one company",
    frozenset({"partners", "amounts"}),
    "money",
    grant_rows("s.companies >= 1", amount="m.amount", share=ONE, currency="m.currency"),
    GRANT,
)
PATENT_COMPANY = Idea(
    "patent_company",
    "institution, granted patent and company that owns it as well, at its topmost parent company",
    f"""
    SELECT
        c.source,
        c.part,
        c.institution_id,
        c.record_id,
        c.year,
        {head("c.partner_id")} AS partner_id,
        max(c.organisations) AS organisations
    FROM collaboration AS c
    {joined("c.partner_id")}
    WHERE c.record_table = 'patent' AND c.partner_sector = 'company'
    GROUP BY
        c.source,
        c.part,
        c.institution_id,
        c.record_id,
        c.year,
        {head("c.partner_id")}
    """,
)
JOINT_PARTNERS = Measure(
    "joint_partners",
    "edge",
    "companies in grants with the institution, or that own a patent with it, at their topmost parent company",
    PARTNERS,
    "count",
    """
    SELECT
        institution_id,
        year,
        'award' AS record_table,
        record_id,
        partner_id,
        CAST(1 AS DOUBLE) AS amount,
        CAST(1 AS DOUBLE) / organisations AS share,
        CAST(NULL AS VARCHAR) AS currency,
        CASE WHEN is_sme THEN 'sme' WHEN NOT is_sme THEN 'large' ELSE 'all' END AS partner,
        intensity,
        source,
        part
    FROM grant_company
    UNION ALL
    SELECT
        institution_id,
        year,
        'patent' AS record_table,
        record_id,
        partner_id,
        CAST(1 AS DOUBLE) AS amount,
        CAST(1 AS DOUBLE) / organisations AS share,
        CAST(NULL AS VARCHAR) AS currency,
        'all' AS partner,
        'bilateral' AS intensity,
        source,
        part
    FROM patent_company
    """,
    (*GRANT, GRANT_COMPANY, PATENT_COMPANY),
    also=("patent",),
)
