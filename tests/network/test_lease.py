"""A host is asked at the publisher's pace and for one thing at a time, by all processes of a home together."""

import os
import subprocess
import sys
import threading
import time

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from pipelines import demo, lease
from pipelines.demo.records import World
from pipelines.demo.server import Publishers
from pipelines.http import Session
from pipelines.source import SourceError

PACE = 0.1


def test_a_backfill_and_a_night_together_keep_the_publishers_pace(tmp_path):
    """Two processes ask for 9 and 6 yearly zips of one host; the requests are counted where they arrive."""
    arrived: list[float] = []
    with Publishers(World(projects=60), ["nsf_awards"]) as running, demo.pointed_to(running):
        note = running.note
        running.note = lambda asked: (arrived.append(time.monotonic()), note(asked))
        told = {**os.environ, "IUR_HOME": str(tmp_path), "IUR_PACE_SECONDS": str(PACE)}
        asking = [
            subprocess.Popen(
                [sys.executable, "-c", "from pipelines.cli import main; main()", *words],
                env=told,
                stdout=subprocess.DEVNULL,
            )
            for words in (["backfill", "nsf_awards", "--since", "2008", "--until", "2016"], ["fetch", "nsf_awards"])
        ]
        assert [process.wait(timeout=120) for process in asking] == [0, 0]
    assert len(arrived) >= 15
    # A request may arrive late, so that single gaps tell nothing; over any run of them the pace must hold.
    for first in range(len(arrived)):
        for last in range(first + 2, len(arrived)):
            assert arrived[last] - arrived[first] >= PACE * (last - first - 1)


def test_a_host_that_asks_for_patience_is_left_alone_by_other_processes_too(tmp_path, monkeypatch):
    """Retry-After stands in the lease: who comes next, from whatever process, waits for it."""
    slept: list[float] = []
    monkeypatch.setattr(lease.time, "sleep", slept.append)
    with lease.turn(tmp_path, "http://example.org/x", 0) as turn:
        turn.wait(120)
    with lease.turn(tmp_path, "http://example.org/y", 0) as turn:
        turn.begin()
    with lease.turn(tmp_path, "http://example.com/x", 0) as turn:
        turn.begin()
    assert slept == [pytest.approx(120, abs=5)]


def test_a_clock_that_was_set_back_keeps_nobody_waiting_for_ever(tmp_path, monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr(lease.time, "sleep", slept.append)
    with lease.turn(tmp_path, "http://example.org/x", 0) as turn:
        turn.wait(10 * 365 * 86_400)
    with lease.turn(tmp_path, "http://example.org/x", 0) as turn:
        turn.begin()
    assert slept == [lease.MOST]


@pytest.mark.parametrize("left", ["", "nonsense", "1e400", "-5"])
def test_a_lease_that_a_killed_process_left_half_written_is_no_obstacle(tmp_path, left):
    path = tmp_path / "locks" / "host=example.org.lock"
    path.parent.mkdir()
    path.write_text(left)
    with lease.turn(tmp_path, "http://example.org/x", 0) as turn:
        turn.begin()


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
    with HTTPServer(threaded=True) as running:
        yield running


@pytest.mark.parametrize(("after", "waits"), [("7", 7), ("86400", lease.MOST)])
def test_retry_after_is_waited_for_up_to_ten_minutes(server, tmp_path, monkeypatch, after, waits):
    slept: list[float] = []
    monkeypatch.setattr(lease.time, "sleep", slept.append)
    server.expect_ordered_request("/x").respond_with_response(Response(status=429, headers={"Retry-After": after}))
    server.expect_ordered_request("/x").respond_with_data("text")
    assert Session(tmp_path).text(server.url_for("/x")) == "text"
    assert slept == [pytest.approx(waits, abs=2)]


def test_without_retry_after_the_pause_doubles(server, tmp_path, monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr(lease.time, "sleep", slept.append)
    monkeypatch.setenv("IUR_RETRY_SECONDS", "1")
    # Time passes only by sleeping here, so that each pause is its own.
    monkeypatch.setattr(lease.time, "time", lambda: sum(slept))
    server.expect_request("/x").respond_with_response(Response(status=503))
    with pytest.raises(SourceError, match="answered 503 Service Unavailable") as failed:
        Session(tmp_path).text(server.url_for("/x"))
    assert failed.value.transient
    assert slept == [2, 4, 8, 16]


@pytest.mark.parametrize(("together", "most"), [(True, 1), (False, 2)])
def test_sessions_of_a_home_take_turns(server, tmp_path, together, most):
    lock, both, active, seen = threading.Lock(), threading.Event(), [0], []

    def answer(request):
        with lock:
            active[0] += 1
            seen.append(active[0])
            if active[0] == 2:
                both.set()
        both.wait(0.5)  # long enough for the other to come in, if nothing holds it back
        with lock:
            active[0] -= 1
        return "text"

    homes = [tmp_path, tmp_path] if together else [tmp_path / "a", tmp_path / "b"]
    server.expect_request("/x").respond_with_handler(answer)
    asking = [threading.Thread(target=Session(home).text, args=(server.url_for("/x"),)) for home in homes]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert max(seen) == most
