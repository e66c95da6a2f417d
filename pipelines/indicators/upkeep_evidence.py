"""The evidence of upkeep: patents of a year of grant, and those of them whose maintenance fee was paid.

A fee is due 3.5, 7.5 and 11.5 years after the grant, and may be paid half a year late; patents of applications filed
before 12 December 1980 owe none. A cohort counts once the last
of these days has passed for all of it, on the last day that the fees tell of. Reference: 35 U.S.C. 41(b); USPTO,
maintenance fee events.
"""

from pipelines.indicators.measure import Idea, Measure
from pipelines.indicators.patent import PATENT, held_rows
from pipelines.indicators.patent_evidence import OWNED

STAGES = (4, 8, 12)
"""Years after the grant at which a patent has expired unless its fee was paid."""

FEE = frozenset({"maintenance_fees"})
"""The events of fees, which stand in a source of their own."""

PATENT_UPKEEP = Idea(
    "patent_upkeep",
    "patent and stage of its upkeep, of cohorts whose window has closed",
    f"""
    -- A last day on a weekend is met on the next working day. An expiry counts for the stage after which it comes,
    -- unless it was cancelled later: a revival, with which a late fee counts as paid.
    WITH stage AS (
        SELECT stage FROM (VALUES {", ".join(f"({stage})" for stage in STAGES)}) AS v(stage)
    ),
    known AS (
        SELECT CAST(extract(year FROM max(event_on)) AS BIGINT) AS year FROM patent_fee
    ),
    owed AS (
        SELECT
            g.source,
            g.part,
            g.record_id,
            s.stage,
            g.granted_on + s.stage * INTERVAL 1 YEAR AS closed_at
        FROM granted_patent AS g
        CROSS JOIN stage AS s
        JOIN known AS k ON g.year + s.stage < k.year
        WHERE EXISTS (SELECT 1 FROM patent_held AS h WHERE h.record_id = g.record_id)
            AND coalesce(g.filed_on >= DATE '1980-12-12', true)
    ),
    told AS (
        SELECT
            o.source,
            o.part,
            o.record_id,
            o.stage,
            min(CASE WHEN e.kind = 'paid' AND e.stage = o.stage THEN e.event_on END) AS paid_on,
            max(o.closed_at + INTERVAL 4 DAY) AS last_at,
            max(
                CASE
                    WHEN e.kind = 'expired'
                        AND e.event_on >= o.closed_at
                        AND e.event_on < o.closed_at + INTERVAL 4 YEAR
                    THEN e.event_on
                END
            ) AS expired_on,
            max(CASE WHEN e.kind = 'revived' AND e.event_on >= o.closed_at THEN e.event_on END) AS revived_on
        FROM owed AS o
        LEFT JOIN patent_fee AS e ON e.patent_id = o.record_id
        GROUP BY o.source, o.part, o.record_id, o.stage
    )
    SELECT
        source,
        part,
        record_id,
        stage,
        coalesce(paid_on <= last_at OR revived_on IS NOT NULL, false)
            AND paid_on IS NOT NULL
            AND (expired_on IS NULL OR coalesce(revived_on >= expired_on, false)) AS is_kept
    FROM told
    """,
)


def _upkeep(name: str, meaning: str, where: str) -> Measure:
    sql = held_rows(where, "JOIN patent_upkeep AS u ON u.record_id = h.record_id")
    return Measure(
        name, "record", meaning, OWNED, "count", sql, (*PATENT, PATENT_UPKEEP), record_table="patent", beside=FEE
    )


_DUE = {4: "3.5", 8: "7.5", 12: "11.5"}
KEPT = {
    stage: _upkeep(
        f"patents_kept_{stage}",
        f"US utility patents granted to the institution in the year whose fee at {_DUE[stage]} years was paid",
        f"u.stage = {stage} AND u.is_kept",
    )
    for stage in STAGES
}
OWING = {
    stage: _upkeep(
        f"patents_owing_{stage}",
        f"US utility patents granted to the institution in the year that owed a fee at {_DUE[stage]} years",
        f"u.stage = {stage}",
    )
    for stage in STAGES
}
