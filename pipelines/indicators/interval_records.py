"""Intervals that need the records of a cell: ratios of sums on the same records, and medians.

Records of all cells stand in one array after the other; `offsets` (length cells + 1, from 0 to the number
of records, as in Arrow lists) says where each cell begins. `by_cell` makes this order from an index array.
Answers are pairs (lower, upper) of float arrays, one element per cell, nan where no interval may be given.

Three traps. A unit is a cluster (core project, patent family), not a row: pass `clusters`. The answer for
a cell depends on its own records alone, whatever their order and whatever else is in the call: records
are sorted, and resampling plans are drawn from (seed, number of units). Cells with equally many units
share a plan, so their simulation errors are not independent.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special  # not stats, whose import takes a second

from pipelines.indicators.interval import Floats, Interval, contain, tail_of, wilson_weighted
from pipelines.indicators.resample import Index, Scale, back, bootstrap_t, cell_ends, cell_numbers, forward

DELTA_UNITS = 30  # INDICATORS §4: the delta method from here on,
RATIO_UNITS = 8  # bootstrap-t from here on, nothing below
WILD = 2  # times Student's quantile: further out, a t tells of a resample without spread, not of the cell
MEDIAN_VALUES = 6  # the least number whose extremes hold the median with 95 %


def by_cell(cell: ArrayLike, cells: int) -> tuple[Index, Index]:
    """Return (order, offsets) that put records with the given cell numbers (0 … cells − 1) cell by cell."""
    numbers = np.asarray(cell, dtype=np.intp)
    if numbers.size and (numbers.min() < 0 or numbers.max() >= cells):
        raise ValueError(f"interval.by_cell: cell numbers must lie in 0 … {cells - 1}")
    counts = np.bincount(numbers, minlength=cells)
    return np.argsort(numbers, kind="stable"), np.concatenate([[0], np.cumsum(counts)])


def ratio(
    x: ArrayLike,
    y: ArrayLike,
    offsets: ArrayLike,
    *,
    scale: Scale = "logit",
    clusters: ArrayLike | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Return the interval of Σx / Σy, both summed over the same records of a cell.

    `scale`: "logit" where the ratio is a part of its whole and lies in [0, 1] (a cell outside it gives
    nan), "log" for other ratios of amounts that are not negative, "plain" where x may be negative.
    `clusters` (one label per record) makes records of one cell and label one unit. Units with x = y = 0 say
    nothing and are not counted; a nan among the records makes the cell nan; Σy ≤ 0 gives nan.

    30 units and more: delta method on the scale. The variance is the jackknife's (each residual over one
    minus its share of Σy: with skewed sizes the plain one is a tenth too small), the quantile Student's
    with the smaller of (Σy)²/Σy² − 1 and Satterthwaite's degrees of freedom from the residuals' kurtosis.
    8–29 units: bootstrap-t on the scale, its quantiles between Student's and twice that: unbounded, one
    cell in twenty of eight amounts had an upper end 800 times its value, and the bound costs no coverage
    (amounts 94.5 and 94.5 %, two rates 99.8 and 99.1 %, growing parts 92.5 and 92.4 %). Under 8: nan.

    Degenerate cells. Where all units have one ratio (all 0, all 1, all 70 %), or 2.5 % of the resamples
    have no t because nearly all have, "logit" treats the cell as a weighted proportion: Wilson with
    effective n (Σy)²/Σy², the widest case for a part of a whole. "log" and "plain" give nan.

    Coverage at 95 %, sizes lognormal with σ 1.2, 8 to 300 units. Amounts correlated with the sizes at 0,
    0.7, 0.95: 93.5–96.7 %; half of them 0: 94.8–96.7 %; four fifths 0: 92.0–96.4 %, but nan for 85 % of the
    cells with 8 units and 15 % with 29. Yes-or-no shares of 5–95 %, also ones that grow with size:
    91.2–99.0 % (over 98 % where about three units are expected to count). Shares whose logit grows by a
    half per σ of size: 91.3–94.5 % around a mean of 0.5. It falls short around 0.2, where the rare large
    unit makes the ratio (0.34): 88.6–90.6 % under 100 units, 90.4–91.0 % with 100, 92.0–93.6 % with 300.
    Reference: Cochran (1977), Sampling Techniques, chapter 6; Efron and Tibshirani (1993), chapter 12.
    """
    tail = tail_of(level)
    cell, xs, ys, cells = _units(x, y, offsets, clusters)
    units = np.bincount(cell, minlength=cells)
    fit = _linearise(cell, xs, ys, units)
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = np.minimum(2 * units / np.maximum(fit.kurtosis - 1, 1e-9), fit.effective - 1)
        above = special.stdtrit(np.clip(freedom, 1, np.maximum(units - 1, 1)), 1 - tail)
        below, sparse = -above, np.zeros(units.size, dtype=bool)
        few = np.flatnonzero((units >= RATIO_UNITS) & (units < DELTA_UNITS) & (fit.error > 0))
        if few.size:
            low, high, bare = bootstrap_t(xs, ys, units, few, scale, tail, seed)
            flat = special.stdtrit(units[few] - 1.0, 1 - tail)
            below[few] = np.clip(low, -WILD * flat, -flat)
            above[few] = np.clip(high, flat, WILD * flat)
            sparse[few] = bare
        centre, slope = forward(fit.value, scale)
        spread = fit.error * slope
        lower, upper = back(centre - above * spread, scale), back(centre - below * spread, scale)
    allowed = (units >= RATIO_UNITS) & (fit.total > 0)
    solid = allowed & ~sparse & (fit.error > 0) & np.isfinite(lower) & np.isfinite(upper)
    lower, upper = np.where(solid, lower, np.nan), np.where(solid, upper, np.nan)
    if scale == "logit":
        whole = allowed & ~solid & (fit.value >= 0) & (fit.value <= 1)
        part = np.where(whole, fit.value * fit.total, np.nan)
        wide = wilson_weighted(part, fit.total, fit.total**2 / fit.effective, level)
        lower, upper = np.where(whole, wide[0], lower), np.where(whole, wide[1], upper)
    return contain(fit.value, lower, upper)


def median(values: ArrayLike, offsets: ArrayLike, level: float = 0.95) -> Interval:
    """Return the order statistics (x_r, x_n+1−r) that hold the median with at least the level.

    r is the largest with P(B(n, ½) < r) ≤ (1 − level) / 2; nan under 6 values, where no r serves the level,
    and where a value is nan. Six values give (x₁, x₆). Free of any distribution; ties make it wider.

    Coverage for continuous values is known, not estimated: 96.9 % (n = 6), 98.4 % (7), 99.2 % (8), 96.1 %
    (9), 97.9 % (10), 98.8 % (11), then 95.0–98.7 %. Above 98 % are 7, 8, 11, 14, 19, 22 and 27: the price
    of whole ranks, for one rank further in holds 87.5 % at n = 7 and 93.0 % at n = 8.
    Reference: David and Nagaraja (2003), Order Statistics, 7.1.
    """
    tail = tail_of(level)
    data, ends = np.asarray(values, dtype=np.float64), cell_ends(offsets, np.size(values))
    cell, counts = cell_numbers(ends), np.diff(ends)
    data = data[np.lexsort((data, cell))]
    broken = np.bincount(cell, np.isnan(data), minlength=counts.size) > 0
    sizes, which = np.unique(counts, return_inverse=True)
    rank = np.array([np.count_nonzero(special.bdtr(np.arange(n // 2 + 1), n, 0.5) <= tail) for n in sizes], int)[which]
    allowed = (counts >= MEDIAN_VALUES) & (rank >= 1) & ~broken
    rank = np.where(allowed, rank, 1).astype(np.intp)
    lower, upper = np.full((2, counts.size), np.nan)
    lower[allowed] = data[(ends[:-1] + rank - 1)[allowed]]
    upper[allowed] = data[(ends[1:] - rank)[allowed]]
    return lower, upper


class _Fit(NamedTuple):
    """Ratios of the cells with what the delta method needs: arrays of one element per cell."""

    value: Floats
    total: Floats  # Σy
    error: Floats  # the jackknife's standard error
    effective: Floats  # (Σy)² / Σy²
    kurtosis: Floats  # of the jackknife residuals


def _linearise(cell: Index, x: Floats, y: Floats, units: Index) -> _Fit:
    """Return ratio, jackknife standard error, effective number and kurtosis of each cell."""

    def add(values: Floats) -> Floats:
        return np.bincount(cell, values, minlength=units.size).astype(np.float64)

    with np.errstate(divide="ignore", invalid="ignore"):
        total = add(y)
        value = add(x) / total
        weight = y / total[cell]
        residual = x / total[cell] - value[cell] * weight
        # A spread of rounding errors is none: it would make an interval of no width.
        residual[np.abs(residual) <= 1e-12 * np.abs(value[cell] * weight)] = 0.0
        push = residual / (1 - weight)
        push -= (add(push) / units)[cell]
        variance = add(push**2)
        error = np.sqrt((units - 1) / units * variance)
        kurtosis = units * add(push**4) / variance**2
        return _Fit(value, total, error, 1 / add(weight**2), kurtosis)


def _units(
    x: ArrayLike, y: ArrayLike, offsets: ArrayLike, clusters: ArrayLike | None
) -> tuple[Index, Floats, Floats, int]:
    """Return cell, x and y of the units (records, or clusters added up), sorted, and the number of cells."""
    xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    ends = cell_ends(offsets, xs.size)
    if xs.shape != ys.shape:
        raise ValueError(f"interval.ratio: {xs.size} numerators and {ys.size} denominators; give one each")
    cell = cell_numbers(ends)
    if clusters is not None and xs.size:
        label = np.unique(np.asarray(clusters), return_inverse=True)[1]
        order = np.lexsort((xs, ys, label, cell))
        cell, label, xs, ys = cell[order], label[order], xs[order], ys[order]
        first = np.flatnonzero(np.r_[True, (np.diff(cell) != 0) | (np.diff(label) != 0)])
        cell, xs, ys = cell[first], np.add.reduceat(xs, first), np.add.reduceat(ys, first)
    order = np.lexsort((xs, ys, cell))
    order = order[(xs[order] != 0) | (ys[order] != 0)]
    return cell[order], xs[order], ys[order], ends.size - 1
