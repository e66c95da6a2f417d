"""The Triple Helix: exact values, a country's records, what an institution adds, and too few records."""

from dataclasses import replace

import numpy as np
import pytest

from pipelines.indicators import helix
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.compute import compute
from tests.indicators import hand_worked
from tests.indicators.hand_worked import Grant, P, look_up, ror

SYNERGY = replace(catalogue()["joint.grants"], id="joint.synergy_test", unit="mbit", aggregate="triple_helix",
                  interval="none", counting=("whole",), sized=(), intensities=("all",))  # fmt: skip


def counts(*cells):
    """Numbers of records by (u, i, g), from pairs of a triple and a number."""
    held = np.zeros((2, 2, 2))
    for triple, number in cells:
        held[triple] = number
    return held


def test_independent_bits():
    assert helix.millibits(np.ones((2, 2, 2))) == 0


def test_three_copies_of_one_fair_bit():
    assert helix.millibits(counts(((0, 0, 0), 5), ((1, 1, 1), 5))) == pytest.approx(1000)


def test_an_exclusive_or_is_all_synergy():
    xor = counts(((0, 0, 0), 1), ((1, 1, 0), 1), ((1, 0, 1), 1), ((0, 1, 1), 1))
    assert helix.millibits(xor) == pytest.approx(-1000)


def test_one_actor_that_is_always_there_says_nothing():
    # Within one university's records u is always 1: T = H(i) + H(g) − H(i) − H(g) − H(ig) + H(ig) = 0.
    own = counts(((1, 0, 0), 7), ((1, 1, 0), 11), ((1, 0, 1), 2), ((1, 1, 1), 5))
    assert helix.millibits(own) == pytest.approx(0, abs=1e-9)


def test_three_pairs_that_never_meet():
    # u, i or g alone, each a third: H = log2 3 − 2/3 for one, log2 3 for two and for three.
    alone = counts(((1, 0, 0), 1), ((0, 1, 0), 1), ((0, 0, 1), 1))
    one, pair = np.log2(3) - 2 / 3, np.log2(3)
    assert helix.millibits(alone) == pytest.approx(1000 * (3 * one - 3 * pair + pair))


def test_many_aggregates_at_once_and_none():
    both = np.stack([np.ones((2, 2, 2)), counts(((0, 0, 0), 5), ((1, 1, 1), 5)), np.zeros((2, 2, 2))])
    answers = helix.millibits(both)
    assert answers[:2] == pytest.approx([0, 1000])
    assert np.isnan(answers[2])
    for wrong in (np.ones((2, 2)), -np.ones((2, 2, 2))):
        with pytest.raises(ValueError, match="numbers of records"):
            helix.millibits(wrong)


def records(year, *kinds):
    """Grants of a year: of each kind (organisations) a number; one without an institution is alma's all the same."""
    return tuple(
        Grant(f"H{year}-{k}-{n}", f"{year}-02-01", tuple(P(o) if o else P("", name="Stranger") for o in orgs))
        for k, (number, orgs) in enumerate(kinds)
        for n in range(number)
    )


def world(*grants):
    connection = hand_worked.build(grants)
    compute(connection, hand_worked.SOURCES, [("alpha", "new")], [SYNERGY])
    return connection


def test_a_country_by_year():
    # 2016: half of 200 records have all three, half have none. 2017: 199 records are too few.
    grants = (*records(2016, (100, ("beta", "acme", "agency")), (100, ("",))), *records(2017, (199, ("beta", "acme"))))
    rows = {r["year"]: r for r in helix.by_country(world(*grants))}
    assert rows[2016]["mbit"] == pytest.approx(1000)
    assert (rows[2016]["records"], rows[2016]["country"]) == (200, "NL")
    assert (rows[2017]["mbit"], rows[2017]["records"]) == (None, 199)


def test_what_an_institution_adds():
    # Beta's 100 and 100 strangers are three copies of a bit (+1000). Alma's 100 + 100 pairs, u with i and u with
    # g, make it less.
    others = ((100, ("beta", "acme", "agency")), (100, ("",)))
    mine = ((100, ("alma", "acme")), (100, ("alma", "agency")))
    connection = world(*records(2016, *others, *mine))
    # A quarter each of uig, none, ui, ug: H(u) = h(3/4), H(i) = H(g) = 1, H(ui) = H(ug) = 3/2, H(ig) = 2, H(uig) = 2.
    h = -(3 / 4) * np.log2(3 / 4) - (1 / 4) * np.log2(1 / 4)
    whole = 1000 * (h + 1 + 1 - 1.5 - 1.5 - 2 + 2)
    found = {(r["institution_id"], r["year"]): r for r in helix.by_institution(connection)}
    assert found[ror("alma"), 2016]["synergy_mbit"] == pytest.approx(whole - 1000)
    assert found[ror("alma"), 2016]["without_mbit"] == pytest.approx(1000)
    row = look_up_synergy(connection, "alma", 2016)
    assert (row["value"], row["status"]) == (pytest.approx(whole - 1000), "published")


def look_up_synergy(connection, org, year):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hand_worked, "catalogue", lambda: {SYNERGY.id: SYNERGY})
        return look_up(connection, SYNERGY.id, org, year)


def test_too_few_records_without_the_institution():
    # 250 records, of which 100 are alma's: the other 150 are too few.
    connection = world(*records(2016, (150, ("beta", "acme")), (100, ("alma", "acme"))))
    assert (
        look_up_synergy(connection, "alma", 2016)["value"],
        look_up_synergy(connection, "alma", 2016)["status"],
    ) == (
        None,
        "no_data",
    )
    assert look_up_synergy(connection, "beta", 2016)["value"] is None


def test_an_institution_without_records_of_the_year_adds_nothing():
    grants = (*records(2016, (200, ("beta", "acme")), (50, ("",))), *records(2017, (1, ("alma", "acme"))))
    row = look_up_synergy(world(*grants), "alma", 2016)
    assert (row["value"], row["status"]) == (0, "published")
