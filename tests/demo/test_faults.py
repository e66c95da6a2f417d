"""What goes wrong on the way is overcome, or told clearly, and what was there before stays."""

import hashlib
import io
import zipfile
from collections.abc import Callable

import pytest

from pipelines import bodies, steps
from pipelines.demo.faults import PAGE, Fault
from pipelines.demo.publisher import Posted
from pipelines.demo.publishers import PUBLISHERS
from pipelines.demo.records import World
from pipelines.demo.server import Publishers, folders
from pipelines.source import load
from tests.demo.conftest import RECENT
from warehouse import files
from warehouse.store import Home


def tree(home: Home) -> dict[str, str]:
    """Every file of core by its digest."""
    return {str(p.relative_to(home.core)): files.sha256(p) for p in sorted(home.core.rglob("*")) if p.is_file()}


def member(name: str, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Change one member of a zip."""

    def changed(body: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w") as new:
            for info in old.infolist():
                data = old.read(info)
                new.writestr(info, change(data) if info.filename.endswith(name) else data)
        return out.getvalue()

    return changed


def outcome_of(home: Home, source: str, part: str, **more: bool) -> steps.Outcome:
    (found,) = [o for o in steps.ingest(home, source, window=RECENT, **more) if o.part in (part, "*")]
    return found


def changing(source: str) -> Posted:
    """Return a file of a publisher that is another one in the next edition."""
    later = World().next()
    found = [file for file in PUBLISHERS[source].files(later) if file.since == later.edition]
    return found[len(found) // 2]


POSTING = [source for source, publisher in PUBLISHERS.items() if publisher.files(World()) and not folders(publisher)]
"""Sources that come as files over a network; those that answer questions are tried in test_matrix.py."""

FILES = [pytest.param(f.name, source, f.part, id=f.name) for source in POSTING for f in [changing(source)]]


def held(home: Home, publishers: Publishers, name: str, source: str, part: str) -> str:
    """Return the digest of a publisher's file in raw."""
    (found,) = [
        file["sha256"]
        for file in files.read_json(home.receipt(source, part))["files"]
        # A storage's address is kept nowhere: its file goes by its name.
        if file["url"] == publishers.base + publishers.paths[name]
        or file["name"] == publishers.paths[name].rpartition("/")[2]
    ]
    return found


def published(publishers: Publishers, name: str) -> str:
    return hashlib.sha256(publishers.body(name)).hexdigest()


@pytest.fixture
def small_reads(monkeypatch) -> None:
    """Read bodies in small pieces: these files are smaller than the piece a publisher's are read in."""
    monkeypatch.setattr(bodies, "CHUNK", 64)


def test_what_arrived_before_a_cut_is_kept_however_little(home, publishers):
    publishers.fail("cordis/h2020", Fault(cut=0.5, times=1))
    assert not outcome_of(home, "cordis", "h2020", fetch_only=True).failed
    assert [a.status for a in publishers.requests if a.path == publishers.paths["cordis/h2020"]] == [200, 206]


@pytest.mark.parametrize("fault", [Fault(ignores_range=True, cut=0.5, times=2), Fault(longer=7, times=2)])
@pytest.mark.parametrize("name", ["cordis/fp7"])
def test_a_publisher_that_ignores_ranges_is_read_anew(home, small_reads, publishers, fault, name):
    publishers.fail(name, fault)
    assert not outcome_of(home, "cordis", "fp7", fetch_only=True).failed
    assert held(home, publishers, name, "cordis", "fp7") == published(publishers, name)


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.99])
@pytest.mark.parametrize(("name", "source", "part"), FILES)
def test_a_cut_body_is_resumed_to_the_same_bytes(home, small_reads, publishers, name, source, part, cut):
    publishers.fail(name, Fault(cut=cut, times=2))
    outcome = outcome_of(home, source, part, fetch_only=True)
    assert not outcome.failed
    assert held(home, publishers, name, source, part) == published(publishers, name)
    asked = [(a.status, a.range) for a in publishers.requests if a.path == publishers.paths[name]]
    if "ETag" not in changing(source).validators:
        # Nobody vouches that the rest is of the same file: it is asked for anew.
        assert asked == [(200, "")] * 3
        return
    assert [status for status, _ in asked] == [200, 206, 206]
    # Whole pieces are kept: 64 bytes at most are asked for again.
    first = int(len(publishers.body(name)) * cut)
    assert first - 64 < int(asked[1][1].removeprefix("bytes=").removesuffix("-")) <= first


def test_a_body_cut_every_time_resumes_on_another_night(home, small_reads, publishers):
    publishers.fail("cordis/fp7", Fault(cut=0.05))
    outcome = outcome_of(home, "cordis", "fp7", fetch_only=True)
    assert "the body was cut 5 times" in outcome.failed
    publishers.heal()
    publishers.forget()
    assert not outcome_of(home, "cordis", "fp7", fetch_only=True).failed
    (asked,) = [a for a in publishers.requests if a.path == publishers.paths["cordis/fp7"]]
    assert asked.status == 206
    assert held(home, publishers, "cordis/fp7", "cordis", "fp7") == published(publishers, "cordis/fp7")


def test_a_new_edition_between_cut_and_resume_is_fetched_whole(home, small_reads, publishers, world):
    publishers.fail("cordis/horizon", Fault(cut=0.5))
    assert outcome_of(home, "cordis", "horizon", fetch_only=True).failed
    publishers.heal()
    publishers.publish(world.next())
    assert not outcome_of(home, "cordis", "horizon", fetch_only=True).failed
    assert held(home, publishers, "cordis/horizon", "cordis", "horizon") == published(publishers, "cordis/horizon")


@pytest.mark.parametrize(("name", "source", "part"), FILES)
def test_a_part_that_fails_leaves_the_former_data_and_the_other_parts(filled, publishers, world, name, source, part):
    """What each fault ends in is in test_matrix.py; that nothing else is touched is the same for all."""
    fault, says = Fault(status=503, retry_after=0), "answered 503 Service Unavailable"
    before = tree(filled)
    publishers.publish(world.next())
    publishers.fail(name, fault)
    outcomes = steps.ingest(filled, source, window=RECENT, fetch_only=True)
    (outcome,) = [o for o in outcomes if o.part == part]
    assert says in outcome.failed
    assert f"{source} · {part}" in outcome.failed
    assert "mend: " in outcome.failed
    assert not [o.failed for o in outcomes if o.part != part and o.failed]
    assert tree(filled) == before


@pytest.mark.parametrize(("name", "source", "part"), FILES)
def test_a_failed_part_is_noted_for_the_release_until_it_is_there(filled, publishers, world, name, source, part):
    if load(source).SOURCE.changes_by == "listing":
        publishers.publish(world.next())  # where its listing tells nothing new, nobody asks for the file
    publishers.fail(name, Fault(status=403))
    assert outcome_of(filled, source, part).failed
    assert (source, part) in filled.failures()
    publishers.heal()
    publishers.publish(world)
    assert not outcome_of(filled, source, part).failed
    assert (source, part) not in filled.failures()


@pytest.mark.parametrize("name", ["ror/listing", "cordis/h2020/listing"])
@pytest.mark.parametrize("fault", [Fault(status=404), Fault(is_page=True)], ids=["404", "a page"])
def test_a_listing_that_is_gone_is_told(filled, publishers, name, fault):
    before = tree(filled)
    publishers.fail(name, fault)
    source, part = name.split("/")[0], name.split("/")[1] if name.count("/") == 2 else "*"
    failed = [o for o in steps.ingest(filled, source) if o.failed]
    assert [o.part for o in failed] == [part]  # a feed that fails takes its own programme only
    assert "mend: " in failed[0].failed
    assert tree(filled) == before


def test_a_listing_that_is_cut_is_asked_for_again(home, publishers):
    publishers.fail("ror/listing", Fault(cut=0.5, times=1))
    assert not steps.ingest(home, "ror", fetch_only=True)[0].failed


SPOILT = [
    ("truncated zip", "cordis/h2020", lambda body: body[: len(body) // 2], "is not a whole zip archive"),
    ("truncated zip with the right md5", "ror", lambda body: body[: len(body) // 2], "is not a whole zip archive"),
    ("damaged member", "cordis/fp7", lambda body: body[:5000] + bytes(64) + body[5064:], "is not a whole zip archive"),
    (
        "column missing",
        "cordis/horizon",
        member("organization.csv", lambda data: data.replace(b'"activityType"', b'"kind"', 1)),
        "column missing: activityType; not known: kind",
    ),
    ("table missing", "cordis/horizon", member("organization.csv", lambda data: b""), "column missing: projectID"),
    (
        "key renamed",
        "ror",
        member(".json", lambda data: data.replace(b'"relationships":', b'"relations":')),
        "column missing: relationships; not known: relations",
    ),
    (
        "older schema",
        "ror",
        member(".json", lambda data: data.replace(b'"names":', b'"aliases":')),
        "holds 0 JSON files in schema 2",
    ),
    ("zip of rates cut", "ecb_rates", lambda body: body[: len(body) // 2], "is not a whole zip archive"),
    (
        "rates without dollars",
        "ecb_rates",
        member(".csv", lambda data: data.replace(b"Date,USD,", b"Date,XXX,", 1)),
        "column missing: USD; not known: XXX",
    ),
    (
        "figures without a label",
        "hebci/table-2b",
        lambda body: body.replace(b"Category Marker", b"Kind", 1),
        "column missing: Category Marker; not known: Kind",
    ),
    ("figures that are a page", "hesa/staff-table-1", lambda body: PAGE, "is a web page, not data"),
    ("zip of awards cut", "nsf_awards/2024", lambda body: body[: len(body) // 2], "is not a whole zip archive"),
    ("text cut", "cordis/fp7", member("project.csv", lambda data: data[:-40]), "a quoted cell never ends"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "says"), [c[1:] for c in SPOILT], ids=[c[0] for c in SPOILT])
def test_spoilt_bytes_are_told_and_leave_the_former_data(filled, publishers, name, change, says):
    before = tree(filled)
    source = name.partition("/")[0]
    (part,) = [file.part for file in PUBLISHERS[source].files(publishers.world) if file.name == name]
    publishers.replace(name, change)
    outcome = outcome_of(filled, source, part)
    assert says in outcome.failed
    assert "mend: " in outcome.failed
    assert tree(filled) == before
    publishers.publish(publishers.world)
    healed = outcome_of(filled, source, part)
    assert not healed.failed
    assert tree(filled) == before


def test_bytes_that_are_not_the_announced_sum_are_refused(filled, publishers, world):
    """Fewer bytes than there are, announced as all of them: only the listing's md5 can tell."""
    before = tree(filled)
    publishers.publish(world.next())
    publishers.fail("ror", Fault(longer=-100))
    outcome = outcome_of(filled, "ror", "all")
    assert "the publisher announces" in outcome.failed
    assert tree(filled) == before
    publishers.heal()
    assert not outcome_of(filled, "ror", "all", fetch_only=True).failed


def test_bytes_that_could_not_be_read_are_fetched_again(filled, publishers, world):
    """A wrong length on the way makes a short file under the right ETag; the next night must not be told 304."""
    publishers.publish(world.next())
    publishers.fail("cordis/horizon", Fault(longer=-100, times=1))
    assert "is not a whole zip archive" in outcome_of(filled, "cordis", "horizon").failed
    assert not outcome_of(filled, "cordis", "horizon").failed


def test_a_record_without_addresses_is_a_failed_listing(home, publishers):
    publishers.replace("ror/listing", lambda body: body.replace(b'"links"', b'"elsewhere"'))
    assert "rule listing" in steps.ingest(home, "ror")[0].failed
