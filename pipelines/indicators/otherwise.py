"""What would change under the other choice: counted by shares instead of whole, with the institution's children.

Each answer is a sentence with the figures. Where there is no other choice, it says why: money is the institution's own
part already, distinct partners have no fractions, a reported figure stands for the institution that reports it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.indicators.indicator import Indicator
from pipelines.shown import unit_of

if TYPE_CHECKING:
    from pipelines.indicators.explain import Value


@dataclass(frozen=True)
class Otherwise:
    """The value under another choice; `value` is None where there is none to choose, and `says` says why."""

    source: str
    choice: str
    value: float | None
    change: float | None
    says: str


def otherwise(
    indicator: Indicator, headline: "Iterable[Value]", alternatives: "Iterable[Value]", has_rollups: bool = True
) -> tuple[Otherwise, ...]:
    """Return what would change, per source: under fractional counting, and with children (unless roll-ups are lacking).

    `alternatives` are the other rows of the same institution, year and indicator.
    """
    others = {(a.source, a.counting, a.rollup): a for a in alternatives if _is_plain(a, indicator)}
    found = []
    for value in headline:
        fractional = others.get((value.source, "fractional", "direct"))
        found.append(_counted(indicator, value, fractional))
        if has_rollups:
            found.append(_rolled(indicator, value, others.get((value.source, "whole", "with_children"))))
    return tuple(found)


def _is_plain(value: "Value", indicator: Indicator) -> bool:
    return (value.partner, value.intensity, value.field) == ("all", indicator.intensity, "all")


def _counted(indicator: Indicator, value: "Value", other: "Value | None") -> Otherwise:
    if "fractional" not in indicator.counting:
        return Otherwise(value.source, "fractional", None, None, f"counted whole only: {_why_whole(indicator)}")
    if other is None:
        says = "counted by shares: the same, 0" if value.value == 0 else "counted by shares: no value in this release"
        return Otherwise(value.source, "fractional", value.value if value.value == 0 else None, None, says)
    why = "each record then counts one over the organisations on it"
    if indicator.aggregate == "ratio":
        why = "a record of many organisations then weighs less, on both sides"
    says = f"counted by shares: {_change(value, other)}; {why}"
    return Otherwise(value.source, "fractional", other.value, _difference(value, other), says)


def _why_whole(indicator: Indicator) -> str:
    if indicator.is_reported or indicator.is_mixed:
        return "a reported figure stands for the institution that reports it"
    if indicator.numerator.unit == "money":
        return "the money is the institution's own part already, or the record's, which nobody splits"
    if indicator.numerator.is_tally:
        return "the publisher tells how many there are, and not which, so that nothing can be shared out"
    if indicator.numerator.grain == "edge" or indicator.aggregate in ("count_distinct", "count_repeated", "h"):
        return "distinct partners have no fractions"
    if indicator.aggregate == "median":
        return "a median of times has no fractions"
    return "its records are not shared out"


def _rolled(indicator: Indicator, value: "Value", other: "Value | None") -> Otherwise:
    if other is None:
        why = (
            "a reported figure of the parent holds its children's"
            if indicator.is_reported
            else "no institution below it, or none that adds a record"
        )
        return Otherwise(value.source, "with_children", value.value, 0.0, f"with its children: the same; {why}")
    more = (other.records or 0) - (value.records or 0)
    side = " in the denominator" if indicator.is_ratio else ""
    added = f"; {more:+,} records{side}, each once however many of the family take part" if more else ""
    says = f"with its children: {_change(value, other)}{added}"
    return Otherwise(value.source, "with_children", other.value, _difference(value, other), says)


def _difference(value: "Value", other: "Value") -> float | None:
    return None if value.value is None or other.value is None else other.value - value.value


def _change(value: "Value", other: "Value") -> str:
    """Write both figures and the change between them: of shares in percentage points, of others in percent."""
    column = "value" if value.value is not None and other.value is not None else "value_national"
    old, new = getattr(value, column), getattr(other, column)
    unit = value.unit if column == "value" else (value.currency or "")
    if new is None or old is None:
        return f"{other.status} instead of {value.status}"
    if unit == "fraction":
        points = f", {100 * (new - old):+,.1f} points" if new != old else ""
        return f"{_sides(other)}{100 * new:,.1f} % instead of {_sides(value)}{100 * old:,.1f} %{points}"
    share = f", {new / old - 1:+.0%}" if old and new != old else ""
    return f"{_number(new)} instead of {_number(old)} {unit_of(old, unit)}{share}"


def _sides(value: "Value") -> str:
    if value.numerator is None or value.denominator is None:
        return ""
    return f"{_number(value.numerator)} ÷ {_number(value.denominator)} = "


def _number(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")
