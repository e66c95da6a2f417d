"""ROR: every record, name and relation of a dump in schema 2, whichever member holds it."""

import json

import pyarrow.parquet as pq
import pytest

from pipelines import steps
from tests import small_world as world


def table(home, name):
    return pq.read_table(home.core / name / "ror--all.parquet").to_pylist()


def test_names_kinds_places_and_ids_are_kept(home, mirror):
    records = world.registry()
    records[0]["external_ids"] = [
        {"type": "isni", "all": ["0000 0001 2097 4740"], "preferred": None},
        {"type": "grid", "all": ["grid.5292.c"], "preferred": "grid.5292.c"},
    ]
    records[0]["relationships"] = [
        {"type": "child", "id": world.LEUVEN, "label": "x"},
        {"type": "child", "id": world.LEUVEN, "label": "x"},
    ]
    world.ror(mirror, records)
    (outcome,) = steps.ingest(home, "ror", mirror)
    assert outcome.manifest["balance"]["registry_relation"]["dropped"] == {"duplicate_row": 1}
    delft = next(r for r in table(home, "registry_organisation") if r["organisation_id"] == world.DELFT)
    assert (delft["name"], delft["country"], delft["city"]) == ("Delft University of Technology", "NL", "Delft")
    assert delft["external_ids"] == ["grid:grid.5292.c", "isni:0000000120974740"]
    names = [(r["name"], r["kinds"]) for r in table(home, "registry_name") if r["organisation_id"] == world.DELFT]
    assert names == [
        ("Delft University of Technology", ["ror_display", "label"]),
        ("Technische Universiteit Delft", ["label"]),
        ("TU Delft", ["acronym"]),
    ]


def test_na_is_an_acronym_not_a_missing_value(home, mirror):
    records = world.registry()
    records[1]["names"].append({"value": "NA", "types": ["acronym"], "lang": None})
    world.ror(mirror, records)
    steps.ingest(home, "ror", mirror)
    assert "NA" in {r["name"] for r in table(home, "registry_name")}


def test_the_member_in_schema_2_is_taken_and_the_newest_release(home, mirror):
    schema_1 = json.dumps([{"id": "x", "name": "X", "aliases": [], "acronyms": []}])
    schema_2 = json.dumps(world.registry())
    world.archive(
        mirror / "ror" / "v2.10-2025-02-01-ror-data.zip",
        {"v2.10-ror-data.json": schema_1, "v2.10-ror-data_schema_v2.json": schema_2},
    )
    (outcome,) = steps.ingest(home, "ror", mirror)
    assert not outcome.failed
    assert outcome.manifest["receipt"]["files"][0]["name"] == "v2.10-2025-02-01-ror-data.zip"  # 2.10 is after 2.0
    assert any("v2.0-2025-01-01-ror-data.zip" in w for w in outcome.warnings)


def test_an_id_that_is_none_is_quarantined_with_its_names(home, mirror):
    records = world.registry([*world.INSTITUTIONS * 40])
    for n, record in enumerate(records):
        record["id"] = f"https://ror.org/0{n:06d}00"
    records[7]["id"] = "https://ror.org/oops"
    world.ror(mirror, records)
    (outcome,) = steps.ingest(home, "ror", mirror)
    books = outcome.manifest["balance"]
    assert books["registry_organisation"]["quarantined"] == 1
    assert books["registry_organisation"]["kept"] == 199
    assert books["registry_name"]["kept"] + books["registry_name"]["quarantined"] == books["registry_name"]["read"]


@pytest.mark.real
def test_the_real_dump_is_read_whole(home, real):
    (outcome,) = steps.ingest(home, "ror", real)
    books = outcome.manifest["balance"]
    assert (books["registry_organisation"]["read"], books["registry_organisation"]["kept"]) == (129_046, 129_046)
    assert books["registry_name"]["quarantined"] == 0
    related = {r["related_id"] for r in table(home, "registry_relation")}
    known = {r["organisation_id"] for r in table(home, "registry_organisation")}
    assert related <= known  # the sheet: no dangling relation
