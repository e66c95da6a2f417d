"""The lease of a host: one request at a time and none too soon, whichever process of a data home asks.

A night, a backfill beside it and a person at a terminal are one client to the publisher. The lease is a lock file
in the home, in which stands the time from which the host may be asked again; the kernel frees it when a process
dies, and the time stands for the next one.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit


class Turn:
    """The right to ask a host, while the lease is held."""

    def __init__(self, file: int | None, pace: float) -> None:
        self._file = file
        self._pace = pace
        said = os.pread(file, 32, 0).decode(errors="replace") if file is not None else ""
        self._next = float(said) if said.replace(".", "", 1).isdigit() else 0.0

    def begin(self) -> None:
        """Wait until the host may be asked, and note when it may be asked after that."""
        if not self._next and not self._pace:
            return
        # A clock that was set back must not keep everybody waiting for the difference.
        wait = min(self._next - time.time(), MOST)
        if wait > 0:
            time.sleep(wait)
        self._note(time.time() + self._pace)

    def wait(self, seconds: float) -> None:
        """Let nobody ask the host for so many seconds."""
        if seconds > 0:
            self._note(max(self._next, time.time() + seconds))

    def _note(self, moment: float) -> None:
        self._next = moment
        if self._file is not None:
            # Of one length, so that a shorter text never leaves the tail of a longer one.
            os.pwrite(self._file, f"{moment:020.6f}".encode(), 0)


MOST = 600
"""Seconds that a request waits for at most: longer than any publisher's pace or Retry-After that is obeyed."""


@contextmanager
def turn(home: Path | None, url: str, pace: float) -> Iterator[Turn]:
    """Hold the lease of an address's host; `pace` is the number of seconds between two requests' beginnings.

    `home` is None for a session that belongs to no home: nobody else is waited for.
    """
    if home is None:
        yield Turn(None, pace)
        return
    path = home / "locks" / f"host={urlsplit(url).netloc.replace(':', '-')}.lock"
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield Turn(file, pace)
    finally:
        os.close(file)
