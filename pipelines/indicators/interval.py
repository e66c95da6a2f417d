"""Intervals from the totals of a cell: proportions, counts, fractional counts and money.

A cell is one institution, year and indicator; every argument is an array with one element per cell (or
a number), every answer a pair (lower, upper) of float arrays of the same shape, in the unit of the value.
nan means that no interval may be given. Intervals that need the records themselves (ratios of sums,
medians, Leiden's rule) are in `interval_records`.

Three traps. Counts are a census: their interval says what the same process would give again
(`basis = stability`), not how well they were measured. Exact intervals of small whole numbers cannot hold
exactly 95 %: the docstrings say what they do hold. Overlap of two intervals is never a ranking.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats = NDArray[np.float64]
Interval = tuple[Floats, Floats]

MONEY_RECORDS = 30  # INDICATORS §4: under thirty amounts the variance itself is unknown
SHARE_MOST = 1.0  # no record can add more than one to a fractional count
# Multiple of the amount-weighted mean amount that stands for "one more large record" in `money`; chosen by
# coverage: 1 falls under 90 % at sigma 1.6, 4 exceeds 98 % at sigma 0.8.
MONEY_NEXT = 3.0


def wilson(successes: ArrayLike, trials: ArrayLike, level: float = 0.95) -> Interval:
    """Return Wilson's score interval for a proportion of records, within [0, 1].

    `successes` and `trials` are whole numbers of independent records; nan without trials.
    Raises ValueError where successes are negative or exceed the trials.

    5 of 10 gives 0.2366 to 0.7634, and 0 of 10 gives 0 to 0.2775.

    Coverage at 95 % is 91.6–98.1 % for 20 to 500 records wherever a success and a failure or more are
    expected, 95 % on average. Below one expected success it oscillates between 83.8 % (at about 0.18
    expected) and 98.7 %, as Brown, Cai and DasGupta (2001, Statistical Science 16, 101–133) show.

    Reference: Wilson (1927), JASA 22, 209–212.
    """
    trials = _floats(trials)
    return wilson_weighted(successes, trials, trials, level)


def wilson_weighted(sum_w_success: ArrayLike, sum_w: ArrayLike, sum_w2: ArrayLike, level: float = 0.95) -> Interval:
    """Return Wilson's interval for a weighted proportion, with effective n = (Σw)² / Σw².

    `sum_w_success` is the weight of the records that count, `sum_w` and `sum_w2` the sums of all weights
    and of their squares (fractional shares, or amounts); nan where the weights are nil.
    Raises ValueError where the successes' weight is negative or exceeds the whole.

    Coverage with shares 1/k (k = 1…5): 94.6–96.1 % for 20 to 500 records and proportions 0.05 to 0.5.
    Reference: Wilson (1927); effective n after Kish (1965), Survey Sampling.
    """
    part, whole, squares = _floats(sum_w_success, sum_w, sum_w2)
    if np.any(part < 0) or np.any(part > whole * (1 + 1e-12)):
        raise ValueError("interval.wilson: successes must lie between 0 and the trials, in every cell")
    z = special.ndtri(1 - tail_of(level))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.minimum(part / whole, 1.0)
        effective = np.where((whole > 0) & (squares > 0), whole**2 / squares, np.nan)
        centre = (share + z**2 / (2 * effective)) / (1 + z**2 / effective)
        half = z * np.sqrt(share * (1 - share) / effective + (z / (2 * effective)) ** 2)
        half /= 1 + z**2 / effective
    return contain(share, np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1))


def poisson(count: ArrayLike, level: float = 0.95) -> Interval:
    """Return the exact two-sided Poisson interval of a whole count of independent records.

    Raises ValueError for negative or broken counts: fractional ones belong to `gamma`.
    0 gives 0 to −ln 0.025 = 3.6889, 10 gives 4.7954 to 18.3904.

    Coverage is never below the level and, counts being whole, above it where few are expected: at 95 %,
    97.6–99.9 % under an expectation of 2, 95.9–99.2 % from 2 to 5, 95.6–98.5 % from 5 to 10, 95.0–97.6 %
    beyond. No interval of a whole count holds 95 % exactly; the conservative side is the honest one.
    Reference: Garwood (1936), Biometrika 28, 437–442.
    """
    counts = _floats(count)
    if np.any(counts < 0) or np.any(counts != np.floor(counts)):
        raise ValueError("interval.poisson: counts must be whole and not negative; use gamma for fractions")
    return _fay_feuer(counts, counts, np.ones_like(counts), level)


def gamma(total: ArrayLike, sum_of_squares: ArrayLike, level: float = 0.95) -> Interval:
    """Return the gamma interval of a fractional count: Σ share, with variance Σ share².

    Shares lie in (0, 1]. This is Fay and Feuer's form: the lower limit from the gamma distribution with
    the count's mean and variance, the upper one after adding the largest record that may come next, which
    for shares is 1. So unit shares give Garwood's interval, and a total of 0 ends at 3.6889.
    Raises ValueError for negative totals and for squares that shares of at most 1 cannot have.

    Coverage is at least the level, as for `poisson`, and above 98 % where under about 5 whole records'
    worth is expected: with k = 1…5, 98.4–99.1 % for 2 to 10 expected records, 97.0 % for 20, 95.8 % for
    200. Closer forms (adding the mean or the largest share seen) fall to 85–88 % when k runs to 20.
    Reference: Fay and Feuer (1997), Statistics in Medicine 16, 791–801.
    """
    totals, squares = _floats(total, sum_of_squares)
    if np.any(totals < 0) or np.any(squares > totals * (1 + 1e-9)) or np.any((totals > 0) & (squares <= 0)):
        raise ValueError("interval.gamma: shares must lie in (0, 1], so 0 < Σ share² ≤ Σ share in every cell")
    return _fay_feuer(totals, squares, np.full_like(totals, SHARE_MOST), level)


def clustered(total: ArrayLike, sum_of_squares: ArrayLike, level: float = 0.95) -> Interval:
    """Return the interval of a count of records, whole or by shares, that may come in clusters.

    A cluster is the awards of one project; `sum_of_squares` is that of the clusters' sums. Fay and Feuer's
    form, with one more cluster of the size that a record is in on average, Σ n² / Σ n, at the upper end, and at
    least one record. Where every record stands alone this is `poisson` of whole counts and `gamma` of shares.
    Raises ValueError for negative totals, and for squares that no cluster could have.

    Coverage at 95 %, clusters of 1 to 2, 4 or 8 records each as likely: 93.1–96.6 % from 5 clusters expected
    on, where `poisson` holds 86–89, 74–77 and 58–60 %; with 2 expected 98, 85 and 82 %, as no cluster seen tells
    of its size. One cluster in ten of three records: 95.2–95.5 %.
    """
    totals, squares = _floats(total, sum_of_squares)
    if np.any(totals < 0) or np.any((totals > 0) & (squares <= 0)):
        raise ValueError("interval.clustered: totals are not negative, and have squares where they are positive")
    with np.errstate(divide="ignore", invalid="ignore"):
        largest = np.where(totals > 0, np.maximum(squares / totals, SHARE_MOST), SHARE_MOST)
    return _fay_feuer(totals, squares, largest, level)


def money(total: ArrayLike, sum_of_squares: ArrayLike, records: ArrayLike, level: float = 0.95) -> Interval:
    """Return the stability interval of a sum of amounts (a compound Poisson sum, variance Σ amount²).

    `total` and `sum_of_squares` in a currency and its square, `records` the number of amounts. nan under
    30 records, and where the total is not positive. The form is Fay and Feuer's gamma: amounts are skewed,
    so the interval is asymmetric, and the upper limit allows for one more large record, 3 Σ amount² / Σ
    amount, at most √Σ amount². (A normal interval holds 88–94 % at σ 1.2 and 80–91 % at σ 1.6.)

    Coverage at 95 %, lognormal amounts, 32 to 1,000 records expected: σ 0.5, 96.0–97.9 %; σ 0.8,
    95.7–98.2 %; σ 1.2, 95.7–97.9 %; σ 1.6, 92.7–95.2 %. With σ 2 it fails, 86–91 %: a few records make the
    sum, the next one has not been seen, and no form built on two sums can know of it.
    Reference: Fay and Feuer (1997); Cochran (1977), Sampling Techniques, chapter 2, on skewed populations.
    """
    totals, squares, count = _floats(total, sum_of_squares, records)
    allowed = (count >= MONEY_RECORDS) & (totals > 0) & (squares > 0)
    totals, squares = np.where(allowed, totals, np.nan), np.where(allowed, squares, np.nan)
    return _fay_feuer(totals, squares, np.minimum(MONEY_NEXT * squares / totals, np.sqrt(squares)), level)


def ratio_fixed_denominator(interval: Interval, denominator: ArrayLike) -> Interval:
    """Divide a count's (or sum's) interval by a denominator taken as known, such as R&D expenditure.

    For ratios of different record sets (INDICATORS §4); nan where the denominator is not positive.
    Scale the denominator, not the interval: patents per 100 M divide by expenditure / 100 M.
    """
    lower, upper, below = _floats(*interval, denominator)
    below = np.where(below > 0, below, np.nan)
    return lower / below, upper / below


def contain(value: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> Interval:
    """Widen an interval by rounding errors so that lower ≤ value ≤ upper, as the table's contract asks.

    nan in the interval stays. Values that were summed elsewhere (SQL's DECIMAL) differ in the last digit.
    """
    value, lower, upper = _floats(value, lower, upper)
    return np.minimum(lower, value), np.maximum(upper, value)


def tail_of(level: float) -> float:
    """Return the probability outside an interval of this level, on one side; ValueError outside (0, 1)."""
    if not 0 < level < 1:
        raise ValueError(f"interval: level {level} is not between 0 and 1; 95 % is written 0.95")
    return (1 - level) / 2


def _fay_feuer(totals: Floats, squares: Floats, largest: Floats, level: float) -> Interval:
    """Return gamma limits of a weighted Poisson sum; `largest` is the weight a further record may have."""
    tail = tail_of(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(totals > 0, squares / totals, 1.0)
        mean = np.where(np.isnan(totals), np.nan, mean)
        lower = np.where(totals > 0, mean * special.gammaincinv(totals / mean, tail), totals)
        next_mean = (squares + largest**2) / (totals + largest)
        upper = next_mean * special.gammaincinv((totals + largest) / next_mean, 1 - tail)
    return contain(totals, lower, upper)


def _floats(*arrays: ArrayLike) -> Any:
    """Return the arguments as float arrays of one common shape (a single one by itself)."""
    floats = np.broadcast_arrays(*(np.asarray(array, dtype=np.float64) for array in arrays))
    return floats[0] if len(floats) == 1 else floats
