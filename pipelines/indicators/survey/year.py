"""Years: what each side of a run with a reported figure holds in each year of a window.

Reported figures are those of the reporters that stand for the institution in the value's year
(`survey.report`); records are added up by year, and a covered year without any is 0.
"""

import duckdb
import pyarrow as pa

from pipelines.indicators.run import Run
from pipelines.indicators.survey.report import reports, told


def prepare(connection: duckdb.DuckDBPyConnection, runs: list[Run]) -> None:
    """Create `iur_work.told`: what each institution's reporters told, of all that these runs ask for."""
    if not runs:
        return
    _lay_out(connection, runs)
    sides = [m for run in runs for m in (run.numerator, run.base) if m is not None]
    measures = {m.name: m for m in sides if m.is_survey}
    reports(connection, [measures[name] for name in sorted(measures)])
    connection.execute(
        "CREATE TABLE iur_work.asked AS SELECT DISTINCT measure, reach FROM iur_work.surveyed_side WHERE is_survey"
    )
    told(connection)


def annual(connection: duckdb.DuckDBPyConnection, runs: list[Run]) -> None:
    """Create `iur_work.annual`, one row per side, value and year, of some runs that were prepared."""
    _lay_out(connection, runs)
    connection.execute(_ANNUAL)


def _lay_out(connection: duckdb.DuckDBPyConnection, runs: list[Run]) -> None:
    """Create `iur_work.surveyed_side`: what is added up."""
    connection.register("iur_rows", pa.Table.from_pylist([s for run in runs for s in _sides(run)], schema=_SIDE))
    connection.execute("CREATE OR REPLACE TABLE iur_work.surveyed_side AS SELECT * FROM iur_rows")
    connection.unregister("iur_rows")


def _sides(run: Run) -> list[dict[str, object]]:
    """Say of both sides what is added up and how many years before the value's year they begin."""
    indicator = run.indicator
    reach = indicator.looks_back[1]
    given = [("value", run.numerator, run.room, run.size, 0)]
    if run.base:
        given.append(("base", run.base, run.base_room, "all", indicator.lag))
    return [
        {
            "run": run.number,
            "side": side,
            "measure": measure.name,
            "is_survey": measure.is_survey,
            "is_money": measure.unit == "money",
            "size": size,
            "room": room,
            "since": since,
            "until": since + indicator.window_years - 1,
            "reach": reach,
        }
        for side, measure, room, size, since in given
    ]


_SIDE = pa.schema(
    {
        "run": pa.int64(),
        "side": pa.string(),
        "measure": pa.string(),
        "is_survey": pa.bool_(),
        "is_money": pa.bool_(),
        "size": pa.string(),
        "room": pa.int64(),
        "since": pa.int64(),
        "until": pa.int64(),
        "reach": pa.int64(),
    }
)

_ANNUAL = """
CREATE OR REPLACE TABLE iur_work.annual AS
WITH years AS (
    SELECT DISTINCT year FROM coverage
),
-- Records: a covered year without any is 0.
covered AS (
    SELECT d.run, d.side, d.is_money, d.since, d.until, n.institution_id, n.source, l.level, t.year
    FROM iur_work.surveyed_side AS d
    JOIN iur_work.telling_year AS t ON t.room = d.room
    JOIN coverage_institution AS n ON n.source = t.source
    JOIN iur_work.run_level AS l ON l.run = d.run
    WHERE NOT d.is_survey
),
yearly AS (
    SELECT
        d.run,
        d.side,
        s.institution_id,
        s.source,
        l.level,
        s.year,
        CAST(sum(s.records) AS BIGINT) AS records,
        CAST(sum(s.told) AS BIGINT) AS told,
        CAST(sum(s.whole) AS DOUBLE) AS whole,
        round(CAST(sum(s.fractional) AS DOUBLE), 9) AS fractional,
        CAST(sum(s.native) AS DOUBLE) AS native,
        CAST(sum(s.fixed) AS DOUBLE) AS fixed,
        sum(s.unrated) > 0 AS is_unrated,
        sum(s.unfixed) > 0 AS is_unfixed,
        CASE WHEN min(s.least_currency) = max(s.most_currency) THEN max(s.most_currency) END AS currency,
        CAST(sum(s.squares) AS DOUBLE) AS squares,
        CAST(sum(s.share_squares) AS DOUBLE) AS share_squares,
        CAST(sum(s.parties) AS BIGINT) AS parties,
        CAST(sum(s.known) AS BIGINT) AS known
    FROM iur_work.surveyed_side AS d
    JOIN iur_work.summary AS s ON s.measure = d.measure AND s.partner = d.size AND s.field = 'all'
    JOIN iur_work.telling AS t ON t.room = d.room AND t.source = s.source AND t.part = s.part
    JOIN iur_work.run_level AS l ON l.run = d.run
    JOIN iur_work.intensity_level AS i ON i.level = l.level AND i.of = s.intensity
    WHERE NOT d.is_survey AND s.rollup = 'direct'
    GROUP BY d.run, d.side, s.institution_id, s.source, l.level, s.year
)
SELECT
    d.run,
    d.side,
    d.is_money,
    t.rollup,
    t.institution_id,
    t.source,
    CAST(NULL AS VARCHAR) AS intensity,
    CAST(NULL AS VARCHAR) AS counting,
    t.year,
    t.told_year,
    t.year - t.told_year - d.since AS back,
    t.is_told,
    t.is_withheld,
    t.reporters,
    t.records,
    t.records AS told,
    t.native,
    CASE WHEN d.is_money THEN t.euro ELSE t.native END AS euro,
    t.fixed,
    coalesce(t.is_unrated, false) AS is_unrated,
    coalesce(t.is_unfixed, false) AS is_unfixed,
    t.currency,
    CAST(NULL AS DOUBLE) AS squares,
    CAST(NULL AS DOUBLE) AS share_squares,
    CAST(NULL AS BIGINT) AS parties,
    CAST(NULL AS BIGINT) AS known
FROM iur_work.surveyed_side AS d
JOIN iur_work.told AS t
    ON t.measure = d.measure AND t.reach = d.reach AND t.year - t.told_year BETWEEN d.since AND d.until
WHERE d.is_survey
UNION ALL
SELECT
    c.run,
    c.side,
    c.is_money,
    'direct',
    c.institution_id,
    c.source,
    c.level,
    k.counting,
    y.year,
    c.year,
    y.year - c.year - c.since,
    NOT (c.is_money AND coalesce(s.records, 0) > 0 AND s.told = 0),
    false,
    NULL,
    coalesce(s.records, 0),
    coalesce(s.told, 0),
    coalesce(CASE WHEN c.is_money THEN s.native WHEN k.counting = 'fractional' THEN s.fractional ELSE s.whole END, 0),
    coalesce(CASE WHEN k.counting = 'fractional' THEN s.fractional ELSE s.whole END, 0),
    coalesce(s.fixed, 0),
    coalesce(s.is_unrated, false),
    coalesce(s.is_unfixed, false),
    s.currency,
    s.squares,
    s.share_squares,
    s.parties,
    s.known
FROM covered AS c
JOIN years AS y ON y.year - c.year BETWEEN c.since AND c.until
JOIN iur_work.run_counting AS k ON k.run = c.run
LEFT JOIN yearly AS s
    ON s.run = c.run AND s.side = c.side AND s.institution_id = c.institution_id AND s.source = c.source
    AND s.level = c.level AND s.year = c.year
"""
