"""What an award that names no partners is made of: its project, and the one institution it is counted for.

NSF's awards name an awardee and, where the work is done by another organisation, a performer: often the
campus of a system, or the university behind a foundation. The performer's institution holds the award if it
is known, else the awardee's. An award that another source tells as well is counted there (`award_same`).
"""

from pipelines.indicators.measure import Idea

AWARD_HOLDER = Idea(
    "award_holder",
    "award and the institution that holds it",
    """
    WITH institution_of AS (
        SELECT
            record_id,
            organisation_id,
            row_number() OVER (
                PARTITION BY record_id
                ORDER BY CASE WHEN role = 'performer' THEN 0 ELSE 1 END, party_no
            ) AS place
        FROM linked_party
        WHERE record_table = 'award'
            AND role IN ('awardee', 'performer')
            AND is_institution
            AND organisation_id IS NOT NULL
    )
    SELECT
        a.source,
        a.part,
        a.award_id AS record_id,
        coalesce(a.project_id, a.award_id) AS project_id,
        lower(a.scheme) AS instrument,
        a.starts_on,
        a.ends_on,
        i.organisation_id AS institution_id
    FROM award AS a
    JOIN institution_of AS i ON i.record_id = a.award_id AND i.place = 1
    WHERE a.starts_on IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM award_same AS s WHERE s.award_id = a.award_id)
    """,
)
