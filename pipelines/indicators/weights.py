"""The weights of the composite: one seed table, one row per profile, source and indicator."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.indicators.catalogue import catalogue

SEED = Path(__file__).resolve().parents[2] / "warehouse" / "seeds" / "composite_weights.csv"


@dataclass(frozen=True)
class Weighed:
    """An indicator in the composite of a profile: the values of one source, over so many years."""

    profile: str
    source: str
    indicator: str
    concept: str
    years: int
    weight: float


@cache
def weights() -> tuple[Weighed, ...]:
    """Read the seed, in its order.

    Raises ValueError for an indicator that is unknown, depends on size, is a challenge, shares its concept or has
    another window; and for a weight that weighs nothing.
    """
    with SEED.open(encoding="utf-8", newline="") as file:
        rows = [
            Weighed(
                row["profile"], row["source"], row["indicator"], row["concept"], int(row["years"]), float(row["weight"])
            )
            for row in csv.DictReader(file)
        ]
    for row in rows:
        if (why := _refused(row, rows)) is not None:
            raise ValueError(f"{SEED.name}: {row.profile}, {row.indicator}: {why}")
    return tuple(rows)


def _refused(row: Weighed, rows: list[Weighed]) -> str | None:
    indicator = catalogue().get(row.indicator)
    if indicator is None:
        return "no such indicator"
    if not indicator.is_ratio:
        return "it grows with the size of the institution: take a ratio"
    if indicator.id.startswith("challenge."):
        return "challenges are left out, as their direction is ambiguous"
    if row.years != indicator.window_years and not (indicator.window_years == 1 and indicator.is_bounded):
        return f"only shares of single years are added up over {row.years} years"
    if sum(other.profile == row.profile and other.concept == row.concept for other in rows) > 1:
        return f"{row.concept}: one indicator a concept"
    return None if row.weight > 0 else "a weight is more than 0"
