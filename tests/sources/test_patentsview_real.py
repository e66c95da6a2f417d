"""The real tables of PatentsView: 1,100 patents of two days, held against what Python's own reader finds in them."""

import csv
import io
import zipfile
from collections import Counter

import pyarrow.parquet as pq
import pytest

from pipelines import steps
from warehouse.store import Home

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def raw(real):
    def read(name):
        with zipfile.ZipFile(real / "patentsview" / f"{name}.tsv.zip") as archive:
            text = io.TextIOWrapper(archive.open(f"{name}.tsv"), encoding="utf-8", newline="")
            return list(csv.DictReader(text, delimiter="\t"))

    names = ("g_patent", "g_assignee_disambiguated", "g_inventor_disambiguated", "g_location_disambiguated",
             "g_cpc_current")  # fmt: skip
    return {name: read(name) for name in names}


@pytest.fixture(scope="module")
def ingested(real, tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("patentsview"))
    (outcome,) = steps.ingest(home, "patentsview", real)
    assert not outcome.failed, outcome.failed
    return home, outcome


def table(ingested, name):
    return pq.read_table(ingested[0].core / name / "patentsview--all.parquet").to_pylist()


def test_every_row_is_kept_and_the_books_balance(ingested, raw):
    books = {name: (b["read"], b["kept"]) for name, b in ingested[1].manifest["balance"].items()}
    assert [len(rows) for rows in raw.values()] == [1_100, 871, 2_462, 1_561, 5_809]
    assert books == {"patent": (1_100, 1_100), "patent_party": (3_333, 3_333), "patent_class": (5_809, 5_809),
                     "patent_funding": (0, 0), "patent_citation": (0, 0)}  # fmt: skip
    assert not [said for said in ingested[1].warnings if "column" in said]


def test_patents_are_those_of_two_days(ingested, raw):
    patents = table(ingested, "patent")
    assert Counter(str(p["granted_on"]) for p in patents) == {"2007-03-06": 1_000, "2000-01-04": 100}
    assert {p["patent_id"] for p in patents} == {f"us:{r['patent_id']}" for r in raw["g_patent"]}
    assert {(p["type"], p["is_withdrawn"], p["title"]) for p in patents} == {("utility", False, None)}


def test_assignees_are_the_organisations_as_written_with_their_places(ingested, raw):
    places = {r["location_id"]: r for r in raw["g_location_disambiguated"]}
    expected = set()
    for r in raw["g_assignee_disambiguated"]:
        place = places.get(r["location_id"], {})
        where = tuple(place.get(f"disambig_{of}") or None for of in ("country", "state", "city"))
        organisation = r["disambig_assignee_organization"] or None
        expected.add((f"us:{r['patent_id']}", int(r["assignee_sequence"]), organisation, *where))
    found = {(p["patent_id"], p["sequence"], p["name"], p["country"], p["state"], p["city"])
             for p in table(ingested, "patent_party") if p["role"] == "assignee"}  # fmt: skip
    assert found == expected
    assert len(expected) == 871


def test_eleven_persons_have_no_name_and_one_organisation_no_type(ingested):
    assignees = [p for p in table(ingested, "patent_party") if p["role"] == "assignee"]
    persons = [p for p in assignees if p["is_person"]]
    assert Counter(p["type_code"] for p in persons) == {"4": 7, "5": 4}
    assert {p["name"] for p in persons} == {None}
    assert [p["name"] for p in assignees if p["type_code"] is None] == ["CARSON INDUSTRIES LLC"]
    assert Counter(p["type_code"] for p in assignees if not p["is_person"]) == {
        "2": 441, "3": 409, "6": 7, "7": 2, None: 1,
    }  # fmt: skip


def test_inventors_have_a_place_and_no_name_not_even_in_their_id(ingested, raw):
    inventors = [p for p in table(ingested, "patent_party") if p["role"] == "inventor"]
    written = {r["inventor_id"] for r in raw["g_inventor_disambiguated"]}
    assert len(inventors) == 2_462
    assert len({p["source_org_id"] for p in inventors}) == len(written)
    assert not [p for p in inventors if p["name"] or ":ln:" in p["source_org_id"] or "_ln" in p["source_org_id"]]


def test_classes_are_the_publishers(ingested, raw):
    expected = {(f"us:{r['patent_id']}", int(r["cpc_sequence"]), r["cpc_group"], r["cpc_subclass"])
                for r in raw["g_cpc_current"]}  # fmt: skip
    found = {(c["patent_id"], c["sequence"], c["symbol"], c["subclass"]) for c in table(ingested, "patent_class")}
    assert found == expected
    assert {c["is_inventive"] for c in table(ingested, "patent_class")} == {True}
