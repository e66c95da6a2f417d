"""Intervals from records: values worked by hand, degenerate cells, and what must hold for any cell."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from pipelines.indicators.interval import wilson, wilson_weighted
from pipelines.indicators.interval_records import by_cell, median, ratio
from pipelines.indicators.resample import leiden

SCALES = st.sampled_from(["logit", "log", "plain"])


def offsets(*sizes: int) -> np.ndarray:
    return np.cumsum([0, *sizes])


def one(x, y, **options) -> tuple[float, float]:
    lower, upper = ratio(x, y, [0, len(x)], **options)
    return lower[0], upper[0]


def test_delta_method_by_hand():
    # Thirty equal records, every second one counts: ratio 1/2, residuals ±1/60 over 1 − 1/30, so the
    # jackknife error is 1 / (2 √29) = 0.0928; the logit's slope is 4; Student with 29 degrees: 2.04523.
    far = 2.04523 * 4 / (2 * np.sqrt(29))
    assert_allclose(one([0, 1] * 15, [1] * 30), [1 / (1 + np.exp(far)), 1 / (1 + np.exp(-far))], rtol=1e-5)
    # The same on the other scales: the slopes are 2 and 1.
    error = 2.04523 / (2 * np.sqrt(29))
    log = one([0, 1] * 15, [1] * 30, scale="log")
    assert_allclose(log, [0.5 * np.exp(-2 * error), 0.5 * np.exp(2 * error)], rtol=1e-5)
    assert_allclose(one([0, 1] * 15, [1] * 30, scale="plain"), [0.5 - error, 0.5 + error], rtol=1e-5)


def test_bootstrap_t_by_the_long_way():
    # Nine records, resampled one plan at a time, with nothing but the definitions.
    x = np.array([3.0, 1, 4, 1, 5, 9, 2, 6, 5])
    y = np.array([2.0, 7, 1, 8, 2, 8, 1, 8, 20])

    def log_ratio_and_error(x, y):
        value, n = x.sum() / y.sum(), len(x)
        residuals = x - value * y
        return np.log(value), np.sqrt(n / (n - 1) * (residuals**2).sum()) / y.sum() / value

    centre = np.log(x.sum() / y.sum())
    order = np.lexsort((x, y))
    t = []
    for times in np.random.default_rng([0, 9]).multinomial(9, np.full(9, 1 / 9), size=1999):
        drawn = np.repeat(order, times)
        value, error = log_ratio_and_error(x[drawn], y[drawn])
        t.append((value - centre) / error)
    t = np.sort(t)
    left_out = np.array([np.delete(x, i).sum() / np.delete(y, i).sum() for i in range(9)])
    jackknife = np.sqrt(8 / 9 * ((left_out - left_out.mean()) ** 2).sum()) / np.exp(centre)
    low, high = min(t[49], -2.306004), max(t[1949], 2.306004)  # Student with 8 degrees of freedom
    assert (t[49] < -2.306004) != (t[1949] > 2.306004)  # one side each: both rules are seen
    expected = np.exp([centre - high * jackknife, centre - low * jackknife])
    assert_allclose(one(x, y, scale="log"), expected, rtol=1e-5)


def test_neighbours_of_every_size_change_nothing():
    rng = np.random.default_rng(8)
    cells = [list(zip(rng.random(n), 1 + rng.random(n), strict=True)) for n in (12, 8, 29, 12, 40, 3, 8)]
    for scale in ("logit", "log", "plain"):
        together = np.array(ratio(*ragged(cells), scale=scale))
        for i, cell in enumerate(cells):
            assert_array_equal(ratio(*ragged([cell[::-1]]), scale=scale), together[:, [i]])


def test_nothing_under_eight_units():
    lower, upper = ratio(np.tile([0.2, 0.7], 15), np.ones(30), offsets(7, 8, 0, 15))
    assert_array_equal(np.isnan(lower), [True, False, True, False])
    assert_array_equal(np.isnan(upper), [True, False, True, False])


def test_records_without_amounts_are_no_units():
    x, y = [0.2, 0.7] * 4, [1.0] * 8
    assert_array_equal(one([*x, 0, 0], [*y, 0, 0]), one(x, y))
    assert np.isnan(one([*x[:7], 0, 0], [*y[:7], 0, 0])).all()


@pytest.mark.parametrize("units", [8, 29, 30, 100])
def test_cells_without_spread(units):
    sizes = np.arange(1.0, units + 1)
    whole = sizes.sum(), (sizes**2).sum()
    for share in (0.0, 0.7, 1.0):
        expected = wilson_weighted(share * whole[0], *whole)
        assert_allclose(one(share * sizes, sizes), np.array(expected), atol=1e-12)
        assert np.isnan(one(share * sizes, sizes, scale="log")).all()
        assert np.isnan(one(share * sizes, sizes, scale="plain")).all()
    assert np.isnan(one(sizes, 0 * sizes, scale="log")).all()


def test_nearly_bare_cells_are_proportions():
    # One of ten equal records counts: a third of the resamples have none and no t.
    assert_allclose(one([1] + [0] * 9, [1] * 10), np.array(wilson(1, 10)))
    assert np.isnan(one([1] + [0] * 9, [1] * 10, scale="log")).all()


def test_a_ratio_outside_its_range_has_no_interval():
    x, y = [0.5, 2.0] * 5, [1.0] * 10
    assert np.isnan(one(x, y)).all()
    assert np.isfinite(one(x, y, scale="log")).all()
    assert np.isnan(one([-3, 1] * 5, y, scale="log")).all()
    assert np.isfinite(one([-3, 1] * 5, y, scale="plain")).all()
    assert np.isnan(one([np.nan, *x[1:]], y, scale="log")).all()


def test_clusters_are_one_unit():
    rng = np.random.default_rng(4)
    x, y = rng.random(24), 1 + rng.random(24)
    project = np.repeat(np.array(["a", "b", "c", "d", "e", "f", "g", "h"]), 3)
    summed = one(x.reshape(8, 3).sum(1), y.reshape(8, 3).sum(1))
    assert_allclose(one(x, y, clusters=project), summed)
    # The same label in another cell is another unit there.
    both = ratio(np.tile(x, 2), np.tile(y, 2), offsets(24, 24), clusters=np.tile(project, 2))
    assert_array_equal(both[0], both[0][[0, 0]])
    assert np.isnan(one(x[:21], y[:21], clusters=project[:21])).all()


def test_by_cell_orders_records():
    order, ends = by_cell([2, 0, 2, 0], 4)
    assert_array_equal(order, [1, 3, 0, 2])
    assert_array_equal(ends, [0, 2, 2, 4, 4])
    with pytest.raises(ValueError, match="0 … 3"):
        by_cell([4], 4)


def test_offsets_must_fit():
    for wrong in ([0, 3], [1, 4], [0, 5, 4], []):
        with pytest.raises(ValueError, match="from 0 to 4"):
            median([1, 2, 3, 4], wrong)
    with pytest.raises(ValueError, match="give one each"):
        ratio([1, 2], [1], [0, 2])


def test_median_by_hand():
    # n = 6: 2 · ½⁶ = 3.1 % outside (x₁, x₆). n = 9: P(B ≤ 1) = 10/512 = 1.95 %, so (x₂, x₈).
    # n = 10: P(B ≤ 1) = 11/1024, P(B ≤ 2) = 56/1024 = 5.5 %, so (x₂, x₉). n = 5: 2 · ½⁵ = 6.25 %: none.
    values = np.concatenate([np.arange(n, 0, -1) for n in (5, 6, 9, 10)])
    lower, upper = median(values, offsets(5, 6, 9, 10))
    assert_array_equal(lower, [np.nan, 1, 2, 2])
    assert_array_equal(upper, [np.nan, 6, 8, 9])
    # At 99 % the extremes of seven hold too little (2 · ½⁷ = 1.6 %), of eight enough (0.8 %).
    lower, upper = median(np.r_[0:7, 0:8], offsets(7, 8), level=0.99)
    assert_array_equal(lower, [np.nan, 0])
    assert_array_equal(median([1, 2, 3, 4, 5, np.nan], [0, 6])[0], [np.nan])


def test_leidens_rule():
    # Binomial(100, ½): its 2.5 % and 97.5 % points are 40 and 60; all and none have no spread.
    x = np.r_[np.tile([0, 1], 50), np.ones(5), np.zeros(5)]
    lower, upper = leiden(x, np.ones(110), offsets(100, 5, 5, 0))
    assert_allclose([lower[0], upper[0]], [0.40, 0.60], atol=0.0101)
    assert_array_equal(lower[1:], [1, 0, np.nan])
    assert_array_equal(upper[1:], [1, 0, np.nan])
    # The positions are 25 and 975 of 0 … 999, drawn with the documented seed.
    drawn = np.sort(np.random.default_rng([0, 100]).multinomial(100, [0.5, 0.5], size=1000)[:, 1])
    assert_array_equal([lower[0], upper[0]], drawn[[25, 975]] / 100)


PARTS = st.sampled_from([0.0, 0.25, 0.7, 1.0]) | st.floats(0, 1)
RECORD = st.tuples(PARTS, st.floats(0.01, 1e7)).map(lambda record: (record[0] * record[1], record[1]))
CELL = st.lists(RECORD, max_size=40)


def ragged(cells):
    x = np.array([record[0] for cell in cells for record in cell])
    y = np.array([record[1] for cell in cells for record in cell])
    return x, y, offsets(*map(len, cells))


@settings(max_examples=20, deadline=None)
@given(st.lists(CELL, min_size=2, max_size=4), SCALES, st.randoms(use_true_random=False))
def test_a_cell_sees_neither_neighbours_nor_order(cells, scale, random):
    together = ratio(*ragged(cells), scale=scale)
    for i, cell in enumerate(cells):
        shuffled = random.sample(cell, len(cell))
        assert_array_equal(ratio(*ragged([shuffled]), scale=scale), [together[0][[i]], together[1][[i]]])
    x, y, ends = ragged(cells)
    middle, spread = median(x, ends), leiden(x, y, ends)
    for i, cell in enumerate(cells):
        x, y, ends = ragged([random.sample(cell, len(cell))])
        assert_array_equal(median(x, ends), [middle[0][[i]], middle[1][[i]]])
        assert_array_equal(leiden(x, y, ends), [spread[0][[i]], spread[1][[i]]])


@settings(max_examples=20, deadline=None)
@given(st.lists(RECORD, min_size=8, max_size=40), SCALES)
def test_contains_the_value_and_grows_with_the_level(cell, scale):
    x, y, ends = ragged([cell])
    value = np.array([np.bincount([0] * len(cell), x)[0] / np.bincount([0] * len(cell), y)[0]])
    inner = None
    for level in (0.5, 0.95, 0.99, 0.9999):
        lower, upper = ratio(x, y, ends, scale=scale, level=level)
        if np.isnan(lower[0]):
            assert np.isnan(upper[0])
            break
        assert lower[0] <= value[0] * (1 + 1e-12)
        assert value[0] <= upper[0] * (1 + 1e-12)
        if scale == "logit":
            assert 0 <= lower[0] <= upper[0] <= 1
        if inner is not None:
            assert lower[0] <= inner[0][0] + 1e-12 * abs(value[0])
            assert inner[1][0] <= upper[0] + 1e-12 * abs(value[0])
        inner = lower, upper


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=6, max_size=60))
def test_median_interval_contains_the_median(values):
    previous = None
    for level in (0.5, 0.9, 0.95):
        lower, upper = median(values, [0, len(values)], level=level)
        assert lower[0] <= np.median(values) <= upper[0]
        if previous:
            assert lower[0] <= previous[0]
            assert previous[1] <= upper[0]
        previous = lower[0], upper[0]
