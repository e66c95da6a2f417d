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


def covered(name: str, rows: list[dict], kind: str = "snapshot", lag_days: int = 0, step_days: int = 0):
    """Return the years of a source with rows of one table: {year: (is it complete, why not)}.

    Rows of `bursar` are of a source by weeks that goes on where `alpha` ends.
    """
    alpha = replace(hand_worked.source("alpha"), part_kind=kind, lag_days=lag_days, step_days=step_days)
    bursar = replace(
        hand_worked.source("bursar"), part_kind="period", yields_to=("alpha",), step_days=7, part_years=None, spans={}
    )
    parts = sorted({(row.get("source", "alpha"), row["part"]) for row in rows})
    with duckdb.connect() as connection:
        for one in ("award_party", "linked_party", *(r.table for r in RECORDS)):
            held = [{"source": "alpha"} | row for row in rows] if one == name else []
            there = pa.Table.from_pylist(held, schema=arrow_schema(table(one)))
            connection.register("there", there)
            connection.execute(f"CREATE TABLE {one} AS SELECT * FROM there")
        connection.execute("CREATE SCHEMA iur_work")
        cover(connection, {"alpha": alpha, "bursar": bursar}, parts)
        found = connection.execute("SELECT year, is_complete, reason FROM coverage ORDER BY year").fetchall()
        named = connection.execute("SELECT DISTINCT source FROM coverage").fetchall()
        # Where there is an alpha, years are told under its name alone.
        assert named == [("alpha" if any(p[0] == "alpha" for p in parts) else "bursar",)]
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


def test_a_week_that_is_missing_leaves_its_year_open():
    days = [dt.date(2024, 1, 2) + dt.timedelta(7 * week) for week in range(53)]
    weeks = [(f"{d:%Y%m%d}", f"{d}", f"{d}") for d in days]
    assert covered("patent", patents(*weeks), "period", step_days=7)[2024] == (True, None)
    # Without the week of 9 July nothing is here of the days from the 9th to the 15th.
    without = [week for week in weeks if week[0] != "20240709"]
    found = covered("patent", patents(*without), "period", step_days=7)
    assert found[2024] == (False, "parts are missing between 2024-07-09 and 2024-07-15")


def test_a_source_that_goes_on_where_another_ends_completes_its_last_year():
    # The last release ends with the grants of 9 December; the weeks from then on are those of the other source.
    release = patents(("all", "2024-01-02", "2024-01-02"), ("all", "2025-12-09", "2025-12-09"))
    weeks = [
        row | {"source": "bursar", "patent_id": f"us:9{n}"}
        for n, row in enumerate(
            patents(*((f"{d}", f"{d}", f"{d}") for d in ("2025-12-16", "2025-12-23", "2025-12-30")))
        )
    ]
    assert not covered("patent", release)[2025][0]
    assert covered("patent", release + weeks) == {2024: (True, None), 2025: (True, None)}
    # A week of both changes nothing; one that is in neither does.
    both = [row | {"source": "bursar", "patent_id": "us:8"} for row in patents(("2025-12-09",) * 3)]
    assert covered("patent", release + both + weeks)[2025] == (True, None)
    assert covered("patent", release + weeks[1:])[2025] == (
        False, "parts are missing between 2025-12-16 and 2025-12-22"
    )  # fmt: skip
    # Weeks alone tell only of their own days.
    assert covered("patent", weeks)[2025] == (False, "the parts there are begin on 2025-12-22")


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
