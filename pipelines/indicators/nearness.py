"""Nearness: how many of an institution's companies are abroad, and how far away they are.

Ids are those of the family challenge: distance and borders cost time and money. Reference: INDICATORS §1 and §3.
"""

from pipelines.indicators.edge import by_partner, totals
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.nearness_evidence import ABROAD, DISTANCE

_KEEPS = "INDICATORS §3, Challenges"
_UNIT = "A company counts where the unit that takes part sits; its parent may be elsewhere."
_SOURCE = "Companies of grants in CORDIS, GtR and STTR, and of co-owned patents: each source by itself."
_LEVELS = ("all", "bilateral_small")
_CONSORTIA = (
    "Consortia of more than ten are left out of the headline, since most of their members never meet: they stand "
    "under intensity `all`."
)

_SHARE_ABROAD = f"""
    WITH pair AS ({by_partner(range(3), ", max(e.amount) AS abroad", "WHERE e.amount IS NOT NULL")})
    {totals("pair AS e", "sum(e.abroad)", "count(*)")}
"""

CROSS_BORDER = Indicator(
    "challenge.cross_border",
    "Share of company partners abroad",
    "Which part of the companies the institution worked with in three years sits in another country.",
    "fraction",
    ABROAD,
    f"{_KEEPS}; CORDIS: consortia of at least three countries are a rule of eligibility",
    (
        "In CORDIS partners abroad are a condition of most grants, and no choice: never compare it with other sources.",
        "STTR companies must be American, and most partners in GtR are British, by the funder's rules.",
        _SOURCE,
        _UNIT,
        "Companies whose country is not told are left out.",
        _CONSORTIA,
    ),
    aggregate=_SHARE_ABROAD,
    says="distinct companies in grants starting in y−2 to y (or patents granted then and owned together) that sit in "
    "another country than the institution ÷ distinct companies in them whose country is known",
    window_years=3,
    least_base=10,
    interval="wilson",
    intensity="bilateral_small",
    intensities=_LEVELS,
    is_bounded=True,
)
DISTANCE_KM = Indicator(
    "challenge.distance_km",
    "Distance to company partners",
    "How many kilometres away the middle one of the companies is that the institution worked with in three years.",
    "km",
    DISTANCE,
    f"{_KEEPS}; great circle on the mean Earth (IUGG)",
    (
        "As the crow flies, from the institution's main site: a campus elsewhere may be nearer.",
        "A value only where at least 60 % of the companies have coordinates; a company known by name alone stands in "
        "the middle of its town, which is known where the registry has an organisation in it.",
        "Distance is not language, nor trust: a weak sign of what it costs to talk.",
        _UNIT,
        _SOURCE,
        _CONSORTIA,
    ),
    aggregate="median_pair",
    window_years=3,
    least_base=6,
    interval="median",
    intensity="bilateral_small",
    intensities=_LEVELS,
)
