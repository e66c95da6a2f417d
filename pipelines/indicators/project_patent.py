"""The evidence of patents that grants led to: who applied for them, and how long after the start of the project.

A patent is a family, and stands once whatever the number of documents and of projects that claim it. What partners
brought with them (CORDIS's BACKGROUND) is none. Its year is that of its first filing, else of its first priority.
Reference: INDICATORS §3, "Challenges"; CORDIS, projectIrps.
"""

from pipelines.indicators.grant import GRANT
from pipelines.indicators.lag import in_time
from pipelines.indicators.measure import Idea, Measure
from pipelines.indicators.record_grain import ONE, record_rows

CLAIMED = frozenset({"partners", "project_patents"})
"""Who takes part in a grant, and the patents that came of it."""

PROJECT_PATENT = Idea(
    "project_patent",
    "institution and patent family that a grant with it led to",
    """
    WITH applicant AS (
        SELECT
            record_id,
            organisation_id,
            bool_or(sector = 'company' AND NOT is_institution) AS is_company
        FROM linked_party
        WHERE record_table = 'award_output' AND role = 'applicant'
        GROUP BY record_id, organisation_id
    ),
    family AS (
        SELECT
            output_id,
            min(source) AS source,
            min(part) AS part,
            min(filed_on) AS filed_on,
            coalesce(
                CAST(extract(year FROM coalesce(min(filed_on), min(priority_on))) AS BIGINT),
                min("year")
            ) AS year
        FROM award_output
        WHERE kind = 'patent'
        GROUP BY output_id
    ),
    started AS (
        SELECT award_id, min(starts_on) AS starts_on FROM award GROUP BY award_id
    )
    SELECT
        f.source,
        f.part,
        f.output_id AS record_id,
        f.year,
        f.filed_on,
        m.member_id AS institution_id,
        min(d.starts_on) AS starts_on,
        min(s.intensity) AS intensity,
        bool_or(s.companies >= 1) AS is_joint,
        bool_or(coalesce(a.organisation_id = m.member_id, false)) AS is_own,
        bool_or(coalesce(a.is_company, false)) AS has_company
    FROM family AS f
    JOIN award_output AS o ON o.output_id = f.output_id AND o.kind = 'patent'
    JOIN grant_member AS m ON m.record_id = o.award_id AND m.is_institution
    JOIN grant_size AS s ON s.record_id = o.award_id
    JOIN started AS d ON d.award_id = o.award_id
    LEFT JOIN applicant AS a ON a.record_id = f.output_id
    WHERE f.year IS NOT NULL
    GROUP BY f.source, f.part, f.output_id, f.year, f.filed_on, m.member_id
    """,
)


def _families(name: str, meaning: str, where: str, unit: str = "count", amount: str = ONE) -> Measure:
    sql = record_rows("award_output", "project_patent AS p", "p", where, amount=amount, intensity="p.intensity")
    return Measure(name, "record", meaning, CLAIMED, unit, sql, (*GRANT, PROJECT_PATENT), "award_output")


_DATED = f"p.is_own AND {in_time('p.starts_on', 'p.filed_on')}"

CO_OWNED = _families(
    "project_patents_co_owned",
    "patent families of joint grants that the institution and a company applied for",
    "p.is_joint AND p.is_own AND p.has_company",
)
EITHER_OWNED = _families(
    "project_patents_either_owned",
    "patent families of joint grants that the institution or a company applied for",
    "p.is_joint AND (p.is_own OR p.has_company)",
)
OWN = _families("project_patents_own", "patent families of its grants that the institution applied for", "p.is_own")
OWN_DATED = _families(
    "project_patents_own_dated",
    "patent families of its grants that the institution applied for, first filed within ten years of the grant's start",
    _DATED,
)
GRANT_TO_FILING = _families(
    "lag_grant_to_filing",
    "years from the start of a grant to the first filing of a patent family of it that the institution applied for",
    _DATED,
    "years",
    "CAST(date_diff('day', p.starts_on, p.filed_on) AS DOUBLE) / 365.25",
)
