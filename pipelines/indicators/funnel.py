"""The funnel from research to invention, patent and licence, and who files: HE-BCI table 4a, AUTM, HERD.

The steps are counted in the same three years, not followed invention by invention: a patent granted now was
disclosed years ago. So they are ratios and not yields, and not capped at 100. Reference: INDICATORS §3,
"Challenges".
"""

from pipelines.indicators.indicator import Indicator
from pipelines.indicators.licensing_evidence import DISCLOSURES, EXECUTED, FILINGS, PATENTS_GRANTED, RESEARCH
from pipelines.indicators.measure import Measure
from pipelines.indicators.survey.fact import FISCAL, RESTATED, UNIVERSITIES_ONLY
from pipelines.indicators.transfer_evidence import ALL_FILINGS, EXTERNAL_FILINGS

_KEEPS = "INDICATORS §3, Challenges; HE-BCI table 4a; AUTM"
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


def _per_disclosures(step: str, title: str, meaning: str, what: Measure, reference: str, *caveats: str) -> Indicator:
    """Declare what comes in three years for every hundred inventions disclosed in them."""
    return Indicator(
        f"challenge.funnel_disclosure_to_{step}",
        title,
        meaning,
        "per 100",
        what,
        reference,
        (_NO_YIELD, *caveats),
        denominator=DISCLOSURES,
        aggregate="ratio",
        scale=100.0,
        window_years=3,
        least_base=10,
    )


DISCLOSURE_TO_FILING = _per_disclosures(
    "filing",
    "Patent applications per 100 disclosures",
    "How many patent applications the university files for every hundred inventions its researchers report.",
    FILINGS,
    _KEEPS,
    "A high rate may mean that few inventions are reported.",
    UNIVERSITIES_ONLY,
)
DISCLOSURE_TO_GRANT = _per_disclosures(
    "grant",
    "Patents granted per 100 disclosures",
    "How many patents the university is granted for every hundred inventions its researchers report.",
    PATENTS_GRANTED,
    _KEEPS,
    "One invention may be granted in several countries and count each time.",
    UNIVERSITIES_ONLY,
)
DISCLOSURE_TO_LICENCE = _per_disclosures(
    "licence",
    "Licences and options per 100 disclosures",
    "How many licences and options the institution executes for every hundred inventions its researchers report.",
    EXECUTED,
    "INDICATORS §3, Challenges; AUTM",
    FISCAL,
    "HE-BCI's licences are those in force, a stock, and have no such rate.",
)
RESEARCH_TO_DISCLOSURE = Indicator(
    "challenge.funnel_research_to_disclosure",
    "Disclosures by research expenditure",
    "How many inventions the institution's researchers report for every hundred million of research expenditure.",
    "per 100 M",
    DISCLOSURES,
    "INDICATORS §3, Challenges; AUTM ÷ AUTM or HERD",
    (
        "Expenditure is that of the disclosures' own survey, else HERD's; in the currency in which it is reported.",
        "UK universities report no research expenditure: no data there.",
        FISCAL,
    ),
    denominator=RESEARCH,
    aggregate="ratio",
    scale=100e6,
    window_years=3,
    least_base=30e6,
)
