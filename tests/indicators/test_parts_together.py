"""Parts that tell together: outputs and their awards, and measures that look across the parts of a source."""

from dataclasses import replace

import pytest

from pipelines import parts
from pipelines.indicators.compute import compute
from pipelines.indicators.observe import observed
from pipelines.indicators.output_evidence import LICENSED
from pipelines.indicators.reuse import claiming, followed
from pipelines.indicators.sme_evidence import FOLLOW_ON
from tests.indicators import hand_worked_gateway
from tests.indicators.hand_worked_gateway import PARTS, SOURCES


@pytest.fixture
def told():
    return hand_worked_gateway.build()


def test_a_part_of_outputs_tells_what_the_records_tell_and_they_what_it_tells(told):
    facts = observed(told, SOURCES, PARTS)
    assert facts["gateway", "projects"] >= {"partners", "licensed", "spin_outs", "further_funding"}
    assert facts["gateway", "outcomes"] >= {"partners", "licensed", "further_funding", "spin_outs"}
    # Parts of records tell their own alone.
    told.execute("UPDATE award_party SET is_sme = NULL WHERE part = 'old'")
    facts = observed(told, SOURCES, PARTS)
    assert "sme" in facts["circle", "new"]
    assert "sme" not in facts["circle", "old"]


def test_without_the_part_of_outputs_nothing_is_known_of_them(told):
    told.execute("DELETE FROM award_output WHERE kind = 'intellectual_property'")
    facts = observed(told, SOURCES, PARTS)
    assert "licensed" not in facts["gateway", "projects"]
    compute(told, SOURCES, PARTS)
    found = told.execute(
        """SELECT DISTINCT value, status FROM indicator
        WHERE indicator = 'transfer.reported_licensed' AND year = 2017"""
    ).fetchall()
    assert found == [(None, "no_data")]


def test_outputs_are_computed_anew_with_the_awards_that_claim_them(told):
    group = ("gateway", "outcomes"), ("gateway", "projects"), ("gateway", "spinouts")
    found = parts.groups(told, PARTS, claiming(told))
    assert found["gateway", "projects"] == group
    assert found["gateway", "spinouts"] == group
    assert found["firms", "all"] == (("firms", "all"),)
    # Two parts that have no record in common stay apart.
    assert found["circle", "new"] == (("circle", "new"),)


def test_a_measure_across_parts_is_asked_of_all_parts_of_its_source(told):
    facts = observed(told, SOURCES, PARTS)
    assert followed([FOLLOW_ON], facts) == [(("circle", "new"), ("circle", "old"))]
    # A measure that does not look across joins nothing, and one that a source cannot answer neither.
    assert followed([LICENSED], facts) == []
    assert followed([replace(FOLLOW_ON, needs=frozenset({"sme", "cost"}))], facts) == []


def test_a_firm_is_followed_from_one_part_into_the_next(told):
    """Acme has its first grant in part `old`, and the next one in `new`."""
    compute(told, SOURCES, PARTS)
    rows = told.execute(
        "SELECT part, count(*) FROM evidence WHERE measure = 'sme_follow_on' AND amount > 0.5 GROUP BY 1"
    )
    assert rows.fetchall() == [("old", 1)]
