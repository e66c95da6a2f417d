"""Which status a row has, where there is no row, and what is complete."""

import datetime as dt
from dataclasses import replace

import duckdb
import pytest

from pipelines.indicators import draw
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.compute import compute
from pipelines.indicators.money import unrated
from pipelines.source import Span
from tests.indicators import hand_worked
from tests.indicators.hand_worked import P, look_up, of

BOTH = (("alpha", "old"), ("alpha", "new"))


def test_covered_and_without_records_is_zero(value):
    # Echo is known to alpha from one grant of 2018; 2016 is complete, so its joint grants there are 0.
    row = value("joint.grants", "echo", 2016)
    assert (row["value"], row["status"], row["records"]) == (0, "published", 0)
    assert value("joint.partners", "echo", 2016)["value"] == 0
    assert value("joint.funding", "echo", 2016)["value"] == 0


def test_an_institution_without_a_record_in_a_source_has_no_row(value):
    assert value("joint.grants", "hotel", 2016) is None
    assert value("joint.grants", "foxtrot", 2016) is None  # bursar begins in 2018


def test_zeros_are_filled_in_for_the_default_dimensions_only(value):
    assert value("joint.grants", "echo", 2016, counting="fractional") is None
    assert value("joint.grants", "echo", 2016, intensity="small") is None
    assert value("joint.grants", "echo", 2016, rollup="with_children") is None


def test_incomplete_years_have_rows_only_where_there_is_evidence(value):
    row = value("joint.grants", "alma", 2021)
    assert (row["value"], row["status"]) == (1, "partial_year")  # A14, value kept
    assert value("joint.grants", "echo", 2021) is None


def test_what_a_source_does_not_tell_is_no_data_and_never_zero(value):
    for indicator in ("sme.r_and_d_cost", "sme.r_and_d_received", "joint.grant_share_collaborative"):
        row = value(indicator, "foxtrot", 2018)
        assert (row["value"], row["numerator"], row["denominator"], row["status"]) == (
            None,
            None,
            None,
            "no_data",
        )
    assert value("joint.grants", "foxtrot", 2018, partner="sme") is None


def test_untold_amounts_are_no_data(value):
    # Gamma's one joint grant of 2019 (A16) does not tell its amount.
    row = value("joint.funding", "gamma", 2019)
    assert (row["value"], row["status"], row["records"]) == (None, "no_data", 1)


def test_money_without_a_rate_is_not_counted(world, value):
    # B02 of 2019 is in dollars, of which only 2018 has a rate; the year is not complete besides.
    row = value("joint.funding", "foxtrot", 2019)
    assert (row["value"], row["status"]) == (None, "partial_year")
    assert unrated(world, "year = ?", [2019]) == ["USD for 2019-01-01 to 2019-12-31"]


def test_zero_denominators(value):
    row = value("joint.grant_share", "echo", 2016)
    assert (row["value"], row["denominator"], row["status"]) == (None, 0, "no_denominator")


def test_small_bases_keep_their_value(value):
    assert value("joint.grant_share", "alma", 2015)["status"] == "small_base"
    assert value("challenge.retention", "alma", 2020)["status"] == "small_base"


def test_least_bases():
    # 20 grants in one year, five of them joint: exactly enough. Echo has 19.
    grants = tuple(
        hand_worked.Grant(f"C{n:02}", "2016-01-01", of(P("alma", 1), *([P("acme", 1)] if n < 5 else [])))
        for n in range(20)
    ) + tuple(hand_worked.Grant(f"D{n:02}", "2016-01-01", of(P("echo", 1))) for n in range(19))
    connection = _computed(grants, "joint.grant_share")
    row = look_up(connection, "joint.grant_share", "alma", 2016)
    assert (row["value"], row["status"], row["records"]) == (5 / 20, "published", 20)
    assert look_up(connection, "joint.grant_share", "echo", 2016)["status"] == "small_base"


def test_least_base_of_challenges_over_three_years():
    # Ten joint grants with told budgets over three years: 2 + 3 + 5. Each gives a quarter to the company.
    years = ["2016"] * 2 + ["2017"] * 3 + ["2018"] * 5
    grants = tuple(
        hand_worked.Grant(f"C{n:02}", f"{year}-01-01", of(P("alma", 3 + 3 * n), P("acme", 1 + n)))
        for n, year in enumerate(years)
    )
    row = look_up(_computed(grants, "challenge.budget_split"), "challenge.budget_split", "alma", 2018)
    assert (row["value"], row["status"], row["records"], row["years_used"]) == (0.25, "published", 10, 3)
    assert row["lower"] <= 0.25 <= row["upper"]
    row = look_up(_computed(grants[1:], "challenge.budget_split"), "challenge.budget_split", "alma", 2018)
    assert row["status"] == "small_base"


def test_windows_before_the_first_year(value):
    # Alpha begins in 2010. Sums of ratios may use two of three years; retention needs all six.
    assert value("challenge.budget_split", "beta", 2010)["status"] == "no_data"
    row = value("challenge.budget_split", "beta", 2011)
    assert (row["value"], row["years_used"], row["status"]) == (0.5, 2, "small_base")  # A00: 10 of 20
    assert value("challenge.budget_split", "beta", 2012)["years_used"] == 3
    row = value("challenge.retention", "alma", 2014)
    assert (row["value"], row["status"], row["years_used"]) == (None, "no_data", 5)
    # 2010–2015 is covered; nobody was there in 2010–2012.
    assert value("challenge.retention", "alma", 2015)["status"] == "no_denominator"


def test_windows_that_touch_an_incomplete_year(value):
    for indicator in ("challenge.retention", "challenge.budget_split", "challenge.repeat_share"):
        row = value(indicator, "alma", 2021)
        assert row["status"] == "partial_year"
        assert row["value"] is not None


def test_statuses_in_order_of_precedence():
    connection = duckdb.connect()

    def status(**flags):
        said = {
            "years_used": 3,
            "years_needed": 2,
            "base": 100,
            "units": 50,
            "least_base": 20,
            "is_ratio": True,
        }
        said |= dict.fromkeys(("is_suppressed", "is_partial", "is_untold", "is_unrated"), False)
        said |= flags
        columns = ", ".join(f"{value!r} AS {name}" for name, value in said.items())
        query = f"SELECT {draw.STATUS} FROM (SELECT {columns})"
        return connection.execute(query).fetchall()[0][0]

    everything = {"is_suppressed": True, "is_partial": True, "is_untold": True, "base": 0, "units": 1}
    assert status() == "published"
    assert status(units=19) == "small_base"
    assert status(units=0, base=0) == "no_denominator"
    assert status(units=0, base=0, is_untold=True) == "no_data"
    assert status(is_unrated=True) == "no_data"
    assert status(is_unrated=True, is_partial=True) == "partial_year"
    assert status(years_used=1, base=0) == "no_data"
    assert status(units=0, base=0, is_untold=True, is_partial=True) == "partial_year"
    assert status(**everything) == "suppressed"


def test_complete_years(world):
    rows = world.execute("SELECT source, year, is_complete, as_of FROM coverage ORDER BY 1, 2").fetchall()
    changed = dt.date(2021, 6, 30)
    assert rows == [
        *(("alpha", year, True, changed) for year in range(2010, 2021)),
        ("alpha", 2021, False, changed),
        ("bursar", 2018, True, dt.date(2020, 1, 15)),
        # 2019-12-31 + 60 days is 2020-02-29, after the last change
        ("bursar", 2019, False, dt.date(2020, 1, 15)),
    ]


def test_a_part_that_is_expected_and_missing_makes_its_years_incomplete():
    # Without the part `old`, 2010–2014 have no row: the release holds nothing of them. Where its span
    # reached into 2015, that year is not complete.
    grants = tuple(g for g in hand_worked.GRANTS if g.source == "alpha" and g.part == "new")
    spans = {"old": Span(2010, 2015), "new": Span(2015)}
    connection = _computed(grants, "joint.grants", spans=spans)
    rows = connection.execute(
        "SELECT year, parts_expected, parts_present, is_complete, reason FROM coverage ORDER BY year LIMIT 2"
    ).fetchall()
    assert rows == [
        (2015, ["new", "old"], ["new"], False, "parts missing: old"),
        (2016, ["new"], ["new"], True, None),
    ]
    assert look_up(connection, "joint.grants", "alma", 2015)["status"] == "partial_year"


def test_the_older_of_two_parts_decides_what_is_known():
    # Both parts hold 2015; `old` was last changed in January 2016, before its lag had passed.
    grants = (
        hand_worked.Grant("C1", "2014-01-01", of(P("alma", 1), P("acme", 1)), updated_on="2016-01-31"),
        hand_worked.Grant("C2", "2015-01-01", of(P("alma", 1), P("acme", 1))),
    )
    spans = {"old": Span(2010, 2015), "new": Span(2015)}
    connection = _computed(grants, "joint.grants", BOTH, spans=spans)
    rows = connection.execute("SELECT year, is_complete, as_of FROM coverage ORDER BY year").fetchall()
    assert rows == [(2014, True, dt.date(2016, 1, 31)), (2015, False, dt.date(2016, 1, 31))]


def test_a_stray_record_completes_no_year():
    grants = (
        hand_worked.Grant("C1", "1999-01-01", of(P("alma", 1), P("acme", 1))),
        hand_worked.Grant("C2", "2015-01-01", of(P("beta", 1), P("acme", 1))),
    )
    connection = _computed(grants, "joint.grants", BOTH)
    rows = connection.execute("SELECT year FROM coverage WHERE is_complete ORDER BY year").fetchall()
    # `old` was last changed in 2021 and stands for 2010–2014, years without a record in it.
    assert [year for (year,) in rows] == [*range(2010, 2016)]
    assert look_up(connection, "joint.grants", "alma", 1999)["status"] == "partial_year"
    assert look_up(connection, "joint.grants", "beta", 1999) is None


def test_facts_told_by_one_part_only():
    # `old` does not tell SMEs: its years have no SME figures, and a window into them is short of a year.
    grants = (
        hand_worked.Grant("C1", "2014-01-01", of(P("alma", 1), P("acme", 4, 8))),
        hand_worked.Grant("C2", "2015-01-01", of(P("alma", 1), P("acme", 2, 8, True))),
        hand_worked.Grant("C3", "2016-01-01", of(P("alma", 1), P("acme", 4, 8, True))),
    )
    connection = _computed(grants, "sme.r_and_d_cost", BOTH)
    rows = connection.execute(
        """SELECT year, status, value, years_used FROM indicator
        WHERE indicator = 'sme.r_and_d_cost' AND rollup = 'direct' AND institution_id = ? ORDER BY year""",
        [hand_worked.ror("alma")],
    ).fetchall()
    assert rows == [(2014, "no_data", None, 0), (2015, "no_data", None, 1), (2016, "small_base", 6 / 16, 2)]


def test_shares_linked_and_unknown(world):
    # 2016: A05 alma, delta and A06 alma are academic and linked; 9 of 15 parties are strangers.
    row = world.execute(
        """SELECT linked_share, unknown_sector_share, records FROM coverage
        WHERE source = 'alpha' AND year = 2016"""
    ).fetchall()[0]
    assert row == (1, pytest.approx(9 / 15), 2)


def test_coverage_of_institutions(world):
    rows = world.execute(
        "SELECT records, first_year, last_year FROM coverage_institution WHERE institution_id = ?",
        [hand_worked.ror("beta")],
    ).fetchall()
    assert rows == [(3, 2010, 2017)]  # A00, A04, A09


def _computed(grants, indicator, parts=(("alpha", "new"),), **facts):
    connection = hand_worked.build(grants)
    sources = {"alpha": replace(hand_worked.SOURCES["alpha"], **facts)}
    compute(connection, sources, parts, [replace(catalogue()[indicator], sized=())])
    return connection
