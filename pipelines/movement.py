"""What moved a value since the year before: its two sides, each alone, and the records or years that entered it.

A ratio is taken apart exactly: what the numerator alone would have made of the former value, and what the denominator
then did to it. A sum says by how many records it changed. Years are neighbours of the same source; a value without one
before it has not moved. Which moves are worth telling is decided by the place among peers: a value that rose with
everybody's has not moved.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines import shown
from pipelines.indicators.indicator import Indicator

TOLD = ("published", "small_base", "partial_year")


@dataclass(frozen=True)
class Movement:
    """A value and the one of the year before, with what each side did; percentiles are of its peer group.

    `is_beyond` says that it lies beyond the interval of the year before, and None that this had none.
    """

    indicator: str
    source: str
    year: int
    value: float
    before: float
    by_numerator: float | None
    by_denominator: float | None
    percentile: float | None
    percentile_before: float | None
    is_beyond: bool | None
    says: str

    @property
    def change(self) -> float:
        """How much the value changed."""
        return self.value - self.before

    @property
    def gained(self) -> float | None:
        """Points of percentile won (lost, if negative) among its peers; None where a place is missing."""
        if self.percentile is None or self.percentile_before is None:
            return None
        return self.percentile - self.percentile_before


def moved(indicator: Indicator, now: Mapping[str, Any], before: Mapping[str, Any]) -> Movement | None:
    """Return what moved a headline row since the one of the year before; None where either has no value.

    Rows have value, value_national, currency, unit, numerator, denominator, lower, upper, records, status, percentile.
    """
    # Both in euro, or both in the records' own currency.
    column = "value" if now["value"] is not None and before["value"] is not None else "value_national"
    new, old = now[column], before[column]
    if new is None or old is None or now["status"] not in TOLD or before["status"] not in TOLD:
        return None
    by_numerator, by_denominator = sides = _sides(indicator, now, before, new, old) or (None, None)
    has_interval = before["lower"] is not None and column == "value"
    return Movement(
        indicator.id,
        now["source"],
        now["year"],
        new,
        old,
        by_numerator,
        by_denominator,
        now.get("percentile"),
        before.get("percentile"),
        not before["lower"] <= new <= before["upper"] if has_interval else None,
        _says(indicator, now, before, (new, old), sides[0], now["currency"] if column == "value_national" else None),
    )


def _sides(
    indicator: Indicator, now: Mapping[str, Any], before: Mapping[str, Any], new: float, old: float
) -> tuple[float, float] | None:
    """Return the change that the numerator alone would have made, and what the denominator made of the rest."""
    held = [now["numerator"], now["denominator"], before["numerator"], before["denominator"]]
    if not indicator.is_ratio or any(side is None for side in held) or not held[1] or not held[3]:
        return None
    scale = next((value / part * base for value, part, base in ((new, *held[:2]), (old, *held[2:])) if part), None)
    if scale is None:  # nothing on top in either year
        return None
    by_numerator = scale * (held[0] - held[2]) / held[3]
    return by_numerator, (new - old) - by_numerator


def _says(
    indicator: Indicator,
    now: Mapping[str, Any],
    before: Mapping[str, Any],
    values_of: tuple[float, float],
    by_numerator: float | None,
    currency: str | None,
) -> str:
    new, old = values_of
    unit = now["unit"]
    values = f"{shown.amount(new, unit, currency)} after {shown.amount(old, unit, currency)}"
    if new != old and shown.amount(new, unit, currency) == shown.amount(old, unit, currency):
        values = f"{new:.6g} after {old:.6g}"
    head = f"{indicator.id} ({now['source']}) {now['year']}: {values}"
    if new == old:
        return f"{head}: no change"
    if by_numerator is not None:
        parts = [
            f"{_named(indicator, side)} {shown.short(before[side])} → {shown.short(now[side])}"
            for side in ("numerator", "denominator")
        ]
        alone = shown.amount(old + by_numerator, unit, currency)
        return f"{head}: {'; '.join(parts)}; the first alone would have made it {alone}"
    more = (now["records"] or 0) - (before["records"] or 0)
    if indicator.is_reported or now["records"] is None or before["records"] is None:
        return f"{head}, as reported" if indicator.is_reported else head
    if not more:
        return f"{head}, of as many records ({now['records']:,})"
    return f"{head}: {before['records']:,} → {now['records']:,} records"


def _named(indicator: Indicator, side: str) -> str:
    """Return what a side counts, in the indicator's own words; of a query of its own, the side's name."""
    if indicator.is_own_sql or indicator.aggregate != "ratio":
        return side
    measure = indicator.numerator if side == "numerator" else indicator.denominator
    return measure.meaning if measure else side


def most(movements: Iterable[Movement], number: int = 5) -> list[Movement]:
    """Return the movements that changed the place most, up or down.

    Left out are those without a place, and those within the interval of the year before: what the same process would
    give again.
    """
    told = [m for m in movements if m.gained and m.is_beyond is not False]
    told.sort(key=lambda m: (-abs(m.gained or 0), m.indicator, m.source))
    return told[:number]
