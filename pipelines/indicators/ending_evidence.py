"""The evidence of how joint projects end: in time, or terminated, or without one of their companies.

Reference: CORDIS status and endOfParticipation.
"""

from pipelines.indicators.grant import GRANT, grant_rows
from pipelines.indicators.measure import Idea, Measure
from pipelines.link.topmost import head, joined

ENDING = Idea(
    "ending",
    "joint grant whose state is told",
    f"""
    -- A company left if all of its parties did, its parent's included: who goes on under another number or
    -- name of the same company is its successor.
    WITH company AS (
        SELECT
            p.record_id,
            {head("p.organisation_id")} AS company_id,
            bool_and(coalesce(p.has_left, false)) AS has_left
        FROM linked_party AS p
        {joined("p.organisation_id")}
        WHERE p.record_table = 'award' AND p.sector = 'company' AND NOT p.is_institution
        GROUP BY
            p.record_id,
            {head("p.organisation_id")}
    ),
    project AS (
        SELECT
            award_id AS record_id,
            max(ends_on) AS ends_on,
            bool_or(status = 'terminated') AS is_terminated
        FROM award
        WHERE ends_on IS NOT NULL AND status IS NOT NULL
        GROUP BY award_id
    ),
    departure AS (
        SELECT record_id, bool_or(has_left) AS has_left
        FROM company
        GROUP BY record_id
    )
    SELECT
        s.source,
        s.part,
        s.record_id,
        CAST(extract(year FROM p.ends_on) AS BIGINT) AS year,
        p.is_terminated OR d.has_left AS is_early
    FROM grant_size AS s
    JOIN project AS p ON p.record_id = s.record_id
    JOIN departure AS d ON d.record_id = s.record_id
    WHERE s.companies >= 1
    """,
)


def _ended(name: str, meaning: str, where: str) -> Measure:
    sql = grant_rows(where, "JOIN ending AS e ON e.record_id = m.record_id", year="e.year")
    needs = frozenset({"partners", "status", "departures"})
    return Measure(name, "record", meaning, needs, "count", sql, (*GRANT, ENDING))


ENDED = _ended("joint_grants_ended", "joint grants that end in the year", "e.year >= 1950")
ENDED_EARLY = _ended(
    "joint_grants_ended_early",
    "joint grants that end in the year and were terminated, or left by a company",
    "e.is_early",
)
