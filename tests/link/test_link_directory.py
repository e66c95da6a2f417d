"""From a number to the registry through a directory: UEIs of one institution and of many, and never a company's."""

import csv
import datetime as dt

import duckdb
import pyarrow as pa
import pytest

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.fingerprint import of_links
from pipelines.link import directory, match, parties, seeds
from pipelines.link.directory import Entry
from pipelines.link.match import Linker
from pipelines.link.memory import Memory
from pipelines.link.registry import Registry
from tests.link.small_registry import NO_RECORDS, ROR, tables

# tail, display name, country, city, types, status, other names; true records of ROR.
ORGANISATIONS = (
    ("01yc7t268", "Washington University in St. Louis", "US", "St Louis", "education", "active", ()),
    ("00cvxb145", "University of Washington", "US", "Seattle", "education", "active", ()),
    ("04p491231", "Pennsylvania State University", "US", "State College", "education", "active", ()),
    ("02mpq6x41", "University of Illinois Chicago", "US", "Chicago", "education", "active", ()),
    ("05e94g991", "University of Illinois System", "US", "Urbana", "education", "active",
     (("alias", "University of Illinois"),)),
    ("00xn62q43", "Viterbo University", "US", "La Crosse", "education", "active", ()),
    ("02e2tgs60", "Blue Ridge Community College", "US", "", "education", "active", ()),
)  # fmt: skip
WUSTL, PENN, CHICAGO, VITERBO = (ROR + t for t in ("01yc7t268", "04p491231", "02mpq6x41", "00xn62q43"))

# unitid, name, city, state, control, is an office, UEIs. The UEIs are nobody's.
LISTED = (
    ("179867", "Washington University in St Louis", "Saint Louis", "MO", "private_nonprofit", False, "S1M000000001"),
    ("214777", "Pennsylvania State University-Main Campus", "University Park", "PA", "public", False, "S1M000000002"),
    ("214704", "Pennsylvania State University-Altoona", "Altoona", "PA", "public", False, "S1M000000002"),
    ("145600", "University of Illinois Chicago", "Chicago", "IL", "public", False, "S1M000000003"),
    ("149587", "University of Illinois System Offices", "Urbana", "IL", "public", True, "S1M000000003"),
    ("240107", "Viterbo University", "La Crosse", "WI", "private_nonprofit", False, "S1M000000004"),
    ("999004", "Quorvane College", "Chicago", "IL", "private_for_profit", False, "S1M000000005"),
    ("231536", "Blue Ridge Community College", "Weyers Cave", "VA", "public", False, "S1M000000006"),
    ("198039", "Blue Ridge Community College", "Flat Rock", "NC", "public", False, "S1M000000007"),
)


def _rows(listed, year=2022):
    institutions = [
        {"source": "ipeds", "part": str(year), "directory_id": f"unitid:{id_}", "year": year, "name": name,
         "city": city, "state": state, "country": "US", "control": control, "is_system_office": office}
        for id_, name, city, state, control, office, _ in listed
    ]  # fmt: skip
    identifiers = [
        {"source": "ipeds", "part": str(year), "directory_id": f"unitid:{id_}", "year": year, "scheme": "uei",
         "identifier": uei}
        for id_, *_, uei in listed
    ]  # fmt: skip
    return {"directory_institution": institutions, "directory_identifier": identifiers}


def _connection(listed=LISTED, **more) -> duckdb.DuckDBPyConnection:
    """The core tables, with awards to parties (name, city, state, id) and figures of reporters."""
    connection = duckdb.connect()
    held = dict(
        zip(("registry_organisation", "registry_name", "registry_relation"), tables(ORGANISATIONS, ()), strict=True)
    )
    rows = _rows(listed) | {"award": [], "award_party": [], "survey_value": []} | more
    rows |= {name: [] for name in NO_RECORDS}
    for name, content in rows.items():
        held[name] = pa.Table.from_pylist(content, schema=arrow_schema(table(name)))
    for name, content in held.items():
        connection.register(f"_{name}", content)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _{name}")
    return connection


def party(number, name, city, state, uei, **more):
    return {"source": "nsf_awards", "part": "2022", "award_id": f"nsf:{number}", "period": "all", "party_no": 1,
            "role": "awardee", "name": name, "country": "US", "city": city, "state": state,
            "source_org_id": f"uei:{uei}", **more}  # fmt: skip


@pytest.fixture(scope="module")
def linker() -> Linker:
    connection = _connection()
    contexts = ", ".join(f"('id:uei:{row[-1]}')" for row in LISTED)
    listed = directory.load(connection, f"SELECT * FROM (VALUES {contexts}, ('also:unitid:179867'))")
    return Linker.of(Registry.build(*tables(ORGANISATIONS, ())), seeds.load(), listed)


@pytest.mark.parametrize(
    ("name", "about", "found", "method"),
    [
        # One institution: its number says who is meant, whatever the name is near to.
        ("Washington Univ School of Medicine", "city:ST LOUIS | state:MO | id:uei:S1M000000001", WUSTL, "uei"),
        ("WU Office of Sponsored Programs", "state:MO | id:uei:S1M000000001", WUSTL, "uei"),
        # In another state the number is somebody's slip.
        ("Quorvane", "state:TX | id:uei:S1M000000001", None, "none"),
        # Several: the city and the name say which.
        ("Pennsylvania State Univ University Park", "city:University Park | state:PA | id:uei:S1M000000002", PENN,
         "uei"),
        ("Penn State", "city:Altoona | state:PA | id:uei:S1M000000002", None, "none"),
        ("University of Illinois at Chicago", "city:Chicago | state:IL | id:uei:S1M000000003", CHICAGO, "uei"),
        ("UIC Department of Physics", "city:Chicago | state:IL | id:uei:S1M000000003", CHICAGO, "uei"),
        ("UIUC", "city:Urbana | state:IL | id:uei:S1M000000003", None, "none"),  # the office registers for others
        # A company's form is no hindrance where the university's whole name stands in it, and else it is one.
        ("Viterbo University, Inc.", "state:WI | id:uei:S1M000000004", VITERBO, "uei"),
        ("Zanth Optics, Inc.", "state:WI | id:uei:S1M000000004", None, "none"),
        ("Zanth Optics", "type:PRC | state:WI | id:uei:S1M000000004", None, "none"),
        # A school for profit stands for nobody; so does one of two namesakes of which the registry has one.
        ("Quorvane Parent", "state:IL | id:uei:S1M000000005", None, "none"),
        ("Blue Ridge", "state:NC | id:uei:S1M000000007", None, "none"),
        ("Nobody", "state:IL | id:uei:S1M000000099", None, "none"),
    ],
)  # fmt: skip
def test_a_number_is_followed_where_it_stands_for_one(linker, name, about, found, method):
    link = match.one(linker, name, "US", about)
    assert link.credited_ids == ((found,) if found else ())
    assert link.method == method


def test_a_survey_tells_the_directorys_own_id(linker):
    link = match.one(linker, "Wash. U.", "US", "state:MO | id:herd:002520 | also:unitid:179867")
    assert (link.credited_ids, link.method, link.score) == ((WUSTL,), "directory", match.SCORES["directory"])


def test_an_id_of_the_seed_is_asked_first(tmp_path):
    (tmp_path / "organisation_ids.csv").write_text(
        f"scheme,id,name,organisation_id,valid_from,valid_until,source\nunitid,214704,Altoona,{PENN},,,invented\n"
    )
    registry = Registry.build(*tables(ORGANISATIONS, ()))
    entry = Entry("unitid:214704", "Pennsylvania State University-Altoona", "Altoona", "PA", "US", False)
    held = directory.Directory({entry.id: entry}, {"uei:S1M000000002": (entry.id,)})
    found = match.one(Linker.of(registry, seeds.load(tmp_path), held), "Penn State", "US", "id:uei:S1M000000002")
    assert found.credited_ids == (PENN,)


def test_parties_and_reporters_are_linked_in_a_release():
    figure = {"source": "ncses_herd", "part": "2022", "reporter_id": "herd:002520", "reporter_name": "Wash. U.",
              "reporter_state": "MO", "reporter_directory_id": "unitid:179867", "period_start": dt.date(2021, 7, 1),
              "period_end": dt.date(2022, 6, 30), "measure": "rd_expenditure", "partner": "n/a", "breakdown": "all",
              "value": 1.0, "unit": "money", "currency": "USD"}  # fmt: skip
    awards = [
        {
            "source": "nsf_awards",
            "part": "2022",
            "award_id": f"nsf:{n}",
            "period": "all",
            "funder": "US",
            "project_id": f"nsf:{n}",
        }
        for n in (1, 2)
    ]
    there = [
        party(1, "Washington Univ School of Medicine", "ST LOUIS", "MO", "S1M000000001"),
        party(2, "Zanth Optics, Inc.", "LA CROSSE", "WI", "S1M000000004", is_sme=True),
    ]
    connection = _connection(award=awards, award_party=there, survey_value=[figure])
    parties.link(connection)
    found = connection.sql("SELECT name, credited_id, country FROM linked_party ORDER BY name").fetchall()
    assert found == [
        ("Wash. U.", WUSTL, "US"),
        ("Washington Univ School of Medicine", WUSTL, "US"),
        ("Zanth Optics, Inc.", None, "US"),
    ]
    methods = connection.sql("SELECT name, method, context FROM name_link ORDER BY name").fetchall()
    assert methods[0] == ("Wash. U.", "directory", "state:MO | id:herd:002520 | also:unitid:179867")
    assert methods[1][1] == "uei"


def test_the_newest_year_of_an_institution_counts():
    connection = _connection()
    connection.execute(
        "INSERT INTO directory_institution BY NAME SELECT * REPLACE (2021 AS year, 'MO' AS state, 'Older' AS name) "
        "FROM directory_institution WHERE directory_id = 'unitid:240107'"
    )
    held = directory.load(connection, "SELECT 'id:uei:S1M000000004'")
    assert held.entries["unitid:240107"].name == "Viterbo University"
    assert set(held.entries) == {"unitid:240107"}


def test_what_is_remembered_of_names_is_forgotten_with_another_directory(tmp_path):
    def digest(sha256):
        manifest = {"tables": {"directory_institution": {"sha256": sha256}, "award": {"sha256": "x"}}}
        return of_links({("ipeds", "2022"): manifest}, "seeds")

    assert digest("a") == digest("a") != digest("b")
    there = [party(1, "WU Sponsored Programs", "ST LOUIS", "MO", "S1M000000001")]
    award = [
        {
            "source": "nsf_awards",
            "part": "2022",
            "award_id": "nsf:1",
            "period": "all",
            "funder": "US",
            "project_id": "nsf:1",
        }
    ]

    def credited(listed, sha256):
        connection = _connection(listed, award=award, award_party=there)
        parties.link(connection, seeds.load(), Memory(tmp_path, digest(sha256)))
        return connection.sql("SELECT credited_id FROM linked_party").fetchall()

    assert credited((), "a") == [(None,)]
    assert credited(LISTED, "a") == [(None,)]  # the same directory, as it says: remembered
    assert credited(LISTED, "b") == [(WUSTL,)]


@pytest.mark.real
def test_institutions_of_the_real_directory_are_found_in_the_registry(real_linker, real):
    """Held against the labelled names: 99 % of what is said is right, 89 % are found, 87 % without the seed."""
    with (real / "labels" / "ipeds_names.csv").open(encoding="utf-8-sig", newline="") as file:
        labels = {r["unitid"]: r["ror_id"] for r in csv.DictReader(file)}
    with (real / "ipeds" / "HD2022.csv").open(encoding="latin-1", newline="") as file:
        rows = {r["UNITID"]: r for r in csv.DictReader(file)}
    states: dict[str, set[str]] = {}
    for row in rows.values():
        states.setdefault(row["INSTNM"].lower(), set()).add(row["STABBR"])
    registry = real_linker.registry
    loaded = seeds.load()
    bare = tuple(r for r in loaded["organisation_ids"] if r["scheme"] != "unitid")
    plain = Linker.of(registry, seeds.Seeds({**loaded.rows, "organisation_ids": bare}, ""))
    for linker, least in ((real_linker, 0.89), (plain, 0.87)):
        said = right = 0
        for unitid, ror_id in labels.items():
            row = rows[unitid]
            country = "PR" if row["STABBR"] == "PR" else "US"
            entry = Entry(
                f"unitid:{unitid}", row["INSTNM"], row["CITY"], row["STABBR"], country,
                row["SECTOR"].strip() == "0", len(states[row["INSTNM"].lower()]) > 1,
            )  # fmt: skip
            found = directory.Directory({entry.id: entry}).organisation(entry.id, registry, linker.curated)
            said += found is not None
            right += found is not None and registry.ids[found] == ror_id
        assert right / said >= 0.99
        assert right / len(labels) >= least
