"""The simulated publishers, by the source that reads them: a new one is a module here and an entry."""

from collections.abc import Iterable

from pipelines.demo.publisher import Book, Publisher
from pipelines.demo.publishers import (
    autm,
    cordis,
    ecb_rates,
    epo_ops,
    gtr,
    hebci,
    hesa,
    ipeds,
    ncses_herd,
    nih_reporter,
    nsf_awards,
    openalex,
    patentsview,
    ror,
    sbir,
    uspto_assignments,
    uspto_grants,
    uspto_maintenance,
    worldbank,
)
from pipelines.demo.records import World

PUBLISHERS: dict[str, Publisher] = {
    "ror": ror,
    "cordis": cordis,
    "ecb_rates": ecb_rates,
    "hebci": hebci,
    "hesa": hesa,
    "nsf_awards": nsf_awards,
    "nih_reporter": nih_reporter,
    "sbir": sbir,
    "ncses_herd": ncses_herd,
    "ipeds": ipeds,
    "gtr": gtr,
    "autm": autm,
    "openalex": openalex,
    "worldbank": worldbank,
    "patentsview": patentsview,
    "uspto_grants": uspto_grants,
    "uspto_assignments": uspto_assignments,
    "uspto_maintenance": uspto_maintenance,
    "epo_ops": epo_ops,
}
"""The registry first: what others publish is linked to it."""


def books(world: World, sources: Iterable[str] = PUBLISHERS) -> dict[tuple[str, str], dict[str, Book]]:
    """Return what an ingest must count: (source, part) → table → its book."""
    return {(source, part): tables for source in sources for part, tables in PUBLISHERS[source].books(world).items()}
