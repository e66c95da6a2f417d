"""ROR as Zenodo serves it: one address that leads to the newest record, whose listing has the zip's md5."""

import json
from collections.abc import Mapping
from functools import partial

from pipelines.demo import registry
from pipelines.demo.publisher import Book, Listing, Posted, Stored
from pipelines.demo.records import World

CONCEPT = "/api/records/6347574"
ADDRESSES = {"IUR_ROR_URL": CONCEPT}


def files(world: World) -> list[Posted]:
    """Return the release's zip: another one with every edition."""
    content = f"{_record(world)}/files/{registry.archive_name(world)}/content"
    return [
        Posted("ror", "all", content, partial(registry.write, world), "application/octet-stream", since=world.edition)
    ]


def listings(world: World, base: str, stored: Mapping[str, Stored]) -> list[Listing]:
    """Return the redirect to the newest record, and the record: the zip's name, size and md5, and where it is."""
    record, (file,) = _record(world), files(world)
    listing = {
        "id": int(record.rpartition("/")[2]),
        "conceptrecid": "6347574",
        "doi": f"10.5555/simulated.{registry.version(world)}",
        "metadata": {
            "title": "Simulated registry, no release of ROR",
            "version": registry.version(world),
            "publication_date": registry.published_on(world),
        },
        "files": [
            {
                "key": registry.archive_name(world),
                "size": stored["ror"].size,
                "checksum": f"md5:{stored['ror'].md5}",
                "links": {"self": base + file.path},
            }
        ],
        "links": {"self": base + record},
    }
    return [
        Listing("ror/newest", CONCEPT, to=record),
        Listing("ror/listing", record, json.dumps(listing, indent=1), "application/json"),
    ]


def books(world: World) -> dict[str, dict[str, Book]]:
    """Return the release's rows: all are kept."""
    return {"all": {table: Book(rows, rows) for table, rows in registry.counts(world).items()}}


def _record(world: World) -> str:
    return f"/api/records/{90_000_000 + world.edition}"
