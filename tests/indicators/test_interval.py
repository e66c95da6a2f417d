"""Intervals from totals: values worked by hand, refusals, and what must hold for any cell."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from pipelines.indicators import interval

Z2 = 1.959963984540054**2
LEVELS = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


def test_wilson_by_its_formula():
    # 0 of 10: centre = half = z²/20 / (1 + z²/10), so the upper limit is z² / (10 + z²).
    # 5 of 10: 1/2 ± z/2 · √(10 + z²) / (10 + z²) = 1/2 ± z / (2 √(10 + z²)).
    half = math.sqrt(Z2) / (2 * math.sqrt(10 + Z2))
    lower, upper = interval.wilson([0, 5, 10], 10)
    assert_allclose(lower, [0, 0.5 - half, 10 / (10 + Z2)], atol=1e-12)
    assert_allclose(upper, [Z2 / (10 + Z2), 0.5 + half, 1], atol=1e-12)
    assert_allclose([lower[1], upper[1], upper[0]], [0.2366, 0.7634, 0.2775], atol=5e-5)


def test_weights_count_as_their_effective_number():
    # Weights 1, 1/2, 1/2: (Σw)²/Σw² = 4 / 1.5 = 8/3; the whole weight of 1 succeeded, a half.
    lower, upper = interval.wilson_weighted(1.0, 2.0, 1.5)
    half = math.sqrt(Z2) / (2 * math.sqrt(8 / 3 + Z2))
    assert_allclose([lower, upper], [0.5 - half, 0.5 + half])


def test_wilson_gives_nothing_without_records_and_refuses_the_impossible():
    assert np.isnan(interval.wilson([0, np.nan], [0, 5])).all()
    with pytest.raises(ValueError, match="between 0 and the trials"):
        interval.wilson([1, 6], [5, 5])


def test_garwood():
    # Nought: P(0 | upper) = e^−upper = 0.025. Ten: half of χ²(20) at 2.5 % and of
    # χ²(22) at 97.5 %.
    lower, upper = interval.poisson([0, 10])
    assert_allclose(upper, [-math.log(0.025), 36.7807 / 2], atol=5e-5)
    assert_allclose(lower, [0, 9.5908 / 2], atol=5e-5)


def test_poisson_refuses_fractions():
    with pytest.raises(ValueError, match="use gamma"):
        interval.poisson([2.5])


def test_clusters_of_records():
    # Records that stand alone: Garwood. Five pairs: ten records, Σ n² = 20; the lower limit is twice that of five.
    assert_array_equal(interval.clustered([0, 10], [0, 10]), interval.poisson([0, 10]))
    lower, upper = interval.clustered(10, 20)
    assert_allclose(lower, 2 * interval.poisson(5)[0])
    # Upper: gamma with mean 10 + 2 and variance 20 + 4, which is twice Garwood's of five.
    assert_allclose(upper, 2 * interval.poisson(5)[1])
    # Shares of records that stand alone: the form for shares.
    assert_array_equal(interval.clustered([0, 2.5], [0, 1.25]), interval.gamma([0, 2.5], [0, 1.25]))
    for total, squares in ((-1, 1), (3, 0)):
        with pytest.raises(ValueError, match="not negative"):
            interval.clustered(total, squares)


def test_gamma_is_garwood_for_unit_shares_and_ends_alike_at_nought():
    counts = np.arange(50.0)
    assert_array_equal(interval.gamma(counts, counts), interval.poisson(counts))


def test_gamma_halves():
    # Eight records of a half: total 4, variance 2. Lower: half a Poisson limit of 8. Upper: gamma with
    # mean 4 + 1 and variance 2 + 1.
    lower, upper = interval.gamma(4.0, 2.0)
    assert_allclose(lower, interval.poisson(8)[0] / 2)
    drawn = np.random.default_rng(1).gamma(25 / 3, 3 / 5, 300_000)
    assert_allclose(upper, np.quantile(drawn, 0.975), rtol=0.01)
    with pytest.raises(ValueError, match="shares must lie"):
        interval.gamma(1.0, 2.0)


def test_money_from_thirty_records():
    lower, upper = interval.money([30.0, 29.0, -5.0, 0.0], [30.0, 29.0, 40.0, 0.0], [30, 29, 30, 30])
    # Thirty amounts of 1: the lower limit is Garwood's for 30; the upper allows for a record of 3.
    assert_allclose(lower[0], interval.poisson(30)[0])
    assert interval.poisson(30)[1] < upper[0] < interval.poisson(33)[1] + 3
    assert np.isnan(lower[1:]).all()
    assert np.isnan(upper[1:]).all()


def test_money_scales_with_the_currency():
    amounts = np.random.default_rng(2).lognormal(10, 1.2, 40)
    euros = interval.money(amounts.sum(), (amounts**2).sum(), 40)
    cents = interval.money(100 * amounts.sum(), (100 * amounts**2 * 100).sum(), 40)
    assert_allclose(cents, np.multiply(100, euros))


def test_fixed_denominator():
    lower, upper = interval.ratio_fixed_denominator(interval.poisson([10, 10, 10]), [2.0, 0.0, np.nan])
    assert_allclose([lower[0], upper[0]], [4.7954 / 2, 18.3904 / 2], atol=5e-5)
    assert np.isnan(lower[1:]).all()
    assert np.isnan(upper[1:]).all()


def test_level_is_a_probability():
    with pytest.raises(ValueError, match=r"0\.95"):
        interval.poisson([1], level=95)


def test_contain_mends_the_last_digit_and_keeps_nan():
    lower, upper = interval.contain([0.3, 0.3], [0.1 + 0.2, np.nan], [0.4, np.nan])
    assert lower[0] <= 0.3 <= upper[0]
    assert np.isnan([lower[1], upper[1]]).all()


def shares(draw_from: list[float]) -> tuple[float, float]:
    return math.fsum(draw_from), math.fsum(s * s for s in draw_from)


SHARES = st.lists(st.integers(1, 30).map(lambda k: 1 / k), max_size=40).map(shares)
AMOUNTS = st.lists(st.floats(0.01, 1e9), min_size=30, max_size=60).map(shares)
TRIALS = st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(max_examples=50, deadline=None)
@given(TRIALS, st.integers(0, 100_000), SHARES, AMOUNTS, LEVELS, LEVELS)
def test_contains_the_value_and_grows_with_the_level(trial, count, share, amount, first, second):
    low, high = sorted([first, second])
    for value, form, arguments in [
        (trial[0] / trial[1], interval.wilson, trial),
        (count, interval.poisson, (count,)),
        (share[0], interval.gamma, share),
        (amount[0], interval.money, (*amount, 30)),
    ]:
        narrow, wide = form(*arguments, level=low), form(*arguments, level=high)
        assert narrow[0] <= value <= narrow[1]
        assert wide[0] <= narrow[0] * (1 + 1e-9) + 1e-15
        assert narrow[1] <= wide[1] * (1 + 1e-9)
        assert narrow[0] >= 0
    assert interval.wilson(*trial)[1] <= 1


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=20))
def test_a_cell_does_not_see_its_neighbours(counts):
    alone = [interval.poisson([count]) for count in counts]
    assert_array_equal(interval.poisson(counts), np.concatenate(alone, axis=1))
