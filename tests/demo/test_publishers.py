"""Every source has a simulated publisher, every publisher keeps the same rules, and editions change what they say."""

import hashlib
import re
from pathlib import Path

import pytest
import requests

from pipelines import source
from pipelines.demo import shelf
from pipelines.demo.publishers import PUBLISHERS, books
from pipelines.demo.records import World
from pipelines.demo.server import folders

CHANGED = {
    "ror": {"ror"},
    "cordis": {"cordis/horizon"},
    "ecb_rates": {"ecb_rates"},
    "hebci": {f"hebci/table-{table}" for table in ("1", "2a", "2b", "3", "4a", "4b", "4c", "4d", "4e", "5")},
    "hesa": {"hesa/finance-table-1", "hesa/staff-table-1"},
    "nsf_awards": {"nsf_awards/2023"},
    "nih_reporter": {"nih_reporter/2025"},
    "sbir": {"sbir"},
    "ncses_herd": {"ncses_herd/2023"},
    "ipeds": {"ipeds/2023"},
    "gtr": set(),
    "autm": {"autm"},
    "openalex": set(),
    "worldbank": set(),
    "patentsview": {
        "patentsview/g_assignee_disambiguated",
        "patentsview/g_assignee_not_disambiguated",
        "patentsview/g_persistent_assignee",
    },
    "uspto_grants": {"uspto_grants/ipg251125"},
    "uspto_maintenance": {"uspto_maintenance/MaintFeeEvents"},
    "epo_ops": set(),
    "uspto_assignments": {"uspto_assignments/ad20260114"},
}
"""The files that the next edition changes, by publisher: an academic year more changes every survey's table.

A publisher that answers by pages has none.
"""


def _digests(world: World, name: str, path: Path) -> dict[str, str]:
    found = {}
    for file in PUBLISHERS[name].files(world):
        file.write(path)
        found[file.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def test_every_source_has_a_simulated_publisher():
    assert set(PUBLISHERS) == set(source.names())


@pytest.mark.parametrize("name", PUBLISHERS)
def test_a_publisher_sets_the_variables_its_source_reads(name):
    text = Path(source.load(name).__file__).read_text(encoding="utf-8")
    assert set(PUBLISHERS[name].ADDRESSES) == set(re.findall(r"IUR_\w+_URL", text))
    assert set(folders(PUBLISHERS[name])) == set(re.findall(r"IUR_\w+_PATH", text))


@pytest.mark.parametrize("name", PUBLISHERS)
def test_files_and_books_are_of_the_same_parts(name, world):
    files = PUBLISHERS[name].files(world)
    answering = getattr(PUBLISHERS[name], "endpoints", lambda _: ())(world)
    also = {part for endpoint in answering for part in endpoint.others}
    assert {posted.part for posted in (*files, *answering)} | also == set(PUBLISHERS[name].books(world))
    assert len({file.name for file in files}) == len({file.path for file in files}) == len(files)
    for file in files:
        assert file.name.partition("/")[0] == name
        assert file.since in (1, world.edition)


@pytest.mark.parametrize("name", PUBLISHERS)
def test_a_book_balances_and_tells_the_tables_of_its_source(name, world):
    for part, tables in PUBLISHERS[name].books(world).items():
        assert set(tables) == set(source.load(name).SOURCE.tables), part
        for table, book in tables.items():
            assert book.read == book.kept + book.quarantined + sum(book.dropped.values()), (part, table)
            facts = source.load(name).SOURCE
            assert book.kept > 0 or facts.may_be_empty or table != facts.primary(part), (part, table)


@pytest.mark.parametrize("name", PUBLISHERS)
def test_the_same_world_gives_the_same_bytes_and_another_seed_others(name, world, tmp_path):
    first = _digests(world, name, tmp_path / "file")
    assert _digests(World(projects=200), name, tmp_path / "file") == first
    other = _digests(World(projects=200, seed=7), name, tmp_path / "file")
    assert all(other[file] != digest for file, digest in first.items())


@pytest.mark.parametrize("name", PUBLISHERS)
def test_the_next_edition_changes_the_files_it_says_and_no_others(name, world, tmp_path):
    later = world.next()
    now, then = (_digests(w, name, tmp_path / "file") for w in (world, later))
    assert {file for file in then if now.get(file) != then[file]} == CHANGED[name]
    assert {f.name for f in PUBLISHERS[name].files(later) if f.since == later.edition} == CHANGED[name]


def test_books_can_be_had_of_some_sources(world):
    assert {source for source, _ in books(world, ["hesa"])} == {"hesa"}


def test_editions_share_the_files_that_did_not_change(world):
    kept = shelf.of(world)
    later = world.next()
    assert shelf.of(later) is kept
    for file, next_ in zip(PUBLISHERS["cordis"].files(world), PUBLISHERS["cordis"].files(later), strict=True):
        assert (kept.file(file).path == kept.file(next_).path) == (file.name != "cordis/horizon")


def test_who_does_not_say_what_he_is_is_turned_away(publishers):
    """As HESA's site does; the library's own name is as good as none."""
    for file in [file for publisher in PUBLISHERS.values() for file in publisher.files(publishers.world)[:1]]:
        name = file.name.partition("/")[0]
        url = publishers.base + file.path
        keys = dict.fromkeys(["X-API-Key"], *getattr(PUBLISHERS[name], "KEYS", {"": ""}).values())
        assert requests.get(url, headers=keys).status_code == (403 if name in ("hebci", "hesa") else 200)
        assert requests.get(url, headers={"User-Agent": "Mozilla/5.0"} | keys).status_code == 200


def test_a_query_that_belongs_to_no_address_is_passed_over(publishers):
    assert requests.get(publishers.base + publishers.paths["ecb_rates"] + "?again=1").status_code == 200
    year = publishers.paths["nsf_awards/2023"]
    assert requests.get(publishers.base + year.replace("2023", "1975")).status_code == 404
