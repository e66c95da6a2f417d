"""Files that somebody damaged: a clear failure or a quarantine that names file and line; former data untouched."""

import shutil
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from pipelines import mirror as mirrored
from pipelines import steps
from tests import small_world as world
from warehouse import files
from warehouse.store import Home

PROJECT = world.text(world.PROJECT, world.projects())
ORGANIZATION = world.text(world.ORGANIZATION, world.parties())


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A home with the whole small world in core."""
    root = tmp_path_factory.mktemp("whole")
    world.write(root / "mirror")
    for source in ("ror", "cordis"):
        assert not any(o.failed for o in steps.ingest(Home(root / "home"), source, root / "mirror"))
    return root / "home"


@pytest.fixture
def ingested(whole, home):
    """The whole small world in this test's home, and what its files are."""
    shutil.copytree(whole, home.root)
    return {p: files.sha256(p) for p in home.core.rglob("*.parquet")}


def renamed(table: str, old: str, new: str) -> str:
    header, _, rest = table.partition("\n")
    return header.replace(f'"{old}"', f'"{new}"') + "\n" + rest


def lines(table: str, line: int, new: str) -> str:
    there = table.splitlines(keepends=True)
    there[line - 1] = new + "\n"
    return "".join(there)


BROKEN = {
    "truncated zip": (lambda m: cut(world.cordis(m)), ["cordis-h2020projects-csv.zip", "not a whole zip"]),
    "page instead of a zip": (lambda m: page(world.cordis(m)), ["is a web page", "line 1"]),
    "renamed column": (
        lambda m: world.cordis(m, organization=renamed(ORGANIZATION, "role", "roleInProject")),
        ["organization.csv", "line 1", "column missing: role", "not known: roleInProject"],
    ),
    "column twice": (
        lambda m: world.cordis(m, project=renamed(PROJECT, "acronym", "title")),
        ["project.csv", "column twice: title"],
    ),
    "wrong encoding": (
        lambda m: world.cordis(m, organization=ORGANIZATION.replace("TALVERIN", "TÁLVERIN").encode("latin-1")),
        ["organization.csv", "line 6", "bytes that are not UTF-8"],
    ),
    "utf-16": (
        lambda m: world.cordis(m, organization=ORGANIZATION.encode("utf-16")),
        ["organization.csv", "line 1", "column missing"],
    ),
    "shifted column": (
        lambda m: world.cordis(m, organization=ORGANIZATION.replace('"NL";"";"";"";"";', '"";"NL";"";"";"";"";')),
        ["organization.csv", "line 2", "26 cells where the header has 25"],
    ),
    "cells swapped throughout": (
        lambda m: world.cordis(m, organization=renamed(renamed(renamed(ORGANIZATION, "city", "x"), "country", "city"),
                                                       "x", "country")),
        ["organization.csv", "line 2", "country looks like NL"],
    ),
    "a quote that never ends": (
        lambda m: world.cordis(m, project=PROJECT[:-2]),
        ["project.csv", "line 7", "a quoted cell never ends"],
    ),
    "conflict markers": (
        lambda m: world.cordis(m, organization="<<<<<<< HEAD\n" + ORGANIZATION),
        ["organization.csv", "line 1", "conflict marker"],
    ),
    "table missing": (
        lambda m: world.archive(m / "cordis/cordis-h2020projects-csv.zip", {"csv/project.csv": PROJECT}),
        ["no organization table among", "project.csv"],
    ),
    "empty table": (
        lambda m: world.cordis(m, project=world.text(world.PROJECT, [])),
        ["cordis-h2020projects-csv.zip", "no row for award"],
    ),
    "header only of nothing": (lambda m: world.cordis(m, organization=""), ["organization.csv", "column missing"]),
}  # fmt: skip


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def page(path):
    path.write_text("<!DOCTYPE html><html><body>We have moved</body></html>")


@pytest.mark.parametrize("damage", BROKEN)
def test_a_damaged_part_fails_clearly_and_the_former_files_stay(damage, home, mirror, ingested):
    write, said = BROKEN[damage]
    write(mirror)
    (outcome,) = steps.ingest(home, "cordis", mirror)
    assert outcome.failed
    for words in ["cordis", "h2020", *said]:
        assert words in outcome.failed
    assert {p: files.sha256(p) for p in home.core.rglob("*.parquet")} == ingested
    assert ("cordis", "h2020") in home.failures()


def test_a_failure_names_the_mend_and_is_forgotten_once_mended(home, mirror, ingested):
    cut(world.cordis(mirror))
    (outcome,) = steps.ingest(home, "cordis", mirror)
    assert "mend: " in outcome.failed
    world.cordis(mirror)
    (outcome,) = steps.ingest(home, "cordis", mirror)
    assert not outcome.failed
    assert home.failures() == {}
    assert {p: files.sha256(p) for p in home.core.rglob("*.parquet")} == ingested


# 386 more parties of one project, so that three bad rows stay within the tolerance of one in a hundred.
SIMULATED = [
    (
        *("106", str(910_000_000 + n), f"SIMULATED PARTY {n} LTD", "", "PRC", "true", "CITY", "IE"),
        *("participant", n + 10, "1000", "1000", "2000"),
    )
    for n in range(386)
]
MANY = world.parties() + world.parties(SIMULATED)


def test_single_bad_rows_are_quarantined_with_file_and_line(home, mirror):
    parties = [[*row] for row in MANY]
    parties[20][20] = "xxxxxxx"  # line 22: an amount that is none, as in the corrupt row of FP7
    parties[30] = parties[30][:-1]  # line 32: a cell short
    parties[40][11] = "Ireland"  # line 42: a name where a code is due
    world.cordis(mirror, organization=world.text(world.ORGANIZATION, parties))
    (outcome,) = steps.ingest(home, "cordis", mirror)
    assert not outcome.failed
    book = outcome.manifest["balance"]["award_party"]
    assert (book["read"], book["kept"], book["quarantined"], sum(book["dropped"].values())) == (400, 397, 3, 0)
    refused = pq.read_table(home.quarantine / "award_party" / "cordis--h2020.parquet").to_pylist()
    assert [(r["_file"], r["_line"], r["rules"]) for r in refused] == [
        ("cordis-h2020projects-csv.zip/organization.csv", 22, ["parsed"]),
        (
            "cordis-h2020projects-csv.zip/organization.csv",
            32,
            ["award_id.known", "name.known", "parsed", "role.known"],
        ),
        ("cordis-h2020projects-csv.zip/organization.csv", 42, ["country.pattern"]),
    ]
    assert "ecContribution: xxxxxxx is not a number" in refused[0]["reason"]
    assert "24 cells where the header has 25" in refused[1]["reason"]


def test_one_key_twice_is_dropped_where_equal_and_quarantined_where_not(home, mirror):
    parties = [[*row] for row in MANY]
    parties.insert(50, [*parties[49]])  # the same row again
    conflict = [*parties[60]]
    conflict[20] = "999"  # the same party with another amount: nobody can say which is right
    parties.append(conflict)
    world.cordis(mirror, organization=world.text(world.ORGANIZATION, parties))
    (outcome,) = steps.ingest(home, "cordis", mirror)
    book = outcome.manifest["balance"]["award_party"]
    assert (book["read"], book["kept"], book["quarantined"]) == (402, 399, 2)
    assert book["dropped"] == {"duplicate_row": 1}
    assert book["rules"] == {"key.unique": 2}
    refused = pq.read_table(home.quarantine / "award_party" / "cordis--h2020.parquet").to_pylist()
    assert [r["_line"] for r in refused] == [62, 403]
    assert "organization.csv line 62" in refused[0]["reason"]
    assert "organization.csv line 403" in refused[0]["reason"]


def test_children_of_a_refused_row_go_with_it_and_orphans_are_quarantined(home, mirror):
    projects = [[*row] for row in world.projects()] + [
        [str(1000 + n), *row[1:18], str(1000 + n), ""] for n in range(194) for row in [world.projects()[0]]
    ]
    projects[0][4] = "2099-99-99"  # project 101, with three parties: a day there is none of
    parties = [[*row] for row in MANY]
    parties[20][0] = "77777"  # a party of a project that is not there
    world.cordis(
        mirror,
        project=world.text(world.PROJECT, projects),
        organization=world.text(world.ORGANIZATION, parties),
    )
    (outcome,) = steps.ingest(home, "cordis", mirror)
    assert not outcome.failed
    awards, book = outcome.manifest["balance"]["award"], outcome.manifest["balance"]["award_party"]
    assert (awards["read"], awards["kept"], awards["quarantined"]) == (200, 199, 1)
    assert (book["read"], book["kept"], book["quarantined"]) == (400, 396, 1)
    assert book["dropped"] == {"parent_quarantined": 3}
    assert book["rules"] == {"parent.known": 1}


def test_a_normaliser_that_loses_rows_fails_the_part(home, mirror, ingested, monkeypatch):
    from pipelines.sources import cordis

    monkeypatch.setattr(cordis, "_PARTY", cordis._PARTY + " LIMIT 9")  # nine of fourteen parties
    (outcome,) = steps.ingest(home, "cordis", mirror, force=True)
    assert "award_party: rows normalised is 9, expected 14" in outcome.failed
    assert {p: files.sha256(p) for p in home.core.rglob("*.parquet")} == ingested


def test_a_part_with_other_rows_than_announced_fails(home, mirror, monkeypatch):
    offers = mirrored.offers
    monkeypatch.setattr(mirrored, "offers", lambda *given: [replace(o, announced=7) for o in offers(*given)])
    (outcome,) = steps.ingest(home, "cordis", mirror)
    assert "award: rows announced is 6, expected 7" in outcome.failed
    assert not list(home.core.rglob("*.parquet"))


def test_a_new_column_is_a_warning_that_stays(home, mirror):
    widened = "\n".join(line + (';"ecTotal"' if n == 0 else ';""') for n, line in enumerate(PROJECT.splitlines()))
    world.cordis(mirror, project=widened + "\n")
    for _ in range(2):
        (outcome,) = steps.ingest(home, "cordis", mirror)
        assert outcome.warnings == ["cordis-h2020projects-csv.zip/project.csv: new column ecTotal"]


def test_ror_dumps_that_are_none(home, mirror):
    world.ror(mirror, records=[{k: v for k, v in r.items() if k != "relationships"} for r in world.registry()])
    (outcome,) = steps.ingest(home, "ror", mirror)
    assert "column missing: relationships" in outcome.failed
    world.archive(mirror / "ror" / "v2.0-2025-01-01-ror-data.zip", {"x.json": '[{"id": 1, "aliases": [], "name": 2}]'})
    (outcome,) = steps.ingest(home, "ror", mirror)
    assert "0 JSON files in schema 2" in outcome.failed
    world.archive(mirror / "ror" / "v2.0-2025-01-01-ror-data.zip", {"x.json": '[{"names": [{"value": "cut'})
    (outcome,) = steps.ingest(home, "ror", mirror)
    assert "is not a JSON array" in outcome.failed


@pytest.mark.real
def test_the_odd_files_of_cordis(home, real, tmp_path):
    mirror = tmp_path / "odd"
    (mirror / "cordis").mkdir(parents=True)
    for path in (real / "cordis" / "odd").iterdir():
        shutil.copy(path, mirror / "cordis")
    (outcome,) = steps.ingest(home, "cordis", mirror)
    assert "the mirror has no file of this source among" in outcome.failed
    assert "fp7orgs_with_conflict_markers.csv" in outcome.failed
    # Under the publisher's names they are told apart from his files by their content.
    conflict = (real / "cordis" / "odd" / "fp7orgs_with_conflict_markers.csv").read_bytes()
    world.cordis(mirror, organization=conflict, part="fp7")
    (outcome,) = steps.ingest(home, "cordis", mirror)
    assert "organization.csv · line 1" in outcome.failed
    assert "conflict marker" in outcome.failed
    for path in sorted((real / "cordis" / "odd").glob("cell*")):
        world.cordis(mirror, project=path.read_bytes(), part="fp7")
        (outcome,) = steps.ingest(home, "cordis", mirror)
        assert "project.csv · line 1: column missing: id, status" in outcome.failed
    assert not list(home.core.rglob("*.parquet"))
