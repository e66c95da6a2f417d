"""Nights on the simulated publishers: what changed is built and released once, and a failure stays where it is."""

import io
import zipfile

import pytest

from pipelines.demo.faults import Fault
from pipelines.scheduler import SIMULATED
from warehouse import files, publish

pytestmark = pytest.mark.slow


def tree(home):
    """Every file of core and the releases, with its time: what is rewritten shows."""
    roots = (home.core, home.releases, home.root / "raw")
    return {p: (p.stat().st_mtime_ns, p.stat().st_ino) for root in roots for p in root.rglob("*") if p.is_file()}


def states(run, task):
    return [(state, tries) for (id_, state, tries), count in run.tasks.items() if id_ == task for _ in range(count)]


def changed(body: bytes) -> bytes:
    """A programme's zip in which one more project began in 2014."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            text = old.read(info)
            if info.filename.endswith("project.csv"):
                text = text.replace(b'"2015-', b'"2014-', 1)
            new.writestr(info, text)
    return out.getvalue()


@pytest.fixture(scope="module")
def runs(night, data, publishers):
    """The first night: every source, then the release."""
    data.mark_simulated()
    return [night(dag_id, 1) for dag_id in (*(f"ingest_{source}" for source in SIMULATED), "observatory")]


@pytest.fixture
def first(runs, data, publishers, night):
    """The home after the first night and whatever nights other tests had, with nothing left to do."""
    yield data
    publishers.heal()
    publishers.publish(publishers.world)
    for dag_id in ("ingest_cordis", "observatory"):
        assert night(dag_id, 31).state == "success"


def test_a_night_ingests_every_source_and_makes_one_release(runs, data):
    for run in runs:
        assert run.state == "success"
        assert {state for _, state, _ in run.tasks} == {"success"}
    assert {source for source, _ in data.manifests()} == set(SIMULATED)
    assert len(publish.vintages(data)) == 1


@pytest.mark.parametrize("day", [1, 2], ids=["the same date again", "a quiet night"])
def test_nothing_new_rewrites_and_releases_nothing(night, first, day):
    before = tree(first)
    for source in SIMULATED:
        run = night(f"ingest_{source}", day)
        assert run.state == "success"
        assert {state for state, _ in states(run, "settle")} == {"skipped"}
    assert states(night("observatory", day), "release") == [("skipped", 0)]
    assert tree(first) == before


def test_one_part_changed_is_one_part_built_and_one_release(night, first, publishers):
    before, releases = tree(first), len(publish.vintages(first))
    publishers.replace("cordis/h2020", changed)
    for source in SIMULATED:
        night(f"ingest_{source}", 3)
    built = {p.name for p, seen in tree(first).items() if p.is_relative_to(first.core) and before.get(p) != seen}
    assert built == {"cordis--h2020.parquet", "h2020.json"}
    assert states(night("observatory", 3), "release") == [("success", 1)]
    assert len(publish.vintages(first)) == releases + 1
    assert states(night("observatory", 3), "release") == [("skipped", 0)]
    assert len(publish.vintages(first)) == releases + 1


@pytest.mark.parametrize(
    ("source", "address", "task"),
    [("cordis", "cordis/fp7", "fetch"), ("cordis", "cordis/fp7/listing", "fetch"), ("ror", "ror/listing", "listing")],
    ids=["a file", "the listing of a part", "the listing"],
)
def test_a_network_fault_is_tried_again(night, first, publishers, source, address, task):
    # The session itself asks six times; the listing of a part is asked for in both tasks.
    publishers.fail(address, Fault(is_reset=True, times=12 if address == "cordis/fp7/listing" else 6))
    run = night(f"ingest_{source}", 4)
    publishers.heal()
    assert run.state == "success"
    assert states(run, task) == [("success", 2)]
    assert first.failures() == {}


def test_a_failing_source_says_how_to_mend_it_and_leaves_the_others(night, first, publishers, capfd):
    releases = len(publish.vintages(first))
    publishers.replace("cordis/h2020", lambda body: changed(body)[:-100])
    run = night("ingest_cordis", 5)
    assert run.state == "failed"
    assert states(run, "fetch") == [("success", 1)]
    assert states(run, "normalise") == [("failed", 1)]  # a contract does not mend itself
    said = capfd.readouterr()
    assert "is not a whole zip archive" in said.out + said.err
    assert "mend: fetch it again" in said.out + said.err
    assert night("ingest_ror", 5).state == "success"
    assert "is not a whole zip archive" in first.failures()["cordis", "h2020"]
    # It is released as before, called stale; and mended, it is fresh again.
    night("observatory", 5)
    assert len(publish.vintages(first)) == releases + 1
    publishers.publish(publishers.world)
    assert night("ingest_cordis", 6).state == "success"
    assert first.failures() == {}


def test_an_address_that_has_moved_is_not_tried_again_and_the_other_parts_come(night, first, publishers):
    publishers.replace("cordis/h2020", changed)
    publishers.fail("cordis/fp7", Fault(status=404))
    publishers.fail("cordis/horizon/listing", Fault(status=404))
    run = night("ingest_cordis", 7)
    publishers.heal()
    assert run.state == "failed"
    assert states(run, "fetch") == [("failed", 1)]
    assert states(run, "normalise") == [("success", 1)]
    manifest = files.read_json(first.manifest("cordis", "h2020"))
    assert manifest["receipt"]["sha256"] == files.read_json(first.receipt("cordis", "h2020"))["sha256"]
    assert night("ingest_cordis", 8).state == "success"
    assert first.failures() == {}


def test_a_release_waits_for_a_part_that_is_being_written(night, first, publishers):
    publishers.replace("cordis/h2020", changed)
    night("ingest_cordis", 9)
    with first.part_lock("cordis", "h2020"):
        assert states(night("observatory", 9), "release") == [("skipped", 0)]
    assert states(night("observatory", 9), "release") == [("success", 1)]
