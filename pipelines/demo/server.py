"""Simulated publishers on loopback: Zenodo's record of ROR, the feeds of data.europa.eu, the files of CORDIS.

They answer as the real ones do where a client could tell: a redirect to the newest record, md5 sums in its
listing, strong ETags, 304, ranges that hold only for the same bytes. Nothing else is on the network.
"""

import hashlib
import json
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from functools import cached_property, lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from pipelines.demo import cordis, listings, registry
from pipelines.demo.faults import Fault, send, spoil
from pipelines.demo.records import World
from pipelines.demo.schemes import PROGRAMMES

CONCEPT = "/api/records/6347574"
FEED = "/api/hub/search/en/feeds/datasets/{dataset}.rss"
JANUARY = 1_768_435_200
"""Seconds to 15 January 2026, when the first edition came out; each later one comes 28 days after."""


@dataclass(frozen=True)
class Resource:
    """What lies at an address: bytes and how they are described, or a redirect `to` another address."""

    body: bytes = b""
    kind: str = "application/octet-stream"
    modified: str = ""
    to: str = ""

    @cached_property
    def etag(self) -> str:
        """The strong validator of the bytes."""
        return f'"{hashlib.md5(self.body).hexdigest()}"'


@dataclass(frozen=True)
class Asked:
    """One request that came in, and the status it was answered with (-1: the connection was reset)."""

    path: str
    status: int
    range: str = ""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing where a client hung up: tests do so on purpose."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Publishers:
    """The simulated publishers of a world, running while the block does.

    `base` is their address, `variables` what the sources read from the environment to find them. Addresses
    have short names: `ror` and `cordis/<programme>` for the data, with `/listing` for where it is announced.
    """

    def __init__(self, world: World) -> None:
        self._lock = threading.Lock()
        self._faults: dict[str, tuple[Fault, int]] = {}
        self.requests: list[Asked] = []
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        self.variables = {"IUR_ROR_URL": self.base + CONCEPT, "IUR_CORDIS_URL": self.base + FEED}
        self.publish(world)

    def __enter__(self) -> Self:
        """Start answering."""
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop answering and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def publish(self, world: World) -> None:
        """Put a world's files in place of those there are, as the publishers' next release."""
        self.world = world
        files = dict(_files(world))
        with self._lock:
            self._files = files
            self._index()

    def replace(self, name: str, change: Callable[[bytes], bytes]) -> None:
        """Change the bytes of a file or listing: the publisher's own mistake.

        A file is announced with the sum and the ETag that it then has.
        """
        with self._lock:
            if name in self._files:
                self._files[name] = change(self._files[name])
                self._index()
            else:
                path = self.paths[name]
                former = self._resources[path]
                self._resources[path] = Resource(change(former.body), former.kind, former.modified)

    def body(self, name: str) -> bytes:
        """Return the bytes that are published under a name."""
        return self._resources[self.paths[name]].body

    def fail(self, name: str, fault: Fault) -> None:
        """Switch on a fault for an address, by its name, in place of a former one."""
        with self._lock:
            self._faults[self.paths[name]] = (fault, -1 if fault.times is None else fault.times)

    def heal(self) -> None:
        """Switch off all faults."""
        with self._lock:
            self._faults.clear()

    def count(self, name: str) -> int:
        """Return how often an address was asked for."""
        return sum(asked.path == self.paths[name] for asked in self.requests)

    def forget(self) -> None:
        """Begin to count anew."""
        with self._lock:
            self.requests.clear()

    def answer(self, path: str) -> tuple[Resource | None, Fault]:
        """Return what lies at a path and what is wrong with it, once."""
        with self._lock:
            fault, left = self._faults.get(path, (Fault(), 0))
            if left > 0:
                self._faults[path] = (fault, left - 1)
            return self._resources.get(path), fault if left else Fault()

    def note(self, asked: Asked) -> None:
        """Write down a request."""
        with self._lock:
            self.requests.append(asked)

    def _index(self) -> None:
        """Lay out addresses and listings for the files as they are now."""
        modified = formatdate(JANUARY + 28 * 86_400 * (self.world.edition - 1), usegmt=True)
        record = f"/api/records/{90_000_000 + self.world.edition}"
        content = f"{record}/files/{registry.archive_name(self.world)}/content"
        listing = listings.record(self.world, self.base, record, content, self._files["ror"])
        self.paths = {"ror": content, "ror/listing": record}
        self._resources = {
            CONCEPT: Resource(to=record),
            record: Resource(json.dumps(listing, indent=1).encode(), "application/json", modified),
            content: Resource(self._files["ror"], modified=modified),
        }
        for programme in PROGRAMMES:
            name, data = f"cordis/{programme.part}", f"/data/{programme.archive}"
            feed = FEED.format(dataset=programme.dataset)
            self.paths |= {name: data, f"{name}/listing": feed}
            text = listings.feed(programme.name, self.base + data, modified).encode()
            self._resources[feed] = Resource(text, "application/rss+xml; charset=utf-8", modified)
            # A programme whose bytes did not change keeps its date.
            first = formatdate(JANUARY, usegmt=True) if programme is not PROGRAMMES[-1] else modified
            self._resources[data] = Resource(self._files[name], "application/zip", first)


@lru_cache(maxsize=4)
def _files(world: World) -> dict[str, bytes]:
    """Write a world's files once: tests publish the same editions again and again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.zip"
        registry.write(world, path)
        files = {"ror": path.read_bytes()}
        for programme in PROGRAMMES:
            cordis.write(world, programme.part, path)
            files[f"cordis/{programme.part}"] = path.read_bytes()
    return files


def _handler(publishers: Publishers) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Answers are small and many: waiting to fill packets would cost 40 ms each.
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            resource, fault = publishers.answer(path)
            status = spoil(self, fault) or self._serve(resource, fault)
            publishers.note(Asked(path, status, self.headers.get("Range", "")))

        def _serve(self, resource: Resource | None, fault: Fault) -> int:
            if resource is None:
                return spoil(self, Fault(status=404))
            if resource.to:
                return self._head(302, {"Location": resource.to, "Content-Length": "0"})
            described = {"ETag": resource.etag, "Last-Modified": resource.modified, "Accept-Ranges": "bytes"}
            if self._has_already(resource):
                return self._head(304, described)
            start = None if fault.ignores_range else self._start(resource)
            if start is not None and start >= len(resource.body):
                return self._head(416, {"Content-Range": f"bytes */{len(resource.body)}", "Content-Length": "0"})
            body = resource.body[start or 0 :]
            described |= {"Content-Type": resource.kind, "Content-Length": str(len(body) + fault.longer)}
            if start is not None:
                total = len(resource.body)
                described["Content-Range"] = f"bytes {start}-{total - 1}/{total}"
            status = self._head(200 if start is None else 206, described)
            send(self, body, fault)
            return status

        def _head(self, status: int, headers: dict[str, str]) -> int:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            return status

        def _has_already(self, resource: Resource) -> bool:
            """Judge the conditions of a request: an entity tag outranks a date (RFC 9110, 13.2.2)."""
            tags = self.headers.get("If-None-Match")
            if tags is not None:
                return resource.etag in (tag.strip() for tag in tags.split(","))
            since = self.headers.get("If-Modified-Since")
            if not since:
                return False
            return parsedate_to_datetime(resource.modified) <= parsedate_to_datetime(since)

        def _start(self, resource: Resource) -> int | None:
            """Return where an open range begins, or None for the whole: the validator must be today's."""
            unit, _, wanted = self.headers.get("Range", "").partition("=")
            first = wanted.partition("-")[0]
            if unit != "bytes" or not first.isdigit() or not wanted.endswith("-"):
                return None
            held = self.headers.get("If-Range")
            return int(first) if held in (None, resource.etag, resource.modified) else None

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent: requests are counted, not printed."""

    return Handler
