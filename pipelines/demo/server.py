"""Simulated publishers on loopback: they answer as the real ones do where a client could tell.

Redirects, listings with md5 sums, strong ETags or none, 304, ranges that hold only for the same bytes, 403 for
whoever does not say what he is. Files are sent from the disk. Nothing else is on the network.
"""

import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from pipelines.demo import shelf
from pipelines.demo.faults import Fault, send, spoil
from pipelines.demo.publisher import Posted, Stored, dated
from pipelines.demo.publishers import PUBLISHERS
from pipelines.demo.records import World


@dataclass(frozen=True)
class Resource:
    """What lies at an address: bytes on the disk and how they are described, or a redirect `to` another."""

    stored: Stored | None = None
    kind: str = ""
    validators: dict[str, str] | None = None
    is_guarded: bool = False
    to: str = ""


@dataclass(frozen=True)
class Asked:
    """One request that came in, and the status it was answered with (-1: the connection was reset)."""

    path: str
    status: int
    range: str = ""


UNNAMED = ("python-requests", "Python-urllib", "curl")
"""What clients call themselves that do not say who is asking; a guarded file is not for them."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing where a client hung up: tests do so on purpose."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Publishers:
    """The simulated publishers of a world, running while the block does.

    `base` is their address, `variables` what the sources read from the environment to find them, `paths` the
    address of every file and listing by name: `cordis/h2020`, `cordis/h2020/listing`, `hebci/table-1`. Only the
    publishers of `sources` are there.
    """

    def __init__(self, world: World, sources: Iterable[str] = PUBLISHERS) -> None:
        self._lock = threading.Lock()
        self._faults: dict[str, tuple[Fault, int]] = {}
        self.requests: list[Asked] = []
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        self._publishers = {source: PUBLISHERS[source] for source in sources}
        self.variables = {
            variable: self.base + path for p in self._publishers.values() for variable, path in p.ADDRESSES.items()
        }
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
        with self._lock:
            self.world = world
            self._shelf = shelf.of(world)
            self._changed: dict[str, Stored] = {}
            self._index()

    def replace(self, name: str, change: Callable[[bytes], bytes]) -> None:
        """Change the bytes of a file or listing: the publisher's own mistake.

        A file is announced with the sum and the ETag that it then has.
        """
        with self._lock:
            self._changed[name] = self._shelf.text(change(self.body(name)))
            self._index()

    def body(self, name: str) -> bytes:
        """Return the bytes that are published under a name."""
        stored = self._resources[self.paths[name]].stored
        assert stored is not None, f"{name} is a redirect"
        return stored.path.read_bytes()

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

    def answer(self, path: str) -> tuple[str, Resource | None, Fault]:
        """Return the address that is meant, what lies there and what is wrong with it, once.

        A query that belongs to no address is passed over, as web servers do.
        """
        with self._lock:
            meant = path if path in self._resources else path.partition("?")[0]
            fault, left = self._faults.get(meant, (Fault(), 0))
            if left > 0:
                self._faults[meant] = (fault, left - 1)
            return meant, self._resources.get(meant), fault if left else Fault()

    def note(self, asked: Asked) -> None:
        """Write down a request."""
        with self._lock:
            self.requests.append(asked)

    def _index(self) -> None:
        """Lay out addresses and listings for the files as they are now."""
        self.paths: dict[str, str] = {}
        self._resources: dict[str, Resource] = {}
        for publisher in self._publishers.values():
            stored = {}
            for file in publisher.files(self.world):
                stored[file.name] = self._changed.get(file.name) or self._shelf.file(file)
                self.paths[file.name] = file.path
                described = _described(file, stored[file.name])
                self._resources[file.path] = Resource(stored[file.name], file.kind, described, file.is_guarded)
            for listing in publisher.listings(self.world, self.base, stored):
                self.paths[listing.name] = listing.path
                text = None if listing.to else self._changed.get(listing.name) or self._shelf.text(listing.text)
                today = {"Last-Modified": dated(self.world.edition)}
                self._resources[listing.path] = Resource(text, listing.kind, today, to=listing.to)


def _described(file: Posted, stored: Stored) -> dict[str, str]:
    """Return the validators a publisher gives for a file's bytes."""
    known = {"ETag": f'"{stored.md5}"', "Last-Modified": dated(file.since)}
    return {name: known[name] for name in file.validators}


def _handler(publishers: Publishers) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Answers are small and many: waiting to fill packets would cost 40 ms each.
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            path, resource, fault = publishers.answer(self.path)
            status = spoil(self, fault) or self._serve(resource, fault)
            publishers.note(Asked(path, status, self.headers.get("Range", "")))

        def _serve(self, resource: Resource | None, fault: Fault) -> int:
            if resource is None:
                return spoil(self, Fault(status=404))
            if resource.is_guarded and self.headers.get("User-Agent", "").startswith(UNNAMED):
                return spoil(self, Fault(status=403))
            if resource.stored is None:
                return self._head(302, {"Location": resource.to, "Content-Length": "0"})
            size, described = resource.stored.size, dict(resource.validators or {})
            if self._has_already(described):
                return self._head(304, described)
            start = None if fault.ignores_range else self._start(described)
            if start is not None and start >= size:
                return self._head(416, {"Content-Range": f"bytes */{size}", "Content-Length": "0"})
            length = size - (start or 0)
            described |= {
                "Accept-Ranges": "bytes",
                "Content-Type": resource.kind,
                "Content-Length": str(length + fault.longer),
            }
            if start is not None:
                described["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
            status = self._head(200 if start is None else 206, described)
            with resource.stored.path.open("rb") as file:
                file.seek(start or 0)
                send(self, file, length, fault)
            return status

        def _head(self, status: int, headers: dict[str, str]) -> int:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            return status

        def _has_already(self, described: dict[str, str]) -> bool:
            """Judge the conditions of a request: an entity tag outranks a date (RFC 9110, 13.2.2)."""
            tags, etag = self.headers.get("If-None-Match"), described.get("ETag")
            if tags is not None and etag:
                return etag in (tag.strip() for tag in tags.split(","))
            since, modified = self.headers.get("If-Modified-Since"), described.get("Last-Modified")
            if not since or not modified:
                return False
            return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)

        def _start(self, described: dict[str, str]) -> int | None:
            """Return where an open range begins, or None for the whole: the validator must be today's."""
            unit, _, wanted = self.headers.get("Range", "").partition("=")
            first = wanted.partition("-")[0]
            if unit != "bytes" or not first.isdigit() or not wanted.endswith("-"):
                return None
            held = self.headers.get("If-Range")
            return int(first) if held is None or held in described.values() else None

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent: requests are counted, not printed."""

    return Handler
