"""NIH by its simulated publisher: files, pages, cuts under a lower cap, a running year that becomes a closed one."""

import datetime as dt
import json
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest
import requests

from pipelines import demo, steps
from pipelines.demo.faults import Fault
from pipelines.demo.publishers import PUBLISHERS
from pipelines.demo.records import World
from pipelines.demo.server import Publishers
from pipelines.demo.us import health, health_api
from pipelines.demo.us.health_files import shifted
from pipelines.http import Session
from pipelines.nih import api
from pipelines.nih.api import FIELDS, Projects, Query
from pipelines.paging import collect
from pipelines.sources import nih_reporter
from pipelines.window import Window
from warehouse.store import Home

API, ZIP = "nih_reporter/api", "nih_reporter/2025"
RUNNING = Window("2026", "2026")


def rows(home, table, part):
    return pq.read_table(home.core / table / f"nih_reporter--{part}.parquet").to_pylist()


def ingest(home, window=RUNNING):
    return steps.ingest(home, "nih_reporter", window=window)


def asked(publishers, **body):
    ask = Projects(publishers.base + publishers.paths[API]).ask(Query(2026), 0)
    return requests.post(ask.url, json={**ask.json, **body})


@pytest.fixture(scope="module")
def full(serving, tmp_path_factory):
    """A home that holds every part there is."""
    return Home(tmp_path_factory.mktemp("nih") / "home")


@pytest.fixture(scope="module")
def all_parts(full):
    """What became of every part: the fiscal years, and the standing one."""
    home = full
    outcomes = [*ingest(home, Window("2023", "2026"))]
    (patents,) = [o for o in nih_reporter.parts(Session()) if o.part == "patents"]
    outcomes.append(steps.ingest_part(home, patents, Session(), None))
    assert not [o.failed for o in outcomes if o.failed]
    return {o.part: o for o in outcomes}


def test_every_part_is_counted_as_the_publisher_announces(all_parts, world):
    for part, books in PUBLISHERS["nih_reporter"].books(world).items():
        found = all_parts[part].manifest["balance"]
        for table, book in books.items():
            told = found[table]
            assert (told["read"], told["kept"], told["quarantined"], told["dropped"]) == (
                book.read, book.kept, book.quarantined, book.dropped), (part, table)  # fmt: skip


def test_the_oldest_file_is_read_as_windows_1252_and_says_so(all_parts, full):
    assert [w for w in all_parts["2023"].warnings if "Windows-1252" in w]
    assert not [w for w in all_parts["2025"].warnings if "Windows-1252" in w]
    for part in ("2023", "2025"):
        assert {"ageing in mice – a cohort", "Ménière’s disease"} <= {
            r["title"].partition(" on ")[2].rpartition(", no. ")[0] for r in rows(full, "award", part)
        }


def test_the_shifted_row_is_refused_with_its_line(all_parts, full, world):
    part = str(shifted(world))
    (refused,) = pq.read_table(full.quarantine / "award" / f"nih_reporter--{part}.parquet").to_pylist()
    assert refused["_line"] > 5
    assert "APPLICATION_ID:  is not a number" in refused["reason"]


def test_pages_and_files_tell_the_same_of_a_year(home, publishers, world):
    """The same records in both layouts give the same rows, but for what only one of them tells."""
    (outcome,) = ingest(home, Window("2025", "2025"))
    assert not outcome.failed
    by_file = {t: rows(home, t, "2025") for t in ("award", "award_party", "award_programme")}
    publishers.fail(ZIP, Fault(status=404))
    (outcome,) = [steps.ingest_part(home, o, Session(), None, force=True)
                  for o in nih_reporter.parts(Session()) if o.part == "2025"]  # fmt: skip
    assert not outcome.failed
    assert [f["name"] for f in outcome.manifest["receipt"]["files"]] == ["RePORTER_API_FY2025.json"]
    differs = {"updated_on", "source_type"}
    for table, before in by_file.items():
        after = rows(home, table, "2025")
        assert [{k: v for k, v in r.items() if k not in differs} for r in after] == [
            {k: v for k, v in r.items() if k not in differs} for r in before
        ]


def test_a_closed_year_takes_the_place_of_its_running_one(home, publishers, world):
    """In October the file of the year that was running comes out: the same part, no record twice."""
    (first,) = ingest(home)
    assert [f["name"] for f in first.manifest["receipt"]["files"]] == ["RePORTER_API_FY2026.json"]
    before = {r["period"]: r["amount"] for r in rows(home, "award", "2026")}
    later = World(projects=200, today=dt.date(2026, 11, 2))
    publishers.publish(later)
    (second,) = ingest(home)
    assert [f["name"] for f in second.manifest["receipt"]["files"]] == ["RePORTER_PRJ_C_FY2026.zip"]
    assert {r["period"]: r["amount"] for r in rows(home, "award", "2026")} == before
    assert len(before) == len(health.records(world, 2026).appl_id)


def test_a_closed_year_that_nobody_has_fails(home, publishers):
    (offer,) = [o for o in nih_reporter.parts(Session()) if o.part == "2010"]
    outcome = steps.ingest_part(home, offer, Session(), None)
    assert "has no record of fiscal year 2010 [rule records announced]" in outcome.failed


def test_the_running_year_may_have_no_record_yet(home, publishers, monkeypatch):
    """On 1 October there is neither a file nor a record of the fiscal year that has just begun."""
    monkeypatch.setattr(nih_reporter, "dt", SimpleNamespace(date=SimpleNamespace(today=lambda: dt.date(2026, 10, 1))))
    offers = {o.part: o for o in nih_reporter.parts(Session())}
    assert [o.part for o in offers.values() if not o.is_certain] == ["2027"]
    assert len(offers["2026"].urls) == 2  # closed since yesterday: a file, or pages as before
    outcome = steps.ingest_part(home, offers["2027"], Session(), None)
    assert not outcome.failed
    assert outcome.warnings == ["nih_reporter · 2027: not published yet"]


def test_a_year_that_was_there_and_is_nowhere_now_fails(home, publishers):
    assert not ingest(home)[0].failed
    publishers.fail(API, Fault(status=404))
    (outcome,) = ingest(home)
    assert "answered 404" in outcome.failed


@pytest.mark.parametrize("cap", [100, 20, 7])
def test_a_year_over_the_cap_is_cut_until_all_of_it_is_reached(tmp_path, publishers, world, monkeypatch, cap):
    monkeypatch.setattr(health_api, "LAST_OFFSET", cap - 1)
    paging = Projects(publishers.base + publishers.paths[API], size=5, cap=cap)
    into = tmp_path / "pages.json"
    got = collect(Session(), paging, Query(2026), into)
    ids = [r["appl_id"] for line in into.read_text().splitlines() for r in json.loads(line)["results"]]
    assert got.announced == len(ids) == len(set(ids))
    assert set(ids) == set(health.records(world, 2026).appl_id.tolist())


def test_a_record_that_no_cut_reaches_is_not_lost_but_told(tmp_path, publishers, monkeypatch):
    """Where the interface knows no criterion that adds up, the part fails; it never has fewer records."""
    monkeypatch.setattr(health_api, "LAST_OFFSET", 99)
    for criterion, chosen in health_api.CRITERIA.items():

        def without_first(world, found, wanted, chosen=chosen):
            there = chosen(world, found, wanted).copy()
            there[0] = False
            return there

        monkeypatch.setitem(health_api.CRITERIA, criterion, without_first)
    health_api._chosen.cache_clear()
    paging = Projects(publishers.base + publishers.paths[API], size=50, cap=100)
    with pytest.raises(nih_reporter.MissingError.__base__, match="no cut of the query adds up"):
        collect(Session(), paging, Query(2026), tmp_path / "pages.json")
    health_api._chosen.cache_clear()


def test_only_the_fields_asked_for_are_answered(publishers):
    (record, *_) = asked(publishers, include_fields=["ApplId", "ProjectTitle"]).json()["results"]
    assert set(record) == {"appl_id", "project_title"}
    full = asked(publishers).json()
    assert len(full["results"][0]) == len(FIELDS)
    assert full["meta"]["total"] == len(full["results"])


@pytest.mark.parametrize("body", [{"limit": 501}, {"offset": 15_000}, {"criteria": {"fiscal_years": [2026], "x": 1}}])
def test_what_the_publisher_refuses_is_refused(publishers, body):
    assert asked(publishers, **body).status_code == 400


@pytest.mark.parametrize("fault", [Fault(moves=3), Fault(cap=60)], ids=["moves", "capped"])
def test_a_total_that_moves_and_a_silent_cap_fail_the_part(home, publishers, monkeypatch, fault):
    monkeypatch.setattr(api, "SIZE", 50)
    publishers.fail(API, fault)
    (outcome,) = ingest(home)
    assert "announced" in outcome.failed
    assert not (home.core / "award" / "nih_reporter--2026.parquet").exists()


def test_a_million_records_are_made_quickly_enough(monkeypatch):
    """Not a benchmark: a page of a large year costs the publisher milliseconds, and not a pass over the year."""
    monkeypatch.setattr(health, "RECORDS", 50_000)
    world = World(projects=1_500)
    ask = Projects("").ask(Query(2026), 10_000)
    question = health_api.Question("POST", "", {}, {}, json.dumps(ask.json).encode())
    first = json.loads(health_api.answer(world, question, Fault()).body)
    assert first["meta"]["total"] > 40_000
    assert len(first["results"]) == 500


def test_the_demonstration_serves_what_the_source_asks_for(world):
    with Publishers(world, ["nih_reporter"]) as running, demo.pointed_to(running):
        offers = {o.part: o for o in nih_reporter.parts(Session())}
        assert offers["2025"].urls[0] == running.base + running.paths[ZIP]
        assert offers["2025"].urls[1] == running.base + running.paths[API]
        assert offers["patents"].is_standing
