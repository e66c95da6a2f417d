"""What an award that names no partners is made of: its project, and the one institution it is counted for.

NSF's awards name an awardee and, where the work is done by another organisation, a performer: often the
campus of a system, or the university behind a foundation. The performer's institution holds the award if it
is known, else the awardee's. NIH publishes an award by budget period: a
project that moved is held by both institutions.
An award that another source tells as well is counted there (`award_same`).
"""

from pipelines.indicators.measure import Idea

AWARD_HOLDER = Idea(
    "award_holder",
    "award and institution that holds it",
    """
    -- Of a funder's budget years each has its holder: a project that moved is held by both. Money of a
    -- subproject is its award's, and who does the work of one does not hold the award.
    WITH held AS (
        SELECT
            record_id,
            period,
            organisation_id,
            row_number() OVER (
                PARTITION BY record_id, period
                ORDER BY CASE WHEN role = 'performer' THEN 0 ELSE 1 END, party_no
            ) AS place
        FROM linked_party
        WHERE record_table = 'award'
            AND role IN ('awardee', 'performer')
            AND is_institution
            AND organisation_id IS NOT NULL
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
    JOIN held AS h ON h.record_id = a.award_id AND h.period = a.period AND h.place = 1
    WHERE a.starts_on IS NOT NULL
        AND a.subproject IS NULL
        AND NOT EXISTS (SELECT 1 FROM award_same AS s WHERE s.award_id = a.award_id)
    GROUP BY a.award_id, h.organisation_id
    """,
)
