"""What an award that names no partners is made of: its project, and the one institution it is counted for.

NSF's awards name an awardee and, where the work is done by another organisation, a performer: often the
campus of a system, or the university behind a foundation. The performer's institution holds the award if it
is known, else the awardee's. NIH publishes an award by budget period: who
held the first holds the award.
An award that another source tells as well is counted there (`award_same`).
"""

from pipelines.indicators.measure import Idea

AWARD_HOLDER = Idea(
    "award_holder",
    "award and the institution that holds it",
    """
    -- Of budget periods the first that a known institution holds. Who does a subproject holds no award.
    WITH held AS (
        SELECT
            p.record_id,
            p.organisation_id,
            row_number() OVER (
                PARTITION BY p.record_id
                ORDER BY CASE WHEN p.role = 'performer' THEN 0 ELSE 1 END, p.period, p.party_no
            ) AS place
        FROM linked_party AS p
        JOIN award AS a ON a.award_id = p.record_id AND a.period = p.period
        WHERE p.record_table = 'award'
            AND p.role IN ('awardee', 'performer')
            AND p.is_institution
            AND p.organisation_id IS NOT NULL
            AND a.subproject IS NULL
    )
    SELECT
        min(a.source) AS source,
        min(a.part) AS part,
        a.award_id AS record_id,
        min(coalesce(a.project_id, a.award_id)) AS project_id,
        min(lower(a.scheme)) AS instrument,
        min(a.starts_on) AS starts_on,
        max(a.ends_on) AS ends_on,
        h.organisation_id AS institution_id
    FROM award AS a
    JOIN held AS h ON h.record_id = a.award_id AND h.place = 1
    WHERE a.starts_on IS NOT NULL
        AND a.subproject IS NULL
        AND NOT EXISTS (SELECT 1 FROM award_same AS s WHERE s.award_id = a.award_id)
    GROUP BY a.award_id, h.organisation_id
    """,
)

PROJECTS_HELD = """-- Of an institution's awards for one project the first stands for it.
    SELECT
        h.institution_id,
        CAST(extract(year FROM min(h.starts_on)) AS BIGINT) AS year,
        'award' AS record_table,
        min(h.record_id) AS record_id,
        '' AS partner_id,
        CAST(1 AS DOUBLE) AS amount,
        CAST(1 AS DOUBLE) AS share,
        CAST(NULL AS VARCHAR) AS currency,
        'all' AS partner,
        'n/a' AS intensity,
        min(h.source) AS source,
        min(h.part) AS part
    FROM award_holder AS h"""
"""The beginning of a count of projects: an institution's awards for one count once (`BY_PROJECT` ends it)."""

BY_PROJECT = "GROUP BY h.institution_id, h.project_id"
