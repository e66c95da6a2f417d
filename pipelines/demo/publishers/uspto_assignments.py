"""Recorded conveyances: daily files on the Open Data Portal, and a release of the research data set brought by hand.

A later edition has a day more. The site of the research data set turns programs away, so that its files lie in a
folder of the user's.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import partial

from pipelines.demo.publisher import Book, Listing, Posted, Stored
from pipelines.demo.records import World
from pipelines.demo.us import conveyance_files, portal
from pipelines.demo.us.conveyances import DAYS, Deed, bulk, of_day

SOURCE, PRODUCT, BULK = "uspto_assignments", "PASDL", "upad-2025"
ADDRESSES, KEYS = portal.ADDRESSES, portal.KEYS
FOLDERS = {"IUR_UPAD_PATH": BULK}


def _days(world: World) -> tuple[dt.date, ...]:
    return DAYS if world.edition > 1 else DAYS[:-1]


def _held(world: World) -> list[portal.File]:
    return [
        portal.File(
            f"ad{day:%Y%m%d}.zip",
            f"{day:%Y%m%d}",
            partial(conveyance_files.write_day, world, day),
            day,
            day,
            since=world.edition if day == DAYS[-1] else 1,
            folder=str(day.year),
        )
        for day in _days(world)
    ]


def files(world: World) -> list[Posted]:
    """Return the zip of each day, and those of the research data set."""
    by_hand = [
        Posted(f"{SOURCE}/{name}", BULK, f"/{BULK}/{name}.csv.zip", partial(conveyance_files.write_csv, world, name))
        for name in conveyance_files.FILES
    ]
    return [*portal.files(SOURCE, PRODUCT, _held(world)), *by_hand]


def listings(world: World, base: str, stored: Mapping[str, Stored]) -> list[Listing]:
    """Return the product's document and the ways into its storage."""
    return portal.listings(SOURCE, PRODUCT, _held(world), base, stored)


def books(world: World) -> dict[str, dict[str, Book]]:
    """Return what is kept: of a deed that stands twice in a file the later one, everything else."""
    return {BULK: _book(bulk(world))} | {f"{day:%Y%m%d}": _book(of_day(world, day)) for day in _days(world)}


def _book(deeds: Iterable[Deed]) -> dict[str, Book]:
    deeds = list(deeds)
    last = {deed.number: deed for deed in sorted(deeds, key=lambda deed: deed.updated_on)}
    kept = list(last.values())

    def book(there: int, stays: int) -> Book:
        return Book(there, stays, dropped={"superseded": there - stays} if there > stays else {})

    def parties(some: Iterable[Deed]) -> int:
        return sum(len(deed.grantors) + len(deed.grantees) for deed in some)

    return {
        "transfer": book(len(deeds), len(kept)),
        "transfer_party": book(parties(deeds), parties(kept)),
        "transfer_patent": book(sum(len(d.patents) for d in deeds), sum(len(d.patents) for d in kept)),
    }
