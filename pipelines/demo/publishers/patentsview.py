"""PatentsView's product in the Open Data Portal: the tables of a release, a zip each, and a guide beside them.

A later edition is the next release: assignees have other ids, and g_persistent_assignee has a column more.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial

from pipelines.demo.publisher import Book, Listing, Posted, Stored
from pipelines.demo.records import World
from pipelines.demo.us import patent_tables as tables
from pipelines.demo.us import portal

PRODUCT = "PVGPATDIS"
ADDRESSES, KEYS = portal.ADDRESSES, portal.KEYS


def held(world: World) -> list[portal.File]:
    """Return the files of the product: a table each."""
    return [
        portal.File(
            f"{name}.tsv.zip",
            "all",
            partial(tables.write, world, name),
            dt.date(1976, 1, 1),
            tables.UNTIL,
            since=world.edition if name in tables.RENEWED else 1,
        )
        for name in tables.TABLES
    ]


def files(world: World) -> Sequence[Posted]:
    """Return where the tables lie: some at the portal, others in its storage."""
    return portal.files("patentsview", PRODUCT, held(world))


def listings(world: World, base: str, stored: Mapping[str, Stored]) -> Sequence[Listing]:
    """Return the product's document and the ways into the storage."""
    return portal.listings("patentsview", PRODUCT, held(world), base, stored)


def books(world: World) -> dict[str, dict[str, Book]]:
    """Return what is kept: all but an assignee without a name, a class of no patent, and a contract told twice."""
    counted = {name: len(tables.rows(world, name)) for name in tables.TABLES}
    patents, cited = counted["g_patent"], counted["g_us_patent_citation"]
    parties = counted["g_assignee_disambiguated"] + counted["g_inventor_disambiguated"]
    classes = counted["g_cpc_current"]
    funding = sum(counted[name] for name in ("g_gov_interest", "g_gov_interest_org", "g_gov_interest_contracts"))
    return {
        "all": {
            "patent": Book(patents, patents),
            "patent_party": Book(parties, parties - 1, dropped={"no_name": 1}),
            "patent_class": Book(classes, classes - 1, 1),
            "patent_funding": Book(funding, funding - 1, dropped={"duplicate_row": 1}),
            "patent_citation": Book(cited, cited),
        }
    }
