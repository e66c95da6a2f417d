"""Borders and distance in the hand-worked world: companies on one meridian, a degree of which is 111.195 km."""

from math import pi

import pytest

from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.compute import compute
from pipelines.indicators.explain import explain
from tests.indicators import hand_worked
from tests.indicators.hand_worked import Grant, P, look_up, ror

DEGREE = 2 * pi * 6371.0088 / 360


def test_partners_abroad(value):
    # Alma 2015–2017: Acme and Cedar at home; Bolt (A02) in Germany, its British company (A05) in Britain.
    row = value("challenge.cross_border", "alma", 2017)
    assert (row["value"], row["numerator"], row["denominator"]) == (2 / 4, 2, 4)
    assert (row["status"], row["basis"]) == ("small_base", "wilson")
    # 2018–2020: Acme, Cedar, and Newco, whose country nobody knows.
    row = value("challenge.cross_border", "alma", 2020)
    assert (row["value"], row["numerator"], row["denominator"]) == (0, 0, 2)


def test_distance_to_partners(value):
    # Acme one degree away, Bolt three, its British company four; Cedar's place is not known: three of four are.
    row = value("challenge.distance_km", "alma", 2017)
    assert row["value"] == pytest.approx(3 * DEGREE)
    assert (row["status"], row["unit"], row["lower"]) == ("small_base", "km", None)
    # 2018–2020: of Acme, Cedar and Newco one is known.
    row = value("challenge.distance_km", "alma", 2020)
    assert (row["value"], row["status"]) == (None, "no_data")


def test_a_company_stands_once_however_many_grants():
    # Acme in three grants, Bolt in one: the median of one and three degrees, not of one, one, one and three.
    grants = (
        *(Grant(f"G{n}", "2016-01-01", (P("alma"), P("acme"))) for n in range(3)),
        Grant("G3", "2017-01-01", (P("alma"), P("bolt"))),
        Grant("G4", "2018-01-01", (P("beta"),)),
    )
    row = look_up(_formed(grants), "challenge.distance_km", "alma", 2018)
    assert row["value"] == pytest.approx(2 * DEGREE)


def test_six_pairs_are_a_base():
    # One to four degrees; the places of Cedar and Newco are not known: four of six are enough to say, few to publish.
    grants = (
        Grant("G0", "2015-01-01", (P("alma"), P("acme"), P("bolt"))),
        Grant("G1", "2016-01-01", (P("alma"), P("bolt_uk"), P("stateco"))),
        Grant("G2", "2017-01-01", (P("alma"), P("cedar"), P("newco"))),
    )
    row = look_up(_formed(grants), "challenge.distance_km", "alma", 2017)
    assert (row["value"], row["status"]) == (pytest.approx((2 + 3) / 2 * DEGREE), "small_base")


def test_a_median_of_six_lies_between_the_ends(monkeypatch):
    # Six companies one to six degrees away: the middle is three and a half, and the extremes hold the median.
    companies = ("acme", "bolt", "bolt_uk", "cedar", "newco", "stateco")
    for degrees, org in enumerate(companies, start=1):
        monkeypatch.setitem(hand_worked.PLACE, org, ("NL", 50.0 + degrees, 5.0))
    grants = tuple(Grant(f"G{n}", f"{2015 + n % 3}-01-01", (P("alma"), P(org))) for n, org in enumerate(companies))
    row = look_up(_formed(grants), "challenge.distance_km", "alma", 2017)
    assert row["value"] == pytest.approx(3.5 * DEGREE)
    assert (row["status"], row["basis"]) == ("published", "order_statistics")
    assert (row["lower"], row["upper"]) == (pytest.approx(DEGREE), pytest.approx(6 * DEGREE))


def test_across_the_date_line(monkeypatch):
    # 179° east and 179° west on the equator are two degrees apart.
    monkeypatch.setitem(hand_worked.PLACE, "alma", ("NL", 0.0, 179.0))
    monkeypatch.setitem(hand_worked.PLACE, "acme", ("NL", 0.0, -179.0))
    grants = tuple(Grant(f"G{n}", f"{2015 + n}-01-01", (P("alma"), P("acme"))) for n in range(3))
    assert look_up(_formed(grants), "challenge.distance_km", "alma", 2017)["value"] == pytest.approx(2 * DEGREE)


def test_consortia_are_left_out_of_the_headline():
    strangers = tuple(P("", name=f"Stranger {n}") for n in range(9))
    grants = tuple(Grant(f"G{n}", f"{2015 + n}-01-01", (P("alma"), P("bolt"), *strangers)) for n in range(3))
    connection = _formed(grants)
    assert look_up(connection, "challenge.cross_border", "alma", 2017)["status"] == "no_denominator"
    assert look_up(connection, "challenge.cross_border", "alma", 2017, intensity="all")["value"] == 1


def test_a_family_has_no_distance_of_its_own(world):
    rolled = "SELECT count(*) FROM indicator WHERE indicator = 'challenge.distance_km' AND rollup = 'with_children'"
    assert world.execute(rolled).fetchall() == [(0,)]


def test_why_there_is_no_distance(world):
    found = explain(world, ror("alma"), "challenge.distance_km", 2020, sources=hand_worked.SOURCES)
    assert found.reason["alpha"] == "alpha: fewer than 60% of the partners tell it"


def _formed(grants):
    connection = hand_worked.build(grants)
    chosen = [catalogue()[id_] for id_ in ("challenge.cross_border", "challenge.distance_km")]
    compute(connection, hand_worked.SOURCES, [("alpha", "new")], chosen)
    return connection
