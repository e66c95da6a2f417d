"""The cast's US universities as HERD and IPEDS know them: under numbers that are nobody's, and plain names."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipelines.demo.cast import is_university
from pipelines.demo.records import World
from pipelines.demo.us.holders import holders


@dataclass(frozen=True)
class Campus:
    """A university that reports: `inst_id` is HERD's number, `unitid` IPEDS's, `uei` the one awards bear.

    `spent` is its expenditure in thousand dollars in a plain year, `former` the name it bore before it was renamed.
    """

    name: str
    city: str
    state: str
    inst_id: str
    unitid: str
    uei: str
    spent: float
    is_office: bool
    is_real: bool
    former: str = ""


@lru_cache(maxsize=4)
def campuses(world: World) -> tuple[Campus, ...]:
    """Return the US universities of a world's cast, in its order; the last of them was renamed.

    Real numbers of IPEDS begin with 1 to 4, and those of HERD with 00 to 04.
    """
    held = holders(world)
    numbers = [n for n, o in enumerate(world.cast) if is_university(o, "US")]
    luck = np.random.default_rng([world.seed, 9]).lognormal(0, 0.2, len(numbers))
    found = []
    for number, factor in zip(numbers, luck, strict=True):
        o = world.cast[number]
        found.append(
            Campus(
                # ROR parts a system from its campus by a dash that Latin-1 lacks.
                o.name.replace("–", "-"),
                o.city,
                o.region,
                f"09{number:04d}",
                f"9{number:05d}",
                held[number].uei,
                40_000 * o.weight * float(factor),
                o.name.endswith("System"),
                o.is_real,
                o.name.replace("Simulated ", "Simulated Former ") if number == numbers[-1] else "",
            )
        )
    return tuple(found)
