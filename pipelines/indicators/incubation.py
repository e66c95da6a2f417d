"""Incubation and what awards led to: STTR, I-Corps, spin-outs, licences and further funding that awards report.

Ids are those of the families venture, transfer and benefit. Reference: INDICATORS §3; SBIR.gov, NSF, GtR.
"""

from pipelines.indicators.incubation_evidence import ICORPS, STTR, STTR_FIRMS
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.output_evidence import LICENSED, PRIVATE_FUNDING, PRIVATE_FUNDING_MONEY, SPIN_OUTS

_VENTURES = "INDICATORS §3, Ventures and incubation;"
_REPORTED = "Self-reported by researchers, for years after the grant: a floor, and the last years fill up."
_ONCE = "An outcome that several awards claim stands once; it counts for the institution that leads one of them."
_YEAR_OF_AWARD = "Years are SBIR.gov's own award years; the running one is complete about April of the next."

STTR_AWARDS = Indicator(
    "venture.sttr",
    "STTR awards",
    "How many awards for small firms' technology transfer name the institution as their research institution.",
    "awards",
    STTR,
    f"{_VENTURES} SBIR.gov, RI Name",
    (
        _YEAR_OF_AWARD,
        "The money goes to the firm, and is no income of the institution.",
        "Phases are separate awards: venture.sttr_firms has the pieces of work.",
    ),
    interval="poisson",
)
FIRMS_BY_TOPIC = Indicator(
    "venture.sttr_firms",
    "Firms and topics in STTR",
    "With how many firms, each counted once a topic, the institution works in STTR awards of the year.",
    "firms by topic",
    STTR_FIRMS,
    f"{_VENTURES} SBIR.gov",
    (_YEAR_OF_AWARD, "Small firms of fewer than 500 staff: the EU and the UK draw the line at 250."),
    aggregate="count_distinct",
)
ICORPS_TEAMS = Indicator(
    "venture.icorps",
    "I-Corps teams",
    "How many awards start in the year that send a team of the institution to find customers for its research.",
    "awards",
    ICORPS,
    f"{_VENTURES} NSF programme elements 8023, 8045, 8046 by label or title, from September 2011",
    (
        "Nodes, sites and hubs are platforms and not counted here.",
        "Teams that sites and hubs pay from their own awards are not seen.",
    ),
    interval="poisson",
)
REPORTED_SPIN_OUTS = Indicator(
    "venture.reported_spin_outs",
    "Spin-outs that awards report",
    "How many companies founded in the year researchers of the institution report as outcomes of its awards.",
    "ventures",
    SPIN_OUTS,
    f"{_VENTURES} GtR spin-outs",
    (
        _REPORTED,
        _ONCE,
        "A company is told by its number in the register, else by name and year; never add it to venture.formed.",
    ),
    interval="poisson",
)
REPORTED_LICENSED = Indicator(
    "transfer.reported_licensed",
    "Intellectual property reported as licensed",
    "How many pieces of intellectual property, protected in the year, the institution reports as licensed.",
    "outcomes",
    LICENSED,
    "INDICATORS §3, Transfer; GtR intellectual property, licensed = Yes",
    (
        _REPORTED,
        _ONCE,
        "Commercial in confidence is not told, and not counted.",
        "The year is that of protection, and not of the licence; without one an outcome is not counted.",
    ),
    interval="poisson",
)
FURTHER_FUNDING = Indicator(
    "benefit.private_further_funding",
    "Further funding from the private sector",
    "How many pieces of further funding from companies, starting in the year, awards of the institution report.",
    "outcomes",
    PRIVATE_FUNDING,
    "INDICATORS §3, Benefits; GtR further funding, sector private",
    (_REPORTED, _ONCE, "Pieces of very different size count alike: benefit.private_further_funding_income has money."),
    interval="poisson",
)
FURTHER_FUNDING_INCOME = Indicator(
    "benefit.private_further_funding_income",
    "Money of further funding from the private sector",
    "How much further funding from companies, starting in the year, awards of the institution report.",
    "EUR",
    PRIVATE_FUNDING_MONEY,
    "INDICATORS §3, Benefits; GtR further funding, sector private",
    (_REPORTED, _ONCE, "Counted whole in the year in which it starts; pieces without an amount add nothing."),
    interval="money",
)
