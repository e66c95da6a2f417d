"""The cells of technology transfer: HE-BCI tables 4a (inventions), 4b (licences), 4c and 4d (their income).

Licences of software are many, small and counted by each university in its own way: they stand apart from all
others. The licences of table 4b are those in force, a stock. Reference: HE-BCI tables 4a to 4d.
"""

from pipelines.indicators.contract_evidence import ALL, COMPANIES, NOT_BY_PARTNER, PAYER_SAYS, PAYERS
from pipelines.indicators.measure import Measure
from pipelines.indicators.survey.cell import cells
from pipelines.indicators.survey.fact import KNOWLEDGE_EXCHANGE

NON_SOFTWARE = ("non_software",)
SOFTWARE = ("software",)
BOTH = ("non_software", "software")


def _count(name: str, said: str, *terms: tuple) -> Measure:
    return cells(name, said, terms, "count", KNOWLEDGE_EXCHANGE)


def _inventions(name: str, said: str, *measures: str) -> Measure:
    return _count(name, said, *((measure, NOT_BY_PARTNER, ALL) for measure in measures))


PORTFOLIO = _inventions("patent_portfolio", "patents that the institution holds, as reported", "patent_portfolio")
EXTERNAL_FILINGS = _inventions(
    "external_filings", "patent applications by others that name the institution or its staff", "external_filings"
)
ALL_FILINGS = _inventions(
    "filings_own_and_external",
    "patent applications by the institution, and by others that name it or its staff",
    "external_filings",
    "patent_applications",
)


def _licences(name: str, said: str, partners: tuple[str, ...], kind: tuple[str, ...], partner: str = "all") -> Measure:
    terms = (("licences", partners, kind),)
    return cells(name, said, terms, "count", KNOWLEDGE_EXCHANGE, partner=partner)


LICENCES = _licences("licences", "licences other than of software to companies", COMPANIES, NON_SOFTWARE)
LICENCES_SME = _licences("licences_sme", "licences other than of software to SMEs", ("sme",), NON_SOFTWARE, "sme")
LICENCES_LARGE = _licences(
    "licences_large", "licences other than of software to companies that are no SMEs", ("large",), NON_SOFTWARE, "large"
)
LICENCES_SOFTWARE = _licences("licences_software", "licences of software to companies", COMPANIES, SOFTWARE)
LICENCES_SOFTWARE_SIZED = tuple(
    _licences(f"licences_software_{size}", f"licences of software to {PAYER_SAYS[size]}", (size,), SOFTWARE, size)
    for size in COMPANIES
)
LICENCES_NON_COMMERCIAL = _licences(
    "licences_non_commercial",
    "licences other than of software to public and third-sector organisations",
    ("non_commercial",),
    NON_SOFTWARE,
)
LICENCES_ALL = _licences("licences_all", "licences other than of software to anyone", ALL, NON_SOFTWARE)
LICENCES_OVERSEAS = _count(
    "licences_overseas",
    "licences other than of software to organisations overseas",
    ("licences_overseas", ALL, NON_SOFTWARE),
)
LICENCES_GENERATING = _count(
    "licences_generating",
    "licences other than of software that brought income in the year",
    ("licences_generating", ALL, NON_SOFTWARE),
)
LICENCES_GENERATING_BOTH = _count(
    "licences_generating_both",
    "licences of all kinds that brought income in the year",
    ("licences_generating", ALL, BOTH),
)


def _licence_income(name: str, said: str, partners: tuple[str, ...], partner: str = "all") -> Measure:
    terms = (("ip_income", partners, BOTH),)
    return cells(name, said, terms, "money", KNOWLEDGE_EXCHANGE, partner=partner)


LICENCE_INCOME = _licence_income("licence_income", "income from licences, software included", PAYERS)
LICENCE_INCOME_SIZED = tuple(
    _licence_income(
        f"licence_income_{payer}",
        f"income from licences, software included, paid by {PAYER_SAYS[payer]}",
        (payer,),
        payer,
    )
    for payer in PAYERS
)
IP_INCOME = cells(
    "ip_income_subtotal",
    "income from licences and other intellectual property, without sales of shares",
    (("ip_income_subtotal", ALL, ALL),),
    "money",
    KNOWLEDGE_EXCHANGE,
)
SHARE_SALES = cells(
    "share_sales",
    "income from sales of shares in spin-outs",
    (("share_sales", NOT_BY_PARTNER, ALL),),
    "money",
    KNOWLEDGE_EXCHANGE,
)
LICENCES_AND_SHARES = cells(
    "licence_income_and_share_sales",
    "income from licences and from sales of shares in spin-outs",
    (("ip_income", PAYERS, BOTH), ("share_sales", NOT_BY_PARTNER, ALL)),
    "money",
    KNOWLEDGE_EXCHANGE,
)
NET_IP_INCOME = cells(
    "net_ip_income",
    "all revenues of intellectual property minus the costs of protecting and selling it",
    (("ip_revenues", NOT_BY_PARTNER, ALL), ("ip_costs", NOT_BY_PARTNER, ALL, -1)),
    "money",
    KNOWLEDGE_EXCHANGE,
)
