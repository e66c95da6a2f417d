"""The evidence of what awards claim to have led to: licensed intellectual property, spin-outs, further funding.

An outcome stands once, whatever the number of awards that claim it, and counts for the institution that leads
one of them. They are self-reported: a floor. Reference: GtR outcomes; INDICATORS §2, "One record once".
"""

from pipelines.indicators.measure import Idea, Measure
from pipelines.indicators.record_grain import NO_MONEY, ONE, record_rows

CLAIM = Idea(
    "claim",
    "output and institution that leads an award that claims it",
    """
    SELECT
        min(o.source) AS source,
        min(o.part) AS part,
        o.output_id,
        p.organisation_id AS institution_id,
        min(o.kind) AS kind,
        bool_or(o.is_licensed) AS is_licensed,
        max(o.sector) AS sector,
        max(o.amount) AS amount,
        max(o.currency) AS currency,
        coalesce(CAST(extract(year FROM min(o.starts_on)) AS BIGINT), min(o.year)) AS year
    FROM award_output AS o
    JOIN linked_party AS p ON p.record_table = 'award' AND p.record_id = o.award_id
    WHERE p.role IN ('lead', 'coordinator', 'awardee') AND p.is_institution
    GROUP BY o.output_id, p.organisation_id
    """,
)


def _outcomes(name: str, meaning: str, where: str, needs: set[str], is_money: bool = False) -> Measure:
    """Declare distinct outcomes of a kind, or the money that came with them, which stands once for all who claim it."""
    amount, share, currency = ("c.amount", "CAST(NULL AS DOUBLE)", "c.currency") if is_money else (ONE, ONE, NO_MONEY)
    sql = record_rows(
        "award_output",
        "claim AS c",
        "c",
        f"c.year IS NOT NULL AND {where}",
        record="c.output_id",
        amount=amount,
        share=share,
        currency=currency,
    )
    unit = "money" if is_money else "count"
    return Measure(name, "record", meaning, frozenset(needs), unit, sql, (CLAIM,), "award_output")


LICENSED = _outcomes(
    "reported_licensed",
    "distinct pieces of intellectual property that the institution reports as licensed",
    "c.kind = 'intellectual_property' AND c.is_licensed",
    {"licensed"},
)
PRIVATE_FUNDING = _outcomes(
    "private_further_funding",
    "distinct pieces of further funding from the private sector that the institution reports",
    "c.kind = 'further_funding' AND c.sector = 'private'",
    {"further_funding"},
)
PRIVATE_FUNDING_MONEY = _outcomes(
    "private_further_funding_money",
    "money of distinct pieces of further funding from the private sector that the institution reports",
    "c.kind = 'further_funding' AND c.sector = 'private' AND c.amount > 0",
    {"further_funding"},
    is_money=True,
)
SPIN_OUTS = Measure(
    "reported_spin_outs",
    "record",
    "distinct spin-outs that the institution reports as outcomes of its awards",
    frozenset({"spin_outs"}),
    "count",
    """
    -- A company is told by its number in the register, else by name and year; the first of its outcomes stands
    -- for it.
    WITH company AS (
        SELECT
            venture_id,
            formed_year,
            min(venture_id) OVER (
                PARTITION BY source, coalesce(
                    'number ' || registration_number,
                    'name ' || lower(name) || ' ' || CAST(formed_year AS VARCHAR),
                    venture_id
                )
            ) AS first_id
        FROM venture
    )
    SELECT
        c.institution_id,
        min(coalesce(v.formed_year, c.year)) AS year,
        'award_output' AS record_table,
        coalesce(v.first_id, c.output_id) AS record_id,
        '' AS partner_id,
        CAST(1 AS DOUBLE) AS amount,
        CAST(1 AS DOUBLE) AS share,
        CAST(NULL AS VARCHAR) AS currency,
        'all' AS partner,
        'n/a' AS intensity,
        min(c.source) AS source,
        min(c.part) AS part
    FROM claim AS c
    LEFT JOIN company AS v ON v.venture_id = c.output_id
    WHERE c.kind = 'spin_out' AND coalesce(v.formed_year, c.year) IS NOT NULL
    GROUP BY c.institution_id, coalesce(v.first_id, c.output_id)
    """,
    (CLAIM,),
    "award_output",
)
