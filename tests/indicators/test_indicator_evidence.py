"""Evidence: its grain, its columns, its order, and that no thread or row order changes a digit."""

from dataclasses import replace

import duckdb
import pytest
import sqlglot

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.indicators.catalogue import catalogue, measures
from pipelines.indicators.compute import compute
from pipelines.indicators.evidence import EvidenceError
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.joint import GRANTS_WITH_COMPANIES
from pipelines.indicators.joint_evidence import JOINT_FUNDING, JOINT_GRANTS, JOINT_PARTNERS
from pipelines.indicators.measure import COLUMNS, OPTIONAL, key, text
from tests.indicators import hand_worked

TABLES = ("coverage", "coverage_institution", "evidence", "indicator")


@pytest.mark.parametrize("of", ["world", "reported"])
@pytest.mark.parametrize("name", TABLES)
def test_tables_are_as_their_contract_says(request, name, of):
    world = request.getfixturevalue(of)
    contract = table(name)
    found = world.sql(f"SELECT * FROM {name}").to_arrow_table()
    schema = arrow_schema(contract)
    assert found.schema.names == schema.names
    assert found.cast(schema).num_rows > 0
    for rule in contract.rules:
        bad = world.execute(f"SELECT count(*) FROM {name} WHERE NOT ({rule.sql})").fetchall()[0][0]
        assert bad == 0, rule.says
    keys = ", ".join(contract.key)
    twice = f"SELECT {keys} FROM {name} GROUP BY {keys} HAVING count(*) > 1"
    assert world.execute(twice).fetchall() == []


def test_nothing_of_the_work_is_left(world):
    schemas = "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'iur_%'"
    assert world.execute(schemas).fetchall() == []


def test_evidence_of_a_measure(world):
    # A02: three rows of Alma are one; 250 in all, the institution's own (share 1).
    rows = world.execute(
        """SELECT record_id, partner_id, amount, share, currency, amount_eur, intensity FROM evidence
        WHERE measure = 'joint_funding' AND institution_id = ? AND year = 2015 ORDER BY record_id""",
        [hand_worked.ror("alma")],
    ).fetchall()
    assert rows == [
        ("alpha:A01", "", 100, 1, "EUR", 100, "bilateral"),
        ("alpha:A02", "", 250, 1, "EUR", 250, "bilateral"),
    ]


def test_money_in_euro_at_the_rate_of_the_year(world):
    rows = world.execute(
        """SELECT record_id, amount, currency, amount_eur FROM evidence
        WHERE measure = 'joint_funding' AND source = 'bursar' ORDER BY record_id"""
    ).fetchall()
    assert rows == [("bursar:B01", 1000, "USD", 800), ("bursar:B02", 300, "USD", None)]


def test_partner_sizes_at_edge_grain(world):
    rows = world.execute(
        """SELECT partner_id, partner FROM evidence
        WHERE measure = 'joint_partners' AND record_id = 'alpha:A12' ORDER BY partner"""
    ).fetchall()
    assert rows == [(hand_worked.ror("newco"), "all"), (hand_worked.ror("cedar"), "sme")]


def test_a_measure_that_breaks_its_grain_is_refused():
    all_of_it = f"SELECT {', '.join(COLUMNS)} FROM once"
    sql = f"WITH once AS ({JOINT_GRANTS.sql}) {all_of_it} UNION ALL {all_of_it}"
    doubled = replace(JOINT_GRANTS, sql=sql)
    broken = replace(GRANTS_WITH_COMPANIES, numerator=doubled, sized=())
    connection = hand_worked.build()
    with pytest.raises(EvidenceError, match=r"evidence\.unique"):
        compute(connection, hand_worked.SOURCES, hand_worked.PARTS, [broken])
    assert connection.execute("SELECT current_schema()").fetchall() == [("main",)]


def test_the_order_of_rows_and_threads_changes_nothing():
    def dump(connection: duckdb.DuckDBPyConnection) -> list[list[tuple]]:
        compute(connection, hand_worked.SOURCES, hand_worked.PARTS, chosen)
        return [connection.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall() for name in TABLES]

    ids = ("joint.tripartite_share", "joint.funding", "challenge.budget_split", "sme.r_and_d_cost")
    chosen = [catalogue()[id_] for id_ in ids]
    # Amounts that floating point adds up differently in another order.
    grants = tuple(
        replace(g, parties=tuple(replace(p, amount=p.amount and p.amount / 3 * 1e6 + 0.1) for p in g.parties))
        for g in hand_worked.GRANTS
    )
    forwards, backwards = hand_worked.build(grants), hand_worked.build(tuple(reversed(grants)))
    forwards.execute("SET threads = 1")
    backwards.execute("SET threads = 4")
    assert dump(forwards) == dump(backwards)


def test_money_adds_up_as_decimals():
    # 0.1 added a thousand times is 99.9999999999986 in floating point.
    grants = tuple(
        hand_worked.Grant(f"C{n}", "2016-01-01", (hand_worked.P("alma", 0.1), hand_worked.P("acme", 0.2)))
        for n in range(1000)
    )
    connection = hand_worked.build(grants)
    compute(connection, hand_worked.SOURCES, [("alpha", "new")], [catalogue()["joint.funding"]])
    row = hand_worked.look_up(connection, "joint.funding", "alma", 2016)
    assert row["value"] == 100.0
    assert row["basis"] == "stability"  # 30 amounts and more


@pytest.mark.parametrize("name", sorted(measures()))
def test_every_measure_speaks_spark_and_runs_alone(request, name):
    measure = measures()[name]
    asked = (
        ("reported", "surveyed_us") if measure.is_survey else ("world", "funded", "gateway", "published", "patented")
    )
    there = "SELECT 1 FROM evidence WHERE measure = ? LIMIT 1"
    worlds = (request.getfixturevalue(world) for world in asked)
    world = next(world for world in worlds if world.execute(there, [name]).fetchall())
    for dialect in ("spark", "postgres"):
        spoken = sqlglot.transpile(text(measure), read="duckdb", write=dialect)
        assert len(spoken) == 1
        assert sqlglot.parse_one(spoken[0], read=dialect) is not None
    # On the whole tables, the query as it is printed gives the evidence that `compute` found.
    described = world.execute(f"SELECT * FROM ({text(measure)}) LIMIT 0").description
    assert {column[0] for column in described} - set(OPTIONAL) == set(COLUMNS)
    columns = "institution_id, year, record_id, partner_id, amount, share"
    alone = world.execute(f"SELECT {columns} FROM ({text(measure)}) ORDER BY ALL").fetchall()
    found = world.execute(f"SELECT {columns} FROM evidence WHERE measure = ? ORDER BY ALL", [name]).fetchall()
    assert found
    assert set(found) <= set(alone)
    if measure.needs <= {"partners", "amounts"}:
        assert found == alone


def test_partners_and_joint_grants_are_two_views_of_one_thing(world):
    rows = world.execute(
        """SELECT record_id, institution_id FROM evidence WHERE measure IN ('joint_grants', 'joint_partners')
        GROUP BY record_id, institution_id HAVING count(DISTINCT measure) = 1"""
    ).fetchall()
    assert rows == []


def test_names_are_no_reserved_words(world):
    names = {m.name for m in measures().values()} | {i.name for m in measures().values() for i in m.uses}
    words = world.execute("SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'")
    assert not ({*names, *COLUMNS} & {word for (word,) in words.fetchall()})


def test_own_queries_of_indicators_speak_spark():
    for indicator in catalogue().values():
        if indicator.is_own_sql:
            spoken = sqlglot.transpile(indicator.aggregate, read="duckdb", write="spark")[0]
            assert sqlglot.parse_one(spoken, read="spark") is not None


def test_the_key_of_a_measure_changes_with_what_it_says_only():
    spaced = replace(JOINT_GRANTS, sql=JOINT_GRANTS.sql.replace("\n", "\n\n  -- a remark\n"))
    assert key(spaced) == key(JOINT_GRANTS)
    assert key(replace(JOINT_GRANTS, sql=JOINT_GRANTS.sql.replace(">= 1", ">= 2"))) != key(JOINT_GRANTS)
    assert len({key(m) for m in measures().values()}) == len(measures())


def test_aggregates_of_single_rows():
    # Alma 2015–2017: bolt in A02, A05 (by its subsidiary) and A06, acme in A01 and A08, cedar in A05: two
    # companies share two grants or more, and only one shares three.
    few = {"aggregate": "h", "window_years": 3}
    h = Indicator("joint.h_test", "h", "h", "companies", JOINT_PARTNERS, "", (), **few)
    # Alma 2015: 100 and 250.
    middle = Indicator("joint.median_test", "m", "m", "EUR", JOINT_FUNDING, "", (), aggregate="median",
                       interval="median")  # fmt: skip
    connection = hand_worked.build()
    compute(connection, hand_worked.SOURCES, hand_worked.PARTS, [h, middle])
    values = dict(
        connection.execute(
            """SELECT indicator, value FROM indicator WHERE institution_id = ? AND rollup = 'direct'
            AND (indicator, year) IN (('joint.h_test', 2017), ('joint.median_test', 2015))""",
            [hand_worked.ror("alma")],
        ).fetchall()
    )
    assert values == {"joint.h_test": 2, "joint.median_test": 175}
