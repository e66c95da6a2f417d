"""Synergy and the mix of sectors in the hand-worked worlds, with the arithmetic beside them."""

from math import log2

import pytest

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.indicators import helix_records
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.compute import compute
from pipelines.indicators.explain import explain
from pipelines.indicators.window import WindowError, windowed
from tests.indicators import hand_worked, hand_worked_helix, hand_worked_patents
from tests.indicators.hand_worked import Grant, P, look_up, ror
from tests.indicators.hand_worked_helix import look_up_country


def bit(share: float) -> float:
    """The entropy of a bit: of three bits that are one and the same, T = 3 H − 3 H + H = H."""
    return -share * log2(share) - (1 - share) * log2(1 - share)


def test_a_country_of_one_bit_three_times_over(helix):
    # In 300 of 500 grants of 2016 all three take part, in 200 none.
    row = look_up_country(helix, "synergy.country", 2016)
    assert row["value"] == pytest.approx(1000 * bit(3 / 5))
    assert (row["status"], row["records"], row["unit"], row["source"]) == ("published", 500, "mbit", "alpha")
    # So anyone can form it again.
    taking_part = ("records_u", "records_i", "records_g", "records_ui", "records_ug", "records_ig", "records_uig")
    assert [row[name] for name in taking_part] == [300] * 7


def test_a_country_in_which_nobody_ever_meets(helix):
    # Of 2019 there are strangers alone: bits that never change have no entropy.
    assert look_up_country(helix, "synergy.country", 2019)["value"] == 0
    assert look_up_country(helix, "synergy.country", 2017) is None


def test_a_country_over_longer_windows(helix):
    # From 2016 to 2019: the 500 grants and 200 of strangers more.
    row = look_up_country(helix, "synergy.country", 2019, window_years=4)
    assert (row["value"], row["records"], row["years_used"]) == (pytest.approx(1000 * bit(3 / 7)), 700, 4)
    # From 2017 to 2019: strangers alone.
    assert look_up_country(helix, "synergy.country", 2019, window_years=3)["records"] == 200


def test_a_field_over_four_years(helix):
    # Law from 2016 to 2019: 100 grants of Beta's with all three, 100 of strangers.
    row = look_up_country(helix, "synergy.field", 2019, "law")
    assert (row["value"], row["records"], row["status"]) == (pytest.approx(1000), 200, "published")
    # Chemistry: 150 grants are too few.
    row = look_up_country(helix, "synergy.field", 2019, "chemistry")
    assert (row["value"], row["records"], row["status"]) == (None, 150, "no_data")
    # Of the four years to 2018 the first is not there.
    row = look_up_country(helix, "synergy.field", 2018, "law")
    assert (row["value"], row["status"], row["years_used"]) == (None, "no_data", 3)
    assert look_up_country(helix, "synergy.field", 2019) is None


def test_what_institutions_add(helix):
    # Without Beta 100 of 300 have all three, without Alma 200 of 400; with both 300 of 500.
    beta, alma = (look_up(helix, "joint.synergy", org, 2016) for org in ("beta", "alma"))
    assert beta["value"] == pytest.approx(1000 * (bit(3 / 5) - bit(1 / 3)))
    assert alma["value"] == pytest.approx(1000 * (bit(3 / 5) - 1))
    assert (beta["status"], beta["basis"], beta["records"]) == ("published", "none", 200)
    # In 2019 it has no records, and adds nothing; of 2017 nobody has any, and nothing is known.
    assert look_up(helix, "joint.synergy", "beta", 2019)["value"] == 0
    row = look_up(helix, "joint.synergy", "beta", 2017)
    assert (row["value"], row["status"]) == (None, "no_data")


def test_the_table_is_as_its_contract_says(helix):
    contract = table("country_indicator")
    found = helix.sql("SELECT * FROM country_indicator").to_arrow_table()
    assert found.schema.names == arrow_schema(contract).names
    for rule in contract.rules:
        assert helix.execute(f"SELECT count(*) FROM country_indicator WHERE NOT ({rule.sql})").fetchall() == [(0,)]
    assert helix.execute("SELECT count(*) FROM indicator WHERE indicator LIKE 'synergy.%'").fetchall() == [(0,)]


def test_a_country_is_explained_by_way_of_its_institutions(helix):
    found = explain(helix, ror("alma"), "synergy.country", 2016, sources=hand_worked.SOURCES)
    assert found.calculation == {"alpha": "970.95 mbit"}  # 1000 H(3/5)
    assert (found.reason, found.records) == ({"alpha": ""}, ())
    found = explain(helix, ror("alma"), "synergy.field", 2019, sources=hand_worked.SOURCES)
    told = {v.field: v.status for v in found.alternatives if v.window_years == 4}
    assert told == {"chemistry": "no_data", "law": "published"}


def test_why_an_institution_has_no_synergy():
    grants = hand_worked_helix.grants(2016, "A", 150, "alma", "acme")
    connection = hand_worked.build(grants)
    compute(connection, hand_worked.SOURCES, [("alpha", "new")], [catalogue()["joint.synergy"]])
    found = explain(connection, ror("alma"), "joint.synergy", 2016, sources=hand_worked.SOURCES)
    assert found.reason == {"alpha": "alpha: the country has fewer than 200 records, with or without the institution's"}


def test_countries_have_no_other_windows():
    for id_ in ("synergy.country", "synergy.field", "joint.synergy"):
        with pytest.raises(WindowError, match="all records of the country"):
            windowed(catalogue()[id_], 3)


def test_a_partial_year_is_said_to_be_one():
    # Records of 2021 still come in: the part was last changed in June.
    grants = tuple(Grant(f"G{n}", "2021-02-01", (P("alma"), P("acme"), P("agency"))) for n in range(200))
    connection = hand_worked.build(grants)
    compute(connection, hand_worked.SOURCES, [("alpha", "new")], [catalogue()["synergy.country"]])
    row = look_up_country(connection, "synergy.country", 2021)
    assert (row["value"], row["status"]) == (0, "partial_year")


def test_who_only_pays_takes_no_part():
    # 100 grants of Alma's with Acme, to which the agency adds money alone, and 100 of strangers: g is never there,
    # T = H(u) + H(i) − H(ui) − H(u) − H(i) + H(ui) = 0.
    grants = (
        *(Grant(f"G{n}", "2016-02-01", (P("alma"), P("acme"), P("agency", role="cofunder"))) for n in range(100)),
        *(Grant(f"S{n}", "2016-02-01", (P("", name="Stranger"),)) for n in range(100)),
    )
    connection = hand_worked.build(grants)
    compute(connection, hand_worked.SOURCES, [("alpha", "new")], [catalogue()["synergy.country"]])
    row = look_up_country(connection, "synergy.country", 2016)
    assert (row["records_g"], row["value"]) == (0, pytest.approx(0, abs=1e-9))


def test_patents_are_records_by_their_owners_under_the_name_of_their_series():
    connection = hand_worked_patents.build()
    query = helix_records.text({"register": "series"})
    found = connection.execute(
        f"SELECT record_id, year, u, i, g FROM ({query}) WHERE source = 'series' ORDER BY record_id"
    ).fetchall()
    rows = {record_id: told for record_id, *told in found}
    # P10 of 2005 is Alma's and a company's, P15 of 2007 Alma's and the agency's, P20 of 2006 a company's alone.
    assert rows["us:7000010"] == [2005, 1, 1, 0]
    assert rows["us:7000015"] == [2007, 1, 0, 1]
    assert rows["us:7000020"] == [2006, 0, 1, 0]
    # Gamma is a research institute: with two companies i alone.
    assert rows["us:7000013"] == [2006, 0, 1, 0]
    # Designs, reissues and what was withdrawn are no records; nor is P22, whose only owner is a person.
    assert not {"us:D7000005", "us:7000006", "us:RE7000014", "us:7000022"} & rows.keys()


MIX = ("joint.sector_mix", "joint.sector_mix_industry", "joint.sector_mix_government", "joint.sector_mix_both")


@pytest.mark.parametrize(
    ("org", "year", "shares"),
    [
        # A01 and A02 with companies; A03 alone; A04 with Beta alone.
        ("alma", 2015, (2 / 4, 2 / 4, 0, 0)),
        # A11 with Acme and the agency, which is an associated partner.
        ("alma", 2018, (0, 0, 0, 1)),
        # A09 with a company of the state: a company.
        ("beta", 2017, (0, 1, 0, 0)),
    ],
)
def test_mix_of_sectors_in_grants(value, org, year, shares):
    assert tuple(value(id_, org, year)["value"] for id_ in MIX) == pytest.approx(shares)


@pytest.mark.parametrize(
    ("year", "shares"),
    [
        # P7 to P11: with Bolt's British company in P10; with Beta, a person or a stranger in P8, P9, P11.
        (2005, (4 / 5, 1 / 5, 0, 0)),
        # P15 with the agency.
        (2007, (0, 0, 1, 0)),
    ],
)
def test_mix_of_sectors_in_patents(patented, year, shares):
    rows = [hand_worked.look_up(patented, id_, "alma", year, source="register") for id_ in MIX]
    assert tuple(row["value"] for row in rows) == pytest.approx(shares)
    assert {row["source"] for row in rows} == {"register"}
    assert hand_worked_patents.SOURCES["register"].observes["partners"]


def test_shares_of_the_mix_add_up_to_one(world, patented):
    for connection in (world, patented):
        sums = connection.execute(
            f"""SELECT sum(numerator), max(denominator) FROM indicator
            WHERE indicator IN {MIX} AND denominator > 0
            GROUP BY institution_id, year, rollup, counting, intensity, source"""
        ).fetchall()
        assert sums
        assert all(whole == total for whole, total in sums)
