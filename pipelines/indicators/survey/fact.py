"""The facts that surveys tell, the files that are still to come, and the cautions that figures share."""

KNOWLEDGE_EXCHANGE = frozenset({"knowledge_exchange"})
"""HE-BCI: what universities report of their dealings with business and the community."""

INCOME = frozenset({"income"})
"""HESA finance table 1: income of the provider."""

ACADEMIC_STAFF = frozenset({"academic_staff"})
"""HESA staff table 1: academic staff, in persons."""

RD_EXPENDITURE = frozenset({"rd_expenditure"})
"""HERD: R&D expenditure of universities and colleges in the US, by who pays."""

LICENSING = frozenset({"licensing_survey"})
"""AUTM: licences, income and start-ups of universities, hospitals and institutes in the US and Canada."""

# What several surveys tell, each by cells of its own.
RESEARCH_EXPENDITURE = frozenset({"research_expenditure"})
DISCLOSED = frozenset({"invention_disclosures"})
FILED = frozenset({"patent_filings"})
GRANTED = frozenset({"patent_grants"})
LICENCES_EARN = frozenset({"licence_income"})
FORMED = frozenset({"ventures_formed"})

RESEARCH_INCOME_BY_SOURCE = frozenset({"research_income_by_source"})
STUDENT_FTE = frozenset({"student_fte"})
INNOVATE_UK_INCOME = frozenset({"innovate_uk_income"})

AWAITED = {
    "research_income_by_source": "HESA finance table 5 (research income by who pays), whose columns are not verified",
    "student_fte": "HESA's student record (full-time equivalents of students)",
    "innovate_uk_income": "UKRI's file of Innovate UK income (grants and KTP) by provider",
}
"""Facts that no source here tells as yet, and the file that would tell each: `no_data` until it is here."""


def awaits(fact: str) -> str:
    """Say in one sentence which file an indicator waits for."""
    return f"No data as yet: it needs {AWAITED[fact]}, and no source here reads that file."


FLOW = "A flow: what the university reports for its academic year, 1 August to 31 July, put under the year it ends in."
FISCAL = (
    "US: the institution's own fiscal year, mostly July to June, put under the year it ends in; AUTM's figures are a "
    "subscriber's own and leave no release."
)
NOT_ONE_SURVEY = "HE-BCI and AUTM ask in words of their own: compare values of one source, and never add two."
STOCK = "A stock at the end of the year: never summed over years, a window averages it."
ESTIMATED = "Estimated by the university; firms it lost sight of are in nobody's figures."
UNIVERSITIES_ONLY = (
    "HE-BCI's rows: it asks universities and colleges of the UK only, so that institutes have none, not 0."
)
RESTATED = "Earlier years are restated now and then, some by orders of magnitude: say which release you quote."
LUMPY = "One licence or one sale of shares can make a year: read several years together."
SME = "An SME has fewer than 250 staff worldwide; the US counts fewer than 500, so never pool the two."
CONTRACT_YEARS = (
    "A contract that runs for years may be returned in each of them: contracts of several years never add up."
)
SMALL_LICENCES = (
    "Small licences, such as those sold over the counter by a web shop, may be counted one by one or as one."
)
OVERSEAS = "The overseas part is optional: many universities leave it at 0 in years in which they do not split."
ENGLAND = (
    "KEF is made for England alone and by peer group; HE-BCI is UK-wide, so values exist beyond KEF's own institutions."
)
KEF_AGAIN = "Formed anew from the published cells: KEF's own dashboard may rest on an earlier release of them."
