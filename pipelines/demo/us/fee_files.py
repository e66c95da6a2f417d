"""The patent office's maintenance-fee events of a world: fees paid, in time or late, expiries, revivals; in no order.

One event stands twice, and one has a code that nobody has explained. Older files have shorter patent numbers: that
layout is written on request.
"""

import datetime as dt
import zipfile
from functools import lru_cache
from pathlib import Path

import numpy as np

from pipelines.demo.records import JANUARY, World
from pipelines.demo.us.patents import Patent, patents

STAGES = (4, 8, 12)
ENTITIES = {"large": "1", "small": "2", "micro": "3"}
FLAGS = {"large": "N", "small": "Y", "micro": "M"}
UNKNOWN = "ZZ9Z"
"""A code that no list of ours has."""

Event = tuple[Patent, dt.date, str]


@lru_cache(maxsize=4)
def events(world: World) -> tuple[Event, ...]:
    """Return the events up to the day of the edition, in no order; the first one is there twice."""
    today = JANUARY + dt.timedelta(28 * (world.edition - 1))
    chance = np.random.default_rng([world.seed, 37])
    owing = [p for p in patents(world) if p.type in ("utility", "reissue") and not p.is_withdrawn]
    found = [event for patent in owing for event in _life(patent, chance) if event[1] <= today]
    found += [(patent, today, "ASPN") for patent in owing[: world.edition]]
    found.append((owing[0], owing[0].granted_on + dt.timedelta(900), UNKNOWN))
    order = np.random.default_rng([world.seed, 38]).permutation(len(found))
    shuffled = [found[at] for at in order]
    return (*shuffled, shuffled[0])


def _life(patent: Patent, chance: np.random.Generator) -> list[Event]:
    """Return all that happens to a patent, whatever the day: the draws must not depend on it."""
    found: list[Event] = []
    figure, is_alive = ENTITIES[patent.entity], True
    for stage, last in zip(STAGES, (1, 2, 3), strict=True):
        draw, days = float(chance.random()), int(chance.integers(0, 150))
        due = _after(patent.granted_on, stage) - dt.timedelta(183)
        if not is_alive:
            continue
        if draw < 0.62:
            found.append((patent, due - dt.timedelta(days), f"M{figure}55{last}"))
        elif draw < 0.75:
            paid_on = due + dt.timedelta(1 + days)
            found += [(patent, due + dt.timedelta(60), "REM."), (patent, paid_on, f"M{figure}55{last}"),
                      (patent, paid_on, f"M{figure}55{last + 3}")]  # fmt: skip
        else:
            over = _after(patent.granted_on, stage)
            found += [(patent, due + dt.timedelta(60), "REM."), (patent, over, "EXP.")]
            is_alive = draw > 0.96
            if is_alive:
                found += [(patent, over + dt.timedelta(20 + days), code)
                          for code in ("EXPX", f"M{figure}558", f"M{figure}55{last}", "PMFG")]  # fmt: skip
    return found


def _after(day: dt.date, years: int) -> dt.date:
    return day.replace(year=day.year + years, day=min(day.day, 28))


def line(event: Event, is_old: bool = False) -> str:
    """Return an event as the publisher writes it."""
    patent, day, code = event
    number = padded_narrow(patent.number) if is_old else padded_wide(patent.number)
    dates = " ".join(f"{d:%Y%m%d}" for d in (patent.filed_on, patent.granted_on, day))
    return f"{number} {patent.application} {FLAGS[patent.entity]} {dates} {code:<5}"


def padded_wide(number: str) -> str:
    """Write a number in thirteen signs: noughts, then letters.

    >>> padded_wide("90000001"), padded_wide("RE900017")
    ('0000090000001', '00000RE900017')
    """
    return number.rjust(13, "0")


def padded_narrow(number: str) -> str:
    """Write a number in the seven signs of older files, which have no room for its first figures.

    >>> padded_narrow("90000001"), padded_narrow("RE900017")
    ('0000001', 'RE00017')
    """
    letters = number.rstrip("0123456789")
    return letters + number[len(letters) :][len(letters) - 7 :].rjust(7 - len(letters), "0")


def write(world: World, path: Path, is_old: bool = False) -> None:
    """Write the zip: the events, and a list of codes, the unknown one among them."""
    told = "".join(f"{line(event, is_old)}\n" for event in events(world))
    codes = f"EXP.   Patent Expired for Failure to Pay Maintenance Fees\n{UNKNOWN}   Simulated Event\n"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("MaintFeeEvents_20260115.txt", told), ("MaintFeeEventsDesc_20260115.txt", codes)):
            member = zipfile.ZipInfo(name, (2026, 1, 15, 0, 0, 0))
            archive.writestr(member, text.encode("latin-1"), zipfile.ZIP_DEFLATED)
