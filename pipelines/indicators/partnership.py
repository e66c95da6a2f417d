"""Partnerships: patents owned with companies, and companies that come back.

Ids are those of the family joint. Reference: INDICATORS §3, "Joint research".
"""

from pipelines.indicators.edge import by_partner, totals
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.joint_evidence import JOINT_PARTNERS
from pipelines.indicators.patent_evidence import CO_PATENTS, PATENTS
from pipelines.indicators.patenting import AT_GRANT, COUNTINGS, HOLDERS, US

_KEEPS = "INDICATORS §3, Joint research"
_PARTNERS = "Companies of grants in CORDIS, GtR and STTR, and of co-owned patents: each source by itself."
_PARENT = "Companies stand at their topmost parent where ROR knows it; others are told apart by name and country."
_LEVELS = ("all", "bilateral_small")

CO_PATENTS_GRANTED = Indicator(
    "joint.co_patents",
    "US patents owned with companies",
    "How many US patents on inventions are granted in the year to the institution and a company together.",
    "patents",
    CO_PATENTS,
    f"{_KEEPS}; USPTO utility patents",
    (
        US,
        AT_GRANT,
        HOLDERS,
        "Joint research seldom ends in joint ownership: one partner usually takes the patent, the other a licence.",
    ),
    interval="poisson",
    counting=COUNTINGS,
    by_field=True,
)
CO_PATENT_SHARE = Indicator(
    "joint.co_patent_share",
    "Share of US patents owned with companies",
    "Which part of the institution's US patents belongs to a company as well.",
    "fraction",
    CO_PATENTS,
    f"{_KEEPS}; USPTO utility patents",
    (US, AT_GRANT, "An owner whose sector is unknown is never counted as a company: read coverage_sector beside it."),
    denominator=PATENTS,
    aggregate="ratio",
    least_base=20,
    interval="wilson",
    counting=COUNTINGS,
    is_bounded=True,
    by_field=True,
)
H_PARTNER = Indicator(
    "joint.h_partner",
    "Depth of company partnerships",
    "With how many companies, h, the institution shares at least h grants or patents each in four years.",
    "companies",
    JOINT_PARTNERS,
    _KEEPS,
    (_PARTNERS, _PARENT, "Large consortia make it larger: read it under intensity `bilateral_small` as well."),
    aggregate="h",
    window_years=4,
    intensities=_LEVELS,
)
REPEAT_PARTNERS = Indicator(
    "joint.repeat_partners",
    "Companies that come back",
    "With how many companies the institution shares at least two grants or patents in five years.",
    "companies",
    JOINT_PARTNERS,
    _KEEPS,
    (_PARTNERS, _PARENT, "Two grants signed on one day count as two."),
    aggregate="count_repeated",
    window_years=5,
    intensities=_LEVELS,
)
_LARGEST = f"""
    WITH shared AS ({by_partner(range(5), ", count(DISTINCT e.record_id) AS records")})
    {totals("shared AS e", "max(e.records)", "sum(e.records)")}
"""
TOP_PARTNER_SHARE = Indicator(
    "joint.top_partner_share",
    "Weight of the largest company partner",
    "Which part of all the institution's dealings with companies over five years is with its most frequent partner.",
    "fraction",
    JOINT_PARTNERS,
    _KEEPS,
    (
        _PARTNERS,
        _PARENT,
        "A dealing is a company in a grant or patent: a grant with three companies is three.",
    ),
    aggregate=_LARGEST,
    says="records from y−4 to y shared with the company of most of them ÷ records from y−4 to y and companies in them, "
    "each pair",
    window_years=5,
    least_base=20,
    intensities=_LEVELS,
    is_bounded=True,
)
