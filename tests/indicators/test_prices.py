"""Money at constant prices and in international dollars: worked out by hand, and nothing where a series is not told."""

import datetime as dt

import pyarrow as pa
import pytest

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.cli import reading
from pipelines.indicators import prices
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.explain import explain
from pipelines.indicators.prices import MoneyError
from pipelines.indicators.reason import facts_of
from pipelines.indicators.window import formed
from tests.indicators.hand_worked import Grant, P, ror
from tests.indicators.survey_rules import GIVERS, SOURCES, Cell, build, level, ratio, row, series, values

# GB: prices rise by a quarter from 2016 to 2020. US: no linked series; the plain one's base is 2015.
SERIES = [
    ("gdp_deflator_linked", "GB", 2016, 80.0),
    ("gdp_deflator_linked", "GB", 2017, 90.0),
    ("gdp_deflator_linked", "GB", 2020, 100.0),
    ("gdp_deflator", "GB", 2016, 1.0),
    ("gdp_deflator", "GB", 2020, 1.0),
    ("gdp_deflator", "US", 2016, 102.0),
    ("gdp_deflator", "US", 2020, 110.5),
    ("gdp_deflator_linked", "US", 2016, 7.0),
    ("gdp_deflator", "NL", 2016, 105.0),
    ("gdp_deflator", "NL", 2020, 126.0),
    ("ppp", "GB", 2016, 0.8),
    ("ppp", "GB", 2017, 0.75),
    ("ppp", "GB", 2020, 0.625),
    ("ppp", "US", 2016, 1.0),
    ("ppp", "NL", 2016, 0.84),
]


def world(told=(), grants=(), rows=SERIES, country="GB"):
    """A small world with series of countries; Alma is in `country`."""
    connection = build(told, grants=tuple(grants))
    connection.execute(f"UPDATE institution SET country = '{country}' WHERE organisation_id = '{ror('alma')}'")
    names = ("series", "country", "year", "value")
    held = pa.Table.from_pylist([dict(zip(names, r, strict=True)) for r in rows], arrow_schema(table("country_series")))
    connection.register("_rows", held)
    connection.execute("CREATE TABLE country_series AS SELECT * FROM _rows")
    return connection


def stated(connection, indicator, money, year=2016):
    """The row of Alma's value, formed with money stated so."""
    parts = sorted({(s, p) for s, p in connection.execute("SELECT source, part FROM survey_value").fetchall()})
    values(connection, indicator, parts=parts or [("alpha", "new")])
    with formed(connection, [indicator], ror("alma"), facts_of(connection, SOURCES), SOURCES, money) as scratch:
        dimensions = {"intensity": indicator.intensity}
        return row(scratch, indicator, "alma", year, **dimensions)


def gift(value, year=2016, **facts):
    return Cell("alms", "ukprn:1", year, "gifts", value, **facts)


@pytest.mark.parametrize(
    ("money", "value", "unit"),
    [
        ("constant", 100 * 100 / 80, "GBP at prices of 2020"),
        ("ppp", 100 / 0.8, "international dollars"),
        ("constant-ppp", 125 / 0.625, "international dollars at prices of 2020"),
    ],
)
def test_pounds_are_deflated_then_divided_by_the_parity(money, value, unit):
    found = stated(world([gift(100)]), level(), money)
    assert (found.value, found.unit, found.status) == (value, unit, "published")
    assert (found.value_national, found.value_fixed, found.currency) == (None, None, None)


def test_the_years_of_a_window_each_have_their_own_prices():
    told = series("alms", "ukprn:1", "gifts", "-", 80, 90)
    rows = [*SERIES, ("gdp_deflator_linked", "GB", 2015, 50.0)]
    found = stated(world([*told, gift(10, 2015)], rows=rows), level(window_years=3), "constant", 2017)
    # 10 × 100 ÷ 50, 80 × 100 ÷ 80, 90 × 100 ÷ 90.
    assert found.value == 20 + 100 + 100


def test_where_the_linked_series_lacks_the_base_year_the_plain_one_stands():
    found = stated(world([gift(204, currency="USD")]), level(), "constant")
    assert (found.value, found.unit) == (pytest.approx(204 * 110.5 / 102), "USD at prices of 2020")


@pytest.mark.parametrize(
    ("start", "end", "factor"),
    [
        (dt.date(2015, 8, 1), dt.date(2016, 7, 31), 1 / 0.8),  # UK: five months and seven
        (dt.date(2015, 10, 1), dt.date(2016, 9, 30), 1 / 0.8),  # US federal: three and nine
        (dt.date(2015, 7, 1), dt.date(2016, 6, 30), 1 / 0.8),  # six and six: the later
        (dt.date(2016, 4, 1), dt.date(2017, 3, 31), 1 / 0.8),  # nine and three
        (dt.date(2016, 6, 1), dt.date(2017, 5, 31), 1 / 0.8),  # seven and five
        (dt.date(2016, 8, 1), dt.date(2017, 7, 31), 1 / 0.75),
    ],
)
def test_a_year_of_its_own_has_the_calendar_year_of_most_of_its_months(start, end, factor):
    found = stated(world([gift(100, end.year, start=start, end=end)]), level(), "ppp", end.year)
    assert found.value == pytest.approx(100 * factor)


@pytest.mark.parametrize(
    ("missing", "money"),
    [
        (("gdp_deflator_linked", "GB", 2016), "constant"),
        (("ppp", "GB", 2016), "ppp"),
        (("ppp", "GB", 2020), "constant-ppp"),
    ],
)
def test_without_a_series_there_is_no_value_and_it_is_said(missing, money):
    connection = world([gift(100)], rows=[r for r in SERIES if r[:3] != missing])
    found = stated(connection, level(), money)
    assert (found.value, found.status, found.lower) == (None, "no_data", None)


def test_one_year_without_a_series_leaves_the_window_without_a_value():
    told = series("alms", "ukprn:1", "gifts", 10, 80, 90)
    assert stated(world(told), level(window_years=3), "constant", 2017).value is None


def test_a_reported_zero_is_zero_in_any_money():
    assert stated(world([gift(0)]), level(), "ppp").value == 0


def test_euros_have_the_prices_of_their_institution_s_country_and_none_outside_the_euro():
    grant = Grant("C1", "2016-01-15", (P("alma", 100), P("acme", 1)))
    funding = catalogue()["joint.funding"]
    found = stated(world(grants=[grant], country="NL"), funding, "constant")
    assert (found.value, found.unit) == (pytest.approx(120), "EUR at prices of 2020")
    assert stated(world(grants=[grant], country="GB"), funding, "ppp").value is None


def test_several_currencies_add_up_in_international_dollars_only():
    grants = [
        Grant("C1", "2016-01-15", (P("alma", 84), P("acme", 1))),
        Grant("C2", "2016-02-15", (P("alma", 80), P("acme", 1)), currency="GBP"),
    ]
    funding = catalogue()["joint.funding"]
    assert stated(world(grants=grants, country="NL"), funding, "ppp").value == pytest.approx(100 + 100)
    found = stated(world(grants=grants, country="NL"), funding, "constant")
    assert (found.value, found.status) == (None, "no_data")


def test_money_per_something_is_stated_and_ratios_of_money_are_not():
    each = level(denominator=GIVERS, aggregate="ratio")
    told = [gift(100), Cell("alms", "ukprn:1", 2016, "givers", 4)]
    assert stated(world(told), each, "ppp").value == pytest.approx(125 / 4)
    with pytest.raises(MoneyError, match="is no amount of money"):
        prices.check(ratio(), "ppp")
    with pytest.raises(MoneyError, match="is no amount of money"):
        prices.check(catalogue()["joint.grants"], "constant")


def test_an_explanation_says_by_what_money_was_multiplied():
    grants = [Grant("C1", "2016-01-15", (P("alma", 100), P("acme", 1)), currency="GBP")]
    connection = world(grants=grants)
    values(connection, catalogue()["joint.funding"], parts=[("alpha", "new")])
    answer = explain(connection, ror("alma"), "joint.funding", 2016, money="constant", sources=SOURCES)
    assert answer.calculation == {"alpha": "125 GBP at prices of 2020"}
    assert answer.money == ("GBP of 2016 × 1.25 (prices of GB)",)
    assert [(r.amount, r.currency) for r in answer.records] == [(100, "GBP")]  # as published
    connection.execute("DELETE FROM country_series WHERE series = 'ppp'")
    answer = explain(connection, ror("alma"), "joint.funding", 2016, money="ppp", sources=SOURCES)
    assert answer.calculation == {"alpha": "no value"}
    assert answer.reason == {"alpha": "alpha: GBP of 2016: no series of GB for it (iur ingest worldbank)"}


def test_a_release_without_series_says_what_to_ingest():
    connection = world([gift(100)])
    values(connection, level(), parts=[("alms", "all")])
    connection.execute("DROP TABLE country_series")
    with (
        pytest.raises(MoneyError, match="iur ingest worldbank"),
        formed(connection, [level()], ror("alma"), facts_of(connection, SOURCES), SOURCES, "ppp"),
    ):
        pass


@pytest.mark.parametrize("command", [reading.show, reading.explain])
def test_the_command_line_offers_what_there_is(command):
    (option,) = [p for p in command.params if p.name == "money"]
    assert tuple(option.type.choices) == prices.KINDS
