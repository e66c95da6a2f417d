"""A world of surveys small enough to work out every figure by hand: four invented providers, three years.

Source `census` stands for HE-BCI and `ledger` for HESA, whose files that are not read as yet (research income
by who pays, students, Innovate UK) are here simulated. The years are academic: 2018/19 ends in 2019, and so
on to 2021. Alba tells everything. Brock lacks cells, has some withheld, and reports zeros. Corran reports to
the ledger alone. Dunning reports to the census alone, and for the last two years.

The pound stands at 0.8 to the euro in the first two academic years, at 0.5 in the third, and at 0.625 in the
calendar year 2020.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import duckdb
import pyarrow as pa

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.indicators import evidence
from pipelines.source import Source
from tests.indicators import hand_worked

YEARS = (2019, 2020, 2021)
PROVIDERS = ("alba", "brock", "corran", "dunning")
TABLES = ("award", "award_party", "linked_party", "collaboration", "survey_value", "organisation", "institution")

# Measure, partner, breakdown, and the figures of 2018/19, 2019/20 and 2020/21 (pounds, not thousands).
# "-" is a cell that is not there, ".." one that the publisher withholds.
ALBA = """
    collaborative_public_funding n/a all                  200000 300000 500000
    collaborative_cash           n/a all                   20000  30000  50000
    collaborative_in_kind        n/a all                   30000  20000 100000
    collaborative_total          n/a all                  250000 350000 650000
    contract_research_number     sme all                       1      2      3
    contract_research_number     large all                     4      4      4
    contract_research_number     non_commercial all            5      4      3
    contract_research_number     all all                      10     10     10
    contract_research_income     sme all                   10000  20000  30000
    contract_research_income     large all                 40000  50000  60000
    contract_research_income     non_commercial all        50000  30000  10000
    contract_research_income     all all                  100000 100000 100000
    consultancy_income           sme all                    1000   1000   1000
    consultancy_income           large all                  2000   3000   4000
    consultancy_income           non_commercial all         7000   6000   5000
    consultancy_income           all all                   10000  10000  10000
    facilities_income            sme all                     500    500   1000
    facilities_income            large all                  1000   1000   2000
    facilities_income            non_commercial all          500   1500   1000
    facilities_income            all all                    2000   3000   4000
    cpd_income                   sme all                     100    200    300
    cpd_income                   large all                   400    300    700
    cpd_income                   non_commercial all         1500   1500   2000
    cpd_income                   individuals all            1000   1000   1000
    cpd_income                   all all                    3000   3000   4000
    cpd_learner_days             n/a all                     100    200    300
    regeneration_income          n/a erdf                   4000   3000   1000
    regeneration_income          n/a all                    5000   5000   5000
    disclosures                  n/a all                      10     20     20
    patent_applications          n/a all                       5      5     10
    patents_granted              n/a all                       1      1      3
    patent_portfolio             n/a all                      30     33     36
    external_filings             n/a all                       0      2      3
    licences                     sme non_software              4      6      8
    licences                     large non_software            6      6      9
    licences                     non_commercial non_software   2      3      3
    licences                     all non_software             12     15     20
    licences                     sme software                  1      1      4
    licences                     large software                0      1      2
    licences                     non_commercial software       0      0      5
    licences                     all software                  1      2     11
    licences_overseas            all non_software              3      3      5
    licences_overseas            all software                  0      0      1
    licences_generating          all non_software              2      1      4
    licences_generating          all software                  0      1      2
    ip_income                    sme non_software           1000      0   2000
    ip_income                    large non_software         3000   1000   5000
    ip_income                    non_commercial non_software 500      0    500
    ip_income                    sme software                500      0    500
    ip_income                    large software                0   1000   3000
    ip_income                    non_commercial software       0      0   2000
    ip_income                    sme other                     0      0   1000
    ip_income                    large other                1000      0   2000
    ip_income                    non_commercial other          0      0      0
    ip_income_subtotal           all all                    6000   2000  16000
    ip_income_overseas           all all                       0      0   4000
    share_sales                  n/a all                    4000   1000   5000
    ip_revenues                  n/a all                   10000   3000  21000
    ip_costs                     n/a all                    8000   9000  25000
    firms_formed                 n/a spin_outs_owned           1      0      2
    firms_formed                 n/a spin_outs_other           0      1      1
    firms_formed                 n/a staff_start_ups           1      1      2
    firms_formed                 n/a student_start_ups         5      6      9
    firms_formed                 n/a social_enterprises        0      1      4
    firms_active                 n/a spin_outs_owned           4      4      8
    firms_active                 n/a spin_outs_other           6      8     12
    firms_active                 n/a staff_start_ups           2      3      5
    firms_active                 n/a student_start_ups        10     16     25
    firms_active                 n/a social_enterprises        0      1      5
    firms_surviving              n/a spin_outs_owned           2      3      4
    firms_surviving              n/a spin_outs_other           3      4      6
    firms_employment             n/a spin_outs_owned          10     12     20
    firms_employment             n/a spin_outs_other           6      8     11
    firms_employment             n/a staff_start_ups           1      1      2
    firms_employment             n/a student_start_ups         5     10     30
    firms_employment             n/a social_enterprises        0      1      3
    firms_turnover               n/a spin_outs_owned      100000 120000 200000
    firms_turnover               n/a spin_outs_other       20000  80000 110000
    firms_turnover               n/a staff_start_ups           0   1000   2000
    firms_turnover               n/a student_start_ups      5000   6000   7000
    firms_turnover               n/a social_enterprises        0      0   1000
    firms_investment             n/a spin_outs_owned       30000  50000 240000
    firms_investment             n/a spin_outs_other       10000      0  10000
    firms_investment             n/a staff_start_ups           0      0   1000
    firms_investment             n/a student_start_ups      1000   1000   2000
    firms_investment             n/a social_enterprises        0      0   4000
"""
ALBA_LEDGER = """
    income_total                 n/a all                  500000 700000 800000
    income_research              n/a all                   50000  50000 100000
    income_research_industry     n/a all                    5000   5000  10000
    academic_staff               n/a all                      50     50    100
    students_fte                 n/a all                    1000   1000   2000
    innovate_uk_income           n/a all                    1000   2000   3000
"""
BROCK = """
    collaborative_public_funding n/a all                       0      0      0
    collaborative_cash           n/a all                    1000   1000   1000
    collaborative_in_kind        n/a all                       0      0      0
    collaborative_total          n/a all                    1000   1000   1000
    contract_research_number     all all                       3      3      3
    contract_research_income     sme all                    1000   1000     ..
    contract_research_income     large all                  1000   1000   1000
    contract_research_income     non_commercial all         1000   1000   1000
    contract_research_income     all all                    3000   3000   3000
    consultancy_income           sme all                       -   1000   2000
    consultancy_income           all all                       -   2000   2000
    facilities_income            sme all                       0      0      0
    facilities_income            all all                       0      0      0
    disclosures                  n/a all                       0      0      0
    patent_applications          n/a all                       0      0      1
    ip_income                    sme non_software           1000   1000   1000
    ip_income                    large non_software            0      0      0
    ip_income                    non_commercial non_software   0      0      0
    ip_income                    sme software                  0      0      0
    ip_income                    large software                0      -      0
    ip_income                    non_commercial software       0      0      0
    share_sales                  n/a all                       0      0      0
    firms_active                 n/a spin_outs_owned           1      0      0
    firms_active                 n/a spin_outs_other           0      0      1
    firms_turnover               n/a spin_outs_owned       10000      0      0
    firms_turnover               n/a spin_outs_other           0      0  20000
    licences                     sme non_software              4      -      8
    licences                     large non_software            2      4      6
"""
BROCK_LEDGER = """
    income_total                 n/a all                  100000 100000 200000
    income_research              n/a all                       0      0      0
"""
CORRAN_LEDGER = """
    income_total                 n/a all                  100000 100000 100000
    income_research              n/a all                   10000  10000  10000
    academic_staff               n/a all                      20     20     20
"""
DUNNING = """
    disclosures                  n/a all                       -      4      6
    patent_applications          n/a all                       -      3      4
    contract_research_income     sme all                       -   5000   5000
"""
TOLD: Mapping[str, Mapping[str, str]] = {
    "census": {"alba": ALBA, "brock": BROCK, "dunning": DUNNING},
    "ledger": {"alba": ALBA_LEDGER, "brock": BROCK_LEDGER, "corran": CORRAN_LEDGER},
}

UNITS = {
    "firms_employment": "fte",
    "students_fte": "fte",
    "academic_staff": "persons",
    "cpd_learner_days": "days",
}
MONEY = (
    "expenditure",
    "income",
    "funding",
    "cash",
    "in_kind",
    "collaborative_total",
    "turnover",
    "investment",
    "sales",
    "ip_",
)


REPORTS = {"panel": ("autm", "USD"), "campus": ("herd", "USD")}
"""The prefix of a survey's reporters and its currency, where they are not `ukprn` and the pound."""


def survey(name: str, **observes: str) -> Source:
    """Declare a survey that tells figures and nothing else."""
    return replace(hand_worked.source(name), tables=("survey_value",), lag_days=0, observes=observes)


def _told(measure: str) -> str:
    return f"survey_value.value WHERE measure = '{measure}'"


SOURCES = {
    "census": survey(
        "census",
        knowledge_exchange="survey_value.value",
        invention_disclosures=_told("disclosures"),
        patent_filings=_told("patent_applications"),
        patent_grants=_told("patents_granted"),
        licence_income=_told("ip_income"),
        ventures_formed=_told("firms_formed"),
    ),
    "ledger": survey(
        "ledger",
        income=_told("income_total"),
        academic_staff=_told("academic_staff"),
        research_income_by_source=_told("income_research_industry"),
        student_fte=_told("students_fte"),
        innovate_uk_income=_told("innovate_uk_income"),
    ),
}
PARTS = [("census", "all"), ("ledger", "all")]


def ror(provider: str) -> str:
    """Give a provider an id in the form of ROR's."""
    return f"https://ror.org/05{PROVIDERS.index(provider):05d}00"


def period(year: int) -> tuple[dt.date, dt.date]:
    """The academic year that ends in a calendar year."""
    return dt.date(year - 1, 8, 1), dt.date(year, 7, 31)


def rows(told: Mapping[str, Mapping[str, str]] = TOLD) -> list[dict]:
    """Lay the cells out as rows of `survey_value`; a cell that is not there has none."""
    return [
        _row(source, provider, measure, partner, breakdown, year, cell)
        for source, providers in told.items()
        for provider, text in providers.items()
        for measure, partner, breakdown, *cells in (line.split() for line in text.strip().splitlines())
        for year, cell in zip(YEARS, cells, strict=True)
        if cell != "-"
    ]


def _row(source: str, provider: str, measure: str, partner: str, breakdown: str, year: int, cell: str) -> dict:
    start, end = period(year)
    unit = "money" if any(word in measure for word in MONEY) else UNITS.get(measure, "count")
    prefix, currency = REPORTS.get(source, ("ukprn", "GBP"))
    return {
        "source": source,
        "part": "all",
        "reporter_id": f"{prefix}:{PROVIDERS.index(provider):08d}",
        "reporter_name": provider,
        "period_start": start,
        "period_end": end,
        "measure": measure,
        "partner": partner,
        "breakdown": breakdown,
        "value": None if cell == ".." else float(cell),
        "value_as_published": cell,
        "unit": unit,
        "currency": currency if unit == "money" else None,
        "status": "suppressed" if cell == ".." else None,
    }


def build(told: Mapping[str, Mapping[str, str]] = TOLD) -> duckdb.DuckDBPyConnection:
    """Return a connection with the tables that `compute` reads, written from the cells."""
    connection = duckdb.connect()
    figures = rows(told)
    reported = {(r["source"], r["reporter_id"], r["reporter_name"], r["period_end"]) for r in figures}
    content: dict[str, list[dict]] = {
        **{name: [] for name in evidence.TABLES},
        "survey_value": figures,
        "linked_party": [_reporter(*key) for key in sorted(reported)],
        "organisation": [_organisation(provider) for provider in PROVIDERS],
        "institution": [
            {"organisation_id": ror(p), "name": p, "kind": "university", "country": "GB", "reason": "ror_type"}
            for p in PROVIDERS
        ],
        "exchange_rate": [
            *(_rate(*period(year), rate) for year, rate in zip(YEARS, (0.8, 0.8, 0.5), strict=True)),
            _rate(dt.date(2020, 1, 1), dt.date(2020, 12, 31), 0.625),
            *(_rate(*period(year), 1.25, "USD") for year in YEARS),
        ],
    }
    for name, listed in content.items():
        connection.register("_rows", pa.Table.from_pylist(listed, schema=arrow_schema(table(name))))
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _rows")
        connection.unregister("_rows")
    connection.execute("CREATE TABLE descendant (ancestor_id VARCHAR, organisation_id VARCHAR)")
    return connection


def _reporter(source: str, reporter_id: str, name: str, end: dt.date) -> dict:
    return {
        "source": source,
        "part": "all",
        "record_table": "survey_value",
        "record_id": f"{source}:{reporter_id}:{end}",
        "period": "all",
        "party_no": 1,
        "role": "reporter",
        "name": name,
        "country": "GB",
        "organisation_id": ror(name),
        "sector": "university",
        "is_institution": True,
    }


def _organisation(provider: str) -> dict:
    return {
        "organisation_id": ror(provider),
        "name": provider,
        "sector": "university",
        "is_institution": True,
        "current_id": ror(provider),
        "ultimate_parent_id": ror(provider),
    }


def _rate(start: dt.date, end: dt.date, rate: float, currency: str = "GBP") -> dict:
    return {
        "source": "ecb",
        "part": "all",
        "currency": currency,
        "period_start": start,
        "period_end": end,
        "rate": rate,
    }


def look_up(
    connection: duckdb.DuckDBPyConnection,
    indicator: str,
    provider: str,
    year: int,
    partner: str = "all",
    source: str | None = None,
) -> hand_worked.Row | None:
    """Return the row of an indicator; None without one. Where `source` is not given there is one row at most."""
    found = connection.execute(
        """SELECT * FROM indicator
        WHERE indicator = ? AND institution_id = ? AND year = ? AND partner = ? AND source = coalesce(?, source)
            AND counting = 'whole' AND rollup = 'direct'""",
        [indicator, ror(provider), year, partner, source],
    )
    names = [column[0] for column in found.description or ()]
    listed = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert len(listed) <= 1, listed
    return listed[0] if listed else None
