"""The providers that report: the cast's UK universities, under their UKPRN or one that is nobody's."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipelines.demo.cast import is_university
from pipelines.demo.records import World

FIRST, LAST = 2014, 2024
"""Calendar years in which the first and the last academic year of the first edition begin."""


@dataclass(frozen=True)
class Provider:
    """A reporting university; `income` is what it takes in in a plain year, in thousand pounds."""

    ukprn: str
    name: str
    country: str
    region: str
    income: float
    research_share: float


@lru_cache(maxsize=4)
def providers(world: World) -> tuple[Provider, ...]:
    """Return the providers of a world, real ones first.

    Real UKPRNs begin with 100; those of simulated providers with 9999.
    """
    universities = [o for o in world.cast if is_university(o, "GB")]
    chance = np.random.default_rng([world.seed, 5])
    share, luck = chance.uniform(0.1, 0.35, len(universities)), chance.lognormal(0, 0.2, len(universities))
    found = []
    for number, (o, research, factor) in enumerate(zip(universities, share, luck, strict=True)):
        found.append(
            Provider(
                o.ukprn or f"9999{number:04d}",
                o.reports_as[0] if o.reports_as else f"The {o.name}",
                o.region if o.region in ("Scotland", "Wales", "Northern Ireland") else "England",
                o.region,
                60_000 * o.weight * factor,
                research,
            )
        )
    return tuple(found)


def years(world: World, first: int = FIRST) -> range:
    """Return the academic years a world's edition tells, by the year in which they begin: one more each edition."""
    return range(first, LAST + world.edition)


def academic(year: int) -> str:
    """Write an academic year as HESA does: 2014/15."""
    return f"{year}/{(year + 1) % 100:02d}"
