"""What an explanation says in words, of values of the hand-worked world."""

from dataclasses import replace

import pytest

from pipelines import explanation_lines as lines
from pipelines.indicators.explain import explain
from tests.indicators import hand_worked


def told(world, indicator, org, year, sources=hand_worked.SOURCES):
    return explain(world, hand_worked.ror(org), indicator, year, sources=sources)


def interval(found):
    return lines.interval(found.values[0], found.indicator)


def test_an_interval_is_written_as_the_scorecard_writes_it(world):
    # 2 of 4: Wilson's 15.0 to 85.0 percent.
    assert interval(told(world, "joint.grant_share", "alma", 2015)) == "15–85 % (95 %, Wilson)"


@pytest.mark.parametrize(
    ("indicator", "org", "year", "says"),
    [
        ("joint.funding", "alma", 2015, "none: fewer than 30 amounts"),  # two grants
        ("joint.partners", "alma", 2015, "none: its units are not independent"),
        ("challenge.distance_km", "alma", 2017, "none: fewer than 6 values"),  # three places are known
        ("challenge.distance_km", "alma", 2020, ""),  # no value, and nothing to say of its interval
    ],
)
def test_where_there_is_no_interval_it_says_why(world, indicator, org, year, says):
    said = interval(told(world, indicator, org, year))
    assert said.startswith(says)
    assert bool(said) == bool(says)


def test_companies_that_stayed_are_named(world):
    # Alma's companies of 2015–2017 are acme, bolt and cedar; of 2018–2020 acme, cedar and newco.
    assert lines.again(told(world, "challenge.retention", "alma", 2020)) == "2 of 3: acme, cedar"
    # Of the new ones of 2019 newco is one; the other, cedar, was there before.
    assert lines.again(told(world, "challenge.new_partners", "alma", 2019)) == "1 of 2: cedar"


def test_nobody_is_named_where_nobody_is_looked_for_again(world):
    # A mean over years of their own, and a share of one set of companies.
    assert lines.again(told(world, "challenge.cross_border", "alma", 2017)) == ""
    assert lines.again(told(world, "joint.grants", "alma", 2015)) == ""


def test_partners_that_do_not_add_up_to_the_value_are_not_named(world):
    found = told(world, "challenge.retention", "alma", 2020)
    other = replace(found, values=(replace(found.values[0], denominator=4),))
    assert lines.again(other) == ""


def test_a_few_other_values_are_listed_and_how_many_more_there_are(world, monkeypatch):
    monkeypatch.setattr(lines, "OTHERS", 4)
    found = told(world, "joint.grants", "alma", 2015)
    every = lines.others(found, everything=True)
    few = lines.others(found, everything=False)
    assert len(every) > 4
    assert few[:-1] == every[:4]
    assert few[-1] == f"{len(every) - 4} more, by shares and finer: --all"
    # What is counted by shares comes last.
    by_shares = [said for said in every if "by shares" in said]
    assert by_shares
    assert every[-len(by_shares) :] == by_shares


def test_several_sources_are_told_apart(world):
    found = told(world, "joint.grants", "alma", 2015)
    twice = replace(found, values=(*found.values, replace(found.values[0], source="bursar")))
    assert all(said.startswith("alpha: ") for said in lines.others(twice, everything=True))


def test_sources_that_hold_nothing_of_an_institution_stand_together(world):
    found = told(world, "joint.grants", "hotel", 2016)
    assert lines.why(found, "Hotel") == ["the release holds no record of Hotel in alpha, bursar"]


def test_a_source_that_would_tell_it_and_is_not_there_is_named(world):
    # Both sources of this world tell of partners; if neither is known to, and a third is, that one is wanted.
    silent = {name: replace(source, observes={}) for name, source in hand_worked.SOURCES.items()}
    wanted = silent | {"charlie": hand_worked.SOURCES["alpha"]}
    found = told(world, "joint.grants", "hotel", 2016, wanted)
    assert lines.why(found, "Hotel") == ["charlie, which would tell it, is not in this release"]
