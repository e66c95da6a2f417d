"""The funnel from invention to patent, and who files: challenges that HE-BCI table 4a shows.

The steps are counted in the same three years, not followed invention by invention: a patent granted now was
disclosed years ago. So they are ratios and not yields, and not capped at 100. Reference: INDICATORS §3,
"Challenges".
"""

from pipelines.indicators.indicator import Indicator
from pipelines.indicators.survey.fact import RESTATED, UNIVERSITIES_ONLY
from pipelines.indicators.transfer_evidence import ALL_FILINGS, DISCLOSURES, EXTERNAL_FILINGS, FILINGS, GRANTED

_KEEPS = "INDICATORS §3, Challenges; HE-BCI table 4a"
_NO_YIELD = "Not a yield of the same inventions, and not capped: what is filed now may have been disclosed before."

EXTERNAL_FILING_SHARE = Indicator(
    "challenge.external_filing_share",
    "Share of patents that others file",
    "Which part of the patent applications that name the university or its staff someone else filed.",
    "fraction",
    EXTERNAL_FILINGS,
    _KEEPS,
    (
        "A sign that ownership goes elsewhere, by contract or otherwise: disputes are not public.",
        "The university reports only those it has heard of.",
        RESTATED,
    ),
    denominator=ALL_FILINGS,
    aggregate="ratio",
    window_years=3,
    least_base=10,
    is_bounded=True,
)
DISCLOSURE_TO_FILING = Indicator(
    "challenge.funnel_disclosure_to_filing",
    "Patent applications per 100 disclosures",
    "How many patent applications the university files for every hundred inventions its researchers report.",
    "per 100",
    FILINGS,
    _KEEPS,
    (_NO_YIELD, "A high rate may mean that few inventions are reported.", UNIVERSITIES_ONLY),
    denominator=DISCLOSURES,
    aggregate="ratio",
    scale=100.0,
    window_years=3,
    least_base=10,
)
DISCLOSURE_TO_GRANT = Indicator(
    "challenge.funnel_disclosure_to_grant",
    "Patents granted per 100 disclosures",
    "How many patents the university is granted for every hundred inventions its researchers report.",
    "per 100",
    GRANTED,
    _KEEPS,
    (_NO_YIELD, "One invention may be granted in several countries and count each time.", UNIVERSITIES_ONLY),
    denominator=DISCLOSURES,
    aggregate="ratio",
    scale=100.0,
    window_years=3,
    least_base=10,
)
