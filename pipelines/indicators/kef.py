"""The ratios of England's Knowledge Exchange Framework, formed from the published cells.

Every one is the sum of three years over the sum of the same three years, of HE-BCI over HESA or of HE-BCI over
itself. Reference: INDICATORS §3, "KEF"; Research England, Knowledge Exchange Framework.
"""

from pipelines.indicators.contract_evidence import (
    CPD,
    CPD_DAYS,
    INNOVATE_UK,
    REGENERATION,
    RESEARCH,
    RESEARCH_INCOME,
    SERVICES,
    STUDENTS,
    TOTAL_INCOME,
)
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.measure import Measure
from pipelines.indicators.survey.fact import ENGLAND, ESTIMATED, KEF_AGAIN, LUMPY, SME, awaits
from pipelines.indicators.transfer_evidence import IP_INCOME
from pipelines.indicators.venture_evidence import ACTIVE, ACTIVE_OWNED, FORMED_STUDENT, INVESTMENT_OWNED, TURNOVER

_KEEPS = "INDICATORS §3, KEF; Research England, KEF metrics; HE-BCI table"


def _by_income(name: str, title: str, meaning: str, measure: Measure, table: str, *caveats: str) -> Indicator:
    """Declare income as a fraction of the university's total income."""
    return Indicator(
        f"kef.{name}",
        title,
        meaning,
        "fraction",
        measure,
        f"{_KEEPS} {table} ÷ HESA finance table 1",
        (ENGLAND, KEF_AGAIN, *caveats),
        denominator=TOTAL_INCOME,
        aggregate="ratio",
        window_years=3,
    )


def _per_venture(name: str, title: str, meaning: str, money: Measure, ventures: Measure, *caveats: str) -> Indicator:
    """Declare money per active spin-out and year, in pounds: KEF is made for England."""
    return Indicator(
        f"kef.{name}",
        title,
        meaning,
        "GBP",
        money,
        f"{_KEEPS} 4e",
        (ENGLAND, ESTIMATED, *caveats),
        denominator=ventures,
        aggregate="ratio",
        window_years=3,
        least_base=3,
    )


CONTRACT_SME = _by_income(
    "contract_sme",
    "Contract research with SMEs by income",
    "Which part of the university's income SMEs pay for contract research.",
    RESEARCH["sme"],
    "2a",
    SME,
)
CONTRACT_NON_SME = _by_income(
    "contract_non_sme",
    "Contract research with larger companies by income",
    "Which part of the university's income companies that are no SMEs pay for contract research.",
    RESEARCH["large"],
    "2a",
    SME,
)
CONTRACT_NON_COMMERCIAL = _by_income(
    "contract_non_commercial",
    "Contract research with the public and third sector by income",
    "Which part of the university's income public bodies and charities pay for contract research.",
    RESEARCH["non_commercial"],
    "2a",
)
SERVICES_SME = _by_income(
    "services_sme",
    "Consultancy and facilities for SMEs by income",
    "Which part of the university's income SMEs pay for consultancy and for facilities.",
    SERVICES["sme"],
    "2a",
    SME,
)
SERVICES_NON_SME = _by_income(
    "services_non_sme",
    "Consultancy and facilities for larger companies by income",
    "Which part of the university's income companies that are no SMEs pay for consultancy and for facilities.",
    SERVICES["large"],
    "2a",
    SME,
)
SERVICES_NON_COMMERCIAL = _by_income(
    "services_non_commercial",
    "Consultancy and facilities for the public and third sector by income",
    "Which part of the university's income public bodies and charities pay for consultancy and for facilities.",
    SERVICES["non_commercial"],
    "2a",
)
CPD_INCOME_SHARE = _by_income(
    "cpd_income",
    "Courses for professionals by income",
    "Which part of the university's income comes from courses for professionals, whoever pays.",
    CPD,
    "2b",
)
REGENERATION_SHARE = _by_income(
    "regeneration",
    "Regeneration by income",
    "Which part of the university's income comes from programmes that build up its region.",
    REGENERATION,
    "3",
    "Capital income is not in it; European funds end with the UK's membership, UK funds begin.",
)
CPD_DAYS_BY_INCOME = Indicator(
    "kef.cpd_days",
    "Learner days of courses for professionals by income",
    "How many days learners spend in courses for professionals for every million pounds of the university's income.",
    "days per million pounds",
    CPD_DAYS,
    f"{_KEEPS} 2b ÷ HESA finance table 1",
    (ENGLAND, KEF_AGAIN, "All clients: the survey does not split days by who pays."),
    denominator=TOTAL_INCOME,
    aggregate="ratio",
    scale=1_000_000.0,
    window_years=3,
)
IP_INCOME_BY_RESEARCH = Indicator(
    "kef.ip_income",
    "Income of intellectual property by research income",
    "How much licences and other intellectual property bring for each pound of research income.",
    "fraction",
    IP_INCOME,
    f"{_KEEPS} 4d ÷ HESA finance table 1",
    (ENGLAND, KEF_AGAIN, LUMPY, "Sales of shares in spin-outs are not in it."),
    denominator=RESEARCH_INCOME,
    aggregate="ratio",
    window_years=3,
)
_SURVIVORS = "Late rounds of KEF divide by spin-outs that lived three years or more; here it is all active ones."
TURNOVER_PER_SPIN_OUT = _per_venture(
    "turnover_per_spinout",
    "Turnover per active spin-out",
    "How much an active spin-out of the university turns over in a year, on average over three years.",
    TURNOVER,
    ACTIVE,
    _SURVIVORS,
    "One large firm can make it.",
)
INVESTMENT_PER_SPIN_OUT = _per_venture(
    "investment_per_spinout",
    "Investment per spin-out with university ownership",
    "How much money from outside a spin-out in which the university holds shares raises in a year.",
    INVESTMENT_OWNED,
    ACTIVE_OWNED,
    _SURVIVORS,
    "Investment and number both of spin-outs in which the university holds shares.",
)
GRADUATE_START_UPS = Indicator(
    "kef.graduate_startups",
    "Student start-ups per 1,000 students",
    "How many companies students and recent graduates found for every thousand students.",
    "per 1,000",
    FORMED_STUDENT,
    f"{_KEEPS} 4e ÷ HESA student record",
    (awaits("student_fte"), ENGLAND),
    denominator=STUDENTS,
    aggregate="ratio",
    scale=1000.0,
    window_years=3,
)
INNOVATE_UK_SHARE = Indicator(
    "kef.innovate_uk",
    "Income from Innovate UK by research income",
    "How much Innovate UK pays the university for each pound of research income.",
    "fraction",
    INNOVATE_UK,
    "INDICATORS §3, KEF; Research England, KEF metrics; UKRI ÷ HESA finance table 1",
    (awaits("innovate_uk_income"), ENGLAND),
    denominator=RESEARCH_INCOME,
    aggregate="ratio",
    window_years=3,
)
