"""Simulated peer groups of the composite, whose true shares are known: what the ranges of score and place hold.

`python -m tests.indicators.composite_worlds` prints it.
"""

import numpy as np

from pipelines.indicators import draws, interval
from pipelines.indicators.place import places

WORLDS = 1000
RANGES = ("score", "place")
"""The intervals of the composite: of the score (95 %), and of the place (5 to 95 %)."""
MEMBERS, WEIGHED, DRAWN = 20, 5, 200
BASES = (20, 500)
"""Institutions of a group, indicators weighed, draws, and the records behind each share: few and many."""


def hold(base: int) -> dict[str, float]:
    """Simulate peer groups whose true shares are known, seen in so many records each, and say what both ranges hold.

    The truth is what the true shares give under choices made as the draws make theirs: weights, what is left out,
    normalisation and aggregation of the place; weights and what is left out of the score, on its own scale.
    """
    rng = np.random.default_rng([base, WEIGHED])
    inside: dict[str, list[np.ndarray]] = {name: [] for name in RANGES}
    weights = np.full(WEIGHED, 1 / WEIGHED)
    for _ in range(WORLDS):
        true = 1 / (1 + np.exp(0.8 - rng.standard_normal((MEMBERS, WEIGHED))))
        seen = rng.binomial(base, true)
        group = draws.Group(seen / base, *interval.wilson(seen, base), weights)
        outcome, _ = draws.play(group, int(rng.integers(1 << 60)), DRAWN)
        known = draws.Group(true, true, true, weights)
        made = draws.choose(known, int(rng.integers(1 << 60)), 1)
        ranks = draws.normalise(true[None], "percentiles")
        score = draws.aggregate(ranks, made.weights, "arithmetic")[0]
        place = places(draws._chosen(known, ranks, made, slice(0, 1)))[0]
        inside["score"].append((outcome.score_low <= score) & (score <= outcome.score_high))
        inside["place"].append((outcome.place_low <= place) & (place <= outcome.place_high))
    return {name: float(100 * np.mean(of)) for name, of in inside.items()}


if __name__ == "__main__":
    for base in BASES:
        for name, percent in hold(base).items():
            print(f"| composite {name} | {base:g} | {percent:.1f} | monte_carlo |")
