"""Technology transfer: inventions disclosed and filed, licences in force, and what they bring.

Reference: INDICATORS §3, "Transfer"; HE-BCI tables 4a to 4d. Licences are a stock: the same licence is
reported every year that it is in force, so that years are never added up. What AUTM tells as well (disclosures,
applications, patents, licence income) stands under the same ids, each value with its source.
"""

from pipelines.indicators.contract_evidence import RESEARCH_INCOME
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.licensing_evidence import (
    DISCLOSURES,
    FILINGS,
    LICENCE_INCOME_REPORTED,
    PATENTS_GRANTED,
)
from pipelines.indicators.survey.fact import (
    FISCAL,
    FLOW,
    LUMPY,
    NOT_ONE_SURVEY,
    OVERSEAS,
    RESTATED,
    SMALL_LICENCES,
    SME,
    STOCK,
    UNIVERSITIES_ONLY,
)
from pipelines.indicators.transfer_evidence import (
    IP_INCOME,
    LICENCE_INCOME,
    LICENCE_INCOME_SIZED,
    LICENCES,
    LICENCES_ALL,
    LICENCES_GENERATING,
    LICENCES_GENERATING_BOTH,
    LICENCES_LARGE,
    LICENCES_NON_COMMERCIAL,
    LICENCES_OVERSEAS,
    LICENCES_SME,
    LICENCES_SOFTWARE,
    LICENCES_SOFTWARE_SIZED,
    PORTFOLIO,
)

_KEEPS = "INDICATORS §3, Transfer; HE-BCI table"
_NOT_AUTM = "Licences in force, and not those signed in the year: never compare them with AUTM's."
_TWO_LEVELS = (
    "Software licences stand apart, in transfer.licences_software; those to public and third-sector bodies too."
)

INVENTIONS_DISCLOSED = Indicator(
    "transfer.disclosures",
    "Invention disclosures",
    "How many inventions the university's researchers reported to it in the year.",
    "disclosures",
    DISCLOSURES,
    f"{_KEEPS} 4a; AUTM",
    (FLOW, FISCAL, NOT_ONE_SURVEY, "What counts as a disclosure differs between universities.", UNIVERSITIES_ONLY),
)
PATENTS_FILED = Indicator(
    "transfer.filings",
    "New patent applications",
    "For how many inventions the university applied for a patent in the year.",
    "applications",
    FILINGS,
    f"{_KEEPS} 4a; AUTM",
    (
        FLOW,
        FISCAL,
        NOT_ONE_SURVEY,
        "Applications by others that name the university are apart: challenge.external_filing_share.",
        RESTATED,
    ),
)
PATENTS_GRANTED_REPORTED = Indicator(
    "transfer.patents_granted_reported",
    "Patents granted, as reported",
    "How many patents the university says it was granted in the year, in whatever country.",
    "patents",
    PATENTS_GRANTED,
    f"{_KEEPS} 4a; AUTM",
    (
        FLOW,
        FISCAL,
        "AUTM asks for patents of the US alone.",
        "Patents of several countries on one invention may count each: transfer.patents_granted is the US alone.",
    ),
)
PATENT_PORTFOLIO = Indicator(
    "transfer.patent_portfolio",
    "Patents held, as reported",
    "How many patents the university says it holds at the end of the year.",
    "patents",
    PORTFOLIO,
    f"{_KEEPS} 4a",
    (STOCK, "A patent leaves the portfolio once it is assigned to someone else.", RESTATED),
    aggregate="mean",
    is_stock=True,
)
LICENCES_IN_FORCE = Indicator(
    "transfer.licences",
    "Licences to companies",
    "How many licences to use its inventions, other than software, the university has with companies.",
    "licences",
    LICENCES,
    f"{_KEEPS} 4b",
    (STOCK, _NOT_AUTM, _TWO_LEVELS, SME, UNIVERSITIES_ONLY),
    sized=(LICENCES_SME, LICENCES_LARGE),
    aggregate="mean",
    is_stock=True,
)
SOFTWARE_LICENCES = Indicator(
    "transfer.licences_software",
    "Software licences to companies",
    "How many licences to use its software the university has with companies.",
    "licences",
    LICENCES_SOFTWARE,
    f"{_KEEPS} 4b",
    (STOCK, _NOT_AUTM, SMALL_LICENCES, SME),
    sized=LICENCES_SOFTWARE_SIZED,
    aggregate="mean",
    is_stock=True,
)
NON_COMMERCIAL_LICENCES = Indicator(
    "transfer.licences_non_commercial",
    "Licences to public and third-sector bodies",
    "How many licences to its inventions, other than software, the university has with public bodies and charities.",
    "licences",
    LICENCES_NON_COMMERCIAL,
    f"{_KEEPS} 4b",
    (STOCK, _NOT_AUTM, "No collaboration with industry: beside transfer.licences, never in it."),
    aggregate="mean",
    is_stock=True,
)
LICENCES_INCOME_GENERATING = Indicator(
    "transfer.licences_income_generating",
    "Share of licences that bring income",
    "Which part of the university's licences, other than software, brought any income in the year.",
    "fraction",
    LICENCES_GENERATING,
    f"{_KEEPS} 4b",
    (
        "Of licences to anyone: the income-generating ones are not told by kind of licensee.",
        "A licence that brings nothing may still do good: it may be free, or too young.",
    ),
    denominator=LICENCES_ALL,
    aggregate="ratio",
    least_base=20,
    is_bounded=True,
)
OVERSEAS_SHARE = Indicator(
    "transfer.overseas_share",
    "Share of licences overseas",
    "Which part of the university's licences, other than software, is with organisations outside the UK.",
    "fraction",
    LICENCES_OVERSEAS,
    f"{_KEEPS} 4b",
    (OVERSEAS, "Of licences to anyone: the overseas ones are not told by kind of licensee."),
    denominator=LICENCES_ALL,
    aggregate="ratio",
    least_base=20,
    is_bounded=True,
)
INCOME_OF_LICENCES = Indicator(
    "transfer.licence_income",
    "Licence income",
    "How much the university earns in the year by licensing its inventions and software.",
    "EUR",
    LICENCE_INCOME_REPORTED,
    f"{_KEEPS} 4c; AUTM: gross income − equity − paid to others",
    (
        FLOW,
        FISCAL,
        NOT_ONE_SURVEY,
        LUMPY,
        "Sales of shares are apart, in benefit.share_sales; other IP income is in transfer.ip_income.",
        SME,
    ),
    sized=LICENCE_INCOME_SIZED,
)
INCOME_OF_IP = Indicator(
    "transfer.ip_income",
    "Income of intellectual property",
    "How much the university earns in the year from licences and all its other intellectual property.",
    "EUR",
    IP_INCOME,
    f"{_KEEPS} 4d",
    (FLOW, LUMPY, "Sales of shares in spin-outs are not in it: benefit.share_sales."),
)
INCOME_PER_LICENCE = Indicator(
    "transfer.income_per_licence",
    "Income per licence",
    "How much a licence that brings income brings in a year, on average over three years.",
    "EUR",
    LICENCE_INCOME,
    f"{_KEEPS}s 4b and 4c",
    (LUMPY, "Software is in both sides; a licence of three years counts three times, once a year."),
    denominator=LICENCES_GENERATING_BOTH,
    aggregate="ratio",
    window_years=3,
    least_base=5,
)
INCOME_TOP_YEAR_SHARE = Indicator(
    "transfer.income_top_year_share",
    "Share of the best year in licence income",
    "Which part of three years' licence income came in the best year: a third is steady, all of it one stroke of luck.",
    "fraction",
    LICENCE_INCOME_REPORTED,
    f"{_KEEPS} 4c; AUTM",
    (LUMPY, "Never below a third."),
    aggregate="peak_share",
    window_years=3,
    is_bounded=True,
)
INCOME_SHARE_INCOME = Indicator(
    "transfer.income_share_income",
    "Licence income by research income",
    "How much licence income the university has for each pound of research income.",
    "fraction",
    LICENCE_INCOME,
    f"{_KEEPS} 4c ÷ HESA finance table 1",
    (LUMPY, "Research income, not expenditure: never compare it with transfer.income_share_rd.", UNIVERSITIES_ONLY),
    denominator=RESEARCH_INCOME,
    aggregate="ratio",
    window_years=3,
)
