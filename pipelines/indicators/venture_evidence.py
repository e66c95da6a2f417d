"""The cells of ventures: HE-BCI table 4e, by kind of venture.

Spin-outs rest on the university's intellectual property: it holds shares in some and in others not. Staff and
student start-ups and social enterprises do not rest on it. Reference: HE-BCI table 4e.
"""

from pipelines.indicators.contract_evidence import NOT_BY_PARTNER
from pipelines.indicators.measure import Measure
from pipelines.indicators.survey.cell import cells
from pipelines.indicators.survey.fact import KNOWLEDGE_EXCHANGE

OWNED = ("spin_outs_owned",)
SPIN_OUTS = ("spin_outs_owned", "spin_outs_other")
STAFF, STUDENT, SOCIAL = ("staff_start_ups",), ("student_start_ups",), ("social_enterprises",)
START_UPS = (*STAFF, *STUDENT, *SOCIAL)


def _ventures(name: str, said: str, measure: str, kinds: tuple[str, ...], unit: str = "count") -> Measure:
    return cells(name, said, ((measure, NOT_BY_PARTNER, kinds),), unit, KNOWLEDGE_EXCHANGE)


FORMED_OWNED = _ventures(
    "spin_outs_formed_owned",
    "spin-outs formed in the year of which the institution holds shares",
    "firms_formed",
    OWNED,
)
FORMED_STAFF = _ventures("start_ups_staff_formed", "start-ups of staff formed in the year", "firms_formed", STAFF)
FORMED_STUDENT = _ventures(
    "start_ups_student_formed", "start-ups of students and graduates formed in the year", "firms_formed", STUDENT
)
FORMED_SOCIAL = _ventures("social_enterprises_formed", "social enterprises formed in the year", "firms_formed", SOCIAL)
ACTIVE = _ventures("spin_outs_active", "active spin-outs", "firms_active", SPIN_OUTS)
ACTIVE_OWNED = _ventures(
    "spin_outs_active_owned", "active spin-outs of which the institution holds shares", "firms_active", OWNED
)
ACTIVE_START_UPS = _ventures(
    "start_ups_active", "active start-ups of staff and students and social enterprises", "firms_active", START_UPS
)
MATURE = _ventures(
    "spin_outs_mature", "active spin-outs that are at least three years old", "firms_surviving", SPIN_OUTS
)
EMPLOYMENT = _ventures(
    "spin_outs_employment", "full-time equivalents employed by active spin-outs", "firms_employment", SPIN_OUTS, "fte"
)
EMPLOYMENT_START_UPS = _ventures(
    "start_ups_employment",
    "full-time equivalents employed by active start-ups and social enterprises",
    "firms_employment",
    START_UPS,
    "fte",
)
TURNOVER = _ventures("spin_outs_turnover", "turnover of active spin-outs", "firms_turnover", SPIN_OUTS, "money")
TURNOVER_START_UPS = _ventures(
    "start_ups_turnover", "turnover of active start-ups and social enterprises", "firms_turnover", START_UPS, "money"
)
INVESTMENT = _ventures(
    "spin_outs_investment", "external investment in spin-outs", "firms_investment", SPIN_OUTS, "money"
)
INVESTMENT_OWNED = _ventures(
    "spin_outs_investment_owned",
    "external investment in spin-outs of which the institution holds shares",
    "firms_investment",
    OWNED,
    "money",
)
INVESTMENT_START_UPS = _ventures(
    "start_ups_investment",
    "external investment in start-ups and social enterprises",
    "firms_investment",
    START_UPS,
    "money",
)
