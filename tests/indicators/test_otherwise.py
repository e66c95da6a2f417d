"""What would change under the other counting, and with children: in words, with figures of the hand-worked world."""

from dataclasses import fields

import pytest

from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.explain import Value, explain
from pipelines.indicators.otherwise import otherwise
from tests.indicators import hand_worked
from tests.indicators.hand_worked import ror


@pytest.fixture
def choices(world):
    def told(org, indicator, year):
        found = explain(world, ror(org), indicator, year, sources=hand_worked.SOURCES)
        return {(o.source, o.choice): o for o in otherwise(found.indicator, found.values, found.alternatives)}

    return told


def test_shares_instead_of_whole(choices):
    # Alma in 2016: A05 with four organisations and A06 with eleven, 1/4 + 1/11 = 0.34 grants.
    found = choices("alma", "joint.grants", 2016)["alpha", "fractional"]
    assert found.value == pytest.approx(1 / 4 + 1 / 11)
    assert found.change == pytest.approx(1 / 4 + 1 / 11 - 2)
    assert found.says == (
        "counted by shares: 0.34 instead of 2 grants, -83%; each record then counts one over the organisations on it"
    )


def test_children_instead_of_alone(choices):
    # In 2017 Alma has A08, and its medical school A07 and A08: two grants of the family, A08 once.
    found = choices("alma", "joint.grants", 2017)["alpha", "with_children"]
    assert (found.value, found.change) == (3, 2)
    assert found.says == (
        "with its children: 3 instead of 1 grant, +200%; +2 records, each once however many of the family take part"
    )


def test_a_share_is_told_with_both_sides_and_in_points(choices):
    # 2015: A01, A02 with companies of A01 to A04 (A03 alone, A04 with Beta): 2 of 4. By shares (1/2 + 1/3) of
    # (1/2 + 1/3 + 1 + 1/2).
    found = choices("alma", "joint.grant_share", 2015)["alpha", "fractional"]
    share = (1 / 2 + 1 / 3) / (1 / 2 + 1 / 3 + 1 + 1 / 2)
    assert found.value == pytest.approx(share)
    assert found.says.startswith("counted by shares: 0.83 ÷ 2.33 = 35.7 % instead of 2 ÷ 4 = 50.0 %, -14.3 points")


def test_what_cannot_be_counted_otherwise_says_why(choices):
    money = choices("alma", "joint.funding", 2015)["alpha", "fractional"]
    assert (money.value, money.says.split(": ")[1].startswith("the money is the institution's own part")) == (
        None,
        True,
    )
    partners = choices("alma", "joint.partners", 2015)["alpha", "fractional"]
    assert partners.says == "counted whole only: distinct partners have no fractions"


def test_without_children_it_is_the_same(choices):
    found = choices("echo", "joint.grants", 2018)["alpha", "with_children"]
    assert (found.value, found.change) == (0, 0)
    assert found.says == "with its children: the same; no institution below it, or none that adds a record"
    assert choices("echo", "joint.grants", 2018)["alpha", "fractional"].says == "counted by shares: the same, 0"


def told(indicator, **facts):
    """A headline value of 4 of an indicator."""
    plain = dict.fromkeys(f.name for f in fields(Value))
    return Value(**plain | {"counting": "whole", "rollup": "direct", "partner": "all", "field": "all", "value": 4.0,
                            "intensity": indicator.intensity, "unit": indicator.unit, "source": "alpha",
                            "status": "published"} | facts)  # fmt: skip


@pytest.mark.parametrize("id_", catalogue())
def test_every_indicator_has_an_answer(id_):
    indicator = catalogue()[id_]
    shares, children = otherwise(indicator, [told(indicator)], [])
    assert shares.says.startswith(("counted whole only: ", "counted by shares: no value"))
    assert ("fractional" in indicator.counting) == shares.says.startswith("counted by shares")
    assert children.says.startswith("with its children: the same; ")
    both = [told(indicator, counting="fractional", value=1.0), told(indicator, rollup="with_children", value=6.0)]
    answers = otherwise(indicator, [told(indicator)], both)
    assert answers[1].value == 6
    assert (answers[0].value == 1) == ("fractional" in indicator.counting)
    # Values of one kind of partner, or of other collaborations, are no other counting.
    assert (
        otherwise(indicator, [told(indicator)], [told(indicator, rollup="with_children", partner="sme")])[1] == children
    )


def test_a_reported_figure_stands_for_who_reports_it(reported):
    from tests.indicators import hand_worked_survey

    (id_, year), *_ = reported.execute(
        "SELECT institution_id, year FROM indicator WHERE indicator = 'transfer.licences' AND value > 0 ORDER BY ALL"
    ).fetchall()
    found = explain(reported, id_, "transfer.licences", year, sources=hand_worked_survey.SOURCES)
    says = [o.says for o in otherwise(found.indicator, found.values, found.alternatives)]
    assert says[0] == "counted whole only: a reported figure stands for the institution that reports it"
