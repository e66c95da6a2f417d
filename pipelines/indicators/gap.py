"""Why an indicator has no published value in a whole release, and which source would feed it.

`reason` says it of one institution and year; here it is said of all of them together, in one sentence that begins with
a status and names the sources. Nothing that may be exported names a source that may not be redistributed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from pipelines import source
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.observe import Part, telling
from pipelines.indicators.survey.fact import AWAITED
from pipelines.source import Source

CLOSED = "a source that may not be redistributed (iur indicators --coverage)"
_LISTED = 8
"""Parts named one by one."""


@dataclass(frozen=True)
class Year:
    """What the release has of a source's year: whether it is whole, the parts it lacks, and why it is not whole."""

    year: int
    is_complete: bool
    missing: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Cells:
    """The headline rows of an indicator from one source with one status."""

    source: str
    status: str
    count: int
    first: int
    last: int
    unpriced: int = 0
    currencies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Here:
    """What a release holds: the facts about its sources, what its parts tell, its years, its institutions by source."""

    sources: Mapping[str, Source]
    facts: Mapping[Part, frozenset[str]] = field(default_factory=dict)
    years: Mapping[str, Sequence[Year]] = field(default_factory=dict)
    institutions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    is_public: bool = False

    def name(self, name: str) -> str:
        """Name a source, unless it must not be named."""
        known = self.sources.get(name) or source.facts().get(name)
        return CLOSED if self.is_public and known and not known.is_redistributable else name

    def with_parts(self, name: str, parts: Sequence[str]) -> str:
        """Name a source and parts of it, unless it must not be named."""
        said = self.name(name)
        return said if said == CLOSED else f"{said} ({_few(parts)})"

    def named(self, names: Iterable[str]) -> str:
        """Name sources, each once and those that must not be named last."""
        found = list(dict.fromkeys(self.name(name) for name in names))
        return _and(sorted(found, key=lambda name: name == CLOSED))

    def more(self, names: Iterable[str]) -> str:
        """Say that more of sources would feed something, those that go on where one of them ends among them."""
        names = list(names)
        mates = [s.name for s in self.sources.values() if s.name not in names and set(s.yields_to) & set(names)]
        return _feeds(f"more of {self.named([*names, *sorted(mates)])}" if names else "")

    def lacks(self, name: str, first: int = 0, last: int = 9999) -> str:
        """Say of a source which parts some years lack, else why the last of them is not whole; empty if all are."""
        broken = [y for y in self.years.get(name, ()) if first <= y.year <= last and not y.is_complete]
        if broken and self.name(name) == CLOSED:  # its parts are named by those who hold it
            return f"more of {CLOSED}"
        if parts := sorted({part for year in broken for part in year.missing}):
            return f"{self.name(name)} {_few(parts)}"
        return next((f"more of {self.name(name)} ({y.reason})" for y in reversed(broken) if y.reason), "")

    def telling(self, needs: frozenset[str]) -> list[str]:
        """Return the sources of which a part tells all that is needed."""
        return sorted({name for name, _ in telling(self.facts, needs)})


def read(
    connection: duckdb.DuckDBPyConnection,
    sources: Mapping[str, Source],
    facts: Mapping[Part, frozenset[str]],
    is_public: bool = False,
) -> Here:
    """Return what a release holds, from its tables `coverage` and `coverage_institution`."""
    years: dict[str, list[Year]] = {}
    for name, year, is_complete, missing, why in connection.execute(
        """SELECT source, year, is_complete, list_filter(parts_expected, lambda p: NOT list_contains(parts_present, p)),
            coalesce(reason, '')
        FROM coverage ORDER BY source, year"""
    ).fetchall():
        years.setdefault(name, []).append(Year(year, bool(is_complete), tuple(missing or ()), why))
    seen: dict[str, set[str]] = {}
    for name, id_ in connection.execute("SELECT source, institution_id FROM coverage_institution").fetchall():
        seen.setdefault(name, set()).add(id_)
    return Here(sources, facts, years, {name: frozenset(ids) for name, ids in seen.items()}, is_public)


def cells(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Cells]]:
    """Return the headline rows by indicator, from `iur_headline`."""
    found: dict[str, list[Cells]] = {}
    for id_, name, status, count, first, last, unpriced, currencies in connection.execute(
        """SELECT indicator, source, status, count(*), min(year), max(year),
            count(CASE WHEN value IS NULL AND value_national IS NOT NULL THEN 1 END),
            list_sort(list(DISTINCT CASE WHEN value IS NULL AND value_national IS NOT NULL THEN currency END))
        FROM iur_headline GROUP BY indicator, source, status ORDER BY indicator, source, status"""
    ).fetchall():
        found.setdefault(id_, []).append(
            Cells(name, status, count, first, last, unpriced, tuple(c for c in currencies if c))
        )
    return found


def why_none(indicator: Indicator, rows: Sequence[Cells], here: Here) -> str:
    """Say why an indicator has no published value in a release; `rows` are its headline rows."""
    sides = [indicator.numerator.needs, indicator.denominator.needs if indicator.denominator else frozenset()]
    if not (indicator.is_reported or indicator.is_mixed):
        sides = [sides[0] | sides[1]]
    untold = [said for needs in sides if needs and (said := _untold(needs, here))]
    if indicator.beside and (said := _untold(indicator.beside, here)):
        untold.append(said)
    if untold:
        return f"no_data: {untold[0]}"
    return _of_rows(indicator, [row for row in rows if row.status != "published"], sides, here)


def _untold(needs: frozenset[str], here: Here) -> str:
    """Say that nothing in the release tells what is needed, and what would; empty where something does."""
    could = [s.name for s in source.facts().values() if needs <= s.observes.keys()]
    there = [name for name in could if name in here.sources]
    if there and (here.telling(needs) or not here.facts):
        return ""
    if not there:
        files = [AWAITED[fact] for fact in sorted(needs) if fact in AWAITED]
        feeds = here.named(could) or "; ".join(files)
        return f"no source of the release tells {_and(sorted(needs))}; " + _feeds(feeds)
    parts = [part for part in sorted(here.facts) if part[0] in there]
    lacking = sorted(frozenset.intersection(*(needs - here.facts[part] for part in parts)) or needs) if parts else needs
    of = "; ".join(here.with_parts(name, [p for n, p in parts if n == name]) for name, _ in _grouped(parts))
    others = [name for name in could if name not in there]
    return f"no part here tells {_and(sorted(lacking))}: {of or here.named(there)}; " + _feeds(
        f"other parts of {here.named(there)}" + (f", or from {here.named(others)}" if others else "")
    )


def _of_rows(indicator: Indicator, rows: list[Cells], sides: list[frozenset[str]], here: Here) -> str:
    feeding = here.telling(sides[0]) or sorted({row.source for row in rows})
    for status, said in (
        ("small_base", f"none on a base of {indicator.least_base:,g}"),
        ("partial_year", "none of whole years"),
        ("suppressed", "withheld by those who report them"),
        ("no_denominator", f"with nothing to divide by: no {_base(indicator)}"),
    ):
        if mine := [row for row in rows if row.status == status]:
            back = indicator.looks_back[1]
            lacks = [here.lacks(row.source, row.first - back, row.last) for row in mine if status == "partial_year"]
            feeds = _feeds(_and(filter(None, lacks))) if any(lacks) else here.more(feeding)
            return f"{status}: {_values(mine, here)}, {said}; {feeds}"
    if unpriced := [row for row in rows if row.unpriced]:
        currencies = _and(sorted({c for r in unpriced for c in r.currencies}))
        priced = [replace(row, count=row.unpriced) for row in unpriced]
        told = f"{_values(priced, here)} in {currencies}, for which no rate into euro is here"
        return f"no_data: {told}; {_feeds('ecb_rates')}"
    apart = _apart(indicator, sides, here) if len(sides) > 1 else ""
    return f"no_data: {apart or _years(indicator, feeding, here) or _blank(indicator, rows, feeding, here)}"


def _apart(indicator: Indicator, sides: list[frozenset[str]], here: Here) -> str:
    """Say that the two sides are told of different institutions, or of different years."""
    above, below = (here.telling(side) for side in sides)
    if not above or not below or set(above) & set(below):
        return ""
    who, whose = (
        frozenset().union(*(here.institutions.get(n, frozenset()) for n in names)) for names in (above, below)
    )
    if who and not who & whose:
        both = [s.name for s in source.facts().values() if sides[0] | sides[1] <= s.observes.keys()]
        feeds = here.named(both) if both else f"{here.named(below)}, of the institutions that {here.named(above)} has"
        return f"{here.named(below)} has no institution that {here.named(above)} has; {_feeds(feeds)}"
    told, base = (_whole(here, names) for names in (above, below))
    if told and base and not told & {year + indicator.lag for year in base}:
        lag = f", to be taken {indicator.lag} years earlier" if indicator.lag else ""
        return (
            f"{here.named(above)} is whole in {_runs(told)} and {here.named(below)} in {_runs(base)}{lag}: no year of "
            f"both; {_feeds(f'other years of {here.named([*above, *below])}')}"
        )
    return ""


def _years(indicator: Indicator, feeding: list[str], here: Here) -> str:
    """Say that no source is whole for as many years as the indicator looks at."""
    longest = {name: _longest(_whole(here, [name])) for name in feeding}
    if not longest or not here.years or max(longest.values()) >= indicator.years_needed:
        return ""
    lacks = _and(filter(None, (here.lacks(name) for name in feeding)))
    needed = indicator.years_needed
    many = f"{needed} whole years in a row are needed" if needed > 1 else "a whole year is needed"
    said = "; ".join(f"{here.name(name)} has {number or 'none'}" for name, number in longest.items())
    return f"{many}, and {said}; {_feeds(lacks or f'more years of {here.named(feeding)}')}"


def _blank(indicator: Indicator, rows: Sequence[Cells], feeding: list[str], here: Here) -> str:
    """Say that there is nothing to form a value of."""
    of = here.named(feeding) or "the sources of the release"
    more = here.more(feeding)
    if not rows:
        nobody = feeding and not any(here.institutions.get(name) for name in feeding)
        return f"{'no institution is on the records' if nobody else 'no record of it'} of {of}; {more}"
    if indicator.aggregate == "median_pair":
        return f"too few of the partners of {of} tell it; {more}"
    gaps = {part: sorted(indicator.needs - told) for part, told in sorted(here.facts.items()) if part[0] in feeding}
    lacking = [f"{here.with_parts(name, [part])} does not tell {_and(g)}" for (name, part), g in gaps.items() if g]
    return f"{_few(lacking, '; ') or f'what is here of {of} does not tell it of any institution'}; {more}"


def _base(indicator: Indicator) -> str:
    if indicator.is_own_sql:
        return "partners"
    if indicator.aggregate == "peak_share" or not indicator.denominator:
        return indicator.numerator.meaning
    return indicator.denominator.meaning


def _values(rows: Sequence[Cells], here: Here) -> str:
    number = sum(row.count for row in rows)
    first, last = min(row.first for row in rows), max(row.last for row in rows)
    years = f"{first}" if first == last else f"{first}–{last}"
    return f"{number:,} value{'' if number == 1 else 's'} of {here.named(r.source for r in rows)} ({years})"


def _whole(here: Here, names: Iterable[str]) -> frozenset[int]:
    return frozenset(y.year for name in names for y in here.years.get(name, ()) if y.is_complete)


def _longest(years: frozenset[int]) -> int:
    best = run = 0
    for year in sorted(years):
        run = run + 1 if year - 1 in years else 1
        best = max(best, run)
    return best


def _runs(years: Iterable[int]) -> str:
    """Write years as runs: 2000–2007, 2010."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and runs[-1][1] == year - 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in runs)


def _grouped(parts: Iterable[Part]) -> list[Part]:
    """Return the first part of each source."""
    first: dict[str, Part] = {}
    for part in parts:
        first.setdefault(part[0], part)
    return list(first.values())


def _few(names: Sequence[str], between: str = ", ") -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return between.join(names[:_LISTED]) + more


def _feeds(named: str) -> str:
    return f"it would come from {named}" if named else "no source at hand tells it"


def _and(names: Iterable[str]) -> str:
    *first, last = list(names) or [""]
    return f"{', '.join(first)} and {last}" if first else last
