"""What the simulated publishers announce: Zenodo's record of the registry, a data set's feed."""

import hashlib

from pipelines.demo import registry
from pipelines.demo.records import World


def record(world: World, base: str, address: str, content: str, body: bytes) -> dict[str, object]:
    """Return Zenodo's record of a release: the zip's name, size and md5, and where its content is."""
    return {
        "id": int(address.rpartition("/")[2]),
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
                "size": len(body),
                "checksum": f"md5:{hashlib.md5(body).hexdigest()}",
                "links": {"self": base + content},
            }
        ],
        "links": {"self": base + address},
    }


def feed(programme: str, address: str, modified: str) -> str:
    """Write a data set's feed: one item a distribution, of which only the zip of CSV tables is served."""
    items = "".join(
        f"<item><title>Simulated {programme} projects ({kind})</title><link>{link}</link>"
        f"<guid>{link}</guid><pubDate>{modified}</pubDate></item>\n"
        for kind in ("csv", "json", "xml")
        for link in [address.replace("-csv.zip", f"-{kind}.zip")]
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<rss version="2.0"><channel><title>Simulated feed</title>\n{items}</channel></rss>\n'
    )
