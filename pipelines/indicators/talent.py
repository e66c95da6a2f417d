"""Talent: people trained together with companies.

Reference: INDICATORS §3, "Talent"; HE-BCI table 2b.
"""

from pipelines.indicators.contract_evidence import COMPANIES, CPD_DAYS, CPD_FROM, CPD_FROM_COMPANIES
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.survey.fact import FLOW, SME, UNIVERSITIES_ONLY

_KEEPS = "INDICATORS §3, Talent; HE-BCI table 2b"

CPD_INCOME = Indicator(
    "talent.cpd_income",
    "Income of courses that companies pay for",
    "How much companies pay the university in the year for courses for their staff.",
    "EUR",
    CPD_FROM_COMPANIES,
    _KEEPS,
    (FLOW, "What learners and public bodies pay themselves is not in it: kef.cpd_income has all payers.", SME),
    sized=tuple(CPD_FROM[size] for size in COMPANIES),
)
CPD_LEARNER_DAYS = Indicator(
    "talent.cpd_learner_days",
    "Learner days of courses for professionals",
    "How many days learners spent in the university's courses for professionals in the year.",
    "days",
    CPD_DAYS,
    _KEEPS,
    (FLOW, "All clients, companies or not: the survey does not split days by who pays.", UNIVERSITIES_ONLY),
)
