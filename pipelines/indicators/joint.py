"""Joint research: what institutions and companies do together in grants, and with whom.

Reference: INDICATORS §3, "Joint research".
"""

from pipelines.indicators.contract_evidence import (
    COLLABORATIVE,
    PARTNERS_CASH,
    PARTNERS_CONTRIBUTION,
    PUBLIC_FUNDING,
)
from pipelines.indicators.indicator import INTENSITIES, Indicator
from pipelines.indicators.industry_programme import INDUSTRY_PROGRAMME_AWARDS
from pipelines.indicators.joint_evidence import (
    COLLABORATIVE_GRANTS,
    GRANTS,
    JOINT_COLLABORATIVE_GRANTS,
    JOINT_FUNDING,
    JOINT_GRANTS,
    JOINT_GRANTS_SIZED,
    JOINT_PARTNERS,
    TRIPARTITE_GRANTS,
)
from pipelines.indicators.survey.fact import ENGLAND, FLOW, RESTATED, UNIVERSITIES_ONLY

COUNTINGS = ("whole", "fractional")
GRANT_LEVELS = ("all", "bilateral", "small", "consortium")

_KEEPS = "INDICATORS §3, Joint research"
_SECTOR = "A party whose sector is unknown is never counted as a company: read coverage_sector beside it."

GRANTS_WITH_COMPANIES = Indicator(
    "joint.grants",
    "Joint grants",
    "How many grants that start in the year the institution holds together with at least one company.",
    "grants",
    JOINT_GRANTS,
    _KEEPS,
    (_SECTOR, "Grants of very different size count alike."),
    interval="poisson",
    counting=COUNTINGS,
    sized=JOINT_GRANTS_SIZED,
    intensities=GRANT_LEVELS,
    by_field=True,
)
GRANT_SHARE = Indicator(
    "joint.grant_share",
    "Share of grants that are joint",
    "Which part of the institution's grants, in schemes where partners are recorded, has a company on board.",
    "fraction",
    JOINT_GRANTS,
    _KEEPS,
    (_SECTOR, "Single-beneficiary schemes (ERC, fellowships) lower it: see joint.grant_share_collaborative."),
    denominator=GRANTS,
    aggregate="ratio",
    least_base=20,
    interval="wilson",
    counting=COUNTINGS,
    sized=JOINT_GRANTS_SIZED,
    intensities=GRANT_LEVELS,
    is_bounded=True,
    by_field=True,
)
GRANT_SHARE_COLLABORATIVE = Indicator(
    "joint.grant_share_collaborative",
    "Share of collaborative grants that are joint",
    "Which part of the institution's grants with any partner has a company on board.",
    "fraction",
    JOINT_COLLABORATIVE_GRANTS,
    f"{_KEEPS}; CORDIS fundingScheme",
    (_SECTOR, "Needs the funder's scheme; where it is not told there is no value."),
    denominator=COLLABORATIVE_GRANTS,
    aggregate="ratio",
    least_base=20,
    interval="wilson",
    counting=COUNTINGS,
    intensities=GRANT_LEVELS,
    is_bounded=True,
)
FUNDING = Indicator(
    "joint.funding",
    "Funding in joint grants",
    "How much money the institution itself receives in grants it holds together with companies.",
    "EUR",
    JOINT_FUNDING,
    f"{_KEEPS}; CORDIS netEcContribution",
    (
        "A commitment, counted whole in the year in which the grant starts; no payments are published.",
        "Grants in which the institution's contribution is not told add nothing.",
    ),
    interval="money",
    intensities=GRANT_LEVELS,
    by_field=True,
)
_COLLABORATORS = (
    "Collaborators include charities and public bodies, not companies alone: the survey does not split them."
)
COLLABORATIVE_INCOME = Indicator(
    "joint.collaborative_income",
    "Collaborative research",
    "How much collaborative research with outside partners is worth in the year, public money and partners' share.",
    "EUR",
    COLLABORATIVE,
    f"{_KEEPS}; HE-BCI table 1",
    (FLOW, _COLLABORATORS, "A good part is in kind, as the university values it.", RESTATED, UNIVERSITIES_ONLY),
)
LEVERAGE_CASH = Indicator(
    "joint.leverage_cash",
    "Partners' cash for public money",
    "How much cash partners put into collaborative research for every pound of public money in it.",
    "ratio",
    PARTNERS_CASH,
    f"{_KEEPS}; Research England, KEF metrics; HE-BCI table 1",
    (_COLLABORATORS, ENGLAND, UNIVERSITIES_ONLY),
    denominator=PUBLIC_FUNDING,
    aggregate="ratio",
    window_years=3,
)
LEVERAGE = Indicator(
    "joint.leverage",
    "Partners' contribution for public money",
    "How much partners put into collaborative research, in cash and in kind, for every pound of public money in it.",
    "ratio",
    PARTNERS_CONTRIBUTION,
    f"{_KEEPS}; HE-BCI table 1",
    (
        _COLLABORATORS,
        "What comes in kind (staff time, equipment, data) the university values itself.",
        RESTATED,
        UNIVERSITIES_ONLY,
    ),
    denominator=PUBLIC_FUNDING,
    aggregate="ratio",
    window_years=3,
)
PARTNERS_HEADLINE = Indicator(
    "joint.partners",
    "Company partners",
    "How many different companies the institution works with in grants of at most ten organisations, or owns patents "
    "with.",
    "companies",
    JOINT_PARTNERS,
    _KEEPS,
    (
        "Read from CORDIS, GtR and STTR; of studentships and knowledge transfer partnerships every one is bilateral.",
        "Of patents of any kind, companies that own one with the institution, by year of grant: a source of its own, "
        "and every one bilateral.",
        "Two thirds of university–company pairs in H2020 come from consortia of more than ten: they are left "
        "out of the headline, and stand under intensity `all`.",
        "Companies known by name only are told apart by name and country.",
    ),
    aggregate="count_distinct",
    sizes=("sme", "large"),
    intensity="bilateral_small",
    intensities=INTENSITIES,
    by_field=True,
)
TRIPARTITE = Indicator(
    "joint.tripartite_grants",
    "Tripartite grants",
    "How many of the institution's grants bring together a university, a company and a research institute.",
    "grants",
    TRIPARTITE_GRANTS,
    f"{_KEEPS}; Etzkowitz and Leydesdorff (2000) for the idea",
    (_SECTOR,),
    interval="poisson",
    counting=COUNTINGS,
    intensities=GRANT_LEVELS,
)
TRIPARTITE_SHARE = Indicator(
    "joint.tripartite_share",
    "Share of joint grants that are tripartite",
    "Which part of the institution's joint grants has both a university and a research institute in it.",
    "fraction",
    TRIPARTITE_GRANTS,
    _KEEPS,
    ("Large consortia are tripartite almost by construction: read it by intensity.",),
    denominator=JOINT_GRANTS,
    aggregate="ratio",
    least_base=20,
    interval="wilson",
    counting=COUNTINGS,
    intensities=GRANT_LEVELS,
    is_bounded=True,
)
INDUSTRY_PROGRAMMES = Indicator(
    "joint.industry_programme_awards",
    "Awards of industry programmes",
    "How many projects that start in the year the institution holds in programmes that pay for research with industry.",
    "awards",
    INDUSTRY_PROGRAMME_AWARDS,
    f"{_KEEPS}; NSF programme elements 1504 (GOALI), 5761 and 7609 (IUCRC), references 1049, 9110, 9163, 9165",
    (
        "The partner is not published: it is known only that the programme requires one.",
        "Awards that plan a centre count as those that pay for one; several awards of one institution for one project "
        "are one.",
    ),
    interval="poisson",
)
