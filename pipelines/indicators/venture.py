"""Ventures: companies that come out of universities, on their intellectual property (spin-outs) or not.

Reference: INDICATORS §3, "Ventures and incubation"; HE-BCI table 4e. The headline is spin-outs, with and without
ownership; start-ups of staff and students and social enterprises have ids of their own (`venture.start_ups_*`),
for theirs is another trade: a student's café counts like a laboratory's firm.
"""

from pipelines.indicators.indicator import Indicator
from pipelines.indicators.licensing_evidence import VENTURES_FORMED
from pipelines.indicators.measure import Measure
from pipelines.indicators.survey.fact import ESTIMATED, FISCAL, FLOW, RESTATED, STOCK, UNIVERSITIES_ONLY
from pipelines.indicators.venture_evidence import (
    ACTIVE,
    ACTIVE_OWNED,
    ACTIVE_START_UPS,
    EMPLOYMENT,
    EMPLOYMENT_START_UPS,
    FORMED_OWNED,
    FORMED_SOCIAL,
    FORMED_STAFF,
    FORMED_STUDENT,
    INVESTMENT,
    INVESTMENT_START_UPS,
    MATURE,
    TURNOVER,
    TURNOVER_START_UPS,
)

_KEEPS = "INDICATORS §3, Ventures and incubation; HE-BCI table 4e"
_SPIN_OUTS = "Spin-outs alone; start-ups of staff and students and social enterprises are in venture.start_ups_*."
_AUTM = (
    "AUTM's start-ups depend on a licence of the institution: compared with spin-outs only, and never added to them."
)
_START_UPS = "No university IP in it: never add it to spin-outs when comparing with AUTM."


def _level(
    name: str, title: str, meaning: str, unit: str, measure: Measure, *caveats: str, is_stock: bool = False
) -> Indicator:
    kind, aggregate = (STOCK, "mean") if is_stock else (FLOW, "sum")
    return Indicator(
        f"venture.{name}",
        title,
        meaning,
        unit,
        measure,
        _KEEPS,
        (kind, *caveats),
        aggregate=aggregate,
        is_stock=is_stock,
    )


SPIN_OUTS_FORMED = _level(
    "formed",
    "Spin-outs formed",
    "How many companies were founded in the year on the university's inventions.",
    "ventures",
    VENTURES_FORMED,
    _SPIN_OUTS,
    _AUTM,
    FISCAL,
    UNIVERSITIES_ONLY,
)
FORMED_WITH_OWNERSHIP = _level(
    "formed_with_ownership",
    "Spin-outs formed with university ownership",
    "How many companies were founded in the year on the university's inventions in which it holds shares.",
    "ventures",
    FORMED_OWNED,
    "What a university holds shares in is its policy, not its success.",
)
STAFF_START_UPS_FORMED = _level(
    "start_ups_staff",
    "Staff start-ups formed",
    "How many companies the university's staff founded in the year without its inventions.",
    "ventures",
    FORMED_STAFF,
    _START_UPS,
)
STUDENT_START_UPS_FORMED = _level(
    "start_ups_student",
    "Student start-ups formed",
    "How many companies the university's students and recent graduates founded in the year.",
    "ventures",
    FORMED_STUDENT,
    _START_UPS,
    "Earlier releases call them graduate start-ups.",
)
SOCIAL_ENTERPRISES_FORMED = _level(
    "start_ups_social",
    "Social enterprises formed",
    "How many enterprises with a social purpose were founded in the year with the university's help.",
    "ventures",
    FORMED_SOCIAL,
    _START_UPS,
)
SPIN_OUTS_ACTIVE = _level(
    "active",
    "Active spin-outs",
    "How many companies founded on the university's inventions are in business.",
    "ventures",
    ACTIVE,
    _SPIN_OUTS,
    RESTATED,
    UNIVERSITIES_ONLY,
    is_stock=True,
)
ACTIVE_WITH_OWNERSHIP = _level(
    "active_with_ownership",
    "Active spin-outs with university ownership",
    "How many companies founded on the university's inventions, in which it holds shares, are in business.",
    "ventures",
    ACTIVE_OWNED,
    "A spin-out whose shares are sold moves to those without ownership, or out of sight.",
    is_stock=True,
)
START_UPS_ACTIVE = _level(
    "start_ups_active",
    "Active start-ups",
    "How many start-ups of staff and students and social enterprises are in business.",
    "ventures",
    ACTIVE_START_UPS,
    _START_UPS,
    is_stock=True,
)
MATURE_SHARE = Indicator(
    "venture.mature_share",
    "Share of spin-outs that are three years old",
    "Which part of the university's active spin-outs has been in business for three years or more.",
    "fraction",
    MATURE,
    _KEEPS,
    (
        "No survival rate: a university that founds many new spin-outs has a low share.",
        "Asked in two questions: where the answers do not fit each other it can lie above 1.",
    ),
    denominator=ACTIVE,
    aggregate="ratio",
    least_base=20,
)
SPIN_OUT_INVESTMENT = _level(
    "investment",
    "Investment in spin-outs",
    "How much money from outside the university's spin-outs raised in the year.",
    "EUR",
    INVESTMENT,
    ESTIMATED,
    "One round of one firm can make a year.",
    _SPIN_OUTS,
)
SPIN_OUT_TURNOVER = _level(
    "turnover",
    "Turnover of spin-outs",
    "How much the university's active spin-outs turn over in the year.",
    "EUR",
    TURNOVER,
    ESTIMATED,
    "One large firm can make it, also where no firm is reported active.",
    _SPIN_OUTS,
)
SPIN_OUT_EMPLOYMENT = _level(
    "employment",
    "Employment in spin-outs",
    "How many people, in full-time equivalents, work for the university's active spin-outs.",
    "FTE",
    EMPLOYMENT,
    ESTIMATED,
    _SPIN_OUTS,
    is_stock=True,
)
START_UP_INVESTMENT = _level(
    "start_ups_investment",
    "Investment in start-ups",
    "How much money from outside start-ups of staff and students and social enterprises raised in the year.",
    "EUR",
    INVESTMENT_START_UPS,
    ESTIMATED,
    _START_UPS,
)
START_UP_TURNOVER = _level(
    "start_ups_turnover",
    "Turnover of start-ups",
    "How much active start-ups of staff and students and social enterprises turn over in the year.",
    "EUR",
    TURNOVER_START_UPS,
    ESTIMATED,
    _START_UPS,
)
START_UP_EMPLOYMENT = _level(
    "start_ups_employment",
    "Employment in start-ups",
    "How many people, in full-time equivalents, work for start-ups of staff and students and social enterprises.",
    "FTE",
    EMPLOYMENT_START_UPS,
    ESTIMATED,
    _START_UPS,
    is_stock=True,
)
