"""Contracts and services: what companies and others pay universities for research, advice and equipment.

Reference: INDICATORS §3, "Contracts and services"; HE-BCI table 2a, HESA finance tables 1 and 5; HERD question 1.
"""

from pipelines.indicators.contract_evidence import (
    CONSULTANCY,
    CONTRACTS,
    FACILITIES,
    FROM_COMPANIES,
    INDUSTRY_RESEARCH_INCOME,
    PAYERS,
    RESEARCH,
    RESEARCH_INCOME,
    TOTAL_INCOME,
)
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.licensing_evidence import BUSINESS_FUNDED, EXPENDITURE
from pipelines.indicators.survey.fact import CONTRACT_YEARS, FLOW, RESTATED, SME, UNIVERSITIES_ONLY, awaits

_KEEPS = "INDICATORS §3, Contracts and services; HE-BCI table 2a"
_BY_PAYER = "Public bodies and charities pay too: read it by partner (sme, large, non_commercial) for companies alone."

RESEARCH_INCOME_OF_CONTRACTS = Indicator(
    "contract.research_income",
    "Income of contract research",
    "How much companies, public bodies and charities pay the university for research that meets their own need.",
    "EUR",
    RESEARCH["all"],
    _KEEPS,
    (FLOW, _BY_PAYER, SME, "Grants of research councils are not in it.", RESTATED, UNIVERSITIES_ONLY),
    sized=tuple(RESEARCH[payer] for payer in PAYERS),
)
CONSULTANCY_INCOME = Indicator(
    "contract.consultancy_income",
    "Income of consultancy",
    "How much clients pay the university for expert advice that rests on what is known already.",
    "EUR",
    CONSULTANCY["all"],
    _KEEPS,
    (FLOW, _BY_PAYER, SME, "Advice that staff sell on their own account is not in it.", RESTATED, UNIVERSITIES_ONLY),
    sized=tuple(CONSULTANCY[payer] for payer in PAYERS),
)
FACILITIES_INCOME = Indicator(
    "contract.facilities_income",
    "Income of facilities and equipment",
    "How much others pay the university for the use of its laboratories and equipment.",
    "EUR",
    FACILITIES["all"],
    _KEEPS,
    (FLOW, _BY_PAYER, SME, RESTATED, UNIVERSITIES_ONLY),
    sized=tuple(FACILITIES[payer] for payer in PAYERS),
)
VALUE_PER_CONTRACT = Indicator(
    "contract.value_per_contract",
    "Value per research contract",
    "How much a contract of research brings the university in a year, on average over three years.",
    "EUR",
    RESEARCH["all"],
    _KEEPS,
    (
        "Income of the year per contract returned in that year, and not the size of a contract.",
        CONTRACT_YEARS,
        RESTATED,
    ),
    denominator=CONTRACTS["all"],
    aggregate="ratio",
    window_years=3,
    least_base=10,
    sized=tuple(RESEARCH[payer] for payer in PAYERS),
    sized_bases=tuple(CONTRACTS[payer] for payer in PAYERS),
)
INCOME_SHARE = Indicator(
    "contract.income_share",
    "Share of income from services to companies",
    "Which part of all the university's income companies pay for contract research, consultancy and facilities.",
    "fraction",
    FROM_COMPANIES,
    "INDICATORS §3, Contracts and services; HE-BCI table 2a ÷ HESA finance table 1",
    (
        "Large teaching universities have a large income to divide by: compare with peers.",
        "Courses, licences and grants with companies are not in it.",
        UNIVERSITIES_ONLY,
    ),
    denominator=TOTAL_INCOME,
    aggregate="ratio",
    is_bounded=True,
)
_HERD = "INDICATORS §3, Contracts and services; NCSES HERD question 1, 01.c"
_EXPENDED = "Expenditure of the institution's fiscal year, grants and contracts alike: never add it to awards."
_CAMPUS = "HERD asks campuses with a head of their own; those that spend little on R&D enter and leave its panel."

BUSINESS = Indicator(
    "contract.business_funded",
    "R&D funded by business",
    "How much the university spends in the year on research and development that business pays for.",
    "EUR",
    BUSINESS_FUNDED,
    _HERD,
    (_EXPENDED, _CAMPUS, "A company's non-profit foundation counts as non-profit.", "The survey imputes some cells."),
)
BUSINESS_SHARE = Indicator(
    "contract.business_share",
    "Business's share of R&D expenditure",
    "Which part of what the university spends on research and development business pays for.",
    "fraction",
    BUSINESS_FUNDED,
    f"{_HERD} ÷ 01.g",
    (_EXPENDED, _CAMPUS, "Federal money that a company passes on stays federal."),
    denominator=EXPENDITURE,
    aggregate="ratio",
    is_bounded=True,
)
INDUSTRY_INCOME_SHARE = Indicator(
    "contract.industry_income_share",
    "Industry's share of research income",
    "Which part of the university's research income industry pays.",
    "fraction",
    INDUSTRY_RESEARCH_INCOME,
    "INDICATORS §3, Contracts and services; HESA finance table 5 ÷ finance table 1",
    (
        awaits("research_income_by_source"),
        "Contract research income from companies (contract.research_income) is the nearest figure at hand.",
    ),
    denominator=RESEARCH_INCOME,
    aggregate="ratio",
    is_bounded=True,
)
