"""Title to what grants led to: patents that institution and company own together, and how soon they are filed.

Ids are those of the family challenge. Reference: INDICATORS §3, "Challenges".
"""

from pipelines.indicators.indicator import Indicator
from pipelines.indicators.lag import lag, linked
from pipelines.indicators.project_patent import CO_OWNED, EITHER_OWNED, GRANT_TO_FILING, OWN, OWN_DATED

_KEEPS = "INDICATORS §3, Challenges; CORDIS, projectIrps (FOREGROUND)"
_REPORTED = "What projects report of FP7 and Horizon 2020: a floor, and recent years still fill up."
_FIRST = "By the year of the first filing; a family of patents counts once."

CO_OWNED_SHARE = Indicator(
    "challenge.co_owned",
    "Patents of joint grants that are owned together",
    "Which part of the patents from its joint grants, filed by the institution or a company, both of them filed.",
    "fraction",
    CO_OWNED,
    _KEEPS,
    (
        "Neither good nor bad: joint ownership is a promise to agree, and often what is left where none was reached.",
        "In large consortia most patents are other partners' alone: read it under intensity `bilateral_small` as well.",
        _FIRST,
        _REPORTED,
    ),
    denominator=EITHER_OWNED,
    aggregate="ratio",
    window_years=3,
    least_base=10,
    interval="wilson",
    intensities=("all", "bilateral_small"),
    is_bounded=True,
)
GRANT_TO_FILING_LAG = lag(
    "challenge.lag_grant_to_filing",
    "Years from grant to patent filing",
    "How many years pass from the start of a grant to the first filing of a patent that the institution applied for.",
    GRANT_TO_FILING,
    _KEEPS,
    (
        "Of what was filed in the year, at most ten years after the start; most grants lead to no patent.",
        "How many of its patents can be dated: challenge.lag_grant_to_filing_linked.",
        "Needs the grants of the ten years before.",
        _REPORTED,
    ),
)
GRANT_TO_FILING_LINKED = linked(
    GRANT_TO_FILING_LAG,
    "Share of grants' patents with a known filing",
    "For which part of the patents from its grants the first filing is known and lies within ten years of the start.",
    OWN_DATED,
    OWN,
    _REPORTED,
)
