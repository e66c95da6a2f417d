"""The evidence of who owns what awards led to: patents of one awardee institution, by holder of title at the grant.

An awardee is who holds an award that names no partner (NSF, NIH). Intramural research of NIH and awards to small
businesses are left out: title goes elsewhere by law there. A patent that awards of two institutions led to is nobody's
alone. Reference: INDICATORS §3, "Challenges"; 35 U.S.C. 200–212 (Bayh–Dole); Thursby, Fuller and Thursby (2009), US
faculty patenting, Research Policy 38.
"""

from pipelines.indicators.award_holder import AWARD_HOLDER
from pipelines.indicators.measure import Idea, Measure
from pipelines.indicators.patent import GRANTED_PATENT, PATENT_OWNER
from pipelines.indicators.patent_evidence import OWNED
from pipelines.indicators.record_grain import record_rows

HOLDERS = ("own", "other_institution", "company", "government", "individuals", "none", "unknown")
"""Who may hold the title, the first that applies."""

AWARDED_PATENT = Idea(
    "awarded_patent",
    "patent of one awardee institution alone, and who holds its title at the grant",
    """
    WITH awarded AS (
        SELECT
            g.source,
            g.part,
            g.record_id,
            g.year,
            min(h.institution_id) AS institution_id
        FROM award_patent AS a
        JOIN award_holder AS h ON h.record_id = a.award_id
        JOIN granted_patent AS g ON g.record_id = a.patent_id
        WHERE coalesce(h.instrument, '') NOT IN ('r41', 'r42', 'r43', 'r44', 'u43', 'u44', 'sb1')
            AND coalesce(h.instrument, '') NOT LIKE 'z%'
        GROUP BY g.source, g.part, g.record_id, g.year
        HAVING count(DISTINCT h.institution_id) = 1
    ),
    held AS (
        SELECT
            a.record_id,
            bool_or(o.owner_id = a.institution_id) AS is_own,
            bool_or(o.is_institution) AS is_institution,
            bool_or(o.is_company) AS is_company,
            bool_or(o.sector = 'government') AS is_government
        FROM awarded AS a
        JOIN patent_owner AS o ON o.record_id = a.record_id
        GROUP BY a.record_id
    ),
    person AS (
        SELECT DISTINCT patent_id FROM patent_party WHERE role = 'assignee' AND is_person
    )
    SELECT
        a.source,
        a.part,
        a.record_id,
        a.year,
        a.institution_id,
        CASE
            WHEN h.is_own THEN 'own'
            WHEN h.is_institution THEN 'other_institution'
            WHEN h.is_company THEN 'company'
            WHEN h.is_government THEN 'government'
            WHEN h.record_id IS NOT NULL THEN 'unknown'
            WHEN p.patent_id IS NOT NULL THEN 'individuals'
            ELSE 'none'
        END AS holder
    FROM awarded AS a
    LEFT JOIN held AS h ON h.record_id = a.record_id
    LEFT JOIN person AS p ON p.patent_id = a.record_id
    """,
)


def _awarded(name: str, meaning: str, where: str = "true") -> Measure:
    sql = record_rows("patent", "awarded_patent AS p", "p", where)
    uses = (AWARD_HOLDER, GRANTED_PATENT, PATENT_OWNER, AWARDED_PATENT)
    return Measure(name, "record", meaning, OWNED, "count", sql, uses, "patent")


_OF = "US utility patents that awards of the institution alone led to"
_SAID = {
    "own": "whose title it holds",
    "other_institution": "whose title another institution holds",
    "company": "whose title a company holds",
    "government": "whose title the government holds",
    "individuals": "whose title persons alone hold",
    "none": "that name no assignee",
    "unknown": "whose title others hold, or someone of whom it is not known who they are",
}
AWARDED = _awarded("patents_awarded", _OF)
TITLED = {
    holder: _awarded(f"patents_awarded_{holder}", f"{_OF}, {_SAID[holder]}", f"p.holder = '{holder}'")
    for holder in HOLDERS
}
