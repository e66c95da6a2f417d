"""The kinds of interval that indicators publish, and how the worlds are drawn in which each is put to the test.

A thousand worlds at once are as many institutions of one release (`simulated_release`).
`python -m tests.indicators.interval_worlds` prints what each kind of interval holds.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.indicator import Indicator
from tests.indicators.simulated_release import WORLDS, Draws, Held, Records, held

Kind = tuple[str, str, str]
"""Interval, how the value is put together, counting."""


def kind_of(indicator: Indicator, counting: str) -> Kind:
    """Return the kind of an indicator's interval: what the wiring tells apart (`uncertainty`)."""
    how = "own" if indicator.is_own_sql else indicator.aggregate
    if indicator.interval == "fixed" and indicator.numerator.unit == "money":
        how = "money"
    if indicator.interval == "ratio":
        how = "logit" if indicator.is_bounded else "log"
    return indicator.interval, how, counting


def kinds() -> set[Kind]:
    """Return every kind of interval that an indicator of the catalogue publishes."""
    return {kind_of(i, c) for i in catalogue().values() if i.interval != "none" for c in i.counting}


SHARES = np.array([1, 1 / 2, 1 / 3, 1 / 4, 1 / 5])
SIGMA = 1.2


def poisson(rng: np.random.Generator, mean: float) -> Draws:
    """The world of each record, Poisson many of a mean in each."""
    return np.repeat(np.arange(WORLDS), rng.poisson(mean, WORLDS))


def fixed(number: int) -> Draws:
    """The world of each record, so many in each."""
    return np.repeat(np.arange(WORLDS), number)


def count(rng: np.random.Generator, mean: float) -> tuple[Records, float]:
    """Whole records, each alone."""
    world = poisson(rng, mean)
    return Records(world, np.ones(len(world))), mean


def shared(rng: np.random.Generator, mean: float) -> tuple[Records, float]:
    """Records of one to five organisations, each as likely."""
    world = poisson(rng, mean)
    return Records(world, np.ones(len(world)), share=rng.choice(SHARES, len(world))), mean * SHARES.mean()


def money(rng: np.random.Generator, mean: float) -> tuple[Records, float]:
    """Amounts as skewed as those of grants."""
    world = poisson(rng, mean)
    return Records(world, rng.lognormal(10, SIGMA, len(world))), mean * np.exp(10 + SIGMA**2 / 2)


def part(rng: np.random.Generator, number: float) -> tuple[Records, float]:
    """Records of which three in ten count."""
    world = fixed(int(number))
    return _split(world, rng.random(len(world)) < 0.3), 0.3


def part_shared(rng: np.random.Generator, number: float) -> tuple[Records, float]:
    """The same by shares."""
    drawn, truth = part(rng, number)
    drawn.share = rng.choice(SHARES, len(drawn.world))
    return drawn, truth


def _split(world: Draws, counts: Draws) -> Records:
    return Records(world, np.where(counts, 1.0, np.nan), np.ones(len(world)))


def split(rng: np.random.Generator, number: float) -> tuple[Records, float]:
    """A part of each record's money, whose size tells nothing of the part."""
    world = fixed(int(number))
    whole = rng.lognormal(10, SIGMA, len(world))
    return Records(world, whole * rng.beta(2, 2, len(world)), whole), 0.5


def partners(rng: np.random.Generator, number: float) -> tuple[Records, float]:
    """Distinct partners of which three in ten count."""
    world = fixed(int(number))
    return Records(world, (rng.random(len(world)) < 0.3).astype(float), partner=np.arange(len(world))), 0.3


def ages(rng: np.random.Generator, number: float) -> tuple[Records, float]:
    """Amounts with a median of e, one a record and partner."""
    world = fixed(int(number))
    return Records(world, rng.lognormal(1, 1, len(world)), partner=np.arange(len(world))), np.e


def per_spent(draw: Callable[..., tuple[Records, float]]) -> Callable[..., tuple[Records, float]]:
    """Divide what is drawn by a spending that is known: 20 million in each of three years, per 100 million."""

    def drawn(rng: np.random.Generator, mean: float) -> tuple[Records, float]:
        records, truth = draw(rng, mean)
        records.spent = 20e6
        return records, truth / 60e6 * 1e8

    return drawn


@dataclass(frozen=True)
class Simulated:
    """How a kind is simulated: an indicator of it, what is drawn, a small and a large base, and what they rest on."""

    indicator: str
    draw: Callable[[np.random.Generator, float], tuple[Records, float]]
    small: float
    large: float
    basis: tuple[str, str]


STABLE = ("stability", "stability")
ORDER = ("order_statistics", "order_statistics")
SIMULATED: dict[Kind, Simulated] = {
    ("poisson", "sum", "whole"): Simulated("joint.grants", count, 4, 100, STABLE),
    ("poisson", "sum", "fractional"): Simulated("joint.grants", shared, 25, 100, STABLE),
    ("money", "sum", "whole"): Simulated("joint.funding", money, 40, 150, STABLE),
    ("wilson", "ratio", "whole"): Simulated("joint.grant_share", part, 20, 200, ("wilson", "wilson")),
    ("wilson", "ratio", "fractional"): Simulated("joint.grant_share", part_shared, 20, 200, ("wilson", "wilson")),
    ("wilson", "own", "whole"): Simulated("challenge.cross_border", partners, 10, 200, ("wilson", "wilson")),
    ("ratio", "logit", "whole"): Simulated("challenge.budget_split", split, 10, 60, ("bootstrap", "delta")),
    ("median", "median", "whole"): Simulated(
        "challenge.lag_filing_to_transfer", ages, 6, 100, ("order_statistics", "order_statistics")
    ),
    ("median", "median_pair", "whole"): Simulated(
        "challenge.distance_km", ages, 6, 100, ("order_statistics", "order_statistics")
    ),
    ("fixed", "ratio", "whole"): Simulated("transfer.patents_per_100m", per_spent(count), 4, 100, STABLE),
    ("fixed", "ratio", "fractional"): Simulated("transfer.patents_per_100m", per_spent(shared), 25, 100, STABLE),
}
"""Each kind with its bases. The small one is the least at which a value is published, or, of counts, four records; by
shares twenty-five, as fewer are held more often than 98 % (docs/intervals.md)."""


def simulate(kind: Kind, base: float) -> Held:
    """Draw the worlds of a kind at a base, and say what its intervals hold."""
    simulated = SIMULATED[kind]
    rng = np.random.default_rng([int(base), *"/".join(kind).encode()])
    drawn, truth = simulated.draw(rng, base)
    return held(catalogue()[simulated.indicator], drawn, truth, kind[2])


def table_rows() -> Iterator[tuple[Kind, float, Held]]:
    """Give what each kind holds at both bases."""
    for kind, simulated in SIMULATED.items():
        for base in (simulated.small, simulated.large):
            yield kind, base, simulate(kind, base)


if __name__ == "__main__":
    for kind, base, found in table_rows():
        print(f"| {' '.join(kind)} | {base:g} | {found.percent:.1f} | {', '.join(found.basis)} |")
