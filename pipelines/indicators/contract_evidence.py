"""The cells of contracts and services: HE-BCI tables 1, 2a, 2b and 3, and the incomes they are held against.

Table 2a tells who pays: SMEs, other companies, and non-commercial organisations (public and third sector).
The publisher's own total is read where all payers are meant. Reference: HE-BCI, HESA finance table 1.
"""

from pipelines.indicators.measure import Measure
from pipelines.indicators.survey.cell import cells
from pipelines.indicators.survey.fact import (
    ACADEMIC_STAFF,
    INCOME,
    INNOVATE_UK_INCOME,
    KNOWLEDGE_EXCHANGE,
    RESEARCH_INCOME_BY_SOURCE,
    STUDENT_FTE,
)

ALL = ("all",)
COMPANIES = ("sme", "large")
PAYERS = ("sme", "large", "non_commercial")
NOT_BY_PARTNER = ("n/a",)

PAYER_SAYS = {
    "sme": "SMEs",
    "large": "companies that are no SMEs",
    "non_commercial": "public and third-sector organisations",
}


def _income(name: str, said: str, measures: tuple[str, ...], payer: str = "all") -> Measure:
    """Declare the money paid for services of table 2a or 2b, by all or by one kind of payer."""
    suffix = "" if payer == "all" else f"_{payer}"
    paid = f" paid by {PAYER_SAYS[payer]}" if payer in PAYER_SAYS else ""
    terms = tuple((measure, (payer,), ALL) for measure in measures)
    return cells(f"{name}{suffix}", said + paid, terms, "money", KNOWLEDGE_EXCHANGE, partner=payer)


def _by_payer(name: str, said: str, measures: tuple[str, ...]) -> dict[str, Measure]:
    return {payer: _income(name, said, measures, payer) for payer in ("all", *PAYERS)}


RESEARCH = _by_payer("contract_research_income", "income from contract research", ("contract_research_income",))
CONSULTANCY = _by_payer("consultancy_income", "income from consultancy", ("consultancy_income",))
FACILITIES = _by_payer(
    "facilities_income", "income from facilities and equipment let to others", ("facilities_income",)
)
SERVICES = _by_payer(
    "services_income", "income from consultancy and facilities", ("consultancy_income", "facilities_income")
)
FROM_COMPANIES = cells(
    "income_from_companies",
    "income from contract research, consultancy and facilities paid by companies",
    tuple((m, COMPANIES, ALL) for m in ("contract_research_income", "consultancy_income", "facilities_income")),
    "money",
    KNOWLEDGE_EXCHANGE,
)
RESEARCH_FROM_COMPANIES = cells(
    "contract_research_income_companies",
    "income from contract research paid by SMEs and other companies",
    (("contract_research_income", COMPANIES, ALL),),
    "money",
    KNOWLEDGE_EXCHANGE,
)


def _contracts(payer: str) -> Measure:
    suffix, with_whom = ("", "") if payer == "all" else (f"_{payer}", f" with {PAYER_SAYS[payer]}")
    terms = (("contract_research_number", (payer,), ALL),)
    said = f"contracts of research{with_whom}"
    return cells(f"contracts_research{suffix}", said, terms, "count", KNOWLEDGE_EXCHANGE, partner=payer)


CONTRACTS = {payer: _contracts(payer) for payer in ("all", *PAYERS)}

CPD_FROM_COMPANIES = cells(
    "cpd_income_companies",
    "income from courses for professionals paid by companies",
    (("cpd_income", COMPANIES, ALL),),
    "money",
    KNOWLEDGE_EXCHANGE,
)
CPD_FROM = {
    payer: _income("cpd_income_paid", "income from courses for professionals", ("cpd_income",), payer)
    for payer in COMPANIES
}
CPD = _income("cpd_income", "income from courses for professionals, whoever pays", ("cpd_income",))
CPD_DAYS = cells(
    "cpd_learner_days",
    "days that learners spent in courses for professionals",
    (("cpd_learner_days", NOT_BY_PARTNER, ALL),),
    "days",
    KNOWLEDGE_EXCHANGE,
)


def _collaborative(name: str, said: str, *measures: str) -> Measure:
    terms = tuple((measure, NOT_BY_PARTNER, ALL) for measure in measures)
    return cells(name, said, terms, "money", KNOWLEDGE_EXCHANGE)


COLLABORATIVE = _collaborative(
    "collaborative_income",
    "public funding and partners' contributions to collaborative research",
    "collaborative_total",
)
PUBLIC_FUNDING = _collaborative(
    "collaborative_public_funding", "public funding of collaborative research", "collaborative_public_funding"
)
PARTNERS_CASH = _collaborative("collaborative_cash", "partners' cash for collaborative research", "collaborative_cash")
PARTNERS_CONTRIBUTION = _collaborative(
    "collaborative_contribution",
    "partners' cash and contributions in kind to collaborative research",
    "collaborative_cash",
    "collaborative_in_kind",
)
REGENERATION = cells(
    "regeneration_income",
    "income from programmes of regeneration and development",
    (("regeneration_income", NOT_BY_PARTNER, ALL),),
    "money",
    KNOWLEDGE_EXCHANGE,
)

TOTAL_INCOME = cells("income_total", "total income", (("income_total", NOT_BY_PARTNER, ALL),), "money", INCOME)
RESEARCH_INCOME = cells(
    "income_research",
    "income from research grants and contracts",
    (("income_research", NOT_BY_PARTNER, ALL),),
    "money",
    INCOME,
)
ACADEMICS = cells(
    "academic_staff",
    "academic staff, in persons",
    (("academic_staff", NOT_BY_PARTNER, ALL),),
    "persons",
    ACADEMIC_STAFF,
)

# Read from no file as yet (AWAITED): a name for the figure, and no guess at the publisher's columns.
INDUSTRY_RESEARCH_INCOME = cells(
    "income_research_industry",
    "research income paid by industry",
    (("income_research_industry", NOT_BY_PARTNER, ALL),),
    "money",
    RESEARCH_INCOME_BY_SOURCE,
)
STUDENTS = cells(
    "students_fte", "students, in full-time equivalents", (("students_fte", NOT_BY_PARTNER, ALL),), "fte", STUDENT_FTE
)
INNOVATE_UK = cells(
    "innovate_uk_income",
    "income from Innovate UK (grants and KTP)",
    (("innovate_uk_income", NOT_BY_PARTNER, ALL),),
    "money",
    INNOVATE_UK_INCOME,
)
