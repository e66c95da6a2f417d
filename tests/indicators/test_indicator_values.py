"""Every indicator's value in the hand-worked world, with the arithmetic beside it."""

import pytest

from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.compute import compute
from tests.indicators import hand_worked
from tests.indicators.hand_worked import P


def same(row, value, numerator=None, denominator=None):
    assert row is not None
    assert row["value"] == pytest.approx(value, abs=1e-9)
    assert row["numerator"] == pytest.approx(numerator)
    assert row["denominator"] == pytest.approx(denominator)


@pytest.mark.parametrize(
    ("org", "year", "dimensions", "grants"),
    [
        ("alma", 2015, {}, 2),  # A01 and A02; A03 is Alma alone, A04 has no company
        ("alma", 2015, {"counting": "fractional"}, 1 / 2 + 1 / 3),
        ("alma", 2016, {}, 2),  # A05, A06
        ("alma", 2016, {"counting": "fractional"}, 1 / 4 + 1 / 11),  # strangers are organisations too
        ("alma", 2015, {"intensity": "bilateral"}, 2),  # 2 and 3 organisations: Alma's three rows are one
        ("alma", 2016, {"intensity": "small"}, 1),  # A05 has 4
        ("alma", 2016, {"intensity": "consortium"}, 1),  # A06 has 11
        ("alma", 2015, {"partner": "sme"}, 1),  # A01 with acme
        ("alma", 2015, {"partner": "large"}, 1),  # A02 with bolt
        ("alma", 2016, {"partner": "sme"}, 1),  # A05 with cedar
        ("alma", 2016, {"partner": "large"}, 2),  # A05 with bolt's subsidiary, A06 with bolt
        ("alma", 2019, {"partner": "sme"}, 1),  # A12 with cedar
        ("gamma", 2015, {}, 1),  # A02: institutes count as universities do
        ("beta", 2010, {}, 1),  # A00
        ("foxtrot", 2018, {}, 1),  # B01; B03 is Foxtrot alone
    ],
)
def test_joint_grants(value, org, year, dimensions, grants):
    same(value("joint.grants", org, year, **dimensions), grants)


def test_unknown_size_of_a_partner_is_no_size(value):
    # A12 has cedar (an SME) and newco (not told), A13 newco alone: neither says "large".
    assert value("joint.grants", "alma", 2019, partner="large") is None
    assert value("joint.grants", "alma", 2020, partner="sme") is None


def test_joint_grant_share(value):
    # Alma 2015: A01, A02 of A01–A04. By shares (1/2 + 1/3) of (1/2 + 1/3 + 1 + 1/2).
    same(value("joint.grant_share", "alma", 2015), 2 / 4, 2, 4)
    fractional = value("joint.grant_share", "alma", 2015, counting="fractional")
    same(fractional, (5 / 6) / (14 / 6), 5 / 6, 14 / 6)
    same(value("joint.grant_share", "alma", 2015, partner="sme"), 1 / 4, 1, 4)
    # Foxtrot 2018: B01 of B01 and B03.
    same(value("joint.grant_share", "foxtrot", 2018), 1 / 2, 1, 2)


def test_joint_grant_share_among_collaborative_grants(value):
    # Alma 2015: A01, A02 of A01, A02, A04; the ERC grant A03 is left out.
    same(value("joint.grant_share_collaborative", "alma", 2015), 2 / 3, 2, 3)
    # 2020: A13 is an individual fellowship, though a company is in it.
    assert value("joint.grant_share_collaborative", "alma", 2020)["status"] == "no_denominator"


def test_joint_funding(value):
    # A01: 100. A02: 200 + 30 as third party + 20 through the holder. A03, A04 are not joint.
    same(value("joint.funding", "alma", 2015), 350)
    # A05 does not tell Alma's amount and adds nothing, A06: 10.
    same(value("joint.funding", "alma", 2016), 10)
    # B01: 1,000 dollars at 1.25 dollars to the euro.
    same(value("joint.funding", "foxtrot", 2018), 800)


def test_joint_partners(value):
    same(value("joint.partners", "alma", 2015), 2)  # acme, bolt
    # 2016: bolt through its subsidiary, and cedar in A05; A06 with bolt is a consortium.
    same(value("joint.partners", "alma", 2016), 2)
    same(value("joint.partners", "alma", 2016, intensity="all"), 2)  # bolt counts once
    same(value("joint.partners", "alma", 2016, intensity="consortium"), 1)
    same(value("joint.partners", "alma", 2016, partner="sme"), 1)  # cedar
    same(value("joint.partners", "alma", 2016, partner="large"), 1)  # bolt
    same(value("joint.partners", "beta", 2017), 1)  # the state's company stays a company


def test_a_company_of_the_state_is_not_rolled_up_to_the_state(world):
    partners = world.execute(
        """SELECT DISTINCT partner_id FROM evidence
        WHERE measure = 'joint_partners' AND record_id = 'alpha:A09'"""
    ).fetchall()
    assert partners == [(hand_worked.ror("stateco"),)]


def test_tripartite(value):
    same(value("joint.tripartite_grants", "alma", 2015), 1)  # A02: alma, bolt, gamma
    same(value("joint.tripartite_grants", "gamma", 2015), 1)
    same(value("joint.tripartite_grants", "alma", 2016), 1)  # A05 with delta; A06 has no institute
    same(value("joint.tripartite_grants", "alma", 2016, counting="fractional"), 1 / 4)
    same(value("joint.tripartite_share", "alma", 2015), 1 / 2, 1, 2)
    same(value("joint.tripartite_share", "alma", 2017), 0, 0, 1)  # A08: universities and a company


def test_budget_split(value):
    # 2015–2017. A01: 50 of 150. A02: 100 of 200 + 30 + 20 + 100 + 50. A05 is left out (Alma's amount is not
    # told). A06: 10 of 10 + 10 + 9 × 1. A08: 100 of 200.
    same(value("challenge.budget_split", "alma", 2017), 260 / 779, 260, 779)
    # 2018–2020. A11: 50 of 100, the associated partner has no money to tell. A12: 30 + 60 of 100. A13: 0 of
    # 20, the company takes part without money.
    same(value("challenge.budget_split", "alma", 2020), 140 / 220, 140, 220)


def test_ratios_of_money_are_formed_in_the_currency_of_the_records(value):
    # Dollars of 2019 have no rate into euro, and a ratio needs none. B01: 250 of 1,250; B02: 100 of 400.
    same(value("challenge.budget_split", "foxtrot", 2019), 350 / 1650, 350, 1650)


def test_ratios_over_several_currencies_are_formed_in_euro():
    # 100 dollars at 1.25 to the euro are 80 euro: 80 of 160, and 10 of 40 in euro.
    grants = (
        hand_worked.Grant("C1", "2018-01-01", (P("alma", 100), P("acme", 100)), currency="USD"),
        hand_worked.Grant("C2", "2018-01-01", (P("alma", 30), P("acme", 10))),
        hand_worked.Grant("C3", "2017-01-01", (P("beta", 30),)),
    )
    connection = hand_worked.build(grants)
    split = catalogue()["challenge.budget_split"]
    compute(connection, hand_worked.SOURCES, [("alpha", "new")], [split])
    same(hand_worked.look_up(connection, split.id, "alma", 2018), 90 / 200, 90, 200)


def test_retention(value):
    # Alma's companies of 2015–2017: acme, bolt, cedar; of 2018–2020: acme, cedar, newco.
    same(value("challenge.retention", "alma", 2020), 2 / 3, 2, 3)
    # In 2016–2018 acme, bolt, cedar; of them in 2019–2021 bolt and cedar.
    same(value("challenge.retention", "alma", 2021), 2 / 3, 2, 3)
    same(value("challenge.retention", "beta", 2015), 0, 0, 1)  # bolt in 2010 only


def test_repeat_and_new_partners(value):
    # 2019: cedar was there in 2016, newco never.
    same(value("challenge.repeat_share", "alma", 2019), 1 / 2, 1, 2)
    same(value("challenge.new_partners", "alma", 2019), 1 / 2, 1, 2)
    # 2018: acme was there in 2015 and 2017. 2020: newco was there in 2019.
    same(value("challenge.repeat_share", "alma", 2018), 1, 1, 1)
    same(value("challenge.new_partners", "alma", 2020), 0, 0, 1)


def test_sme_cost_and_money(value):
    # 2015–2017, both known. A01: acme 50 of 100. A05: cedar 40 of 50. A08: acme's cost is not known.
    same(value("sme.r_and_d_cost", "alma", 2017), 90 / 150, 90, 150)
    # Money received needs no cost.
    same(value("sme.r_and_d_received", "alma", 2017), 100)
    same(value("sme.r_and_d_received", "alma", 2016), 40)


def test_coverage_of_sectors(value):
    # 2016: of A05's 4 parties and A06's 11, nine are strangers.
    assert value("joint.grants", "alma", 2016)["coverage_sector"] == pytest.approx(6 / 15)
    assert value("joint.grants", "alma", 2016, intensity="small")["coverage_sector"] == 1
    # Rows of the grant, not organisations: A02 has 5, A01 2; all known.
    assert value("joint.grants", "alma", 2015)["coverage_sector"] == 1


def test_intervals(value):
    # Wilson for 2 of 4: centre (0.5 + z²/8) / (1 + z²/4) = 0.5, half-width z √(1/16 + z²/64) / (1 + z²/4).
    z2 = 3.841458820694124
    half = (z2 * (1 / 16 + z2 / 64)) ** 0.5 / (1 + z2 / 4)
    row = value("joint.grant_share", "alma", 2015)
    assert (row["lower"], row["upper"], row["basis"]) == (
        pytest.approx(0.5 - half),
        pytest.approx(0.5 + half),
        "wilson",
    )
    # Exact Poisson for a count of 0: −ln 0.025 = 3.6889; money under 30 records has none.
    assert value("joint.grants", "echo", 2016)["upper"] == pytest.approx(3.688879, abs=1e-5)
    assert value("joint.grants", "echo", 2016)["basis"] == "stability"
    assert (value("joint.funding", "alma", 2015)["lower"], value("joint.funding", "alma", 2015)["basis"]) == (
        None,
        "none",
    )
    assert value("joint.partners", "alma", 2015)["basis"] == "none"
