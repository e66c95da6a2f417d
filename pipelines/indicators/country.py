"""Values of countries: `country_indicator`, of indicators that speak of all records of a country and of no institution.

A row stands for a country, year, field and source that has records; the value is null, and the status `no_data`, where
they are too few. The numbers of records by who takes part stand beside it, so that anyone can form T again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from expectations.contract import arrow_schema, literal
from expectations.tables import table
from pipelines.indicators import helix
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.observe import Part, telling

WINDOWS = (1, 3, 4)
"""The years over which a country's records are taken together (INDICATORS §2, "Dimensions")."""

RECORDS = "SELECT source, record_table, record_id, year, country, u, i, g FROM iur_work.helix_record"
"""The records of the Triple Helix, as the engine has laid them out."""


def write(
    connection: duckdb.DuckDBPyConnection, indicators: Iterable[Indicator], facts: Mapping[Part, frozenset[str]]
) -> None:
    """Create `country_indicator` over all windows from `coverage`, `iur_work.helix_record` and its fields."""
    # Nobody can ask for another window later: that would take all records again.
    asked = [replace(indicator, window_years=years) for indicator in indicators for years in WINDOWS]
    rows = [row for indicator in asked for row in _rows(connection, indicator, facts)]
    contract = table("country_indicator")
    connection.register("iur_rows", pa.Table.from_pylist(rows, schema=arrow_schema(contract)))
    connection.execute(
        f"CREATE OR REPLACE TABLE country_indicator AS SELECT * FROM iur_rows ORDER BY {', '.join(contract.key)}"
    )
    connection.unregister("iur_rows")


def stand(connection: duckdb.DuckDBPyConnection, former: Path) -> None:
    """Show the values of a former release as `country_indicator`: nothing changed that they look at."""
    connection.execute(
        f"CREATE OR REPLACE VIEW country_indicator AS SELECT * FROM read_parquet({literal(str(former))})"
    )


def _rows(
    connection: duckdb.DuckDBPyConnection, indicator: Indicator, facts: Mapping[Part, frozenset[str]]
) -> list[dict[str, Any]]:
    back = indicator.window_years - 1
    if indicator.by_field:
        found = helix.by_field(connection, "iur_work.record_field", back, RECORDS)
    else:
        found = helix.by_country(connection, back, RECORDS)
    told = set(telling(facts, indicator.needs))
    years = {
        (source, year): is_complete and all((source, part) in told for part in present)
        for source, year, is_complete, present in connection.execute(
            "SELECT source, year, is_complete, parts_present FROM coverage ORDER BY source, year"
        ).fetchall()
        if any((source, part) in told for part in present)
    }
    return [_row(indicator, row, years) for row in found if (row["source"], row["year"]) in years]


def _row(indicator: Indicator, row: dict[str, Any], years: Mapping[tuple[str, int], bool]) -> dict[str, Any]:
    """Draw one row; `years` are those that a source tells, and whether it tells them whole."""
    source, year, counts = row["source"], row["year"], row["counts"]
    window = [(source, y) for y in range(year - indicator.window_years + 1, year + 1)]
    used = [at for at in window if at in years]
    value = row["mbit"] if len(used) == len(window) else None
    status = "published" if all(years[at] for at in used) else "partial_year"
    return {
        "country": row["country"],
        "year": year,
        "indicator": indicator.id,
        "field": row.get("field", "all"),
        "window_years": indicator.window_years,
        "value": value,
        "unit": indicator.unit,
        "status": "no_data" if value is None else status,
        "records": row["records"],
        "records_u": int(counts[1].sum()),
        "records_i": int(counts[:, 1].sum()),
        "records_g": int(counts[:, :, 1].sum()),
        "records_ui": int(counts[1, 1].sum()),
        "records_ug": int(counts[1, :, 1].sum()),
        "records_ig": int(counts[:, 1, 1].sum()),
        "records_uig": int(counts[1, 1, 1]),
        "years_used": len(used),
        "source": source,
    }
