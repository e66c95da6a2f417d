"""Ask systems the label sets: answers out of fold, and strings a second."""

import hashlib
import statistics
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from pipelines.link.training.labels import Label
from tests.benchmarks import folds
from tests.benchmarks.systems import System

T = TypeVar("T")
Sets = dict[str, list[Label]]
ROUNDS, SECONDS, FIRST = 3, 2.0, 20


def drawn(labels: Sequence[Label], strings: int | None) -> list[Label]:
    """Draw some labels of a set, the same in every run; all of them for None."""
    if strings is None or strings >= len(labels):
        return list(labels)
    return sorted(labels, key=lambda one: hashlib.sha256(one.name.encode()).digest())[:strings]


def out_of_fold(system: System, sets: Sets, ask: Callable[[Sequence[Label]], list[T]]) -> dict[str, list[T]]:
    """Ask every label of every set, after fitting the system on what it may learn from without the label's fold.

    `ask` is a method of the system: its `answer`, or one that tells more.
    """
    if system.learns == "nothing":
        return {name: ask(labels) for name, labels in sets.items()}
    if system.learns == "set":
        return {name: _rounds(system, {name: labels}, ask)[name] for name, labels in sets.items()}
    return _rounds(system, sets, ask)


def _rounds(system: System, sets: Sets, ask: Callable[[Sequence[Label]], list[T]]) -> dict[str, list[T]]:
    found: dict[str, dict[int, T]] = {name: {} for name in sets}
    split = {name: folds.split(labels) for name, labels in sets.items()}
    for held in range(folds.FOLDS):
        system.fit([sets[name][i] for name in sets for i in split[name][held][0]])
        for name, labels in sets.items():
            positions = split[name][held][1]
            found[name].update(zip(positions, ask([labels[i] for i in positions]), strict=True))
    return {name: [found[name][i] for i in range(len(labels))] for name, labels in sets.items()}


def speed(system: System, labels: Sequence[Label]) -> float:
    """Return strings a second: the median of three rounds over as many distinct strings as take some two seconds."""
    distinct = list({(one.name, one.country, one.context): one for one in labels}.values())
    distinct = drawn(distinct, max(len(distinct) - 1, 1))  # in the order of the draw
    first = distinct[:FIRST]
    rate = len(first) / _seconds(system, first)  # what is built at first use is built here
    rate = len(first) / _seconds(system, first)
    timed = distinct[: max(FIRST, int(rate * SECONDS))]
    return len(timed) / statistics.median(_seconds(system, timed) for _ in range(ROUNDS))


def _seconds(system: System, labels: Sequence[Label]) -> float:
    system.forget()
    start = time.perf_counter()
    system.answer(labels)
    return time.perf_counter() - start
