"""NIH's files and interface: a zip for each of three closed fiscal years, pages for the running one, patents.

A later edition re-issues the newest zip with an award whose end has moved; all others are the same bytes.
"""

from collections.abc import Mapping
from functools import partial

from pipelines.demo.publisher import Book, Endpoint, Listing, Posted, Stored
from pipelines.demo.records import World
from pipelines.demo.us import health_api as interface
from pipelines.demo.us import health_files as zips
from pipelines.demo.us.health import files_of, records, running

FILES = "/exporter/{download}"
API = "/v2/projects/search"
ADDRESSES = {"IUR_NIH_REPORTER_EXPORTER_URL": FILES, "IUR_NIH_REPORTER_API_URL": API}


def first_part(world: World) -> str:
    """Return the oldest fiscal year that is simulated."""
    return str(files_of(world)[0])


def files(world: World) -> list[Posted]:
    """Return a zip for each closed fiscal year, which is a part, and the table of patents."""
    return [
        *(
            Posted(
                f"nih_reporter/{year}",
                str(year),
                FILES.format(download=f"projects/download/{year}"),
                partial(zips.write, world, year),
                since=world.edition if year == running(world) - 1 else 1,
            )
            for year in files_of(world)
        ),
        Posted(
            "nih_reporter/patents",
            "patents",
            FILES.format(download="patents/download"),
            partial(zips.write_links, world),
        ),
    ]


def listings(world: World, base: str, stored: Mapping[str, Stored]) -> list[Listing]:
    """Return nothing: the address tells the year."""
    return []


def endpoints(world: World) -> list[Endpoint]:
    """Return the interface, which tells the running fiscal year."""
    return [Endpoint("nih_reporter/api", str(running(world)), API, partial(interface.answer, world))]


def books(world: World) -> dict[str, dict[str, Book]]:
    """Return what is kept: all but the shifted row, the patent that is none, and the one that is written twice."""
    nothing = Book(0, 0)
    found = {}
    for year in (*files_of(world), running(world)):
        count, bad = len(records(world, year).appl_id), int(year == zips.shifted(world))
        book = Book(count, count - bad, bad)
        found[str(year)] = {"award": book, "award_party": book, "award_programme": book, "award_output": nothing}
    links = len(zips.links(world))
    patents = Book(links, links - 2, 1, {"duplicate_row": 1})
    found["patents"] = {"award": nothing, "award_party": nothing, "award_programme": nothing, "award_output": patents}
    return found
