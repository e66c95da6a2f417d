"""Every measure says the same on Spark as in DuckDB; and `IUR_ENGINE` chooses between them."""

import math
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import duckdb
import pytest
from sqlglot.errors import SqlglotError

from pipelines import demo, steps
from pipelines import release as releasing
from pipelines.demo.publishers import PUBLISHERS
from pipelines.demo.records import World
from pipelines.demo.server import Publishers
from pipelines.indicators import rooms, spark
from pipelines.indicators.catalogue import catalogue, measures
from pipelines.indicators.compute import compute
from pipelines.indicators.measure import COLUMNS, OPTIONAL, Measure
from pipelines.indicators.observe import Part
from pipelines.window import Window
from tests.indicators import hand_worked
from warehouse.store import Home

WORLDS = {False: ("world", "funded", "gateway", "published", "patented"), True: ("reported", "surveyed_us")}
"""The hand-worked worlds, of records and of surveys, which have rows for every measure."""

CLOSE = 1e-9
"""How far amounts and shares may lie apart: of themselves where they are large, else of one."""

TYPES = {"year": "BIGINT", "amount": "DOUBLE", "share": "DOUBLE", "period_start": "DATE", "period_end": "DATE"}
RECENT = Window("2023", "2025")
KEY = "institution_id, year, record_table, record_id, partner_id"

# It warns of a pandas newer than itself; rows come as Arrow.
pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
needs_spark = pytest.mark.skipif(bool(spark.missing()), reason=f"Spark needs {spark.missing()}")


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[object]:
    """Spark, begun once for all."""
    with spark.session(tmp_path_factory.mktemp("spark")) as session:
        yield session


class Both:
    """The same tables in DuckDB, with ideas computed, and on Spark."""

    def __init__(self, running: object, folder: Path) -> None:
        self.spark = spark.Spark(running, folder)
        self.duckdb = duckdb.connect()
        for name in rooms.TABLES:
            self.duckdb.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet('{folder / name}/*.parquet')")
        for idea in rooms.ideas(measures().values()):
            self.duckdb.execute(f"CREATE TABLE {idea.name} AS {idea.sql}")

    def rows(self, measure: Measure, parts: tuple[Part, ...] | None = None) -> tuple[list[tuple], list[tuple]]:
        """The rows of a measure, in order, by both; all columns of evidence, in its types."""
        self.duckdb.register("of_spark", self.spark.rows(measure, parts))
        return self._sorted(measure.sql), self._sorted("SELECT * FROM of_spark")

    def _sorted(self, sql: str) -> list[tuple]:
        there = {column for column, *_ in self.duckdb.execute(f"SELECT * FROM ({sql}) LIMIT 0").description}
        assert there <= {*COLUMNS, *OPTIONAL}
        wanted = ", ".join(
            f"CAST({c if c in there else 'NULL'} AS {TYPES.get(c, 'VARCHAR')}) AS {c}" for c in (*COLUMNS, *OPTIONAL)
        )
        return self.duckdb.execute(f"SELECT {wanted} FROM ({sql}) ORDER BY {KEY}").fetchall()


def apart(one: tuple, other: tuple) -> bool:
    """Whether two rows differ in more than the last digits of their figures."""
    return not all(
        math.isclose(a, b, rel_tol=CLOSE, abs_tol=CLOSE) if isinstance(a, float) and isinstance(b, float) else a == b
        for a, b in zip(one, other, strict=True)
    )


@pytest.fixture(scope="module")
def on_demo(running, tmp_path_factory) -> Both:
    """The release of a small demonstration, of every source."""
    home = Home(tmp_path_factory.mktemp("demo") / "home")
    home.mark_simulated()
    world = World(projects=200)
    with Publishers(world, PUBLISHERS) as publishers, demo.pointed_to(publishers):
        for source in PUBLISHERS:
            assert not [o.failed for o in steps.ingest(home, source, window=RECENT) if o.failed]
    return Both(running, releasing.make(home).path)


@pytest.fixture(scope="module")
def on_world(request, running, tmp_path_factory) -> Callable[[Measure], Both]:
    """Give the first hand-worked world that has evidence of a measure."""

    @cache
    def made(name: str) -> Both:
        folder = tmp_path_factory.mktemp(name)
        spark.write(request.getfixturevalue(name), "main", folder)
        return Both(running, folder)

    def of(measure: Measure) -> Both:
        told = "SELECT 1 FROM evidence WHERE measure = ? LIMIT 1"
        worlds = ((name, request.getfixturevalue(name)) for name in WORLDS[measure.is_survey])
        return made(next(name for name, world in worlds if world.execute(told, [measure.name]).fetchall()))

    return of


@needs_spark
@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(measures()))
def test_every_measure_says_the_same_on_spark(on_demo, on_world, name):
    measure = measures()[name]
    expected, found = on_demo.rows(measure)
    if not expected:  # what the demonstration does not hold stands in a world worked by hand
        assert found == []
        expected, found = on_world(measure).rows(measure)
    assert expected
    assert len(found) == len(expected)
    assert [pair for pair in zip(expected, found, strict=True) if apart(*pair)] == []


@needs_spark
@pytest.mark.slow
def test_evidence_of_a_release_comes_from_spark_where_it_is_asked(running, monkeypatch):
    # Records and edges, money in dollars, a look across years; one source tells less than the other.
    chosen = [catalogue()[id_] for id_ in ("joint.funding", "joint.partners", "sme.r_and_d_cost", "sme.reputation")]
    asked = []
    rows = spark.Spark.rows
    monkeypatch.setattr(spark.Spark, "rows", lambda self, *of: (asked.append(of[0].name), rows(self, *of))[1])
    made = {}
    for engine in ("duckdb", "spark"):
        monkeypatch.setenv(spark.ENGINE, engine)
        connection = hand_worked.build()
        compute(connection, hand_worked.SOURCES, hand_worked.PARTS, chosen)
        for name, key in (("evidence", f"measure, {KEY}"), ("indicator", "ALL")):
            made[name, engine] = connection.execute(f"SELECT * FROM {name} ORDER BY {key}").fetchall()
            assert made[name, engine]
        assert bool(asked) == (engine == "spark")
    for name in ("evidence", "indicator"):
        pairs = zip(made[name, "duckdb"], made[name, "spark"], strict=True)
        assert [pair for pair in pairs if apart(*pair)] == []


def test_an_engine_that_nobody_knows_is_refused(monkeypatch):
    monkeypatch.setenv(spark.ENGINE, "abacus")
    connection = hand_worked.build()
    with pytest.raises(spark.EngineError, match="abacus: measures run on duckdb or spark"):
        compute(connection, hand_worked.SOURCES, hand_worked.PARTS, [catalogue()["joint.grants"]])


def test_spark_that_cannot_run_says_what_it_lacks(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(spark, "find_spec", lambda name: name)
    monkeypatch.setenv(spark.ENGINE, "spark")
    with (
        pytest.raises(spark.EngineError, match="it needs Java 17"),
        spark.asked(hand_worked.build(), "main"),
    ):
        pytest.fail("there is no Java")
    monkeypatch.setattr(spark, "find_spec", lambda _: None)
    with pytest.raises(spark.EngineError, match=r"pyspark and sqlglot \(pip install"), spark.session(tmp_path):
        pytest.fail("there is no package")


def test_a_query_that_spark_has_no_words_for_is_refused():
    with pytest.raises(SqlglotError):
        spark.spoken("SELECT regexp_extract(title, 'a', 0, 'i') FROM award")
