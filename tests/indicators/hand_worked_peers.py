"""A world of peers small enough to place by hand: tables of a release as `together.form` reads them, row by row."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import duckdb
import pyarrow as pa

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.indicators.catalogue import catalogue

NEEDED = (
    "institution", "coverage", "coverage_institution", "evidence", "linked_party", "award", "patent", "indicator",
)  # fmt: skip


def ror(number: int) -> str:
    return f"https://ror.org/0{number:06d}00"


def institution(number: int, country: str | None = "US", kind: str = "university") -> dict[str, Any]:
    return {"organisation_id": ror(number), "name": f"i{number}", "kind": kind, "country": country,
            "reason": "ror_type", "source_profile": []}  # fmt: skip


def value(number: int, indicator: str, year: int, source: str, amount: float | None, **facts: Any) -> dict[str, Any]:
    """A headline row of an indicator, published unless said otherwise."""
    of = catalogue()[indicator]
    return {
        "institution_id": ror(number),
        "year": year,
        "indicator": indicator,
        "source": source,
        "value": amount,
        "counting": "whole",
        "rollup": "direct",
        "partner": "all",
        "intensity": of.intensity,
        "field": "all",
        "window_years": of.window_years,
        "basis": "none",
        "unit": of.unit,
        "status": "published",
        "years_used": 1,
        **facts,
    }


def spent(number: int, year: int, amount: float | None, currency: str = "USD") -> dict[str, Any]:
    """R&D expenditure as HERD tells it, or research income as HESA does (in pounds)."""
    measure, source = ("rd_expenditure", "ncses_herd") if currency == "USD" else ("income_research", "hesa")
    return {"measure": measure, "source": source, "part": "all", "institution_id": ror(number), "year": year,
            "record_table": "survey_value", "record_id": f"{source}:{number}:{year}", "partner_id": "",
            "amount": amount, "currency": currency, "partner": "all", "intensity": "n/a"}  # fmt: skip


def grant(number: int, institution: int, year: int, amount: float) -> tuple[dict[str, Any], dict[str, Any]]:
    """A CORDIS grant of one institution: the award and its linked party."""
    id_ = f"cordis:{number}"
    award = {"source": "cordis", "part": "all", "award_id": id_, "period": "all", "starts_on": dt.date(year, 3, 1)}
    party = {"source": "cordis", "part": "all", "record_table": "award", "record_id": id_, "period": "all",
             "party_no": 1, "role": "participant", "organisation_id": ror(institution), "is_institution": True,
             "amount": amount, "currency": "EUR"}  # fmt: skip
    return award, party


def years(source: str, since: int, until: int) -> list[dict[str, Any]]:
    return [{"source": source, "year": y, "is_complete": True} for y in range(since, until + 1)]


def seen(source: str, records: dict[int, int]) -> list[dict[str, Any]]:
    return [{"source": source, "institution_id": ror(n), "records": r} for n, r in records.items()]


def build(**rows: Iterable[dict[str, Any]]) -> duckdb.DuckDBPyConnection:
    """Return a connection with the tables needed and those given, empty where there are no rows."""
    connection = duckdb.connect()
    for name in dict.fromkeys((*NEEDED, *rows)):
        loose = pa.schema([field.with_nullable(True) for field in arrow_schema(table(name))])
        connection.register("_rows", pa.Table.from_pylist(list(rows.get(name, ())), schema=loose))
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _rows")
        connection.unregister("_rows")
    return connection


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    found = connection.execute(query)
    names = [c[0] for c in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
