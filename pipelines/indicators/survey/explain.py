"""The single years behind a reported value: what each side told, which pairs were used, and why others were not."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import duckdb

from pipelines.indicators.indicator import Indicator
from pipelines.indicators.observe import Part


@dataclass(frozen=True)
class Year:
    """A year of a value's window: its figure, of a ratio the denominator's, and who reported them.

    Figures are in the records' own currency. A side that has no report at all has no reporters.
    """

    source: str
    year: int
    figure: float | None
    currency: str | None
    reporters: tuple[str, ...]
    is_told: bool
    base_source: str | None
    base_year: int | None
    base: float | None
    base_currency: str | None
    base_reporters: tuple[str, ...]
    base_is_told: bool
    is_withheld: bool
    base_is_withheld: bool
    is_used: bool


def years(formed: duckdb.DuckDBPyConnection, indicator: Indicator, institution_id: str, year: int) -> tuple[Year, ...]:
    """Return the years of the window of a value, from a connection in which it was formed (`window.formed`)."""
    rows = formed.execute(
        """SELECT
            p.source,
            p.told_year,
            CASE WHEN p.value_is_told THEN p.native END,
            p.currency,
            coalesce(p.reporters, []),
            p.value_is_told,
            p.base_source,
            p.base_year,
            CASE WHEN p.base_is_told THEN p.base_native END,
            p.base_currency,
            coalesce(p.base_reporters, []),
            p.base_is_told,
            p.value_is_withheld,
            p.base_is_withheld,
            p.is_used
        FROM iur_work.paired AS p
        JOIN iur_work.run AS r ON r.run = p.run
        WHERE r.indicator = ? AND r.partner = 'all' AND p.rollup = 'direct' AND p.counting = 'whole'
            AND p.intensity = r.intensity AND p.institution_id = ? AND p.year = ?
        ORDER BY p.source, p.told_year""",
        [indicator.id, institution_id, year],
    ).fetchall()
    found = [Year(*row) for row in rows]
    return tuple(replace(y, reporters=tuple(y.reporters), base_reporters=tuple(y.base_reporters)) for y in found)


def lacking(
    indicator: Indicator, year: int, source: str, seen: Iterable[Year], facts: Mapping[Part, frozenset[str]]
) -> list[str]:
    """Say of every year of the window that was not used what it lacks."""
    there = {y.year: y for y in seen if y.source == source}
    value, base = indicator.numerator, indicator.denominator
    answering = sorted({name for name, _ in facts if base and base.needs <= _told(facts, name)})
    said = []
    for past in range(year - indicator.window_years + 1, year + 1):
        found = there.get(past)
        if found and found.is_used:
            continue
        if not found or not found.is_told:
            said.append(_gap(source, past, value.meaning, found is not None and found.is_withheld))
        if base and not (found and found.base_is_told):
            asked = (found.base_source if found else None) or " and ".join(answering) or "no source"
            said.append(_gap(asked, past - indicator.lag, base.meaning, found is not None and found.base_is_withheld))
        if found and found.is_told and found.base_is_told:
            said.append(
                f"the two sides of {past} are reported by different bodies "
                f"({', '.join(found.reporters)}; {', '.join(found.base_reporters)})"
            )
    return said


def _gap(source: str, year: int, meaning: str, is_withheld: bool) -> str:
    verb = "withholds a cell" if is_withheld else "has no figure"
    return f"{source} {verb} of {year} ({meaning})"


def _told(facts: Mapping[Part, frozenset[str]], source: str) -> frozenset[str]:
    return frozenset().union(*(told for (name, _), told in facts.items() if name == source))


def is_sum_of(used: list[Year], numerator: float, denominator: float) -> bool:
    """Tell whether the years, in the records' own currency, add up to both sides of a value."""
    if not used or any(y.figure is None or y.base is None for y in used):
        return False
    sides = (numerator, sum(y.figure or 0 for y in used)), (denominator, sum(y.base or 0 for y in used))
    return all(math.isclose(whole, added, rel_tol=1e-9, abs_tol=1e-6) for whole, added in sides)


def sums(used: list[Year]) -> tuple[str, str]:
    """Write both sides of a value as the sums of its years."""
    figures = " + ".join(_amount(y.figure) for y in used)
    bases = " + ".join(_amount(y.base) for y in used)
    if len(used) > 1:
        return f"({figures})", f"({bases})"
    return figures, bases


def _amount(value: float | None) -> str:
    return "?" if value is None else f"{value:,.2f}".rstrip("0").rstrip(".")
