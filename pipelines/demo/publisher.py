"""What a simulated publisher is: the files it puts out of a world, where they lie, and how it announces them.

A publisher is a module of `pipelines.demo.publishers`, named as the source that reads it. The server and the
faults know nothing of any of them but this.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

from pipelines.demo.faults import Fault
from pipelines.demo.records import JANUARY, World


@dataclass(frozen=True)
class Book:
    """What an ingest must count of a table: read = kept + quarantined + dropped by reason."""

    read: int
    kept: int
    quarantined: int = 0
    dropped: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """A request to an endpoint: what is asked for in its address, in its headers (lower case) and in its body."""

    method: str
    path: str
    query: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]
    body: bytes

    def one(self, name: str, default: str = "") -> str:
        """Return the first value of a query's variable."""
        return (self.query.get(name) or [default])[0]


@dataclass(frozen=True)
class Reply:
    """What an endpoint says to a question."""

    body: bytes
    status: int = 200
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


Guard = Callable[[Question], AbstractContextManager[Reply | None]]
"""What stands before an address: it says instead of it what it yields, and knows when the answer is done."""


@dataclass(frozen=True)
class Posted:
    """A file as a publisher puts it out: of which part, at which address, and how to write it.

    `name` is how tests speak of it; `path` is the address without the host, with its query where the
    publisher's has one. `since` is the edition in which its bytes last changed. `validators` are those it is
    served with; `is_guarded` says that the publisher turns away whoever does not name a browser or himself, and
    `guard` who else is turned away, or sent elsewhere.
    """

    name: str
    part: str
    path: str
    write: Callable[[Path], None]
    kind: str = "application/zip"
    since: int = 1
    validators: tuple[str, ...] = ("ETag", "Last-Modified")
    is_guarded: bool = False
    guard: Guard | None = None


@dataclass(frozen=True)
class Stored:
    """A file's bytes on the disk: where, how many, and their md5."""

    path: Path
    size: int
    md5: str


@dataclass(frozen=True)
class Listing:
    """A page that announces files, or a redirect `to` another address; `guard` may answer in its place."""

    name: str
    path: str
    text: str = ""
    kind: str = ""
    to: str = ""
    guard: Guard | None = None


@dataclass(frozen=True)
class Endpoint:
    """An address that answers questions, with pages of records mostly: of which part, and how.

    `path` is where it lies; everything under it is meant as well, unless another endpoint or file lies there.
    `answer` is given the fault that is on, for what only it can spoil: `Fault.moves`,
    `Fault.cap` and `Fault.is_empty`. `since` is the edition in which its records last changed. `others` are parts
    for which it answers as well.
    """

    name: str
    part: str
    path: str
    answer: Callable[[Question, Fault], Reply]
    since: int = 1
    others: tuple[str, ...] = ()


class Publisher(Protocol):
    """A module that simulates the publisher of the source it is named after.

    It may have `endpoints(world)`, which returns the Endpoints by which it answers questions. One whose files are
    brought by hand has `FOLDERS`: the variables that name a folder of the user's, and a name for it. All its files lie
    there, under the last piece of their path, and nobody asks for them by HTTP. One of a source by years that simulates
    the newest alone has `first_part(world)`, the oldest of them. One that asks for a key has `KEYS`: the variables
    that the source reads it from, and what they must hold.
    """

    ADDRESSES: dict[str, str]
    """The variables that the source reads, and what to set them to, from this machine's address on."""

    def files(self, world: World) -> Sequence[Posted]:
        """Return the files of a world's edition, without writing any."""

    def listings(self, world: World, base: str, stored: Mapping[str, Stored]) -> Sequence[Listing]:
        """Return the pages that announce the files: `base` is this machine's address, `stored` is by name."""

    def books(self, world: World) -> dict[str, dict[str, Book]]:
        """Return what an ingest must count: part → table → its book."""


def dated(edition: int, days: int = 0) -> str:
    """Return the day an edition came out, or some days later, as HTTP writes it: 28 days after the one before."""
    day = JANUARY + dt.timedelta(28 * (edition - 1) + days)
    return format_datetime(dt.datetime.combine(day, dt.time(), dt.UTC), usegmt=True)
