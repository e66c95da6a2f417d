"""How the simulated NIH writes what its records hold: numbers, titles, holders."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipelines.demo.cast import is_university
from pipelines.demo.records import World
from pipelines.demo.us.health import ABROAD, INSTITUTES, INTRAMURAL, KINDS, Records
from pipelines.demo.us.holders import holders

FIRST_SERIAL = 900_000
"""Serial numbers from here on are nobody's: institutes have given out less than half of the six digits."""

TOPICS = ("sickle cells", "ageing in mice – a cohort", "Ménière’s disease", "trials & cohorts", 'the "quiet" genome')


@dataclass(frozen=True)
class Place:
    """An organisation as NIH writes it; empty where it says nothing."""

    name: str
    city: str = ""
    state: str = ""
    country: str = ""
    uei: str = ""
    ipf: str = ""
    kind: str = ""


@lru_cache(maxsize=4)
def places(world: World) -> dict[int, Place]:
    """Return the holders of records by number: the US cast, and whoever stands for those abroad."""
    found = {
        number: Place(h.name.upper(), h.city.upper(), h.state, "UNITED STATES", h.uei, str(99_000_000 + number),
                      "Domestic For-Profits" if world.cast[number].activity == "PRC" else "SCHOOLS OF MEDICINE")
        for number, h in holders(world).items()
    }  # fmt: skip
    abroad = next(o for o in world.cast if is_university(o, "GB"))
    found[ABROAD] = Place(abroad.name.upper(), abroad.city.upper(), "", "UNITED KINGDOM", "", "98000000", "Foreign")
    return found


def place_of(world: World, found: Records, row: int) -> Place:
    """Return who holds a record: of an institute's own laboratory neither place nor number is told."""
    if found.holder[row] == INTRAMURAL:
        return Place(f"{INSTITUTES[found.institute[row]][1]} SIMULATED LABORATORIES")
    return places(world)[int(found.holder[row])]


def core_of(found: Records, row: int) -> str:
    """Return a record's core project number."""
    return f"{KINDS[found.kind[row]].code}{INSTITUTES[found.institute[row]][0]}{FIRST_SERIAL + found.project[row]:06d}"


def full_of(found: Records, row: int) -> str:
    """Return a record's full project number: type, core, year of support."""
    year = int(found.support_year[row])
    return f"{1 if year == 1 else 5}{core_of(found, row)}-{year:02d}"


def title_of(found: Records, row: int) -> str:
    """Return a record's title; some have letters that are not ASCII."""
    project = int(found.project[row])
    title = f"Simulated project on {TOPICS[project % len(TOPICS)]}, no. {project}"
    return f"{title}: core {found.sub[row]}" if found.sub[row] else title


def day(value: np.datetime64, form: str = "%m/%d/%Y") -> str:
    """Write a day as the publisher's files do; nothing where there is none."""
    return "" if np.isnat(value) else value.astype("datetime64[D]").item().strftime(form)
