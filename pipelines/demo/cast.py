"""The cast: every organisation that takes part, real institutions first, then invented ones around them.

Institutions of the seed are real, with public facts only; all others are invented. The scale multiplies
institutions, companies and spellings, so that linking has ten times the work at scale 10, not only reading.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from pipelines.demo import invented
from pipelines.demo.schemes import KINDS

SEED = Path(__file__).resolve().parents[2] / "warehouse" / "seeds" / "demo_institutions.csv"
FIRST, LAST = 2008, 2025


@dataclass(frozen=True)
class Organisation:
    """An organisation: what ROR says of it, and under which names and PICs CORDIS has it.

    `kind` is ROR's type, `activity` CORDIS's. `ror_id` is empty where ROR does not have it. `spellings` are
    names as CORDIS writes them, the usual one first, each registered under a PIC of its own. It takes up
    projects from `since` to `until`; `successor` is the ROR id of what it became. `region` is its UK region or US
    state; `reports_as` is how its country's publisher writes it: HESA, or NSF with its legal name and performer.
    """

    name: str
    country: str
    city: str
    latitude: float
    longitude: float
    kind: str
    activity: str
    weight: float
    spellings: tuple[str, ...]
    pics: tuple[str, ...]
    ror_id: str = ""
    native_name: str = ""
    native_language: str = ""
    acronym: str = ""
    aliases: tuple[str, ...] = ()
    established: int | None = None
    is_sme: bool = False
    since: int = FIRST
    until: int = LAST
    parent: str = ""
    successor: str = ""
    region: str = ""
    ukprn: str = ""
    reports_as: tuple[str, ...] = ()
    is_real: bool = False


@cache
def institutions() -> tuple[Organisation, ...]:
    """Read the seed of real institutions, with the names CORDIS writes for them."""
    with SEED.open(encoding="utf-8", newline="") as file:
        return tuple(_real(row, number) for number, row in enumerate(csv.DictReader(file)))


def _real(row: dict[str, str], number: int) -> Organisation:
    country = row["country"]
    # ROR ends a company's name in its country; nobody writes it so.
    name = row["name"].partition(" (")[0] if row["kind"] == "company" else row["name"]
    native = [n for n in (row["native_name"], name) if n and invented.is_latin(n)]
    written = [w for w in row["written"].split("|") if w]
    written += [invented.capitals(n, country) for n in native]
    written.append(name)
    spellings = tuple(dict.fromkeys(written))[:4]
    pics = tuple(_pic(number, i) if i or not row["pic"] else row["pic"] for i in range(len(spellings)))
    return Organisation(
        row["name"], country, row["city"], float(row["latitude"]), float(row["longitude"]), row["kind"],
        row["activity"], float(row["weight"]), spellings, pics, row["ror_id"], row["native_name"],
        row["native_language"], row["acronym"], tuple(a for a in row["aliases"].split("|") if a),
        int(row["established"]), parent=row["parent_ror_id"], region=row["region"], ukprn=row["ukprn"],
        reports_as=tuple(n for n in row["reports_as"].split("|") if n), is_real=True,
    )  # fmt: skip


def _pic(number: int, nth: int) -> str:
    """Return a PIC that is nobody's: real ones have nine digits from 8 or 9 on."""
    return str(100_000_000 + number * 8 + nth)


REPORTING = {"GB": 12, "US": 27}
"""Universities at scale 1 in the countries whose publishers are simulated too."""


def gather(share: float, chance: np.random.Generator) -> tuple[Organisation, ...]:
    """Return the cast for `share` times 1,500 projects, the same for the same state of `chance`."""
    cast = list(institutions())
    elsewhere = len(cast) - sum(is_university(o, country) for o in cast for country in REPORTING)
    for _ in range(max(12, round(54 * share) - elsewhere)):
        cast += _institution(len(cast), chance)
    for country, count in REPORTING.items():
        for _ in range(max(3, round(count * share) - sum(is_university(o, country) for o in cast))):
            cast += _institution(len(cast), chance, country)
    for _ in range(max(80, round(500 * share))):
        cast.append(_company(len(cast), chance))
    for _ in range(max(12, round(60 * share))):
        cast.append(_body(len(cast), "PUB", "government", ("Municipality", "Agency", "Ministry"), chance))
    for _ in range(max(8, round(30 * share))):
        cast.append(_body(len(cast), "OTH", "nonprofit", ("Association", "Foundation", "Network"), chance))
    return tuple(cast)


def is_university(organisation: Organisation, country: str) -> bool:
    """Return whether an organisation is a university of a country, in being."""
    return organisation.activity == "HES" and organisation.country == country and not organisation.successor


@cache
def _hosts(country: str) -> tuple[tuple[Organisation, ...], np.ndarray]:
    hosts = tuple(o for o in institutions() if country in ("", o.country))
    return hosts, np.cumsum([o.weight for o in hosts])


def _place(chance: np.random.Generator, country: str = "") -> tuple[Organisation, float, float]:
    """Choose a seed institution, larger ones more often, and a point within some ten kilometres of it."""
    hosts, reach = _hosts(country)
    host = hosts[int(np.searchsorted(reach, chance.random() * reach[-1], "right"))]
    north, east = chance.normal(0, 0.1, 2)
    return host, round(host.latitude + north, 5), round(host.longitude + east, 5)


def _institution(number: int, chance: np.random.Generator, country: str = "") -> list[Organisation]:
    """Make a simulated institution; every fifth was renamed in 2016 and has a predecessor.

    With a `country`, make one of its universities, under one name.
    """
    host, latitude, longitude = _place(chance, country)
    kind, activity, stem = [
        ("education", "HES", "Simulated University of {}"),
        ("education", "HES", "Simulated Technical University {}"),
        ("facility", "REC", "Simulated {} Research Centre"),
        ("nonprofit", "REC", "Simulated Institute of Applied Sciences {}"),
    ][int(chance.choice(2 if country else 4, p=(0.7, 0.3) if country else (0.45, 0.2, 0.25, 0.1)))]
    weight = float(np.clip(chance.lognormal(1.7, 0.6), 2, 30))
    established = int(chance.integers(1850, 2000))

    def make(n: int, title: str, ror_id: str, **more: int | str) -> Organisation:
        name = title.format(invented.word(number))
        capitals = name.upper()
        acronym = f"S{invented.word(number)[:3].upper()}"
        spellings = (capitals, f"THE {capitals}" if "University" in name else f"{capitals} - {acronym}", name)
        pics = tuple(_pic(n, i) for i in range(3))
        return Organisation(name, host.country, host.city, latitude, longitude, kind, activity, weight, spellings,
                            pics, ror_id, acronym=acronym, established=established, region=host.region,
                            **more)  # type: ignore[arg-type]  # fmt: skip

    today = invented.ror_id(number)
    if number % 5 or country:
        return [make(number, stem, today)]
    former = stem.replace("Simulated ", "Simulated Former ")
    return [
        make(number, stem, today, since=2016),
        make(number + 1, former, invented.ror_id(number + 1), until=2015, successor=today),
    ]


def _company(number: int, chance: np.random.Generator) -> Organisation:
    """Make an invented company: most are small, some come late or leave; ROR has a fifth of them."""
    host, latitude, longitude = _place(chance)
    is_sme = bool(chance.random() < 0.62)
    name, spellings = invented.company(number, host.country, is_sme)
    weight = float(np.clip(chance.pareto(1.6) + 0.3, 0.3, 12)) * (0.6 if is_sme else 1.6)
    since = FIRST if chance.random() < 0.5 else int(chance.integers(FIRST, 2024))
    until = LAST if chance.random() < 0.7 else min(LAST, since + int(chance.integers(3, 12)))
    in_ror = chance.random() < (0.1 if is_sme else 0.4)
    return Organisation(
        name, host.country, host.city, latitude, longitude, "company", "PRC", weight, spellings,
        tuple(_pic(number, i) for i in range(len(spellings))), invented.ror_id(number) if in_ror else "",
        acronym=invented.word(number)[:4].upper(), is_sme=is_sme, since=since, until=until, region=host.region,
    )  # fmt: skip


def _body(number: int, activity: str, kind: str, heads: tuple[str, ...], chance: np.random.Generator) -> Organisation:
    """Make a simulated public body or association; ROR has half of them."""
    host, latitude, longitude = _place(chance)
    name = f"Simulated {heads[int(chance.integers(len(heads)))]} of {invented.word(number)}"
    weight = float(np.clip(chance.lognormal(0, 0.7), 0.3, 8))
    ror_id = invented.ror_id(number) if chance.random() < 0.5 else ""
    pics = (_pic(number, 0), _pic(number, 1))
    return Organisation(name, host.country, host.city, latitude, longitude, kind, activity, weight,
                        (name.upper(), name), pics, ror_id)  # fmt: skip


@dataclass(frozen=True)
class Pool:
    """The organisations of one activity, ordered by country, from which newcomers to a team are drawn."""

    members: np.ndarray
    weights: np.ndarray
    since: np.ndarray
    until: np.ndarray
    first: np.ndarray
    after: np.ndarray


def pools(cast: tuple[Organisation, ...]) -> tuple[list[Pool], np.ndarray]:
    """Return a pool for each activity of KINDS, and the number of every organisation's country."""
    names = sorted({o.country for o in cast})
    country = np.array([names.index(o.country) for o in cast])
    activity = np.array([KINDS.index(o.activity) for o in cast])
    weight, since, until = (np.array([getattr(o, c) for o in cast]) for c in ("weight", "since", "until"))
    found = []
    for kind in range(len(KINDS)):
        members = np.flatnonzero(activity == kind)
        members = members[np.argsort(country[members], kind="stable")]
        first = np.searchsorted(country[members], np.arange(len(names)), "left")
        after = np.searchsorted(country[members], np.arange(len(names)), "right")
        found.append(Pool(members, weight[members], since[members], until[members], first, after))
    return found, country
