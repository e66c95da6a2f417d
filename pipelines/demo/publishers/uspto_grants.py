"""The patent office's weekly grants on its Open Data Portal: four weeks, the first of which PatentsView has as well.

A later edition issues the last week but one anew, with a claim more in each of its patents.
"""

import datetime as dt
from collections.abc import Mapping
from functools import partial

from pipelines.demo.publisher import Book, Listing, Posted, Stored
from pipelines.demo.records import World
from pipelines.demo.us import grant_files, portal
from pipelines.demo.us.patents import Patent

SOURCE, PRODUCT = "uspto_grants", "PTGRXML"
ADDRESSES, KEYS = portal.ADDRESSES, portal.KEYS


def _held(world: World) -> list[portal.File]:
    return [
        portal.File(
            grant_files.name_of(day),
            day.isoformat(),
            partial(grant_files.write, world, day),
            day,
            day,
            since=world.edition if day == grant_files.reissued() else 1,
            folder=str(day.year),
        )
        for day in grant_files.weeks(world)
    ]


def files(world: World) -> list[Posted]:
    """Return the zip of each week."""
    return portal.files(SOURCE, PRODUCT, _held(world))


def listings(world: World, base: str, stored: Mapping[str, Stored]) -> list[Listing]:
    """Return the product's document and the ways into its storage."""
    return portal.listings(SOURCE, PRODUCT, _held(world), base, stored)


def books(world: World) -> dict[str, dict[str, Book]]:
    """Return what is kept of each week: everything but the listing of sequences."""
    return {day.isoformat(): _book(day, found) for day, found in grant_files.weeks(world).items()}


def _book(day: dt.date, found: tuple[Patent, ...]) -> dict[str, Book]:
    # Applicants are the owning organisations, or one inventor; a statement names one agency and one award.
    parties = sum(len(p.owners) + max(1, len(grant_files.applicants(p))) + p.inventors for p in found)
    funding = sum(3 for p in found if p.statement)
    rows = {
        "patent_party": parties,
        "patent_class": sum(len(p.classes) for p in found),
        "patent_funding": funding,
        "patent_citation": sum(len(p.cites) for p in found),
    }
    return {
        "patent": Book(len(found) + 1, len(found), dropped={"sequence_listing": 1}),
        **{table: Book(count, count) for table, count in rows.items()},
    }
