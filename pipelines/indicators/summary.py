"""Summaries: evidence of records added up to institution, year, part, partner size, intensity and field.

Every sum and ratio is formed from these few rows. Money and shares are added as DECIMAL, so that the order
in which threads meet the rows changes no digit. Squares, for intervals, are those of units: awards that pay
for one project (`award.project_id`) are one unit, every other record is its own, and a tally has as many units as
its amount says.
"""

import duckdb

from pipelines.indicators.measure import Measure

MONEY = "DECIMAL(18, 4)"
SQUARED_MONEY = "DECIMAL(38, 4)"
SHARE = "DECIMAL(18, 15)"
"""Shares to 15 decimals: a thousand thirds add up to the last digit that is kept (9)."""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the empty summary, the levels of intensity, the parties, projects and fields of records.

    Fields come from a table `record_field` (record_table, record_id, field), where there is one.
    """
    connection.execute(
        f"""CREATE TABLE iur_work.summary (
            measure VARCHAR, rollup VARCHAR, institution_id VARCHAR, source VARCHAR, part VARCHAR,
            year BIGINT, partner VARCHAR, intensity VARCHAR, field VARCHAR, records BIGINT, told BIGINT,
            unrated BIGINT, unfixed BIGINT, whole DECIMAL(38, 4), fractional DECIMAL(38, 15),
            squares {SQUARED_MONEY}, share_squares DECIMAL(38, 15), native DECIMAL(38, 4),
            fixed DECIMAL(38, 4), least_currency VARCHAR, most_currency VARCHAR, parties BIGINT, known BIGINT)"""
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
        -- Most patents are companies' alone, and nobody's evidence.
        WHERE record_table <> 'patent' OR record_id IN (SELECT record_id FROM evidence WHERE record_table = 'patent')
        GROUP BY record_table, record_id"""
    )
    connection.execute(
        """CREATE TABLE iur_work.project AS
        SELECT award_id AS record_id, min(project_id) AS unit_id
        FROM award
        GROUP BY award_id
        HAVING min(project_id) <> award_id"""
    )
    there = connection.execute(
        "SELECT 1 FROM information_schema.tables WHERE table_name = 'record_field' LIMIT 1"
    ).fetchall()
    fields = "SELECT DISTINCT record_table, record_id, field FROM record_field WHERE field <> 'all'"
    none = "SELECT '' AS record_table, '' AS record_id, '' AS field WHERE false"
    connection.execute(f"CREATE TABLE iur_work.record_field AS {fields if there else none}")


def add_up(connection: duckdb.DuckDBPyConnection, measure: Measure, by_field: bool = False) -> None:
    """Add a measure's credited evidence to the summary, under field `all` and, if asked for, under each field.

    At edge grain a record stands once under `all` and once under each size its partners have. A record of
    several fields counts in each.
    """
    keys = "rollup, institution_id, source, part, year, record_table, record_id"
    credited = f"iur_work.credited_{measure.name}"
    held = "intensity, value, native, fixed, unrated, currency, share"
    records = f"SELECT {keys}, 'all' AS size, {held} FROM {credited}"
    if measure.grain == "edge":
        records = f"""
        SELECT {keys}, size, max(intensity) AS intensity,
            CAST(sum(CAST(value AS {MONEY})) AS DOUBLE) AS value,
            CAST(sum(CAST(native AS {MONEY})) AS DOUBLE) AS native,
            CAST(sum(CAST(fixed AS {MONEY})) AS DOUBLE) AS fixed,
            max(unrated) AS unrated,
            CASE WHEN count(DISTINCT currency) > 1 THEN 'several' ELSE max(currency) END AS currency,
            max(share) AS share
        FROM (
            {records}
            UNION ALL
            SELECT {keys}, partner AS size, {held} FROM {credited} WHERE partner <> 'all'
        )
        GROUP BY {keys}, size"""
    projects = "SELECT 1 FROM iur_work.project LIMIT 1"
    is_clustered = measure.record_table == "award" and bool(connection.execute(projects).fetchall())
    connection.execute(_summary(measure, records, is_clustered, "'all'", ""))
    if by_field:
        fields = "JOIN iur_work.record_field AS d ON d.record_table = r.record_table AND d.record_id = r.record_id"
        connection.execute(_summary(measure, records, is_clustered, "d.field", fields))


def _summary(measure: Measure, records: str, is_clustered: bool, field: str, fields: str) -> str:
    """Write the query that adds records up; unit by unit first, where awards of one project may meet."""
    group = "r.rollup, r.institution_id, r.source, r.part, r.year, r.size, r.intensity"
    told = "r.value IS NOT NULL OR r.unrated = 1"
    values = {
        "records": ("1", "sum"),
        "told": (f"CASE WHEN {told} THEN 1 ELSE 0 END", "sum"),
        "unrated": ("r.unrated", "sum"),
        "unfixed": (f"CASE WHEN r.fixed IS NULL AND ({told}) THEN 1 ELSE 0 END", "sum"),
        "whole": (f"CAST(r.value AS {MONEY})", "sum"),
        "fractional": (_share(measure, "r.value * r.share"), "sum"),
        "share": (_share(measure, "r.share"), "sum"),
        "native": (f"CAST(r.native AS {MONEY})", "sum"),
        "fixed": (f"CAST(r.fixed AS {MONEY})", "sum"),
        "least_currency": ("r.currency", "min"),
        "most_currency": ("r.currency", "max"),
        "parties": ("p.parties", "sum"),
        "known": ("p.known", "sum"),
    }
    if measure.is_tally:
        values |= dict.fromkeys(("records", "told"), ("CAST(r.value AS BIGINT)", "sum"))
        values |= dict.fromkeys(("parties", "known"), ("CAST(NULL AS BIGINT)", "sum"))
    project, by_unit = "", ""
    if is_clustered:
        values = {name: (f"{how}({value})", how) for name, (value, how) in values.items()}
        project = "LEFT JOIN iur_work.project AS j ON j.record_id = r.record_id"
        by_unit = f"GROUP BY {group}, {field}, coalesce(j.unit_id, r.record_id)"
    squared = "CAST(u.whole AS DOUBLE)" if measure.is_tally else "CAST(u.whole AS DOUBLE) * CAST(u.whole AS DOUBLE)"
    shared = "CAST(u.share AS DOUBLE) * CAST(u.share AS DOUBLE)"
    totals = {name: f"{how}(u.{name})" for name, (_, how) in values.items() if name != "share"}
    whole_numbers = ("records", "told", "unrated", "unfixed", "parties", "known")
    totals |= {name: f"CAST({totals[name]} AS BIGINT)" for name in whole_numbers}
    totals |= {
        "squares": f"sum(CAST({squared} AS {SQUARED_MONEY}))",
        "share_squares": f"sum(CAST({shared} AS DECIMAL(38, 15)))",
    }
    return f"""INSERT INTO iur_work.summary BY NAME
        WITH per_record AS ({records}),
        unit AS (
            SELECT {group}, {field} AS field, {", ".join(f"{value} AS {name}" for name, (value, _) in values.items())}
            FROM per_record AS r
            {fields}
            LEFT JOIN iur_work.record_parties AS p
                ON p.record_table = r.record_table AND p.record_id = r.record_id
            {project}
            {by_unit}
        )
        SELECT
            '{measure.name}' AS measure,
            u.rollup,
            u.institution_id,
            u.source,
            u.part,
            u.year,
            u.size AS partner,
            u.intensity,
            u.field,
            {", ".join(f"{total} AS {name}" for name, total in totals.items())}
        FROM unit AS u
        GROUP BY u.rollup, u.institution_id, u.source, u.part, u.year, u.size, u.intensity, u.field"""


def _share(measure: Measure, value: str) -> str:
    """Return a share as a decimal; counts have shares, money and tallies have none to add."""
    has_shares = measure.unit == "count" and not measure.is_tally
    return f"CAST({value} AS {SHARE})" if has_shares else f"CAST(NULL AS {SHARE})"
