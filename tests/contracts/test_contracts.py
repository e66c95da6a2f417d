"""Every contract: what is derived from it agrees with it, and both judges give the same verdict."""

import pyarrow as pa
import pytest

from expectations import gate
from expectations.contract import Column, Table, arrow_schema, dictionary
from expectations.simulate import bad_rows, rows
from expectations.tables import tables

TABLES = tables()
every_table = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)


def as_chunk(found, table):
    return pa.Table.from_pylist(found, schema=arrow_schema(table, lineage=table.layer == "core"))


@every_table
def test_simulated_rows_pass_both_judges(table):
    chunk = as_chunk(rows(table, 50), table)
    assert gate.by_predicate(chunk, table) == {}
    assert gate.by_expectations(chunk, table) == {}


@every_table
def test_each_bad_row_is_refused_by_its_rule_alone_and_alike(table):
    named = list(bad_rows(table))
    chunk = as_chunk([row for _, row in named], table)
    expected = {i: [rule] for i, (rule, _) in enumerate(named)}
    assert gate.by_predicate(chunk, table) == expected
    assert gate.by_expectations(chunk, table) == expected


@every_table
def test_every_column_is_explained(table):
    assert table.one_row_per
    assert all(column.meaning for column in table.columns)
    assert all(field.metadata[b"meaning"] for field in arrow_schema(table))


@every_table
def test_dictionary_names_every_column_and_the_key(table):
    page = dictionary(table)
    assert all(f"| `{column.name}` |" in page for column in table.columns)
    assert ", ".join(f"`{k}`" for k in table.key) in page


def test_a_core_row_carries_its_source_and_part():
    for table in TABLES.values():
        if table.layer == "core":
            assert {"source", "part"} <= {c.name for c in table.columns}, table.name


def test_no_name_is_reserved():
    # Reserved in the standard and in at least one of DuckDB, PostgreSQL and Spark.
    reserved = set(
        "all and any array as asc both case cast check column constraint create cross current_date current_time"
        " current_timestamp current_user default deferrable desc distinct do else end except false fetch filter for"
        " foreign from full grant group having in initially inner intersect into is join lateral leading left like"
        " limit localtime localtimestamp natural not null offset on only or order outer overlaps pivot placing primary"
        " qualify references returning right select session_user similar some symmetric table then to trailing true"
        " union unique unpivot user using variadic when where window with".split()
    )
    names = {*TABLES, *(c.name for t in TABLES.values() for c in t.columns)}
    assert not names & reserved


def test_large_parts_are_judged_by_sql_and_checked_by_expectations():
    table = TABLES["award"]
    good = rows(table, 200)
    good[17]["amount"] = -1.0
    good[150]["award_id"] = None
    chunk = as_chunk(good, table)
    assert gate.judge(chunk, table, large=True) == {17: ["amount.range"], 150: ["award_id.known"]}


def test_judges_that_disagree_on_a_large_part_stop_it(monkeypatch):
    table = TABLES["award"]
    bad = rows(table, 200)
    bad[17]["amount"] = -1.0
    monkeypatch.setattr(gate, "by_predicate", lambda *_: {})  # SQL that lets everything pass
    with pytest.raises(AssertionError, match="disagree"):
        gate.judge(as_chunk(bad, table), table, large=True)


def test_figures_are_judged_by_their_bounds_and_named():
    assert gate.judge_aggregates({"rows": (5, 5, 5), "share": (0.5, 0, 1), "free": (7, None, None)}) == []
    assert gate.judge_aggregates({"good": (1, 1, 1), "rows": (4, 5, 5)}) == ["rows is 4, expected 5"]
    assert gate.judge_aggregates({"rows": (None, 5, 5)}) == ["rows is None, expected 5"]
    assert gate.judge_aggregates({"rows": (2, None, 1)}) == ["rows is 2, expected any to 1"]


def test_a_declaration_that_cannot_hold_is_refused():
    with pytest.raises(ValueError, match="no column b"):
        Table("t", "thing", ("b",), (Column("a", "string", "an a"),))
    with pytest.raises(ValueError, match="may be null"):
        Table("t", "thing", ("a",), (Column("a", "string", "an a"),))
    with pytest.raises(ValueError, match="type text"):
        Column("a", "text", "an a")
