"""Resampling the records of a cell: bootstrap-t for ratios on few units, and the Leiden ranking's rule.

Plans are drawn from (seed, number of records), never from one stream for the whole call, so that a cell's
answer does not change with its neighbours. Records of all cells stand in one array; see `interval_records`.
"""

import itertools
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from pipelines.indicators.interval import Floats, Interval, contain, tail_of

Scale = Literal["logit", "log", "plain"]
Index = NDArray[np.intp]

PLANS = 1999  # (1999 + 1) · 0.025 = 50: the quantiles of t are order statistics
SPARSE = 50  # resamples without a t, at which the 95 % quantile is one of them
CHUNK = 64  # cells whose resamples are held in memory at once, 5 MB


def leiden(
    x: ArrayLike,
    y: ArrayLike,
    offsets: ArrayLike,
    *,
    resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Return the Leiden ranking's stability interval of Σx / Σy: a check for shares of publications.

    The denominator's records are drawn anew with replacement, 1,000 times; of the ordered shares those at
    positions 25 and 975 (of 0 … 999) are the interval. x is the record's weight in the numerator (0 or 1 in
    full counting), y in the denominator. nan without records or where Σy ≤ 0. Cell by cell, about 0.2 ms
    each in full counting: equal records are drawn together as one multinomial, which is the same draw.

    A percentile bootstrap: all-0 gives (0, 0), and small bases are covered badly (20 records: 92 % for a
    share of 0.2, 64 % for 0.05), which is why it is a check and not the interval published.
    Reference: CWTS Leiden Ranking Open Edition, "Stability intervals"; Efron and Tibshirani (1993), 13.3.
    """
    low = round(tail_of(level) * resamples)
    ends = cell_ends(offsets, np.size(x))
    pairs = np.column_stack([np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)])
    lower, upper = np.full((2, ends.size - 1), np.nan)
    for i, (start, end) in enumerate(itertools.pairwise(ends)):
        kinds, counts = np.unique(pairs[start:end], axis=0, return_counts=True)
        if not (kinds[:, 1] * counts).sum() > 0:
            continue
        drawn = np.random.default_rng([seed, end - start]).multinomial(
            end - start, counts / (end - start), size=resamples
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = np.sort((drawn @ kinds[:, 0]) / (drawn @ kinds[:, 1]))
        value = (counts @ kinds[:, 0]) / (counts @ kinds[:, 1])
        lower[i], upper[i] = contain(value, shares[low], shares[min(resamples - low, resamples - 1)])
    return lower, upper


def bootstrap_t(
    x: Floats, y: Floats, units: Index, few: Index, scale: Scale, tail: float, seed: int
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return both quantiles of bootstrap-t for the cells `few`, and which of them are too sparse for it.

    Sparse is a cell with 50 or more of 1,999 resamples (2.5 %) without a t on one side. The rule does not
    look at the level, or a higher one could end inside a lower one. Quantiles may be infinite.

    Every resample of a cell is a vector of multiplicities, so its sums are a product of the plan with the
    moments of the original residuals. One product per cell (numpy's stacked matmul): its shape depends on
    the number of units only, and so does the last digit.
    """
    low, high = np.full((2, few.size), -np.inf)
    high = -high
    sparse = np.zeros(few.size, dtype=bool)
    rank = int(tail * (PLANS + 1) + 1e-9)
    starts = np.cumsum(units) - units
    for n in np.unique(units[few]):
        plan = np.random.default_rng([seed, n]).multinomial(n, np.full(n, 1 / n), size=PLANS).astype(float)
        same = np.flatnonzero(units[few] == n)
        for at in np.split(same, range(CHUNK, same.size, CHUNK)):
            rows = starts[few[at]][:, None] + np.arange(n)
            weight = y[rows] / y[rows].sum(axis=1, keepdims=True)
            part = x[rows] / y[rows].sum(axis=1, keepdims=True)
            value = part.sum(axis=1, keepdims=True)
            residual = part - value * weight
            moments = np.stack([residual, weight, residual**2, residual * weight, weight**2], axis=-1)
            t = _studentised(value, np.moveaxis(plan @ moments, -1, 0), n, scale)
            sparse[at] = (np.isneginf(t).sum(axis=1) >= SPARSE) | (np.isposinf(t).sum(axis=1) >= SPARSE)
            if rank >= 1:  # else the plans cannot resolve the level
                t = np.partition(t, (rank - 1, PLANS - rank), axis=1)
                low[at], high[at] = t[:, rank - 1], t[:, PLANS - rank]
    return low, high, sparse


def _studentised(value: Floats, sums: Floats, n: int, scale: Scale) -> Floats:
    """Return the resamples' t on the scale; −inf or +inf where a resample has no spread or no image."""
    residual, weight, squares, cross, weight2 = sums
    move = residual / weight
    variance = squares - 2 * move * cross + move**2 * weight2
    error = np.sqrt(np.maximum(variance, 0) * n / (n - 1)) / weight
    # Nought and one come out of the sums as rounding errors of the ratio.
    drawn = value + move
    gone = variance <= 1e-14 * (squares + move**2 * weight2 + value**2 * weight2)
    if scale != "plain":
        gone |= drawn <= 1e-9 * value
    if scale == "logit":
        gone |= 1 - drawn <= 1e-9 * (1 - value)
    image, slope = forward(np.where(gone, value, drawn), scale)
    t = (image - forward(value, scale)[0]) / (error * slope)
    return np.where(gone | np.isnan(t), np.where(move < 0, -np.inf, np.inf), t)


def forward(value: Floats, scale: Scale) -> tuple[Floats, Floats]:
    """Return the value on the scale, and the scale's slope there."""
    if scale == "logit":
        return special.logit(value), 1 / (value * (1 - value))
    if scale == "log":
        return np.log(value), 1 / value
    return value, np.ones_like(value)


def back(value: Floats, scale: Scale) -> Floats:
    """Return the ratio that stands at this place of the scale."""
    return {"logit": special.expit, "log": np.exp, "plain": np.positive}[scale](value)


def cell_ends(offsets: ArrayLike, records: int) -> Index:
    """Return checked offsets; ValueError where they do not run from 0 to the number of records."""
    ends = np.asarray(offsets, dtype=np.intp)
    if ends.size == 0 or ends[0] != 0 or ends[-1] != records or np.any(np.diff(ends) < 0):
        raise ValueError(f"interval: offsets must rise from 0 to {records} records, cells + 1 of them")
    return ends


def cell_numbers(ends: Index) -> Index:
    """Return the cell number of every record."""
    return np.repeat(np.arange(ends.size - 1), np.diff(ends))
