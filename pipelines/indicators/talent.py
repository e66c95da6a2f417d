"""Talent: people trained together with companies.

Reference: INDICATORS §3, "Talent"; HE-BCI table 2b; GtR grantCategory, CORDIS fundingScheme, NIH activity codes.
"""

from pipelines.indicators.contract_evidence import COMPANIES, CPD_DAYS, CPD_FROM, CPD_FROM_COMPANIES
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.survey.fact import FLOW, SME, UNIVERSITIES_ONLY
from pipelines.indicators.talent_evidence import (
    DOCTORAL_NETWORKS,
    INDUSTRIAL_DOCTORATES,
    PROGRAMMES,
    STUDENTSHIPS,
    TRAINEESHIPS,
    TRANSFER_PARTNERSHIPS,
)

_KEEPS = "INDICATORS §3, Talent; HE-BCI table 2b"
_FROM = "INDICATORS §3, Talent;"
_START = "Counted once, in the year in which it starts, whatever the number of its students."
_NO_REGISTER = "No register of industrial colleges is public across countries: these are the nearest programmes."

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
STUDENTS_WITH_COMPANIES = Indicator(
    "talent.studentships",
    "Studentships with companies",
    "How many students start in the year on a studentship of the university with a company as partner.",
    "students",
    STUDENTSHIPS,
    f"{_FROM} GtR grantCategory Studentship, link STUDENT_PP_ORG (CASE)",
    (
        "One studentship is one student; only those that are projects of their own in GtR are seen.",
        "A partner whose sector is unknown is never counted as a company.",
    ),
    interval="poisson",
)
NETWORKS = Indicator(
    "talent.doctoral_networks",
    "Doctoral networks with companies",
    "How many doctoral networks that start in the year the institution takes part in together with a company.",
    "grants",
    DOCTORAL_NETWORKS,
    f"{_FROM} CORDIS MC-ITN, MSCA-ITN, HORIZON-TMA-MSCA-DN",
    (_START, "Companies in any role, associated partners among them.", "Industrial doctorates are networks too."),
    interval="poisson",
)
DOCTORATES = Indicator(
    "talent.industrial_doctorates",
    "Industrial doctorates",
    "How many programmes of industrial doctorates that start in the year the institution takes part in.",
    "grants",
    INDUSTRIAL_DOCTORATES,
    f"{_FROM} CORDIS MSCA-ITN-EID, HORIZON-TMA-MSCA-DN-ID",
    (_START, _NO_REGISTER, "FP7 did not tell them from other networks: 0 before 2014 says nothing."),
    interval="poisson",
)
KNOWLEDGE_TRANSFER = Indicator(
    "talent.knowledge_transfer_partnerships",
    "Knowledge transfer partnerships",
    "How many partnerships start in the year in which a graduate works in a company with the university's knowledge.",
    "grants",
    TRANSFER_PARTNERSHIPS,
    f"{_FROM} GtR grantCategory Knowledge Transfer Partnership",
    (_START, "Whoever leads it, the company or the university."),
    interval="poisson",
)
TRAINING_GRANTS = Indicator(
    "talent.training_grants",
    "Training grants",
    "How many grants that train groups of graduates start at the institution in the year.",
    "awards",
    TRAINEESHIPS,
    f"{_FROM} NIH T-series, NSF programme elements 1335 (IGERT) and 1997 (NRT)",
    (
        "Capacity to train, and no collaboration with industry by itself.",
        "NIH by project, not by budget year; awards of one institution for one project are one.",
    ),
    interval="poisson",
)
TALENT_PROGRAMMES = Indicator(
    "talent.programmes",
    "Training programmes with companies",
    "How many programmes of training with companies that start in the year the institution takes part in.",
    "programmes",
    PROGRAMMES,
    f"{_FROM} CORDIS fundingScheme, GtR grantCategory",
    (_START, _NO_REGISTER, "Never add it to the indicators of its kinds: it counts each of them once."),
    interval="poisson",
)
