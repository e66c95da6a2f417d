"""Aggregates that must see single rows: distinct partners, medians, h, and queries of an indicator's own."""

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from expectations.contract import literal
from pipelines.indicators import country, helix
from pipelines.indicators.edge import by_partner, keys, totals
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.measure import Idea, compose
from pipelines.indicators.run import Run

LEAST_TOLD = 0.6
"""The part of pairs that must tell an amount for their median to be given (INDICATORS §3, challenge.distance_km)."""


def singles(connection: duckdb.DuckDBPyConnection, runs: Iterable[Run]) -> None:
    """Create `iur_work.single`: numerator and denominator (of a ratio) per run, dimensions and year."""
    connection.execute(
        """CREATE OR REPLACE TABLE iur_work.single (run BIGINT, rollup VARCHAR, institution_id VARCHAR, source VARCHAR,
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
        query = indicator.aggregate if indicator.is_own_sql else _query(indicator)
        beside = "national, fixed" if indicator.aggregate == "median" else "NULL, NULL"
        connection.execute(
            f"""INSERT INTO iur_work.single
            SELECT {run.number}, rollup, institution_id, source, field, intensity, year, numerator, denominator,
                {beside}
            FROM ({compose((_edges(run),), query)})"""
        )


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


def _edges(run: Run) -> Idea:
    """Lay out the numerator's credited rows by level of intensity, under `all` fields.

    Of a run by field, those at the headline's level stand under each field of the record as well.
    """
    told = f"SELECT *, 'all' AS field FROM iur_work.credited_{run.numerator.name}"
    if run.indicator.by_field and run.partner == "all":
        told += f"""
        UNION ALL BY NAME
        SELECT c.*, d.field
        FROM iur_work.credited_{run.numerator.name} AS c
        JOIN iur_work.record_field AS d ON d.record_table = c.record_table AND d.record_id = c.record_id"""
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


def _query(indicator: Indicator) -> str:
    """Write the query of an aggregate over the edges of its window."""
    window, records = range(indicator.window_years), ", count(DISTINCT e.record_id) AS records"
    if indicator.aggregate == "h":
        return f"""
        WITH shared AS ({by_partner(window, records)}),
        ranked AS (
            SELECT s.*, row_number() OVER (
                PARTITION BY {keys("s")}, s.year ORDER BY s.records DESC, s.partner_id
            ) AS place
            FROM shared AS s
        )
        {totals("ranked AS e", "count(CASE WHEN e.records >= e.place THEN 1 END)")}"""
    if indicator.aggregate == "count_repeated":
        return f"""
        WITH shared AS ({by_partner(window, records)})
        {totals("shared AS e", "count(CASE WHEN e.records >= 2 THEN 1 END)")}"""
    if indicator.aggregate == "median_pair":
        told = f"CASE WHEN count(e.amount) >= {LEAST_TOLD} * count(*) THEN median(e.amount) END"
        return f"""
        WITH pair AS ({by_partner(window, ", max(e.amount) AS amount")})
        {totals("pair AS e", told, "count(e.amount)")}"""
    if indicator.aggregate == "median":
        return totals("edge AS e", "median(e.amount)", years_back=window, columns=_MONEY)
    return totals("edge AS e", "count(DISTINCT e.partner_id)", years_back=window)


_MONEY = """,
        CASE
            WHEN min(e.currency) = max(e.currency) AND max(e.currency) <> 'several'
            THEN median(e.native)
        END AS national,
        CASE WHEN count(e.fixed) = count(e.native) THEN median(e.fixed) END AS fixed"""
"""Medians in the records' own currency, if there is one, and in euro of a fixed year."""
