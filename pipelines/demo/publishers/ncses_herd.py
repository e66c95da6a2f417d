"""NCSES's page of HERD microdata: a table of links to zips, whose addresses change with every release.

A zip a fiscal year for the standard form, and one for the short form. A later edition revises one year; the others
are the same bytes at other addresses.
"""

from collections.abc import Mapping
from functools import partial

from pipelines.demo.publisher import Book, Listing, Posted, Stored
from pipelines.demo.records import World
from pipelines.demo.us import expenditure
from pipelines.demo.us.expenditure import FIRST, LAST, REVISED

PAGE = "/explore-data/microdata/higher-education-research-development"
ADDRESSES = {"IUR_NCSES_HERD_URL": PAGE}


def files(world: World) -> list[Posted]:
    """Return two zips a year, which are one part."""
    return [
        Posted(
            f"ncses_herd/{year}{'/short' if short else ''}",
            str(year),
            f"/{820 + world.edition}/assets/0/files/Higher_Education_R_and_D_{year}{'_short' if short else ''}.zip",
            partial(expenditure.write, world, year, short),
            since=world.edition if year == REVISED and not short else 1,
        )
        for year in range(FIRST, LAST + 1)
        for short in (False, True)
    ]


def listings(world: World, base: str, stored: Mapping[str, Stored]) -> list[Listing]:
    """Return the page: links relative to the site, newest first, among others that lead elsewhere."""
    rows = "".join(
        f'<tr><td>{file.part}</td><td><a class="download"\n  href="{file.path}">ZIP &amp; guide</a></td></tr>\n'
        for file in sorted(files(world), key=lambda file: file.path, reverse=True)
    )
    return [
        Listing(
            "ncses_herd/listing",
            PAGE,
            "<!DOCTYPE html>\n<html><head><title>Simulated page of microdata</title></head><body>\n"
            '<a href="/">Home</a> <a name="top"></a> <a href="guide_to_herd_data_files.pdf">Guide</a>\n'
            f"<table>\n{rows}</table>\n</body></html>\n",
            "text/html; charset=utf-8",
        )
    ]


def books(world: World) -> dict[str, dict[str, Book]]:
    """Return what is kept: the six sources and their total; other cells are dropped."""
    return {str(year): {"survey_value": _book(world, year)} for year in range(FIRST, LAST + 1)}


def _book(world: World, year: int) -> Book:
    told = expenditure.reported(world, year)
    kept = sum(len(one.items) for one in told)
    dropped = {"detail_of_total": 2 * len(told), "question_not_read": len(expenditure.OTHERS) * len(told)}
    return Book(kept + sum(dropped.values()), kept, dropped=dropped)
