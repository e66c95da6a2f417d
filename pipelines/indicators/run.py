"""Runs: an indicator seen with one kind of partner, and the parts that tell what both sides of it need.

The runs stand in small tables, so that one query adds up the sums and ratios of all of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import duckdb
import pyarrow as pa

from pipelines.indicators.indicator import Indicator
from pipelines.indicators.measure import Measure
from pipelines.indicators.observe import Part, telling
from pipelines.source import Source


@dataclass(frozen=True)
class Run:
    """An indicator with one kind of partner; the rooms number the sets of parts its two sides read."""

    number: int
    indicator: Indicator
    partner: str
    numerator: Measure
    base: Measure | None
    room: int
    base_room: int

    @property
    def size(self) -> str:
        """Which rows of the numerator's summary count: by partner size at edge grain, else all."""
        return self.partner if self.numerator.grain == "edge" else "all"

    @property
    def is_surveyed(self) -> bool:
        """Whether one side or both are figures that institutions report: formed year by year."""
        return self.numerator.is_survey or bool(self.base and self.base.is_survey)


def enlist(
    connection: duckdb.DuckDBPyConnection,
    indicators: Iterable[Indicator],
    facts: Mapping[Part, frozenset[str]],
    sources: Mapping[str, Source],
) -> list[Run]:
    """List the runs of the indicators, and write what the queries need to know of them into tables.

    Records of both sides come from parts that tell what both need; a reported figure may come from another
    source than the other side, and needs its own facts only.
    """
    rooms: dict[tuple[frozenset[str], frozenset[str]], int] = {}
    runs: list[Run] = []
    for indicator in indicators:
        bases = {m.partner: m for m in indicator.sized_bases}
        kinds: list[tuple[str, Measure, frozenset[str]]] = [("all", indicator.numerator, frozenset())]
        kinds += [(m.partner, m, frozenset()) for m in indicator.sized]
        kinds += [(size, indicator.numerator, frozenset({"sme"})) for size in indicator.sizes]
        for partner, numerator, more in kinds:
            base = bases.get(partner, indicator.denominator)
            run = Run(len(runs), indicator, partner, numerator, base, 0, 0)
            needs = ((numerator.needs | more, numerator.beside), (base.needs, base.beside) if base else (_NONE, _NONE))
            if not run.is_surveyed:
                needs = ((indicator.needs | numerator.needs | more, indicator.beside),) * 2
            room, base_room = (rooms.setdefault(need, len(rooms)) for need in needs)
            runs.append(replace(run, room=room, base_room=base_room))
    told = [
        {"room": room, "source": source, "part": part}
        for (needs, beside), room in rooms.items()
        for source, part in telling(facts, needs, beside)
    ]
    _write(connection, "telling", told, {"room": pa.int64(), "source": pa.string(), "part": pa.string()})
    connection.execute(_TELLING_YEAR)
    _write(connection, "run", [_row(run) for run in runs])
    answering = [answer for run in runs for answer in _answering(run, {s: sources[s] for s, _ in facts})]
    _write(connection, "run_source", answering, {"run": pa.int64(), "source": pa.string()})
    _write(connection, "run_side", [side for run in runs for side in _sides(run)], _SIDE)
    _write(connection, "run_back", [back for run in runs for back in _years_back(run)])
    levels = [{"run": run.number, "level": level} for run in runs for level in run.indicator.intensities]
    _write(connection, "run_level", levels)
    countings = [{"run": run.number, "counting": c} for run in runs for c in run.indicator.counting]
    _write(connection, "run_counting", countings)
    return runs


def _row(run: Run) -> dict[str, object]:
    indicator = run.indicator
    first, last = indicator.looks_back
    return {
        "run": run.number,
        "indicator": indicator.id,
        "partner": run.partner,
        "room": run.room,
        "base_room": run.base_room,
        "record_table": run.numerator.record_table,
        "is_surveyed": run.is_surveyed,
        "is_reported": indicator.is_reported,
        "is_money": _is_money(run),
        "is_amount": run.numerator.unit == "money",
        "aggregate": "own" if indicator.is_own_sql else indicator.aggregate,
        "is_ratio": indicator.is_ratio,
        "interval": indicator.interval,
        "scale": float(indicator.scale),
        "unit": indicator.unit,
        "intensity": indicator.intensity,
        "window_years": indicator.window_years,
        "first_back": first,
        "last_back": last,
        "years_needed": indicator.years_needed,
        "least_base": float(indicator.least_base),
    }


def _answering(run: Run, sources: Mapping[str, Source]) -> list[dict[str, object]]:
    """Name the sources whose institutions have a row: those with the record's table.

    A reported figure is asked of the surveys that should tell it, an output of the sources whose awards have such
    outputs, a patent or its transfer of the sources that tell what is counted; of all, where none of them does.
    """
    asked, also = run.numerator.record_table, set(run.numerator.also)
    telling_it = {name for name, source in sources.items() if run.numerator.needs <= set(source.observes)}
    there = [name for name, source in sorted(sources.items()) if asked in source.tables]
    if run.is_surveyed or asked in _SEVERAL_TELL:
        there = [name for name in there if name in telling_it] or there
    there += [name for name in sorted(telling_it) if name not in there and also & set(sources[name].tables)]
    return [{"run": run.number, "source": name} for name in there]


_NONE: frozenset[str] = frozenset()
_SEVERAL_TELL = ("award_output", "patent", "transfer", "transfer_patent")
"""Tables that several sources have, each telling other facts of the records."""


def _is_money(run: Run) -> bool:
    """Whether the value is a level of money in euro, beside which stands one in the records' own currency."""
    if run.numerator.unit != "money":
        return False
    if run.indicator.aggregate == "ratio":
        return run.base is not None and run.base.unit != "money" and run.indicator.unit.startswith("EUR")
    return run.indicator.aggregate in ("sum", "mean", "median")


def _sides(run: Run) -> list[dict[str, object]]:
    """Say what is added up: for the value, and for the base (of no ratio, the numerator itself)."""
    if run.is_surveyed:
        return []
    base = (run.base.name, "all") if run.base else (run.numerator.name, run.size)
    sides = [("base", *base)]
    if run.indicator.aggregate in ("sum", "mean", "ratio"):
        sides.append(("value", run.numerator.name, run.size))
    return [
        {
            "run": run.number,
            "side": side,
            "measure": measure,
            "size": size,
            "room": run.room,
            "by_field": run.indicator.by_field and run.partner == "all",
            "headline": run.indicator.intensity,
        }
        for side, measure, size in sides
    ]


_SIDE = {
    "run": pa.int64(),
    "side": pa.string(),
    "measure": pa.string(),
    "size": pa.string(),
    "room": pa.int64(),
    "by_field": pa.bool_(),
    "headline": pa.string(),
}


def _years_back(run: Run) -> list[dict[str, object]]:
    first, last = run.indicator.base_looks_back
    spans = {"value": range(run.indicator.window_years), "base": range(first, last + 1)}
    return [{"run": run.number, "side": side, "back": back} for side, span in spans.items() for back in span]


def _write(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    rows: list[dict[str, object]],
    columns: Mapping[str, pa.DataType] | None = None,
) -> None:
    schema = pa.schema(list(columns.items())) if columns else None
    connection.register("iur_rows", pa.Table.from_pylist(rows, schema=schema))
    connection.execute(f"CREATE TABLE iur_work.{name} AS SELECT * FROM iur_rows")
    connection.unregister("iur_rows")


_TELLING_YEAR = """
-- The years in which some part tells what is needed; whole if the year is complete and all parts tell it.
CREATE TABLE iur_work.telling_year AS
WITH held AS (
    SELECT source, year, is_complete, len(parts_present) AS present, unnest(parts_present) AS part
    FROM coverage
)
SELECT
    t.room,
    h.source,
    h.year,
    bool_and(h.is_complete) AND count(*) = max(h.present) AS is_whole
FROM held AS h
JOIN iur_work.telling AS t ON t.source = h.source AND t.part = h.part
GROUP BY t.room, h.source, h.year
"""
