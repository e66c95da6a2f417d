"""Families of patents of a world at several offices: those of its US patents, and those of European institutions.

Numbers are nobody's: real European ones are below five million. Institutions apply under the names that the seed
epo_applicants searches by, alone, with a company, with a person who is an inventor, or with each other.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from pipelines.demo.records import JANUARY, World
from pipelines.demo.us.patents import CLASSES, PERSON, Owner, patents
from pipelines.epo import applicants

FIRST, LAST = 2020, 2025
"""Years of publication that are simulated; priorities lie before."""

FAMILIES = 260
"""Families of European institutions in a world of scale 1."""

FEWEST = 90
HALF = dt.timedelta(548)
"""Eighteen months, after which an application is published."""

PEOPLE = (("Brellow", "Jane"), ("Quist", "Tomás"), ("Öhrn", "Kai"), ("Vantongeren", "Aafke M."), ("Delacroix", "Inès"))
"""Inventors: nobody."""


@dataclass(frozen=True)
class Applicant:
    """An applicant: its number in the cast (PERSON for one), the name as printed, and the country."""

    cast: int
    printed: str
    country: str


@dataclass(frozen=True)
class Publication:
    """A publication: its number, its family's, its days, and who and what it names."""

    country: str
    number: str
    kind: str
    family: int
    published_on: dt.date
    filed_on: dt.date
    priority_on: dt.date
    title: str
    applicants: tuple[Applicant, ...]
    inventors: tuple[tuple[str, str, str], ...]
    classes: tuple[str, ...]

    @property
    def parties(self) -> int:
        """The number of applicants and inventors, each once."""
        return len(self.applicants) + len(self.inventors)


@dataclass(frozen=True)
class _Family:
    number: int
    priority_on: dt.date
    title: str
    applicants: tuple[Applicant, ...]
    inventors: tuple[tuple[str, str, str], ...]
    classes: tuple[str, ...]

    def published(self, country: str, number: str, kind: str, on: dt.date, filed_on: dt.date) -> Publication:
        return Publication(country, number, kind, self.number, on, filed_on, self.priority_on, self.title,
                           self.applicants, self.inventors, self.classes)  # fmt: skip


def publications(world: World) -> tuple[Publication, ...]:
    """Return what is published up to the end of 2025, newest first; a later edition has a European application more."""
    return _publications(replace(world, today=JANUARY))


@lru_cache(maxsize=4)
def _publications(world: World) -> tuple[Publication, ...]:
    found = [p for p in (*_american(world), *_european(world)) if FIRST <= p.published_on.year <= LAST]
    newest = max((p for p in found if p.country == "EP" and p.kind == "A1"), key=lambda p: (p.published_on, p.number))
    found += [
        replace(newest, number=str(9_900_000 + edition), family=99_000_000 + edition, title=f"Late invention {edition}")
        for edition in range(2, world.edition + 1)
    ]
    return tuple(sorted(found, key=lambda p: (p.published_on, p.country, p.number, p.kind), reverse=True))


@lru_cache(maxsize=4)
def _names(world: World) -> dict[int, tuple[str, ...]]:
    """Return the names under which institutions of the cast are searched for."""
    by_id: dict[str, list[str]] = {}
    for applicant in applicants.read():
        by_id.setdefault(applicant.institution, []).append(applicant.name)
    return {number: tuple(by_id[o.ror_id]) for number, o in enumerate(world.cast) if o.ror_id in by_id}


def _applicant(world: World, number: int, nth: int) -> Applicant:
    o = world.cast[number]
    names = _names(world).get(number) or (o.spellings[-1],)
    name = names[nth % len(names)]
    return Applicant(number, name.upper() if nth % 3 == 1 else name, o.country)


def _people(nth: int, count: int, country: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((*PEOPLE[(nth + place) % len(PEOPLE)], country) for place in range(min(count, len(PEOPLE))))


def _with_person(owners: tuple[Owner, ...], people: tuple[tuple[str, str, str], ...]) -> tuple[Applicant, ...]:
    if any(owner.cast == PERSON for owner in owners):
        family, given, country = people[0]
        return (Applicant(PERSON, f"{family}, {given}", country),)
    return ()


def _american(world: World) -> Iterator[Publication]:
    """Yield the US documents of patents that a searched institution owns, and European ones of a third of them."""
    searched = _names(world)
    for nth, patent in enumerate(patents(world)):
        if patent.type == "design" or patent.is_withdrawn or not any(o.cast in searched for o in patent.owners):
            continue
        people = _people(nth, patent.inventors, "US")
        named = tuple(_applicant(world, o.cast, nth) for o in patent.owners if o.cast >= 0)
        family = _Family(80_000_000 + nth, patent.filed_on, patent.title, named + _with_person(patent.owners, people),
                         people, patent.classes or CLASSES[:1])  # fmt: skip
        yield family.published("US", patent.number, patent.kind, patent.granted_on, patent.filed_on)
        out = patent.filed_on + HALF
        if nth % 2 == 0 and out < patent.granted_on:
            yield family.published("US", f"{out.year}9{nth:05d}", "A1", out, patent.filed_on)
        if nth % 3 == 0:
            yield from _at_epo(family, 9_000_000 + nth, nth % 6 == 0)


def _european(world: World) -> Iterator[Publication]:
    """Yield European documents of searched European institutions, and British ones where the institution is."""
    chance = np.random.default_rng([world.seed, 41])
    ours = [number for number in _names(world) if world.cast[number].country != "US"]
    firms = [n for n, o in enumerate(world.cast) if o.activity == "PRC" and o.country not in ("US", "")]
    count = max(FEWEST, round(FAMILIES * world.share))
    for nth in range(count):
        one = ours[int(chance.integers(len(ours)))]
        other = ours[int(chance.integers(len(ours)))]
        firm = firms[int(chance.integers(len(firms)))]
        draw = float(chance.random())
        who = [one, firm] if draw < 0.3 else [one, other] if draw < 0.4 and other != one else [one]
        priority_on = dt.date(2014, 1, 1) + dt.timedelta(nth * 3_750 // count + int(chance.integers(0, 60)))
        people = _people(nth, int(chance.integers(1, 4)), world.cast[one].country)
        named = tuple(_applicant(world, number, nth) for number in who)
        if draw > 0.95:
            named += (Applicant(PERSON, f"{people[0][0]}, {people[0][1]}", people[0][2]),)
        classes = tuple(dict.fromkeys(CLASSES[int(c)] for c in chance.integers(0, len(CLASSES), 3)))
        family = _Family(85_000_000 + nth, priority_on, f"Simulated family no. {nth}", named, people, classes)
        yield from _at_epo(family, 9_500_000 + nth, bool(chance.random() < 0.5))
        if nth <= LAST - FIRST:
            # European documents come out every Wednesday: also on the last one of each year.
            last = dt.date(FIRST + nth, 12, 31)
            last -= dt.timedelta((last.weekday() - 2) % 7)
            late = replace(family, number=87_000_000 + nth, priority_on=last - HALF)
            yield late.published("EP", str(9_700_000 + nth), "A1", last, last - HALF)
        if world.cast[one].country == "GB":
            yield family.published("GB", f"{9_600_000 + nth}", "A", priority_on + HALF, priority_on)


def _at_epo(family: _Family, number: int, is_granted: bool) -> Iterator[Publication]:
    """Yield a European application, filed within the year of priority, and its grant."""
    filed_on, out = family.priority_on + dt.timedelta(364), family.priority_on + HALF
    yield family.published("EP", str(number), "A1", out, filed_on)
    if is_granted:
        yield family.published("EP", str(number), "B1", out + dt.timedelta(1_106), filed_on)
