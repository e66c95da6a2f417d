"""How collaboration goes on: SMEs' next grants and new acquaintances, SMEs in training, joint projects cut short.

Ids are those of the families sme and challenge. Reference: INDICATORS §3, "SMEs", "Challenges".
"""

from pipelines.indicators.ending_evidence import ENDED, ENDED_EARLY
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.sme_evidence import FOLLOW_ON, FOLLOW_ON_RATE, MET_PER_FIRM, NEWLY_MET
from pipelines.indicators.talent_evidence import SME_PROGRAMMES

_SMES = "INDICATORS §3, SMEs;"
_SELF_DECLARED = "The SME flag is self-declared and changes over time; EU definition: fewer than 250 staff."
_ONE_SOURCE = "What firms do in grants of other funders is not seen; the source's first years know no history."

TALENT = Indicator(
    "sme.talent",
    "Training programmes with SMEs",
    "How many training programmes that start in the year the institution takes part in together with an SME.",
    "programmes",
    SME_PROGRAMMES,
    f"{_SMES} CORDIS Marie Skłodowska-Curie Actions",
    (
        _SELF_DECLARED,
        "Knowledge transfer partnerships come in once Innovate UK's sizes of enterprises are at hand: GtR tells none.",
    ),
    interval="poisson",
)
REPUTATION = Indicator(
    "sme.reputation",
    "Follow-on success of SMEs",
    "By how many points SMEs whose first grant was with the institution go on to a further one more often than others.",
    "points",
    FOLLOW_ON,
    f"{_SMES} CORDIS, first and further collaborative grants",
    (
        "Follow-on success, a proxy of reputation: who goes on may have been better to begin with.",
        "Others are all SMEs of the firm's country that have their first grant in the same year; a single one is its "
        "own rate.",
        "The last three years are partial: their followers may still come.",
        _ONE_SOURCE,
        _SELF_DECLARED,
    ),
    aggregate=FOLLOW_ON_RATE,
    says="100 × Σ over SMEs whose first collaborative grant, starting in y−2 to y, is with the institution (1 where a "
    "further one starts within three years after, else 0, − the rate of all SMEs of the country with a first grant in "
    "that year) ÷ number of these SMEs",
    scale=100.0,
    window_years=3,
    years_back=(-3, 2),
    base_back=(0, 2),
    least_base=10,
)
NETWORK = Indicator(
    "sme.network",
    "Organisations that SMEs meet",
    "How many organisations an SME meets in joint grants with the institution that it had not met in five years.",
    "organisations per SME",
    NEWLY_MET,
    f"{_SMES} CORDIS, parties of joint grants",
    (
        "The institution itself is not among the organisations met; of grants of at most ten organisations.",
        "Large consortia bring many names and few acquaintances: they stand under intensity `all`.",
        _ONE_SOURCE,
        _SELF_DECLARED,
    ),
    aggregate=MET_PER_FIRM,
    says="organisations in joint grants, starting in y−2 to y, of SMEs and the institution, with which the SME had no "
    "grant in the five years before, the institution left out ÷ SMEs in these grants, each once a year",
    window_years=3,
    years_back=(0, 7),
    base_back=(0, 2),
    least_base=10,
    intensity="bilateral_small",
    intensities=("all", "bilateral_small"),
)
EARLY_END = Indicator(
    "challenge.early_end",
    "Joint projects that end early",
    "Which part of the joint projects that end was terminated or left by a company, over three years.",
    "fraction",
    ENDED_EARLY,
    "INDICATORS §3, Challenges; CORDIS status TERMINATED, endOfParticipation",
    (
        "A weak proxy of misaligned goals: companies also go bankrupt, are bought, or have done their part.",
        "A company that goes on under another number or parent in the same project has not left.",
        "Needs the starts of seven years, for projects run up to five; a terminated one ends on its last day.",
    ),
    denominator=ENDED,
    aggregate="ratio",
    window_years=3,
    years_back=(0, 7),
    base_back=(0, 2),
    least_base=10,
    interval="wilson",
    intensities=("all", "bilateral_small"),
    is_bounded=True,
)
