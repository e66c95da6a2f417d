"""The release's table: who is in it, and that it says what `iur partners` says."""

import duckdb
import pytest

from expectations import gate
from expectations.contract import arrow_schema
from expectations.tables import table as contract
from pipelines.partners import run, table, weights
from pipelines.partners.query import Asked
from tests.partners.hand_made import EAST, FAR, LARGE, OTHER, SMALL, WEST
from warehouse.reuse import Reuse


def rows(connection):
    """The rows of the table, by company, best first."""
    made = [row for batch in table.batches(connection) for row in batch.to_pylist()]
    return sorted(made, key=lambda row: (row["company_id"], row["place"]))


@pytest.fixture
def connection(world):
    world.award(1, 2024, "Battery electrolytes", (EAST, None, None), (SMALL, True, 5.0))
    world.award(2, 2023, "Battery lasers", (WEST, None, None), (SMALL, True, 5.0), (LARGE, False, 5.0))
    world.award(3, 2023, "Laser", (FAR, None, None))
    world.patent(1, 2022, "Battery", [EAST, SMALL], "H01M")
    world.award(4, 2009, "Battery", (EAST, None, None), (OTHER, None, 5.0))  # too long ago
    return world.connect()


def test_companies_that_worked_with_an_institution_in_the_last_years_are_in_it(connection):
    assert {row["company_id"] for row in rows(connection)} == {SMALL, LARGE}


@pytest.mark.parametrize("company", [SMALL, LARGE])
def test_it_says_what_the_command_says(connection, company):
    agree(connection, company)


@pytest.mark.parametrize("company", [SMALL, LARGE, OTHER])
def test_companies_of_one_field_share_what_they_have_in_common_alone(world, company):
    """One profile; two SMEs of countries with other programmes, and a larger company; two without a place."""
    world.award(1, 2024, "Battery", (EAST, None, None), (SMALL, True, 5.0))
    world.award(2, 2023, "Battery", (WEST, None, None), (LARGE, True, 5.0), source="gtr", programme="KTP")
    world.award(3, 2022, "Battery", (WEST, None, None), (OTHER, False, 5.0))
    world.award(4, 2024, "Battery", (FAR, None, None))
    agree(world.connect(), company)


@pytest.mark.parametrize("company", [SMALL, LARGE])
def test_the_classes_of_words_are_those_of_the_words_of_each(world, company):
    world.award(1, 2024, "Battery", (EAST, None, None), (SMALL, True, 5.0))
    world.award(2, 2024, "Laser", (WEST, None, None), (LARGE, True, 5.0))
    for n in range(3):
        world.patent(n, 2022, "Battery", [EAST], "H01M")
        world.patent(10 + n, 2022, "Laser", [WEST], "H01S")
        world.patent(20 + n, 2022, "Electrolyte", [FAR], "H01M")  # found by the class alone
    agree(world.connect(), company)


def agree(connection, company):
    """Hold the table's rows of a company against the command's answer, worked out by itself."""
    listed = [row for row in rows(connection) if row["company_id"] == company]
    said = list(run.answer(connection, Asked(company=company), weights.DEFAULT, 10).rows())
    assert [row["institution_id"] for row in listed] == [row["institution_id"] for row in said]
    for row, answer in zip(listed, said, strict=True):
        assert row["place"] == answer["place"]
        assert row["score"] == pytest.approx(answer["score"], abs=1e-9)
        for name, one in answer["components"].items():
            assert row[name] == pytest.approx(one["score"], abs=1e-9), name
            for fact, value in one["facts"].items():
                if fact in row:
                    assert row[fact] == pytest.approx(value, abs=1e-9), fact


def test_its_rows_keep_the_contract_and_its_bound(connection, monkeypatch):
    import pyarrow as pa

    there = contract("partner_candidate")
    made = pa.Table.from_pylist(rows(connection), schema=arrow_schema(there))
    assert gate.by_predicate(made, there) == {}
    monkeypatch.setattr(table, "BEST", 1)
    best = rows(connection)
    assert [row["place"] for row in best] == [1, 1]


def test_nothing_is_left_behind_and_the_same_rows_give_the_same_table(connection):
    before = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    first = rows(connection)
    assert {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()} == before
    assert rows(connection) == first


def test_it_is_taken_from_the_former_release_unless_something_it_reads_changed(connection, tmp_path, monkeypatch):
    name = "partner_candidate/partner_candidate.parquet"
    first = Reuse()
    table.write(connection, first)
    (tmp_path / name).parent.mkdir()
    connection.execute(f"COPY partner_candidate TO '{tmp_path / name}'")
    from warehouse import files

    noted = {"keys": first.keys, "files": {name: {"sha256": files.sha256(tmp_path / name), "digest": ""}}}
    made = []
    monkeypatch.setattr(table, "batches", lambda _: iter(made.append(1) or []))
    table.write(connection, Reuse(release=tmp_path, former=noted))
    assert not made
    assert connection.execute("SELECT count(*) FROM partner_candidate").fetchall() == [(6,)]
    connection.execute("UPDATE award SET title = 'Another' WHERE award_id = 'cordis:1'")
    table.write(connection, Reuse(release=tmp_path, former=noted))
    assert made


@pytest.mark.parametrize("source", ["title", "is_sme", "amount", "latitude", "year"])
def test_every_column_that_scores_read_is_in_the_key(connection, source):
    where = {"title": "award", "is_sme": "linked_party", "amount": "linked_party", "latitude": "organisation",
             "year": "collaboration"}  # fmt: skip
    before = table._key(connection)
    connection.execute(f"UPDATE {where[source]} SET {source} = NULL")
    assert table._key(connection) != before


def test_a_release_without_any_record_has_an_empty_table(world):
    for name in world.rows:
        world.rows[name] = []
    connection: duckdb.DuckDBPyConnection = world.connect()
    assert rows(connection) == []
