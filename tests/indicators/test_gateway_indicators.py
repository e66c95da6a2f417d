"""Training, incubation, outcomes, members, SMEs and early ends in the hand-worked world of awards, with arithmetic."""

import pytest

from pipelines.indicators.explain import explain
from tests.indicators import hand_worked, hand_worked_gateway
from tests.indicators.hand_worked_gateway import SOURCES

ALMA = hand_worked.ror("alma")


@pytest.fixture
def value(gateway):
    """The value and status of an indicator, whole and direct, of one source."""

    def look_up(*asked):
        found = [(row["value"], row["status"]) for row in hand_worked_gateway.look_up(gateway, *asked)]
        return found[0] if len(found) == 1 else found or None

    return look_up


@pytest.mark.parametrize(
    ("indicator", "org", "year", "source", "expected"),
    [
        # G1; G2 has no company
        ("talent.studentships", "alma", 2015, "gateway", 1),
        ("talent.studentships", "beta", 2015, "gateway", 0),
        # G3, led by a company
        ("talent.knowledge_transfer_partnerships", "alma", 2015, "gateway", 1),
        ("talent.knowledge_transfer_partnerships", "beta", 2015, "gateway", 1),
        # G3; in 2016 G4, a centre for doctoral training with a company, and not G5
        ("talent.programmes", "alma", 2015, "gateway", 1),
        ("talent.programmes", "alma", 2016, "gateway", 1),
        # U1, U2; U3 has no company
        ("talent.doctoral_networks", "alma", 2016, "union", 2),
        ("talent.industrial_doctorates", "alma", 2016, "union", 1),
        ("talent.industrial_doctorates", "beta", 2016, "union", 0),
        ("talent.programmes", "alma", 2016, "union", 2),
        # U1 with Acme, U4 with Cedar; Bolt of U2 is no SME
        ("sme.talent", "alma", 2016, "union", 2),
        ("sme.talent", "beta", 2016, "union", 1),
        # A1 once for its two years, A3 where it began; Beta only helps in A1
        ("talent.training_grants", "alma", 2014, "agency", 2),
        # A4 and A7; A5 is too early, A6 a site, A8 another programme
        ("venture.icorps", "alma", 2012, "agency", 2),
        ("venture.icorps", "alma", 2011, "agency", 0),
        # T1, T2, T3; T4 is SBIR, T5 names nobody
        ("venture.sttr", "alma", 2016, "firms", 3),
        # Newco on X, Acme on Y
        ("venture.sttr_firms", "alma", 2016, "firms", 2),
        ("venture.sttr_firms", "alma", 2017, "firms", 1),
        # S1 = S2 by number, S3 = S4 by name and year
        ("venture.reported_spin_outs", "alma", 2016, "gateway", 2),
        ("venture.reported_spin_outs", "alma", 2018, "gateway", 1),
        # I1, though two awards claim it
        ("transfer.reported_licensed", "alma", 2017, "gateway", 1),
        ("transfer.reported_licensed", "alma", 2016, "gateway", 0),
        # F1, F3, F4
        ("benefit.private_further_funding", "alma", 2017, "gateway", 3),
        ("benefit.private_further_funding_income", "alma", 2017, "gateway", 1500),
        # Bolt (by its daughter) and Acme in G6, Bolt in G7; Cedar pays only
        ("platform.members", "alma", 2016, "gateway", 2),
        ("platform.members", "alma", 2019, "gateway", 2),
        ("platform.members", "alma", 2020, "gateway", 0),
        ("platform.centres", "alma", 2016, "gateway", 2),
        ("platform.industry_centres", "alma", 2018, "gateway", 1),
        # A9 and the site A10; P30 is not the scheme of A11
        ("platform.centres", "alma", 2016, "agency", 2),
        ("platform.centres", "alma", 2018, "agency", 1),
    ],
)
def test_counts(value, indicator, org, year, source, expected):
    assert value(indicator, org, year, source) == (expected, "published")


def test_partners_of_every_source_that_names_them_are_counted(value):
    # G1, G3, G6; the KTP of four organisations is bilateral, the centre has three without its cofunder.
    assert value("joint.grants", "alma", 2015, "gateway", "all") == (3, "published")
    assert value("joint.grants", "alma", 2015, "gateway", "bilateral") == (3, "published")
    # Acme, Cedar as project partner, Bolt by its daughter.
    assert value("joint.partners", "alma", 2015, "gateway", "bilateral_small") == (3, "published")
    # T1 to T4: an SBIR award that names an institution has a partner as well.
    assert value("joint.grants", "alma", 2016, "firms", "all") == (4, "published")
    assert value("joint.partners", "alma", 2016, "firms", "bilateral_small") == (2, "published")


def test_joint_projects_that_end_early(value):
    # Ending 2018–2020 with a company and a state: U1, U2, U4, U5, U6, U7, U8. Terminated: U6; left: U7 by Cedar.
    found, status = value("challenge.early_end", "alma", 2020, "union", "all")
    assert (found, status) == (pytest.approx(2 / 7), "small_base")
    # 2017–2019: U11, U5, U6, U1, U2, U4; U11 was left, U6 terminated.
    assert value("challenge.early_end", "alma", 2019, "union", "all")[0] == pytest.approx(2 / 6)


def test_follow_on_success_of_smes(value):
    # Debuts in 2011 in one country: Acme went on, Cedar and Newco not: a rate of 1/3. Stateco is its own rate.
    # Echo: (1 − 1/3) + (0 − 1/3) + (0 − 0) over three SMEs; Bolt is none.
    found, status = value("sme.reputation", "echo", 2013, "circle")
    assert (found, status) == (pytest.approx(100 * (2 / 3 - 1 / 3) / 3), "small_base")
    assert value("sme.reputation", "hotel", 2013, "circle")[0] == pytest.approx(-100 / 3)
    # Acme's grant of 2013 with Foxtrot is not its first.
    assert value("sme.reputation", "foxtrot", 2013, "circle") == (None, "no_denominator")


def test_the_last_three_years_of_follow_on_are_partial(value):
    assert value("sme.reputation", "echo", 2017, "circle")[1] == "no_denominator"
    assert (
        value("sme.reputation", "echo", 2018, "circle") is None
        or value("sme.reputation", "echo", 2018, "circle")[0] is None
    )


def test_organisations_that_smes_meet(value, gateway):
    # 2015: Newco meets Beta and Almed. 2016: Newco knows Beta since 2015 and Hotel since 2011; Cedar meets
    # Stranger 1 in a grant of three and ten more in one of thirteen. Firms: Newco, Newco, Cedar.
    assert value("sme.network", "gamma", 2017, "circle", "bilateral_small") == (pytest.approx(3 / 3), "small_base")
    assert value("sme.network", "gamma", 2017, "circle", "all") == (pytest.approx(13 / 3), "small_base")
    rows = gateway.execute(
        """SELECT record_id, amount FROM evidence
        WHERE measure = 'sme_newly_met' AND institution_id = ? ORDER BY record_id""",
        [hand_worked.ror("gamma")],
    ).fetchall()
    assert rows == [("circle:C11", 2), ("circle:C12", 0), ("circle:C13", 10), ("circle:C14", 1)]


@pytest.mark.parametrize(
    ("indicator", "source"),
    [
        ("sme.talent", "gateway"),  # GtR tells no SMEs
        ("sme.network", "firms"),  # of STTR only firm and institution are known
        ("challenge.early_end", "gateway"),
        ("venture.sttr", "gateway"),
        ("talent.training_grants", "union"),
        ("platform.members", "agency"),  # members are not published
    ],
)
def test_what_a_source_does_not_tell_is_no_data(value, indicator, source):
    found = value(indicator, "alma", 2016, source)
    for row in [found] if isinstance(found, tuple) else found:
        assert row == (None, "no_data")


def test_outcomes_are_asked_of_sources_that_have_them(gateway):
    asked = gateway.execute("SELECT DISTINCT source FROM indicator WHERE indicator = 'transfer.reported_licensed'")
    assert asked.fetchall() == [("gateway",)]


def test_an_outcome_is_explained_by_name_and_link(gateway):
    found = explain(gateway, ALMA, "venture.reported_spin_outs", 2016, sources=SOURCES)
    assert [(r.record_id, r.title, r.record_url) for r in found.records] == [
        ("gateway:S1", "Widgets", "https://example.org/S1"),
        ("gateway:S3", "Quorvane", "https://example.org/S3"),
    ]


def test_parts_of_outcomes_and_of_records_tell_together(gateway):
    """The outcomes' parts hold no awards; the licence counts in years that the projects' part covers."""
    parts = gateway.execute("SELECT DISTINCT part FROM evidence WHERE measure = 'reported_licensed'").fetchall()
    assert parts == [("outcomes",)]
    years = gateway.execute(
        """SELECT min(year), max(year) FROM indicator
        WHERE indicator = 'transfer.reported_licensed' AND status = 'published'"""
    ).fetchall()
    assert years == [(2010, 2020)]


@pytest.mark.parametrize(
    ("indicator", "org", "year"),
    [("sme.reputation", "echo", 2013), ("sme.network", "gamma", 2017), ("challenge.early_end", "alma", 2020)],
)
def test_a_value_explains_itself(gateway, indicator, org, year):
    found = explain(gateway, hand_worked.ror(org), indicator, year, sources=SOURCES)
    assert found.records
    assert any(v.value is not None for v in found.values)
