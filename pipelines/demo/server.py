"""Simulated publishers on loopback: which files of a world lie where, and what is wrong with an address.

Nothing else is on the network.
"""

import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from pipelines.demo import shelf
from pipelines.demo.answers import Asked, Resource, handler
from pipelines.demo.faults import Fault
from pipelines.demo.publisher import Endpoint, Posted, Publisher, Reply, Stored, dated
from pipelines.demo.publishers import PUBLISHERS
from pipelines.demo.records import World


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing where a client hung up: tests do so on purpose."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Publishers:
    """The simulated publishers of a world, running while the block does.

    `base` is their address, `variables` what is set in the environment for the sources to find them, `paths` the
    address of every file and listing by name: `cordis/h2020`, `cordis/h2020/listing`, `hebci/table-1`. Only the
    publishers of `sources` are there.
    """

    def __init__(self, world: World, sources: Iterable[str] = PUBLISHERS) -> None:
        self._lock = threading.Lock()
        self._faults: dict[str, tuple[Fault, int]] = {}
        self.requests: list[Asked] = []
        self._laid: dict[str, str] = {}
        self._server = _Server(("127.0.0.1", 0), handler(self))
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        self._publishers = {source: PUBLISHERS[source] for source in sources}
        self.variables = {"IUR_PACE_SECONDS": "0"}  # this machine's own server needs no pause
        for p in self._publishers.values():
            self.variables |= {variable: self.base + path for variable, path in p.ADDRESSES.items()}
            self.variables |= getattr(p, "KEYS", {})
        self._folder = tempfile.TemporaryDirectory(prefix="iur-demo-", ignore_cleanup_errors=True)
        for publisher in self._publishers.values():
            for variable, folder in folders(publisher).items():
                self.variables[variable] = str(Path(self._folder.name) / folder)
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
        self._folder.cleanup()

    def publish(self, world: World) -> None:
        """Put a world's files in place of those there are, as the publishers' next release."""
        with self._lock:
            self.world = world
            self._shelf = shelf.of(world)
            self._changed: dict[str, Stored] = {}
            self._index()

    def replace(self, name: str, change: Callable[[bytes], bytes]) -> None:
        """Change the bytes of a file or listing: the publisher's own mistake.

        A file is announced with the sum, the ETag and the date that it then has.
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

    def answer(self, path: str) -> tuple[str, Resource | Endpoint | None, Fault]:
        """Return the address that is meant, what lies there and what is wrong with it, once.

        A query that belongs to no address is passed over, as web servers do, and what lies under an endpoint is
        the endpoint's; an endpoint may lie at the beginning of a query.
        """
        with self._lock:
            meant = path if path in self._resources else path.partition("?")[0]
            if meant not in self._resources:
                above = [p for p in self._endpoints if path.startswith(p)]
                meant = max(above, key=len, default=meant)
            fault, left = self._faults.get(meant, (Fault(), 0))
            if left > 0:
                self._faults[meant] = (fault, left - 1)
            return meant, self._resources.get(meant) or self._endpoints.get(meant), fault if left else Fault()

    def repeat(self, endpoint: Endpoint, fault: Fault) -> Reply | None:
        """Return the page an endpoint gave before, where the fault says to give it again."""
        with self._lock:
            return self._last.get(endpoint.path) if fault.repeats else None

    def remember(self, endpoint: Endpoint, reply: Reply) -> None:
        """Keep the page that an endpoint gave."""
        with self._lock:
            self._last[endpoint.path] = reply

    def note(self, asked: Asked) -> None:
        """Write down a request."""
        with self._lock:
            self.requests.append(asked)

    def _index(self) -> None:
        """Lay out addresses and listings for the files as they are now."""
        self.paths: dict[str, str] = {}
        self._resources: dict[str, Resource] = {}
        self._endpoints: dict[str, Endpoint] = {}
        self._last: dict[str, Reply] = {}
        for publisher in self._publishers.values():
            for endpoint in getattr(publisher, "endpoints", lambda _: ())(self.world):
                self.paths[endpoint.name] = endpoint.path
                self._endpoints[endpoint.path] = endpoint
            stored = {}
            for file in publisher.files(self.world):
                stored[file.name] = self._changed.get(file.name) or self._shelf.file(file)
                self.paths[file.name] = file.path
                described = _described(file, stored[file.name], file.name in self._changed)
                self._resources[file.path] = Resource(
                    stored[file.name], file.kind, described, file.is_guarded, guard=file.guard
                )
            for folder in folders(publisher).values():
                self._lay(Path(self._folder.name) / folder, {self.paths[n]: one for n, one in stored.items()})
            for listing in publisher.listings(self.world, self.base, stored):
                self.paths[listing.name] = listing.path
                text = None if listing.to else self._changed.get(listing.name) or self._shelf.text(listing.text)
                today = {"Last-Modified": dated(self.world.edition)}
                self._resources[listing.path] = Resource(text, listing.kind, today, to=listing.to, guard=listing.guard)

    def _lay(self, folder: Path, files: Mapping[str, Stored]) -> None:
        """Put files into a user's folder, by their addresses; those that are the same there are left untouched."""
        folder.mkdir(exist_ok=True)
        named = {path.rpartition("/")[2]: stored for path, stored in files.items()}
        for left in {path.name for path in folder.iterdir()} - set(named):
            (folder / left).unlink()
        for name, stored in named.items():
            if self._laid.get(name) != stored.md5:
                shutil.copyfile(stored.path, folder / name)
                self._laid[name] = stored.md5


def folders(publisher: Publisher) -> dict[str, str]:
    """Return the variables that name a folder in which a publisher's files are brought by hand, and its name."""
    return getattr(publisher, "FOLDERS", {})


def _described(file: Posted, stored: Stored, is_changed: bool) -> dict[str, str]:
    """Return the validators a publisher gives for a file's bytes; a mistake of its own comes a day later."""
    known = {"ETag": f'"{stored.md5}"', "Last-Modified": dated(file.since, is_changed)}
    return {name: known[name] for name in file.validators}
