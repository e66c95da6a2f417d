"""The tables of linking, over six records small enough to link by hand."""

import random

import duckdb
import pyarrow as pa
import pytest

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.link import parties
from tests.link.small_registry import NO_RECORDS, tables

ROR = "https://ror.org/"
OXFORD, MUNICH, CNRS, SIEMENS = (ROR + t for t in ("052gg0110", "02kkvpp62", "02feahw73", "059mq0909"))
CREATED = ("name_link", "organisation", "institution", "linked_party", "collaboration")
# award, name, country, kind, PIC
PARTIES = (
    ("a", "UNIVERSITY OF OXFORD", "GB", "HES", "1"),
    ("a", "FOO LIMITED", "GB", "PRC", "2"),
    ("a", "UNIVERSITY OF OXFORD", "GB", "HES", "1"),  # the same institution in a second role
    ("b", "UNIVERSITY OF OXFORD", "GB", "HES", "1"),
    ("b", "CENTRE NATIONAL DE LA RECHERCHE SCIENTIFIQUE", "FR", "REC", "3"),
    ("b", "SIEMENS AG", "DE", "PRC", "4"),
    ("b", "FOO LTD", "GB", "PRC", "2"),
    ("c", "CENTRE NATIONAL DE LA RECHERCHE SCIENTIFIQUE", "FR", "REC", "3"),
    ("c", "C N R S DELEGATION", "FR", "REC", "3"),  # a spelling only its PIC explains
    ("c", "UNKNOWN ACADEMY", "FR", "HES", "5"),
    ("d", "CENTRE NATIONAL DE LA RECHERCHE SCIENTIFIQUE", "FR", "REC", "3"),
)
YEARS = {"a": "2015-01-01", "b": "2016-06-01", "c": "2017-01-01", "d": None}


def world(rows=PARTIES, registry=None) -> duckdb.DuckDBPyConnection:
    """Return a connection that holds the core tables."""
    connection = duckdb.connect()
    import datetime as dt

    party = [
        {"source": "demo", "part": "all", "award_id": f"demo:{award}", "period": "all", "party_no": n,
         "role": "participant", "name": name, "country": country, "source_type": kind,
         "source_org_id": f"pic:{pic}", "is_sme": kind == "PRC" or None}
        for n, (award, name, country, kind, pic) in enumerate(PARTIES, 1)
        if (award, name, country, kind, pic) in rows
    ]  # fmt: skip
    award = [
        {"source": "demo", "part": "all", "award_id": f"demo:{a}", "period": "all", "funder": "F",
         "starts_on": dt.date.fromisoformat(day) if day else None}
        for a, day in YEARS.items()
    ]  # fmt: skip
    random.Random(len(rows)).shuffle(party)
    held = dict(zip(("registry_organisation", "registry_name", "registry_relation"), registry or tables(), strict=True))
    for name in ("survey_value", "directory_institution", "directory_identifier", *NO_RECORDS):
        held[name] = arrow_schema(table(name)).empty_table()
    held["award"] = pa.Table.from_pylist(award, schema=arrow_schema(table("award")))
    held["award_party"] = pa.Table.from_pylist(party, schema=arrow_schema(table("award_party")))
    for name, rows_ in held.items():
        connection.register(f"_{name}", rows_)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _{name}")
    return connection


@pytest.fixture(scope="module")
def linked() -> duckdb.DuckDBPyConnection:
    connection = world()
    parties.link(connection)
    return connection


@pytest.mark.parametrize("name", CREATED)
def test_tables_hold_their_contract(linked, name):
    contract = table(name)
    schema = linked.sql(f"SELECT * FROM {name}").to_arrow_table().schema
    assert [(f.name, f.type) for f in schema] == [(f.name, f.type) for f in arrow_schema(contract)]
    for rule in contract.rules:
        assert linked.sql(f"SELECT count(*) FROM {name} WHERE NOT ({rule.sql})").fetchall() == [(0,)], rule.name
    key = ", ".join(contract.key)
    assert linked.sql(f"SELECT {key} FROM {name} GROUP BY {key} HAVING count(*) > 1").fetchall() == []
    assert linked.sql(f"SELECT count(*) FROM {name}").fetchall() != [(0,)]


def test_every_party_is_kept_once(linked):
    assert linked.sql("SELECT count(*) FROM linked_party").fetchall() == [(len(PARTIES),)]
    assert linked.sql("SELECT sum(records) FROM name_link").fetchall() == [(len(PARTIES),)]


def test_spellings_of_one_company_are_one(linked):
    found = linked.sql("SELECT DISTINCT organisation_id, sector FROM linked_party WHERE name LIKE 'FOO%'").fetchall()
    assert len(found) == 1
    assert found[0][1] == "company"


def test_spellings_of_one_pic_share_the_answer(linked):
    found = linked.sql("SELECT method, credited_id FROM name_link WHERE name = 'C N R S DELEGATION'").fetchall()
    assert found == [("same_id", CNRS)]


def test_sectors_and_institutions(linked):
    found = dict(linked.sql("SELECT name, (sector, is_institution) FROM linked_party").fetchall())
    assert found["UNIVERSITY OF OXFORD"] == ("university", True)
    assert found["CENTRE NATIONAL DE LA RECHERCHE SCIENTIFIQUE"] == (
        "research_institute",
        True,
    )  # ROR: government
    assert found["SIEMENS AG"] == ("company", False)
    assert found["UNKNOWN ACADEMY"] == ("university", False)  # never a company, never an institution
    held = linked.sql("SELECT organisation_id, kind, source_profile FROM institution ORDER BY ALL").fetchall()
    assert held == [(CNRS, "research_institute", ["demo"]), (OXFORD, "university", ["demo"])]


def test_collaborations_by_hand(linked):
    """a: Oxford–Foo (2 organisations). b: Oxford, CNRS, Siemens, Foo (4). c: CNRS, an unknown academy (2)."""
    found = linked.sql(
        """SELECT right(record_id, 1), right(institution_id, 9), right(partner_id, 9), partner_sector, year,
                  organisations, intensity
           FROM collaboration WHERE partner_id NOT LIKE 'local%' ORDER BY ALL"""
    ).fetchall()
    oxford, cnrs, siemens = OXFORD[-9:], CNRS[-9:], SIEMENS[-9:]
    assert found == [
        ("b", cnrs, oxford, "university", 2016, 4, "small"),
        ("b", cnrs, siemens, "company", 2016, 4, "small"),
        ("b", oxford, cnrs, "research_institute", 2016, 4, "small"),
        ("b", oxford, siemens, "company", 2016, 4, "small"),
    ]
    local = linked.sql(
        """SELECT right(record_id, 1), right(institution_id, 9), partner_sector, organisations, intensity
           FROM collaboration WHERE partner_id LIKE 'local%' ORDER BY ALL"""
    ).fetchall()
    assert local == [
        ("a", oxford, "company", 2, "bilateral"),
        ("b", cnrs, "company", 4, "small"),
        ("b", oxford, "company", 4, "small"),
        ("c", cnrs, "university", 2, "bilateral"),
    ]


def test_roll_up_survives_a_cycle(linked):
    """The University of Illinois System and its Chicago campus are each other's child in this registry."""
    found = linked.sql(
        "SELECT right(ancestor_id, 9), right(organisation_id, 9) FROM descendant ORDER BY ALL"
    ).fetchall()
    assert ("05e94g991", "02mpq6x41") in found
    assert all(a != b for a, b in found)


def test_current_and_topmost(linked):
    found = linked.sql(
        f"SELECT current_id, ultimate_parent_id FROM organisation WHERE organisation_id = '{ROR}001anga17'"
    ).fetchall()
    assert found == [(f"{ROR}057qpr032", f"{ROR}001anga17")]


def test_same_input_in_another_order_gives_the_same_rows(linked):
    again = world(tuple(reversed(PARTIES)))
    again.execute("CREATE OR REPLACE TABLE award_party AS SELECT * FROM award_party ORDER BY name DESC, party_no DESC")
    parties.link(again)
    for name in (*CREATED, "descendant"):
        assert again.sql(f"SELECT * FROM {name}").fetchall() == linked.sql(f"SELECT * FROM {name}").fetchall(), name


def test_an_empty_registry_links_nothing():
    empty = tables((), ())
    connection = world(registry=empty)
    parties.link(connection)
    assert connection.sql("SELECT count(*) FROM linked_party WHERE credited_id IS NOT NULL").fetchall() == [(0,)]
    assert connection.sql("SELECT count(*) FROM collaboration").fetchall() == [(0,)]
    assert connection.sql("SELECT count(*) FROM linked_party WHERE sector = 'company'").fetchall() == [(3,)]
