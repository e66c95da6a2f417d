"""Every indicator of reported figures in the hand-worked surveys, with the arithmetic beside it."""

from dataclasses import replace

import pytest

from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.compute import compute
from pipelines.indicators.explain import explain
from pipelines.indicators.survey import fact as told
from tests.indicators import hand_worked_survey
from tests.indicators.hand_worked_survey import look_up, ror

HEBCI = told.KNOWLEDGE_EXCHANGE | told.DISCLOSED | told.FILED | told.GRANTED | told.LICENCES_EARN | told.FORMED
FACTS = HEBCI | told.INCOME | told.ACADEMIC_STAFF | frozenset(told.AWAITED)
REPORTED = {id_ for id_, indicator in catalogue().items() if indicator.needs <= FACTS}
STOCKS = sorted(id_ for id_ in REPORTED if catalogue()[id_].is_stock)

# Alba's figures of the year that ends in 2021, by partner, in pounds where they are money.
LEVELS = {
    "joint.collaborative_income": {"all": 650_000},
    "contract.research_income": {"all": 100_000, "sme": 30_000, "large": 60_000, "non_commercial": 10_000},
    "contract.consultancy_income": {"all": 10_000, "sme": 1_000, "large": 4_000, "non_commercial": 5_000},
    "contract.facilities_income": {"all": 4_000, "sme": 1_000, "large": 2_000, "non_commercial": 1_000},
    "platform.facilities_income": {"all": 4_000, "sme": 1_000, "large": 2_000, "non_commercial": 1_000},
    "transfer.disclosures": {"all": 20},
    "transfer.filings": {"all": 10},
    "transfer.patents_granted_reported": {"all": 3},
    "transfer.patent_portfolio": {"all": 36},
    # 8 with SMEs, 9 with others; 3 with non-commercial bodies and all software stand apart
    "transfer.licences": {"all": 8 + 9, "sme": 8, "large": 9},
    "transfer.licences_software": {"all": 4 + 2, "sme": 4, "large": 2},
    "transfer.licences_non_commercial": {"all": 3},
    # other than software + software, per payer; the 3,000 of other IP are no licences
    "transfer.licence_income": {
        "all": 2_000 + 5_000 + 500 + 500 + 3_000 + 2_000,
        "sme": 2_000 + 500,
        "large": 5_000 + 3_000,
        "non_commercial": 500 + 2_000,
    },
    "transfer.ip_income": {"all": 16_000},
    # companies only: the 2,000 of non-commercial bodies and 1,000 of learners are left out
    "talent.cpd_income": {"all": 300 + 700, "sme": 300, "large": 700},
    "talent.cpd_learner_days": {"all": 300},
    "venture.formed": {"all": 2 + 1},
    "venture.formed_with_ownership": {"all": 2},
    "venture.start_ups_staff": {"all": 2},
    "venture.start_ups_student": {"all": 9},
    "venture.start_ups_social": {"all": 4},
    "venture.active": {"all": 8 + 12},
    "venture.active_with_ownership": {"all": 8},
    "venture.start_ups_active": {"all": 5 + 25 + 5},
    "venture.investment": {"all": 240_000 + 10_000},
    "venture.turnover": {"all": 200_000 + 110_000},
    "venture.employment": {"all": 20 + 11},
    "venture.start_ups_investment": {"all": 1_000 + 2_000 + 4_000},
    "venture.start_ups_turnover": {"all": 2_000 + 7_000 + 1_000},
    "venture.start_ups_employment": {"all": 2 + 30 + 3},
    "benefit.share_sales": {"all": 5_000},
    "benefit.net_ip_income": {"all": 21_000 - 25_000},
    "sme.licences": {"all": 8},
    "sme.contracts": {"all": 3},
    "sme.contract_income": {"all": 30_000},
}

INCOME = 500_000 + 700_000 + 800_000
RESEARCH_INCOME = 50_000 + 50_000 + 100_000
LICENCE_INCOME = (1_000 + 3_000 + 500 + 500) + (1_000 + 1_000) + 13_000

# Alba's ratios over 2019–2021 (one year where it says so): numerator, denominator, scale.
RATIOS = {
    "joint.leverage_cash": (20_000 + 30_000 + 50_000, 200_000 + 300_000 + 500_000, 1),
    # and 30,000 + 20,000 + 100,000 in kind
    "joint.leverage": (100_000 + 150_000, 1_000_000, 1),
    "contract.value_per_contract": (3 * 100_000, 3 * 10, 1),
    # 2021 alone: contract research, consultancy and facilities of SMEs and other companies
    "contract.income_share": ((30_000 + 60_000) + (1_000 + 4_000) + (1_000 + 2_000), 800_000, 1),
    "contract.industry_income_share": (10_000, 100_000, 1),  # 2021 alone
    "transfer.licences_income_generating": (4, 20, 1),  # 2021 alone
    "transfer.overseas_share": (5, 20, 1),  # 2021 alone
    # software in both: (2 + 0) + (1 + 1) + (4 + 2) licences
    "transfer.income_per_licence": (LICENCE_INCOME, 10, 1),
    "transfer.income_top_year_share": (13_000, LICENCE_INCOME, 1),
    "transfer.income_share_income": (LICENCE_INCOME, RESEARCH_INCOME, 1),
    "venture.mature_share": (4 + 6, 8 + 12, 1),  # 2021 alone
    "benefit.ip_income_per_academic": (LICENCE_INCOME + 4_000 + 1_000 + 5_000, 50 + 50 + 100, 1),
    "sme.technology_share": (10_000 + 20_000 + 30_000, 60_000 + 40_000 + 50_000 + 60_000, 1),
    # 5 by others, 20 by Alba
    "challenge.external_filing_share": (0 + 2 + 3, (0 + 2 + 3) + (5 + 5 + 10), 1),
    "challenge.funnel_disclosure_to_filing": (5 + 5 + 10, 10 + 20 + 20, 100),
    "challenge.funnel_disclosure_to_grant": (1 + 1 + 3, 10 + 20 + 20, 100),
    "kef.contract_sme": (10_000 + 20_000 + 30_000, INCOME, 1),
    "kef.contract_non_sme": (40_000 + 50_000 + 60_000, INCOME, 1),
    "kef.contract_non_commercial": (50_000 + 30_000 + 10_000, INCOME, 1),
    "kef.services_sme": (3 * 1_000 + 500 + 500 + 1_000, INCOME, 1),
    "kef.services_non_sme": (2_000 + 3_000 + 4_000 + 1_000 + 1_000 + 2_000, INCOME, 1),
    "kef.services_non_commercial": (7_000 + 6_000 + 5_000 + 500 + 1_500 + 1_000, INCOME, 1),
    "kef.cpd_income": (3_000 + 3_000 + 4_000, INCOME, 1),
    "kef.cpd_days": (100 + 200 + 300, INCOME, 1_000_000),
    "kef.regeneration": (3 * 5_000, INCOME, 1),
    "kef.ip_income": (6_000 + 2_000 + 16_000, RESEARCH_INCOME, 1),
    "kef.turnover_per_spinout": (
        (100_000 + 120_000 + 200_000) + (20_000 + 80_000 + 110_000),
        (4 + 4 + 8) + (6 + 8 + 12),
        1,
    ),
    # ownership on both sides: the 20,000 raised by other spin-outs are left out
    "kef.investment_per_spinout": (30_000 + 50_000 + 240_000, 4 + 4 + 8, 1),
    "kef.graduate_startups": (5 + 6 + 9, 1_000 + 1_000 + 2_000, 1_000),
    "kef.innovate_uk": (1_000 + 2_000 + 3_000, RESEARCH_INCOME, 1),
}


def test_every_indicator_of_reported_figures_is_worked_out_here():
    assert set(LEVELS) | set(RATIOS) == REPORTED


@pytest.mark.parametrize(("id_", "partner"), [(i, p) for i, by in LEVELS.items() for p in by])
def test_levels(reported, id_, partner):
    row = look_up(reported, id_, "alba", 2021, partner)
    figure = LEVELS[id_][partner]
    assert (row["status"], row["source"], row["years_used"]) == ("published", "census", 1)
    assert (row["lower"], row["upper"], row["basis"]) == (None, None, "reported")
    if catalogue()[id_].unit == "EUR":
        # 0.5 pounds to the euro from August 2020 to July 2021; 0.625 in 2020
        assert (row["value_national"], row["currency"]) == (figure, "GBP")
        assert (row["value"], row["value_fixed"]) == (figure / 0.5, figure / 0.625)
    else:
        assert (row["value"], row["currency"]) == (figure, None)


def test_no_more_partners_than_are_worked_out(reported):
    found = reported.execute(
        """SELECT DISTINCT indicator, partner FROM indicator
        WHERE institution_id = ? AND year = 2021 AND numerator IS NULL""",
        [ror("alba")],
    ).fetchall()
    assert {(i, p) for i, p in found if i in LEVELS} == {(i, p) for i, by in LEVELS.items() for p in by}


@pytest.mark.parametrize("id_", RATIOS)
def test_ratios_are_sums_over_sums(reported, id_):
    row = look_up(reported, id_, "alba", 2021)
    numerator, denominator, scale = RATIOS[id_]
    assert row["status"] == "published"
    assert row["years_used"] == catalogue()[id_].window_years
    assert (row["numerator"], row["denominator"]) == (numerator, denominator)
    of_money = catalogue()[id_].unit == "EUR"
    assert row["value_national" if of_money else "value"] == pytest.approx(numerator / denominator * scale, rel=1e-12)
    assert row["basis"] == "reported"


def test_value_per_contract_by_who_pays(reported):
    # SMEs: 60,000 pounds of 1 + 2 + 3 contracts, under ten; others 150,000 and 90,000 of 12 each.
    rows = [
        look_up(reported, "contract.value_per_contract", "alba", 2021, p) for p in ("sme", "large", "non_commercial")
    ]
    assert [r["value_national"] for r in rows] == [60_000 / 6, 150_000 / 12, 90_000 / 12]
    assert [r["status"] for r in rows] == ["small_base", "published", "published"]


def test_a_ratio_of_money_to_a_number_in_euro(reported):
    # 100,000 pounds in each year: at 0.8, 0.8 and 0.5 to the euro 125,000 + 125,000 + 200,000, of 30 contracts.
    row = look_up(reported, "contract.value_per_contract", "alba", 2021)
    assert row["value"] == pytest.approx(450_000 / 30)
    assert row["currency"] == "GBP"


@pytest.mark.parametrize("id_", STOCKS)
def test_a_stock_is_never_added_up_over_years(reported, id_):
    stock = catalogue()[id_]
    with pytest.raises(ValueError, match="never summed"):
        replace(stock, aggregate="sum", window_years=3)
    connection = hand_worked_survey.build()
    compute(
        connection, hand_worked_survey.SOURCES, hand_worked_survey.PARTS, [replace(stock, window_years=3, sized=())]
    )
    years = [look_up(reported, id_, "alba", year)["value"] for year in hand_worked_survey.YEARS]
    assert look_up(connection, id_, "alba", 2021)["value"] == pytest.approx(sum(years) / 3)


def test_licences_averaged_over_a_window_by_hand():
    window = replace(catalogue()["transfer.licences"], window_years=3)
    connection = hand_worked_survey.build()
    compute(connection, hand_worked_survey.SOURCES, hand_worked_survey.PARTS, [window])
    # Alba: 4 + 6, 6 + 6 and 8 + 9 licences: 39 over three years. Brock: 4 + 2, no figure, 8 + 6.
    alba, brock = (look_up(connection, "transfer.licences", who, 2021) for who in ("alba", "brock"))
    assert (alba["value"], alba["years_used"]) == (13, 3)
    assert (brock["value"], brock["years_used"]) == (10, 2)


@pytest.mark.parametrize(
    ("id_", "year", "partner", "status", "value"),
    [
        # a cell that is not there is no figure, and never 0
        ("contract.consultancy_income", 2019, "all", "no_data", None),
        ("contract.consultancy_income", 2020, "all", "published", 2_000 / 0.8),
        # the licences with SMEs are missing, those with others (4) alone are no total
        ("transfer.licences", 2020, "all", "no_data", None),
        ("transfer.licences", 2020, "large", "published", 4),
        ("transfer.licences", 2021, "all", "published", 14),
        # one of six cells of licence income is missing
        ("transfer.licence_income", 2020, "all", "no_data", None),
        ("transfer.licence_income", 2021, "all", "published", 1_000 / 0.5),
        # the best of three years needs all three
        ("transfer.income_top_year_share", 2021, "all", "no_data", None),
        # withheld
        ("contract.research_income", 2021, "sme", "suppressed", None),
        ("contract.research_income", 2021, "all", "published", 3_000 / 0.5),
        ("sme.contract_income", 2021, "all", "suppressed", None),
        ("sme.contract_income", 2020, "all", "published", 1_000 / 0.8),
        ("kef.contract_sme", 2021, "all", "suppressed", None),
        # a reported 0 is 0
        ("contract.facilities_income", 2021, "sme", "published", 0),
        ("benefit.share_sales", 2021, "all", "published", 0),
        ("transfer.disclosures", 2021, "all", "published", 0),
        # nothing to divide by
        ("joint.leverage_cash", 2021, "all", "no_denominator", None),
        ("challenge.funnel_disclosure_to_filing", 2021, "all", "no_denominator", None),
        ("transfer.income_share_income", 2021, "all", "no_denominator", None),
        # never told
        ("venture.mature_share", 2021, "all", "no_data", None),
        ("benefit.ip_income_per_academic", 2021, "all", "no_data", None),
        ("venture.formed", 2021, "all", "no_data", None),
    ],
)
def test_what_brock_does_not_tell(reported, id_, year, partner, status, value):
    row = look_up(reported, id_, "brock", year, partner, "census")
    assert (row["status"], row["value"]) == (status, value)


def test_small_bases(reported):
    # 9,000 pounds of 9 contracts; 30,000 pounds of turnover of 1 + 0 + 1 spin-outs.
    contracts = look_up(reported, "contract.value_per_contract", "brock", 2021)
    assert (contracts["status"], contracts["value_national"]) == ("small_base", 1_000)
    turnover = look_up(reported, "kef.turnover_per_spinout", "brock", 2021)
    assert (turnover["status"], turnover["value"]) == ("small_base", 15_000)


def test_without_a_rate_pounds_stay_pounds():
    connection = hand_worked_survey.build()
    connection.execute("DELETE FROM exchange_rate")
    compute(connection, hand_worked_survey.SOURCES, hand_worked_survey.PARTS)
    # A measure of the UK, in pounds: 630,000 of 42 spin-outs. A fraction of pounds in pounds: 60,000 of 2,000,000.
    row = look_up(connection, "kef.turnover_per_spinout", "alba", 2021)
    assert (row["status"], row["value"], row["unit"], row["currency"]) == ("published", 15_000, "GBP", "GBP")
    row = look_up(connection, "kef.contract_sme", "alba", 2021)
    assert (row["status"], row["value"]) == ("published", pytest.approx(0.03))
    # A level in euro has no value, but the pounds are there.
    row = look_up(connection, "contract.research_income", "alba", 2021)
    assert (row["status"], row["value"], row["value_national"]) == ("no_data", None, 100_000)
    found = explain(connection, ror("alba"), "contract.research_income", 2021, sources=hand_worked_survey.SOURCES)
    assert "no rate of GBP" in found.reason["census"]


def test_a_ratio_takes_the_same_years_on_both_sides(reported):
    # Consultancy of 2018/19 is missing: 1,000 + 2,000 and facilities of 0, of the income of those two years.
    row = look_up(reported, "kef.services_sme", "brock", 2021)
    assert (row["numerator"], row["denominator"], row["years_used"]) == (3_000, 100_000 + 200_000, 2)
    assert (row["status"], row["value"]) == ("published", pytest.approx(0.01))
    # Up to 2020 there is one year of three.
    assert look_up(reported, "kef.services_sme", "brock", 2020)["status"] == "no_data"


def test_a_provider_that_reports_to_the_ledger_alone_has_no_figures_of_the_census(reported):
    rows = reported.execute(
        "SELECT indicator, source, status, value FROM indicator WHERE institution_id = ?", [ror("corran")]
    ).fetchall()
    assert rows
    assert {(source, status, value) for _, source, status, value in rows} == {("ledger", "no_data", None)}


def test_a_provider_without_a_row_in_the_ledger_has_no_ratio_of_it(reported):
    assert look_up(reported, "transfer.disclosures", "dunning", 2021)["value"] == 6
    row = look_up(reported, "challenge.funnel_disclosure_to_filing", "dunning", 2021)
    assert (row["numerator"], row["denominator"], row["years_used"]) == (3 + 4, 4 + 6, 2)
    assert (row["status"], row["value"]) == ("published", 70)
    row = look_up(reported, "kef.contract_sme", "dunning", 2021)
    assert (row["status"], row["value"], row["source"]) == ("no_data", None, "census")
    why = explain(reported, ror("dunning"), "kef.contract_sme", 2021, sources=hand_worked_survey.SOURCES).reason
    assert "ledger" in why["census"]


@pytest.mark.parametrize(
    ("id_", "fact"),
    [
        ("contract.industry_income_share", "research_income_by_source"),
        ("kef.graduate_startups", "student_fte"),
        ("kef.innovate_uk", "innovate_uk_income"),
    ],
)
def test_what_waits_for_a_file_says_so(id_, fact):
    """As things are: the ledger is read without the files that are still to come."""
    awaited = ("income_research_industry", "students_fte", "innovate_uk_income")
    ledger = {
        provider: "\n".join(line for line in text.splitlines() if not line.strip().startswith(awaited))
        for provider, text in hand_worked_survey.TOLD["ledger"].items()
    }
    connection = hand_worked_survey.build({**hand_worked_survey.TOLD, "ledger": ledger})
    compute(connection, hand_worked_survey.SOURCES, hand_worked_survey.PARTS, [catalogue()[id_]])
    rows = connection.execute("SELECT DISTINCT status, value FROM indicator WHERE indicator = ?", [id_]).fetchall()
    assert rows == [("no_data", None)]
    found = explain(connection, ror("alba"), id_, 2021, sources=hand_worked_survey.SOURCES)
    assert any(fact in why for why in found.reason.values())
    assert told.awaits(fact) in found.indicator.caveats
