"""Licensing as AUTM asks for it: licences executed in the year, to whom, on what terms, and what they bring.

Ids are those of the families transfer and venture. AUTM's licences are a flow and HE-BCI's a stock, so that no
id has both. Reference: INDICATORS §3, "Transfer", "Ventures and incubation"; AUTM Licensing Activity Survey.
"""

from pipelines.indicators.indicator import Indicator
from pipelines.indicators.licensing_evidence import (
    EXCLUSIVE,
    EXCLUSIVE_OR_NOT,
    EXECUTED,
    EXPENDITURE,
    HOME_STATE,
    LICENCE_INCOME_US,
    STARTUPS,
    TO_SMALL,
    TO_STARTUPS,
)
from pipelines.indicators.survey.fact import FISCAL, LUMPY

_KEEPS = "INDICATORS §3, Transfer; AUTM"
_NOT_IN_FORCE = "Licences signed in the year, not those in force: never compare them with transfer.licences."
_CLASSES = "Start-ups, small companies (fewer than 500 staff) and large ones exclude each other in AUTM."
_OTHER_SIZE = "The EU and the UK draw the line at 250 staff: never pool the two."

LICENCES_PER_YEAR = Indicator(
    "transfer.licences_per_year",
    "Licences and options executed",
    "How many licences and options to use its inventions the institution signs in the year.",
    "licences",
    EXECUTED,
    _KEEPS,
    (FISCAL, _NOT_IN_FORCE, "An option may become a licence later and then counts again."),
)
LICENCES_TO_STARTUPS = Indicator(
    "transfer.licences_to_startups",
    "Licences to start-ups",
    "How many licences and options the institution signs in the year with companies founded on its inventions.",
    "licences",
    TO_STARTUPS,
    _KEEPS,
    (FISCAL, _NOT_IN_FORCE, _CLASSES),
)
LICENCES_TO_SMALL = Indicator(
    "transfer.licences_to_small",
    "Licences to small companies",
    "How many licences and options the institution signs in the year with small companies that are no start-ups of it.",
    "licences",
    TO_SMALL,
    _KEEPS,
    (FISCAL, _NOT_IN_FORCE, _CLASSES, _OTHER_SIZE),
)
EXCLUSIVE_SHARE = Indicator(
    "transfer.exclusive_share",
    "Share of licences that are exclusive",
    "Which part of the licences and options signed in the year gives the right to one licensee alone.",
    "fraction",
    EXCLUSIVE,
    _KEEPS,
    (FISCAL, "Exclusive within a field or a territory counts as exclusive.", _NOT_IN_FORCE),
    denominator=EXCLUSIVE_OR_NOT,
    aggregate="ratio",
    least_base=20,
    is_bounded=True,
)
INCOME_SHARE_RD = Indicator(
    "transfer.income_share_rd",
    "Licence income by R&D expenditure",
    "How much licence income the institution has for each dollar it spends on research and development.",
    "fraction",
    LICENCE_INCOME_US,
    f"{_KEEPS} ÷ NCSES HERD question 1, 01.g",
    (
        LUMPY,
        "Both are reported for the institution and year; a system that reports to one survey as a whole and to the "
        "other by campus has no value.",
        "Expenditure, not income: never compare it with transfer.income_share_income.",
    ),
    denominator=EXPENDITURE,
    aggregate="ratio",
    window_years=3,
)
HOME_STATE_SHARE = Indicator(
    "venture.home_state_share",
    "Share of start-ups in the home state",
    "Which part of the start-ups formed in the year on the institution's licences is in its own state or province.",
    "fraction",
    HOME_STATE,
    "INDICATORS §3, Ventures and incubation; AUTM",
    (FISCAL, "Where they were founded: they may have moved since."),
    denominator=STARTUPS,
    aggregate="ratio",
    least_base=20,
    is_bounded=True,
)
