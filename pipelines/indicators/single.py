"""Aggregates that must see single rows: distinct partners, medians, h, and queries of an indicator's own."""

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from expectations.contract import literal
from pipelines.indicators import country, helix
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.measure import Idea, compose
from pipelines.indicators.run import Run

LEAST_TOLD = 0.6
"""The part of pairs that must tell an amount for their median to be given (INDICATORS §3, challenge.distance_km)."""


def singles(connection: duckdb.DuckDBPyConnection, runs: Iterable[Run]) -> None:
    """Create `iur_work.single`: numerator and denominator (of a ratio) per run, dimensions and year."""
    connection.execute(
        """CREATE TABLE iur_work.single (run BIGINT, rollup VARCHAR, institution_id VARCHAR, source VARCHAR,
            field VARCHAR, intensity VARCHAR, year BIGINT, numerator DOUBLE, denominator DOUBLE, national DOUBLE,
            fixed DOUBLE)"""
    )
    for run in runs:
        indicator = run.indicator
        if indicator.is_reported or indicator.aggregate in ("sum", "mean", "ratio"):
            continue
        if indicator.aggregate == "triple_helix":
            _helix(connection, run)
            continue
        if indicator.is_own_sql:
            # A query of its own knows no fields: it is asked of each in turn.
            for field in ["all", *(_fields(connection) if _is_by_field(run) else [])]:
                _insert(connection, run, f"{literal(field)}", compose((_edges(run, field),), indicator.aggregate))
            continue
        beside = "national, fixed" if indicator.aggregate == "median" else "NULL, NULL"
        _insert(connection, run, "field", compose((_edges(run, ""),), _single_rows(indicator)), beside)


def _insert(
    connection: duckdb.DuckDBPyConnection, run: Run, field: str, query: str, beside: str = "NULL, NULL"
) -> None:
    connection.execute(
        f"""INSERT INTO iur_work.single
        SELECT {run.number}, rollup, institution_id, source, {field}, intensity, year, numerator, denominator, {beside}
        FROM ({query})"""
    )


def _is_by_field(run: Run) -> bool:
    return run.indicator.by_field and run.partner == "all"


def _fields(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute("SELECT DISTINCT field FROM iur_work.record_field ORDER BY 1").fetchall()
    return [field for (field,) in found]


def _helix(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Add the synergy of every institution that a telling source has seen; null where there are too few records."""
    rows = helix.by_institution(connection, run.indicator.window_years - 1, country.RECORDS)
    columns = {
        "institution_id": pa.array([r["institution_id"] for r in rows], pa.string()),
        "source": pa.array([r["source"] for r in rows], pa.string()),
        "year": pa.array([r["year"] for r in rows], pa.int64()),
        "numerator": pa.array([r["synergy_mbit"] for r in rows], pa.float64()),
    }
    connection.register("iur_rows", pa.table(columns))
    connection.execute(
        f"""INSERT INTO iur_work.single BY NAME
        SELECT {run.number} AS run, 'direct' AS rollup, r.institution_id, r.source, 'all' AS field,
            '{run.indicator.intensity}' AS intensity, r.year, r.numerator
        FROM iur_rows AS r
        JOIN coverage AS c ON c.source = r.source AND c.year = r.year
        SEMI JOIN (SELECT source FROM iur_work.telling WHERE room = {run.room}) AS t ON t.source = r.source"""
    )
    connection.unregister("iur_rows")


def _edges(run: Run, field: str) -> Idea:
    """Lay out the numerator's credited rows by level of intensity, for aggregates that see single rows.

    Of one field, or `all`; without one, under `all` and (at the headline's level) under each field of the record.
    """
    told = f"SELECT *, {literal(field or 'all')} AS field FROM iur_work.credited_{run.numerator.name}"
    by_field = f"""
        SELECT c.*, d.field
        FROM iur_work.credited_{run.numerator.name} AS c
        JOIN iur_work.record_field AS d ON d.record_table = c.record_table AND d.record_id = c.record_id"""
    if field not in ("", "all"):
        told = f"{by_field} AND d.field = {literal(field)}"
    elif not field and _is_by_field(run):
        told = f"{told} UNION ALL BY NAME {by_field}"
    return Idea(
        "edge",
        "roll-up, institution, level of intensity, field, record and partner",
        f"""
        SELECT
            c.rollup,
            c.institution_id,
            c.source,
            '{run.partner}' AS partner,
            l.level AS intensity,
            c.field,
            c.year,
            c.record_id,
            c.partner_id,
            c.value AS amount,
            c.native,
            c.fixed,
            c.currency
        FROM ({told}) AS c
        JOIN iur_work.telling AS t ON t.room = {run.room} AND t.source = c.source AND t.part = c.part
        JOIN iur_work.run_level AS l
            ON l.run = {run.number} AND (c.field = 'all' OR l.level = {literal(run.indicator.intensity)})
        JOIN iur_work.intensity_level AS i ON i.level = l.level AND i.of = c.intensity
        {"" if run.size == "all" else f"WHERE c.partner = '{run.size}'"}""",
    )


def _single_rows(indicator: Indicator) -> str:
    """Aggregate edges over the window by what the indicator's aggregate says."""
    keys = "e.rollup, e.institution_id, e.source, e.intensity, e.field"
    named = keys.replace("e.", "")
    window = f"CROSS JOIN (SELECT unnest(range(0, {indicator.window_years})) AS back) AS b"
    if indicator.aggregate == "h":
        return f"""
        WITH shared AS (
            SELECT {keys}, e.year + b.back AS year, e.partner_id, count(DISTINCT e.record_id) AS records
            FROM edge AS e {window}
            GROUP BY {keys}, e.year + b.back, e.partner_id
        ),
        ranked AS (
            SELECT {named}, year, records, row_number() OVER (
                PARTITION BY {named}, year ORDER BY records DESC, partner_id
            ) AS place
            FROM shared
        )
        SELECT {named}, year,
            count(CASE WHEN records >= place THEN 1 END) AS numerator, NULL AS denominator
        FROM ranked
        GROUP BY {named}, year"""
    if indicator.aggregate == "count_repeated":
        return f"""
        WITH shared AS (
            SELECT {keys}, e.year + b.back AS year, e.partner_id, count(DISTINCT e.record_id) AS records
            FROM edge AS e {window}
            GROUP BY {keys}, e.year + b.back, e.partner_id
        )
        SELECT {named}, year,
            count(CASE WHEN records >= 2 THEN 1 END) AS numerator, NULL AS denominator
        FROM shared
        GROUP BY {named}, year"""
    if indicator.aggregate == "median_pair":
        return f"""
        WITH pair AS (
            SELECT {keys}, e.year + b.back AS year, e.partner_id, max(e.amount) AS amount
            FROM edge AS e {window}
            GROUP BY {keys}, e.year + b.back, e.partner_id
        )
        SELECT {named}, year,
            CASE WHEN count(amount) >= {LEAST_TOLD} * count(*) THEN median(amount) END AS numerator,
            count(amount) AS denominator
        FROM pair
        GROUP BY {named}, year"""
    if indicator.aggregate == "median":
        return f"""
        SELECT {keys}, e.year + b.back AS year, median(e.amount) AS numerator, NULL AS denominator,
            CASE WHEN min(e.currency) = max(e.currency) AND max(e.currency) <> 'several' THEN median(e.native) END
                AS national,
            CASE WHEN count(e.fixed) = count(e.native) THEN median(e.fixed) END AS fixed
        FROM edge AS e {window}
        GROUP BY {keys}, e.year + b.back"""
    return f"""
        SELECT {keys}, e.year + b.back AS year, count(DISTINCT e.partner_id) AS numerator, NULL AS denominator
        FROM edge AS e {window}
        GROUP BY {keys}, e.year + b.back"""
