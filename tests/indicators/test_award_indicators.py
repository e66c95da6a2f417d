"""Awards of industry programmes and centres in the hand-worked world of awards, with the arithmetic beside."""

import pytest

from tests.indicators import hand_worked
from tests.indicators.hand_worked_awards import look_up


@pytest.mark.parametrize(
    ("org", "year", "awards"),
    [
        ("alma", 2005, 0),  # F01: a centre of its own kind, not of an industry programme
        ("alma", 2010, 1),  # F03, though it only plans a centre
        ("beta", 2010, 1),  # F02, through the performer: nobody knows the awardee
        ("alma", 2012, 1),  # F04 and F05 are one project
        ("beta", 2012, 1),  # F06, the same project elsewhere
        ("delta", 2013, 1),  # F07 at its performer …
        ("beta", 2013, 0),  # … and not at its awardee
        ("beta", 2007, 0),  # F11 pays for talent
        ("beta", 2016, 0),  # F10: a programme that requires industry, but no research project or IUCRC
    ],
)
def test_awards_of_industry_programmes(funded, org, year, awards):
    row = look_up(funded, "joint.industry_programme_awards", org, year, "agency")
    assert (row["value"], row["status"]) == (awards, "published")


def test_the_first_award_stands_for_the_project(funded):
    found = funded.execute(
        """SELECT record_id, institution_id, amount FROM evidence
        WHERE measure = 'industry_programme_awards' AND year = 2012 ORDER BY record_id"""
    ).fetchall()
    assert found == [("agency:F04", hand_worked.ror("alma"), 1), ("agency:F06", hand_worked.ror("beta"), 1)]


def test_a_source_without_programme_codes_has_no_data(funded):
    row = look_up(funded, "joint.industry_programme_awards", "alma", 2010, "union")
    assert (row["value"], row["status"]) == (None, "no_data")


@pytest.mark.parametrize(
    ("org", "source", "year", "centres", "with_industry"),
    [
        ("alma", "agency", 2010, 1, 1),  # F01; F03 plans one, by a standard grant
        ("alma", "agency", 2011, 0, 0),  # F01 ended on 31 August
        ("alma", "agency", 2014, 1, 0),  # F08, whose programme does not require industry
        ("alma", "agency", 2017, 1, 0),  # F08, still
        ("beta", "agency", 2010, 1, 1),  # F02
        ("beta", "agency", 2011, 1, 1),  # F02; F12 has no end, F13 is a centre by reference only
        ("beta", "agency", 2012, 1, 1),  # F02, whose last day is 31 December
        ("beta", "agency", 2013, 0, 0),
        ("beta", "agency", 2016, 0, 0),  # F10 ended on 30 December
        ("alma", "union", 2010, 1, 1),  # U01
        ("alma", "union", 2011, 2, 1),  # U01, U02; U03 coordinates
        ("alma", "union", 2012, 1, 1),  # U01
        ("beta", "union", 2011, 1, 0),  # U02 has no company
        ("alma", "union", 2013, 0, 0),
    ],
)
def test_centres_active_on_31_december(funded, org, source, year, centres, with_industry):
    for indicator, value in (("platform.centres", centres), ("platform.industry_centres", with_industry)):
        row = look_up(funded, indicator, org, year, source)
        assert (row["value"], row["status"]) == (value, "published"), indicator


def test_a_stock_needs_the_years_in_which_its_centres_started(funded):
    # F01 is active in 2009, but what started in 2004 and may still run is not known.
    row = look_up(funded, "platform.centres", "alma", 2009, "agency")
    assert (row["value"], row["status"], row["years_used"]) == (None, "no_data", 5)


def test_no_value_is_formed_of_years_nothing_is_known_of(funded):
    years = funded.execute(
        """SELECT min(year), max(year), count(*) FROM evidence
        WHERE measure = 'centres_active' AND record_id = 'agency:F08'"""
    ).fetchall()
    assert years == [(2014, 2029, 16)]  # it runs until August 2030
    # The source was last changed in June 2018, and no award of it starts after that year.
    assert look_up(funded, "platform.centres", "alma", 2018, "agency")["status"] == "partial_year"
    assert look_up(funded, "platform.centres", "alma", 2019, "agency") is None


def test_the_records_behind_a_stock_are_named(funded):
    found = funded.execute(
        """SELECT source, record_id FROM evidence
        WHERE measure = 'industry_centres_active' AND institution_id = ? AND year = 2010 ORDER BY record_id""",
        [hand_worked.ror("alma")],
    ).fetchall()
    assert found == [("agency", "agency:F01"), ("union", "union:U01")]
