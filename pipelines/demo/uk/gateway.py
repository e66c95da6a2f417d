"""A simulated Gateway to Research: projects of the cast's UK universities and companies, and what came of them.

Everything is numbered, so that any page can be written without the others: what is true of project n follows from
n and a few arrays. Organisations have several GUIDs, one a spelling; GUIDs begin with
F0000000 and are nobody's.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipelines.demo.cast import Organisation, is_university
from pipelines.demo.records import World

PROJECTS = 150
"""Projects of a world of scale 1."""

LEAST = 120
FIRST, LAST = 2006, 2025
SPELLINGS = 3
"""GUIDs of one university."""

LATER = 16
"""Projects that editions to come have ready: one is added each time."""

CHAIN = (30, 31, 32)
"""Projects that were transferred, from the first to the second and from that to the third."""

STRAY = 20
"""The project that is linked to an organisation which no list has."""

FEW = 1 << 20


@dataclass(frozen=True)
class Kind:
    """A grant category of a funder: how often, and the roles of the organisations beside the lead, u or c by kind.

    `is_industrial` says that a company leads and that participants' values are told.
    """

    category: str
    funder: str
    share: float
    roles: tuple[tuple[str, str], ...]
    has_values: bool = False
    is_industrial: bool = False


KINDS = (
    Kind("Research Grant", "EPSRC", 0.3, (("PP_ORG", "c"), ("PP_ORG", "c"))),
    Kind("Research Grant", "BBSRC", 0.12, ()),
    Kind("Studentship", "EPSRC", 0.2, (("STUDENT_PP_ORG", "c"),)),
    Kind("Knowledge Transfer Partnership", "Innovate UK", 0.1, (("PARTICIPANT_ORG", "c"),), True),
    Kind("Collaborative R&amp;D", "Innovate UK", 0.12, (("PARTICIPANT_ORG", "u"), ("PARTICIPANT_ORG", "c")),
         True, True),
    Kind("Fellowship", "MRC", 0.06, (("FELLOW_ORG", "u"),)),
    Kind("Training Grant", "EPSRC", 0.05, (("PP_ORG", "c"), ("PP_ORG", "c"), ("PP_ORG", "c"))),
    Kind("Research and Innovation", "UKRI", 0.05, (("COLLAB_ORG", "u"), ("PP_ORG", "c"), ("COFUND_ORG", "c"))),
)  # fmt: skip

MOST = max(len(kind.roles) for kind in KINDS)


def guid(kind: int, number: int) -> str:
    """Return the GUID of a record: 1 projects, 2 organisations, 3 funds, 4 and on outcomes."""
    return f"F0000000-0000-0000-{kind:04X}-{number:012X}"


@dataclass(frozen=True)
class Gateway:
    """The projects of a world, one array a column; `size` of them are published, the rest are editions' to come.

    `lead` and `others` number `organisations`, `month` counts months from January of FIRST.
    """

    size: int
    base: int
    organisations: tuple[tuple[str, Organisation], ...]
    kind: np.ndarray
    month: np.ndarray
    months: np.ndarray
    amount: np.ndarray
    lead: np.ndarray
    others: np.ndarray

    def links(self, n: int) -> list[tuple[str, int]]:
        """Return a project's links to organisations: role and number, FEW for one that is in no list."""
        kind = KINDS[self.kind[n]]
        found = [("LEAD_ORG", int(self.lead[n]))]
        if kind.is_industrial:
            found.append(("PARTICIPANT_ORG", int(self.lead[n])))
        # Every second studentship has a company, and research grants have up to two.
        told = n % (len(kind.roles) + 1) if kind.category in ("Studentship", "Research Grant") else len(kind.roles)
        found += [(role, int(self.others[n, at])) for at, (role, _) in enumerate(kind.roles[:told])]
        if n % 40 == 11:
            found.append(found[-1])
        if n == STRAY:
            found.append(("PP_ORG", FEW))
        return found

    def values(self, n: int) -> list[tuple[int, str, int, int]]:
        """Return what participants are said to cost and be offered: organisation, role, pounds, pounds."""
        if not KINDS[self.kind[n]].has_values:
            return []
        who = list(dict.fromkeys(number for _, number in self.links(n) if number != FEW))
        each = int(self.amount[n]) // len(who)
        offers = [int(self.amount[n]) - each * (len(who) - 1), *[each] * (len(who) - 1)]
        return [
            (number, "PARTICIPANT" if at else "LEAD_PARTICIPANT", offer * 2, offer)
            for at, (number, offer) in enumerate(zip(who, offers, strict=True))
        ]

    def has_expenditure(self, n: int) -> bool:
        """Say whether a project has a second fund, which tells the same money as spent."""
        return n % 10 == 3


@lru_cache(maxsize=4)
def gateway(world: World, projects: int = 0) -> Gateway:
    """Return what the publisher has in a world's edition; `projects` sets their number whatever the scale."""
    base = projects or max(LEAST, round(PROJECTS * world.share))
    count = base + LATER
    chance = np.random.default_rng([world.seed, 9])
    universities = [o for o in world.cast if is_university(o, "GB")]
    companies = [o for o in world.cast if o.activity == "PRC" and o.country == "GB"]
    companies += [o for o in world.cast if o.activity == "PRC" and o.country == "DE"][:3]
    spelt = [(_spelling(o, nth), o) for o in universities for nth in range(SPELLINGS)]
    everyone = (*spelt, *((o.spellings[-1], o) for o in companies))
    kind = chance.choice(len(KINDS), count, p=[k.share for k in KINDS]).astype(np.int8)
    weight = np.repeat([o.weight for o in universities], SPELLINGS)

    def draw(is_company: np.ndarray) -> np.ndarray:
        academic = chance.choice(len(spelt), len(is_company), p=weight / weight.sum())
        industrial = len(spelt) + chance.integers(0, len(companies), len(is_company))
        return np.where(is_company, industrial, academic).astype(np.int32)

    leads = np.array([k.is_industrial for k in KINDS])
    firms = np.array([[*(who == "c" for _, who in k.roles), *[True] * (MOST - len(k.roles))] for k in KINDS])
    others = np.stack([draw(firms[kind, at]) for at in range(MOST)], axis=1)
    month = chance.integers(0, 12 * (LAST - FIRST + 1), count)
    months = chance.integers(12, 49, count)
    amount = np.round(chance.lognormal(12.3, 0.8, count)).astype(np.int64)
    amount[kind == 2] = 0
    return Gateway(base + world.edition - 1, base, everyone, kind, month, months, amount, draw(leads[kind]), others)


def _spelling(university: Organisation, nth: int) -> str:
    """Write a university as the gateway has it, under one GUID and another."""
    name = university.reports_as[0] if university.reports_as else university.name
    return (name, university.name, university.name.upper())[nth]


def day(month: int) -> dt.date:
    """Return the first day of a month, counted from January of FIRST."""
    return dt.date(FIRST + month // 12, month % 12 + 1, 1)


@lru_cache(maxsize=2048)
def midnight(when: dt.date) -> int:
    """Return midnight in London in milliseconds: an hour earlier while clocks are an hour ahead."""
    march, october = (dt.date(when.year, month, 31) for month in (3, 10))
    begins, ends = (last - dt.timedelta((last.weekday() + 1) % 7) for last in (march, october))
    hours = (when - dt.date(1970, 1, 1)).days * 24 - (begins < when <= ends)
    return hours * 3_600_000
