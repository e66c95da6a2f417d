"""A part is the same whether its rows come as batches or as a query, and whichever way they are judged."""

import dataclasses
import types

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations import gate
from expectations.contract import arrow_schema
from expectations.simulate import bad_rows, rows
from expectations.tables import tables
from pipelines import judging, parquet, part, read
from pipelines.source import Source, SourceError
from warehouse import files

TABLES = tables()
SOURCE = Source(
    name="simulated", title="t", publisher="p", topic="patents", homepage="", licence="", licence_url="",
    is_redistributable=True, citation="", cadence="", part_kind="snapshot", changes_by="etag", first_part="all",
    tables=("patent",), mirror="", mirror_example="",
)  # fmt: skip


def module(names, path, found):
    """A source whose normaliser reads rows from Parquet files, one a table, and yields them as `found` does."""
    made = types.ModuleType("simulated")
    made.SOURCE = dataclasses.replace(SOURCE, tables=names)
    made.VERSION = 1
    made.normalise = lambda files, cursor, scratch, reading: (
        item for name in names for item in found(cursor, name, f"SELECT * FROM read_parquet('{path}/{name}.parquet')")
    )
    return made


def as_query(cursor, name, query):
    # Over a temporary table of its own cursor, as normalisers have them.
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE mine_{name} AS {query}")
    yield name, f"SELECT * FROM mine_{name}"


def as_batches(cursor, name, query):
    for batch in cursor.sql(query).to_arrow_reader(read.ROWS):
        yield name, batch


def as_both(cursor, name, query):
    yield from as_batches(cursor, name, f"{query} LIMIT 40")
    yield name, f"{query} OFFSET 40"


def as_both_back(cursor, name, query):
    narrow = "patent_id" if name == "patent" else "patent_id, party_no"
    yield name, f"SELECT {narrow}, * EXCLUDE ({narrow}, source, part, _dropped), _dropped FROM ({query} LIMIT 40)"
    yield from as_batches(cursor, name, f"{query} OFFSET 40")


@pytest.fixture
def build(home, tmp_path, monkeypatch):
    """Build a part of some rows by table, as batches or a query, small or large; return manifest and files."""

    def build(found_rows, found, whole):
        folder = tmp_path / "rows"
        folder.mkdir(exist_ok=True)
        for name, given in found_rows.items():
            pq.write_table(
                pa.Table.from_pylist(given, arrow_schema(TABLES[name], lineage=True)), folder / f"{name}.parquet"
            )
        monkeypatch.setattr(gate, "WHOLE", whole)
        receipt = {
            "part": "all", "files": [], "fetched_at": "2026-01-01T00:00:00+00:00", "announced": None,
        }  # fmt: skip
        manifest = part.build(home, module(tuple(found_rows), folder, found), receipt)
        written = {
            f"{root.name}/{path.parent.name}": path
            for root in (home.core, home.quarantine)
            for path in root.glob("*/simulated--all.parquet")
        }
        told = {k: manifest[k] for k in ("tables", "quarantine", "balance", "observes", "warnings")}
        return told, {name: (files.sha256(path), pq.read_table(path)) for name, path in sorted(written.items())}

    return build


def tolerant(monkeypatch, *names):
    """Let a table's contract refuse as many rows as it likes, so that all kinds of bad rows fit in a small part."""
    for name in names:
        monkeypatch.setitem(TABLES, name, dataclasses.replace(TABLES[name], tolerance=1.0))
    for room in (judging, part):
        monkeypatch.setattr(room, "contract", TABLES.__getitem__)
    from pipelines import unique

    monkeypatch.setattr(unique, "contract", TABLES.__getitem__)


def broken_rows(table):
    """A bad row of every kind that a normaliser can make: source and part are not its to say."""
    return [(rule, row) for rule, row in bad_rows(table) if rule.partition(".")[0] not in ("source", "part")]


def patent_rows():
    """300 good patents; a bad one of every kind; dropped ones; twins that agree and twins that do not."""
    table = TABLES["patent"]
    good = rows(table, 300)
    bad = [row | {"_line": 1000 + n} for n, (_, row) in enumerate(broken_rows(table))]
    several = good[5] | {"_line": 2000, "_problem": "title: cannot be read", "claims": -1}
    dropped = [good[n] | {"_line": 3000 + n, "_dropped": reason} for n, reason in enumerate(("stub", "stub", "old"))]
    equal = [good[7] | {"_line": 4000}, good[7] | {"_line": 4001}]
    unequal = good[9] | {"_line": 4002, "title": "Another"}
    return [*good[:150], *bad, several, *dropped, *good[150:], *equal, unequal], len(bad) + 1


def party_rows(patents):
    """Two parties for each of some patents: kept, quarantined, and unknown ones."""
    party = rows(TABLES["patent_party"], 1)[0]
    ids = [row["patent_id"] for row in patents[:200] if row["patent_id"]] + ["us:99999999"]
    return [
        party | {"patent_id": id_, "party_no": no, "_line": 10 * n + no} for n, id_ in enumerate(ids) for no in (1, 2)
    ]


def test_a_part_is_the_same_by_batches_and_by_query_small_and_large(build, monkeypatch):
    tolerant(monkeypatch, "patent", "patent_party")
    patents, bad = patent_rows()
    given = {"patent": patents, "patent_party": party_rows(patents)}
    told, written = build(given, as_batches, whole=10**6)
    book = told["balance"]["patent"]
    # Worked out from what was put in: the twins that agree leave one, those that do not leave none.
    assert book["read"] == 300 + bad + 3 + 3
    assert book["quarantined"] == bad + 2
    assert book["dropped"] == {"stub": 2, "old": 1, "duplicate_row": 2}
    assert book["kept"] == 299
    assert told["balance"]["patent_party"]["rules"]["parent.known"] == 2  # of us:99999999
    for found, whole in (
        (as_query, 10**6),
        (as_query, 10),
        (as_both, 10),
        (as_both, 100),
        (as_both_back, 10),
        (as_batches, 10),
    ):
        again, rewritten = build(given, found, whole)
        assert again == told, (found.__name__, whole)
        assert rewritten == written, (found.__name__, whole)
    assert set(written) == {"core/patent", "core/patent_party", "quarantine/patent", "quarantine/patent_party"}


def test_a_file_that_duckdb_writes_has_the_order_and_the_schema_of_others(build, monkeypatch):
    given = {"patent": rows(TABLES["patent"], 300)[::-1]}
    for row in given["patent"]:
        row |= {"office": "EP", "title": None}  # one value throughout: left out of the sort, and there all the same
    _, written = build(given, as_query, whole=10)
    monkeypatch.setattr(parquet, "LARGE", 10)
    told, large = build(given, as_query, whole=10)
    assert large["core/patent"][1].equals(written["core/patent"][1])
    assert large["core/patent"][1].schema.equals(written["core/patent"][1].schema, check_metadata=True)
    assert told["tables"]["patent"]["rows"] == 300
    assert build(given, as_batches, whole=10**6) == (told, large)


@pytest.mark.parametrize("name", ["award", "transfer", "survey_value", "registry_name", "patent_party"])
def test_every_kind_of_bad_row_is_refused_alike_in_a_large_part(name, tmp_path, monkeypatch):
    table = TABLES[name]
    named = broken_rows(table)
    given = [*rows(table, 50), *(row for _, row in named)]
    expected = sorted([rule] for rule, _ in named)
    for whole in (10**6, 10):
        monkeypatch.setattr(gate, "WHOLE", whole)
        connection = duckdb.connect()
        pq.write_table(pa.Table.from_pylist(given, arrow_schema(table, lineage=True)), tmp_path / f"{name}.parquet")
        found = module((name,), tmp_path, as_query)
        books = judging.judge(connection, found, "all", [], tmp_path, read.Reading())
        assert books[name]["read"] == 50 + len(named)
        refused = connection.execute(f"SELECT rules FROM refused_{name}").fetchall()
        assert sorted(rules for (rules,) in refused) == expected
        assert connection.execute(f"SELECT count(*) FROM kept_{name}").fetchone() == (50,)


def test_a_predicate_that_lets_bad_rows_pass_stops_a_large_part(build, monkeypatch):
    given = rows(TABLES["patent"], 50)
    given[3]["claims"] = -5
    given[4]["office"] = "us"
    monkeypatch.setattr(gate, "broken", lambda *_: "false")
    with pytest.raises(AssertionError, match="disagree"):
        build({"patent": given}, as_query, whole=10)
    monkeypatch.setattr(gate, "by_expectations", lambda *_: {})  # a sample that sees none of them
    with pytest.raises(AssertionError, match="claims: least is -5, "):
        build({"patent": given}, as_query, whole=10)


def test_a_large_part_over_its_tolerance_fails_as_a_small_one(build):
    given = rows(TABLES["patent"], 100)
    for row in given[:5]:
        row["claims"] = -1
    for whole in (10**6, 10):
        with pytest.raises(SourceError, match=r"5 of 100 rows of patent refused, more than 1% \(claims.range 5\)"):
            build({"patent": given}, as_query, whole)


def test_a_query_that_would_round_is_refused(build):
    def rounding(cursor, name, query):
        yield name, f"SELECT * REPLACE (1.5::DOUBLE AS claims) FROM ({query})"

    with pytest.raises(TypeError, match=r"patent\.claims is DOUBLE in the query, BIGINT in the contract"):
        build({"patent": rows(TABLES["patent"], 5)}, rounding, whole=10)


def test_a_query_may_leave_columns_out_and_wider_numbers_in(build):
    def narrow(cursor, name, query):
        yield name, f"SELECT patent_id, office, is_granted, claims::SMALLINT AS claims, _file, _line FROM ({query})"

    told, written = build({"patent": rows(TABLES["patent"], 5)}, narrow, whole=1)
    _, table = written["core/patent"]
    assert table["claims"].to_pylist() == [row["claims"] for row in rows(TABLES["patent"], 5)]
    assert table["title"].null_count == 5
    assert told["balance"]["patent"]["kept"] == 5
