"""Gateway to Research's API: pages of JSON, 404 for an empty list and beyond the last page, odd where the real one is.

Who does not ask for the vendor's own type gets an older shape; without a sort field the order is another each time;
an unknown project is answered with one that is none of it. A later edition has one project and one spin-out more.
"""

import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pipelines.demo.faults import Fault
from pipelines.demo.publisher import Book, Endpoint, Listing, Posted, Question, Reply, Stored
from pipelines.demo.records import World
from pipelines.demo.uk import gateway_records as records
from pipelines.demo.uk.gateway import FEW, Gateway, gateway, guid

PATH = "/gtr/api"
ADDRESSES = {"IUR_GTR_URL": PATH}
VENDOR = "application/vnd.rcuk.gtr.json-v7"


@dataclass(frozen=True)
class List:
    """A list of the API: the kind of its GUIDs, how many records it has, and how to write the record at a place."""

    path: str
    part: str
    array: str
    kind: int
    size: Callable[[Gateway, int], int]
    number: Callable[[Gateway, int], int]
    write: Callable[[Gateway, int], str]


def _place(there: Gateway, place: int) -> int:
    return place


def _fund(there: Gateway, place: int) -> int:
    """Return the number of the fund at a place: first what was given, then what was spent."""
    return 2 * place if place < there.size else 2 * (3 + 10 * (place - there.size)) + 1


LISTS = (
    List("projects", "projects", "project", 1, lambda g, e: g.size, _place, records.project),
    List("funds", "projects", "fund", 3, lambda g, e: g.size + len(range(3, g.size, 10)), _fund, records.fund),
    List("organisations", "projects", "organisation", 2, lambda g, e: len(g.organisations), _place,
         records.organisation),
    List("outcomes/intellectualproperties", "intellectualproperties", "intellectualProperty", 4,
         lambda g, e: g.base // 8, _place, records.intellectual_property),
    List("outcomes/spinouts", "spinouts", "spinOut", 5, lambda g, e: g.base // 20 + e, _place, records.spin_out),
    List("outcomes/collaborations", "collaborations", "collaboration", 6, lambda g, e: g.base // 4, _place,
         records.collaboration),
    List("outcomes/furtherfundings", "furtherfundings", "furtherFunding", 7, lambda g, e: g.base // 6, _place,
         records.further_funding),
)  # fmt: skip


GROWING = ("projects", "spinouts")
"""Parts that each edition adds a record to."""


def files(world: World) -> list[Posted]:
    """Return nothing: records come by pages only."""
    return []


def listings(world: World, base: str, stored: Mapping[str, Stored]) -> list[Listing]:
    """Return nothing: each list tells how many records it has."""
    return []


def endpoints(world: World, projects: int = 0) -> list[Endpoint]:
    """Return an endpoint for each list; `projects` sets how many there are, whatever the world's scale."""
    there = gateway(world, projects)
    return [
        Endpoint(
            f"gtr/{listed.path.rpartition('/')[2]}",
            listed.part,
            f"{PATH}/{listed.path}",
            partial(_answer, there, listed, listed.size(there, world.edition), itertools.count()),
            since=world.edition if listed.part in GROWING else 1,
        )
        for listed in LISTS
    ]


def _answer(
    there: Gateway, listed: List, total: int, asked: "itertools.count[int]", question: Question, fault: Fault
) -> Reply:
    one = question.path.removeprefix(f"{PATH}/{listed.path}").strip("/")
    if VENDOR not in question.headers.get("accept", ""):
        return Reply(json.dumps({f"{listed.array}Overview": []}).encode())
    if one:
        return _one(there, listed, total, one)
    page, size = (question.one(name, default) for name, default in (("p", "1"), ("s", "20")))
    if not (page.isdigit() and int(page) and size.isdigit() and 10 <= int(size) <= 100):
        return _failure(400, f"Invalid request: p = {page}, s = {size}")
    if question.one("q") or fault.is_empty:
        total = 0  # nothing here holds any word that somebody looks for
    first, step = (int(page) - 1) * int(size), int(size)
    said = total + (fault.moves if first else 0)
    last = -(-said // step)
    if int(page) > last:
        return _failure(404, f"Page requested exceeds maximum available: {last}")
    places: Sequence[int] = range(first, min(first + step, total, total if fault.cap is None else fault.cap))
    if not question.one("sf"):
        turned = 37 * next(asked)
        places = [(place + turned) % total for place in places]
    elif question.one("so") == "D":
        places = [total - 1 - place for place in places]
    texts = ",".join(listed.write(there, listed.number(there, place)) for place in places)
    head = f'{{"page":{page},"size":{size},"totalPages":{last},"totalSize":{said},"{listed.array}":['
    return Reply(f"{head}{texts}]}}".encode(), kind=VENDOR)


def _one(there: Gateway, listed: List, total: int, id_: str) -> Reply:
    """Answer with the record of a GUID; an unknown project is answered with the first one there is."""
    number = int(id_[-12:], 16) if re.fullmatch(r"[0-9A-F-]{36}", id_) else FEW
    if id_ == guid(listed.kind, number) and _is_there(there, listed, total, number):
        return Reply(listed.write(there, number).encode(), kind=VENDOR)
    if listed.array == "project":
        return Reply(listed.write(there, 0).encode(), kind=VENDOR)
    return _failure(404, "Not found")


def _is_there(there: Gateway, listed: List, total: int, number: int) -> bool:
    if listed.array == "fund":
        return number // 2 < there.size and (number % 2 == 0 or there.has_expenditure(number // 2))
    return number < total


def _failure(status: int, text: str) -> Reply:
    return Reply(json.dumps({"text": text, "timestamp": 1_700_000_000_000}).encode(), status)


def books(world: World) -> dict[str, dict[str, Book]]:
    """Return what is kept of every part: a party whose organisation no list has is refused, one told twice dropped."""
    there = gateway(world)
    nothing = dict.fromkeys(
        ("award", "award_party", "award_programme", "award_field", "award_output", "venture"), Book(0, 0)
    )
    linked = [there.links(n) for n in range(there.size)]
    parties = sum(len(links) for links in linked)
    twice = sum(count - 1 for links in linked for count in Counter(links).values())
    stray = sum(number == FEW for links in linked for _, number in links)
    dropped = {"organisation_repeated": twice} if twice else {}
    fields = sum(len(records.subjects(n)) + len(records.topics(n)) for n in range(there.size))
    none = sum(not records.subjects(n) for n in range(there.size))
    found = {
        "projects": nothing
        | {
            "award": Book(there.size, there.size),
            "award_party": Book(parties, parties - twice - stray, stray, dropped),
            "award_programme": Book(there.size, there.size),
            "award_field": Book(fields, fields - none, dropped={"no_field": none} if none else {}),
        }
    }
    for listed in LISTS[3:]:
        total = listed.size(there, world.edition)
        claims = [len(records.claims(there, number)) for number in range(total)]
        unclaimed = claims.count(0)
        rows = sum(claims) + unclaimed
        book = Book(rows, rows - unclaimed, dropped={"no_project": unclaimed} if unclaimed else {})
        found[listed.part] = nothing | {"award_output": book}
        if listed.part == "spinouts":
            found[listed.part]["venture"] = Book(total, total)
    return found
