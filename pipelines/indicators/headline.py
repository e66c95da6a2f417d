"""The headline values of a release: one row per institution, year, indicator and source, in the default dimensions."""

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.contract import literal
from pipelines.indicators.indicator import Indicator

COLUMNS = (
    "institution_id",
    "year",
    "indicator",
    "source",
    "value",
    "value_national",
    "currency",
    "numerator",
    "denominator",
    "lower",
    "upper",
    "status",
)


def show(connection: duckdb.DuckDBPyConnection, indicators: Iterable[Indicator], standing: Iterable[Path] = ()) -> None:
    """Create `iur_headline` from `indicator` and the files of indicators that stand in the former release."""
    own = [(i.id, i.intensity, i.window_years) for i in indicators]
    ids, intensities, windows = zip(*own, strict=True) if own else ((), (), ())
    connection.register(
        "iur_rows",
        pa.table(
            {
                "indicator": pa.array(ids, pa.string()),
                "intensity": pa.array(intensities, pa.string()),
                "window_years": pa.array(windows, pa.int64()),
            }
        ),
    )
    held = ", ".join(COLUMNS)
    told = f"SELECT {held}, counting, rollup, partner, field, intensity, window_years FROM"
    paths = ", ".join(literal(str(path)) for path in standing)
    former = f"UNION ALL {told} read_parquet([{paths}])" if paths else ""
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE iur_headline AS
        SELECT {held} FROM ({told} indicator {former})
        SEMI JOIN iur_rows USING (indicator, intensity, window_years)
        WHERE counting = 'whole' AND rollup = 'direct' AND partner = 'all' AND field = 'all'"""
    )
    connection.unregister("iur_rows")
