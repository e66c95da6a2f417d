"""What the simulated NIH funds: projects of several years, each a record in every fiscal year, with subprojects.

Codes and names of institutes are the publisher's own; shares and amounts are of the right order, not measured.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipelines.demo.cast import is_university
from pipelines.demo.records import World

FIRST = 2018
"""The fiscal year in which the oldest projects begin that any file tells of."""

RECORDS = 400
"""Records of a fiscal year in a world of scale 1; a benchmark sets a million."""

FEWEST = 120
"""Records of a fiscal year in the smallest world: one bad row is less than a hundredth of them."""

LONGEST = 5

SUBPROJECTS = 3
"""Subprojects of a centre in every year."""


@dataclass(frozen=True)
class Kind:
    """An activity code: its share of new projects, who holds it, dollars a year, years, and whether it has subprojects.

    `to` is `university`, `company` or `institute` (NIH's own laboratories, which have no dates and no country).
    """

    code: str
    share: float
    mechanism: str
    budget: float
    years: int
    to: str = "university"
    has_subprojects: bool = False


KINDS = (
    Kind("R01", 0.38, "Research Projects", 430_000, 5),
    Kind("R21", 0.12, "Research Projects", 220_000, 2),
    Kind("U01", 0.05, "Research Projects", 700_000, 5),
    Kind("P30", 0.03, "Research Centers", 1_800_000, 5, has_subprojects=True),
    Kind("U54", 0.02, "Research Centers", 3_000_000, 5, has_subprojects=True),
    Kind("T32", 0.05, "Training, Institutional", 350_000, 5),
    Kind("F31", 0.08, "Training, Individual", 45_000, 3),
    Kind("K08", 0.05, "Other Research-Related", 170_000, 5),
    Kind("R41", 0.06, "SBIR-STTR", 260_000, 1, "company"),
    Kind("R43", 0.08, "SBIR-STTR", 280_000, 1, "company"),
    Kind("R44", 0.05, "SBIR-STTR", 900_000, 2, "company"),
    Kind("ZIA", 0.03, "Intramural Research", 1_200_000, 5, "institute"),
)

INSTITUTES = (
    ("CA", "NCI", "NATIONAL CANCER INSTITUTE"),
    ("HL", "NHLBI", "NATIONAL HEART, LUNG, AND BLOOD INSTITUTE"),
    ("AI", "NIAID", "NATIONAL INSTITUTE OF ALLERGY AND INFECTIOUS DISEASES"),
    ("GM", "NIGMS", "NATIONAL INSTITUTE OF GENERAL MEDICAL SCIENCES"),
    ("DK", "NIDDK", "NATIONAL INSTITUTE OF DIABETES AND DIGESTIVE AND KIDNEY DISEASES"),
    ("AG", "NIA", "NATIONAL INSTITUTE ON AGING"),
)
"""By institute: code, abbreviation, name."""

INTRAMURAL, ABROAD = -1, -2
"""Holders that are nobody of the US cast: a laboratory of NIH's own, and a university of another country."""


@dataclass(frozen=True)
class Records:
    """The records of a fiscal year, one array a column, in the order of their application ids.

    `project` numbers the projects of all years, `sub` a project's subprojects from 1, 0 for the award itself.
    `holder` numbers the cast, or is INTRAMURAL or ABROAD. `payer` is the second institute that pays, -1 for none.
    Days are NaT where the record has none; `cost` is the award's or the subproject's.
    """

    year: int
    appl_id: np.ndarray
    project: np.ndarray
    kind: np.ndarray
    sub: np.ndarray
    support_year: np.ndarray
    institute: np.ndarray
    payer: np.ndarray
    holder: np.ndarray
    project_start: np.ndarray
    project_end: np.ndarray
    budget_start: np.ndarray
    budget_end: np.ndarray
    noticed_on: np.ndarray
    added_on: np.ndarray
    cost: np.ndarray


def running(world: World) -> int:
    """Return the fiscal year that a world's today is in: they begin in October."""
    return world.today.year + (world.today.month >= 10)


def files_of(world: World) -> range:
    """Return the closed fiscal years of which there is a file: the three before the running one."""
    return range(running(world) - 3, running(world))


def size(world: World) -> int:
    """Return about how many records a fiscal year has."""
    return max(FEWEST, round(RECORDS * world.share))


def records(world: World, year: int) -> Records:
    """Return the records of a fiscal year, the same for the same world and size."""
    return _records(world, year, size(world))


@lru_cache(maxsize=4)
def _records(world: World, year: int, count: int) -> Records:
    each = _new_a_year(count)
    began = [_projects(world, first, each) for first in range(year - LONGEST + 1, year + 1)]
    columns = {name: np.concatenate([b[name] for b in began]) for name in began[0]}
    runs = year - columns["first"] < columns["years"]
    columns = {name: column[runs] for name, column in columns.items()}
    parts = np.array([1 + SUBPROJECTS * k.has_subprojects for k in KINDS])[columns["kind"]]
    row = np.repeat(np.arange(len(parts)), parts)
    sub = np.arange(len(row)) - np.repeat(np.cumsum(parts) - parts, parts)
    columns = {name: column[row] for name, column in columns.items()}
    chance = np.random.default_rng([world.seed, 21, year])
    cost = np.round(columns["budget"] * chance.lognormal(0, 0.05, len(row))[row]).astype(np.int64)
    holder = columns["holder"]
    # Of a centre's subprojects the second is another university's, and the third one's abroad.
    holder = np.where(sub == 2, columns["other"], np.where(sub == 3, ABROAD, holder))
    days = _days(world, year, columns)
    if world.edition > 1 and year == running(world) - 1:
        days["project_end"][0] += 365 * (world.edition - 1)
    return Records(
        year,
        90_000_000 + (year - FIRST) * 4 * count + np.arange(len(row)),
        columns["project"],
        columns["kind"],
        sub,
        year - columns["first"] + 1,
        columns["institute"],
        columns["payer"],
        holder,
        cost=np.where(sub > 0, cost // 4, cost),
        **days,
    )


def _new_a_year(count: int) -> int:
    """Return how many projects begin in a year, so that about `count` records are in each."""
    each = sum(k.share * k.years * (1 + SUBPROJECTS * k.has_subprojects) for k in KINDS) / sum(k.share for k in KINDS)
    return max(24, round(count / each))


def _projects(world: World, first: int, count: int) -> dict[str, np.ndarray]:
    """Return the projects that begin in a fiscal year."""
    chance = np.random.default_rng([world.seed, 20, first])
    shares = np.array([k.share for k in KINDS])
    kind = chance.choice(len(KINDS), count, p=shares / shares.sum())
    # The first few are one of each, so that the smallest world has all of them.
    kind[: len(KINDS)] = np.arange(len(KINDS))
    to = np.array([k.to for k in KINDS])[kind]
    cast = world.cast
    pools = {
        "university": [i for i, o in enumerate(cast) if is_university(o, "US") and (o.reports_as or not o.is_real)],
        "company": [i for i, o in enumerate(cast) if o.country == "US" and o.activity == "PRC" and o.is_sme],
    }
    holder = np.full(count, INTRAMURAL)
    for name, members in pools.items():
        mine = np.flatnonzero(to == name)
        weight = np.array([8.0 if cast[i].is_real else 1.0 for i in members])
        holder[mine] = chance.choice(members, len(mine), p=weight / weight.sum())
    institute = chance.integers(0, len(INSTITUTES), count)
    second = (institute + chance.integers(1, len(INSTITUTES), count)) % len(INSTITUTES)
    budget = np.array([k.budget for k in KINDS])[kind] * chance.lognormal(0, 0.3, count)
    month = chance.integers(0, 12, count)
    return {
        "project": (first - FIRST + LONGEST) * count + np.arange(count),
        "first": np.full(count, first),
        "kind": kind,
        "years": np.array([k.years for k in KINDS])[kind],
        "holder": holder,
        "other": chance.choice(pools["university"], count),
        "institute": institute,
        "payer": np.where(chance.random(count) < 0.1, second, -1),
        "budget": budget,
        "month": month,
    }


def _days(world: World, year: int, columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the days of records; an institute's own projects have none, and nothing is told before it happened."""
    first_month = (columns["first"] - 1 - 1970) * 12 + 9 + columns["month"]
    start = first_month.astype("datetime64[M]").astype("datetime64[D]")
    end = (first_month + 12 * columns["years"]).astype("datetime64[M]").astype("datetime64[D]") - 1
    budget_month = first_month + 12 * (year - columns["first"])
    budget_start = budget_month.astype("datetime64[M]").astype("datetime64[D]")
    budget_end = (budget_month + 12).astype("datetime64[M]").astype("datetime64[D]") - 1
    noticed = np.minimum(budget_start - 10, np.datetime64(world.today) - 8)
    # A fiscal year's money is given in it: awards of October are not noticed in September.
    noticed = np.maximum(noticed, np.datetime64(f"{year - 1}-10-01"))
    is_own = np.array([k.to == "institute" for k in KINDS])[columns["kind"]]
    found = {"project_start": start, "project_end": end, "budget_start": budget_start, "budget_end": budget_end,
             "noticed_on": noticed}  # fmt: skip
    return {name: np.where(is_own, np.datetime64("NaT"), day) for name, day in found.items()} | {
        "added_on": noticed + 5
    }
