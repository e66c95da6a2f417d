"""The publications of a world: articles and reviews of its institutions, some written with companies and others.

Only organisations that ROR knows are found in an affiliation, under ROR's type. A few works are preprints or were
retracted, and are counted by nobody. A later edition has a sixth more works of the newest year.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from pipelines.demo.records import World

FIRST, LAST = 2019, 2025
"""The years that are simulated: a window of four, and what moves it."""

WORKS = 900
"""Works of a year in a world of scale 1."""

FEWEST = 160
"""Works of a year in the smallest world."""


@dataclass(frozen=True)
class Work:
    """A publication: its number, year and type, and its authors' institutions, as numbers of the cast."""

    number: int
    year: int
    type: str
    is_retracted: bool
    institutions: frozenset[int]


def works(world: World) -> tuple[Work, ...]:
    """Return all works of a world's edition."""
    first = _works(replace(world, edition=1))
    newest = [work for work in first if work.year == LAST]
    more = newest[: len(newest) // 6]
    added = [
        replace(work, number=900_000 + 1_000 * edition + nth)
        for edition in range(2, world.edition + 1)
        for nth, work in enumerate(more)
    ]
    return (*first, *added)


@lru_cache(maxsize=4)
def _works(world: World) -> tuple[Work, ...]:
    chance = np.random.default_rng([world.seed, 41])
    known = [n for n, o in enumerate(world.cast) if o.ror_id and not o.successor]
    writing = _reach(world, [n for n in known if world.cast[n].activity in ("HES", "REC")])
    paying = _reach(world, [n for n in known if world.cast[n].activity == "PRC"])
    others = _reach(world, [n for n in known if world.cast[n].activity in ("PUB", "OTH")] or paying[0])
    found: list[Work] = []
    for year in range(FIRST, LAST + 1):
        for _ in range(max(FEWEST, round(WORKS * world.share))):
            team = {_draw(writing, chance)}
            while chance.random() < 0.45:
                team.add(_draw(writing, chance))
            for pool, share in ((paying, 0.12), (others, 0.08)):
                if chance.random() < share:
                    team.add(_draw(pool, chance))
            draw = chance.random()
            kind = "preprint" if draw < 0.1 else "review" if draw < 0.2 else "article"
            found.append(Work(100_000 + len(found), year, kind, bool(chance.random() < 0.01), frozenset(team)))
    return tuple(found)


def _reach(world: World, members: list[int]) -> tuple[list[int], np.ndarray]:
    return members, np.cumsum([world.cast[n].weight for n in members])


def _draw(pool: tuple[list[int], np.ndarray], chance: np.random.Generator) -> int:
    members, reach = pool
    return members[int(np.searchsorted(reach, chance.random() * reach[-1], "right"))]
