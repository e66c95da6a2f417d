"""The US patents of a world: who owns them, what they came of, what they cite; the same for all its publishers.

Numbers are nobody's: real ones are below 13 million. Universities own patents alone, through a holder, or together
with a company; a few belong to persons, to the government or to nobody. The first ones are those that NIH's table of
patents names.
"""

import datetime as dt
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from pipelines.demo.cast import is_university
from pipelines.demo.records import JANUARY, World
from pipelines.demo.us import health, health_files, health_words
from pipelines.demo.us.awards import awards
from pipelines.demo.us.files import number_of
from pipelines.demo.us.holders import holders

PATENTS = 900
"""Patents of a world of scale 1."""

FEWEST = 240
"""Patents of the smallest world: two bad rows are less than a hundredth of them."""

FIRST_NUMBER = 90_000_001
FIRST, LAST = 2008, 2025
LAST_ISSUES = (dt.date(2025, 12, 9), dt.date(2025, 12, 16), dt.date(2025, 12, 23), dt.date(2025, 12, 30))
"""The last Tuesdays on which patents are granted, those of a quarter: so that few weekly files tell what is new."""

PERSON, AGENCY = -1, -2
"""Owners that are nobody of the cast: a person, and an agency of the government."""

HOLDERS = {
    "https://ror.org/01y2jtd41": "Wisconsin Alumni Research Foundation",
    "https://ror.org/052gg0110": "Isis Innovation Limited",
}
"""Who owns the patents of an institution: its holder."""

CLASSES = ("G06N3/08", "H01M10/0525", "A61K31/4985", "C12N15/113", "B82Y30/00", "G01N21/64", "H04L9/0852", "C07K16/28")
AGENCIES = (
    ("National Science Foundation", "National Science Foundation"),
    ("National Institutes of Health", "Department of Health and Human Services"),
    ("Department of Energy", "Department of Energy"),
)


@dataclass(frozen=True)
class Owner:
    """An assignee: its number in the cast (PERSON, AGENCY), the name as cleaned and as printed, and where it is."""

    cast: int
    name: str
    printed: str
    code: str
    country: str
    state: str
    city: str
    latitude: float = 0.0
    longitude: float = 0.0


@dataclass(frozen=True)
class Patent:
    """A patent: numbers without prefix, in the office's plain form (`90000001`, `D9000001`)."""

    number: str
    type: str
    kind: str
    application: str
    filed_on: dt.date
    granted_on: dt.date
    title: str
    claims: int
    owners: tuple[Owner, ...]
    inventors: int
    classes: tuple[str, ...]
    cites: tuple[str, ...]
    statement: str = ""
    agency: tuple[str, str] = ("", "")
    contracts: tuple[str, ...] = ()
    is_withdrawn: bool = False
    entity: str = "large"


def weekly(year: int) -> list[dt.date]:
    """Return the Tuesdays of a year: patents are granted on them."""
    first = dt.date(year, 1, 1)
    first += dt.timedelta((1 - first.weekday()) % 7)
    return [first + dt.timedelta(7 * week) for week in range(53) if (first + dt.timedelta(7 * week)).year == year]


@lru_cache(maxsize=4)
def patents(world: World) -> tuple[Patent, ...]:
    """Return the patents granted up to the end of 2025, in the order of their numbers; editions change nothing."""
    return _patents(replace(world, edition=1, today=JANUARY))


@lru_cache(maxsize=4)
def _patents(world: World) -> tuple[Patent, ...]:
    chance = np.random.default_rng([world.seed, 31])
    count = max(FEWEST, round(PATENTS * world.share))
    claimed = dict(health_files.links(world))
    holding = _holders_of_projects(world)
    holder_of = {number: holding.get(core, -9) for number, core in claimed.items()}
    able = _able(world)
    days = _days(count)
    funded = _awards(world)
    found: list[Patent] = []
    for nth, granted_on in enumerate(days):
        plain = str(FIRST_NUMBER + nth)
        type_, kind, number = "utility", "B2" if nth % 3 else "B1", plain
        if plain not in claimed and nth % 29 == 11:
            type_, kind, number = "design", "S1", f"D{9_000_000 + nth}"
        elif plain not in claimed and nth % 83 == 17:
            type_, kind, number = "reissue", "E1", f"RE{900_000 + nth}"
        owners = _owners(world, able, nth, holder_of.get(plain, -9), chance)
        university = next((o.cast for o in owners if o.cast >= 0 and world.cast[o.cast].activity == "HES"), None)
        filed_on = granted_on - dt.timedelta(int(chance.integers(400, 1500)))
        told = claimed.get(plain, "")
        contracts: tuple[str, ...] = ()
        agency = ("", "")
        if told:
            contracts, agency = ((f"{told[:3]} {told[3:]}" if nth % 2 else told),), AGENCIES[1]
        elif university is not None and type_ == "utility" and chance.random() < 0.4:
            own = funded.get(university, [])
            award = own[int(chance.integers(len(own)))] if own else ""
            agency = AGENCIES[0] if award else AGENCIES[2]
            contracts = (f"DMR-{award}" if nth % 2 else award,) if award else (f"DE-SC000{nth:04d}",)
        statement = (
            f"This invention was made with government support under {contracts[0]} awarded by the {agency[0]}. "
            "The government has certain rights in the invention."
            if contracts
            else ""
        )
        earlier = min(len(found), 400)
        cites = tuple(
            sorted({found[len(found) - 1 - int(back)].number for back in chance.integers(0, earlier, 4)})
            if earlier > 20
            else ()
        )
        classes = tuple(dict.fromkeys(CLASSES[int(c)] for c in chance.integers(0, len(CLASSES), 2)))
        found.append(
            Patent(number, type_, kind, f"{(29 if type_ == 'design' else 17):02d}{900_000 + nth:06d}", filed_on,
                   granted_on, f"Simulated invention no. {nth}", int(chance.integers(5, 30)), owners,
                   int(chance.integers(1, 5)), classes if type_ == "utility" else (), cites, statement, agency,
                   contracts, nth % 97 == 41, "small" if university is not None or nth % 4 == 0 else "large")
        )  # fmt: skip
    return tuple(found)


def _days(count: int) -> list[dt.date]:
    """Return the days of grant: Tuesdays, of which the last weeks have a quarter's patents."""
    last = max(2 * len(LAST_ISSUES), count // 60)
    tuesdays = [day for year in range(FIRST, LAST + 1) for day in weekly(year) if day < LAST_ISSUES[0]]
    before = [tuesdays[nth * len(tuesdays) // (count - last)] for nth in range(count - last)]
    return before + [LAST_ISSUES[nth * len(LAST_ISSUES) // last] for nth in range(last)]


def _holders_of_projects(world: World) -> dict[str, int]:
    """Return who holds each NIH project at home, by its number in the cast; -9 for a laboratory or somebody abroad."""
    told = health.records(world, health.running(world) - 1)
    found: dict[str, int] = {}
    for row in np.flatnonzero(told.sub == 0).tolist():
        holder = int(told.holder[row])
        found.setdefault(health_words.core_of(told, row), max(-9, holder) if holder >= 0 else -9)
    return found


def _awards(world: World) -> dict[int, list[str]]:
    """Return NSF's award numbers by who holds them."""
    award = awards(world)
    found: dict[int, list[str]] = {}
    for row in range(len(award.lead)):
        who = int(award.awardee[row])
        if (
            who >= 0
            and world.cast[who].activity == "HES"
            and award.file_year[row] >= FIRST
            and len(found.get(who, [])) < 20
        ):
            found.setdefault(who, []).append(number_of(award, row))
    return found


def _able(world: World) -> tuple[list[int], list[int]]:
    """Return who of the cast may own a patent: universities, then companies."""
    universities = [i for i, o in enumerate(world.cast) if is_university(o, "US") or o.ror_id in HOLDERS]
    at = ("US", "DE", "GB", "FR", "NL")
    return universities, [i for i, o in enumerate(world.cast) if o.activity == "PRC" and o.country in at]


def _owners(
    world: World, able: tuple[list[int], list[int]], nth: int, holder: int, chance: np.random.Generator
) -> tuple[Owner, ...]:
    universities, companies = able
    one = universities[int(chance.integers(len(universities)))] if holder == -9 else holder
    other = universities[int(chance.integers(len(universities)))]
    firm = companies[int(chance.integers(len(companies)))]
    second = companies[int(chance.integers(len(companies)))]
    draw = float(chance.random())
    if holder != -9:
        draw = draw * 0.57
    if draw < 0.42:
        who = [one]
    elif draw < 0.57:
        who = [one, firm] if nth % 2 else [firm, one]
    elif draw < 0.62:
        who = [one, other] if other != one else [one]
    elif draw < 0.90:
        who = [firm]
    elif draw < 0.92:
        who = [firm, second] if firm != second else [firm]
    elif draw < 0.95:
        who = [PERSON]
    elif draw < 0.97:
        who = [one, PERSON]
    elif draw < 0.98:
        who = [AGENCY]
    else:
        who = []
    return tuple(_owner(world, number, nth) for number in who)


def _owner(world: World, number: int, nth: int) -> Owner:
    if number == PERSON:
        return Owner(PERSON, "", "", "4", "US", "OH", "Springfield", 39.92, -83.81)
    if number == AGENCY:
        name = "The United States of America as represented by the Secretary of the Navy"
        return Owner(AGENCY, name, name.upper(), "6", "US", "DC", "Washington", 38.91, -77.04)
    o = world.cast[number]
    at_home = holders(world).get(number)
    name = HOLDERS.get(o.ror_id) or (at_home.name if at_home and o.activity == "HES" else o.spellings[-1])
    is_us = o.country == "US"
    code = ("2" if is_us else "3") if nth % 31 else ("12" if is_us else "13")
    printed = name.upper() if nth % 2 else name.replace("&", "&amp;")
    return Owner(
        number, name, printed, code, o.country, o.region if is_us else "", o.city, float(o.latitude), float(o.longitude)
    )
