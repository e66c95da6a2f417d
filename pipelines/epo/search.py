"""A search by applicant and days of publication: its words, its pages, and how it is cut where it finds too much.

A page has a hundred publications, of a search two thousand can be reached, and what is announced stops at ten
thousand: none of the last two was tried on the live service, the last is what a demonstration shows.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

from pipelines.http import Ask
from pipelines.paging import Page

SIZE, CAP, MOST = 100, 2_000, 10_000
"""Publications on a page, of a search that can be reached, and that are counted."""


@dataclass(frozen=True)
class Query:
    """Publications of an applicant, from one day to another, both included."""

    applicant: str
    first: dt.date
    last: dt.date

    @property
    def cql(self) -> str:
        """Return the query in the service's language."""
        return f'pa="{self.applicant}" and pd within "{self.first:%Y%m%d} {self.last:%Y%m%d}"'


def of_year(applicant: str, year: int) -> Query:
    """Return the query for what was published in a year."""
    return Query(applicant, dt.date(year, 1, 1), dt.date(year, 12, 31))


@dataclass(frozen=True)
class Search:
    """How the service gives publications, at an address."""

    base: str
    size: int = field(default_factory=lambda: SIZE)
    cap: int = field(default_factory=lambda: CAP)

    def ask(self, query: Query, offset: int) -> Ask:
        """Return the request for a page of documents."""
        return Ask(self._url("search/biblio", query, offset + 1, offset + self.size))

    def count(self, query: Query) -> Ask:
        """Return the request for the number of publications: one of them, by its number alone."""
        return Ask(self._url("search", query, 1, 1))

    def _url(self, path: str, query: Query, first: int, last: int) -> str:
        return f"{self.base}/rest-services/published-data/{path}?q={quote(query.cql, safe='')}&Range={first}-{last}"

    def read(self, body: bytes) -> Page:
        """Return the numbers of a page's publications and the total; documents are read when the part is built."""
        found = total(body)
        if b"world-patent-data" not in body[-200:]:
            raise ValueError("the document does not end")
        return Page(ids(body), found, is_least=found >= MOST)

    def split(self, query: Query) -> Iterator[Sequence[Query]]:
        """Yield the query's days in two halves."""
        days = (query.last - query.first).days
        if days:
            middle = query.first + dt.timedelta(days // 2)
            yield [replace(query, last=middle), replace(query, first=middle + dt.timedelta(1))]

    def is_empty(self, status: int, body: bytes) -> bool:
        """Say that every 404 that reaches here means "nothing found": the service judges them."""
        return status == 404


def total(body: bytes) -> int:
    """Return the number of publications a search announces; ValueError where it announces none."""
    found = re.search(rb'total-result-count="(\d+)"', body)
    if found is None:
        raise ValueError("no total-result-count")
    return int(found[1])


def ids(body: bytes) -> list[str]:
    """Return the number of every document on a page, in its order."""
    heads = re.findall(rb"<(?:\w+:)?exchange-document\s[^>]*>", body)
    return [".".join(_attribute(head, name) for name in (b"country", b"doc-number", b"kind")) for head in heads]


def _attribute(head: bytes, name: bytes) -> str:
    found = re.search(rb"\b" + name + rb'="([^"]*)"', head)
    return found[1].decode(errors="replace") if found else ""


def differs(url: str, body: bytes) -> str:
    """Say in what a page is not the one that was asked for, or nothing: its range and words come with it."""
    asked = parse_qs(urlsplit(url).query)
    begin = asked["Range"][0].partition("-")[0]
    told = re.search(rb'<(?:\w+:)?range\s[^>]*\bbegin="(\d+)"', body)
    if told is None or told[1].decode() != begin:
        return f"it begins at {told[1].decode()}, not at {begin}" if told else "no range"
    echo = re.search(rb"<(?:\w+:)?query\b[^>]*>(.*?)</(?:\w+:)?query>", body, re.DOTALL)
    words = _plain(unescape(echo[1].decode(errors="replace"))) if echo else ""
    # Only what is in quotes: the service may write the rest in its own way.
    if not all(_plain(part) in words for part in re.findall(r'"([^"]*)"', asked["q"][0])):
        return f"it answers the query {words!r}" if echo else "no query"
    return ""


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
