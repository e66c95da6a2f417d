"""Licensing and R&D expenditure in the hand-worked surveys of the US, with the arithmetic beside them."""

import pytest

from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.explain import explain
from pipelines.indicators.licensing_evidence import LICENCE_INCOME_REPORTED
from pipelines.indicators.survey import cell
from pipelines.pages import indicator_page
from tests.indicators.hand_worked_survey import look_up, ror
from tests.indicators.hand_worked_us import SOURCES

# Alba's figures of the fiscal year that ends in 2021, in dollars where they are money.
LEVELS = {
    "transfer.disclosures": ("panel", 20),
    "transfer.filings": ("panel", 13),
    "transfer.patents_granted_reported": ("panel", 5),
    "transfer.licences_per_year": ("panel", 6 + 2),
    "transfer.licences_to_startups": ("panel", 2),
    "transfer.licences_to_small": ("panel", 3),
    "transfer.licence_income": ("panel", 5_000_000 - 1_000_000 - 500_000),
    "venture.formed": ("panel", 4),
    "contract.business_funded": ("campus", 30_000_000),
}
EARNED = (1_000_000 - 100_000) + (2_000_000 - 600_000) + 3_500_000
# Over 2019–2021, or one year where it says so: numerator, denominator, scale, status.
RATIOS = {
    "contract.business_share": (30_000_000, 200_000_000, 1, "published"),  # 2021 alone
    "transfer.income_share_rd": (EARNED, 400_000_000, 1, "published"),
    "transfer.income_top_year_share": (3_500_000, EARNED, 1, "published"),
    "transfer.exclusive_share": (5, 5 + 3, 1, "small_base"),  # 2021 alone
    "venture.home_state_share": (2, 4, 1, "small_base"),  # 2021 alone
    "challenge.funnel_disclosure_to_filing": (8 + 9 + 13, 50, 100, "published"),
    "challenge.funnel_disclosure_to_grant": (2 + 3 + 5, 50, 100, "published"),
    "challenge.funnel_disclosure_to_licence": (5 + 6 + 8, 50, 100, "published"),
    # the panel's own expenditure, and not the campus's 400 million
    "challenge.funnel_research_to_disclosure": (50, 150_000_000, 100_000_000, "published"),
}


@pytest.mark.parametrize("id_", LEVELS)
def test_levels(surveyed_us, id_):
    source, figure = LEVELS[id_]
    row = look_up(surveyed_us, id_, "alba", 2021)
    assert (row["status"], row["source"], row["basis"]) == ("published", source, "reported")
    if catalogue()[id_].unit == "EUR":
        assert (row["value_national"], row["currency"], row["value"]) == (figure, "USD", figure / 1.25)
    else:
        assert row["value"] == figure


@pytest.mark.parametrize("id_", RATIOS)
def test_ratios(surveyed_us, id_):
    above, below, scale, status = RATIOS[id_]
    row = look_up(surveyed_us, id_, "alba", 2021)
    assert (row["status"], row["numerator"], row["denominator"]) == (status, above, below)
    assert row["value"] == pytest.approx(scale * above / below, rel=1e-12)
    assert (row["lower"], row["upper"]) == (None, None), "both sides are reported"


def test_every_indicator_of_the_us_surveys_is_worked_out_here(surveyed_us):
    valued = surveyed_us.execute("SELECT DISTINCT indicator FROM indicator WHERE value IS NOT NULL").fetchall()
    assert {i for (i,) in valued} == set(LEVELS) | set(RATIOS)


@pytest.mark.parametrize(
    ("id_", "status", "value"),
    [
        # A reported 0 is 0.
        ("contract.business_funded", "published", 0),
        ("transfer.licences_per_year", "published", 0),
        ("transfer.exclusive_share", "no_denominator", None),
        # One of three cells is missing: gross income alone is not the figure.
        ("transfer.licence_income", "no_data", None),
        ("transfer.income_share_rd", "no_data", None),
        # The panel tells no expenditure of Brock's, the campus does: 15 over 60 million.
        ("challenge.funnel_research_to_disclosure", "published", 25),
        ("challenge.funnel_disclosure_to_filing", "published", 20),
        ("transfer.licences_to_startups", "no_data", None),
    ],
)
def test_what_is_not_told_is_no_zero(surveyed_us, id_, status, value):
    row = look_up(surveyed_us, id_, "brock", 2021)
    assert (row["status"], row["value"]) == (status, value)


def test_a_value_names_the_source_of_its_base(surveyed_us):
    found = explain(surveyed_us, ror("brock"), "challenge.funnel_research_to_disclosure", 2021, sources=SOURCES)
    assert {r.source for r in found.records if r.side == "denominator"} == {"campus"}
    found = explain(surveyed_us, ror("alba"), "challenge.funnel_research_to_disclosure", 2021, sources=SOURCES)
    assert {r.source for r in found.records if r.side == "denominator"} == {"panel"}


def test_a_page_lists_the_cells_of_each_survey():
    page = indicator_page(catalogue()["transfer.licence_income"])
    assert "ip_income (sme, non_software)" in page
    assert "; of another survey: licence_income_gross (n/a, all), − licence_income_equity (n/a, all)" in page


def test_a_reporter_must_have_the_cells_of_one_survey():
    assert LICENCE_INCOME_REPORTED.sets == (6, 3)
    assert [len(cells) for cells in LICENCE_INCOME_REPORTED.cell_sets] == [6, 3]
    with pytest.raises(ValueError, match="a cell is listed twice"):
        cell.cells("twice", "x", (("a",),), "count", ("f",), elsewhere=(("a",),))
