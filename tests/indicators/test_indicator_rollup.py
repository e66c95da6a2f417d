"""Roll-up to parents: unions, recomputed shares, money, cycles and two parents."""

import pytest

from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.compute import compute
from tests.indicators import hand_worked
from tests.indicators.hand_worked import P, look_up, of


def test_union_of_records(value):
    # Alma 2017 with its school and delta: A07, A08, A09; A08 stands once though both are in it.
    assert value("joint.grants", "alma", 2017, rollup="with_children")["value"] == 3
    assert value("joint.grants", "alma", 2017)["value"] == 1


def test_shares_are_recomputed_for_the_union(value):
    # A07: 1 of 2. A08: n = 3 organisations, k = 2 of the family: 1 / (3 − 2 + 1). A09: 1 of 3.
    row = value("joint.grants", "alma", 2017, rollup="with_children", counting="fractional")
    assert row["value"] == pytest.approx(1 / 2 + 1 / 2 + 1 / 3)


def test_a_cycle_gives_both_members_the_same_family(value):
    for indicator in ("joint.grants", "joint.funding", "joint.partners"):
        theirs = [value(indicator, org, 2017, rollup="with_children")["value"] for org in ("alma", "almed")]
        assert theirs[0] == theirs[1]
    # Both of the family's grants with SMEs are the school's own: nothing differs, and there is no row.
    assert value("sme.r_and_d_received", "almed", 2017, rollup="with_children") is None
    assert value("sme.r_and_d_received", "almed", 2017)["value"] == 130


def test_a_child_of_two_parents_counts_for_both(value):
    # A05 of 2016 is delta's: Beta has it by its child alone.
    assert value("joint.grants", "beta", 2016)["value"] == 0
    assert value("joint.grants", "beta", 2016, rollup="with_children")["value"] == 1
    # Alma is in A05 itself; 2 organisations of its family among 4.
    row = value("joint.grants", "alma", 2016, rollup="with_children", counting="fractional")
    assert row["value"] == pytest.approx(1 / (4 - 2 + 1) + 1 / 11)


def test_rows_only_where_they_differ(value):
    # A09 is Beta's own: with delta it is the same grant, but a larger part of it.
    assert value("joint.grants", "beta", 2017, rollup="with_children") is None
    row = value("joint.grants", "beta", 2017, rollup="with_children", counting="fractional")
    assert row["value"] == pytest.approx(1 / 2)
    assert value("joint.grants", "gamma", 2015, rollup="with_children") is None


def test_own_money_adds_up_over_members(value):
    # 2017. A07: 70. A08: 60 + 40. A09: delta's 20.
    assert value("joint.funding", "alma", 2017, rollup="with_children")["value"] == 190
    # 2016. A05: Alma's is not told, delta has 40. A06: 10.
    assert value("joint.funding", "alma", 2016, rollup="with_children")["value"] == 50


def test_money_of_the_record_stands_once(value):
    # 2015–2017. Directly 260 of 779 (A08 among it); A07 adds 30 of 100, A09 70 of 100.
    row = value("challenge.budget_split", "alma", 2017, rollup="with_children")
    assert (row["numerator"], row["denominator"]) == (360, 979)
    # 2017. A07: acme 30. A08: acme 100, once for two members of the family.
    assert value("sme.r_and_d_received", "alma", 2017, rollup="with_children")["value"] == 130
    # 2015–2017. 90 of 150 directly; A05's cedar once; A07 adds 30 of 60.
    row = value("sme.r_and_d_cost", "alma", 2017, rollup="with_children")
    assert (row["numerator"], row["denominator"]) == (120, 210)


def test_partners_of_the_family(value):
    # 2017: acme in A07 and A08, the state's company in A09.
    assert value("joint.partners", "alma", 2017, rollup="with_children")["value"] == 2


def test_a_parent_without_records_of_its_own():
    grants = (hand_worked.Grant("C1", "2016-01-01", of(P("delta", 1), P("acme", 1))),)
    connection = hand_worked.build(grants, [("hotel", "delta"), ("hotel", "hotel")])
    compute(connection, hand_worked.SOURCES, [("alpha", "new")], [catalogue()["joint.grants"]])
    assert look_up(connection, "joint.grants", "hotel", 2016) is None
    assert look_up(connection, "joint.grants", "hotel", 2016, rollup="with_children")["value"] == 1
