"""Who stands for an institution: mergers, splits, moves of reporters, several reporters, and roll-up."""

from itertools import chain

import pytest

from tests.indicators.survey_rules import Cell, build, level, ratio, row, series, values, yearly

RATES = yearly(2015, 2016, 2017, 2018, 2019)
SUM = level(window_years=3)
ONE = level()


def told(*rows, credited=None, indicators=(SUM,), descendant=None):
    built = build(chain.from_iterable(rows), credited=credited, rates=RATES, descendant=descendant)
    return values(built, *indicators)


def gifts(reporter, *figures, source="alms"):
    return series(source, f"ukprn:{reporter}", "gifts", *figures)


def income(reporter, *figures):
    return series("books", f"ukprn:{reporter}", "income", *figures)


# Reporters 1 and 9 stand for alma; 9 is absorbed after 2016.
MERGED = {"ukprn:9": "alma"}


def test_an_absorbed_reporter_counts_up_to_its_end():
    connection = told(gifts(1, 10, 10, 30, 30), gifts(9, 5, 5), credited=MERGED, indicators=(SUM,))
    # 2015–2017 on the perimeter of 2017: 15 + 15 + 30.
    found = row(connection, SUM, "alma", 2017)
    assert (found.value_national, found.years_used, found.records) == (60, 3, 5)
    # 2016–2018: 15 + 30 + 30.
    assert row(connection, SUM, "alma", 2018).value_national == 75


def test_an_absorbed_reporter_that_did_not_answer_leaves_its_year_without_data():
    absent = [*gifts(9, "-", 5), *series("alms", "ukprn:9", "givers", 1, 1)]
    connection = told(gifts(1, 10, 10, 30), absent, credited=MERGED, indicators=(SUM, ratio("transfer.share")))
    # The report of 2015 is there and lacks the cell: alma's own 10 are not the whole of it.
    found = row(connection, SUM, "alma", 2017)
    assert (found.status, found.years_used) == ("no_data", 2)


def test_several_reporters_of_a_year_are_added_where_both_sides_have_them():
    both = told(
        gifts(1, 10), gifts(9, 5), income(1, 100), income(9, 50),
        credited=MERGED, indicators=(ratio(window_years=1),),
    )  # fmt: skip
    found = row(both, ratio(window_years=1), "alma", 2015)
    assert (found.numerator, found.denominator, found.status) == (15, 150, "published")
    # The absorbed body's income is in nobody's report: the sides have different perimeters.
    one_side = told(
        gifts(1, 10), gifts(9, 5), income(1, 100), credited=MERGED, indicators=(ratio(window_years=1),)
    )  # fmt: skip
    found = row(one_side, ratio(window_years=1), "alma", 2015)
    assert (found.value, found.status, found.years_used) == (None, "no_data", 0)


def test_a_ratio_over_a_merger_takes_the_years_in_which_the_sides_agree():
    connection = told(
        gifts(1, 10, 10, 30), gifts(9, 5, 5), income(1, 100, 100, 300), income(9, "-", 50),
        credited=MERGED, indicators=(ratio(),),
    )  # fmt: skip
    # 2015: 9 has gifts and no income. 2016: 15 of 150. 2017: 30 of 300.
    found = row(connection, ratio(), "alma", 2017)
    assert (found.numerator, found.denominator, found.years_used, found.status) == (45, 450, 2, "published")


def test_a_reporter_that_begins_inside_the_window_leaves_the_years_before_it_without_data():
    # Reporter 9 is split off from somewhere in 2017 and stands for alma too: what it was before is not known.
    connection = told(gifts(1, 10, 10, 10, 10, 10), gifts(9, "-", "-", 5, 5, 5), credited=MERGED)
    assert [row(connection, SUM, "alma", y).status for y in (2017, 2018)] == ["no_data", "no_data"]
    assert row(connection, SUM, "alma", 2017).years_used == 1
    assert row(connection, SUM, "alma", 2019).value_national == 45


def test_a_reporter_that_moves_takes_its_past_with_it():
    # Reporter 9 stood for beta up to 2016 and stands for alma from 2017 on.
    moves = {"ukprn:9": "alma", "ukprn:9@2015": "beta", "ukprn:9@2016": "beta"}
    connection = told(gifts(1, 10, 10, 10), gifts(2, 1, 1, 1), gifts(9, 5, 5, 5), credited=moves, indicators=(SUM,))
    # As they stand in 2017: alma with the past of 9, beta without it.
    assert row(connection, SUM, "alma", 2017).value_national == 45
    assert row(connection, SUM, "beta", 2017).value_national == 3


def test_a_single_year_is_as_it_was_reported():
    moves = {"ukprn:9": "alma", "ukprn:9@2015": "beta", "ukprn:9@2016": "beta"}
    connection = told(gifts(1, 10, 10, 10), gifts(2, 1, 1, 1), gifts(9, 5, 5, 5), credited=moves, indicators=(ONE,))
    assert [row(connection, ONE, "alma", y).value_national for y in (2015, 2016, 2017)] == [10, 10, 15]
    assert [row(connection, ONE, "beta", y).value_national for y in (2015, 2016, 2017)] == [6, 6, 1]


def test_an_institution_that_was_absorbed_has_no_figures_after_its_end():
    # Beta's reporter ends in 2016 under its own name; the survey goes on.
    connection = told(gifts(1, 1, 1, 1, 1), gifts(2, 5, 5), indicators=(ONE, SUM))
    assert [row(connection, ONE, "beta", y).status for y in (2016, 2017, 2018)] == ["published", "no_data", "no_data"]
    assert row(connection, SUM, "beta", 2018).status == "no_data"


PARENT = [("alma", "beta"), ("alma", "echo")]  # alma with beta and echo below it


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        # The parent reports itself: its children's figures may be in its own.
        ([gifts(1, 7), gifts(2, 1), gifts(3, 2)], None),
        # It does not, and all children that ever report do.
        ([gifts(2, 1), gifts(3, 2)], 3),
        # One child has a report of another year only.
        ([gifts(2, 1, 1), gifts(3, "-", 2)], None),
        # One child's report lacks the cell, or withholds it.
        ([gifts(2, 1), series("alms", "ukprn:3", "givers", 4)], None),
        ([gifts(2, 1), gifts(3, "..")], None),
    ],
)
def test_roll_up(rows, value):
    connection = told(*rows, indicators=(ONE,), descendant=PARENT)
    found = row(connection, ONE, "alma", 2015, rollup="with_children")
    if value is None:
        assert found is None or found.value is None
    else:
        assert (found.value_national, found.status, found.basis) == (value, "published", "reported")


def test_a_parent_that_reports_has_no_row_with_children():
    connection = told(gifts(1, 7), gifts(2, 1), indicators=(ONE,), descendant=PARENT)
    assert row(connection, ONE, "alma", 2015).value_national == 7
    assert row(connection, ONE, "alma", 2015, rollup="with_children") is None


def test_a_parent_that_ever_reports_is_its_own_perimeter():
    # Alma reports in 2015 only. In 2016 its children do not stand in for it.
    connection = told(gifts(1, 7), gifts(2, 1, 1), gifts(3, 2, 2), indicators=(ONE,), descendant=PARENT)
    assert row(connection, ONE, "alma", 2016, rollup="with_children") is None


def test_ratios_roll_up_on_one_perimeter_only():
    share = ratio(window_years=1)
    same = told(gifts(2, 1), gifts(3, 2), income(2, 10), income(3, 20), indicators=(share,), descendant=PARENT)
    found = row(same, share, "alma", 2015, rollup="with_children")
    assert (found.numerator, found.denominator) == (3, 30)
    # The books are kept by the parent: its income is not that of the children's gifts.
    other = told(gifts(2, 1), gifts(3, 2), income(1, 100), indicators=(share,), descendant=PARENT)
    assert row(other, share, "alma", 2015, rollup="with_children") is None
    # Echo keeps no books at all.
    less = told(gifts(2, 1), gifts(3, 2), income(2, 10), indicators=(share,), descendant=PARENT)
    assert row(less, share, "alma", 2015, rollup="with_children") is None
    assert row(less, share, "beta", 2015).value == 0.1


def test_ids_of_two_schemes_are_one_perimeter_where_each_side_has_one():
    share = ratio(window_years=1)
    books = [Cell("books", "unit:1", 2015, "income", 100)]
    connection = told(gifts(1, 10), books, indicators=(share,))
    assert row(connection, share, "alma", 2015).value == 0.1
    two = [*books, Cell("books", "unit:2", 2015, "income", 50)]
    connection = told(gifts(1, 10), two, credited={"unit:2": "alma"}, indicators=(share,))
    assert row(connection, share, "alma", 2015).status == "no_data"


def test_institutes_are_not_in_a_survey_of_universities():
    connection = told(gifts(1, 10), indicators=(ONE,))
    assert row(connection, ONE, "gamma", 2015) is None
