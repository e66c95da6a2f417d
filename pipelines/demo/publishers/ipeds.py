"""IPEDS's directory: a zip a year and no listing; the address of a year that is not out answers 404.

A later edition has the final file of 2023 under the same name.
"""

from collections.abc import Mapping
from functools import partial

from pipelines.demo.publisher import Book, Listing, Posted, Stored
from pipelines.demo.records import World
from pipelines.demo.us import directory
from pipelines.demo.us.directory import FIRST, REVISED

PATH = "/ipeds/datacenter/data/HD{year}.zip"
ADDRESSES = {"IUR_IPEDS_URL": PATH}


def files(world: World) -> list[Posted]:
    """Return a zip a year, up to the world's today."""
    return [
        Posted(
            f"ipeds/{year}",
            str(year),
            PATH.format(year=year),
            partial(directory.write, world, year),
            since=world.edition if year == REVISED else 1,
        )
        for year in _years(world)
    ]


def listings(world: World, base: str, stored: Mapping[str, Stored]) -> list[Listing]:
    """Return nothing: the address tells the year."""
    return []


def books(world: World) -> dict[str, dict[str, Book]]:
    """Return what is kept of every year: an identifier that stands twice in a cell is kept once."""
    return {str(year): _books(world, year) for year in _years(world)}


def _years(world: World) -> range:
    return range(FIRST, max(2026, world.today.year) + 1)


def _books(world: World, year: int) -> dict[str, Book]:
    there = directory.listed(world, year)
    identifiers, twice = sum(one.identifiers for one in there), sum(one.twice for one in there)
    return {
        "directory_institution": Book(len(there), len(there)),
        "directory_identifier": Book(identifiers, identifiers - twice, dropped={"duplicate_row": twice}),
    }
