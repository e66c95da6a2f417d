"""The simulated files on the disk: written once for a world, whatever the number of publishers that serve it."""

import hashlib
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from pipelines.demo.publisher import Posted, Stored
from pipelines.demo.records import World


class Shelf:
    """A folder of files that goes when nobody holds the shelf any more, at the latest when Python ends."""

    def __init__(self) -> None:
        folder = tempfile.mkdtemp(prefix="iur-demo-")
        self._folder = Path(folder)
        self._there: dict[tuple[str, int], Stored] = {}
        self._lock = threading.Lock()
        self._next = 0
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)

    def file(self, posted: Posted) -> Stored:
        """Return a publisher's file, written unless it is there with the bytes of that edition."""
        key = posted.name, posted.since
        with self._lock:
            if key not in self._there:
                self._there[key] = self._put(posted.write)
            return self._there[key]

    def text(self, body: str | bytes) -> Stored:
        """Keep some text or bytes."""
        data = body.encode() if isinstance(body, str) else body
        with self._lock:
            return self._put(lambda path: _write(path, data))

    def _put(self, write: Callable[[Path], None]) -> Stored:
        path = self._folder / str(self._next)
        self._next += 1
        write(path)
        with path.open("rb") as file:
            md5 = hashlib.file_digest(file, "md5").hexdigest()
        return Stored(path, path.stat().st_size, md5)


def _write(path: Path, body: bytes) -> None:
    path.write_bytes(body)


@lru_cache(maxsize=4)
def _of(first: World) -> Shelf:
    return Shelf()


def of(world: World) -> Shelf:
    """Return the shelf of a world's files; its other editions share it, for most files are the same in all."""
    return _of(replace(world, edition=1))
