"""Summaries: evidence added up to institution, year, part, partner size and intensity.

Every sum and ratio is formed from these few rows. Money and shares are added as DECIMAL, so that the order
in which threads meet the rows changes no digit.
"""

import duckdb

from pipelines.indicators.measure import Measure

MONEY = "DECIMAL(18, 4)"
SQUARED_MONEY = "DECIMAL(38, 4)"
SHARE = "DECIMAL(18, 15)"
"""Shares to 15 decimals: a thousand thirds add up to the last digit that is kept (9)."""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the empty summary, the levels of intensity, and the parties of each record."""
    connection.execute(
        f"""CREATE TABLE iur_work.summary (
            measure VARCHAR, rollup VARCHAR, institution_id VARCHAR, source VARCHAR, part VARCHAR,
            year BIGINT, partner VARCHAR, intensity VARCHAR, records BIGINT, told BIGINT,
            whole DECIMAL(38, 4), fractional DECIMAL(38, 15), squares {SQUARED_MONEY},
            share_squares DECIMAL(38, 15), native DECIMAL(38, 4), least_currency VARCHAR,
            most_currency VARCHAR, parties BIGINT, known BIGINT)"""
    )
    connection.execute(
        """CREATE TABLE iur_work.intensity_level AS
        SELECT level, of FROM (VALUES
            ('all', 'bilateral'), ('all', 'small'), ('all', 'consortium'), ('all', 'n/a'),
            ('bilateral', 'bilateral'), ('small', 'small'), ('consortium', 'consortium'),
            ('bilateral_small', 'bilateral'), ('bilateral_small', 'small')
        ) AS v(level, of)"""
    )
    connection.execute(
        """CREATE TABLE iur_work.record_parties AS
        SELECT
            record_table,
            record_id,
            count(*) AS parties,
            count(CASE WHEN sector <> 'unknown' THEN 1 END) AS known
        FROM linked_party
        GROUP BY record_table, record_id"""
    )


def add_up(connection: duckdb.DuckDBPyConnection, measure: Measure) -> None:
    """Add a measure's credited evidence to the summary.

    At edge grain a record stands once under `all` and once under each size its partners have.
    """
    keys = "rollup, institution_id, source, part, year, record_table, record_id"
    credited = f"iur_work.credited_{measure.name}"
    held = "intensity, value, native, currency, share"
    records = f"SELECT {keys}, 'all' AS size, {held} FROM {credited}"
    if measure.grain == "edge":
        records = f"""
        SELECT {keys}, size, max(intensity) AS intensity,
            CAST(sum(CAST(value AS {MONEY})) AS DOUBLE) AS value,
            CAST(sum(CAST(native AS {MONEY})) AS DOUBLE) AS native,
            CASE WHEN count(DISTINCT currency) > 1 THEN 'several' ELSE max(currency) END AS currency,
            max(share) AS share
        FROM (
            {records}
            UNION ALL
            SELECT {keys}, partner AS size, {held} FROM {credited} WHERE partner <> 'all'
        )
        GROUP BY {keys}, size"""
    connection.execute(
        f"""INSERT INTO iur_work.summary
        WITH per_record AS ({records})
        SELECT
            '{measure.name}',
            r.rollup,
            r.institution_id,
            r.source,
            r.part,
            r.year,
            r.size,
            r.intensity,
            count(*) AS records,
            count(r.value) AS told,
            sum(CAST(r.value AS {MONEY})) AS whole,
            {_shares(measure, "r.value * r.share")} AS fractional,
            sum(CAST(r.value * r.value AS {SQUARED_MONEY})) AS squares,
            {_shares(measure, "r.share * r.share")} AS share_squares,
            sum(CAST(r.native AS {MONEY})) AS native,
            min(r.currency) AS least_currency,
            max(r.currency) AS most_currency,
            CAST(sum(p.parties) AS BIGINT) AS parties,
            CAST(sum(p.known) AS BIGINT) AS known
        FROM per_record AS r
        LEFT JOIN iur_work.record_parties AS p
            ON p.record_table = r.record_table AND p.record_id = r.record_id
        GROUP BY r.rollup, r.institution_id, r.source, r.part, r.year, r.size, r.intensity"""
    )


def _shares(measure: Measure, value: str) -> str:
    """Add up shares, which counts have and money has not."""
    return f"sum(CAST({value} AS {SHARE}))" if measure.unit == "count" else "NULL"
