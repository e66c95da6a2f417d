"""Records that a publisher gives by pages: all of them, each once, or a failure.

A publisher announces how many records a query has and gives them a page at a time, often not beyond a cap that it
does not mention. What is brought is held against what is announced; a query over the cap is cut into others whose
announced numbers add up to its own. Pages are kept as they came, one after the other in one file.
"""

import logging
import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Generic, Protocol, TypeVar

import numpy as np

from pipelines.http import Ask, Download, Validators
from pipelines.source import SourceError

log = logging.getLogger("iur")

ROUNDS = 3
"""How often a query is read from its first page: records come and go while it is read."""

DEEPEST = 12
"""How often a query is cut in a row: twelve halvings of a million records leave a page."""

Q = TypeVar("Q")


@dataclass(frozen=True)
class Page:
    """What a page says: the key of every record on it, in its order, and how many records the query has in all.

    `total` is None where the publisher does not tell; a page that is not full is then the last. `is_least` says that
    there may be more than `total`: some publishers stop counting at a round number.
    """

    ids: Sequence[str]
    total: int | None
    is_least: bool = False


class Asking(Protocol):
    """Who asks a publisher: a session, or what asks through one with more knowledge of the publisher."""

    def answer(self, ask: Ask, expected: frozenset[int] = frozenset()) -> tuple[int, bytes, str]:
        """Return the status, the whole body and its encoding."""

    def refused(self, url: str, status: int, body: bytes = b"") -> SourceError:
        """Return the failure that an answer's status stands for."""

    def failure(
        self,
        what: str,
        kind: type[SourceError] = SourceError,
        *,
        file: str,
        rule: str,
        mend: str,
        transient: bool = False,
    ) -> SourceError:
        """Return a failure in whose words no key can be read."""


class Paging(Protocol[Q]):
    """How a publisher gives its records: what a query is, is the publisher's own matter."""

    @property
    def size(self) -> int:
        """Return the most records on a page."""

    @property
    def cap(self) -> int | None:
        """Return the most records of one query that can be reached, or None."""

    def ask(self, query: Q, offset: int) -> Ask:
        """Return the request for the page of a query that begins at a record (0 for the first)."""

    def read(self, body: bytes) -> Page:
        """Read a page; ValueError where it is not what was promised."""

    def split(self, query: Q) -> Iterable[Sequence[Q]]:
        """Yield ways to cut a query into others, best first."""

    def is_empty(self, status: int, body: bytes) -> bool:
        """Say whether an answer that looks like a failure means that there are no records."""


class _MovedError(Exception):
    """What the publisher has changed while it was read."""


def collect(session: Asking, paging: Paging[Q], query: Q, into: Path) -> Download:
    """Bring every record of a query into one file of pages; return it with the number announced.

    Raises SourceError where the publisher gives other records than it announces, or not what was promised.
    """
    url = paging.ask(query, 0).url
    partial = into.with_name(into.name + ".partial")
    said = ""
    for _ in range(ROUNDS):
        try:
            with partial.open("wb") as file:
                announced = _Reading(session, paging, file).all(query)
                file.flush()
                os.fsync(file.fileno())
        except _MovedError as moved:
            said = str(moved)
            log.info("%s: %s; beginning again", url, said)
            continue
        partial.replace(into)
        return Download(url, into, Validators(), announced)
    raise session.failure(
        f"{said}, each of the {ROUNDS} times it was read",
        file=url,
        rule="records announced",
        mend="try again at a quieter hour; if it stays so, the publisher gives other records than it announces",
        transient=True,
    )


class _Reading(Generic[Q]):
    """One reading of a query: the file its pages go to, and the keys seen so far, as eight bytes each."""

    def __init__(self, session: Asking, paging: Paging[Q], file: IO[bytes]) -> None:
        self._session, self._paging, self._file = session, paging, file
        self._seen = array("q")

    def all(self, query: Q) -> int:
        """Bring every record; return how many."""
        url = self._paging.ask(query, 0).url
        for part, first in self._parts(query, DEEPEST):
            self._pages(part, first)
        keys = np.array(self._seen, dtype=np.int64)
        keys.sort()
        if repeated := int(np.count_nonzero(keys[1:] == keys[:-1])):
            raise _MovedError(f"gave {repeated:,} of {len(keys):,} records twice")
        if not len(keys):
            raise self._session.failure(
                "has no records",
                file=url,
                rule="records announced",
                mend="ask the address by hand: a publisher's data set is never empty, but a query can be wrong",
            )
        return len(keys)

    def _parts(
        self, query: Q, depth: int, first: tuple[Page, bytes] | None = None
    ) -> Iterator[tuple[Q, tuple[Page, bytes]]]:
        """Yield the queries that together have a query's records, each under the cap, with its first page.

        `first` is the query's first page, where it was asked for already.
        """
        first = first or self._page(query, 0)
        page, cap = first[0], self._paging.cap
        if cap is None or page.total is None or (page.total <= cap and not page.is_least):
            yield query, first
            return
        for way in self._paging.split(query) if depth else ():
            firsts = [self._page(cut, 0) for cut in way]
            totals = [its.total for its, _ in firsts]
            added = sum(total or 0 for total in totals)
            if None not in totals and (added == page.total or (page.is_least and added > page.total)):
                for cut, its in zip(way, firsts, strict=True):
                    if its[0].total:
                        yield from self._parts(cut, depth - 1, its)
                return
        raise self._session.failure(
            f"announces {page.total:,} records, gives {cap:,} at most, and no cut of the query adds up to it",
            file=self._paging.ask(query, 0).url,
            rule="result window",
            mend="the source needs another way to cut this query: see its page for the criteria there are",
        )

    def _pages(self, query: Q, first: tuple[Page, bytes]) -> None:
        """Bring the pages of a query under the cap.

        The next page is on its way while one is read and written, so that the publisher does not wait for us; there
        is never more than one on its way.
        """
        page, body = first
        total, got, former = page.total, 0, None
        with ThreadPoolExecutor(1) as ahead:

            def ask(offset: int) -> Future[bytes | None] | None:
                return ahead.submit(self._body, query, offset) if offset < (total or 0) else None

            coming = ask(self._paging.size)
            while True:
                if page.total != total:
                    raise _MovedError(f"announced {total} records at first and {page.total} at record {got:,}")
                if page.ids and page.ids == former:
                    raise _MovedError(f"gave the page before again at record {got:,}")
                if page.ids:
                    self._file.write(body)
                    self._file.write(b"\n")
                    self._seen.extend(map(hash, page.ids))
                got += len(page.ids)
                is_full = len(page.ids) == self._paging.size
                if got >= total if total is not None else not is_full:
                    break
                if not is_full:
                    raise _MovedError(f"announced {total:,} records and gave {got:,}")
                former = page.ids
                came = coming.result() if coming else self._body(query, got)
                # Asked for before this one is looked at: all pages but the last are full.
                coming = ask(got + self._paging.size)
                page, body = self._read(query, got, came), came or b""
        if total is not None and got != total:
            raise _MovedError(f"announced {total:,} records and gave {got:,}")

    def _page(self, query: Q, offset: int) -> tuple[Page, bytes]:
        body = self._body(query, offset)
        return self._read(query, offset, body), body or b""

    def _body(self, query: Q, offset: int) -> bytes | None:
        """Return the body of a page, None where the publisher says that there are no records."""
        ask = self._paging.ask(query, offset)
        status, body, _ = self._session.answer(ask, MAY_BE_EMPTY)
        if status < 400:
            return body
        if self._paging.is_empty(status, body):
            return None
        raise self._session.refused(ask.url, status, body)

    def _read(self, query: Q, offset: int, body: bytes | None) -> Page:
        if body is None:
            return Page((), 0)
        try:
            return self._paging.read(body)
        except (ValueError, KeyError, TypeError) as error:
            raise self._session.failure(
                f"answered something that is not a page of records ({error}): {body[:80]!r}",
                file=self._paging.ask(query, offset).url,
                rule="page of records",
                mend="open the address in a browser: the service has changed, or is being repaired",
            ) from error


MAY_BE_EMPTY = frozenset((400, 404))
"""Statuses that may mean that a query has no records."""

__all__ = ["Ask", "Page", "Paging", "collect"]
