"""Reports: what each institution's reporters told a survey in each year, on the perimeter of today's value.

A reporter is who files (`ukprn:10007143`); an institution is who is credited. Institutions merge and split,
so a window that ends in year y looks at the reporters that stand for the institution in y: those credited to
it by their last report up to y. A reporter that was absorbed counts in the years before its end; one that
began inside the window leaves the years before it without data; one that left to another institution is out.
Roll-up: never where the parent reports itself; else a year counts only if all children that ever report do.
"""

import duckdb
import pyarrow as pa

from pipelines.indicators.measure import Measure

RECORD = "'^[^:]*:(.*):([0-9]{4})-[0-9]{2}-[0-9]{2}$'"
"""A report's id: source, reporter, last day of its period."""
CELL = "'^[^:]*:(.*):([0-9]{4}-[0-9]{2}-[0-9]{2}):([^:]*:[^:]*:[^:]*)$'"
"""A cell's id: the report's, then measure, partner and breakdown."""


def reports(connection: duckdb.DuckDBPyConnection, measures: list[Measure]) -> None:
    """Create `iur_work.report` (measure, reporter, year) and `iur_work.belongs` (reporters of an institution)."""
    connection.register("iur_rows", pa.Table.from_pylist(_expected(measures), schema=_EXPECTED))
    connection.execute("CREATE TABLE iur_work.expected AS SELECT * FROM iur_rows")
    connection.unregister("iur_rows")
    for query in (_REPORT, _REPORTING, _ENDED, _BELONGS, _WHOLE_FAMILY):
        connection.execute(query)


def _expected(measures: list[Measure]) -> list[dict[str, object]]:
    """List the cells of each measure, with the number that a reporter must have beside each (`Measure.sets`)."""
    return [
        {"measure": measure.name, "cell": ":".join(cell[:3]), "survey": survey, "cells": len(cells)}
        for measure in measures
        for survey, cells in enumerate(measure.cell_sets)
        for cell in cells
    ]


_EXPECTED = pa.schema({"measure": pa.string(), "cell": pa.string(), "survey": pa.int64(), "cells": pa.int64()})


def told(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `iur_work.told`: the figures of a year as seen from a later one, for `iur_work.asked` (measure, reach)."""
    connection.execute(_TOLD)


_REPORT = f"""
CREATE TABLE iur_work.report AS
WITH cell AS (
    SELECT
        measure,
        source,
        regexp_extract(record_id, {CELL}, 1) AS reporter,
        regexp_extract(record_id, {CELL}, 2) AS period_end,
        regexp_extract(record_id, {CELL}, 3) AS cell,
        year,
        amount,
        amount_eur,
        amount_eur_fixed,
        currency,
        status
    FROM evidence
    WHERE record_table = 'survey_value'
)
SELECT
    c.measure,
    c.source,
    c.reporter,
    c.year,
    count(*) AS cells,
    -- All cells of one survey and period: two periods that end in one year are no year's figure.
    count(c.amount) = max(e.cells)
        AND count(*) = max(e.cells)
        AND min(e.survey) = max(e.survey)
        AND count(DISTINCT c.period_end) = 1 AS is_told,
    bool_or(c.status IS NOT DISTINCT FROM 'suppressed') AS is_withheld,
    sum(CAST(c.amount AS DECIMAL(18, 4))) AS native,
    sum(CAST(c.amount_eur AS DECIMAL(18, 4))) AS euro,
    sum(CAST(c.amount_eur_fixed AS DECIMAL(18, 4))) AS fixed,
    count(c.currency) > 0 AS is_money,
    count(c.currency) > 0 AND count(c.amount) > count(c.amount_eur) AS is_unrated,
    count(c.currency) > 0 AND count(c.amount) > count(c.amount_eur_fixed) AS is_unfixed,
    min(c.currency) AS least_currency,
    max(c.currency) AS most_currency
FROM cell AS c
JOIN iur_work.expected AS e ON e.measure = c.measure AND e.cell = c.cell
GROUP BY c.measure, c.source, c.reporter, c.year
"""

_REPORTING = f"""
CREATE TABLE iur_work.reporting AS
SELECT DISTINCT
    source,
    regexp_extract(record_id, {RECORD}, 1) AS reporter,
    CAST(regexp_extract(record_id, {RECORD}, 2) AS BIGINT) AS year,
    organisation_id AS institution_id
FROM linked_party
WHERE record_table = 'survey_value' AND is_institution
"""

_ENDED = """
CREATE TABLE iur_work.ended AS
SELECT source, reporter, max(year) AS year FROM iur_work.reporting GROUP BY source, reporter
"""

_BELONGS = """
CREATE TABLE iur_work.belongs AS
WITH years AS (
    SELECT DISTINCT year FROM coverage
),
-- Who a reporter stands for in y: whom its last report up to y is credited to.
holder AS (
    SELECT
        r.source,
        r.reporter,
        y.year,
        arg_max(r.institution_id, (r.year, r.institution_id)) AS institution_id,
        max(r.year) AS last_year
    FROM iur_work.reporting AS r
    JOIN years AS y ON r.year <= y.year
    GROUP BY r.source, r.reporter, y.year
)
SELECT 'direct' AS rollup, source, reporter, year, institution_id, last_year FROM holder
UNION ALL
SELECT 'with_children', h.source, h.reporter, h.year, f.ancestor_id, h.last_year
FROM holder AS h
JOIN iur_work.family AS f ON f.organisation_id = h.institution_id
WHERE NOT EXISTS (
    SELECT 1 FROM iur_work.reporting AS own
    WHERE own.source = h.source AND own.institution_id = f.ancestor_id
)
"""

_WHOLE_FAMILY = """
CREATE TABLE iur_work.whole_family AS
WITH reporting AS (
    SELECT f.ancestor_id, r.source, r.year, r.institution_id
    FROM iur_work.reporting AS r
    JOIN iur_work.family AS f ON f.organisation_id = r.institution_id
),
ever AS (
    SELECT ancestor_id, source, count(DISTINCT institution_id) AS children FROM reporting GROUP BY ancestor_id, source
)
SELECT r.ancestor_id, r.source, r.year
FROM reporting AS r
JOIN ever AS e ON e.ancestor_id = r.ancestor_id AND e.source = r.source
GROUP BY r.ancestor_id, r.source, r.year
HAVING count(DISTINCT r.institution_id) = max(e.children)
"""

_TOLD = """
CREATE TABLE iur_work.told AS
WITH wanted AS (
    SELECT a.measure, a.reach, s.source
    FROM iur_work.asked AS a
    JOIN (SELECT DISTINCT measure, source FROM iur_work.report) AS s ON s.measure = a.measure
),
-- The reporters of the institution as it stands in y, in the years t of the window up to each one's end.
needed AS (
    SELECT w.measure, w.reach, b.rollup, b.institution_id, b.source, b.year, b.year - g.back AS told_year, b.reporter
    FROM wanted AS w
    JOIN iur_work.belongs AS b ON b.source = w.source AND b.last_year >= b.year - w.reach
    JOIN iur_work.ended AS e ON e.source = b.source AND e.reporter = b.reporter
    JOIN (SELECT unnest(range(0, (SELECT max(reach) + 1 FROM iur_work.asked))) AS back) AS g ON g.back <= w.reach
    WHERE e.year >= b.year - g.back
)
SELECT
    n.measure,
    n.reach,
    n.rollup,
    n.institution_id,
    n.source,
    n.year,
    n.told_year,
    bool_and(coalesce(r.is_told, false) AND (n.rollup = 'direct' OR w.year IS NOT NULL)) AS is_told,
    bool_or(coalesce(r.is_withheld, false)) AS is_withheld,
    list(n.reporter ORDER BY n.reporter) AS reporters,
    CAST(sum(r.cells) AS BIGINT) AS records,
    CAST(sum(r.native) AS DOUBLE) AS native,
    CAST(sum(r.euro) AS DOUBLE) AS euro,
    CAST(sum(r.fixed) AS DOUBLE) AS fixed,
    bool_or(r.is_money) AS is_money,
    bool_or(r.is_unrated) AS is_unrated,
    bool_or(r.is_unfixed) AS is_unfixed,
    CASE WHEN min(r.least_currency) = max(r.most_currency) THEN max(r.most_currency) END AS currency
FROM needed AS n
LEFT JOIN iur_work.report AS r
    ON r.measure = n.measure AND r.source = n.source AND r.reporter = n.reporter AND r.year = n.told_year
LEFT JOIN iur_work.whole_family AS w
    ON w.ancestor_id = n.institution_id AND w.source = n.source AND w.year = n.told_year
GROUP BY n.measure, n.reach, n.rollup, n.institution_id, n.source, n.year, n.told_year
"""
