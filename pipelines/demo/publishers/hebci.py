"""HESA's HE-BCI survey: ten tables at ten addresses, each with all years since 2014/15.

A later edition has an academic year more, and restates the disclosures of one provider in 2019/20. The
publisher tells a date and no entity tag, and turns away who does not say what he is.
"""

from collections.abc import Mapping
from functools import partial

from pipelines.demo.publisher import Book, Listing, Posted, Stored
from pipelines.demo.records import World
from pipelines.demo.uk import exchange_tables, sheet
from pipelines.demo.uk.exchange_tables import TABLES
from pipelines.demo.uk.providers import providers, years

PATH = "/data-and-analysis/providers/business-community/table-{table}.csv"
ADDRESSES = {"IUR_HEBCI_URL": PATH}


def files(world: World) -> list[Posted]:
    """Return the ten tables, which make one part."""
    return [
        Posted(
            f"hebci/{table}",
            "all",
            PATH.format(table=table.removeprefix("table-")),
            partial(exchange_tables.write, world, table),
            "text/csv; charset=utf-8",
            since=world.edition,
            validators=("Last-Modified",),
            is_guarded=True,
        )
        for table in TABLES
    ]


def listings(world: World, base: str, stored: Mapping[str, Stored]) -> list[Listing]:
    """Return nothing: the addresses are always the same."""
    return []


def books(world: World) -> dict[str, dict[str, Book]]:
    """Return the figures of all tables: the providers' are kept, the sectors' dropped."""
    lines = sum(len(table.lines) * len(years(world, table.first)) for table in TABLES.values())
    own = lines * len(providers(world))
    totals = lines * (len(sheet.reporters(world)[0]) - len(providers(world)))
    return {"all": {"survey_value": Book(own + totals, own, dropped={"sector_total": totals})}}
