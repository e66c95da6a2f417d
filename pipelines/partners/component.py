"""A component of the score: a number from 0 to 1 for each candidate, the figures behind it, and the same in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.partners.gather import Array

COUNTS = frozenset(
    {
        "profile_terms", "records_in_field", "records_that_tell_partners", "records_with_other_side", "deals",
        "families", "common_records", "last_common_year", "records_with_alike", "funded_places",
    }
)  # fmt: skip
"""Facts that are whole numbers."""


@dataclass(frozen=True)
class Component:
    """`score` by candidate, or None where the query tells nothing to judge by, and then `why` says so.

    `facts` are arrays by candidate, each named with its unit; `says` writes those of one candidate in words.
    """

    name: str
    score: Array | None
    facts: Mapping[str, Array]
    says: Callable[[int], str]
    why: str = ""

    def figures(self, candidate: int) -> dict[str, Any]:
        """Return the facts of a candidate as plain values, counts and years whole; None where one is not told."""
        found = {name: values[candidate].item() for name, values in self.facts.items()}
        told = {name: None if value != value else value for name, value in found.items()}
        return {n: int(v) if n in COUNTS and v is not None else v for n, v in told.items()}


def untold(name: str, why: str) -> Component:
    """Return a component that the query tells nothing for: it is left out of everybody's total alike."""
    return Component(name, None, {}, lambda _: why, why)


def half_at(amount: Array, half: float) -> Array:
    """Return amount ÷ (amount + half): 0 for nothing, ½ at `half`, ever nearer to 1; the first counts most."""
    return np.asarray(amount / (amount + half))


def counted(number: float, one: str, many: str = "") -> str:
    """Write a count with its noun: 1 record, 2,000 records."""
    return f"{number:,.0f} {one if number == 1 else many or f'{one}s'}"
