"""What small and medium enterprises gain: licences, contracts, and research cost that is carried.

An SME is what the source says it is (EU and UK: fewer than 250 staff; SBIR and AUTM: fewer than 500): the
definitions are never pooled. Reference: INDICATORS §3, "SMEs".
"""

from pipelines.indicators.contract_evidence import CONTRACTS as BY_PAYER
from pipelines.indicators.contract_evidence import RESEARCH, RESEARCH_FROM_COMPANIES
from pipelines.indicators.grant import GRANT
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.measure import Measure
from pipelines.indicators.survey.fact import CONTRACT_YEARS, FLOW, RESTATED, SME, STOCK, UNIVERSITIES_ONLY
from pipelines.indicators.transfer_evidence import LICENCES_SME


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

_REPORTED = "INDICATORS §3, SMEs; HE-BCI table"

LICENCES = Indicator(
    "sme.licences",
    "Licences to SMEs",
    "How many licences to use its inventions, other than software, the university has with SMEs.",
    "licences",
    LICENCES_SME,
    f"{_REPORTED} 4b",
    (STOCK, "Licences in force, and not those signed in the year.", SME, UNIVERSITIES_ONLY),
    aggregate="mean",
    is_stock=True,
)
CONTRACTS = Indicator(
    "sme.contracts",
    "Research contracts with SMEs",
    "How many contracts of research with SMEs the university reports for the year.",
    "contracts",
    BY_PAYER["sme"],
    f"{_REPORTED} 2a",
    (CONTRACT_YEARS, "So a window averages them, as it does a stock.", SME, UNIVERSITIES_ONLY),
    aggregate="mean",
    is_stock=True,
)
CONTRACT_INCOME = Indicator(
    "sme.contract_income",
    "Contract research paid by SMEs",
    "How much SMEs pay the university in the year for research that meets their own need.",
    "EUR",
    RESEARCH["sme"],
    f"{_REPORTED} 2a",
    (FLOW, SME, RESTATED, UNIVERSITIES_ONLY),
)
TECHNOLOGY_SHARE = Indicator(
    "sme.technology_share",
    "SMEs' share of companies' contract research",
    "Which part of what companies pay the university for contract research comes from SMEs.",
    "fraction",
    RESEARCH["sme"],
    f"{_REPORTED} 2a",
    (SME, "By money: many small contracts weigh less than one large one."),
    denominator=RESEARCH_FROM_COMPANIES,
    aggregate="ratio",
    window_years=3,
    is_bounded=True,
)
