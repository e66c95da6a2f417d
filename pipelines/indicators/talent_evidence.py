"""The evidence of training with companies: studentships, doctoral networks, transfer partnerships, traineeships.

Which programmes these are stands in the seed `programme_codes`: form `talent`, and the kind beside it.
Reference: GtR grantCategory, CORDIS fundingScheme, NIH activity codes, NSF programme elements.
"""

from pipelines.indicators.award_holder import AWARD_HOLDER, BY_PROJECT, PROJECTS_HELD
from pipelines.indicators.grant import GRANT
from pipelines.indicators.measure import Idea, Measure

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
    sql = f"""
    SELECT DISTINCT
        m.member_id AS institution_id,
        m.year,
        'award' AS record_table,
        m.record_id,
        '' AS partner_id,
        CAST(1 AS DOUBLE) AS amount,
        CAST(1 AS DOUBLE) / s.organisations AS share,
        CAST(NULL AS VARCHAR) AS currency,
        'all' AS partner,
        s.intensity,
        m.source,
        m.part
    FROM grant_member AS m
    JOIN grant_size AS s ON s.record_id = m.record_id
    JOIN training AS t ON t.record_id = m.record_id
    WHERE m.is_institution AND {where}
    """
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
STUDENTSHIPS = Measure(
    "studentships_with_company",
    "record",
    "studentships led by the institution with a company as the student's partner",
    frozenset({"partners", "studentships"}),
    "count",
    """
    WITH partnered AS (
        SELECT DISTINCT record_id
        FROM linked_party
        WHERE record_table = 'award' AND role = 'student_partner' AND sector = 'company' AND NOT is_institution
    )
    SELECT DISTINCT
        l.organisation_id AS institution_id,
        g.year,
        'award' AS record_table,
        g.record_id,
        '' AS partner_id,
        CAST(1 AS DOUBLE) AS amount,
        CAST(1 AS DOUBLE) AS share,
        CAST(NULL AS VARCHAR) AS currency,
        'all' AS partner,
        'bilateral' AS intensity,
        g.source,
        g.part
    FROM grant_start AS g
    JOIN training AS t ON t.record_id = g.record_id AND t.kind = 'studentship'
    JOIN partnered AS p ON p.record_id = g.record_id
    JOIN linked_party AS l ON l.record_table = 'award' AND l.record_id = g.record_id
    WHERE l.role = 'lead' AND l.is_institution
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
