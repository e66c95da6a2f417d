"""What the intervals hold: coverage at 95 %, in worlds whose truth is known.

Where the distribution is enumerable (Wilson, Poisson, medians) coverage is summed, not simulated. Elsewhere
2,000 worlds leave ±1.4 points at two standard errors, so the asserted 90–98 % is wider than the noise by
design of the bases. Bases at which a method does not hold 90–98 % stand here too, with what is true of them.
"""

import numpy as np
import pytest
from scipy import stats

from pipelines.indicators import interval
from pipelines.indicators.interval_records import median, ratio
from pipelines.indicators.resample import leiden

WORLDS = 2000


def held(truth, limits) -> float:
    """Return the percentage of given intervals that hold the truth."""
    lower, upper = limits
    given = ~np.isnan(lower)
    return float(100 * np.mean(((lower <= truth) & (truth <= upper))[given]))


def poisson_coverage(mean: float) -> float:
    counts = np.arange(int(mean + 12 * np.sqrt(mean) + 30))
    lower, upper = interval.poisson(counts)
    return float(100 * stats.poisson.pmf(counts, mean)[(lower <= mean) & (mean <= upper)].sum())


def wilson_coverage(trials: int, share: float) -> float:
    successes = np.arange(trials + 1)
    lower, upper = interval.wilson(successes, trials)
    return float(100 * stats.binom.pmf(successes, trials, share)[(lower <= share) & (share <= upper)].sum())


@pytest.mark.parametrize("mean", [4, 5, 8, 10, 15, 20, 30, 50, 100, 200])
def test_counts(mean):
    assert 95 <= poisson_coverage(mean) <= 98


def test_small_counts_are_conservative():
    # Whole counts cannot hold 95 % exactly; Garwood errs on the wide side: 98.3 % at 2, 98.8 % at 3.
    small = [poisson_coverage(mean) for mean in np.linspace(0.05, 10, 200)]
    assert min(small) >= 95
    assert max(small) < 99.9
    assert poisson_coverage(2) == pytest.approx(98.34, abs=0.01)
    assert poisson_coverage(3) == pytest.approx(98.81, abs=0.01)


@pytest.mark.parametrize("trials", [20, 30, 50, 100, 200, 500])
def test_proportions(trials):
    shares = np.linspace(1 / trials, 0.5, 150)
    covered = [wilson_coverage(trials, share) for share in shares]
    assert min(covered) >= 91
    assert max(covered) <= 98.2  # a spot at one expected success; 98 from two on
    assert max(c for c, share in zip(covered, shares, strict=True) if share * trials > 2) <= 98.05
    assert np.mean(covered) == pytest.approx(95.2, abs=0.6)


def test_proportions_dip_below_one_expected_success():
    # Known of Wilson: just under 0.18 expected successes, one success already excludes the truth.
    assert 83 < min(wilson_coverage(100, share) for share in np.linspace(0.0015, 0.002, 51)) < 86


@pytest.mark.parametrize("trials", [20, 50, 500])
@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
def test_weighted_proportions(trials, share):
    rng = np.random.default_rng(trials)
    weights = 1 / rng.integers(1, 6, (WORLDS, trials))
    counts = rng.random((WORLDS, trials)) < share
    limits = interval.wilson_weighted((weights * counts).sum(1), weights.sum(1), (weights**2).sum(1))
    assert 93 <= held(share, limits) <= 97.5


def compound(rng, records: float, draw) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return total, sum of squares and number of records of worlds with Poisson many records."""
    numbers = rng.poisson(records, WORLDS)
    world, amounts = np.repeat(np.arange(WORLDS), numbers), draw(numbers.sum())
    return np.bincount(world, amounts, WORLDS), np.bincount(world, amounts**2, WORLDS), numbers


@pytest.mark.parametrize(("records", "most"), [(2, 100), (5, 100), (10, 99.5), (20, 98), (50, 98), (200, 98)])
def test_fractional_counts(records, most):
    # Shares 1/k, k = 1…5, mean 137/300. Conservative like the whole count: 98.4–99.1 % to ten records.
    rng = np.random.default_rng(records)
    total, squares, _ = compound(rng, records, lambda size: 1 / rng.integers(1, 6, size))
    assert 94 <= held(records * 137 / 300, interval.gamma(total, squares)) <= most


@pytest.mark.parametrize("most", [2, 4, 8])
@pytest.mark.parametrize("clusters", [5, 10, 20, 50, 200])
def test_clustered_counts(clusters, most):
    # Clusters of 1 … most records, each as likely. Taken for single records they would be held far less often.
    rng = np.random.default_rng([clusters, most])
    total, squares, _ = compound(rng, clusters, lambda size: rng.integers(1, most + 1, size))
    truth = clusters * (most + 1) / 2
    assert 92 <= held(truth, interval.clustered(total, squares)) <= 98
    assert held(truth, interval.poisson(total)) < 91


def test_two_large_clusters_are_not_held():
    # Of two clusters expected one world in seven has none, and none says how large the next one is: 82 %.
    rng = np.random.default_rng([2, 8])
    total, squares, _ = compound(rng, 2, lambda size: rng.integers(1, 9, size))
    assert 78 <= held(2 * 4.5, interval.clustered(total, squares)) <= 86


@pytest.mark.parametrize("mean", [4, 10, 50, 200])
def test_counts_over_a_fixed_denominator(mean):
    # Patents per 100 M of an expenditure that is known: what holds the count holds the ratio.
    spent = 137.5
    rng = np.random.default_rng(mean)
    ends = interval.ratio_fixed_denominator(interval.poisson(rng.poisson(mean, 20_000)), spent)
    assert 94.5 <= held(mean / spent, ends) <= 98


@pytest.mark.parametrize("records", [20, 50, 200])
def test_shares_over_a_fixed_denominator(records):
    rng = np.random.default_rng(records)
    total, squares, _ = compound(rng, records, lambda size: 1 / rng.integers(1, 6, size))
    ends = interval.ratio_fixed_denominator(interval.gamma(total, squares), 40)
    assert 93.5 <= held(records * 137 / 300 / 40, ends) <= 98.5


@pytest.mark.parametrize("records", [60, 300])
def test_money_over_a_fixed_denominator(records):
    rng = np.random.default_rng(records)
    total, squares, numbers = compound(rng, records, lambda size: rng.lognormal(0, 1.2, size))
    ends = interval.ratio_fixed_denominator(interval.money(total, squares, numbers), 1e3)
    assert 92 <= held(records * np.exp(0.72) / 1e3, ends) <= 98


@pytest.mark.parametrize("projects", [12, 40])
def test_ratios_of_clustered_records(projects):
    # Three awards a project, all of one mind: two thirds of the variance would be missed award by award.
    rng = np.random.default_rng(projects)
    size = np.repeat(np.exp(0.8 * rng.standard_normal((WORLDS, projects))), 3, axis=1)
    part = size * np.repeat(rng.random((WORLDS, projects)) < 0.5, 3, axis=1)
    ends, label = np.arange(WORLDS + 1) * projects * 3, np.tile(np.repeat(np.arange(projects), 3), WORLDS)
    assert 90 <= held(0.5, ratio(part.ravel(), size.ravel(), ends, clusters=label)) <= 98
    assert held(0.5, ratio(part.ravel(), size.ravel(), ends)) < 85


@pytest.mark.parametrize("sigma", [0.8, 1.2, 1.6])
@pytest.mark.parametrize("records", [35, 60, 300, 1000])
def test_money(records, sigma):
    rng = np.random.default_rng(records)
    total, squares, numbers = compound(rng, records, lambda size: rng.lognormal(0, sigma, size))
    limits = interval.money(total, squares, numbers)
    assert 90 <= held(records * np.exp(sigma**2 / 2), limits) <= 98.5 - 0.5 * (sigma > 1)
    assert np.isnan(limits[0][numbers < 30]).all()


def test_money_of_few_giants_is_not_held():
    # σ = 2: the largest of 60 records is a third of the sum. Documented, not hidden: 87 %.
    rng = np.random.default_rng(1)
    total, squares, numbers = compound(rng, 60, lambda size: rng.lognormal(0, 2, size))
    assert 83 <= held(60 * np.exp(2), interval.money(total, squares, numbers)) < 90


@pytest.mark.parametrize("values", [6, 9, 12, 20, 35, 100])
def test_medians(values):
    rng = np.random.default_rng(values)
    worlds = rng.lognormal(1, 1, (WORLDS, values))
    limits = median(worlds.ravel(), np.arange(WORLDS + 1) * values)
    assert 94 <= held(np.e, limits) <= 98.5


def test_medians_hold_at_least_the_level_at_every_base():
    # By rank: P(x_r ≤ median ≤ x_n+1−r) = 1 − 2 P(B(n, ½) < r). 7 and 8 values: 98.4 and 99.2 %.
    exact = {}
    for n in range(6, 200):
        lower, _ = median(np.arange(1.0, n + 1), [0, n])
        exact[n] = 100 * (1 - 2 * stats.binom.cdf(lower[0] - 1, n, 0.5))
    assert min(exact.values()) >= 95
    assert [n for n, covered in exact.items() if covered > 98] == [7, 8, 11, 14, 19, 22, 27]


SIGMA = 1.2


def sizes_and_parts(kind: str, units: int, worlds: int = WORLDS) -> tuple[np.ndarray, np.ndarray]:
    """Return numerators and lognormal sizes of worlds × units records."""
    rng = np.random.default_rng([units, *kind.encode()])
    z, e = rng.standard_normal((2, worlds, units))
    sizes, name, number = np.exp(SIGMA * z), kind.split()[0], float(kind.split()[1])
    logit = np.log(number / (1 - number)) if 0 < number < 1 else 0.0
    if name == "yes":  # all of the record or nothing
        return sizes * (rng.random(z.shape) < number), sizes
    if name == "large-yes":  # more often of the large ones
        return sizes * (rng.random(z.shape) < 1 / (1 + np.exp(-logit - z))), sizes
    if name == "part":  # a part of each record, larger of the large ones
        return sizes / (1 + np.exp(-logit - 0.5 * z - 0.8 * e)), sizes
    amounts = np.exp(SIGMA * (0.7 * z + np.sqrt(0.51) * e))
    if name == "gap":  # the numerator is often nil
        return amounts * (rng.random(z.shape) < number), sizes
    return np.exp(SIGMA * (number * z + np.sqrt(1 - number**2) * e)), sizes


def truth(kind: str) -> float:
    """Return E x / E y, exactly where there is a formula, else from a million records."""
    name, number = kind.split()[0], float(kind.split()[1])
    if name in ("yes", "gap"):
        return number
    if name == "amount":
        return 1.0
    x, y = sizes_and_parts(kind, 1000, 1000)
    return float(x.sum() / y.sum())


def ratio_coverage(kind: str, units: int) -> float:
    x, y = sizes_and_parts(kind, units)
    scale = "log" if kind.startswith(("amount", "gap")) else "logit"
    return held(truth(kind), ratio(x.ravel(), y.ravel(), np.arange(WORLDS + 1) * units, scale=scale))


@pytest.mark.parametrize(("kind", "units"), [("amount 0.7", 8), ("amount 0.7", 30), ("yes 0.5", 15), ("part 0.5", 30)])
def test_ratios(kind, units):
    assert 90 <= ratio_coverage(kind, units) <= 98


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    [
        "amount 0",
        "amount 0.7",
        "amount 0.95",
        "gap 0.5",
        "yes 0.5",
        "large-yes 0.2",
        "large-yes 0.5",
        "part 0.5",
    ],
)
@pytest.mark.parametrize("units", [8, 15, 29, 30, 60, 100, 300])
def test_ratios_at_every_base(kind, units):
    assert 90 <= ratio_coverage(kind, units) <= 98


@pytest.mark.slow
@pytest.mark.parametrize("units", [8, 15, 29, 30, 100])
@pytest.mark.parametrize("kind", ["yes 0.05", "yes 0.2", "yes 0.8", "yes 0.95", "large-yes 0.05"])
def test_rare_and_common_parts(kind, units):
    # About three expected units that count (or do not) make it conservative, to 99 %.
    assert 90 <= ratio_coverage(kind, units) <= 99.5


@pytest.mark.slow
@pytest.mark.parametrize(("units", "least"), [(8, 86), (29, 86), (30, 86), (60, 86), (100, 88.5), (300, 91)])
def test_parts_that_rare_giants_decide_fall_short(units, least):
    # Mean part 0.2, ratio of sums 0.34: small samples lack the records that matter. 88.6–91.0 % to 100.
    assert least <= ratio_coverage("part 0.2", units) <= 96


def test_leidens_rule_is_only_a_check():
    # Percentile bootstrap, full counting. Enough records hold it; twenty with a rare share do not.
    def covered(records: int, share: float) -> float:
        x = np.random.default_rng(records).random((500, records)) < share
        limits = leiden(x.ravel(), np.ones(x.size), np.arange(501) * records)
        return held(share, limits)

    assert 90 <= covered(400, 0.2) <= 98
    assert covered(20, 0.05) < 75
