"""The awards of a world: who holds them, from when to when, and what was obligated in which fiscal year."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from pipelines.demo.cast import is_university
from pipelines.demo.records import JANUARY, World
from pipelines.demo.us.kinds import KINDS

FIRST, LAST = 2008, 2025
LATER = 2040
"""Up to which year the files of running years are drawn; a world publishes those up to its today."""

AWARDS = 1_500
"""Awards of a world of scale 1."""

LARGEST, AMENDED = 2015, 2023
"""The year with a third more awards than others, and the one whose first award later editions amend."""

OLD, DUNS, UEI = range(3)
"""Vintages of a record: an old one has no agency, no number of the institution, no obligations and no performer."""

FOUNDATION = 5
"""Every so many simulated universities hold their awards through a research foundation."""


@dataclass(frozen=True)
class Awards:
    """The awards, one array a column, in the order of their files and numbers.

    `awardee` and `performer` number the cast, -1 for none; `lead` is the award of the project whose title and
    start an award shares, mostly itself. `fiscal_year` and `obligated` have a row per award and obligation.
    """

    file_year: np.ndarray
    nth: np.ndarray
    kind: np.ndarray
    lead: np.ndarray
    awardee: np.ndarray
    performer: np.ndarray
    vintage: np.ndarray
    starts_on: np.ndarray
    ends_on: np.ndarray
    awarded_on: np.ndarray
    updated_on: np.ndarray
    intended: np.ndarray
    obligated: np.ndarray

    @property
    def ill_formed(self) -> int:
        """The award whose document is not well formed, or -1: where it would be more than a hundredth of a file."""
        rows = self.of(LARGEST)
        return rows.start if rows.stop - rows.start >= 100 else -1

    @cached_property
    def amounts(self) -> np.ndarray:
        """What is obligated to date, by award."""
        found: np.ndarray = self.obligated.sum(axis=1)
        return found

    @cached_property
    def is_shared(self) -> np.ndarray:
        """Whether several awards pay for an award's project."""
        return np.bincount(self.lead, minlength=len(self.lead))[self.lead] > 1

    @cached_property
    def first_year(self) -> np.ndarray:
        """The fiscal year of the first obligation, by award."""
        return fiscal_year(self.awarded_on)

    def fiscal_years(self, award: int) -> list[tuple[int, int]]:
        """Return the fiscal years of an award with what was obligated in each."""
        first = int(self.first_year[award])
        return [(first + place, amount) for place, amount in enumerate(self.obligated[award].tolist()) if amount]

    def of(self, year: int) -> slice:
        """Return the rows of a file."""
        return slice(*np.searchsorted(self.file_year, [year, year + 1]).tolist())


def fiscal_year(days: np.ndarray) -> np.ndarray:
    """Return the fiscal years of days: they begin in October of the year before."""
    months = days.astype("datetime64[M]").astype(int) + 3
    return months // 12 + 1970


@lru_cache(maxsize=4)
def awards(world: World) -> Awards:
    """Return the awards of a world's edition: a later one has amended the first award of 2023, and no other."""
    chance = np.random.default_rng([world.seed, 9])
    each = max(6, round(AWARDS * world.share / (LAST - FIRST + 4 / 3)))
    file_year = np.repeat(np.arange(FIRST, LAST + 1), each)
    running = np.repeat(np.arange(LAST + 1, LATER + 1), max(6, each // 10))
    file_year = np.sort(np.concatenate([file_year, np.full(each // 3, LARGEST), running]))
    size = len(file_year)
    nth = np.arange(size) - np.searchsorted(file_year, file_year)
    kind = _kinds(file_year, chance)
    # The second of a file is an agreement here and there, so that the smallest world has one without institution.
    kind[(nth == 1) & np.isin(file_year, (2010, 2023))] = len(KINDS) - 1
    awardee = _holders(world, file_year, kind, chance)
    lead = _leads(file_year, kind, awardee, chance)
    kind = kind[lead]
    vintage = np.where(chance.random(size) < 0.12, OLD, np.where(chance.random(size) < 0.25, DUNS, UEI))
    vintage = np.where(file_year >= LAST, UEI, vintage)
    vintage[awardee < 0] = OLD
    starts_on = _starts(file_year, chance)[lead]
    years = np.array([k.years for k in KINDS])[kind] * chance.uniform(0.8, 1.3, size)
    ends_on = starts_on + np.round(years * 365).astype(int)
    awarded_on = starts_on - chance.integers(5, 60, size)
    today = np.maximum(awarded_on, np.datetime64(JANUARY))
    updated_on = np.minimum(awarded_on + np.round(chance.random(size) ** 3 * 1_500).astype(int), today)
    intended = np.array([k.budget for k in KINDS])[kind] * chance.lognormal(0, 0.5, size)
    intended = np.round(intended).astype(np.int64) + 1_000
    obligated = _obligated(kind, years, awarded_on, intended, today, chance)
    performer = _performers(world, awardee, chance)
    if world.edition > 1:
        amended = int(np.flatnonzero((file_year == AMENDED) & (nth == 0))[0])
        updated_on[amended] = np.datetime64(JANUARY) + 28 * (world.edition - 1) - 1
        obligated[amended, 1] += 10_000 * (world.edition - 1)
    return Awards(file_year, nth, kind, lead, awardee, performer, vintage, starts_on, ends_on, awarded_on, updated_on,
                  intended, obligated)  # fmt: skip


def _kinds(file_year: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    shares, since = (np.array([getattr(k, c) for k in KINDS]) for c in ("share", "since"))
    kind = chance.choice(len(KINDS), len(file_year), p=shares / shares.sum())
    return np.where(since[kind] > file_year, 0, kind)


def _holders(world: World, file_year: np.ndarray, kind: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Draw who holds each award: universities by a weight of their own, companies while they are in being."""
    cast = world.cast
    pools = {
        "university": [i for i, o in enumerate(cast) if is_university(o, "US") and (o.reports_as or not o.is_real)],
        "company": [i for i, o in enumerate(cast) if o.country == "US" and o.activity == "PRC" and o.is_sme],
    }
    weights = {"university": chance.lognormal(0, 0.8, len(pools["university"]))}
    weights["university"] *= [8.0 if cast[i].is_real else 1.0 for i in pools["university"]]
    weights["company"] = np.ones(len(pools["company"]))
    to = np.array([k.to for k in KINDS])[kind]
    found, point = np.full(len(kind), -1), chance.random(len(kind))
    for holder, members in pools.items():
        active = np.array([(cast[i].since, cast[i].until) for i in members]).reshape(-1, 2)
        for year in range(FIRST, LATER + 1):
            mine = np.flatnonzero((to == holder) & (file_year == year))
            reach = np.cumsum(weights[holder] * ((active[:, 0] <= year) & (active[:, 1] >= min(year, LAST))))
            if len(reach) and reach[-1] > 0:
                found[mine] = np.array(members)[np.searchsorted(reach, point[mine] * reach[-1], "right")]
            else:
                # A small world may have no company in a year: its awards go to nobody's agreements.
                kind[mine] = len(KINDS) - 1
    return found


def _leads(file_year: np.ndarray, kind: np.ndarray, awardee: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Make some awards siblings of the one before: other universities, one project."""
    has_siblings = np.array([k.has_siblings for k in KINDS])[kind]
    joins = has_siblings & (chance.random(len(kind)) < 0.3)
    joins[1:] &= has_siblings[:-1] & (file_year[1:] == file_year[:-1])
    joins[0] = False
    lead = np.maximum.accumulate(np.where(joins, 0, np.arange(len(kind))))
    # Nobody is the sibling of himself: such an award stands alone, and those behind it stay with the first.
    order = np.lexsort((np.arange(len(kind)), awardee, lead))
    again = np.zeros(len(kind), bool)
    again[order[1:]] = (lead[order[1:]] == lead[order[:-1]]) & (awardee[order[1:]] == awardee[order[:-1]])
    return np.where(again, np.arange(len(kind)), lead)


def _starts(file_year: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Draw first days: mostly in the second half of the file's year, some in the year before or after."""
    month = chance.choice([-1, 0, 2, 4, 5, 6, 7, 8, 9, 12], len(file_year),
                          p=[0.02, 0.04, 0.06, 0.08, 0.15, 0.2, 0.2, 0.15, 0.05, 0.05])  # fmt: skip
    days = ((file_year - 1970) * 12 + month).astype("datetime64[M]").astype("datetime64[D]")
    return days + np.where(chance.random(len(days)) < 0.4, 14, 0)


def _obligated(
    kind: np.ndarray,
    years: np.ndarray,
    awarded_on: np.ndarray,
    intended: np.ndarray,
    today: np.ndarray,
    chance: np.random.Generator,
) -> np.ndarray:
    """Return dollars by award and fiscal year from the first on: increments where they continue, else all at once."""
    continues = np.array([k.instrument in ("Continuing Grant", "Continuing grant", "Cooperative Agreement")
                          for k in KINDS])[kind]  # fmt: skip
    count = np.where(continues, np.maximum(1, np.ceil(years)), 1).astype(int)
    place = np.arange(9)
    each = intended // count
    paid = np.where(place < count[:, None], each[:, None], 0)
    paid[:, 0] += intended - each * count
    # Supplements come a year later; now and then money is taken back at the end.
    paid[:, 1] += np.where(chance.random(len(kind)) < 0.1, intended // 20, 0)
    paid[np.arange(len(kind)), count] -= np.where(chance.random(len(kind)) < 0.01, intended // 100, 0)
    paid[fiscal_year(awarded_on)[:, None] + place > fiscal_year(today)[:, None]] = 0
    return paid


def _performers(world: World, awardee: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Return where the work is done: with the awardee itself, or now and then with another university."""
    others = np.array([i for i, o in enumerate(world.cast) if is_university(o, "US")])
    luck = chance.random((2, len(awardee)))
    elsewhere = others[(luck[1] * len(others)).astype(int)]
    return np.where((luck[0] < 0.03) & (awardee >= 0), elsewhere, awardee)
