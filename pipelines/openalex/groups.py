"""How OpenAlex gives groups of works: what is asked for, and the chain of pages by which the groups come.

What is said here of the service was read in its own published code (openalex-elastic-api and openalex-api-proxy,
August 2026) and in its guides; none of it was tried on the live service.

- With a cursor the groups come in the order of their keys, every one with its exact count. Without one only the 200
  largest come, from counts of the index' shards: those are asked for first, and must be in the chain.
- `meta.groups_count` is the number on the page: nothing tells how many groups there are. A chain ends in a page
  without groups whose next cursor is null; groups of zero, which may fill the last page, are none.
- `meta.timed_out` marks an answer that the service gave up half-way.
"""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from pipelines.http import Ask, Download, Session, Validators

SECTORS = {
    "all": "",
    "company": "company",
    "non_academic": "company|government|healthcare|nonprofit|other",
    "healthcare": "healthcare",
    "government": "government",
    "other": "nonprofit|other",
}
"""The sectors of `publication_share`, and the types of institution that OpenAlex has for them.

Its types that are academic are education, facility (laboratories, observatories) and archive (museums, libraries).
"""

WORKS = "type:article|review,is_retracted:false"
"""Which works are counted."""

ROUNDS = 3
"""How often the groups of a query are read from the first page: the index is renewed while it is read."""

DRIFT = 0.001
"""By how much the number of works may move while the groups of a query are read, some minutes."""

BEHIND = 0.01
"""By how much a large group may differ from its count without a cursor, which is made of shards' counts."""


@dataclass(frozen=True)
class Page:
    """What a page says: how many works the query has, the groups on it (key → works), and the next page's cursor.

    `is_chained` says that it is an answer to a cursor: such pages have no number.
    """

    works: int
    groups: dict[str, int]
    cursor: str | None
    is_chained: bool


def address(base: str, year: int, sector: str) -> str:
    """Return the address of the groups of a year's works: by ROR id, of those with an institution of a sector."""
    types = SECTORS[sector]
    wanted = f"publication_year:{year},{WORKS}"
    wanted += f",authorships.institutions.type:{types}" if types else ""
    return f"{base}/works?filter={quote(wanted, safe=':,')}&group_by=authorships.institutions.ror"


def years(session: Session, base: str, first: int, last: int) -> dict[int, int]:
    """Return how many works each year has; years without any are left out."""
    wanted = quote(f"{WORKS},publication_year:{first}-{last}", safe=":,")
    url = f"{base}/works?filter={wanted}&group_by=publication_year"
    page = _page(session, url)
    found = {int(key): count for key, count in page.groups.items() if re.fullmatch(r"\d{4}", key)}
    if not found:
        raise session.failure(
            "tells no year's number of works",
            file=url,
            rule="listing",
            mend="ask the address by hand: every year since 2000 has millions",
        )
    return found


def collect(session: Session, url: str, into: Path) -> Download:
    """Bring every group of a query into one file of pages, as they came.

    Raises SourceError where the chain of pages is not whole, or the works move while it is read.
    """
    partial = into.with_name(into.name + ".partial")
    said = ""
    for _ in range(ROUNDS):
        largest = _page(session, url)
        try:
            with partial.open("wb") as file:
                groups = _chain(session, url, largest.works, file)
                file.flush()
                os.fsync(file.fileno())
            _hold(groups, largest.groups)
        except _MovedError as moved:
            said = str(moved)
            continue
        partial.replace(into)
        return Download(url, into, Validators())
    raise session.failure(
        f"{said}, each of the {ROUNDS} times it was read",
        file=url,
        rule="groups are whole",
        mend="try again at a quieter hour; if it stays so, the service gives other groups than it says",
        transient=True,
    )


class _MovedError(Exception):
    """What the service has changed, or left out, while it was read."""


def _chain(session: Session, url: str, works: int, file: IO[bytes]) -> dict[str, int]:
    """Follow a chain of pages to its end, writing each down; return the groups."""
    found: dict[str, int] = {}
    cursor: str | None = "*"
    while cursor is not None:
        body = _body(session, f"{url}&cursor={quote(cursor)}")
        page = _read(session, url, body)
        if abs(page.works - works) > DRIFT * works:
            raise _MovedError(f"announced {works:,} works at first and {page.works:,} after {len(found):,} groups")
        if not page.is_chained:
            raise _MovedError(f"answered as if there was no cursor after {len(found):,} groups")
        if repeated := found.keys() & page.groups.keys():
            raise _MovedError(f"gave {len(repeated):,} groups twice")
        if page.cursor == cursor or (page.cursor is not None and not page.groups):
            raise _MovedError(f"does not come to an end after {len(found):,} groups")
        found |= page.groups
        file.write(body)
        file.write(b"\n")
        cursor = page.cursor
    return found


def _hold(found: dict[str, int], largest: dict[str, int]) -> None:
    """Hold the groups of a chain against the largest ones, which were asked for in one page."""
    lost = [k for k, n in largest.items() if abs(found.get(k, 0) - n) > max(1, BEHIND * n)]
    if lost:
        raise _MovedError(f"lacks {len(lost):,} of the {len(largest):,} largest groups, or counts them otherwise")


def _page(session: Session, url: str) -> Page:
    page = _read(session, url, _body(session, url))
    if page.works and page.groups:
        return page
    if "institutions.type" in url and not page.works and not page.groups:
        return page  # a small year may have no work with a hospital
    raise session.failure(
        "has no works",
        file=url,
        rule="groups are whole",
        mend="ask the address by hand: a year that was listed is never empty, but a filter can be wrong",
    )


def _body(session: Session, url: str) -> bytes:
    """Return an answer's body; a spent allowance is not asked again, whatever else is a matter of the session."""
    ask = Ask(url)
    status, body, _ = session.answer(ask, frozenset((400, 429)))
    if status == 429 and re.search(rb"(?i)insufficient budget", body):
        raise session.failure(
            "today's allowance is used up: " + _message(body),
            file=url,
            rule="daily allowance",
            mend="it is renewed at midnight UTC: the next night asks for what is missing. Without a key it is a "
            "hundredth to a tenth of that with one, too little for a single year: get a free key at "
            "openalex.org/settings/api and set IUR_OPENALEX_KEY",
        )
    if status == 429:
        status, body, _ = session.answer(ask)
    if status == 400:
        raise session.failure(
            f"was not understood: {_message(body)}",
            file=url,
            rule="query",
            mend="compare filters and group_by with the publisher's documentation: one may have been renamed",
        )
    return body


def _message(body: bytes) -> str:
    """Return what an answer says of itself, or its first words."""
    try:
        return str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return body[:200].decode(errors="replace").strip()


def _read(session: Session, url: str, body: bytes) -> Page:
    try:
        told = json.loads(body)
        meta = told["meta"]
        is_half = bool(meta.get("timed_out"))
        groups = {str(g["key"]): int(g["count"]) for g in told["group_by"] if int(g["count"])}
        page = Page(int(meta["count"]), groups, meta.get("next_cursor"), meta.get("page") is None)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise session.failure(
            f"answered something that is not a page of groups ({error!r}): {body[:80]!r}",
            file=url,
            rule="page of groups",
            mend="open the address in a browser: the service has changed, or is being repaired",
        ) from error
    if is_half:
        raise session.failure(
            "gave up half-way, by the service's own limit of time",
            file=url,
            rule="page of groups",
            mend="try again at a quieter hour",
            transient=True,
        )
    return page
