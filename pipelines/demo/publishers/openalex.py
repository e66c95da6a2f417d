"""OpenAlex' interface: groups of works by pages with a cursor, and refusals in the service's own words.

A chain of pages ends in one without groups whose next cursor is null. A later edition has more works of the newest
year. Each year lies at an address of its own, the beginning of the query that asks for it.
"""

import base64
import itertools
import json
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Any

from pipelines.demo.faults import Fault
from pipelines.demo.publications import FIRST, LAST, Work, works
from pipelines.demo.publisher import Book, Endpoint, Listing, Posted, Question, Reply, Stored
from pipelines.demo.records import World

PATH = "/openalex"
ADDRESSES = {"IUR_OPENALEX_URL": PATH}
GROUPS = 50
"""Groups on a page, unless asked for: the real service gives 200."""

LARGEST, WINDOW = 200, 10_000
"""The most records on a page, and the last one that is reached without a cursor."""

MERGED = {"I4200000001": "I4200000002"}
"""An institution that has become another one."""

TYPES = ("company", "company|government|healthcare|nonprofit|other", "healthcare", "government", "nonprofit|other")


def first_part(world: World) -> str:
    """Return the oldest year that is simulated."""
    return str(FIRST)


def files(world: World) -> list[Posted]:
    """Return nothing: groups come by pages only."""
    return []


def listings(world: World, base: str, stored: Mapping[str, Stored]) -> list[Listing]:
    """Return nothing: a group for every year tells what there is."""
    return []


def endpoints(world: World, allowance: int | None = None) -> list[Endpoint]:
    """Return an endpoint for each year, and those for all of them.

    `allowance` is how many questions without a key are answered, all of them unless given.
    """
    asked: Iterator[int] = itertools.count(1)
    answer = partial(_answer, world, asked, allowance)
    return [
        *(
            Endpoint(
                f"openalex/{year}",
                str(year),
                f"{PATH}/works?filter=publication_year:{year}",
                answer,
                since=world.edition if year == LAST else 1,
            )
            for year in range(LAST, FIRST - 1, -1)
        ),
        Endpoint("openalex/works", str(FIRST), f"{PATH}/works", answer),
        Endpoint("openalex/institutions", str(FIRST), f"{PATH}/institutions", _institution),
    ]


def _institution(question: Question, fault: Fault) -> Reply:
    """Answer for a merged institution with where it is now, for any other that there is none."""
    id_ = question.path.rpartition("/")[2]
    if id_ in MERGED:
        return Reply(b"", 301, headers={"Location": f"{PATH}/institutions/{MERGED[id_]}"})
    if id_ in MERGED.values():
        return Reply(json.dumps({"id": f"https://openalex.org/{id_}", "display_name": "Simulated"}).encode())
    return Reply(b"", 404)


def _answer(world: World, asked: Iterator[int], allowance: int | None, question: Question, fault: Fault) -> Reply:
    keyed = question.headers.get("authorization", "").startswith("Bearer ") or question.one("api_key")
    if allowance is not None and not keyed and next(asked) > allowance:
        return _spent()
    size, page = question.one("per_page", "0"), question.one("page", "1")
    if not size.isdigit() or int(size) > LARGEST:
        return _refused("Pagination error.", f"per-page parameter must be between 1 and {LARGEST}.")
    if not page.isdigit() or int(page) * (int(size) or 25) > WINDOW:
        return _refused("Pagination error.", f"Maximum results size of {WINDOW:,} records is exceeded.")
    try:
        chosen = _chosen(world, question.one("filter"))
    except KeyError as unknown:
        return _refused("Invalid query parameters error.", f"{unknown.args[0]} is not a valid field.")
    by = question.one("group_by")
    count = 0 if fault.is_empty else len(chosen)
    if by not in ("", *BY):
        return _refused("Invalid query parameters error.", f"{by} is not a valid group by field.")
    if not by:
        return _works(chosen, count, int(page), int(size) or 25)
    if page != "1":
        return _refused("Pagination error.", "Unable to paginate beyond page 1.")
    return _groups(question, fault, count, _grouped(world, question.one("filter"), by))


@lru_cache(maxsize=8)
def _grouped(world: World, wanted: str, by: str) -> list[tuple[str, int]]:
    """Return the groups of the works that meet a filter, by their keys: once for all the pages of a chain."""
    return sorted(Counter(key for work in _chosen(world, wanted) for key in BY[by](world, work)).items())


def _groups(question: Question, fault: Fault, count: int, groups: list[tuple[str, int]]) -> Reply:
    size, cursor = int(question.one("per_page") or GROUPS), question.one("cursor")
    found = groups if cursor else sorted(groups, key=lambda g: (-g[1], g[0]))
    found = [] if fault.is_empty else found[: fault.cap]
    meta: dict[str, Any] = {"count": count, "db_response_time_ms": 7, "page": 1, "per_page": size}
    if cursor:
        after = "" if cursor == "*" else json.loads(base64.b64decode(cursor))
        found = found[bisect(found, after, key=lambda g: g[0]) :][:size]
        meta["page"] = None
        meta["next_cursor"] = base64.b64encode(json.dumps(found[-1][0]).encode()).decode() if found else None
        meta["count"] += fault.moves if after else 0
    shown = [{"key": key, "key_display_name": key, "count": n} for key, n in found[:size]]
    meta["groups_count"] = len(shown)
    return Reply(json.dumps({"meta": meta, "group_by": shown}).encode())


def _works(chosen: list[Work], count: int, page: int, size: int) -> Reply:
    shown = [
        {"id": f"https://openalex.org/W{w.number}", "publication_year": w.year, "type": w.type}
        for w in chosen[(page - 1) * size : page * size]
    ]
    meta = {"count": count, "db_response_time_ms": 7, "page": page, "per_page": size, "groups_count": None}
    return Reply(json.dumps({"meta": meta, "results": shown, "group_by": []}).encode())


def _rors(world: World, work: Work) -> Iterator[str]:
    return (world.cast[n].ror_id for n in work.institutions)


BY: dict[str, Callable[[World, Work], Iterator[str]]] = {
    "authorships.institutions.ror": _rors,
    "publication_year": lambda world, work: iter((str(work.year),)),
}
"""By what works are grouped."""


def _types(world: World, work: Work, value: str) -> bool:
    return any(world.cast[n].kind in value.split("|") for n in work.institutions)


def _years(world: World, work: Work, value: str) -> bool:
    first, _, last = value.partition("-")
    return int(first) <= work.year <= int(last or first)


FILTERS: dict[str, Callable[[World, Work, str], bool]] = {
    "publication_year": _years,
    "type": lambda world, work, value: work.type in value.split("|"),
    "is_retracted": lambda world, work, value: work.is_retracted == (value == "true"),
    "authorships.institutions.type": _types,
}


@lru_cache(maxsize=256)
def _chosen(world: World, wanted: str) -> list[Work]:
    """Return the works that meet a filter; KeyError for a field there is not."""
    told = [one.partition(":") for one in wanted.split(",") if one]
    tests = [(FILTERS[field], value) for field, _, value in told]
    return [w for w in works(world) if all(test(world, w, value) for test, value in tests)]


def _refused(error: str, message: str) -> Reply:
    return Reply(json.dumps({"error": error, "message": message}).encode(), 400)


def _spent() -> Reply:
    message = "Insufficient budget. This request costs $0.0001 but you only have $0 remaining. Resets at midnight UTC."
    told = {"error": "Rate limit exceeded", "message": message, "retryAfter": 43_200, "dailyRemainingUsd": 0}
    return Reply(json.dumps(told).encode(), 429, headers={"Retry-After": "43200"})


def books(world: World) -> dict[str, dict[str, Book]]:
    """Return what is kept: every group of every sector."""
    found = {}
    for year in range(FIRST, LAST + 1):
        rows = 0
        for types in ("", *TYPES):
            wanted = f"publication_year:{year},type:article|review,is_retracted:false"
            wanted += f",authorships.institutions.type:{types}" if types else ""
            rows += len({ror for work in _chosen(world, wanted) for ror in _rors(world, work)})
        found[str(year)] = {"publication_share": Book(rows, rows)}
    return found
