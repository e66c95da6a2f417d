"""An ingest from the simulated publishers, over real sockets: the books are the world's, the bytes theirs."""

import hashlib

import duckdb
import pytest

from pipelines import demo, steps
from pipelines.demo.publisher import Book, Endpoint, Posted
from pipelines.demo.publishers import PUBLISHERS, books
from pipelines.demo.records import World
from pipelines.demo.server import Publishers, folders
from pipelines.source import load
from pipelines.window import Window
from tests.demo.conftest import RECENT
from warehouse import files


def published(source: str, world: World) -> list[Posted | Endpoint]:
    """What a publisher puts out: files, and addresses that answer questions."""
    return [*PUBLISHERS[source].files(world), *getattr(PUBLISHERS[source], "endpoints", lambda _: ())(world)]


PARTS = list(
    dict.fromkeys(
        (source, part)
        for source in PUBLISHERS
        for one in published(source, World())
        for part in (one.part, *getattr(one, "others", ()))
        if load(source).SOURCE.part_kind == "snapshot" or RECENT.holds(part)
    )
)
FILED = [(s, part) for s, part in PARTS if part in {file.part for file in PUBLISHERS[s].files(World())}]


def booked(manifest) -> dict[str, Book]:
    return {
        table: Book(b["read"], b["kept"], b["quarantined"], dict(b["dropped"]))
        for table, b in manifest["balance"].items()
    }


@pytest.mark.parametrize(("source", "part"), PARTS)
def test_the_books_are_the_worlds(first_night, world, source, part):
    assert booked(first_night.manifests()[source, part]) == books(world, [source])[source, part]


def test_the_known_flaws_are_in_quarantine_with_their_reasons(first_night):
    (letters,) = duckdb.sql(
        f"SELECT rules, reason FROM '{first_night.quarantine}/award_party/cordis--fp7.parquet'"
    ).fetchall()
    assert letters[0] == ["parsed"]
    assert "ecContribution: xxxxxxx is not a number" in letters[1]
    (cells,) = duckdb.sql(
        f"SELECT rules, reason FROM '{first_night.quarantine}/award_party/cordis--h2020.parquet'"
    ).fetchall()
    assert "23 cells where the header has 25" in cells[1]


@pytest.mark.parametrize(("source", "part"), FILED)
def test_raw_holds_the_publishers_bytes(first_night, publishers, world, source, part):
    held = [file["sha256"] for file in files.read_json(first_night.receipt(source, part))["files"]]
    posted = [file.name for file in PUBLISHERS[source].files(world) if file.part == part]
    assert sorted(held) == sorted(hashlib.sha256(publishers.body(name)).hexdigest() for name in posted)


def test_money_in_core_is_the_money_that_was_published(first_night, world):
    """But for the two parties in quarantine, what parties received adds up to what the projects were given."""
    for part in ("fp7", "h2020", "horizon"):
        snapshot = world.snapshots[part]
        rows = duckdb.sql(
            f"""SELECT round(sum(amount) * 100), count(*) FILTER (amount IS NULL)
            FROM '{first_night.core}/award_party/cordis--{part}.parquet'"""
        ).fetchall()
        refused = [row for row in (snapshot.flaws.letters, snapshot.flaws.cells) if row >= 0]
        paid = snapshot.money.net.clip(min=0).sum() - sum(snapshot.money.net[row] for row in refused)
        assert rows == [(paid, (snapshot.money.net < 0).sum())]


@pytest.mark.parametrize("source", PUBLISHERS)
def test_a_second_night_builds_nothing(filled, publishers, source):
    outcomes = steps.ingest(filled, source, window=RECENT)
    assert {(o.fetched, o.built, o.failed) for o in outcomes} == {(False, False, "")}
    for file in PUBLISHERS[source].files(publishers.world):
        asked = [a.status for a in publishers.requests if a.path == publishers.paths[file.name]]
        if load(source).SOURCE.changes_by == "listing" or folders(PUBLISHERS[source]):
            assert asked == []  # its listing has told already, or the file lies in a folder
        elif (source, file.part) in PARTS:
            # Where a publisher gives no validator, only the bytes can tell that nothing changed.
            assert asked == [304 if file.validators else 200]
        else:
            assert asked == []


def test_a_second_night_asks_for_each_listing_once(filled, publishers):
    for source in ("ror", "cordis"):
        steps.ingest(filled, source)
    asked = [(a.path.rpartition("/")[2], a.status) for a in publishers.requests]
    assert asked == [
        ("6347574", 302),
        ("90000001", 200),
        ("cordisfp7projects.rss", 200),
        ("cordish2020projects.rss", 200),
        ("cordis-eu-research-projects-under-horizon-europe-2021-2027.rss", 200),
        ("cordis-fp7projects-csv.zip", 304),
        ("cordis-fp7projectIrps.csv", 304),
        ("cordis-h2020projects-csv.zip", 304),
        ("cordis-h2020projectIrps.csv", 304),
        ("cordis-HORIZONprojects-csv.zip", 304),
    ]


@pytest.mark.parametrize(
    "source",
    # Ten thousand means are drawn from a quarter of a million rates: seconds.
    [pytest.param(name, marks=pytest.mark.slow) if name == "ecb_rates" else name for name in PUBLISHERS],
)
def test_a_new_edition_is_built_where_it_changed_and_keeps_its_books(filled, publishers, world, source):
    publishers.publish(world.next())
    changed = {one.part for one in published(source, world.next()) if one.since == 2}
    outcomes = steps.ingest(filled, source, window=RECENT)
    assert {o.part: (o.fetched, o.built, o.failed) for o in outcomes} == {
        part: (part in changed, part in changed, "") for of, part in PARTS if of == source
    }
    for outcome in outcomes:
        assert booked(outcome.manifest) == books(world.next(), [source])[source, outcome.part]


def test_publish_points_the_sources_to_itself_and_back(monkeypatch):
    monkeypatch.setenv("IUR_ROR_URL", "https://example.org/mine")
    monkeypatch.delenv("IUR_CORDIS_URL", raising=False)
    import os

    with demo.publish(scale=0.1, seed=3) as running:
        assert os.environ["IUR_ROR_URL"] == f"{running.base}/api/records/6347574"
        assert os.environ["IUR_CORDIS_URL"].startswith(running.base)
        assert running.base.startswith("http://127.0.0.1:")
    assert os.environ["IUR_ROR_URL"] == "https://example.org/mine"
    assert "IUR_CORDIS_URL" not in os.environ


@pytest.mark.slow
def test_the_whole_demo_world_keeps_its_books(home):
    """At scale 1 a project and an award are wrong as well; the next edition keeps its own books."""
    world = World()
    with Publishers(world) as running, demo.pointed_to(running):
        for edition in (world, world.next()):
            running.publish(edition)
            told = books(edition)
            for source, publisher in PUBLISHERS.items():
                first = publisher.first_part(edition) if hasattr(publisher, "first_part") else "2008"
                for outcome in steps.ingest(home, source, window=Window(first)):
                    assert not outcome.failed
                    known = told.get((source, outcome.part))  # none of a year that is not published yet
                    assert (booked(outcome.manifest) if outcome.manifest else None) == known
    assert told["cordis", "h2020"]["award"].quarantined == 1
    assert told["cordis", "h2020"]["award_party"].dropped["parent_quarantined"] > 2
    assert told["nsf_awards", "2015"]["award"].quarantined == 1
