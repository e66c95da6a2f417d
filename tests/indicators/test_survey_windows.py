"""Windows of reported figures: which years are used, sums, means, ratios, and what a cell's state does to them."""

import datetime as dt
from dataclasses import replace
from itertools import chain

import pytest

from pipelines.indicators.indicator import Indicator
from pipelines.indicators.joint_evidence import JOINT_FUNDING
from pipelines.indicators.survey.cell import Term, cells
from tests.indicators.survey_rules import GIFTS, GIVERS, INCOME, build, level, ratio, row, series, values, yearly

ALL_YEARS = yearly(2015, 2016, 2017, 2018, 2019)
STOCK = cells("stock", "things held", [("stock", ("n/a",))], "count", ["gifts"])


def one(*told, indicator, org="alma", year=2017):
    return row(values(build(chain.from_iterable(told), rates=ALL_YEARS), indicator), indicator, org, year)


def gifts(*figures):
    return series("alms", "ukprn:1", "gifts", *figures)


def income(*figures):
    return series("books", "ukprn:1", "income", *figures)


def stock(*figures):
    return series("alms", "ukprn:1", "stock", *figures)


@pytest.mark.parametrize(
    ("figures", "status", "value", "used"),
    [
        ((1, 2, 4), "published", 14, 3),  # 7 pounds at 0.5 to the euro
        ((0, 0, 0), "published", 0, 3),  # a reported zero is a figure
        ((1, "-", 4), "no_data", None, 2),  # a year that is not reported is no zero
        ((1, None, 4), "no_data", None, 2),
        ((1, "..", 4), "suppressed", None, 2),
        (("..", "-", 4), "suppressed", None, 1),  # withheld says more than missing
    ],
)
def test_a_sum_needs_every_year(figures, status, value, used):
    found = one(gifts(*figures), indicator=level(window_years=3))
    assert (found.status, found.value, found.years_used, found.basis == "reported") == (
        status,
        value,
        used,
        value is not None,
    )


@pytest.mark.parametrize(
    ("figures", "status", "value", "used"),
    [
        ((4, 6, 8), "published", 6, 3),
        ((4, "-", 8), "published", 6, 2),  # two of three: the mean of those, not a third of their sum
        (("-", "-", 8), "no_data", None, 1),
        ((4, "..", 8), "suppressed", None, 2),
    ],
)
def test_a_stock_is_averaged(figures, status, value, used):
    held = Indicator("transfer.held", "t", "m", "things", STOCK, "r", (), aggregate="mean", window_years=3,
                     is_stock=True)  # fmt: skip
    found = one(stock(*figures), indicator=held)
    assert (found.status, found.value, found.years_used, found.currency) == (status, value, used, None)


def test_a_stock_is_never_summed():
    with pytest.raises(ValueError, match="never summed"):
        Indicator("transfer.held", "t", "m", "things", STOCK, "r", (), window_years=3, is_stock=True)


@pytest.mark.parametrize(
    ("over", "under", "status", "numerator", "denominator", "used"),
    [
        ((1, 2, 3), (10, 20, 30), "published", 6, 60, 3),
        # The pair of 2016 lacks a side: the other side's figure of 2016 counts for nothing.
        ((1, "-", 3), (10, 20, 30), "published", 4, 40, 2),
        ((1, 2, 3), (10, None, 30), "published", 4, 40, 2),
        # Three of three on each side, and one pair in common.
        (("-", 2, 3), ("-", "-", 30), "no_data", None, None, 1),
        ((1, 2, 3), (10, "..", 30), "suppressed", None, None, 2),
        (("..", 2, 3), (10, 20, 30), "suppressed", None, None, 2),
        # Withheld in a year in which the other side is not there at all.
        (("..", 2, 3), ("-", 20, 30), "suppressed", None, None, 2),
        ((1, 2, 3), (0, 0, 0), "no_denominator", 6, 0, 3),
        ((0, 0, 0), (10, 20, 30), "published", 0, 60, 3),
    ],
)
def test_a_ratio_takes_the_same_pairs(over, under, status, numerator, denominator, used):
    found = one(gifts(*over), income(*under), indicator=ratio())
    assert (found.status, found.numerator, found.denominator, found.years_used) == (
        status,
        numerator,
        denominator,
        used,
    )
    assert found.value == (numerator / denominator if status == "published" else None)
    assert found.source == "alms"


def test_four_years_allow_for_one_gap_and_one_year_for_none():
    four = one(gifts(1, "-", 3, 4), income(10, 20, 30, 40), indicator=ratio(window_years=4), year=2018)
    assert (four.status, four.value, four.years_used) == ("published", 8 / 80, 3)
    two = one(gifts(1, "-", "-", 4), income(10, 20, 30, 40), indicator=ratio(window_years=4), year=2018)
    assert (two.status, two.value, two.years_used) == ("no_data", None, 2)
    others = series("alms", "ukprn:2", "gifts", 1, 1, 1)
    single = one(gifts(1, "-", 3), income(10, 20, 30), others, indicator=ratio(window_years=1), year=2016)
    assert (single.status, single.years_used) == ("no_data", 0)


def test_a_lag_pairs_each_year_with_an_earlier_one():
    # 2016 over 2014 is not there; 2017 ÷ 2015, 2018 ÷ 2016, 2019 ÷ 2017.
    lagged = ratio(lag=2)
    told = values(build([*gifts(1, 2, 4, 8, 16), *income(10, 100, 1000)], rates=ALL_YEARS), lagged)
    found = row(told, lagged, "alma", 2019)
    assert (found.numerator, found.denominator, found.years_used) == (4 + 8 + 16, 10 + 100 + 1000, 3)
    assert row(told, lagged, "alma", 2018).years_used == 2
    assert row(told, lagged, "alma", 2017).status == "no_data"


def test_the_largest_years_share_needs_every_year():
    peak = level("transfer.peak", aggregate="peak_share", window_years=3, unit="fraction")
    found = one(gifts(1, 6, 3), indicator=peak)
    assert (found.numerator, found.denominator, found.value, found.currency) == (6, 10, 0.6, "GBP")
    assert one(gifts(1, "-", 3), indicator=peak).status == "no_data"
    assert one(gifts(0, 0, 0), indicator=peak).status == "no_denominator"


def test_the_largest_years_share_is_of_reported_figures():
    with pytest.raises(ValueError, match="reported figures only"):
        Indicator("joint.peak", "t", "m", "fraction", JOINT_FUNDING, "r", (), aggregate="peak_share", window_years=3)


def test_the_least_base_is_a_sum_of_the_denominator():
    per_giver = Indicator("transfer.gift_size", "t", "m", "EUR", GIFTS, "r", (), denominator=GIVERS,
                          aggregate="ratio", window_years=3, least_base=10)  # fmt: skip
    few = one(gifts(50, 50, 50), series("alms", "ukprn:1", "givers", 3, 3, 3), indicator=per_giver)
    assert (few.status, few.value_national) == ("small_base", 150 / 9)
    enough = one(gifts(50, 50, 50), series("alms", "ukprn:1", "givers", 3, 3, 4), indicator=per_giver)
    assert (enough.status, enough.value_national, enough.value) == ("published", 15, 30)


def test_several_cells_make_a_figure_and_each_is_needed():
    by_kind = cells("gifts_by_kind", "gifts", [Term("gifts", ("sme", "large"), ("all", "late"))], "money", ["gifts"])
    indicator = replace(level(), numerator=by_kind)

    def told(*left_out, **values_):
        listed = [(p, b) for p in ("sme", "large") for b in ("all", "late") if (p, b) not in left_out]
        return [
            cell
            for n, (p, b) in enumerate(listed, start=1)
            for cell in series("alms", "ukprn:1", "gifts", values_.get(f"{p}_{b}", n), partner=p, breakdown=b)
        ]

    whole = one(told(), indicator=indicator, year=2015)
    assert (whole.status, whole.value_national, whole.records) == ("published", 1 + 2 + 3 + 4, 4)
    assert one(told(("sme", "late")), indicator=indicator, year=2015).status == "no_data"
    assert one(told(large_all=".."), indicator=indicator, year=2015).status == "suppressed"


def test_costs_are_taken_away():
    net = cells("net", "gifts less what they cost", [Term("gifts", ("n/a",)), Term("gifts", ("sme",), sign=-1)],
                "money", ["gifts"])  # fmt: skip
    told = [*gifts(10), *series("alms", "ukprn:1", "gifts", 25, partner="sme")]
    found = one(told, indicator=replace(level(), numerator=net), year=2015)
    assert (found.value_national, found.value, found.status) == (-15, -30, "published")


def test_a_cell_is_listed_once():
    with pytest.raises(ValueError, match="listed twice"):
        cells("twice", "m", [("gifts", ("n/a",)), ("gifts", ("n/a", "sme"))], "money", ["gifts"])


def test_rows_stand_for_institutions_the_survey_has_seen_in_its_complete_years():
    told = [*gifts(1, 2, 3), *series("books", "ukprn:2", "income", 10, 10, 10)]
    connection = values(build(told, rates=ALL_YEARS), level(), ratio())
    assert [row(connection, level(), "alma", year).value_national for year in (2015, 2016, 2017)] == [1, 2, 3]
    # Beta reports to `books` alone, which does not tell gifts: no row, and never 0.
    assert connection.execute("SELECT DISTINCT institution_id FROM indicator").fetchall() == [
        (row(connection, level(), "alma", 2015).institution_id,)
    ]
    # A year the survey holds and alma did not report in is no data.
    connection = values(build([*gifts(1, "-", 3), *series("alms", "ukprn:2", "gifts", 1, 1, 1)]), level())
    assert (row(connection, level(), "alma", 2016).status, row(connection, level(), "alma", 2016).value) == (
        "no_data",
        None,
    )


def test_two_periods_that_end_in_one_year_are_no_years_figure():
    told = gifts(5)
    short = [replace(told[0], start=dt.date(2015, 1, 1), end=dt.date(2015, 6, 30))]
    assert one(told, short, indicator=level(), year=2015).status == "no_data"


def test_reported_figures_have_neither_intervals_nor_medians():
    for wrong in ({"interval": "poisson"}, {"aggregate": "median"}):
        with pytest.raises(ValueError, match="reported figures have"):
            replace(level(), **wrong)


def test_the_denominators_source_is_the_numerators_own_where_it_tells_it():
    # `other` tells both; for `alms` there are `books` with three years and `other` with two.
    told = [
        *gifts(1, 2, 3),
        *income(10, 20, 30),
        *series("other", "unit:1", "gifts", 100, 100, 100),
        *series("other", "unit:1", "income", "-", 400, 400),
    ]
    parts = [("alms", "all"), ("books", "all"), ("other", "all")]
    connection = values(build(told, rates=ALL_YEARS), ratio(), parts=parts)
    mine = row(connection, ratio(), "alma", 2017, source="alms")
    assert (mine.numerator, mine.denominator, mine.years_used) == (6, 60, 3)
    own = row(connection, ratio(), "alma", 2017, source="other")
    assert (own.numerator, own.denominator, own.years_used) == (200, 800, 2)


def test_surveys_are_never_added():
    told = [*gifts(1), *series("other", "unit:1", "gifts", 100)]
    connection = values(build(told, rates=ALL_YEARS), level(), parts=[("alms", "all"), ("other", "all")])
    assert [row(connection, level(), "alma", 2015, source=s).value_national for s in ("alms", "other")] == [1, 100]


def test_income_is_a_measure_of_its_own():
    # What `books` tells is asked of `books` only, though `alms` has cells of the survey's table as well.
    income_level = Indicator("transfer.income_level", "t", "m", "EUR", INCOME, "r", ())
    connection = values(build([*gifts(1), *income(10)], rates=ALL_YEARS), income_level)
    assert connection.execute("SELECT source, value FROM indicator").fetchall() == [("books", 20)]
