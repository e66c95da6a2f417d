"""What small and medium enterprises gain: whose research cost is carried, and how much they receive.

An SME is what the source says it is (EU and UK: fewer than 250 staff; SBIR and AUTM: fewer than 500): the
definitions are never pooled. Reference: INDICATORS §3, "SMEs".
"""

from pipelines.indicators.grant import GRANT
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.measure import Measure


def _sme(name: str, meaning: str, column: str, where: str, needs: frozenset[str]) -> Measure:
    """Declare money of the SMEs in an institution's grants: the SME's, so it stands once a grant and SME."""
    sql = f"""
    SELECT
        m.member_id AS institution_id,
        m.year,
        'award' AS record_table,
        m.record_id,
        p.member_id AS partner_id,
        p.{column} AS amount,
        CAST(NULL AS DOUBLE) AS share,
        p.currency,
        'sme' AS partner,
        s.intensity,
        m.source,
        m.part
    FROM grant_member AS m
    JOIN grant_member AS p ON p.record_id = m.record_id
    JOIN grant_size AS s ON s.record_id = m.record_id
    WHERE m.is_institution
        AND p.is_company
        AND p.is_sme
        AND {where}
    """
    return Measure(name, "edge", meaning, needs, "money", sql, GRANT)


_BOTH_KNOWN = "p.amount > 0 AND p.cost > 0"
_NEEDS_COST = frozenset({"partners", "sme", "amounts", "cost"})
CONTRIBUTION = _sme(
    "sme_contribution",
    "the contribution to SMEs in grants with the institution, where contribution and cost are known",
    "amount",
    _BOTH_KNOWN,
    _NEEDS_COST,
)
COST = _sme(
    "sme_cost",
    "the total cost of SMEs in grants with the institution, where contribution and cost are known",
    "cost",
    _BOTH_KNOWN,
    _NEEDS_COST,
)
RECEIVED = _sme(
    "sme_received",
    "the contribution to SMEs in grants with the institution",
    "amount",
    "s.companies >= 1",
    frozenset({"partners", "sme", "amounts"}),
)

_SELF_DECLARED = "The SME flag is self-declared and changes over time; EU definition: fewer than 250 staff."

R_AND_D_COST = Indicator(
    "sme.r_and_d_cost",
    "Share of SMEs' research cost that is carried",
    "Which part of what research with the institution costs an SME is paid by the programme.",
    "fraction",
    CONTRIBUTION,
    "INDICATORS §3, SMEs; CORDIS totalCost and netEcContribution",
    (
        "The programme's rate, not the institution's merit.",
        "A published cost of 0 means unknown (lump sums, fellowships) and is left out on both sides.",
        _SELF_DECLARED,
    ),
    denominator=COST,
    aggregate="ratio",
    window_years=3,
    least_base=10,
    interval="ratio",
    is_bounded=True,
)
R_AND_D_RECEIVED = Indicator(
    "sme.r_and_d_received",
    "Money received by SMEs",
    "How much money SMEs receive in grants that start in the year and that they hold with the institution.",
    "EUR",
    RECEIVED,
    "INDICATORS §3, SMEs; CORDIS netEcContribution",
    (_SELF_DECLARED, "A commitment, counted whole in the year in which the grant starts."),
    interval="money",
    intensities=("all", "bilateral_small"),
)
