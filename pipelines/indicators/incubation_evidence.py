"""The evidence of incubation in awards: STTR with a research institution, and teams of the Innovation Corps.

Reference: SBIR.gov awards; NSF programme elements 8023, 8045 and 8046, which were other programmes before
September 2011.
"""

from pipelines.indicators.award_holder import AWARD_HOLDER, BY_PROJECT, PROJECTS_HELD
from pipelines.indicators.grant import GRANT
from pipelines.indicators.measure import Idea, Measure
from pipelines.indicators.record_grain import record_rows
from pipelines.link.whoever import whoever

STTR_AWARD = Idea(
    "sttr_award",
    "STTR award and institution it names as research institution",
    """
    SELECT
        g.source,
        g.part,
        g.record_id,
        g.year,
        p.organisation_id AS institution_id
    FROM grant_start AS g
    JOIN linked_party AS p ON p.record_table = 'award' AND p.record_id = g.record_id
    WHERE upper(g.scheme) LIKE 'STTR%' AND p.role = 'research_institution' AND p.is_institution
    GROUP BY g.source, g.part, g.record_id, g.year, p.organisation_id
    """,
)
_NEEDS = frozenset({"sttr"})

STTR = Measure(
    "sttr_awards",
    "record",
    "STTR awards that name the institution as research institution",
    _NEEDS,
    "count",
    record_rows("award", "sttr_award AS s", "s", intensity="'bilateral'"),
    (*GRANT, STTR_AWARD),
)
STTR_FIRMS = Measure(
    "sttr_firms",
    "edge",
    "pairs of firm and topic in STTR awards that name the institution as research institution",
    _NEEDS,
    "count",
    f"""
    -- Phases I and II of one piece of work share firm and topic. An award without a topic is a topic of its own.
    WITH topic AS (
        SELECT award_id, coalesce(min(topic), award_id) AS topic
        FROM award
        GROUP BY award_id
    ),
    firm AS (
        SELECT p.record_id, min({whoever("p")}) AS firm_id
        FROM linked_party AS p
        WHERE p.record_table = 'award' AND p.role = 'awardee'
        GROUP BY p.record_id
    )
    SELECT
        s.institution_id,
        s.year,
        'award' AS record_table,
        s.record_id,
        f.firm_id || ' ' || t.topic AS partner_id,
        CAST(1 AS DOUBLE) AS amount,
        CAST(1 AS DOUBLE) AS share,
        CAST(NULL AS VARCHAR) AS currency,
        'sme' AS partner,
        'bilateral' AS intensity,
        s.source,
        s.part
    FROM sttr_award AS s
    JOIN topic AS t ON t.award_id = s.record_id
    JOIN firm AS f ON f.record_id = s.record_id
    """,
    (*GRANT, STTR_AWARD),
)
ICORPS = Measure(
    "icorps_teams",
    "record",
    "projects of the institution for teams of the Innovation Corps",
    frozenset({"icorps", "awardees", "dates"}),
    "count",
    f"""
    -- Label or title say I-Corps; nodes, sites and hubs are platforms, whichever code they are filed under.
    WITH titled AS (
        SELECT award_id AS record_id, replace(lower(max(title)), 'innovation corps', 'i-corps') AS title
        FROM award
        GROUP BY award_id
    ),
    team AS (
        SELECT DISTINCT p.award_id AS record_id
        FROM award_programme AS p
        JOIN titled AS t ON t.record_id = p.award_id
        WHERE (
                (p.form = 'incubation' AND p.centre_type = 'team')
                OR (p.form IS NULL AND p.code IN ('8023', '8045', '8046') AND t.title LIKE '%i-corps%')
            )
            AND t.title NOT LIKE '%i-corps node%'
            AND t.title NOT LIKE '%i-corps regional%'
            AND t.title NOT LIKE '%i-corps site%'
            AND t.title NOT LIKE '%i-corps hub%'
    )
    {PROJECTS_HELD}
    JOIN team AS t ON t.record_id = h.record_id
    WHERE h.starts_on >= DATE '2011-09-01'
    {BY_PROJECT}
    """,
    (AWARD_HOLDER,),
)
