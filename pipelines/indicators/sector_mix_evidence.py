"""The evidence of the mix of sectors: with whom beside other institutions each record of an institution is shared.

Records are those in which partners can be seen: grants of the sources that name them, and US utility patents by
their owners. Sectors are the Triple Helix's: industry (i) and government (g); hospitals, charities and organisations
of unknown kind are neither. Reference: INDICATORS §3, "Joint research"; Leydesdorff and Park (2014), Journal of
Informetrics 8.
"""

from pipelines.indicators.grant import GRANT
from pipelines.indicators.joint_evidence import PARTNERS
from pipelines.indicators.measure import Idea, Measure
from pipelines.indicators.patent import GRANTED_PATENT, PATENT_OWNER, shared

SECTOR_MIX = Idea(
    "sector_mix",
    "institution and grant or patent, with whether industry and government take part in it",
    f"""
    WITH grant_mix AS (
        SELECT
            record_id,
            bool_or(is_company) AS has_industry,
            bool_or(sector = 'government' AND NOT is_institution) AS has_government
        FROM grant_member
        GROUP BY record_id
    ),
    patent_mix AS (
        SELECT
            record_id,
            count(*) AS organisations,
            bool_or(is_company) AS has_industry,
            bool_or(sector = 'government' AND NOT is_institution) AS has_government
        FROM patent_owner
        GROUP BY record_id
    )
    SELECT
        m.source,
        m.part,
        m.member_id AS institution_id,
        m.year,
        'award' AS record_table,
        m.record_id,
        s.organisations,
        s.intensity,
        x.has_industry,
        x.has_government
    FROM grant_member AS m
    JOIN grant_size AS s ON s.record_id = m.record_id
    JOIN grant_mix AS x ON x.record_id = m.record_id
    WHERE m.is_institution
    UNION ALL
    SELECT
        o.source,
        o.part,
        o.owner_id AS institution_id,
        o.year,
        'patent' AS record_table,
        o.record_id,
        x.organisations,
        {shared("x.organisations")} AS intensity,
        x.has_industry,
        x.has_government
    FROM patent_owner AS o
    JOIN patent_mix AS x ON x.record_id = o.record_id
    WHERE o.is_institution
    """,
)


def _mixed(name: str, meaning: str, where: str = "true") -> Measure:
    """Declare the count of an institution's records with other sectors of a kind."""
    sql = f"""
    SELECT
        x.institution_id,
        x.year,
        x.record_table,
        x.record_id,
        '' AS partner_id,
        CAST(1 AS DOUBLE) AS amount,
        CAST(1 AS DOUBLE) / x.organisations AS share,
        CAST(NULL AS VARCHAR) AS currency,
        'all' AS partner,
        x.intensity,
        x.source,
        x.part
    FROM sector_mix AS x
    WHERE {where}
    """
    uses = (*GRANT, GRANTED_PATENT, PATENT_OWNER, SECTOR_MIX)
    return Measure(name, "record", meaning, PARTNERS, "count", sql, uses, also=("patent",))


RECORDS = _mixed("records_shown", "grants and US patents of the institution")
MIX = {
    "none": _mixed(
        "records_alone",
        "grants and US patents of the institution with neither a company nor a government body",
        "NOT x.has_industry AND NOT x.has_government",
    ),
    "industry": _mixed(
        "records_with_industry",
        "grants and US patents of the institution with a company and no government body",
        "x.has_industry AND NOT x.has_government",
    ),
    "government": _mixed(
        "records_with_government",
        "grants and US patents of the institution with a government body and no company",
        "x.has_government AND NOT x.has_industry",
    ),
    "both": _mixed(
        "records_with_both",
        "grants and US patents of the institution with a company and a government body",
        "x.has_industry AND x.has_government",
    ),
}
"""The four kinds of records, which are apart and together all."""
