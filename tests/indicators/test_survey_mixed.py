"""Records over a reported denominator: the count's interval divided by it, pairs of years, a lag."""

from dataclasses import replace

import pytest

from pipelines.indicators import interval
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.joint_evidence import JOINT_FUNDING, JOINT_GRANTS
from tests.indicators.hand_worked import Grant, P
from tests.indicators.survey_rules import GIFTS, INCOME, build, row, series, values, yearly

PER_INCOME = Indicator("joint.per_income", "t", "m", "per 100", JOINT_GRANTS, "r", (), denominator=INCOME,
                       aggregate="ratio", window_years=3, scale=100, lag=1, interval="fixed", least_base=30,
                       counting=("whole", "fractional"))  # fmt: skip
PARTS = [("alpha", "new"), ("books", "all")]


def grants(*years, partners=1):
    others = tuple(P(name) for name in ("acme", "bolt", "cedar")[:partners])
    return tuple(Grant(f"M{n}", f"{year}-03-01", (P("alma", 10), *others)) for n, year in enumerate(years))


def one(these, *income, indicator=PER_INCOME, year=2018, **dimensions):
    told = series("books", "ukprn:1", "income", *income)
    built = build(told, grants=these, rates=yearly(*range(2015, 2020)))
    return row(values(built, indicator, parts=PARTS), indicator, "alma", year, **dimensions)


def test_a_count_over_a_reported_sum():
    # Grants of 2016–2018 (2 + 0 + 3) over the income of 2015–2017; 2017 has no grant, and that is 0.
    found = one(grants(2016, 2016, 2018, 2018, 2018), 10, 20, 30)
    assert (found.numerator, found.denominator, found.years_used) == (5, 60, 3)
    assert (found.value, found.status, found.source, found.currency) == (
        pytest.approx(100 * 5 / 60),
        "published",
        "alpha",
        "GBP",
    )
    low, high = interval.poisson(5)
    assert (found.lower, found.upper) == (pytest.approx(100 * low / 60), pytest.approx(100 * high / 60))
    assert found.basis == "stability"


def test_shares_have_the_interval_of_shares():
    # Each grant has two organisations: five halves, Σ share² = 5/4.
    found = one(grants(2016, 2016, 2018, 2018, 2018), 10, 20, 30, counting="fractional")
    low, high = interval.gamma(2.5, 1.25)
    assert (found.numerator, found.value) == (2.5, pytest.approx(250 / 60))
    assert (found.lower, found.upper) == (pytest.approx(100 * low / 60), pytest.approx(100 * high / 60))


def test_a_year_without_its_denominator_takes_its_records_out():
    # 2015 has no income: the two grants of 2016 are left out with it.
    found = one(grants(2016, 2016, 2018, 2018, 2018), "-", 20, 30)
    assert (found.numerator, found.denominator, found.years_used, found.status) == (3, 50, 2, "published")
    assert one(grants(2016, 2018), "-", "-", 30).status == "no_data"
    assert one(grants(2016, 2018), 10, "..", 30).status == "suppressed"


def test_a_denominator_that_is_too_small():
    found = one(grants(2015, 2018), 10, 10, 9)
    assert (found.status, found.value) == ("small_base", pytest.approx(100 / 29))
    assert one(grants(2015, 2018), 0, 0, 0).status == "no_denominator"


def test_no_grant_is_nought_and_has_an_upper_end():
    # Alma is known to `alpha` by a grant outside the window.
    found = one(grants(2015, 2019), 10, 20, 30)
    assert (found.numerator, found.value, found.lower) == (0, 0, 0)
    assert found.upper == pytest.approx(100 * 3.688879 / 60, rel=1e-6)


def test_money_over_a_reported_sum_is_in_one_currency():
    # Euro of grants over pounds of income: both in euro, at 0.5 pounds to the euro.
    money = Indicator("joint.funding_by_income", "t", "m", "fraction", JOINT_FUNDING, "r", (), denominator=INCOME,
                      aggregate="ratio", interval="fixed")  # fmt: skip
    found = one(grants(2016, 2016), 10, 20, 30, indicator=money, year=2016)
    assert (found.numerator, found.denominator, found.value, found.currency) == (20, 40, 0.5, None)
    # Two amounts are under thirty: no interval.
    assert (found.lower, found.basis) == (None, "none")


def test_thirty_amounts_have_an_interval():
    money = Indicator("joint.funding_by_income", "t", "m", "fraction", JOINT_FUNDING, "r", (), denominator=INCOME,
                      aggregate="ratio", interval="fixed")  # fmt: skip
    found = one(grants(*[2016] * 30), "-", 20, indicator=money, year=2016)
    # Thirty times 10 euro over 40 euro.
    low, high = interval.money(300, 30 * 100, 30)
    assert (found.value, found.basis) == (7.5, "stability")
    assert (found.lower, found.upper) == (pytest.approx(float(low) / 40), pytest.approx(float(high) / 40))


def test_a_reported_sum_over_records():
    # Gifts of each year over the grants that start in it.
    per_grant = Indicator("transfer.gifts_per_grant", "t", "m", "EUR", GIFTS, "r", (), denominator=JOINT_GRANTS,
                          aggregate="ratio", least_base=2)  # fmt: skip
    told = series("alms", "ukprn:1", "gifts", "-", 30, 50)
    built = build(told, grants=grants(2016, 2016, 2017), rates=yearly(2016, 2017))
    connection = values(built, per_grant, parts=[("alms", "all"), ("alpha", "new")])
    found = row(connection, per_grant, "alma", 2016)
    assert (found.value_national, found.value, found.denominator, found.status) == (15, 30, 2, "published")
    assert row(connection, per_grant, "alma", 2017).status == "small_base"
    assert found.basis == "reported"


def test_a_window_into_an_incomplete_year_of_the_records_is_partial():
    # `alpha` was last changed in June 2021: 2021 is not complete.
    told = series("books", "ukprn:1", "income", 10, 10, 10, 10, 10, 10, 10)
    these = grants(2018, 2019, 2020, 2021)
    connection = values(build(told, grants=these), PER_INCOME, parts=PARTS)
    assert row(connection, PER_INCOME, "alma", 2020).status == "published"
    found = row(connection, PER_INCOME, "alma", 2021)
    assert (found.status, found.numerator, found.denominator) == ("partial_year", 3, 30)
    # Withheld says more than partial.
    told[-2] = replace(told[-2], value="..")
    connection = values(build(told, grants=these), PER_INCOME, parts=PARTS)
    assert row(connection, PER_INCOME, "alma", 2021).status == "suppressed"


def test_there_is_no_roll_up_over_a_parents_report():
    told = series("books", "ukprn:1", "income", 10, 20, 30)
    schools = (Grant("M9", "2017-03-01", (P("almed", 10), P("acme"))),)
    built = build(
        told, grants=(*grants(2015, 2018), *schools), rates=yearly(2015, 2016, 2017), descendant=[("alma", "almed")]
    )
    connection = values(built, PER_INCOME, parts=PARTS)
    assert connection.execute("SELECT DISTINCT rollup FROM indicator").fetchall() == [("direct",)]
    assert row(connection, PER_INCOME, "alma", 2018).numerator == 1


def test_the_interval_belongs_to_the_kind_of_ratio():
    for wrong in ("poisson", "wilson", "ratio"):
        with pytest.raises(ValueError, match="interval fixed or none"):
            replace(PER_INCOME, interval=wrong)
    with pytest.raises(ValueError, match="interval fixed or none"):
        Indicator("joint.g", "t", "m", "grants", JOINT_GRANTS, "r", (), interval="fixed")
