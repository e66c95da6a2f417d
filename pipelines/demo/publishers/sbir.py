"""SBIR.gov: the file of all awards at one address, and an interface for programs that forbids everybody.

A later edition has three awards more.
"""

from collections import Counter
from collections.abc import Mapping
from functools import partial

from pipelines.demo.faults import Fault
from pipelines.demo.publisher import Book, Endpoint, Listing, Posted, Question, Reply, Stored
from pipelines.demo.records import World
from pipelines.demo.us import small_business

PATH = "/awarddatapublic/award_data.csv"
ADDRESSES = {"IUR_SBIR_URL": PATH}


def files(world: World) -> list[Posted]:
    """Return the one file."""
    return [Posted("sbir", "all", PATH, partial(small_business.write, world), "text/csv", since=world.edition)]


def endpoints(world: World) -> list[Endpoint]:
    """Return the interface for programs, which has answered 403 to everybody since 2025."""
    return [Endpoint("sbir/api", "all", "/public/api/awards", _forbid)]


def _forbid(question: Question, fault: Fault) -> Reply:
    return Reply(b'{"message":"Forbidden"}', 403)


def listings(world: World, base: str, stored: Mapping[str, Stored]) -> list[Listing]:
    """Return nothing: the address is always the same."""
    return []


def books(world: World) -> dict[str, dict[str, Book]]:
    """Return what is kept: an award once, none that is told in two ways, and no placeholder as an institution."""
    awards, rows = small_business.small_awards(world), small_business.rows(world)
    conflict = int(small_business.conflicting(world) >= 0)
    once = len(awards) - conflict
    partners = [row["RI Name"] for row in rows if row["RI Name"]]
    placeholders = sum(name in small_business.PLACEHOLDERS for name in partners)
    # The award that stands twice has a research institution, and the one told in two ways has none.
    party = Counter(placeholder_institution=placeholders, duplicate_row=2 + conflict, parent_quarantined=conflict)
    other = Counter(duplicate_row=1 + conflict, parent_quarantined=conflict)
    return {
        "all": {
            "award": Book(len(rows), once, 2 * conflict, {"duplicate_row": 1}),
            "award_party": Book(
                len(rows) + len(partners), once + len(partners) - 1 - placeholders, dropped=_told(party)
            ),
            "award_programme": Book(len(rows), once, dropped=_told(other)),
        }
    }


def _told(reasons: Counter[str]) -> dict[str, int]:
    return {reason: count for reason, count in reasons.items() if count}
