"""Years of patents, conveyances and publications: by grant, execution and year; complete when all has come out."""

import datetime as dt
from dataclasses import replace

import duckdb
import pyarrow as pa

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.indicators.coverage import RECORDS, cover
from tests.indicators import hand_worked


def day(text):
    return dt.date.fromisoformat(text) if text else None


def covered(name: str, rows: list[dict], kind: str = "snapshot", lag_days: int = 0):
    """Return the years of a source with rows of one table: {year: (is it complete, why not)}."""
    facts = replace(hand_worked.source("alpha"), part_kind=kind, lag_days=lag_days)
    parts = sorted({("alpha", row["part"]) for row in rows})
    with duckdb.connect() as connection:
        for one in ("award_party", "linked_party", *(r.table for r in RECORDS)):
            held = [{"source": "alpha"} | row for row in rows] if one == name else []
            there = pa.Table.from_pylist(held, schema=arrow_schema(table(one)))
            connection.register("there", there)
            connection.execute(f"CREATE TABLE {one} AS SELECT * FROM there")
        connection.execute("CREATE SCHEMA iur_work")
        cover(connection, {"alpha": facts}, parts)
        found = connection.execute("SELECT year, is_complete, reason FROM coverage ORDER BY year").fetchall()
    return {year: (is_complete, reason) for year, is_complete, reason in found}


def patents(*told: tuple[str, str, str | None]) -> list[dict]:
    """Patents by part, day of publication and day of grant."""
    return [
        {"part": part, "patent_id": f"us:{n}", "office": "US", "is_granted": granted is not None,
         "published_on": day(published), "granted_on": day(granted)}
        for n, (part, published, granted) in enumerate(told, 1)
    ]  # fmt: skip


def test_a_snapshot_of_patents_knows_the_years_up_to_its_last_week():
    # The last Tuesday of 2024 is its last day; nothing comes out before the next Tuesday.
    rows = patents(("all", "2023-05-02", "2023-05-02"), ("all", "2024-12-31", "2024-12-31"))
    assert covered("patent", rows) == {2023: (True, None), 2024: (True, None)}
    # In 2025 it is the 30th: the year is over all the same. By 23 December one more week was to come.
    assert covered("patent", patents(("all", "2025-12-30", "2025-12-30")))[2025] == (True, None)
    assert not covered("patent", patents(("all", "2025-12-23", "2025-12-23")))[2025][0]


def test_an_application_counts_in_the_year_it_was_published_in():
    assert list(covered("patent", patents(("all", "2021-03-03", None)))) == [2021]


def test_weeks_are_known_up_to_the_latest_and_from_the_first():
    weeks = [(f"{d:%Y%m%d}", f"{d}", f"{d}") for d in (dt.date(2024, 1, 2), dt.date(2024, 6, 4), dt.date(2024, 12, 31))]
    assert covered("patent", patents(*weeks), "period")[2024] == (True, None)
    late = covered("patent", patents(*weeks[1:]), "period")
    assert late[2024] == (False, "the parts there are begin on 2024-06-10")
    assert not covered("patent", patents(*weeks[:2]), "period")[2024][0]


def test_conveyances_count_in_the_year_they_were_signed_and_come_in_later():
    rows = [
        {"part": part, "transfer_id": f"uspto:{n:06d}/0001", "kind": "assignment", "rule": "x", "is_purged": False,
         "executed_on": day(executed), "recorded_on": day(recorded), "updated_on": day(recorded)}
        for n, (part, executed, recorded) in enumerate(
            (
                ("20220103", "2021-12-20", "2022-01-03"),
                ("20220601", None, "2022-06-01"),
                ("20230401", "2023-03-01", "2023-04-01"),
                ("20230402", "1912-03-01", "2023-04-02"),
            )
        )
    ]  # fmt: skip
    found = covered("transfer", rows, "log", lag_days=90)
    # Of 2021 nothing was recorded before the log begins. 2022 and its 90 days are over on 31 March 2023.
    assert found[2021] == (False, "the parts there are begin on 2022-01-03")
    assert found[2022] == (True, None)
    assert found[2023] == (False, "records of the year still come in until 2024-03-30")
    assert 1912 not in found


def test_publications_count_in_their_year_up_to_the_day_of_asking():
    rows = [
        {"part": "all", "institution_id": "https://ror.org/052gg0110", "institution_name": "O", "year": year,
         "sector": "all", "publications": 1, "updated_on": day("2024-02-01")}
        for year in (2022, 2023, 2024)
    ]  # fmt: skip
    found = covered("publication_share", rows)
    assert {year: is_complete for year, (is_complete, _) in found.items()} == {2022: True, 2023: True, 2024: False}
