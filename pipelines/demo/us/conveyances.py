"""The recorded conveyances of a world's patents: what inventors, universities, companies and banks sent to the office.

Inventors assign to their employers, universities to their foundations and to companies, some before or soon after the
filing, some on one day through a company in between; universities confirm the government's licence; companies pledge
their patents, merge and change their names. The few licences to companies are SIMULATED, as all is: hardly anybody
records one. Up to the end of 2025 they stand in the research data set, later ones in daily files. Persons are invented.
"""

import datetime as dt
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from pipelines.demo import invented
from pipelines.demo.cast import Organisation
from pipelines.demo.records import JANUARY, World
from pipelines.demo.us.patents import AGENCY, HOLDERS, PERSON, Owner, Patent, patents

FIRST_REEL = 900_001
"""Reels that are nobody's: real ones are below 80,000."""

BULK_UNTIL = dt.date(2025, 12, 31)
DAYS = tuple(JANUARY - dt.timedelta(back) for back in (6, 5, 3, 2, 1))
"""Days that have a file: a Friday, the Saturday after it, on which nobody recorded anything, Monday to Wednesday."""

EMPTY = DAYS[1]

RECENT = 24
"""The last deeds of a world, which stand in its daily files."""

INTEREST = "ASSIGNMENT OF ASSIGNORS INTEREST (SEE DOCUMENT FOR DETAILS)."

GOVERNMENT = {
    "National Institutes of Health": (
        "NATIONAL INSTITUTES OF HEALTH (NIH), U.S. DEPT. OF HEALTH AND HUMAN SERVICES (DHHS), U.S. GOVERNMENT", "MD"),
    "National Science Foundation": ("NATIONAL SCIENCE FOUNDATION", "VA"),
    "Department of Energy": ("UNITED STATES DEPARTMENT OF ENERGY", "DC"),
}  # fmt: skip


@dataclass(frozen=True)
class Side:
    """A grantor or grantee as the office writes it; a grantor has the day it signed, as written in daily files."""

    name: str
    city: str = ""
    state: str = ""
    country: str = ""
    signed: str = ""

    @property
    def is_person(self) -> bool:
        """Whether it is one of the invented inventors, who alone are written so."""
        return self.name.endswith((", AVERY", ", ROBIN", ", SASHA"))


@dataclass(frozen=True)
class Deed:
    """A recordation; `kind` is what it must be taken for, `number` tells reel and frame."""

    number: int
    text: str
    kind: str
    type: str
    executed_on: dt.date
    recorded_on: dt.date
    updated_on: dt.date
    grantors: tuple[Side, ...]
    grantees: tuple[Side, ...]
    patents: tuple[Patent, ...]
    is_purged: bool = False

    @property
    def reel(self) -> int:
        """The reel: a hundred deeds are on one."""
        return FIRST_REEL + self.number // 100

    @property
    def frame(self) -> int:
        """The frame on which it begins."""
        return 1 + self.number % 100 * 7


@lru_cache(maxsize=4)
def deeds(world: World) -> tuple[Deed, ...]:
    """Return the world's deeds by the day of recording, those of the research data set first; editions add none."""
    return _deeds(replace(world, edition=1, today=JANUARY))


@lru_cache(maxsize=4)
def _deeds(world: World) -> tuple[Deed, ...]:
    chance = np.random.default_rng([world.seed, 37])
    firms = [o for o in world.cast if o.activity == "PRC" and o.country == "US"]
    drafts = [draft for nth, patent in enumerate(patents(world)) for draft in _of(world, nth, patent, firms, chance)]
    told = [(draft[0] + dt.timedelta(5 + nth % 40), draft) for nth, draft in enumerate(drafts)]
    open_days = [day for day in DAYS if day != EMPTY]
    found = []
    for number, (recorded, draft) in enumerate(sorted(told, key=lambda t: t[0])):
        on, text, kind, type_, grantors, grantees, patent = draft
        left = len(drafts) - number
        day = min(recorded, BULK_UNTIL) if left > RECENT else open_days[(RECENT - left) * len(open_days) // RECENT]
        found.append(Deed(number, text, kind, type_, on, day, day, grantors, grantees, (patent,)))
    return tuple(found)


def bulk(world: World) -> list[Deed]:
    """Return what the research data set holds."""
    return [deed for deed in deeds(world) if deed.recorded_on <= BULK_UNTIL]


def of_day(world: World, day: dt.date) -> list[Deed]:
    """Return what a daily file holds: its own deeds; one of them twice, an older one corrected and one taken back."""
    own = [deed for deed in deeds(world) if deed.recorded_on == day]
    older = bulk(world)
    if day == DAYS[2]:
        # As it was before and after somebody at the office put its text right.
        own = [replace(own[0], text="ASSIGNMENT", updated_on=day - dt.timedelta(2)), *own]
    if day == DAYS[3]:
        # What was recorded as an assignment was a licence, says a later file: it takes the older record's place.
        sold = next(deed for deed in older if deed.kind == "assignment")
        purged = next(deed for deed in reversed(older) if deed.kind == "assignment")
        own += [replace(sold, text="LICENSE", kind="licence", updated_on=day)]
        own += [replace(purged, updated_on=day, is_purged=True)]
    return own


_Draft = tuple[dt.date, str, str, str, tuple[Side, ...], tuple[Side, ...], Patent]


def _of(world: World, nth: int, patent: Patent, firms: list[Organisation], chance: np.random.Generator) -> list[_Draft]:
    """Return what happened to a patent, by day of execution."""
    firm, other = (_firm(firms[int(chance.integers(len(firms)))]) for _ in range(2))
    late = int(chance.integers(300, 1600))
    people = tuple(
        Side(f"{invented.word(nth * 5 + i).upper()}, {('AVERY', 'ROBIN', 'SASHA')[i % 3]}")
        for i in range(patent.inventors)
    )
    found: list[_Draft] = []

    def add(on: dt.date, text: str, kind: str, type_: str, givers: tuple[Side, ...], takers: tuple[Side, ...]) -> None:
        if on <= JANUARY - dt.timedelta(7):
            signed = f"{on:%Y%m00}" if nth % 53 == 1 else f"{on:%Y%m%d}"
            found.append((on, text, kind, type_, tuple(replace(g, signed=signed) for g in givers), takers, patent))

    def after(days: int) -> dt.date:
        return patent.filed_on + dt.timedelta(days)

    sides = [_side(owner) for owner in patent.owners if owner.cast != PERSON]
    for side in sides if nth % 7 != 3 else []:
        add(after(9), INTEREST, "employer_assignment", "assignment", people, (side,))
    owner = patent.owners[0] if patent.owners else None
    if owner is None or owner.cast in (PERSON, AGENCY):
        return found
    mine, organisation = sides[0], world.cast[owner.cast]
    granted = (patent.granted_on - patent.filed_on).days
    if organisation.activity == "HES":
        if organisation.ror_id in HOLDERS:
            home = replace(mine, name=organisation.name.upper())
            add(after(12), INTEREST, "assignment", "assignment", (home,), (mine,))
        elif nth % 11 == 2:
            add(after(granted + late), INTEREST, "assignment", "assignment", (mine,), (firm,))
        elif nth % 23 == 5:
            add(after(30), INTEREST, "assignment", "assignment", (mine,), (firm,))
        elif nth % 29 == 9:
            between = Side("SIMULATED PATENT HOLDINGS LLC", "WILMINGTON", "DE")
            add(after(granted + late), INTEREST, "assignment", "assignment", (mine,), (between,))
            add(after(granted + late), INTEREST, "assignment", "assignment", (between,), (firm,))
        elif nth % 17 == 4:
            add(after(late), "EXCLUSIVE LICENSE AGREEMENT", "licence", "other", (mine,), (firm,))
        elif nth % 31 == 5:
            add(after(late), "OPTION AGREEMENT", "option", "other", (mine,), (firm,))
        if patent.statement and nth % 3:
            name, state = GOVERNMENT[patent.agency[0]]
            text = "CONFIRMATORY LICENSE (SEE DOCUMENT FOR DETAILS)." if nth % 2 else "GOVERNMENT INTEREST AGREEMENT"
            add(after(200), text, "confirmatory_licence", "govern", (mine,), (Side(name, "WASHINGTON", state),))
    elif nth % 5 == 1:
        bank = Side("SIMULATED BANK, N.A., AS COLLATERAL AGENT", "NEW YORK", "NY")
        add(after(granted + 100), "PATENT SECURITY AGREEMENT", "security", "security", (mine,), (bank,))
        release = "RELEASE BY SECURED PARTY (SEE DOCUMENT FOR DETAILS)."
        add(after(granted + 900), release, "release", "release", (bank,), (mine,))
    elif nth % 5 == 2:
        add(after(granted + 200), "MERGER (SEE DOCUMENT FOR DETAILS).", "merger", "merger", (mine,), (other,))
    elif nth % 5 == 3:
        new = replace(mine, name=f"SIMULATED {mine.name}")
        text = "CHANGE OF NAME (SEE DOCUMENT FOR DETAILS)."
        add(after(granted + 200), text, "name_change", "namechg", (mine,), (new,))
    return found


def _side(owner: Owner) -> Side:
    return Side(owner.name.upper(), owner.city.upper(), owner.state, owner.country)


def _firm(firm: Organisation) -> Side:
    return Side(firm.spellings[-1].upper(), firm.city.upper(), firm.region, firm.country)
