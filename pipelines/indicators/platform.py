"""Platforms: joint laboratories and technology centres that public programmes pay for.

A stock: a centre counts on every 31 December from its start to its end. Reference: INDICATORS §3,
"Platforms"; NSF's programme elements for centres; CORDIS fundingScheme of the Joint Undertakings and the EIT.
"""

from dataclasses import replace

from pipelines.indicators.contract import FACILITIES_INCOME as CONTRACT_FACILITIES_INCOME
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.platform_evidence import CENTRES_ACTIVE, INDUSTRY_CENTRES_ACTIVE, MEMBERS

_KEEPS = "INDICATORS §3, Platforms"
_SIX_YEARS = (
    "Needs the years of start y−5 to y: a centre's award runs five or six years. Engineering research and science "
    "and technology centres are paid for up to twelve, so that the first six years of a source that does not "
    "reach back further lack old ones."
)
_SITES = (
    "A centre of several universities counts at each; a site with a first and a second award for the same centre "
    "counts twice while both run."
)
_TYPES = "The type of a centre stands beside its programme in award_programme.centre_type; funders differ."

CENTRES = Indicator(
    "platform.centres",
    "Centres",
    "How many centres and partnerships that a public programme pays for are active at the institution at the end "
    "of the year.",
    "centres",
    CENTRES_ACTIVE,
    _KEEPS,
    (
        _SIX_YEARS,
        _SITES,
        _TYPES,
        "Of NSF's centres only those paid from a centre programme; members are not published.",
    ),
    years_back=(0, 5),
    is_stock=True,
)
INDUSTRY_CENTRES = Indicator(
    "platform.industry_centres",
    "Centres with industry",
    "How many of the institution's active centres have industry in them, by the programme's rule or by its records.",
    "centres",
    INDUSTRY_CENTRES_ACTIVE,
    f"{_KEEPS}; NSF: IUCRC and ERC require industrial members",
    (_SIX_YEARS, _SITES, "CORDIS and GtR tell the companies, NSF only that its programme requires them."),
    years_back=(0, 5),
    is_stock=True,
)
CENTRE_MEMBERS = Indicator(
    "platform.members",
    "Companies in centres",
    "How many different companies take part in the institution's centres that are active at the end of the year.",
    "companies",
    MEMBERS,
    f"{_KEEPS}; CORDIS and GtR",
    (
        _SIX_YEARS,
        "Members are visible in CORDIS and GtR only: NSF and NIH publish none.",
        "A company counts while the grant runs, also where it left before its end.",
    ),
    aggregate="count_distinct",
    years_back=(0, 5),
    is_stock=True,
)
FACILITIES_INCOME = replace(
    CONTRACT_FACILITIES_INCOME,
    id="platform.facilities_income",
    reference="INDICATORS §3, Platforms; HE-BCI table 2a",
    caveats=("The same figure as contract.facilities_income: never add the two.", *CONTRACT_FACILITIES_INCOME.caveats),
)
