"""Publications with companies and others in the hand-worked world, with arithmetic."""

import pytest

from pipelines.indicators.explain import explain
from pipelines.indicators.measure import Measure
from tests.indicators import hand_worked
from tests.indicators.hand_worked_publications import SOURCES

COUNT, SHARE, NON_ACADEMIC = "joint.co_publications", "joint.co_publication_share", "joint.non_academic_share"


@pytest.fixture
def value(published):
    return lambda *args, **dimensions: hand_worked.look_up(published, *args, **dimensions)


@pytest.mark.parametrize(
    ("org", "year", "expected", "lower", "upper"),
    [
        # Garwood's limits of a count of 12 and of 0; a year without a row for companies is a zero.
        ("alma", 2017, 12, 6.2006, 20.9616),
        ("alma", 2018, 0, 0, 3.6889),
        ("echo", 2016, 2500, 2402.95, 2599.97),
    ],
)
def test_a_count_of_publications_has_the_interval_of_so_many_records(value, org, year, expected, lower, upper):
    row = value(COUNT, org, year)
    assert (row["value"], row["status"], row["basis"]) == (expected, "published", "stability")
    assert row["records"] == expected
    assert row["lower"] == pytest.approx(lower, abs=0.01)
    assert row["upper"] == pytest.approx(upper, abs=0.01)


def test_the_share_is_a_ratio_of_sums_over_four_years(value):
    """CWTS: 2016–2019, full counting: (10 + 12 + 0 + 8) ÷ (100 + 120 + 80 + 100)."""
    row = value(SHARE, "alma", 2019)
    assert (row["numerator"], row["denominator"], row["value"]) == (30, 400, 0.075)
    assert (row["status"], row["years_used"], row["basis"]) == ("published", 4, "wilson")
    # Wilson, z = 1.959964: (0.075 + 3.841459/800 ∓ 1.959964 √(0.075·0.925/400 + 3.841459/640000)) / (1 + 3.841459/400)
    assert row["lower"] == pytest.approx(0.053038, abs=1e-5)
    assert row["upper"] == pytest.approx(0.105048, abs=1e-5)
    assert row["records"] == 400
    # (30 + 36 + 20 + 34) ÷ 400
    assert value(NON_ACADEMIC, "alma", 2019)["value"] == 0.3
    # 10,000 of 100,000
    assert value(SHARE, "echo", 2019)["value"] == 0.1


def test_a_window_of_three_years_of_four_is_enough_and_an_open_year_is_partial(value):
    # 2015 is not there: (10 + 12 + 0) ÷ (100 + 120 + 80)
    row = value(SHARE, "alma", 2018)
    assert (row["value"], row["years_used"]) == (pytest.approx(22 / 300), 3)
    # 2020 was asked for on 1 March 2021, 180 days had not passed: (12 + 0 + 8 + 5) ÷ (120 + 80 + 100 + 50)
    row = value(SHARE, "alma", 2020)
    assert (row["value"], row["status"]) == (pytest.approx(25 / 350), "partial_year")


def test_a_share_of_less_than_twenty_publications_is_a_small_base(value):
    """Sixteen publications are sixteen records, though they stand in four rows."""
    row = value(SHARE, "beta", 2019)
    assert (row["denominator"], row["status"]) == (16, "small_base")
    # Of 40 a year there are enough in one year, though that is a single row.
    assert value(SHARE, "almed", 2019)["status"] == "published"


def test_who_is_no_school_or_facility_has_no_share_with_non_academic_partners(value):
    assert value(SHARE, "gamma", 2019)["value"] == 0.4
    row = value(NON_ACADEMIC, "gamma", 2019)
    assert (row["value"], row["status"]) == (None, "no_denominator")


def test_publications_are_not_rolled_up_to_parents(published):
    """Alma is above its medical school and above Delta, and a publication may name them both."""
    found = published.execute("SELECT DISTINCT rollup, counting FROM indicator WHERE indicator LIKE 'joint.%pub%'")
    assert found.fetchall() == [("direct", "whole")]


def test_an_explanation_lists_the_years(published):
    found = explain(published, hand_worked.ror("alma"), SHARE, 2019, sources=SOURCES)
    assert found.calculation == {"works": "30 ÷ 400 = 7.5 %"}
    told = [(r.side, r.year, r.amount) for r in found.records]
    assert told == [
        ("numerator", 2016, 10), ("numerator", 2017, 12), ("numerator", 2019, 8),
        ("denominator", 2016, 100), ("denominator", 2017, 120), ("denominator", 2018, 80), ("denominator", 2019, 100),
    ]  # fmt: skip


def test_a_window_on_request_is_formed_of_the_same_rows(published):
    found = explain(published, hand_worked.ror("alma"), SHARE, 2019, window=1, sources=SOURCES)
    assert found.calculation == {"works": "8 ÷ 100 = 8 %"}


def test_a_tally_is_a_count_of_records():
    with pytest.raises(ValueError, match="a tally is a count"):
        Measure("m", "edge", "", frozenset(), "count", "SELECT 1", is_tally=True)
