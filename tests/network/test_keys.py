"""A key is sent to its publisher and told to nobody else: not to another host, a log, an error or a receipt."""

import logging
import sys
import types

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from pipelines import keys, source
from pipelines.http import Session
from pipelines.source import SourceError

SECRET = "k3y-that-nobody-must-read"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
    with HTTPServer() as running:
        yield running


def keyed(tmp_path) -> Session:
    return Session(tmp_path, secret=SECRET, header="X-API-Key")


def test_the_key_is_sent_in_its_header(server, tmp_path):
    server.expect_request("/x", headers={"X-API-Key": SECRET}).respond_with_data("text")
    assert keyed(tmp_path).text(server.url_for("/x")) == "text"


def test_a_redirect_to_another_host_does_not_take_the_key_along(server, tmp_path):
    with HTTPServer() as other:
        other.expect_request("/y").respond_with_handler(
            lambda request: Response("leaked" if "X-API-Key" in request.headers else "nothing seen")
        )
        elsewhere = Response(status=302, headers={"Location": other.url_for("/y")})
        server.expect_request("/x").respond_with_response(elsewhere)
        assert keyed(tmp_path).text(server.url_for("/x")) == "nothing seen"


@pytest.mark.parametrize("status", [401, 403, 429, 500])
def test_a_refused_key_is_in_no_error_and_no_log(server, tmp_path, caplog, status):
    caplog.set_level(logging.DEBUG)
    # The worst publishers repeat the key to those who send a wrong one.
    server.expect_request("/x").respond_with_data(f"no such key: {SECRET}", status=status)
    with pytest.raises(SourceError) as failed:
        keyed(tmp_path).text(server.url_for(f"/x?key={SECRET}"))
    said = str(failed.value.at("patents", "2026")) + caplog.text
    assert keys.HIDDEN in said
    assert SECRET not in said.replace(f"GET /x?key={SECRET}", "")  # urllib3's own line at DEBUG
    if status in (401, 403):
        assert "the key may have expired" in said
        assert not failed.value.transient


def test_what_is_kept_of_a_download_does_not_hold_the_key(server, tmp_path):
    server.expect_request("/x").respond_with_data("bytes", headers={"ETag": '"1"'})
    keyed(tmp_path).download(server.url_for("/x"), tmp_path / "file")
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and SECRET.encode() in p.read_bytes()]


def test_a_key_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("IUR_PATENTS_KEY", f" {SECRET}\n")
    assert keys.key("IUR_PATENTS_KEY") == SECRET
    monkeypatch.delenv("IUR_PATENTS_KEY")
    assert keys.key("IUR_PATENTS_KEY") == keys.key("") == ""


def test_in_a_task_of_airflow_it_comes_from_a_connection(monkeypatch):
    monkeypatch.delenv("IUR_PATENTS_KEY", raising=False)
    asked = []

    class Connection:
        @staticmethod
        def get(name):
            asked.append(name)
            return types.SimpleNamespace(password=SECRET)

    monkeypatch.setitem(sys.modules, "airflow.sdk", types.SimpleNamespace(Connection=Connection))
    assert keys.key("IUR_PATENTS_KEY") == SECRET
    assert asked == ["iur_patents"]


def test_no_source_puts_a_key_into_an_address():
    for facts in source.facts().values():
        # EPO's key is given for a token, which goes into a header: tests/demo/test_epo.py looks for both.
        has_header = bool(facts.key_header) or facts.name == "epo_ops"
        assert bool(facts.key_variable) <= has_header, facts.name
