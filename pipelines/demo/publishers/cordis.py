"""CORDIS as data.europa.eu lists it: a feed a programme, which names the zip of its CSV tables."""

from collections.abc import Mapping
from functools import partial

from pipelines.demo import cordis
from pipelines.demo.publisher import Book, Listing, Posted, Stored, dated
from pipelines.demo.records import Snapshot, World
from pipelines.demo.schemes import PROGRAMMES, Programme

FEED = "/api/hub/search/en/feeds/datasets/{dataset}.rss"
ADDRESSES = {"IUR_CORDIS_URL": FEED}


def files(world: World) -> list[Posted]:
    """Return a zip a programme; only the last one changes from edition to edition."""
    return [
        Posted(
            f"cordis/{programme.part}",
            programme.part,
            f"/data/{programme.archive}",
            partial(cordis.write, world, programme.part),
            since=world.edition if programme is PROGRAMMES[-1] else 1,
        )
        for programme in PROGRAMMES
    ]


def listings(world: World, base: str, stored: Mapping[str, Stored]) -> list[Listing]:
    """Return the feeds; their dates are the catalogue's, and move whether or not a zip does."""
    return [
        Listing(
            f"cordis/{programme.part}/listing",
            FEED.format(dataset=programme.dataset),
            _feed(programme, f"{base}/data/{programme.archive}", dated(world.edition)),
            "application/rss+xml; charset=utf-8",
        )
        for programme in PROGRAMMES
    ]


def books(world: World) -> dict[str, dict[str, Book]]:
    """Return every programme's books: its flaws are known."""
    return {part: _books(snapshot) for part, snapshot in world.snapshots.items()}


def _feed(programme: Programme, address: str, modified: str) -> str:
    """Write a data set's feed: one item a distribution, of which only the zip of CSV tables is served."""
    items = "".join(
        f"<item><title>Simulated {programme.name} projects ({kind})</title><link>{link}</link>"
        f"<guid>{link}</guid><pubDate>{modified}</pubDate></item>\n"
        for kind in ("csv", "json", "xml")
        for link in [address.replace("-csv.zip", f"-{kind}.zip")]
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<rss version="2.0"><channel><title>Simulated feed</title>\n{items}</channel></rss>\n'
    )


def _books(snapshot: Snapshot) -> dict[str, Book]:
    flaws, parties = snapshot.flaws, snapshot.parties
    projects, rows = len(snapshot.projects.number), len(parties.project)
    dropped = {"duplicate_row": 1} if flaws.twice >= 0 else {}
    bad = 1 if flaws.reversed >= 0 else 0
    if bad:
        dropped = {"parent_quarantined": int((parties.project == flaws.reversed).sum())}
    refused = int(flaws.letters >= 0) + int(flaws.cells >= 0)
    read = rows + int(flaws.twice >= 0)
    return {
        "award": Book(projects, projects - bad, bad),
        "award_party": Book(read, read - refused - sum(dropped.values()), refused, dropped),
        "award_programme": Book(projects, projects - bad, dropped={"parent_quarantined": bad} if bad else {}),
    }
