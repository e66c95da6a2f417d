"""Indicators of patents in the hand-worked world, with the arithmetic beside them."""

import pytest

from pipelines.indicators import interval
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.compute import compute
from pipelines.indicators.explain import explain
from pipelines.pages import indicator_page
from tests.indicators import hand_worked_patents
from tests.indicators.hand_worked import ror
from tests.indicators.hand_worked_patents import SOURCES, look_up


@pytest.mark.parametrize(
    ("org", "year", "whole", "fractional"),
    [
        # P1, P2 (through the foundation), P4, and half of P3; D5 is a design, P6 was withdrawn.
        ("alma", 2001, 4, 3.5),
        # P7; half of P8 with Beta; P9 whole, as a person takes no share; P10 by two names, one owner, half beside
        # Bolt UK; half of P11, as a stranger is an owner too.
        ("alma", 2005, 5, 3.5),
        # Half of P12: Acme owns a part alone, and is an owner all the same. R14 is a reissue.
        ("alma", 2006, 1, 0.5),
        # Half of P15, beside an agency; whether it was withdrawn is not told.
        ("alma", 2007, 1, 0.5),
        ("alma", 2008, 0, None),
        ("beta", 2005, 1, 0.5),
        # P41: two that no one knows are two.
        ("beta", 2012, 1, 0.333333333),
        # A third of P13.
        ("gamma", 2006, 1, 0.333333333),
    ],
)
def test_patents_granted(patented, org, year, whole, fractional):
    row = look_up(patented, "transfer.patents_granted", org, year)
    low, high = interval.poisson(whole)
    assert (row["value"], row["status"], row["source"]) == (whole, "published", "register")
    assert (row["lower"], row["upper"]) == (pytest.approx(float(low)), pytest.approx(float(high)))
    shared = look_up(patented, "transfer.patents_granted", org, year, "fractional")
    assert (shared and shared["value"]) == fractional


def test_how_many_owners_have_a_known_sector(patented):
    # 2005, parties by name: Alma of P7; Beta, Alma of P8; Alma of P9 (persons have no row); the foundation, Alma and
    # Bolt UK of P10; Alma and the stranger of P11, who alone is not known. 2008: no patent, no owner.
    assert look_up(patented, "transfer.patents_granted", "alma", 2005)["coverage_sector"] == pytest.approx(8 / 9)
    assert look_up(patented, "transfer.patents_granted", "alma", 2008)["coverage_sector"] is None


def test_the_first_named_rule_differs_from_all_owners(patented):
    """The rule of the USPTO and the NAI: utility, first-named assignee, calendar year, names consolidated.

    2001: of four patents P3 names Acme first. 2005: of five, P8 names Beta first and P9 a person; P10 names Alma's
    holder first, and holders' names are Alma's. So three each year where Alma owns four and five.
    """
    for year, owned, first in ((2001, 4, 3), (2005, 5, 3), (2006, 1, 1)):
        assert look_up(patented, "transfer.patents_granted", "alma", year)["value"] == owned
        assert look_up(patented, "transfer.first_named_patents", "alma", year)["value"] == first
    # P8 counts for Beta by both rules; P34 of 2009 names Acme before Alma.
    assert look_up(patented, "transfer.first_named_patents", "beta", 2005)["value"] == 1
    assert look_up(patented, "transfer.patents_granted", "alma", 2009)["value"] == 1
    assert look_up(patented, "transfer.first_named_patents", "alma", 2009)["value"] == 0


def test_a_patent_counts_once_for_mother_and_daughter(patented):
    # P40: Alma, Almed and Acme. Each a third; rolled up they are one of two owners.
    assert look_up(patented, "transfer.patents_granted", "alma", 2010, "fractional")["value"] == 0.333333333
    assert look_up(patented, "transfer.patents_granted", "almed", 2010)["value"] == 1
    rolled = look_up(patented, "transfer.patents_granted", "alma", 2010, "fractional", rollup="with_children")
    assert rolled["value"] == 0.5


def test_an_incomplete_year_is_partial(patented):
    row = look_up(patented, "transfer.patents_granted", "beta", 2016)
    assert (row["value"], row["status"]) == (1, "partial_year")


@pytest.mark.parametrize(
    ("org", "year", "counting", "joint", "all_"),
    [
        ("alma", 2001, "whole", 1, 4),  # P3
        ("alma", 2005, "whole", 1, 5),  # P10; the stranger of P11 is no company, nor are Beta and a person
        ("alma", 2005, "fractional", 0.5, 3.5),
        ("alma", 2007, "whole", 0, 1),  # P15 with an agency
        ("gamma", 2006, "whole", 1, 1),  # P13, with two
    ],
)
def test_patents_with_companies(patented, org, year, counting, joint, all_):
    count = look_up(patented, "joint.co_patents", org, year, counting)
    assert (count["value"] if count else 0) == joint
    share = look_up(patented, "joint.co_patent_share", org, year, counting)
    assert (share["numerator"], share["denominator"], share["status"]) == (joint, all_, "small_base")
    assert share["value"] == pytest.approx(joint / all_)


def of_register(patented, id_, org, year, **more):
    return look_up(patented, id_, org, year, source="register", **more)


def test_partners_of_patents_are_companies_at_their_top(patented):
    partners = patented.execute(
        """SELECT e.year, o.name FROM evidence AS e JOIN organisation AS o ON o.organisation_id = e.partner_id
        WHERE e.measure = 'joint_partners' AND e.source = 'register' AND e.institution_id = ? ORDER BY ALL""",
        [ror("alma")],
    ).fetchall()
    # P3, P10 (Bolt UK), P12, P34, P40: never Almed, Beta, the holder or the agency.
    assert partners == [(2001, "acme"), (2005, "bolt"), (2006, "acme"), (2009, "acme"), (2010, "acme")]
    row = of_register(patented, "joint.partners", "gamma", 2006)
    assert (row["value"], row["source"], row["status"]) == (2, "register", "published")
    assert of_register(patented, "joint.partners", "alma", 2008)["value"] == 0
    assert of_register(patented, "joint.partners", "gamma", 2006, intensity="bilateral")["value"] == 2


def test_partners_that_come_back(patented):
    # Alma 2004–2006: Bolt and Acme; 2007–2009: Acme alone.
    row = of_register(patented, "challenge.retention", "alma", 2009)
    assert (row["numerator"], row["denominator"], row["value"]) == (1, 2, 0.5)
    # Alma 2006: Acme, met in 2001; 2005 met Bolt for the first time.
    assert of_register(patented, "challenge.repeat_share", "alma", 2006)["value"] == 1
    assert of_register(patented, "challenge.new_partners", "alma", 2006)["value"] == 0
    # Gamma 2004–2007: Cedar and Acme in P13 and P16, two with two each; in 2006 P13 alone.
    assert of_register(patented, "joint.h_partner", "gamma", 2007)["value"] == 2
    assert of_register(patented, "joint.h_partner", "gamma", 2006)["value"] == 1
    # Alma 2006–2009: Acme in P12 and P34. Five years: Acme twice, Bolt once in 2005–2009; each once in 2001–2005.
    assert of_register(patented, "joint.h_partner", "alma", 2009)["value"] == 1
    assert of_register(patented, "joint.repeat_partners", "alma", 2009)["value"] == 1
    assert of_register(patented, "joint.repeat_partners", "alma", 2005)["value"] == 0
    assert of_register(patented, "joint.repeat_partners", "gamma", 2007)["value"] == 2
    top = of_register(patented, "joint.top_partner_share", "alma", 2009)
    assert (top["numerator"], top["denominator"], top["status"]) == (2, 3, "small_base")
    assert top["value"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("org", "year", "whole", "fractional"),
    [
        ("alma", 2003, 1, 1),  # 55555555, by the earliest priority of all its documents
        # 11111111, once for two documents and half beside Acme; 33333333 whole, as a person takes no share.
        # 22222222 has no document of the EPO or the US.
        ("alma", 2004, 2, 1.5),
        ("alma", 2005, 1, 0.5),  # 44444444 with Beta
        ("beta", 2005, 1, 0.5),
    ],
)
def test_families(patented, org, year, whole, fractional):
    row = look_up(patented, "transfer.families", org, year)
    assert (row["value"], row["status"], row["source"]) == (whole, "published", "bureau")
    assert look_up(patented, "transfer.families", org, year, "fractional")["value"] == fractional


def test_patents_by_expenditure(patented):
    # 2005–2007: 5 + 1 + 1 patents over the 20 + 30 + 50 million of 2003–2005; shares 3.5 + 0.5 + 0.5.
    row = look_up(patented, "transfer.patents_per_100m", "alma", 2007)
    low, high = interval.poisson(7)
    assert (row["numerator"], row["denominator"], row["currency"], row["status"]) == (7, 100e6, "USD", "published")
    assert row["value"] == pytest.approx(7)
    assert (row["lower"], row["upper"]) == (pytest.approx(float(low)), pytest.approx(float(high)))
    assert look_up(patented, "transfer.patents_per_100m", "alma", 2007, "fractional")["value"] == pytest.approx(4.5)
    # 2009: of 2005–2007 one year has expenditure.
    assert look_up(patented, "transfer.patents_per_100m", "alma", 2009)["status"] == "no_data"


def test_companies_that_cite(patented):
    """Patents granted to Alma in 2005, cited within five years.

    P32 cites two of them and counts once. P35 cites P7 on the last day of its five years. P36 comes a day late for
    P7, and in time for P8; P37 a day late for P8. P30 belongs to a stranger, P31 to Beta, D33 is a design, and P34
    belongs to Alma itself, with Acme: Beta's P8 is cited by it all the same.
    """
    row = look_up(patented, "transfer.cited_by_companies", "alma", 2005)
    assert (row["value"], row["status"], row["years_used"]) == (3, "published", 6)
    assert look_up(patented, "transfer.cited_by_companies", "beta", 2005)["value"] == 2  # P34, P36
    assert look_up(patented, "transfer.cited_by_companies", "alma", 2010)["value"] == 0
    # 2011 needs 2016, which is not complete; 2012 needs 2017.
    assert look_up(patented, "transfer.cited_by_companies", "alma", 2011)["status"] == "partial_year"
    assert look_up(patented, "transfer.cited_by_companies", "alma", 2012)["status"] == "no_data"


@pytest.mark.parametrize(
    ("stage", "whole", "fractional"),
    [
        # P1 and P2 were paid; P4 expired, was paid late and revived; P3, half of it Alma's, was not paid.
        ("", 3, 3),
        # P1; P4 on the third day after the last; P2 expired.
        ("_8", 2, 2),
        # P1 alone: P4 expired, and P2 and P3 had before.
        ("_12", 1, 1),
    ],
)
def test_patents_kept_alive(patented, stage, whole, fractional):
    id_ = f"transfer.maintained_share{stage}"
    row = look_up(patented, id_, "alma", 2001)
    assert (row["numerator"], row["denominator"], row["status"]) == (whole, 4, "small_base")
    assert row["value"] == whole / 4
    shared = look_up(patented, id_, "alma", 2001, "fractional")
    assert (shared["numerator"], shared["denominator"]) == (fractional, 3.5)
    assert shared["value"] == pytest.approx(fractional / 3.5)


def test_a_patent_that_expired_was_not_kept(patented):
    # 2005: P8 was paid; P7 was paid as well and expired, and was not revived.
    row = look_up(patented, "transfer.maintained_share", "alma", 2005)
    assert (row["numerator"], row["denominator"]) == (1, 5)


def test_a_patent_of_before_the_fees_owes_none(patented):
    assert look_up(patented, "transfer.patents_granted", "beta", 2001)["value"] == 1
    assert look_up(patented, "transfer.maintained_share", "beta", 2001)["status"] == "no_denominator"


def test_a_cohort_counts_once_its_window_has_closed(patented):
    # The fees end in June 2014: the last of 2009 could pay until December 2013, the last of 2010 still can.
    row = look_up(patented, "transfer.maintained_share", "alma", 2009)
    assert (row["numerator"], row["denominator"]) == (0, 1)
    assert look_up(patented, "transfer.maintained_share", "alma", 2010)["status"] == "no_denominator"
    # 2012 needs the patents of 2016, which are not all there; 2013 those of 2017.
    assert look_up(patented, "transfer.maintained_share", "alma", 2012)["status"] == "partial_year"
    assert look_up(patented, "transfer.maintained_share", "alma", 2013)["status"] == "no_data"
    # Of 2005 the second window closed in 2013, of 2006 it did not.
    assert look_up(patented, "transfer.maintained_share_8", "alma", 2005)["denominator"] == 5
    assert look_up(patented, "transfer.maintained_share_8", "alma", 2006)["denominator"] == 0


def test_without_the_file_of_fees_there_is_no_data():
    connection = hand_worked_patents.build(without=("fees",))
    share = catalogue()["transfer.maintained_share"]
    compute(connection, SOURCES, [part for part in hand_worked_patents.PARTS if part[0] != "fees"], [share])
    row = look_up(connection, share.id, "alma", 2001)
    assert (row["value"], row["status"]) == (None, "no_data")
    said = explain(connection, ror("alma"), share.id, 2001, sources=SOURCES).reason
    assert said == {"register": "register: no source of the release tells maintenance_fees"}
    assert "- Needs besides, of any source: maintenance_fees\n" in indicator_page(share)


def test_rights_of_the_government(patented):
    # 2005–2007: P7, P8 and P15 of seven; by share 1 + 0.5 + 0.5 of 4.5.
    row = look_up(patented, "challenge.government_rights", "alma", 2007)
    assert (row["numerator"], row["denominator"], row["status"]) == (3, 7, "small_base")
    assert row["value"] == pytest.approx(3 / 7)
    shared = look_up(patented, "challenge.government_rights", "alma", 2007, "fractional")
    assert (shared["numerator"], shared["denominator"]) == (2, 4.5)
    assert shared["value"] == pytest.approx(2 / 4.5)


def test_the_patents_behind_a_value_have_titles_and_links(patented):
    told = explain(patented, ror("alma"), "joint.co_patent_share", 2005, sources=SOURCES)
    assert [(r.side, r.record_id, r.title, r.starts_on.isoformat()) for r in told.records][:2] == [
        ("numerator", "us:7000010", "Title of P10", "2005-11-01"),
        ("denominator", "us:7000007", "Title of P7", "2005-02-01"),
    ]
    assert {r.record_url for r in told.records if r.record_id == "us:7000007"} == {
        "https://ppubs.uspto.gov/pubwebapp/external.html?q=(7000007).pn."
    }
    family = explain(patented, ror("beta"), "transfer.families", 2005, sources=SOURCES).records
    assert [(r.record_id, r.record_url) for r in family] == [("epo:EP.4.A1", "https://example.org/EP.4.A1")]
    partners = explain(patented, ror("gamma"), "joint.partners", 2006, sources=SOURCES).records
    assert {(r.title, r.partner_name) for r in partners} == {("Title of P13", "acme"), ("Title of P13", "cedar")}
