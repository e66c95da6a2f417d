"""The two surveys of the US, small enough to work out every figure by hand: invented institutions, three years.

Source `panel` stands for AUTM and `campus` for HERD; the institutions are those of the hand-worked surveys, and
their figures are invented. Alba reports everything to both. Brock tells the panel no expenditure, and not what
it paid to others. The dollar stands at 1.25 to the euro.
"""

import duckdb

from tests.indicators import hand_worked_survey
from tests.indicators.hand_worked_survey import survey

# Measure, partner, breakdown, and the figures of the fiscal years that end in 2019, 2020 and 2021 (dollars).
ALBA = """
    research_expenditure          n/a all        40000000  50000000  60000000
    research_expenditure          n/a industry    4000000   5000000   6000000
    disclosures                   n/a all              10        20        20
    new_patent_applications       n/a all               8         9        13
    us_patents_issued             n/a all               2         3         5
    licences_executed             n/a all               4         5         6
    options_executed              n/a all               1         1         2
    licences_exclusive            n/a all               3         4         5
    licences_nonexclusive         n/a all               2         2         3
    licences_to_startups          n/a all               1         1         2
    licences_to_small             n/a all               2         2         3
    licences_to_large             n/a all               2         3         3
    licence_income_gross          n/a all         1000000   2000000   5000000
    licence_income_equity         n/a all               0    500000   1000000
    licence_income_paid_to_others n/a all          100000    100000    500000
    startups_formed               n/a all               2         3         4
    startups_home_state           n/a all               1         3         2
"""
ALBA_CAMPUS = """
    rd_expenditure                n/a all       100000000 100000000 200000000
    rd_expenditure                n/a business   10000000  10000000  30000000
    rd_expenditure                n/a federal    90000000  90000000 170000000
"""
BROCK = """
    disclosures                   n/a all               5         5         5
    new_patent_applications       n/a all               0         2         1
    licences_executed             n/a all               0         0         0
    options_executed              n/a all               0         0         0
    licences_exclusive            n/a all               0         0         0
    licences_nonexclusive         n/a all               0         0         0
    licence_income_gross          n/a all          100000    100000    100000
    licence_income_equity         n/a all               0         0         0
    startups_formed               n/a all               0         0         1
"""
BROCK_CAMPUS = """
    rd_expenditure                n/a all        20000000  20000000  20000000
    rd_expenditure                n/a business          0         0         0
"""
TOLD = {
    "panel": {"alba": ALBA, "brock": BROCK},
    "campus": {"alba": ALBA_CAMPUS, "brock": BROCK_CAMPUS},
}


def _told(measure: str) -> str:
    return f"survey_value.value WHERE measure = '{measure}'"


SOURCES = {
    "panel": survey(
        "panel",
        licensing_survey="survey_value.value",
        invention_disclosures=_told("disclosures"),
        patent_filings=_told("new_patent_applications"),
        patent_grants=_told("us_patents_issued"),
        licence_income=_told("licence_income_gross"),
        ventures_formed=_told("startups_formed"),
        research_expenditure=_told("research_expenditure"),
    ),
    "campus": survey("campus", rd_expenditure=_told("rd_expenditure"), research_expenditure=_told("rd_expenditure")),
}
PARTS = [("campus", "all"), ("panel", "all")]


def build() -> duckdb.DuckDBPyConnection:
    """Return a connection with the tables that `compute` reads, written from the cells."""
    return hand_worked_survey.build(TOLD)
