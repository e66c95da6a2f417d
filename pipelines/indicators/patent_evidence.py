"""The evidence of patents: those an institution owns, alone or with companies, and who builds on them.

Reference: INDICATORS §3, "Transfer"; USPTO, "Patenting by organizations", and NAI, "Top 100 worldwide universities"
(utility patents, first-named assignee, calendar year of grant).
"""

from pipelines.indicators.measure import Idea, Measure
from pipelines.indicators.patent import PATENT

OWNED = frozenset({"us_patents", "patent_owners"})
"""The grants of the US, and who owns each at the grant."""


def _patents(name: str, meaning: str, where: str = "true", needs: frozenset[str] = OWNED) -> Measure:
    """Declare the count of an institution's patents of a kind, each with the institution's share."""
    sql = f"""
    SELECT
        h.institution_id,
        h.year,
        'patent' AS record_table,
        h.record_id,
        '' AS partner_id,
        CAST(1 AS DOUBLE) AS amount,
        CAST(1 AS DOUBLE) / h.organisations AS share,
        CAST(NULL AS VARCHAR) AS currency,
        'all' AS partner,
        CASE WHEN h.organisations > 1 THEN 'bilateral' ELSE 'n/a' END AS intensity,
        h.source,
        h.part
    FROM patent_held AS h
    WHERE {where}
    """
    return Measure(name, "record", meaning, needs, "count", sql, PATENT, "patent")


PATENTS = _patents("patents_granted", "US utility patents granted with the institution among the assignees")
FIRST_NAMED = _patents(
    "patents_first_named", "US utility patents granted with the institution as first-named assignee", "h.first_no = 1"
)
CO_PATENTS = _patents(
    "co_patents", "US utility patents granted to the institution together with at least one company", "h.companies >= 1"
)
GOVERNMENT_INTEREST = _patents(
    "patents_government_interest",
    "US utility patents granted to the institution that state an interest of the government",
    "EXISTS (SELECT 1 FROM patent_funding AS f WHERE f.patent_id = h.record_id AND f.source = h.source)",
    OWNED | {"government_interest"},
)
CITED_BY_COMPANIES = Measure(
    "patents_cited_by_companies",
    "record",
    "US utility patents owned by companies that cite a US utility patent, granted to the institution in the year, "
    "within five years of its grant",
    OWNED | {"citations"},
    "count",
    """
    -- A patent that the institution owns with a company cites its own.
    WITH companies AS (
        SELECT DISTINCT o.record_id, g.granted_on
        FROM patent_owner AS o
        JOIN granted_patent AS g ON g.record_id = o.record_id
        WHERE o.is_company
    )
    SELECT
        h.institution_id,
        h.year,
        'patent' AS record_table,
        b.record_id,
        '' AS partner_id,
        CAST(1 AS DOUBLE) AS amount,
        CAST(1 AS DOUBLE) AS share,
        CAST(NULL AS VARCHAR) AS currency,
        'all' AS partner,
        'n/a' AS intensity,
        min(h.source) AS source,
        min(h.part) AS part
    FROM patent_held AS h
    JOIN granted_patent AS g ON g.record_id = h.record_id
    JOIN patent_citation AS c ON c.cited_id = h.record_id
    JOIN companies AS b ON b.record_id = c.patent_id
    WHERE b.granted_on >= g.granted_on
        AND b.granted_on <= g.granted_on + INTERVAL 5 YEAR
        AND NOT EXISTS (
            SELECT 1 FROM patent_held AS own
            WHERE own.record_id = b.record_id AND own.institution_id = h.institution_id
        )
    GROUP BY h.institution_id, h.year, b.record_id
    """,
    PATENT,
    "patent",
)

FAMILY = Idea(
    "patent_family",
    "DOCDB family with a document of the EPO or the US, and organisation that applied for it",
    """
    -- The first of its EPO and US documents stands for the family, whose applicants are those of all its documents.
    WITH family AS (
        SELECT
            family_id,
            source,
            min(part) AS part,
            min(CASE WHEN office IN ('EP', 'US') THEN patent_id END) AS record_id,
            CAST(extract(year FROM min(coalesce(priority_on, filed_on))) AS BIGINT) AS year
        FROM patent
        WHERE family_id IS NOT NULL
        GROUP BY family_id, source
    )
    SELECT DISTINCT
        f.source,
        f.part,
        f.record_id,
        f.year,
        coalesce(l.organisation_id, 'name:' || l.name) AS applicant_id,
        l.is_institution
    FROM family AS f
    JOIN patent AS p ON p.family_id = f.family_id AND p.source = f.source
    JOIN linked_party AS l
        ON l.record_table = 'patent'
        AND l.record_id = p.patent_id
        AND l.source = p.source
    WHERE f.record_id IS NOT NULL AND f.year IS NOT NULL AND l.role = 'applicant'
    """,
)
FAMILIES = Measure(
    "patent_families",
    "record",
    "DOCDB patent families with a document of the EPO or the US and the institution among the applicants",
    frozenset({"families"}),
    "count",
    """
    WITH applicants AS (
        SELECT record_id, count(DISTINCT applicant_id) AS organisations
        FROM patent_family
        GROUP BY record_id
    )
    SELECT
        f.applicant_id AS institution_id,
        f.year,
        'patent' AS record_table,
        f.record_id,
        '' AS partner_id,
        CAST(1 AS DOUBLE) AS amount,
        CAST(1 AS DOUBLE) / a.organisations AS share,
        CAST(NULL AS VARCHAR) AS currency,
        'all' AS partner,
        CASE WHEN a.organisations > 1 THEN 'bilateral' ELSE 'n/a' END AS intensity,
        f.source,
        f.part
    FROM patent_family AS f
    JOIN applicants AS a ON a.record_id = f.record_id
    WHERE f.is_institution
    """,
    (FAMILY,),
    "patent",
)
