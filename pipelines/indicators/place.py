"""Percentiles, places and rank correlation of arrays, with ties; nan is no value and has no place.

All functions work along the last axis, whatever stands before it.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def percentiles(values: ArrayLike) -> Floats:
    """Return mid-rank percentiles, 0–100: the part of the values below, and of those equal, itself among them, half.

    >>> percentiles([3.0, 1.0, 2.0, 2.0]).tolist()
    [87.5, 12.5, 50.0, 50.0]
    """
    middle, number = _middle(np.asarray(values, dtype=np.float64))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(100 * middle / number)


def places(values: ArrayLike) -> Floats:
    """Return places, 1 for the largest value; equal values share the mean of their places.

    >>> places([3.0, 1.0, 2.0, 2.0]).tolist()
    [1.0, 4.0, 2.5, 2.5]
    """
    middle, number = _middle(np.asarray(values, dtype=np.float64))
    return np.asarray(number - middle + 0.5)


def agreement(one: ArrayLike, other: ArrayLike) -> Floats:
    """Return Spearman's rank correlation along the last axis; nan where fewer than three pairs, or one side is even."""
    x, y = np.broadcast_arrays(np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64))
    both = ~(np.isnan(x) | np.isnan(y))
    x, y = (places(np.where(both, side, np.nan)) for side in (x, y))
    number = both.sum(axis=-1, keepdims=True)
    x, y = (np.where(both, side - np.where(both, side, 0).sum(axis=-1, keepdims=True) / np.maximum(number, 1), 0)
            for side in (x, y))  # fmt: skip
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (x * y).sum(axis=-1) / np.sqrt((x**2).sum(axis=-1) * (y**2).sum(axis=-1))
    return np.asarray(np.where(number[..., 0] >= 3, found, np.nan))


def _middle(values: Floats) -> tuple[Floats, Floats]:
    """Return how many values lie below each, and half of those equal to it; and how many values there are."""
    size = values.shape[-1]
    order = np.argsort(values, axis=-1, kind="stable")  # nan last
    risen = np.take_along_axis(values, order, axis=-1)
    begins = np.ones(risen.shape, dtype=bool)
    begins[..., 1:] = risen[..., 1:] != risen[..., :-1]
    ends = np.ones(risen.shape, dtype=bool)
    ends[..., :-1] = begins[..., 1:]
    at = np.arange(size)
    first = np.maximum.accumulate(np.where(begins, at, 0), axis=-1)
    last = np.minimum.accumulate(np.where(ends, at, size)[..., ::-1], axis=-1)[..., ::-1]
    middle = np.empty(values.shape)
    np.put_along_axis(middle, order, (first + last + 1) / 2, axis=-1)
    known = ~np.isnan(values)
    return np.where(known, middle, np.nan), known.sum(axis=-1, keepdims=True).astype(np.float64)
