"""A simulated world: projects of three framework programmes, 2008–2025, of real and invented organisations.

The same world gives the same records, byte for byte. It knows what is wrong with which of its rows, so that
the books of an ingest can be held against it.
"""

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from pipelines.demo import SEED, cast, money, roles, teams
from pipelines.demo.schemes import PROGRAMMES, Programme

JANUARY = dt.date(2026, 1, 15)

PROJECTS = 1_500
"""Projects of a world of scale 1; about six parties each."""

FIRST_ID = 900_000_001
"""Project numbers nobody has: real ones have six digits, or nine from 101 on."""


@dataclass(frozen=True)
class Projects:
    """The projects of a programme, one array a column; `scheme` numbers the programme's own."""

    number: np.ndarray
    scheme: np.ndarray
    starts_on: np.ndarray
    ends_on: np.ndarray
    is_terminated: np.ndarray
    is_changed: np.ndarray


@dataclass(frozen=True)
class Flaws:
    """Rows that are wrong on purpose, as real releases have them; -1 for none.

    `letters`: a party with xxxxxxx for its amounts (seen in FP7). `cells`: a party that lacks its last two
    cells. `twice`: a party written twice. `reversed`: a project that ends before it starts, only where it is
    less than a hundredth of the rows, the contract's tolerance.
    """

    letters: int = -1
    cells: int = -1
    twice: int = -1
    reversed: int = -1


@dataclass(frozen=True)
class Snapshot:
    """A programme as its publisher has it in one edition."""

    programme: Programme
    projects: Projects
    parties: roles.Parties
    money: money.Money
    flaws: Flaws


@dataclass(frozen=True)
class World:
    """Simulated records, the same for the same arguments.

    `scale` multiplies institutions, companies, spellings and projects alike; `projects` sets their number
    instead. A later `edition` is the publishers' next release: Horizon Europe has other amounts in every
    fiftieth project and one participant less, ROR one organisation more, FP7 and H2020 are the same bytes; each
    module of `publishers` says what the others change. Records that come by the day or the year go up to `today`.
    """

    scale: float = 1
    seed: int = SEED
    projects: int = 0
    edition: int = 1
    today: dt.date = JANUARY

    @property
    def size(self) -> int:
        """The number of projects."""
        return self.projects or round(PROJECTS * self.scale)

    @property
    def share(self) -> float:
        """How large the world is beside one of scale 1."""
        return self.size / PROJECTS

    def next(self) -> "World":
        """Return the world as it is published the next time."""
        return replace(self, edition=self.edition + 1)

    @cached_property
    def cast(self) -> tuple[cast.Organisation, ...]:
        """The organisations that take part."""
        return cast.gather(self.share, np.random.default_rng([self.seed, 0]))

    @cached_property
    def snapshots(self) -> dict[str, Snapshot]:
        """Every programme's records, by part."""
        chance = np.random.default_rng([self.seed, 1])
        years = list(teams.starts(PROGRAMMES, self.size, chance))
        schemes = [_schemes(p, len(y), chance) for p, y in zip(PROGRAMMES, years, strict=True)]
        # Teams are drawn for all programmes at once, so that partners remember each other across them.
        shelf = tuple(s for p in PROGRAMMES for s in p.schemes)
        before = np.cumsum([0, *(len(p.schemes) for p in PROGRAMMES)])
        scheme = np.concatenate([s + b for s, b in zip(schemes, before[:-1], strict=True)])
        places = teams.open_places(shelf, scheme, np.concatenate(years), chance)
        seated = teams.fill(self.cast, places, chance)
        made, begin = {}, 0
        for programme, scheme, year in zip(PROGRAMMES, schemes, years, strict=True):
            end = begin + len(year)
            mine = (places.project >= begin) & (places.project < end) & (seated >= 0)
            team = (places.project[mine] - begin, seated[mine])
            made[programme.part] = self._snapshot(programme, FIRST_ID + begin, scheme, year, *team)
            begin = end
        return made

    def _snapshot(
        self,
        programme: Programme,
        first_id: int,
        scheme: np.ndarray,
        year: np.ndarray,
        project: np.ndarray,
        who: np.ndarray,
    ) -> Snapshot:
        chance = np.random.default_rng([self.seed, 2, PROGRAMMES.index(programme)])
        editions = self.edition - 1 if programme is PROGRAMMES[-1] else 0
        projects = _projects(programme, first_id, scheme, year, editions > 0, chance)
        parties = roles.give(programme, self.cast, year, project, who, chance)
        leaving = roles.gone(parties, editions)
        is_company = np.array([o.activity == "PRC" for o in self.cast])[parties.organisation]
        factor = np.where(projects.is_changed, 1 + 0.02 * editions, 1.0)
        shared = money.split(programme.schemes, scheme, parties, is_company, leaving, factor, chance)
        parties, shared = roles.without(parties, leaving), money.without(shared, leaving)
        return Snapshot(programme, projects, parties, shared, _flaws(programme, projects, parties))


def _schemes(programme: Programme, count: int, chance: np.random.Generator) -> np.ndarray:
    shares = np.array([s.share for s in programme.schemes])
    return chance.choice(len(shares), count, p=shares / shares.sum())


def _projects(
    programme: Programme,
    first_id: int,
    scheme: np.ndarray,
    year: np.ndarray,
    changes: bool,
    chance: np.random.Generator,
) -> Projects:
    count = len(scheme)
    number = first_id + np.arange(count)
    january = (year - 1970).astype("datetime64[Y]").astype("datetime64[M]")
    starts_on = (january + chance.integers(0, 12, count)).astype("datetime64[D]")
    days = np.array([s.years for s in programme.schemes])[scheme] * 365.25 * chance.uniform(0.85, 1.2, count)
    is_terminated = chance.random(count) < 0.03
    days = np.round(np.where(is_terminated, 0.6 * days, days)).astype(int)
    is_changed = (number % 50 == 0) & changes
    return Projects(number, scheme, starts_on, starts_on + days, is_terminated, is_changed)


def _flaws(programme: Programme, projects: Projects, parties: roles.Parties) -> Flaws:
    """Choose the rows that go wrong: a participant in the middle, and a project of several parties."""
    is_host = np.isin(np.arange(len(parties.role)), parties.host)
    plain = np.flatnonzero((parties.role == roles.PARTICIPANT) & ~is_host)
    row = int(plain[len(plain) // 2])
    if programme.flaw != "cells" or len(projects.number) < 200:
        return Flaws(**{programme.flaw: row})
    several = np.flatnonzero(np.bincount(parties.project) > 2)
    return Flaws(cells=row, reversed=int(several[several != parties.project[row]][0]))
