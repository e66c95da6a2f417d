"""The evidence of training with companies: studentships, doctoral networks, transfer partnerships, traineeships.

Which programmes these are stands in the seed `programme_codes`: form `talent`, and the kind beside it.
Reference: GtR grantCategory, CORDIS fundingScheme, NIH activity codes, NSF programme elements.
"""

from pipelines.indicators.award_holder import AWARD_HOLDER, BY_PROJECT, PROJECTS_HELD
from pipelines.indicators.grant import GRANT, grant_rows
from pipelines.indicators.measure import Idea, Measure
from pipelines.indicators.record_grain import record_rows

TRAINING = Idea(
    "training",
    "award of a training programme and kind of training",
    """
    -- A centre for doctoral training is a training grant that says so.
    SELECT
        p.award_id AS record_id,
        CASE
            WHEN p.centre_type = 'training_grant' AND bool_or(lower(a.title) LIKE '%centre for doctoral training%')
            THEN 'CDT'
            ELSE p.centre_type
        END AS kind,
        min(p.source) AS source,
        min(p.part) AS part
    FROM award_programme AS p
    JOIN award AS a ON a.award_id = p.award_id
    WHERE p.kind = 'element' AND p.form = 'talent'
    GROUP BY p.award_id, p.centre_type
    """,
)


def _grants(name: str, meaning: str, where: str, needs: set[str]) -> Measure:
    """Declare the count of an institution's grants of a kind of training (`t.kind`, of grants of size `s`)."""
    kinds = f"SELECT 1 FROM training AS t WHERE t.record_id = m.record_id AND {where}"
    sql = grant_rows(f"EXISTS ({kinds})")
    return Measure(name, "record", meaning, frozenset({"partners"} | needs), "count", sql, (*GRANT, TRAINING))


DOCTORAL_NETWORKS = _grants(
    "doctoral_networks",
    "doctoral networks with the institution and at least one company, industrial doctorates among them",
    "t.kind IN ('doctoral_network', 'industrial_doctorate') AND s.companies >= 1",
    {"doctoral_networks"},
)
INDUSTRIAL_DOCTORATES = _grants(
    "industrial_doctorates",
    "industrial doctorates with the institution and at least one company",
    "t.kind = 'industrial_doctorate' AND s.companies >= 1",
    {"doctoral_networks"},
)
TRANSFER_PARTNERSHIPS = _grants(
    "knowledge_transfer_partnerships",
    "knowledge transfer partnerships with the institution",
    "t.kind = 'KTP'",
    {"knowledge_transfer_partnerships"},
)
PROGRAMMES = _grants(
    "talent_programmes",
    "doctoral networks, industrial doctorates and centres for doctoral training with the institution and at least "
    "one company, and knowledge transfer partnerships",
    "(t.kind = 'KTP' OR (t.kind IN ('doctoral_network', 'industrial_doctorate', 'CDT') AND s.companies >= 1))",
    {"talent_programmes"},
)
SME_PROGRAMMES = _grants(
    "talent_programmes_sme",
    "training programmes with the institution and at least one SME",
    "s.small_companies >= 1",
    {"talent_programmes", "sme"},
)
_LED = record_rows(
    "award",
    """grant_start AS g
    JOIN training AS t ON t.record_id = g.record_id AND t.kind = 'studentship'
    JOIN partnered AS p ON p.record_id = g.record_id
    JOIN linked_party AS l ON l.record_table = 'award' AND l.record_id = g.record_id""",
    "g",
    "l.role = 'lead' AND l.is_institution",
    institution="l.organisation_id",
    intensity="'bilateral'",
    once=True,
)
STUDENTSHIPS = Measure(
    "studentships_with_company",
    "record",
    "studentships led by the institution with a company as the student's partner",
    frozenset({"partners", "studentships"}),
    "count",
    f"""
    WITH partnered AS (
        SELECT DISTINCT record_id
        FROM linked_party
        WHERE record_table = 'award' AND role = 'student_partner' AND sector = 'company' AND NOT is_institution
    )
    {_LED}
    """,
    (*GRANT, TRAINING),
)
TRAINEESHIPS = Measure(
    "training_grants",
    "record",
    "projects of the institution that train groups of graduates",
    frozenset({"training", "awardees", "dates"}),
    "count",
    f"""
    {PROJECTS_HELD}
    JOIN training AS t ON t.record_id = h.record_id AND t.kind = 'traineeship'
    {BY_PROJECT}
    """,
    (AWARD_HOLDER, TRAINING),
)
