"""The patent office's maintenance-fee events on its Open Data Portal: one file, issued anew with every edition."""

import datetime as dt
from collections.abc import Mapping
from functools import partial

from pipelines.demo.publisher import Book, Listing, Posted, Stored
from pipelines.demo.records import JANUARY, World
from pipelines.demo.us import fee_files, portal

SOURCE, PRODUCT = "uspto_maintenance", "PTMNFEE2"
ADDRESSES, KEYS = portal.ADDRESSES, portal.KEYS


def _held(world: World) -> list[portal.File]:
    write = partial(fee_files.write, world)
    first = dt.date(1981, 9, 1)
    return [portal.File("MaintFeeEvents.zip", "all", write, first, JANUARY, since=world.edition)]


def files(world: World) -> list[Posted]:
    """Return the one file."""
    return portal.files(SOURCE, PRODUCT, _held(world))


def listings(world: World, base: str, stored: Mapping[str, Stored]) -> list[Listing]:
    """Return the product's document."""
    return portal.listings(SOURCE, PRODUCT, _held(world), base, stored)


def books(world: World) -> dict[str, dict[str, Book]]:
    """Return what is kept: all events but the one that stands twice."""
    there = len(fee_files.events(world))
    return {"all": {"patent_fee": Book(there, there - 1, dropped={"duplicate_row": 1})}}
