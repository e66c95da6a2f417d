"""The best of many are those that the whole order begins with; what is kept is what would be made."""

import numpy as np
import pytest

from pipelines.partners.kept import Kept
from pipelines.partners.rank import best_first


@pytest.mark.parametrize(
    ("most", "best"),
    [
        (1, [3]),
        (2, [3, 5]),
        (3, [3, 5, 0]),
        (4, [3, 5, 0, 4]),
        (5, [3, 5, 0, 4]),
        (9, [3, 5, 0, 4]),
        (None, [3, 5, 0, 4]),
    ],
)
def test_of_equals_the_first_goes_first_and_who_is_not_worth_a_look_is_out(most, best):
    total = np.array([0.5, 0.9, 0.8, 0.7, 0.5, 0.7])
    worth = np.array([True, False, False, True, True, True])
    assert best_first(total, worth, most).tolist() == best


def test_totals_that_differ_in_the_last_digits_alone_are_equal_at_the_cut():
    total = np.array([0.3, 0.3 + 1e-15, 0.1, 0.3 + 1e-15])
    assert best_first(total, np.ones(4, dtype=bool), 2).tolist() == [0, 1]


@pytest.mark.parametrize("most", [1, 2, 7, 10, 99])
def test_the_best_are_the_first_of_the_whole_order(most):
    chance = np.random.default_rng(7)
    for share in (0.0, 0.02, 0.5, 1.0):
        total = chance.integers(0, 40, 300) / 40  # many are equal
        worth = chance.random(300) < share
        assert best_first(total, worth, most).tolist() == best_first(total, worth).tolist()[:most]


def test_what_is_kept_is_not_made_again_and_the_least_used_goes_first():
    kept, made = Kept(most=2), []

    def of(kind, key):
        return kept.of(kind, key, lambda: made.append((kind, key)) or key)

    assert [of("a", 1), of("a", 2), of("b", 1), of("a", 1), of("a", 3), of("a", 1), of("a", 2)] == [1, 2, 1, 1, 3, 1, 2]
    assert made == [("a", 1), ("a", 2), ("b", 1), ("a", 3), ("a", 2)]
