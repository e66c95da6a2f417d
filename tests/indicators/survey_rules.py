"""Small worlds of surveys, one a rule: cells in short hand, who is credited with them, and rates.

Sources: `alms` and `books` are surveys by UKPRN-like ids (`ukprn:…`), `other` one by ids of its own (`unit:…`).
`alms` tells fact `gifts`, `books` fact `income`, `other` both. Periods are calendar years in pounds, unless a
cell says otherwise; a pound is 0.5 to the euro in every calendar year given by `rates`.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import pyarrow as pa

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.indicators.compute import compute
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.survey.cell import cells
from pipelines.source import Source, Span
from tests.indicators import hand_worked
from tests.indicators.hand_worked import Grant, ror

Told = Mapping[str, Iterable[float | str | None]]
FIRST = 2015

GIFTS = cells("gifts", "gifts", [("gifts", ("n/a",))], "money", ["gifts"])
GIVERS = cells("givers", "givers", [("givers", ("n/a",))], "count", ["gifts"])
INCOME = cells("income", "income", [("income", ("n/a",))], "money", ["income"])


@dataclass(frozen=True)
class Cell:
    """A reported cell; `value` None is one that the publisher leaves empty, ".." one that it withholds."""

    source: str
    reporter: str
    year: int
    measure: str
    value: float | str | None
    partner: str = "n/a"
    breakdown: str = "all"
    currency: str | None = "GBP"
    start: dt.date | None = None
    end: dt.date | None = None


def series(source: str, reporter: str, measure: str, *values: float | str | None, **facts: Any) -> list[Cell]:
    """Cells of the years from FIRST on; "-" is a cell that is not there."""
    return [Cell(source, reporter, FIRST + n, measure, v, **facts) for n, v in enumerate(values) if v != "-"]


def survey(name: str, **observes: str) -> Source:
    return replace(hand_worked.source(name), tables=("survey_value",), lag_days=0, observes=observes)


_GIFTS = "survey_value.reporter_name WHERE measure IN ('gifts', 'givers', 'stock')"
_INCOME = "survey_value.reporter_name WHERE measure = 'income'"
SOURCES = {
    "alms": survey("alms", gifts=_GIFTS),
    "books": survey("books", income=_INCOME),
    "other": survey("other", gifts=_GIFTS, income=_INCOME),
    "alpha": replace(hand_worked.source("alpha"), spans={"old": Span(2010, 2014), "new": Span(2015)}),
}


def build(
    told: Iterable[Cell],
    credited: Mapping[str, str] | None = None,
    grants: tuple[Grant, ...] = (),
    rates: Iterable[tuple[str, str, str, float]] = (),
    descendant: list[tuple[str, str]] | None = None,
) -> duckdb.DuckDBPyConnection:
    """Return a connection with the tables that `compute` reads.

    `credited` maps a reporter, or `reporter@year`, to the institution; by default `ukprn:1` is alma, `ukprn:2`
    beta, `ukprn:3` echo. `rates` are currency, first and last day, and rate.
    """
    who = {"ukprn:1": "alma", "ukprn:2": "beta", "ukprn:3": "echo", "unit:1": "alma", **(credited or {})}
    told = list(told)
    connection = hand_worked.build(grants, descendant or [])
    reports = {(c.source, c.reporter, c.year, end(c)) for c in told}
    parties = [_reporter(s, r, day, who.get(f"{r}@{year}", who.get(r, ""))) for s, r, year, day in sorted(reports)]
    _fill(connection, "survey_value", [_row(c) for c in told])
    _fill(connection, "linked_party", parties)
    seen = {party["organisation_id"] for party in parties if party["is_institution"]}
    seen -= {i for (i,) in connection.execute("SELECT organisation_id FROM institution").fetchall()}
    _fill(
        connection, "institution", [{"organisation_id": i, "kind": "university", "country": "GB"} for i in sorted(seen)]
    )
    connection.execute("DELETE FROM exchange_rate")
    _fill(connection, "exchange_rate", [_rate(*rate) for rate in rates])
    return connection


def values(
    connection: duckdb.DuckDBPyConnection,
    *indicators: Indicator,
    parts: Iterable[tuple[str, str]] = (("alms", "all"), ("books", "all")),
) -> duckdb.DuckDBPyConnection:
    compute(connection, SOURCES, list(parts), list(indicators))
    return connection


def row(
    connection: duckdb.DuckDBPyConnection,
    indicator: str | Indicator,
    org: str,
    year: int,
    rollup: str = "direct",
    **dimensions: Any,
) -> Any:
    """Return the row of an indicator as an object with attributes; None where there is none."""
    name = indicator.id if isinstance(indicator, Indicator) else indicator
    wanted = {"counting": "whole", "partner": "all", "field": "all", **dimensions}
    if isinstance(indicator, Indicator):
        wanted["window_years"] = indicator.window_years
    found = connection.execute(
        f"""SELECT * FROM indicator WHERE indicator = ? AND institution_id = ? AND year = ? AND rollup = ?
        AND {" AND ".join(f"{key} = ?" for key in wanted)}""",
        [name, ror(org), year, rollup, *wanted.values()],
    )
    names = [column[0] for column in found.description or ()]
    rows = found.fetchall()
    assert len(rows) <= 1, rows
    return type("Row", (), dict(zip(names, rows[0], strict=True))) if rows else None


def level(id_: str = "transfer.gifts", unit: str = "EUR", **facts: Any) -> Indicator:
    return Indicator(id_, "Gifts", "m", unit, GIFTS, "r", (), **facts)


def ratio(id_: str = "transfer.gift_share", **facts: Any) -> Indicator:
    declared = {"denominator": INCOME, "aggregate": "ratio", "window_years": 3, **facts}
    return Indicator(id_, "Gifts by income", "m", "fraction", GIFTS, "r", (), **declared)


def yearly(*years: int, rate: float = 0.5) -> list[tuple[str, str, str, float]]:
    """Rates of the pound for whole calendar years."""
    return [("GBP", f"{y}-01-01", f"{y}-12-31", rate) for y in years]


def start(cell: Cell) -> dt.date:
    return cell.start or dt.date(cell.year, 1, 1)


def end(cell: Cell) -> dt.date:
    return cell.end or dt.date(cell.year, 12, 31)


def _fill(connection: duckdb.DuckDBPyConnection, name: str, rows: list[dict]) -> None:
    connection.register("_rows", pa.Table.from_pylist(rows, schema=arrow_schema(table(name))))
    connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM _rows")
    connection.unregister("_rows")


def _row(cell: Cell) -> dict:
    is_money = cell.measure in ("gifts", "income")
    return {
        "source": cell.source,
        "part": "all",
        "reporter_id": cell.reporter,
        "reporter_name": cell.reporter,
        "period_start": start(cell),
        "period_end": end(cell),
        "measure": cell.measure,
        "partner": cell.partner,
        "breakdown": cell.breakdown,
        "value": None if cell.value in ("..", None) else float(cell.value),
        "value_as_published": None if cell.value is None else str(cell.value),
        "unit": "money" if is_money else "count",
        "currency": cell.currency if is_money else None,
        "status": {"..": "suppressed", None: "missing"}.get(cell.value),
    }


def _reporter(source: str, reporter: str, day: dt.date, org: str) -> dict:
    return {
        "source": source,
        "part": "all",
        "record_table": "survey_value",
        "record_id": f"{source}:{reporter}:{day}",
        "period": "all",
        "party_no": 1,
        "role": "reporter",
        "name": reporter,
        "country": "GB",
        "organisation_id": ror(org) if org else None,
        "sector": hand_worked.SECTOR[org] if org else "unknown",
        "is_institution": bool(org),
    }


def _rate(currency: str, first: str, last: str, rate: float) -> dict:
    return {
        "source": "ecb_rates",
        "part": "all",
        "currency": currency,
        "period_start": dt.date.fromisoformat(first),
        "period_end": dt.date.fromisoformat(last),
        "rate": rate,
    }
