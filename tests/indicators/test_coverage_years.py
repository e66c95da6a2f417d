"""Parts named by a year: which of them a year's records may stand in, and that a year is complete with all of them."""

import datetime as dt
from dataclasses import replace

import duckdb
import pyarrow as pa
import pytest

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.indicators.coverage import RECORDS, cover
from tests.indicators import hand_worked

LATE = dt.date(2020, 1, 1)


def covered(parts: dict[str, list[int]], first_part: str = "") -> dict[int, tuple[list[str], bool, str | None]]:
    """Cover awards of a source whose part Y holds starts from Y − 1 to Y + 2; parts give the years of their awards."""
    facts = replace(hand_worked.source("alpha"), part_years=(-1, 2), first_part=first_part, lag_days=0)
    awards = [
        {"source": "alpha", "part": part, "award_id": f"alpha:{part}-{n}", "period": "all", "updated_on": LATE,
         "starts_on": dt.date(year, 6, 1)}
        for part, years in parts.items() for n, year in enumerate(years)
    ]  # fmt: skip
    with duckdb.connect() as connection:
        for name in ("award_party", "linked_party", *(r.table for r in RECORDS)):
            rows = awards if name == "award" else []
            there = pa.Table.from_pylist(rows, schema=arrow_schema(table(name)))
            connection.register("there", there)
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM there")
        connection.execute("CREATE SCHEMA iur_work")
        cover(connection, {"alpha": facts}, [("alpha", part) for part in parts])
        found = connection.execute("SELECT year, parts_expected, is_complete, reason FROM coverage").fetchall()
    return {year: tuple(rest) for year, *rest in found}


def test_one_file_alone_completes_no_year():
    # Awards that start in 2008 stand in the files of 2006 to 2009.
    found = covered({"2008": [2007, 2008, 2009]})
    assert found[2008] == (["2006", "2007", "2008", "2009"], False, "parts missing: 2006, 2007, 2009")
    assert not any(complete for _, complete, _ in found.values())


def test_a_year_is_complete_with_every_file_that_may_hold_it():
    found = covered({part: [int(part)] for part in ("2006", "2007", "2008", "2009")})
    assert {year for year, (_, complete, _) in found.items() if complete} == {2008}


@pytest.mark.parametrize(("first", "expected"), [("2007", ["2007", "2008", "2009"]), ("2008", ["2008", "2009"])])
def test_files_from_before_the_first_are_not_expected(first, expected):
    assert covered({"2008": [2008]}, first)[2008][0] == expected
