"""Batches of runs: the values are the same however many are formed together."""

import duckdb
import pytest

from pipelines.indicators import batch
from pipelines.indicators.compute import compute
from tests.indicators import hand_worked


def values() -> list[tuple]:
    connection = hand_worked.build()
    compute(connection, hand_worked.SOURCES, hand_worked.PARTS)
    return connection.execute("SELECT * FROM indicator ORDER BY ALL").fetchall()


@pytest.mark.parametrize("together", [1, 2_000])
def test_values_do_not_depend_on_what_is_formed_together(monkeypatch, together):
    found = values()
    assert found
    number = []
    whole = batch.batches

    def counted(*given):
        for runs in whole(*given, together):
            number.append(len(runs))
            yield runs

    monkeypatch.setattr("pipelines.indicators.compute.batches", counted)
    assert values() == found
    # One row together is a batch for every run that has rows.
    assert len(number) > 1


def test_a_batch_holds_as_many_rows_as_are_asked_for():
    # Three runs whose only source has two complete years and five institutions: ten rows each, twenty together.
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA iur_work")
    connection.execute(
        "CREATE TABLE coverage AS SELECT 'alpha' AS source, unnest([2020, 2021]) AS year, true AS is_complete"
    )
    connection.execute(
        "CREATE TABLE coverage_institution AS SELECT 'alpha' AS source, unnest(range(5)) AS institution_id"
    )
    connection.execute("CREATE TABLE iur_work.run AS SELECT unnest(range(3)) AS run")
    connection.execute("CREATE TABLE iur_work.run_source AS SELECT unnest(range(3)) AS run, 'alpha' AS source")
    connection.execute("CREATE TABLE iur_work.run_side (run BIGINT, measure VARCHAR, size VARCHAR, by_field BOOLEAN)")
    connection.execute("CREATE TABLE iur_work.summary (measure VARCHAR, partner VARCHAR, field VARCHAR)")
    connection.execute("INSERT INTO iur_work.run_side SELECT run, 'grants', 'all', false FROM iur_work.run")

    def seen(name: str) -> list[int]:
        return connection.execute(f"SELECT list(run ORDER BY run) FROM iur_work.{name}").fetchall()[0][0]

    held = [
        (len(runs), seen("run"), seen("run_source"), seen("run_side"))
        for runs in batch.batches(connection, [Numbered(n) for n in range(3)], 20)
    ]
    assert held == [(2, [0, 1], [0, 1], [0, 1]), (1, [2], [2], [2])]


class Numbered:
    """A run of which nothing but its number is looked at."""

    def __init__(self, number: int) -> None:
        self.number = number
