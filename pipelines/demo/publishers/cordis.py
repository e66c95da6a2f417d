"""CORDIS as data.europa.eu lists it: a feed a programme, which names the zip of its CSV tables.

Of the two tables of patents only H2020's is in a feed; both lie beside the zips.
"""

from collections.abc import Mapping
from functools import partial

from pipelines.demo import cordis, cordis_patents
from pipelines.demo.publisher import Book, Listing, Posted, Stored, dated
from pipelines.demo.records import Snapshot, World
from pipelines.demo.schemes import PROGRAMMES, Programme

FEED = "/api/hub/search/en/feeds/datasets/{dataset}.rss"
ADDRESSES = {"IUR_CORDIS_URL": FEED}


def files(world: World) -> list[Posted]:
    """Return a zip a programme, of which only the last one changes from edition to edition, and tables of patents."""
    zips = [
        Posted(
            f"cordis/{programme.part}",
            programme.part,
            f"/data/{programme.archive}",
            partial(cordis.write, world, programme.part),
            since=world.edition if programme is PROGRAMMES[-1] else 1,
        )
        for programme in PROGRAMMES
    ]
    tables = [
        Posted(
            f"cordis/{part}projectirps",
            f"{part}projectirps",
            f"/data/cordis-{part}projectIrps.csv",
            partial(cordis_patents.write, world, part),
            kind="text/csv",
        )
        for part in cordis_patents.PARTS
    ]
    return [*zips, *tables]


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
    tables = {f"{part}projectirps": _patents(world, part) for part in cordis_patents.PARTS}
    return {part: _books(snapshot) for part, snapshot in world.snapshots.items()} | tables


def _patents(world: World, part: str) -> dict[str, Book]:
    rows, families, applicants, background = cordis_patents.counts(world, part)
    dropped = {"background_patent": background, "same_family": rows - background - families}
    nothing = Book(0, 0)
    return {
        "award": nothing,
        "award_party": nothing,
        "award_programme": nothing,
        "award_field": nothing,
        "award_output": Book(rows, families, dropped=dropped),
        "award_output_party": Book(applicants, applicants),
    }


def _feed(programme: Programme, address: str, modified: str) -> str:
    """Write a data set's feed: one item a distribution, of which only the zip of CSV tables is served."""
    items = "".join(
        f"<item><title>Simulated {programme.name} projects ({kind})</title><link>{link}</link>"
        f"<guid>{link}</guid><pubDate>{modified}</pubDate></item>\n"
        for kind in ("csv", "json", "xml")
        for link in [address.replace("-csv.zip", f"-{kind}.zip")]
    )
    if programme.part == "h2020":
        link = address.replace("projects-csv.zip", "projectIrps.csv")
        items += f"<item><title>Simulated {programme.name} patents</title><link>{link}</link></item>\n"
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
    of = cordis.fields(snapshot)[0]
    told, lost = len(of), int((of == snapshot.projects.number[flaws.reversed]).sum()) if bad else 0
    return {
        "award": Book(projects, projects - bad, bad),
        "award_party": Book(read, read - refused - sum(dropped.values()), refused, dropped),
        "award_programme": Book(projects, projects - bad, dropped={"parent_quarantined": bad} if bad else {}),
        "award_field": Book(told, told - lost, dropped={"parent_quarantined": lost} if lost else {}),
        "award_output": Book(0, 0),
        "award_output_party": Book(0, 0),
    }
