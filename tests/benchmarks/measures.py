"""What is measured: micro precision and recall over string–id pairs, and how true the scores are.

A pair is right when the id is exactly one of the label's. A successor's, predecessor's, parent's or child's id is
wrong, whatever a person would say, and a string without a right id can only lose precision. Strings that stand
several times in a set count as often as they stand there.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.link.training.labels import Label


@dataclass(frozen=True)
class Reached:
    """Pairs right, pairs said and pairs wanted, and the figures they make; 0 where nothing was said or wanted."""

    right: int
    said: int
    wanted: int

    @property
    def precision(self) -> float:
        return self.right / self.said if self.said else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 0.0

    def f(self, beta: float) -> float:
        """Return the F measure; beta below 1 weighs precision over recall."""
        p, r, b = self.precision, self.recall, beta * beta
        return (1 + b) * p * r / (b * p + r) if p + r else 0.0


def reached(labels: Sequence[Label], answers: Sequence[frozenset[str]]) -> Reached:
    """Count pairs over the strings of a set."""
    pairs = list(zip(labels, answers, strict=True))
    return Reached(
        sum(len(answer & label.right) for label, answer in pairs),
        sum(len(answer) for _, answer in pairs),
        sum(len(label.right) for label, _ in pairs),
    )


@dataclass(frozen=True)
class Scored:
    """The answer for one string with its score (the probability that a link is right); None where there is none."""

    answer: frozenset[str]
    score: float | None


def curve(
    labels: Sequence[Label], answers: Sequence[Scored], thresholds: Iterable[float]
) -> list[tuple[float, float, float]]:
    """Return threshold, precision of the pairs with at least that score, and the share of strings then answered."""
    found = []
    for least in thresholds:
        kept = [one.answer if one.score is not None and one.score >= least else frozenset[str]() for one in answers]
        found.append((least, reached(labels, kept).precision, sum(map(bool, kept)) / len(kept)))
    return found


def calibration_error(labels: Sequence[Label], answers: Sequence[Scored], bins: int = 10) -> float:
    """Return the expected calibration error: |mean score - share right| by bins of equal size, weighed by pairs.

    Bins of equal size, not width: nearly all scores lie above 0.9. Every pair of a string has the string's score.
    """
    pairs = sorted(
        (one.score, id_ in label.right)
        for label, one in zip(labels, answers, strict=True)
        if one.score is not None
        for id_ in sorted(one.answer)
    )
    edges = [round(i * len(pairs) / bins) for i in range(bins + 1)]
    error = 0.0
    for low, high in itertools.pairwise(edges):
        part = pairs[low:high]
        error += abs(sum(score for score, _ in part) - sum(is_right for _, is_right in part))
    return error / len(pairs) if pairs else 0.0
