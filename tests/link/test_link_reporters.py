"""Reporters of surveys: linked by the publisher's id, by name where the id is not known, never as collaborators."""

import datetime as dt

import duckdb
import pyarrow as pa
import pytest

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.indicators.coverage import cover
from pipelines.link import match, parties, seeds
from pipelines.link.match import Linker
from pipelines.source import Source, load
from tests.link.small_registry import NO_RECORDS, tables

ROR = "https://ror.org/"
DIRECTORY = ("directory_institution", "directory_identifier")
OXFORD, CAMBRIDGE, NEWCASTLE, BORDEAUX = (ROR + t for t in ("052gg0110", "013meh722", "01kj2bm70", "001anga17"))
# source, part, UKPRN, name, academic year's end, measure. 10007774 is Oxford; the 9999… are invented.
CELLS = (
    ("hebci", "all", "10007774", "Oxenford, no name that anybody knows", 2021, "disclosures"),
    ("hebci", "all", "10007774", "Oxenford, no name that anybody knows", 2021, "licences"),
    ("hebci", "all", "10007774", "The University of Oxford", 2022, "disclosures"),
    ("hebci", "all", "99990001", "Newcastle University", 2022, "disclosures"),
    ("hebci", "all", "99990002", "Quorvane Conservatoire", 2022, "disclosures"),
    ("hesa", "finance-table-1", "10007774", "The University of Oxford", 2022, "income_total"),
    ("hesa", "staff-table-1", "10007774", "University of Oxford", 2022, "academic_staff"),
    ("hesa", "staff-table-1", "10007774", "University of Oxford", 2020, "academic_staff"),
)


def world(cells=CELLS) -> duckdb.DuckDBPyConnection:
    """Return a connection that holds the core tables, with survey figures and no award."""
    connection = duckdb.connect()
    rows = [
        {"source": source, "part": part, "reporter_id": f"ukprn:{ukprn}", "reporter_name": name,
         "period_start": dt.date(year - 1, 8, 1), "period_end": dt.date(year, 7, 31), "measure": measure,
         "partner": "n/a", "breakdown": "all", "value": 1.0, "unit": "count"}
        for source, part, ukprn, name, year, measure in cells
    ]  # fmt: skip
    held = dict(zip(("registry_organisation", "registry_name", "registry_relation"), tables(), strict=True))
    held |= {
        name: arrow_schema(table(name)).empty_table() for name in ("award", "award_party", *DIRECTORY, *NO_RECORDS)
    }
    held["survey_value"] = pa.Table.from_pylist(rows, schema=arrow_schema(table("survey_value")))
    for name, content in held.items():
        connection.register(f"_{name}", content)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _{name}")
    return connection


@pytest.fixture(scope="module")
def linked() -> duckdb.DuckDBPyConnection:
    connection = world()
    parties.link(connection)
    return connection


def test_a_reporter_and_period_make_one_record_with_one_party(linked):
    rows = linked.sql(
        """SELECT record_table, record_id, period, party_no, role, country, part, name, credited_id
        FROM linked_party ORDER BY record_id"""
    ).fetchall()
    unknown, known = "Oxenford, no name that anybody knows", "The University of Oxford"
    same = ("all", 1, "reporter", "GB")
    assert [r[:2] for r in rows] == [
        ("survey_value", f"{source}:ukprn:{ukprn}:{end}-07-31")
        for source, ukprn, end in (
            ("hebci", "10007774", 2021), ("hebci", "10007774", 2022), ("hebci", "99990001", 2022),
            ("hebci", "99990002", 2022), ("hesa", "10007774", 2020), ("hesa", "10007774", 2022),
        )
    ]  # fmt: skip
    assert {r[2:6] for r in rows} == {same}
    assert rows[0][6:] == ("all", unknown, OXFORD)  # its UKPRN tells who it is, whatever it is called
    assert rows[1][6:] == ("all", known, OXFORD)
    assert rows[2][6:] == ("all", "Newcastle University", NEWCASTLE)  # no such UKPRN: by name, in GB
    assert rows[3][8] is None
    assert rows[5][6:] == ("finance-table-1", known, OXFORD)  # in two parts, and once all the same


def test_the_link_says_by_what_it_was_made(linked):
    found = linked.sql("SELECT name, context, country, method, score, records FROM name_link ORDER BY ALL").fetchall()
    assert found == [
        ("Newcastle University", "id:ukprn:99990001", "GB", "exact", match.SCORES["exact"], 1),
        ("Oxenford, no name that anybody knows", "id:ukprn:10007774", "GB", "identifier", 0.995, 1),
        ("Quorvane Conservatoire", "id:ukprn:99990002", "GB", "none", None, 1),
        ("The University of Oxford", "id:ukprn:10007774", "GB", "identifier", 0.995, 1),
        ("The University of Oxford", "id:ukprn:10007774", "GB", "identifier", 0.995, 1),
        ("University of Oxford", "id:ukprn:10007774", "GB", "identifier", 0.995, 1),
    ]


def test_reporters_are_institutions_and_collaborate_with_nobody(linked):
    held = linked.sql("SELECT organisation_id, source_profile FROM institution ORDER BY ALL").fetchall()
    assert held == [(NEWCASTLE, ["hebci"]), (OXFORD, ["hebci", "hesa"])]
    assert linked.sql("SELECT count(*) FROM collaboration").fetchall() == [(0,)]
    ((sector,),) = linked.sql("SELECT sector FROM linked_party WHERE name = 'Quorvane Conservatoire'").fetchall()
    assert sector == "university"  # a provider of higher education, and no company, though nobody knows it


@pytest.mark.parametrize("name", ["name_link", "linked_party"])
def test_rows_of_reporters_hold_their_contract(linked, name):
    contract = table(name)
    for rule in contract.rules:
        assert linked.sql(f"SELECT count(*) FROM {name} WHERE NOT ({rule.sql})").fetchall() == [(0,)], rule.name
    key = ", ".join(contract.key)
    assert linked.sql(f"SELECT {key} FROM {name} GROUP BY {key} HAVING count(*) > 1").fetchall() == []


def test_an_id_that_changed_hands_names_whoever_held_it_then(tmp_path):
    (tmp_path / "organisation_ids.csv").write_text(
        "scheme,id,name,organisation_id,valid_from,valid_until,source\n"
        f"ukprn,99990003,Older,{OXFORD},,2020-12-31,invented\n"
        f"ukprn,99990003,Newer,{CAMBRIDGE},2022-01-01,,invented\n"
    )
    cells = [("hebci", "all", "99990003", "Quorvane University", year, "disclosures") for year in (2020, 2021, 2022)]
    connection = world(cells)
    parties.link(connection, seeds.load(tmp_path))
    found = connection.sql("SELECT record_id, credited_id FROM linked_party ORDER BY ALL").fetchall()
    # The year between is nobody's: the name decides, and nobody knows it. It does not take a neighbour's answer.
    assert [credited for _, credited in found] == [OXFORD, None, CAMBRIDGE]
    assert connection.sql("SELECT context FROM name_link ORDER BY ALL").fetchall()[0] == (
        "id:ukprn:99990003 | on:2020-07-31",
    )


def test_an_id_of_a_merged_organisation_is_credited_to_what_it_became(tmp_path, registry):
    (tmp_path / "organisation_ids.csv").write_text(
        "scheme,id,name,organisation_id,valid_from,valid_until,source\n"
        f"ukprn,99990004,Université Bordeaux-I,{BORDEAUX},,,invented\n"
    )
    link = match.one(Linker.of(registry, seeds.load(tmp_path)), "Anything", "FR", "id:ukprn:99990004")
    assert (link.named_ids, link.credited_ids) == ((BORDEAUX,), (f"{ROR}057qpr032",))


def test_a_users_row_for_an_id_is_asked_first(tmp_path, registry):
    (tmp_path / "organisation_ids.csv").write_text(
        "scheme,id,name,organisation_id,valid_from,valid_until,source\n"
        f"ukprn,10007774,Cambridge,{CAMBRIDGE},,,a user who knows better\n"
    )
    link = match.one(Linker.of(registry, seeds.load(tmp_path)), "Anything", "GB", "id:ukprn:10007774")
    assert link.credited_ids == (CAMBRIDGE,)


def facts(name: str) -> Source:
    return load(name).SOURCE


def test_a_year_is_complete_as_soon_as_a_period_ending_in_it_is_published(linked):
    sources = {"hebci": facts("hebci"), "hesa": facts("hebci")}
    linked.execute("CREATE SCHEMA iur_work")
    cover(linked, sources, [("hebci", "all"), ("hesa", "finance-table-1"), ("hesa", "staff-table-1")])
    found = linked.sql(
        """SELECT source, year, records, is_complete, coalesce(reason, ''), linked_share
        FROM coverage ORDER BY ALL"""
    ).fetchall()
    assert found == [
        ("hebci", 2021, 1, True, "", 1.0),
        ("hebci", 2022, 3, True, "", 2 / 3),  # Oxford and Newcastle of three reporters
        ("hesa", 2020, 1, True, "", 1.0),
        ("hesa", 2021, 0, False, "no part holds this year", None),
        ("hesa", 2022, 1, True, "", 1.0),
    ]
    seen = linked.sql("SELECT source, institution_id, records, first_year FROM coverage_institution ORDER BY ALL")
    assert seen.fetchall() == [
        ("hebci", NEWCASTLE, 1, 2022), ("hebci", OXFORD, 2, 2021), ("hesa", OXFORD, 2, 2020),
    ]  # fmt: skip


@pytest.mark.real
def test_the_ids_of_the_seed_agree_with_those_of_the_real_registry(real_linker):
    """ROR holds two dozen UKPRNs itself: the seed says the same of them, and its names are ROR's."""
    registry, rows = real_linker.registry, seeds.load()["organisation_ids"]
    said = {f"{r['scheme']}:{r['id']}": r["organisation_id"] for r in rows}
    both = {id_: registry.ids[registry.external[id_]] for id_ in said if id_ in registry.external}
    assert len(both) >= 20
    assert {id_: said[id_] for id_ in both} == both
    for row in rows:
        number = registry.number[row["organisation_id"]]
        if row["scheme"] == "ukprn":
            assert (registry.country[number], registry.display[number]) == ("GB", row["name"]), row
        else:
            # American rows have the publisher's names, and name ROR's where they say why.
            assert registry.country[number] in ("US", "PR"), row
            assert f"{registry.display[number]} in ROR v2.9" in row["source"], row
