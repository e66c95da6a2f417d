"""Money in euro: the rate of the record's own period, fixed rates beside it, and nothing where there is no rate."""

import datetime as dt

import pytest

from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.compute import compute
from pipelines.indicators.explain import explain
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.measure import Measure
from tests.indicators import hand_worked
from tests.indicators.hand_worked import Grant, P, ror
from tests.indicators.survey_rules import SOURCES, Cell, build, level, ratio, row, series, values, yearly

FUNDING = catalogue()["joint.funding"]
ACADEMIC = {"start": dt.date(2015, 8, 1), "end": dt.date(2016, 7, 31)}


def gift(value, **facts):
    return Cell("alms", "ukprn:1", 2016, "gifts", value, **facts)


def test_a_survey_year_has_the_rate_of_its_own_months():
    rates = [*yearly(2015, 2016, rate=0.5), ("GBP", "2015-08-01", "2016-07-31", 0.8), *yearly(2020, rate=0.625)]
    connection = values(build([gift(100, **ACADEMIC)], rates=rates), level())
    found = row(connection, level(), "alma", 2016)
    assert (found.value, found.value_national, found.value_fixed, found.currency) == (125, 100, 160, "GBP")
    evidence = connection.execute(
        "SELECT period_start, period_end, amount, amount_eur, amount_eur_fixed FROM evidence"
    ).fetchall()
    assert evidence == [(ACADEMIC["start"], ACADEMIC["end"], 100, 125, 160)]


def test_a_calendar_years_rate_does_not_stand_for_an_academic_year():
    connection = values(build([gift(100, **ACADEMIC)], rates=yearly(2015, 2016)), level())
    found = row(connection, level(), "alma", 2016)
    assert (found.value, found.value_fixed, found.status) == (None, None, "no_data")
    assert (found.value_national, found.currency) == (100, "GBP")


def test_each_year_of_a_window_has_its_own_rate():
    rates = [*yearly(2015, rate=0.5), *yearly(2016, rate=0.8), *yearly(2017, rate=1.0), *yearly(2020, rate=0.25)]
    connection = values(build(series("alms", "ukprn:1", "gifts", 10, 8, 6), rates=rates), level(window_years=3))
    found = row(connection, level(window_years=3), "alma", 2017)
    assert (found.value, found.value_national, found.value_fixed) == (20 + 10 + 6, 24, 96)


def test_one_year_without_a_rate_leaves_the_window_without_a_euro_value():
    connection = values(
        build(series("alms", "ukprn:1", "gifts", 10, 8, 6), rates=yearly(2015, 2017)), level(window_years=3)
    )
    found = row(connection, level(window_years=3), "alma", 2017)
    assert (found.value, found.value_national, found.status, found.years_used) == (None, 24, "no_data", 3)


def test_a_ratio_of_money_needs_no_rate():
    told = [*series("alms", "ukprn:1", "gifts", 1, 2, 3), *series("books", "ukprn:1", "income", 10, 20, 30)]
    connection = values(build(told), ratio())
    found = row(connection, ratio(), "alma", 2017)
    assert (found.value, found.numerator, found.currency, found.status) == (0.1, 6, "GBP", "published")
    assert (found.value_national, found.value_fixed) == (None, None)


def test_a_ratio_over_two_currencies_is_in_euro_or_not_at_all():
    told = [*series("alms", "ukprn:1", "gifts", 5), *series("books", "ukprn:1", "income", 100, currency="USD")]
    one = ratio(window_years=1)
    dollars = [("USD", "2015-01-01", "2015-12-31", 2.0)]
    # 5 pounds are 10 euro, 100 dollars 50.
    found = row(values(build(told, rates=[*yearly(2015), *dollars]), one), one, "alma", 2015)
    assert (found.numerator, found.denominator, found.value, found.currency) == (10, 50, 0.2, None)
    found = row(values(build(told, rates=yearly(2015)), one), one, "alma", 2015)
    assert (found.value, found.status) == (None, "no_data")


def test_euro_needs_no_rate():
    told = series("alms", "ukprn:1", "gifts", 7, currency="EUR")
    found = row(values(build(told), level()), level(), "alma", 2015)
    assert (found.value, found.value_national, found.value_fixed, found.currency) == (7, 7, 7, "EUR")


def money_of(*grants, rates=()):
    connection = build([], grants=grants, rates=rates)
    return values(connection, FUNDING, parts=[("alpha", "new")])


def test_a_record_without_a_period_stands_in_its_calendar_year():
    grant = Grant("C1", "2016-11-01", (P("alma", 100), P("acme", 1)), currency="GBP")
    # A month, the Augusts' year and the year before are not it.
    rates = [
        *yearly(2016, rate=0.8),
        *yearly(2015, rate=0.1),
        ("GBP", "2016-01-01", "2016-01-31", 0.2),
        ("GBP", "2016-08-01", "2017-07-31", 0.3),
    ]
    connection = money_of(grant, rates=rates)
    found = row(connection, FUNDING.id, "alma", 2016, intensity="all")
    assert (found.value, found.value_national, found.currency) == (125, 100, "GBP")


def test_the_running_year_is_priced_up_to_the_last_quote():
    grant = Grant("C1", "2021-01-15", (P("alma", 100), P("acme", 1)), currency="GBP")
    rates = [("GBP", "2021-01-01", "2021-01-31", 0.2), ("GBP", "2021-01-01", "2021-11-25", 0.8)]
    assert row(money_of(grant, rates=rates), FUNDING.id, "alma", 2021, intensity="all").value == 125


def test_january_does_not_stand_for_a_year_that_was_broken_off():
    # The quotes of a currency ended in the year; other currencies go on.
    grant = Grant("C1", "2016-01-15", (P("alma", 100), P("acme", 1)), currency="ISK")
    rates = [("ISK", "2016-01-01", "2016-01-31", 100), ("GBP", "2016-01-01", "2016-12-31", 0.8)]
    found = row(money_of(grant, rates=rates), FUNDING.id, "alma", 2016, intensity="all")
    assert (found.value, found.value_national, found.status) == (None, 100, "no_data")


def test_a_measure_may_say_the_period_itself():
    # Money of the fiscal year 2016: October 2015 to September 2016.
    fiscal = Measure(
        "fiscal",
        "record",
        "obligations",
        frozenset({"partners"}),
        "money",
        """
        SELECT organisation_id AS institution_id, 2016 AS year, record_table, record_id, '' AS partner_id, amount,
            CAST(1 AS DOUBLE) AS share, currency, 'all' AS partner, 'n/a' AS intensity, source, part,
            CAST('2015-10-01' AS DATE) AS period_start, CAST('2016-09-30' AS DATE) AS period_end
        FROM linked_party WHERE is_institution
        """,
    )
    indicator = Indicator("joint.fiscal", "t", "m", "EUR", fiscal, "r", ())
    grant = Grant("C1", "2016-05-01", (P("alma", 100), P("acme", 1)), currency="USD")
    rates = [("USD", "2015-10-01", "2016-09-30", 1.25), ("USD", "2016-01-01", "2016-12-31", 2.0)]
    connection = values(build([], grants=(grant,), rates=rates), indicator, parts=[("alpha", "new")])
    assert row(connection, indicator, "alma", 2016).value == 80


def test_some_records_with_a_rate_and_some_without_give_no_euro_value():
    pounds = Grant("C1", "2016-01-15", (P("alma", 100), P("acme", 1)), currency="GBP")
    euros = Grant("C2", "2016-01-15", (P("alma", 50), P("acme", 1)))
    found = row(money_of(pounds, euros), FUNDING.id, "alma", 2016, intensity="all")
    # Two currencies: there is no national value either.
    assert (found.value, found.value_national, found.currency, found.status) == (None, None, None, "no_data")
    found = row(money_of(pounds, euros, rates=yearly(2016, rate=0.8)), FUNDING.id, "alma", 2016, intensity="all")
    assert (found.value, found.value_national, found.status) == (175, None, "published")


def test_a_family_with_a_member_without_a_rate():
    grant = Grant("C1", "2016-01-15", (P("alma", 100), P("almed", 20), P("acme", 1)), currency="GBP")
    connection = build([], grants=(grant,), descendant=[("alma", "almed")])
    found = row(
        values(connection, FUNDING, parts=[("alpha", "new")]),
        FUNDING.id,
        "alma",
        2016,
        "with_children",
        intensity="all",
    )
    assert (found.value, found.value_national, found.status) == (None, 120, "no_data")


@pytest.mark.parametrize("year", [2018, 2019])
def test_the_reason_names_the_currency_and_the_period(world, year):
    answer = explain(world, ror("foxtrot"), "joint.funding", year, sources=hand_worked.SOURCES)
    said = "no rate of USD for 2019-01-01 to 2019-12-31: ingest ecb_rates"
    assert (said in answer.reason["bursar"]) == (year == 2019)


def test_levels_show_the_national_value_where_there_is_no_euro_value(world):
    grant = Grant("C1", "2016-01-15", (P("alma", 100), P("acme", 1)), currency="GBP")
    connection = build([], grants=(grant,))
    compute(connection, SOURCES, [("alpha", "new")], [FUNDING])
    answer = explain(connection, ror("alma"), "joint.funding", 2016, sources=SOURCES)
    assert answer.calculation == {"alpha": "100 GBP, no euro value"}
    assert answer.reason == {"alpha": "alpha: no rate of GBP for 2016-01-01 to 2016-12-31: ingest ecb_rates"}
