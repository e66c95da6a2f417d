"""The figures of knowledge exchange: drawn year by year, so that stocks follow flows and totals are sums.

Money is in thousand pounds. Levels are of the right order, not measured. Every figure is an array over the
providers; its name is the survey's own label, with what it is about in front.
"""

from functools import lru_cache

import numpy as np

from pipelines.demo.records import World
from pipelines.demo.uk.providers import FIRST, providers, years

Figures = dict[tuple[str, ...], np.ndarray]

SME, LARGE, PUBLIC = "SME", "Other (non-SME) commercial businesses", "Non-commercial organisations"
PARTNERS = (SME, LARGE, PUBLIC)
UKRI = "UKRI (except Research England), Royal Society and British Academy"
SOURCES = {UKRI: 0.09, "EU government": 0.045, "Other UK government departments": 0.036, "Other": 0.009}
SERVICES = {
    "Consultancy": {SME: (20_000, 12), LARGE: (15_000, 30), PUBLIC: (10_000, 20)},
    "Contract research": {SME: (20_000, 25), LARGE: (12_000, 90), PUBLIC: (12_000, 80)},
    "Facilities and equipment related": {SME: (15_000, 3), LARGE: (12_000, 8), PUBLIC: (20_000, 5)},
}
"""By service and partner: thousand pounds of income that go with one contract, and what a contract brings."""

PROGRAMMES = {
    "ERDF income": (0, 2023), "ESF income": (0, 2023), "UK Government regeneration funds": (0, 9999),
    "UK shared prosperity fund": (2022, 9999),
    "Other regeneration grants and income from local and regional bodies": (0, 9999), "Other": (0, 9999),
}  # fmt: skip
"""Regeneration programmes and the years in which they pay."""

PATENTS = {"applications": "Number of new patent applications filed in year",
           "granted": "Number of patents granted in year",
           "stock": "Cumulative patent portfolio",
           "external": "Number of patents filed by an external party naming the HEP as a co-applicant or staff as a "
                       "named inventor"}  # fmt: skip
LICENCES = {"Non-software": 1.0, "Software only": 0.5}
IP_INCOME = {"Non-software licences income": 1.0, "Software licences income": 0.4, "Other IP income": 0.2}
VENTURES = {
    "Spin-outs with some HE provider ownership": 200_000, "Other spin-outs": 500_000, "Staff start-ups": 400_000,
    "Student start-ups": 30_000, "Social enterprises": 150_000,
}  # fmt: skip
"""Thousand pounds of income that go with one new firm a year."""

EVENTS = ("Public lectures", "Performance arts (music, dance, drama etc.)", "Exhibitions (galleries, museums etc.)",
          "Museum education", "Other")  # fmt: skip


@lru_cache(maxsize=4)
def figures(world: World) -> dict[int, Figures]:
    """Return the figures of every year a world's edition tells, by the year in which it begins.

    The second edition restates the disclosures of one provider in 2019/20.
    """
    found: dict[int, Figures] = {}
    before: Figures = {}
    for year in years(world, FIRST - 1):
        # A year's draws are its own, so that a year more leaves those before as they were.
        chance = np.random.default_rng([world.seed, 5, year])
        before = found[year] = _year(world, year, before, chance)
    if world.edition > 1:
        key = ("Number of disclosures",)
        found[2019] = found[2019] | {key: found[2019][key] + (np.arange(len(providers(world))) == 0) * 100}
    return found


def income(world: World, year: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the level of a year's total and research income of every provider, in thousand pounds."""
    plain, share = (np.array([getattr(p, c) for p in providers(world)]) for c in ("income", "research_share"))
    whole = plain * 1.03 ** (year - FIRST)
    return whole, whole * share


def _year(world: World, year: int, before: Figures, chance: np.random.Generator) -> Figures:
    whole, research = income(world, year)
    found: Figures = {}
    _collaborative(found, year, research, before, chance)
    for service, kinds in SERVICES.items():
        for partner, (each, worth) in kinds.items():
            number = chance.poisson((research if service == "Contract research" else whole) / each)
            found[service, partner, "Number"] = number
            found[service, partner, "Value"] = _worth(number, worth, chance)
        for marker in ("Number", "Value"):
            found[service, "Total", marker] = sum(found[service, partner, marker] for partner in kinds)  # type: ignore[assignment]
    for payer, share in zip((*PARTNERS, "CE and CPD for individuals"), (0.001, 0.003, 0.004, 0.006), strict=True):
        found["CPD", payer] = _near(whole * share, chance)
    found["CPD", "Total revenue"] = _total(found, "CPD")
    found["CPD", "Total learner days of CPD/CE courses delivered"] = _near(found["CPD", "Total revenue"] * 3.0, chance)
    for programme, (first, last) in PROGRAMMES.items():
        pays = (chance.random(len(whole)) < 0.5) & (first <= year < last)
        found["Regeneration", programme] = _near(whole * 0.0008, chance) * pays
    found["Regeneration", "Total programmes"] = _total(found, "Regeneration")
    found["Regeneration", "Capital income (attributable to survey year)"] = _near(whole * 0.0003, chance)
    _patents(found, research, before, chance)
    _licences(found, research, chance)
    _ventures(found, whole, before, chance)
    for i, kind in enumerate(EVENTS):
        for nature, more in (("Chargeable events", 1), ("Free events", 3)):
            days = chance.poisson(whole / 5_000 * more / (i + 1))
            found[nature, "Academic staff time (days)", kind] = days
            found[nature, "Attendees", kind] = _worth(days, 40, chance)
    return found


def _near(level: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    return np.round(level * chance.lognormal(0, 0.25, len(level))).astype(np.int64)


def _worth(number: np.ndarray, each: float, chance: np.random.Generator) -> np.ndarray:
    """Return what so many bring in: nothing where there is none, at least one where there is any."""
    return np.where(number > 0, np.maximum(1, _near(number * float(each), chance)), 0)


def _total(found: Figures, subject: str) -> np.ndarray:
    return np.sum([values for key, values in found.items() if key[0] == subject], axis=0)


def _collaborative(
    found: Figures, year: int, research: np.ndarray, before: Figures, chance: np.random.Generator
) -> None:
    kinds = ("Public funding", "Collaborative contribution - Cash", "Collaborative contribution - In kind")
    for source, share in SOURCES.items():
        fades = 0.85 ** max(0, year - 2020) if source == "EU government" else 1.0
        public = _near(research * share * fades, chance)
        parts = (public, _near(public * 0.12, chance), _near(public * 0.25, chance))
        found |= {(source, kind): part for kind, part in zip(kinds, parts, strict=True)}
        found[source, "Total"] = np.sum(parts, axis=0)
    for kind in (*kinds, "Total"):
        found["All", kind] = np.sum([found[source, kind] for source in SOURCES], axis=0)
    for source in ("All", *SOURCES):
        found[source, "Previous year's total"] = before.get((source, "Total"), found[source, "Total"])


def _patents(found: Figures, research: np.ndarray, before: Figures, chance: np.random.Generator) -> None:
    """Tell inventions and patents: what was filed is granted in part a year later and adds to the portfolio."""
    disclosures = chance.poisson(research / 2_500)
    filed = chance.binomial(disclosures, 0.5)
    pending = before.get((PATENTS["applications"],), filed)
    abroad = "overseas"
    granted = chance.binomial(pending, 0.5)
    flows = {"applications": filed, "granted": granted, "external": chance.poisson(research / 20_000)}
    found["Number of disclosures",] = disclosures
    for name, number in flows.items():
        found[PATENTS[name],] = number
        found[PATENTS[name], abroad] = chance.binomial(number, 0.6)
    gained = {abroad: found[PATENTS["granted"], abroad], "": granted - found[PATENTS["granted"], abroad]}
    held = {place: before.get(("held", place), gained[place] * 8) for place in gained}
    for place, number in gained.items():
        found["held", place] = held[place] + number - chance.binomial(held[place], 0.07)
    found[PATENTS["stock"], abroad] = found["held", abroad]
    found[PATENTS["stock"],] = found["held", abroad] + found["held", ""]


def _licences(found: Figures, research: np.ndarray, chance: np.random.Generator) -> None:
    for kind, share in LICENCES.items():
        for partner, each in zip(PARTNERS, (12_000, 20_000, 8_000), strict=True):
            found[kind, partner] = chance.poisson(research * share / each)
        total = found[kind, "Total number"] = np.sum([found[kind, partner] for partner in PARTNERS], axis=0)
        abroad = found[kind, "Total number - Subtotal overseas"] = chance.binomial(total, 0.3)
        earning = found[kind, "Total number generating income in the period"] = chance.binomial(total, 0.4)
        found[kind, "Total number generating income in the period - Subtotal overseas"] = chance.binomial(
            np.minimum(abroad, earning), 0.5
        )
    for kind, share in IP_INCOME.items():
        for partner, part in zip(PARTNERS, (0.3, 0.6, 0.1), strict=True):
            # Licence income is lumpy: some earn next to nothing, some a hundred times as much.
            found[kind, partner] = np.floor(
                research * 0.004 * share * part * chance.lognormal(0, 1, len(research))
            ).astype(np.int64)
    subtotal = np.sum([found[kind, partner] for kind in IP_INCOME for partner in PARTNERS], axis=0)
    shares = np.where(chance.random(len(research)) < 0.15, _near(research * 0.01, chance), 0)
    found["IP", "Subtotal IP income"] = subtotal
    found["IP", "Subtotal overseas"] = np.floor(subtotal * chance.uniform(0, 0.6, len(research))).astype(np.int64)
    found["IP", "Sale of shares in spin-outs"] = shares
    found["IP", "Total IP revenues"] = subtotal + shares
    found["IP", "Total costs"] = _near(research * 0.004, chance)


def _ventures(found: Figures, whole: np.ndarray, before: Figures, chance: np.random.Generator) -> None:
    """Tell spin-outs and start-ups by age: firms of one, two and three years, and those that survived them."""
    for kind, each in VENTURES.items():
        formed = chance.poisson(whole / each)
        ages = [before.get((kind, "age", str(age)), formed * (9 if age == 3 else 1)) for age in range(4)]
        left = [chance.binomial(number, 0.9) for number in ages]
        for age, number in enumerate((formed, left[0], left[1], left[2] + left[3])):
            found[kind, "age", str(age)] = number
        active = formed + left[0] + left[1] + left[2] + left[3]
        invested = (active > 0) & (chance.random(len(whole)) < 0.5)
        found["Number of active firms", kind] = active
        found["Number (of newly registered companies within the reporting period)", kind] = formed
        found["Number still active which have survived at least 3 years", kind] = left[2] + left[3]
        found["Estimated current employment of all active firms (FTE)", kind] = _worth(active, 6, chance)
        found["Estimated current turnover of all active firms (£ thousands)", kind] = _worth(active, 250, chance)
        found["Estimated external investment received (£ thousands)", kind] = _worth(active * invested, 400, chance)
