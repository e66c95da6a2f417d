"""What the measures of reported figures ask for: cells that the vocabulary knows, and no total beside its parts."""

import csv
from pathlib import Path

import pytest

import warehouse
from pipelines.indicators.catalogue import catalogue, measures
from pipelines.indicators.survey.fact import AWAITED, awaits
from pipelines.source import facts

# What HERD and AUTM tell, which have no labels to look up.
OF_THE_US = {
    "money": """rd_expenditure research_expenditure licence_income_gross licence_income_equity
        licence_income_paid_to_others""",
    "count": """disclosures new_patent_applications us_patents_issued licences_executed options_executed
        licences_exclusive licences_nonexclusive licences_to_startups licences_to_small licences_to_large
        startups_formed startups_home_state startups_operational""",
}
SURVEYS = {name: measure for name, measure in measures().items() if measure.is_survey}


@pytest.fixture(scope="module")
def vocabulary() -> dict[tuple[str, str, str], str]:
    """The unit of every cell that the sources keep, by measure, partner and breakdown."""
    path = Path(warehouse.__file__).parent / "seeds" / "survey_vocabulary.csv"
    with path.open(encoding="utf-8", newline="") as file:
        kept = {(r["measure"], r["partner"], r["breakdown"]): r["unit"] for r in csv.DictReader(file)}
    return (
        kept
        | {(measure, "n/a", "all"): unit for unit, said in OF_THE_US.items() for measure in said.split()}
        | {("rd_expenditure", "n/a", "business"): "money"}
    )


@pytest.mark.parametrize("name", SURVEYS)
def test_a_measure_asks_for_cells_that_are_there(vocabulary, name):
    measure = SURVEYS[name]
    if measure.needs & set(AWAITED):
        assert not any(cell[:3] in vocabulary for cell in measure.cells), "the file is read now: say so"
        return
    assert {vocabulary[cell[:3]] for cell in measure.cells} == {measure.unit}


@pytest.mark.parametrize("name", SURVEYS)
def test_no_total_is_added_to_its_parts(name):
    cells = SURVEYS[name].cells
    for asked in {cell[0] for cell in cells}:
        for position in (1, 2):
            said = {cell[position] for cell in cells if cell[0] == asked}
            assert said == {"all"} or "all" not in said


@pytest.mark.parametrize("name", SURVEYS)
def test_a_measure_of_one_kind_of_partner_asks_for_that_kind_alone(name):
    measure = SURVEYS[name]
    if measure.partner != "all":
        assert {cell[1] for cell in measure.cells} == {measure.partner}


def test_what_is_awaited_is_told_by_no_source():
    told = {fact for source in facts().values() for fact in source.observes}
    assert not told & set(AWAITED)


def test_an_indicator_that_waits_says_for_what():
    for indicator in catalogue().values():
        for fact in indicator.needs & set(AWAITED):
            assert awaits(fact) in indicator.caveats


def test_a_stock_is_averaged_and_a_flow_is_not():
    for indicator in catalogue().values():
        if indicator.is_reported and indicator.denominator is None and indicator.aggregate != "peak_share":
            assert indicator.aggregate == ("mean" if indicator.is_stock else "sum"), indicator.id
