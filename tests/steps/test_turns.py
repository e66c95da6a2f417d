"""A host is asked for one thing at a time, whichever session, thread or process asks."""

import threading

import pytest
from pytest_httpserver import HTTPServer

from pipelines.http import Session


@pytest.mark.parametrize(("together", "most"), [(True, 1), (False, 2)])
def test_sessions_of_a_home_take_turns(tmp_path, monkeypatch, together, most):
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
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
    with HTTPServer(threaded=True) as server:
        server.expect_request("/x").respond_with_handler(answer)
        asking = [threading.Thread(target=Session(home).text, args=(server.url_for("/x"),)) for home in homes]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
    assert max(seen) == most
