"""Draws of the composite: how far its places hang on choices that could have been made otherwise.

Each of 1,000 draws makes all choices anew: weights (Dirichlet around the seed's, concentration 50), which indicator is
left out, or none (equal chances), the values (within their intervals: a normal of two pieces, whose 2.5 and 97.5 %
points are the interval's ends, cut off at them), normalisation (mid-rank percentiles, min–max, standard scores) and
aggregation (arithmetic, geometric). Draws come from a generator seeded with a digest of the data, so that the same data
have the same draws. Two traps. A missing value is no zero: the weights of the others are scaled up. A geometric mean is
0 where one part is 0, as the lowest of a min–max scale is.
Reference: INDICATORS §4; OECD and JRC (2008), Handbook on Constructing Composite Indicators; Saisana, Saltelli and
Tarantola (2005), Journal of the Royal Statistical Society A 168, 307–323.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.indicators.place import agreement, percentiles, places

Floats = NDArray[np.float64]

DRAWS = 1000
CONCENTRATION = 50.0
NORMALISATIONS = ("percentiles", "minmax", "standard")
AGGREGATIONS = ("arithmetic", "geometric")
_TAIL = 1.959963984540054  # of a normal, 2.5 % lie beyond
_CELLS = 2_000_000  # numbers held at once by a piece of the draws


@dataclass(frozen=True)
class Group:
    """Institutions compared (n) by indicators (m): values with the ends of their intervals (n × m), weights (m).

    nan where there is no value; ends are the value itself where it has no interval. Weights are positive.
    """

    values: Floats
    lower: Floats
    upper: Floats
    weights: Floats

    def seed(self, *named: str) -> int:
        """Return the number that the draws begin with: a digest of the data and of what they are called."""
        told = hashlib.sha256("\n".join(named).encode())
        for array in (self.values, self.lower, self.upper, self.weights):
            told.update(np.ascontiguousarray(array).tobytes())
        return int.from_bytes(told.digest()[:16], "big")


@dataclass(frozen=True)
class Choices:
    """What each draw chose: weights (draws × m), 0 for the one left out, and the rest by number."""

    weights: Floats
    left_out: NDArray[np.int64]
    normalisation: NDArray[np.int64]
    aggregation: NDArray[np.int64]
    moved: Floats


@dataclass(frozen=True)
class Outcome:
    """What came of the draws, one element an institution; the score's ends are 95 %, the places' 90 %.

    `score_low` and `score_high` are of draws on the score's own scale: percentiles and their arithmetic mean.
    """

    place_median: Floats
    place_low: Floats
    place_high: Floats
    score_low: Floats
    score_high: Floats


def normalise(values: Floats, how: str) -> Floats:
    """Put the values of each indicator (…, n, m) on a scale of 0 to 100 over the institutions.

    Min–max: 0 for the least, 100 for the largest. Standard: 50 for the mean, 0 and 100 for three standard deviations
    and more below and above. Where all are equal, both say 50.
    """
    if how == "percentiles":
        return np.swapaxes(percentiles(np.swapaxes(values, -1, -2)), -1, -2)
    with np.errstate(invalid="ignore", divide="ignore"):
        number = np.maximum((~np.isnan(values)).sum(axis=-2, keepdims=True), 1)
        if how == "minmax":
            least = np.nanmin(np.where(np.isnan(values), np.inf, values), axis=-2, keepdims=True)
            most = np.nanmax(np.where(np.isnan(values), -np.inf, values), axis=-2, keepdims=True)
            scaled = 100 * (values - least) / (most - least)
        else:
            apart = values - np.nansum(values, axis=-2, keepdims=True) / number
            spread = np.sqrt(np.nansum(apart**2, axis=-2, keepdims=True) / number)
            scaled = np.clip(50 + 50 / 3 * apart / spread, 0, 100)
    return np.asarray(np.where(np.isnan(values), np.nan, np.where(np.isnan(scaled), 50.0, scaled)))


def aggregate(scaled: Floats, weights: Floats, how: str) -> Floats:
    """Return weighted means (…, n) of scaled values (…, n, m), over the indicators that have one and weigh something.

    `weights` are (…, m). nan where none has. The geometric mean is 0 where one of them is 0. Rounded to nine decimals,
    so that equal means are equal whatever their parts.
    """
    told = ~np.isnan(scaled) & (weights[..., None, :] > 0)
    weighing = np.where(told, weights[..., None, :], 0.0)
    total = weighing.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        if how == "geometric":
            mean = np.exp((weighing * np.log(np.where(told, scaled, 1.0))).sum(axis=-1) / total)
        else:
            mean = (weighing * np.where(told, scaled, 0)).sum(axis=-1) / total
        return np.asarray(np.where(total > 0, np.round(mean, 9), np.nan))


def score(group: Group) -> Floats:
    """Return the score of each institution: the weighted mean of its percentiles, 0–100."""
    return aggregate(normalise(group.values, "percentiles"), group.weights, "arithmetic")


def choose(group: Group, seed: int, draws: int = DRAWS) -> Choices:
    """Make the choices of all draws; `moved` holds the standard normals by which values move (draws × n × `loose`)."""
    chance = np.random.Generator(np.random.PCG64(seed))
    number, many = group.values.shape
    weights = chance.dirichlet(CONCENTRATION * group.weights / group.weights.sum(), size=draws)
    left_out = chance.integers(-1, many, size=draws) if many > 1 else np.full(draws, -1)
    weights[left_out >= 0, left_out[left_out >= 0]] = 0
    return Choices(
        weights,
        left_out,
        chance.integers(0, len(NORMALISATIONS), size=draws),
        chance.integers(0, len(AGGREGATIONS), size=draws),
        chance.standard_normal((draws, number, int(loose(group).sum()))),
    )


def moved(group: Group, by: Floats) -> Floats:
    """Return values moved within their intervals by standard normals (draws × n × m)."""
    half = np.where(by > 0, group.upper - group.values, group.values - group.lower)
    return np.asarray(np.clip(group.values + by / _TAIL * half, group.lower, group.upper))


def loose(group: Group) -> NDArray[np.bool_]:
    """Tell which indicators have an interval anywhere: those of the others are the same in every draw."""
    return np.asarray((group.upper > group.lower).any(axis=0))


def _scaled(group: Group, by: Floats, how: str) -> Floats:
    """Return the values of draws on a scale (draws × n × m); only what has an interval is moved and scaled anew."""
    free = loose(group)
    found = np.repeat(normalise(group.values, how)[None], len(by), axis=0)
    if free.any():
        part = Group(group.values[:, free], group.lower[:, free], group.upper[:, free], group.weights[free])
        found[:, :, free] = normalise(moved(part, by), how)
    return found


def play(group: Group, seed: int, draws: int = DRAWS) -> tuple[Outcome, dict[str, tuple[float, float, float]]]:
    """Return what came of the draws, and the sensitivity to each choice made alone, and to all at once.

    A sensitivity is the mean number of places that an institution moves, the most that one moves on average, and the
    mean rank correlation with the places by the score. An institution without a score in a draw (its only indicator was
    left out) has no place in it.
    """
    made = choose(group, seed, draws)
    base = places(score(group))
    plain = normalise(group.values, "percentiles")
    piece = max(1, _CELLS // group.values.size)
    drawn: dict[str, list[Floats]] = {"all": [], "weights": [], "values": [], "score": []}
    for begin in range(0, draws, piece):
        part = slice(begin, begin + piece)
        ranks = _scaled(group, made.moved[part], "percentiles")
        drawn["score"].append(aggregate(ranks, made.weights[part], "arithmetic"))
        drawn["all"].append(places(_chosen(group, ranks, made, part)))
        drawn["values"].append(places(aggregate(ranks, group.weights, "arithmetic")))
        # Weights alone, also of the one that this draw leaves out.
        drawn["weights"].append(places(aggregate(plain, _restored(made, part), "arithmetic")))
    found = {name: np.concatenate(rows) for name, rows in drawn.items()}
    low, median, high = _quantiles(found["all"], (5, 50, 95))
    outcome = Outcome(median, low, high, *_quantiles(found.pop("score"), (2.5, 97.5)))
    return outcome, {name: _shift(rows, base) for name, rows in (found | _otherwise(group)).items()}


def _otherwise(group: Group) -> dict[str, Floats]:
    """Return the places (alternatives × n) of choices that have no chance in them, each made alone."""
    plain, number = normalise(group.values, "percentiles"), len(group.weights)
    scaled = [normalise(group.values, how) for how in NORMALISATIONS[1:]]
    found = {
        "normalisation": np.stack([places(aggregate(values, group.weights, "arithmetic")) for values in scaled]),
        "aggregation": places(aggregate(plain, group.weights, "geometric"))[None],
    }
    for i in range(number) if number > 1 else ():
        without = np.where(np.arange(number) == i, 0, group.weights)
        found[f"without:{i}"] = places(aggregate(plain, without, "arithmetic"))[None]
    return found


def _restored(made: Choices, part: slice) -> Floats:
    """Return the weights of draws with that of the one left out put back: what it weighs is what the others lack."""
    weights = made.weights[part].copy()
    at = np.flatnonzero(made.left_out[part] >= 0)
    weights[at, made.left_out[part][at]] = np.maximum(1 - weights[at].sum(axis=1), 0)
    return weights


def _chosen(group: Group, ranks: Floats, made: Choices, part: slice) -> Floats:
    """Return the scores of draws (draws × n), each by the normalisation and aggregation that it chose."""
    found = np.empty(ranks.shape[:2])
    for i, norm in enumerate(NORMALISATIONS):
        mine = np.flatnonzero(made.normalisation[part] == i)
        scaled = ranks[mine] if norm == "percentiles" else _scaled(group, made.moved[part][mine], norm)
        for j, how in enumerate(AGGREGATIONS):
            also = np.flatnonzero(made.aggregation[part][mine] == j)
            found[mine[also]] = aggregate(scaled[also], made.weights[part][mine[also]], how)
    return found


def _quantiles(rows: Floats, points: Iterable[float]) -> Floats:
    """Return quantiles over draws (draws × n) that are values met in them; nan where an institution is in no draw."""
    with np.errstate(invalid="ignore"):
        return np.stack([_at(rows, point / 100) for point in points])


def _at(rows: Floats, share: float) -> Floats:
    risen = np.sort(rows, axis=0)  # nan last
    known = (~np.isnan(rows)).sum(axis=0)
    at = np.clip(np.ceil(share * known).astype(int) - 1, 0, None)
    return np.asarray(np.take_along_axis(risen, at[None], axis=0)[0])


def _shift(found: Floats, base: Floats) -> tuple[float, float, float]:
    known = ~np.isnan(found)
    apart = np.where(known, np.abs(found - base), 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    agreed = agreement(found, base)
    agreed = agreed[~np.isnan(agreed)]
    return float(apart.mean()), float(apart.max()), float(agreed.mean()) if agreed.size else float("nan")
