"""Half of a compressed body is not taken for the whole, whether it is kept in memory or on the disk."""

import gzip

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from pipelines.http import Session
from pipelines.source import SourceError

LINES = "".join(f"{n},{n * n}\n" for n in range(5000)).encode()
PACKED = gzip.compress(LINES)


@pytest.fixture
def answered(monkeypatch):
    """Return a function that serves a body as compressed, and gives its address."""
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
    with HTTPServer() as server:

        def serve(body: bytes) -> str:
            server.expect_request("/x").respond_with_response(Response(body, headers={"Content-Encoding": "gzip"}))
            return server.url_for("/x")

        yield serve


def test_a_whole_one_is_unpacked(answered, tmp_path):
    url = answered(PACKED)
    assert Session(tmp_path).text(url).encode() == LINES
    Session(tmp_path).download(url, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == LINES


@pytest.mark.parametrize("body", [PACKED[: len(PACKED) // 2], PACKED[:-8], PACKED[:-8] + bytes(8)])
def test_half_of_one_is_refused(answered, tmp_path, body):
    url = answered(body)
    with pytest.raises(SourceError, match="cut or damaged"):
        Session(tmp_path).text(url)
    with pytest.raises(SourceError, match="the body was cut"):
        Session(tmp_path).download(url, tmp_path / "file")
    assert not (tmp_path / "file").exists()
