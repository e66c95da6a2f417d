"""The evidence of patents: those an institution owns, alone or with companies, and who builds on them.

Reference: INDICATORS §3, "Transfer"; USPTO, "Patenting by organizations", and NAI, "Top 100 worldwide universities"
(utility patents, first-named assignee, calendar year of grant).
"""

from pipelines.indicators.measure import Idea, Measure
from pipelines.indicators.patent import PATENT, held_rows, shared
from pipelines.indicators.record_grain import ONE, record_rows
from pipelines.link.whoever import whoever

OWNED = frozenset({"us_patents", "patent_owners"})
"""The grants of the US, and who owns each at the grant."""


def _patents(name: str, meaning: str, where: str = "true", needs: frozenset[str] = OWNED) -> Measure:
    """Declare the count of an institution's patents of a kind, each with the institution's share."""
    sql = held_rows(where, intensity=shared("h.organisations"))
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
_CITING = record_rows(
    "patent",
    """patent_held AS h
    JOIN granted_patent AS g ON g.record_id = h.record_id
    JOIN patent_citation AS c ON c.cited_id = h.record_id
    JOIN companies AS b ON b.record_id = c.patent_id""",
    "h",
    """b.granted_on >= g.granted_on
        AND b.granted_on <= g.granted_on + INTERVAL 5 YEAR
        AND NOT EXISTS (
            SELECT 1 FROM patent_held AS own
            WHERE own.record_id = b.record_id AND own.institution_id = h.institution_id
        )""",
    record="b.record_id",
    once=True,
)
CITED_BY_COMPANIES = Measure(
    "patents_cited_by_companies",
    "record",
    "US utility patents owned by companies that cite a US utility patent, granted to the institution in the year, "
    "within five years of its grant",
    OWNED | {"citations"},
    "count",
    f"""
    -- A patent that the institution owns with a company cites its own.
    WITH companies AS (
        SELECT DISTINCT o.record_id, g.granted_on
        FROM patent_owner AS o
        JOIN granted_patent AS g ON g.record_id = o.record_id
        WHERE o.is_company
    )
    {_CITING}
    """,
    PATENT,
    "patent",
)

FAMILY = Idea(
    "patent_family",
    "DOCDB family with a document of the EPO or the US, and organisation that applied for it",
    f"""
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
        {whoever("l")} AS applicant_id,
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
_APPLIED = record_rows(
    "patent",
    "patent_family AS f JOIN applicants AS a ON a.record_id = f.record_id",
    "f",
    "f.is_institution",
    institution="f.applicant_id",
    share=f"{ONE} / a.organisations",
    intensity=shared("a.organisations"),
)
FAMILIES = Measure(
    "patent_families",
    "record",
    "DOCDB patent families with a document of the EPO or the US and the institution among the applicants",
    frozenset({"families"}),
    "count",
    f"""
    WITH applicants AS (
        SELECT record_id, count(DISTINCT applicant_id) AS organisations
        FROM patent_family
        GROUP BY record_id
    )
    {_APPLIED}
    """,
    (FAMILY,),
    "patent",
)
