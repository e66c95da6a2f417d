"""Batches: runs formed together, so that neither memory nor sorting grows with all the values of a release.

A run's values depend on no other run's. What is laid out of a batch (cells, figures, rows) is replaced by the next.
"""

from collections.abc import Iterator, Sequence

import duckdb

from pipelines.indicators.run import Run

TOGETHER = 1_500_000
"""Rows, as estimated, up to which runs are formed together; a run that has more is a batch of its own."""

_OF_A_RUN = ("run", "run_source", "run_side")
"""The tables by which the queries know of runs: all others are joined to these."""


def batches(
    connection: duckdb.DuckDBPyConnection, runs: Sequence[Run], together: int = TOGETHER
) -> Iterator[list[Run]]:
    """Yield the runs batch by batch in their order, the tables of `run.enlist` narrowed to each."""
    rows = dict(connection.execute(_ROWS).fetchall())
    found: list[list[Run]] = [[]]
    held = 0
    for run in runs:
        if found[-1] and held + rows.get(run.number, 0) > together:
            found.append([])
            held = 0
        found[-1].append(run)
        held += rows.get(run.number, 0)
    if len(found) > 1:
        for name in _OF_A_RUN:
            connection.execute(f"ALTER TABLE iur_work.{name} RENAME TO every_{name}")
    for batch in found:
        for name in _OF_A_RUN if len(found) > 1 else ():
            connection.execute(
                f"""CREATE OR REPLACE TABLE iur_work.{name} AS
                SELECT * FROM iur_work.every_{name} WHERE run BETWEEN {batch[0].number} AND {batch[-1].number}"""
            )
        yield batch


_ROWS = """
-- The grid of a run's sources, and for every sum two rows: by one counting and another, or one level and all.
WITH seen AS (
    SELECT source, count(*) AS institutions FROM coverage_institution GROUP BY source
),
years AS (
    SELECT source, count(*) AS years FROM coverage WHERE is_complete GROUP BY source
),
grid AS (
    SELECT r.run, sum(s.institutions * y.years) AS rows
    FROM iur_work.run_source AS r
    JOIN seen AS s ON s.source = r.source
    JOIN years AS y ON y.source = r.source
    GROUP BY r.run
),
summed AS (
    SELECT measure, partner, field = 'all' AS is_all, count(*) AS rows
    FROM iur_work.summary
    GROUP BY measure, partner, field = 'all'
),
records AS (
    SELECT d.run, 2 * sum(s.rows) AS rows
    FROM iur_work.run_side AS d
    JOIN summed AS s ON s.measure = d.measure AND s.partner = d.size AND (s.is_all OR d.by_field)
    GROUP BY d.run
)
SELECT r.run, CAST(coalesce(g.rows, 0) + coalesce(s.rows, 0) AS BIGINT)
FROM iur_work.run AS r
LEFT JOIN grid AS g ON g.run = r.run
LEFT JOIN records AS s ON s.run = r.run
"""
