"""Indicators of conveyances and title in the hand-worked world, with the arithmetic beside them."""

import datetime as dt

import pytest

from pipelines.indicators.awarded_evidence import HOLDERS
from pipelines.indicators.explain import explain
from tests.indicators.hand_worked import ror
from tests.indicators.hand_worked_patents import SOURCES, look_up


def years(since: str, until: str) -> float:
    return (dt.date.fromisoformat(until) - dt.date.fromisoformat(since)).days / 365.25


@pytest.mark.parametrize(
    ("id_", "org", "year", "value"),
    [
        # Recordations 1, 2, 11 (91 days after the filing) and 13 (by the day of recording, of two institutions).
        # No deal: 3 from an employee, 4, 19 and 20 to the government, 5 to the holder, 6 back in time, 7 a
        # correction, 8 passing on within the day, 14 taken back, 16–18 options, securities, mergers.
        ("transfer.assignments_to_companies", "alma", 2008, 4),
        ("transfer.assignments_to_companies", "beta", 2008, 1),
        ("transfer.assignments_to_companies", "alma", 2009, 1),
        ("transfer.assignments_to_companies", "alma", 2007, 0),
        # 24; 25 goes on from a company. 27, from the holder, which received it from Alma itself that day.
        ("transfer.assignments_to_companies", "beta", 2009, 1),
        ("transfer.assignments_to_companies", "alma", 2010, 1),
        # One property in 1, two in 2, one in 11; 13 names none that is known.
        ("transfer.patents_transferred", "alma", 2008, 4),
        # One for the second time, one old, one without a filing.
        ("transfer.patents_transferred", "alma", 2009, 3),
        ("transfer.patents_transferred", "gamma", 2010, 6),
        # 9 and 10, 30 and 90 days after the filing; 12 a year before it.
        ("transfer.sponsor_preassigned", "alma", 2008, 2),
        ("transfer.sponsor_preassigned", "alma", 2007, 1),
        # 15; 4 is confirmatory, 20 goes to the government, 16 is an option.
        ("transfer.recorded_licences", "alma", 2008, 1),
        ("transfer.recorded_licences", "gamma", 2006, 1),
        ("transfer.recorded_licences", "beta", 2008, 0),
    ],
)
def test_conveyances_to_companies(patented, id_, org, year, value):
    row = look_up(patented, id_, org, year)
    assert (row["value"], row["status"], row["source"]) == (value, "published", "recorder")


def test_years_from_filing_to_transfer(patented):
    # Four patents of 2008: the middle two are one year and five years old.
    row = look_up(patented, "challenge.lag_filing_to_transfer", "alma", 2008)
    ages = [
        years("2002-03-01", "2008-03-01"),
        years("2003-05-01", "2008-05-01"),
        years("2007-05-01", "2008-05-01"),
        91 / 365.25,
    ]
    assert row["value"] == pytest.approx((ages[1] + ages[2]) / 2)
    assert (row["status"], row["lower"]) == ("small_base", None)
    # Six of Gamma's, one to six years old: the median of the third and fourth, and the extremes hold it.
    row = look_up(patented, "challenge.lag_filing_to_transfer", "gamma", 2010)
    ages = [years(f"{2010 - n}-07-01", "2010-07-01") for n in range(1, 7)]
    assert (row["status"], row["basis"]) == ("published", "order_statistics")
    assert row["value"] == pytest.approx((ages[2] + ages[3]) / 2)
    assert (row["lower"], row["upper"]) == (pytest.approx(ages[0]), pytest.approx(ages[5]))


def test_pairs_that_do_not_count(patented):
    # 2009: P7 went away the year before, P1 was filed twelve years before, of the third no filing is known.
    row = look_up(patented, "challenge.lag_filing_to_transfer", "alma", 2009)
    assert (row["value"], row["status"]) == (None, "small_base")
    linked = look_up(patented, "challenge.lag_filing_to_transfer_linked", "alma", 2009)
    assert (linked["numerator"], linked["denominator"]) == (1, 3)
    assert look_up(patented, "challenge.lag_filing_to_transfer_linked", "alma", 2008)["value"] == 1
    # The recorder begins in 1998: in 2007 nine years lie before.
    assert look_up(patented, "challenge.lag_filing_to_transfer", "alma", 2007)["status"] == "no_data"


def test_years_from_patent_to_licence(patented):
    # P9 was granted on 2 August 2005.
    row = look_up(patented, "challenge.lag_patent_to_licence", "alma", 2008)
    assert row["value"] == pytest.approx(years("2005-08-02", "2008-10-01"))
    # Gamma licensed P13 before it was granted, in a year too early to tell besides.
    found = patented.execute("SELECT record_id FROM evidence WHERE measure = 'lag_patent_to_licence'").fetchall()
    assert found == [("us:7000009",)]


def test_who_holds_the_title(patented):
    """Patents of 2005–2007 that Alma's award A1 led to.

    Own: P7, P8 (with Beta), P10 (A3 is of NIH's own laboratories and counts for nothing). P13 belongs to Gamma, P20 to
    Acme, P21 to an agency, P22 to a person, P23 names nobody, P24 a stranger. P9 came of an award of Beta's as well.
    P12 came of intramural research, P15 of an award to a small business.
    """
    held = {holder: 3 if holder == "own" else 1 for holder in HOLDERS}
    shares = {}
    for holder, patents in held.items():
        id_ = "challenge.title_split" if holder == "own" else f"challenge.title_split_{holder}"
        row = look_up(patented, id_, "alma", 2007)
        assert (row["numerator"], row["denominator"], row["status"]) == (patents, 9, "small_base"), holder
        assert row["value"] == pytest.approx(patents / 9)
        shares[holder] = row["value"]
    assert sum(shares.values()) == pytest.approx(1)
    assert look_up(patented, "challenge.title_split", "beta", 2007)["status"] == "no_denominator"


@pytest.mark.parametrize(
    ("year", "both", "either"),
    [
        # 1 by Alma and Acme, 2 by Alma's holder; 5 came of a grant without a company, 7 left the window.
        (2012, 1, 2),
        # Besides: 3 by Acme, 6 by Alma and Bolt UK, 8 by Cedar, once for two grants; 4 by a stranger is nobody's.
        (2013, 2, 5),
    ],
)
def test_patents_of_joint_grants_that_are_owned_together(patented, year, both, either):
    for level in ("all", "bilateral_small"):
        row = look_up(patented, "challenge.co_owned", "alma", year, intensity=level)
        assert (row["numerator"], row["denominator"]) == (both, either)
        assert row["value"] == pytest.approx(both / either)
        assert (row["status"], row["source"]) == ("small_base", "union")
    assert look_up(patented, "challenge.co_owned", "beta", 2013)["status"] == "no_denominator"


def test_years_from_grant_to_filing(patented):
    # 2012: families 1 and 2 of G1, 5 of G3: the middle one is family 1.
    row = look_up(patented, "challenge.lag_grant_to_filing", "alma", 2012)
    ages = sorted(
        (years("2010-01-01", "2012-01-01"), years("2010-01-01", "2012-07-01"), years("2010-06-01", "2012-03-01"))
    )
    assert (row["value"], row["status"]) == (pytest.approx(ages[1]), "small_base")
    assert ages[1] == years("2010-01-01", "2012-01-01")
    linked = look_up(patented, "challenge.lag_grant_to_filing_linked", "alma", 2012)
    assert (linked["numerator"], linked["denominator"], linked["value"]) == (3, 3, 1)
    # 2013: of family 6 the filing is not known. 2009: family 7 is older than its grant. 2011: nine years lie before.
    assert look_up(patented, "challenge.lag_grant_to_filing", "alma", 2013)["value"] is None
    for year in (2009, 2013):
        linked = look_up(patented, "challenge.lag_grant_to_filing_linked", "alma", year)
        assert (linked["numerator"], linked["denominator"], linked["value"]) == (0, 1, 0)
    assert look_up(patented, "challenge.lag_grant_to_filing", "alma", 2011)["status"] == "no_data"


def test_the_recordations_behind_a_value_have_texts_and_links(patented):
    told = explain(patented, ror("beta"), "transfer.assignments_to_companies", 2008, sources=SOURCES).records
    assert [(r.record_table, r.title, r.starts_on.isoformat(), r.record_url) for r in told] == [
        (
            "transfer",
            "TEXT 13",
            "2008-12-01",
            "https://assignment.uspto.gov/patent/index.html#/patent/search/resultAssignment?id=13-1",
        )
    ]
    moved = explain(patented, ror("alma"), "transfer.patents_transferred", 2008, sources=SOURCES).records
    assert {(r.record_id, r.title) for r in moved} == {
        ("us:7000007", "Title of P7"),
        ("us:7000010", "Title of P10"),
        ("us-app:12000001", None),
        ("us-app:12000006", None),
    }
    assert moved[0].record_url == "https://ppubs.uspto.gov/pubwebapp/external.html?q=(7000007).pn."
