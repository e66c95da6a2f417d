"""Explanations of reported values: cells on both sides, the sums of the years, and why a year was not used."""

import datetime as dt

import pytest

from pipelines.indicators import catalogue as listing
from pipelines.indicators.explain import explain
from tests.indicators.hand_worked import Grant, P, ror
from tests.indicators.survey_rules import SOURCES, build, level, ratio, series, values, yearly
from tests.indicators.test_survey_mixed import PARTS, PER_INCOME

LEVEL, SHARE = level(), ratio()


@pytest.fixture(autouse=True)
def known(monkeypatch):
    """A catalogue of this module's indicators."""
    mine = {i.id: i for i in (LEVEL, SHARE, PER_INCOME)}
    monkeypatch.setattr("pipelines.indicators.explain.catalogue", lambda: mine)
    assert listing.catalogue()


def gifts(*figures, reporter=1):
    return series("alms", f"ukprn:{reporter}", "gifts", *figures)


def income(*figures, reporter=1):
    return series("books", f"ukprn:{reporter}", "income", *figures)


def told(cells, indicator=SHARE, year=2017, credited=None, **facts):
    built = build(cells, credited=credited, rates=yearly(2015, 2016, 2017), **facts)
    connection = values(built, indicator, parts=[("alms", "all"), ("books", "all"), *(PARTS[:1] if facts else [])])
    return explain(connection, ror("alma"), indicator.id, year, sources=SOURCES)


def test_both_sides_with_their_years_and_cells():
    answer = told([*gifts(1, 2, 3), *income(10, 20, 30)])
    assert answer.calculation == {"alms": "(1 + 2 + 3) ÷ (10 + 20 + 30) = 10 %"}
    assert answer.reason == {"alms": ""}
    assert [(y.year, y.figure, y.base, y.base_source, y.is_used) for y in answer.years] == [
        (2015, 1, 10, "books", True),
        (2016, 2, 20, "books", True),
        (2017, 3, 30, "books", True),
    ]
    assert [(r.side, r.source, r.cell, r.year, r.amount, r.currency) for r in answer.records] == [
        *(("numerator", "alms", "gifts", y, n, "GBP") for y, n in ((2015, 1), (2016, 2), (2017, 3))),
        *(("denominator", "books", "income", y, n, "GBP") for y, n in ((2015, 10), (2016, 20), (2017, 30))),
    ]
    cell = answer.records[0]
    assert (cell.reporter, cell.period_start, cell.period_end) == (
        "ukprn:1",
        dt.date(2015, 1, 1),
        dt.date(2015, 12, 31),
    )
    assert (cell.cell_partner, cell.breakdown, cell.value_as_published, cell.is_used) == ("n/a", "all", "1", True)


def test_a_pair_that_lacks_a_side_is_said_and_its_cells_are_shown_as_not_used():
    answer = told([*gifts(1, 2, 3), *income(10, "-", 30)])
    assert answer.calculation == {"alms": "(1 + 3) ÷ (10 + 30) = 10 %"}
    assert [(r.year, r.is_used) for r in answer.records if r.side == "numerator"] == [
        (2015, True),
        (2016, False),
        (2017, True),
    ]
    gone = told([*gifts(1, 2, 3), *income("-", "-", 30)])
    assert gone.reason == {"alms": "alms: books has no figure of 2015 (income); books has no figure of 2016 (income)"}
    assert gone.calculation == {"alms": "no value"}


def test_a_withheld_cell_is_named():
    answer = told([*gifts(1, "..", 3), *income(10, 20, 30)])
    assert answer.reason == {"alms": "alms: alms withholds a cell of 2016 (gifts)"}
    answer = told([*gifts(1, 2, 3), *income(10, 20, "..")])
    assert answer.reason == {"alms": "alms: books withholds a cell of 2017 (income)"}
    assert [(r.value_as_published, r.status, r.amount) for r in answer.records if r.year == 2017] == [
        ("3", None, 3),
        ("..", "suppressed", None),
    ]


def test_different_perimeters_are_named():
    cells = [*gifts(1, 2, 3), *gifts(5, 5, reporter=9), *income(10, 20, 30)]
    answer = told(cells, credited={"ukprn:9": "alma"})
    said = "the two sides of {} are reported by different bodies (ukprn:1, ukprn:9; ukprn:1)"
    assert answer.reason == {"alms": f"alms: {said.format(2015)}; {said.format(2016)}"}


def test_the_cells_of_an_absorbed_reporter_are_there():
    cells = [*gifts(1, 2, 3), *gifts(5, reporter=9), *income(10, 20, 30), *income(50, reporter=9)]
    answer = told(cells, credited={"ukprn:9": "alma"})
    assert answer.calculation == {"alms": "(6 + 2 + 3) ÷ (60 + 20 + 30) = 10 %"}
    assert [r.reporter for r in answer.records if r.year == 2015] == ["ukprn:1", "ukprn:9", "ukprn:1", "ukprn:9"]


def test_a_level_in_national_currency_beside_the_euro():
    answer = told(gifts(1, 2, 3), LEVEL)
    assert answer.calculation == {"alms": "6 EUR = 3 GBP"}
    assert answer.values[0].basis == "reported"


def test_nothing_to_divide_by_and_a_small_base():
    answer = told([*gifts(1, 2, 3), *income(0, 0, 0)])
    assert answer.reason == {"alms": "nothing to divide by: no income in the window"}


def test_records_over_a_reported_denominator():
    grants = (Grant("M1", "2017-03-01", (P("alma", 1), P("acme"))),)
    answer = told(income(10, 20, 30), PER_INCOME, grants=grants)
    # The pairs are 2015 ÷ 2014 (not there), 2016 ÷ 2015, 2017 ÷ 2016; `alpha` holds 2017 alone.
    assert answer.values[0].status == "no_data"
    assert [(r.side, r.record_table) for r in answer.records] == [
        ("numerator", "award"),
        ("denominator", "survey_value"),
    ]
    assert "books has no figure of 2014 (income)" in answer.reason["alpha"]
    assert "alpha has no figure of 2015" in answer.reason["alpha"]


def test_a_release_without_awards(tmp_path):
    connection = values(build([*gifts(1, 2, 3), *income(10, 20, 30)]), SHARE)
    for name in (
        "indicator",
        "evidence",
        "coverage",
        "coverage_institution",
        "organisation",
        "linked_party",
        "survey_value",
    ):
        (tmp_path / name).mkdir()
        connection.execute(f"COPY {name} TO '{tmp_path / name / name}.parquet' (FORMAT parquet)")
    answer = explain(tmp_path, ror("alma"), SHARE.id, 2017, sources=SOURCES)
    assert answer.calculation == {"alms": "(1 + 2 + 3) ÷ (10 + 20 + 30) = 10 %"}
    longer = explain(tmp_path, ror("alma"), SHARE.id, 2017, window=1, sources=SOURCES)
    assert longer.calculation == {"alms": "3 ÷ 30 = 10 %"}
