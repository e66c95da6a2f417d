"""Give each value its interval and say what it means: the wiring between figures and `interval`.

Proportions: Wilson. Counts and money: stability, what the same process would give again. Ratios of sums on
the same records: delta method or bootstrap. Overlap of intervals is never used to rank (INDICATORS §4).
"""

from collections.abc import Iterable
from typing import Any, Literal

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.indicators import interval, interval_records
from pipelines.indicators.run import Run

_FEW = interval_records.RATIO_UNITS


def uncertain(connection: duckdb.DuckDBPyConnection, runs: Iterable[Run]) -> None:
    """Create `iur_work.interval` (row_id, lower, upper, basis) for the rows of `iur_work.drawn`."""
    found = [_table([], [], [], "")]
    found += [_from_sums(connection, kind, c) for kind in _FROM_SUMS for c in ("whole", "fractional")]
    from_records = {"ratio": _ratio, "median": _median}
    found += [
        from_records[run.indicator.interval](connection, run) for run in runs if run.indicator.interval in from_records
    ]
    connection.register("iur_rows", pa.concat_tables(found))
    connection.execute(
        """CREATE OR REPLACE TABLE iur_work.interval AS
        SELECT i.row_id, r.scale * i.lower AS lower, r.scale * i.upper AS upper, i.basis
        FROM iur_rows AS i
        JOIN iur_work.drawn AS k ON k.row_id = i.row_id
        JOIN iur_work.run AS r ON r.run = k.run
        WHERE NOT isnan(i.lower) AND NOT isnan(i.upper)"""
    )
    connection.unregister("iur_rows")


_FROM_SUMS = ("wilson", "poisson", "money", "fixed")


def _from_sums(connection: duckdb.DuckDBPyConnection, kind: str, counting: str) -> pa.Table:
    """Form the intervals of all rows of a kind that follow from their sums."""
    cells = connection.execute(
        """SELECT
            k.row_id,
            k.total,
            coalesce(k.base, 0) AS base,
            k.told,
            r.is_amount,
            -- A query of its own counts partners: what is known of its records says nothing of them.
            coalesce(CASE WHEN r.aggregate = 'own' THEN k.base ELSE k.squares END, 0) AS squares,
            coalesce(k.share_squares, 0) AS share_squares
        FROM iur_work.drawn AS k
        JOIN iur_work.run AS r ON r.run = k.run
        WHERE r.interval = ? AND k.counting = ? AND k.value IS NOT NULL""",
        [kind, counting],
    ).fetchnumpy()
    total, base, squares = cells["total"], cells["base"], cells["squares"]
    if kind == "wilson" and counting == "whole":
        ends = interval.wilson_weighted(total, base, squares)
    elif kind == "wilson":
        ends = interval.wilson_weighted(np.minimum(total, base), base, cells["share_squares"])
    elif kind == "money":
        ends = interval.money(total, squares, cells["told"])
    elif kind == "poisson":
        ends = _count(total, squares, cells["share_squares"], counting)
    else:
        amounts = np.asarray(cells["is_amount"], dtype=bool)
        of_money = interval.money(np.where(amounts, total, np.nan), squares, cells["told"])
        of_count = _count(np.where(amounts, 0, total), np.where(amounts, 0, squares), cells["share_squares"], counting)
        lower, upper = (np.where(amounts, m, c) for m, c in zip(of_money, of_count, strict=True))
        ends = interval.ratio_fixed_denominator((lower, upper), base)
    return _table(cells["row_id"], *ends, "wilson" if kind == "wilson" else "stability")


def _count(total: Any, squares: Any, share_squares: Any, counting: str) -> interval.Interval:
    """Form the interval of stability of a count of records, whole or by shares."""
    return interval.clustered(total, squares if counting == "whole" else share_squares)


def _ratio(connection: duckdb.DuckDBPyConnection, run: Run) -> pa.Table:
    """Resample or linearise over records: one unit is a record or project, with what it adds to both sums."""
    denominator = run.indicator.denominator
    if denominator is None:
        raise ValueError(f"indicator {run.indicator.id}: the interval of a ratio needs a denominator")
    sides = " UNION ALL ".join(
        (
            _records(run, run.numerator.name, (0, run.indicator.window_years - 1), "value AS x, 0 AS y"),
            _records(run, denominator.name, run.indicator.base_looks_back, "0 AS x, value AS y"),
        )
    )
    cells = connection.execute(
        f"""SELECT row_id, CAST(sum(CAST(x AS DECIMAL(18, 4))) AS DOUBLE) AS x,
            CAST(sum(CAST(y AS DECIMAL(18, 4))) AS DOUBLE) AS y
        FROM ({sides}) GROUP BY row_id, record_table, unit_id ORDER BY row_id, record_table, unit_id"""
    ).fetchnumpy()
    ids, starts, counts = np.unique(cells["row_id"], return_index=True, return_counts=True)
    if not ids.size:
        return _table([], [], [], "")
    scale: Literal["logit", "log"] = "logit" if run.indicator.is_bounded else "log"
    ends = interval_records.ratio(cells["x"], cells["y"], [*starts, cells["x"].size], scale=scale)
    basis = np.where(counts >= interval_records.DELTA_UNITS, "delta", "bootstrap")
    return _table(ids, *ends, basis)


def _median(connection: duckdb.DuckDBPyConnection, run: Run) -> pa.Table:
    sides = _records(run, run.numerator.name, (0, run.indicator.window_years - 1), "value AS x")
    unit = "partner_id" if run.indicator.aggregate == "median_pair" else "record_table, record_id, partner_id"
    cells = connection.execute(
        f"""SELECT row_id, max(x) AS x FROM ({sides}) WHERE x IS NOT NULL
        GROUP BY row_id, {unit} ORDER BY row_id, x"""
    ).fetchnumpy()
    ids, starts = np.unique(cells["row_id"], return_index=True)
    if not ids.size:
        return _table([], [], [], "")
    ends = interval_records.median(cells["x"], [*starts, cells["x"].size])
    return _table(ids, *ends, "order_statistics")


_VALUE = "CASE WHEN k.is_native THEN c.native ELSE c.value END"


def _records(run: Run, measure: str, back: tuple[int, int], values: str) -> str:
    """Write the query of the single records behind each row of a run that has enough of them."""
    return f"""
        SELECT k.row_id, c.record_table, c.record_id, c.partner_id, coalesce(j.unit_id, c.record_id) AS unit_id,
            {values.replace("value", _VALUE)}
        FROM iur_work.credited_{measure} AS c
        JOIN iur_work.telling AS t ON t.room = {run.room} AND t.source = c.source AND t.part = c.part
        JOIN iur_work.intensity_level AS i ON i.of = c.intensity
        JOIN iur_work.drawn AS k
            ON k.run = {run.number}
            AND k.counting = 'whole'
            AND k.rollup = c.rollup
            AND k.institution_id = c.institution_id
            AND k.source = c.source
            AND k.intensity = i.level
            AND c.year BETWEEN k.year - {back[1]} AND k.year - {back[0]}
        LEFT JOIN iur_work.project AS j ON c.record_table = 'award' AND j.record_id = c.record_id
        WHERE (k.field = 'all' OR EXISTS (
            SELECT 1 FROM iur_work.record_field AS d
            WHERE d.record_table = c.record_table AND d.record_id = c.record_id AND d.field = k.field
        )) AND k.value IS NOT NULL AND k.units >= {_FEW if run.indicator.is_ratio else 0}"""


def _table(row_id: Any, lower: Any, upper: Any, basis: Any) -> pa.Table:
    labels = [basis] * len(row_id) if isinstance(basis, str) else basis
    return pa.table(
        {
            "row_id": pa.array(row_id, pa.int64()),
            "lower": pa.array(np.asarray(lower, dtype=np.float64)),
            "upper": pa.array(np.asarray(upper, dtype=np.float64)),
            "basis": pa.array(labels, pa.string()),
        }
    )
