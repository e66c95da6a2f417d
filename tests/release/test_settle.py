"""Records that stand in two parts of a source: the later part wins, with all that belongs to the record."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines import source
from pipelines.settle import settle
from warehouse import scratch

AWARD = {"source": "alpha", "period": "all", "funder": "Funder"}
PARTY = AWARD | {"role": "participant"}


def alpha(kind="period"):
    facts = source.load("cordis").SOURCE
    return {"alpha": replace(facts, name="alpha", part_kind=kind, spans={})}


def write(built, part, awards, parties=()):
    """Write a part: awards by id and title, parties by award, number and name."""
    rows = {
        "award": [AWARD | {"part": part, "award_id": i, "title": t} for i, t in awards],
        "award_party": [PARTY | {"part": part, "award_id": i, "party_no": n, "name": x} for i, n, x in parties],
    }
    for name, there in rows.items():
        if there:
            there = [{k: v for k, v in r.items() if k in arrow_schema(table(name)).names} for r in there]
            path = built / name / f"alpha--{part}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.Table.from_pylist(there, schema=arrow_schema(table(name))), path)


def settled(built, tmp_path, *parts, kind="period"):
    (tmp_path / "work").mkdir()
    with scratch.connect(tmp_path / "work") as connection:
        return settle(connection, built, alpha(kind), [("alpha", p) for p in parts])


def titles(built):
    return sorted((r["part"], r["award_id"], r["title"]) for r in pq.read_table(built / "award").to_pylist())


@pytest.fixture
def built(tmp_path):
    return tmp_path / "built"


def test_the_later_part_wins_and_takes_the_parties_along(built, tmp_path):
    write(built, "2008", [("a:1", "old"), ("a:2", "only")], [("a:1", 1, "X"), ("a:1", 2, "Gone"), ("a:2", 1, "Y")])
    write(built, "2009", [("a:1", "new")], [("a:1", 1, "X")])
    # Of 2008: award a:1 and both its parties, also the one that the later part no longer has.
    assert settled(built, tmp_path, "2008", "2009") == {("alpha", "2008"): 3}
    assert titles(built) == [("2008", "a:2", "only"), ("2009", "a:1", "new")]
    parties = pq.read_table(built / "award_party").to_pylist()
    assert sorted((p["award_id"], p["name"]) for p in parties) == [("a:1", "X"), ("a:2", "Y")]


def test_parts_with_a_number_come_after_what_was_before_them_and_by_number(built, tmp_path):
    for part in ("historical", "999", "2008"):
        write(built, part, [("a:1", part)])
    assert settled(built, tmp_path, "2008", "999", "historical") == {("alpha", "historical"): 1, ("alpha", "999"): 1}
    assert titles(built) == [("2008", "a:1", "2008")]


def test_a_part_that_loses_every_row_stays_as_an_empty_file(built, tmp_path):
    write(built, "1", [("a:1", "old")])
    write(built, "2", [("a:1", "new")])
    settled(built, tmp_path, "1", "2")
    assert pq.read_table(built / "award" / "alpha--1.parquet").num_rows == 0


def test_files_without_superseded_rows_are_left_alone(built, tmp_path):
    write(built, "1", [("a:1", "one")])
    write(built, "2", [("a:2", "two")])
    before = {p: p.stat().st_ino for p in built.rglob("*.parquet")}
    assert settled(built, tmp_path, "1", "2") == {}
    assert {p: p.stat().st_ino for p in built.rglob("*.parquet")} == before


def test_snapshots_are_not_settled(built, tmp_path):
    write(built, "1", [("a:1", "one")])
    write(built, "2", [("a:1", "two")])
    assert settled(built, tmp_path, "1", "2", kind="snapshot") == {}
    assert len(titles(built)) == 2
