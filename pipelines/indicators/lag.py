"""Lags: how many years pass from one event to the next, and of how many pairs that can be told.

A pair counts in the year of its later event, if that comes at most ten years after the earlier one; so the ten years
before must be covered. A median of fewer than six says little. Reference: INDICATORS §3, "Challenges", and §4.
"""

from pipelines.indicators.indicator import Indicator
from pipelines.indicators.measure import Measure

MOST_YEARS = 10


def in_time(earlier: str, later: str) -> str:
    """Write the condition that a day follows another, and soon enough to make a pair."""
    return f"{later} >= {earlier} AND {later} <= {earlier} + INTERVAL {MOST_YEARS} YEAR"


def lag(id_: str, title: str, meaning: str, years: Measure, reference: str, caveats: tuple[str, ...]) -> Indicator:
    """Declare the median of the years between two events."""
    return Indicator(
        id_,
        title,
        meaning,
        "years",
        years,
        reference,
        caveats,
        aggregate="median",
        years_back=(0, MOST_YEARS),
        base_back=(0, 0),
        least_base=6,
        interval="median",
    )


def linked(of: Indicator, title: str, meaning: str, dated: Measure, every: Measure, caveat: str) -> Indicator:
    """Declare the part of the pairs of a lag whose days are both known."""
    reference = f"{of.reference}; says how much of the truth {of.id} can see"
    return Indicator(
        f"{of.id}_linked",
        title,
        meaning,
        "fraction",
        dated,
        reference,
        ("It tells of the records, and not of the institution.", caveat),
        denominator=every,
        aggregate="ratio",
        least_base=20,
        interval="wilson",
        is_bounded=True,
    )
