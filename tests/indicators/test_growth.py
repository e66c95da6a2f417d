"""Growth is that of the institutions that answered in both years."""

import pytest

from pipelines.indicators.growth import Growth, growth
from tests.indicators.survey_rules import build, level, ratio, series, values, yearly


def world(*told):
    connection = build([c for rows in told for c in rows], rates=yearly(2015, 2016))
    return values(connection, level(), ratio(window_years=1))


def gifts(reporter, *figures, **facts):
    return series("alms", f"ukprn:{reporter}", "gifts", *figures, **facts)


def test_only_the_same_respondents_are_compared():
    # Alma 10 → 15 and beta 20 → 21; echo answers in 2016 alone, and would double the sum.
    connection = world(gifts(1, 10, 15), gifts(2, 20, 21), gifts(3, "-", 40))
    assert growth(connection, level(), 2015, 2016) == (Growth("alms", "GBP", 36 / 30 - 1, 30, 36, 2, 1),)


def test_withheld_figures_answer_nothing():
    connection = world(gifts(1, 10, 15), gifts(2, 20, ".."))
    (found,) = growth(connection, level(), 2015, 2016)
    assert (found.growth, found.respondents, found.left_out) == (0.5, 1, 1)


def test_nothing_grows_from_nothing():
    (found,) = growth(world(gifts(1, 0, 5)), level(), 2015, 2016)
    assert (found.growth, found.first, found.last) == (None, 0, 5)


def test_currencies_are_not_added():
    connection = world(gifts(1, 10, 20), gifts(2, 100, 150, currency="EUR"))
    assert [(g.currency, g.growth) for g in growth(connection, level(), 2015, 2016)] == [
        ("EUR", 0.5),
        ("GBP", 1.0),
    ]


def test_a_country_alone():
    connection = world(gifts(1, 10, 15))
    assert len(growth(connection, level(), 2015, 2016, country="GB")) == 1
    assert growth(connection, level(), 2015, 2016, country="FR") == ()


def test_ratios_have_no_sum_to_grow():
    with pytest.raises(ValueError, match="does not add up"):
        growth(world(gifts(1, 1)), ratio(), 2015, 2016)
