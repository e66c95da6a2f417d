"""The catalogue: what every indicator must say of itself, tested the day it appears."""

import re

import pytest

from expectations.tables import table
from pipelines.indicators.catalogue import FAMILIES, catalogue
from pipelines.indicators.indicator import formula

INDICATORS = sorted(catalogue())


def test_the_indicators_of_the_first_issue_are_there():
    assert set(catalogue()) >= {
        "joint.grants",
        "joint.grant_share",
        "joint.grant_share_collaborative",
        "joint.funding",
        "joint.partners",
        "joint.tripartite_grants",
        "joint.tripartite_share",
        "challenge.budget_split",
        "challenge.retention",
        "challenge.repeat_share",
        "challenge.new_partners",
        "sme.r_and_d_cost",
        "sme.r_and_d_received",
    }


@pytest.mark.parametrize("id_", INDICATORS)
def test_an_indicator_says_what_it_is(id_):
    indicator = catalogue()[id_]
    assert re.fullmatch(table("indicator").column("indicator").pattern, id_)
    assert id_.split(".")[0] in {family.__name__.rsplit(".", 1)[1] for family in FAMILIES}
    assert indicator.title
    assert indicator.unit
    assert indicator.reference
    assert indicator.caveats
    assert indicator.meaning.endswith(".")
    assert indicator.meaning.count(". ") == 0, "one sentence"
    assert indicator.numerator.meaning in formula(indicator) or indicator.says
    assert ("÷" in formula(indicator)) == indicator.is_ratio
    assert indicator.needs


@pytest.mark.parametrize("id_", INDICATORS)
def test_both_sides_of_a_ratio_are_of_one_kind(id_):
    indicator = catalogue()[id_]
    if indicator.denominator:
        assert indicator.numerator.unit == indicator.denominator.unit
        assert indicator.numerator.record_table == indicator.denominator.record_table


def test_formulas():
    assert formula(catalogue()["joint.grant_share"]) == (
        "grants with the institution and at least one company ÷ grants with the institution"
    )
    assert formula(catalogue()["joint.partners"]).endswith("; only records of at most 10 organisations")
    assert formula(catalogue()["challenge.budget_split"]).endswith("; ratio of sums over the years y−2 to y")


def test_numerators_of_shares_lie_within_their_denominators(world):
    rows = world.execute(
        """SELECT indicator, institution_id, year FROM indicator
        WHERE unit = 'fraction' AND numerator > denominator"""
    ).fetchall()
    assert rows == []


def test_every_indicator_has_a_value_somewhere(world):
    found = {i for (i,) in world.execute("SELECT indicator FROM indicator WHERE value > 0").fetchall()}
    assert found == set(catalogue())
