"""The framework: every element has its row, every indicator of its patterns an answer, and every gap its reason."""

import pytest

from pipelines import source
from pipelines.indicators import framework, gap, headline, together
from pipelines.indicators.catalogue import catalogue
from tests.indicators.hand_worked_peers import build, institution, rows, value, years

ALL = source.facts()


@pytest.fixture(scope="module")
def answered():
    """Three values of joint.grants, one of them on a small base, and a share whose bases are all small."""
    connection = build(
        institution=[institution(n, "NL") for n in range(3)],
        coverage=years("cordis", 2015, 2020),
        indicator=[
            value(0, "joint.grants", 2016, "cordis", 4.0),
            value(1, "joint.grants", 2019, "cordis", 2.0),
            value(2, "joint.grants", 2020, "cordis", 1.0, status="partial_year"),
            value(1, "joint.tripartite_share", 2019, "cordis", 0.5, status="small_base"),
            value(1, "talent.doctoral_networks", 2019, "cordis", None, status="no_data"),
        ],
    )
    facts = {("cordis", "h2020"): frozenset({"partners", "dates"})}
    together.form(connection, {name: ALL[name] for name in ("cordis", "ror")}, facts=facts)
    return {row["element"]: row for row in rows(connection, "SELECT * FROM framework")}


def test_every_element_is_there_in_its_order(answered):
    assert [row["element_no"] for row in answered.values()] == list(range(1, 23))
    assert {"knowledge flow", "technology equity", "low transfer rate", "from laboratory to market"} <= answered.keys()


def test_what_has_values_and_where(answered):
    row = answered["knowledge flow"]
    assert row["with_values"] == ["joint.grants"]
    # Of two institutions, in whole years only.
    assert (row["institutions"], row["first_year"], row["last_year"]) == (2, 2016, 2019)
    listed = {*row["with_values"], *row["without_values"]}
    assert listed == {id_ for id_ in catalogue() if id_.startswith("joint.")}


def test_every_gap_has_its_reason(answered):
    why = {i: r for row in answered.values() for i, r in zip(row["without_values"], row["reasons"], strict=True)}
    assert why["joint.tripartite_share"] == (
        "small_base: 1 value of cordis (2019), none on a base of 20; it would come from more of cordis"
    )
    assert why["transfer.licences"].startswith("no_data: no source of the release tells")
    assert why["transfer.licences"].endswith("it would come from hebci")
    assert why["talent.doctoral_networks"] == (
        "no_data: no part here tells doctoral_networks: cordis (h2020); it would come from other parts of cordis"
    )
    assert "openalex" in why["joint.co_publications"]
    assert all(why.values())


def test_every_indicator_of_the_catalogue_answers_some_element():
    answering = {i for element in framework.elements() for i in element.indicators()}
    # KEF's repeat what other families say of the UK, and synergy is a country's; repeat_share is 1 − new_partners.
    left = {i for i in catalogue() if i not in answering and not i.startswith(("kef.", "synergy."))}
    assert left <= {"challenge.repeat_share"}


def test_every_pattern_of_the_seed_names_something_or_is_awaited():
    empty = {i for element in framework.elements() for i in element.indicators() if i not in catalogue()}
    assert empty <= {"challenge.distance_km", "challenge.cross_border"}


def test_a_missing_indicator_of_the_seed_is_said():
    connection = build()
    headline.show(connection, catalogue().values())
    told = framework.reasons(connection, ["joint.nothing"], gap.Here({}))
    assert told == {"joint.nothing": "no indicator of this version"}


def test_what_may_be_exported_names_no_closed_source(answered):
    said = " ".join(r for row in answered.values() for r in row["reasons"])
    assert "a source that may not be redistributed" in said
    closed = [name for name, facts in ALL.items() if not facts.is_redistributable]
    assert closed
    assert not [name for name in closed if name in said]
    assert "it would come from autm" in gap.why_none(catalogue()["transfer.exclusive_share"], [], gap.Here({}))
