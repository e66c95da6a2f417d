"""Measures on Spark: the SQL that DuckDB runs, transpiled, over the same tables (`IUR_ENGINE=spark`).

Spark returns the rows of a measure, and nothing else is done there: money in euro, series, and the figures made
of evidence are DuckDB's whatever the engine. An idea is computed once, over whole tables, and kept by Spark;
a measure that is asked for some parts sees it, and the tables, cut down to these (`rooms`).
Needs the extra `spark` (pyspark, sqlglot) and Java 17 or later.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.contract import arrow_schema, literal
from expectations.tables import table
from pipelines.indicators.measure import Measure
from pipelines.indicators.observe import Part
from pipelines.indicators.rooms import BY_PART, TABLES

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

ENGINE = "IUR_ENGINE"
"""The variable that says what runs the queries of measures: `duckdb`, which is the default, or `spark`."""

MASTER = "IUR_SPARK_MASTER"
"""The variable that says where Spark runs, `local[2]` unless it is set; a cluster must see the data home's files."""

_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.files.openCostInBytes": "0",  # a release has a file for every part: many small ones make one task
}

_LOCAL = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
}
"""On one machine a query of small tables is over before the compiling of code for it would be."""


class EngineError(Exception):
    """An engine that is not known, or cannot run here."""


class Spark:
    """Tables of a release in a Spark session, and the measures that are asked of them.

    `tables` are those of TABLES, by name; one that is not among them is there and empty.
    """

    def __init__(self, session: "SparkSession", tables: Mapping[str, "DataFrame"]) -> None:
        self.session = session
        self._tables = {
            name: tables[name] if name in tables else session.createDataFrame(arrow_schema(table(name)).empty_table())
            for name in TABLES
        }
        self._ideas: dict[str, DataFrame] = {}
        self._entered: tuple[Part, ...] | None | str = ""

    def rows(self, measure: Measure, parts: tuple[Part, ...] | None = None) -> "pa.Table":
        """Return the rows of a measure, in any order, which sees some parts only, or every table whole.

        Raises pyspark.errors.PySparkException where Spark does not take the query.
        """
        for idea in measure.uses:
            if idea.name not in self._ideas:
                self._enter(None)
                self._ideas[idea.name] = self.session.sql(spoken(idea.sql)).persist()
                self._ideas[idea.name].createOrReplaceTempView(idea.name)
        self._enter(parts)
        return self.session.sql(spoken(measure.sql)).toArrow()

    def _enter(self, parts: tuple[Part, ...] | None) -> None:
        """Show tables and ideas as those who see these parts see them."""
        if parts == self._entered:
            return
        told = None if parts is None else self.session.createDataFrame(list(parts), "source string, part string")
        for name, frame in (*self._tables.items(), *self._ideas.items()):
            if told is not None and (name in BY_PART or name in self._ideas):
                frame = frame.join(told, ["source", "part"], "left_semi")
            frame.createOrReplaceTempView(name)
        self._entered = parts


def spoken(sql: str) -> str:
    """Return a query of DuckDB's dialect in Spark's.

    Raises sqlglot.errors.SqlglotError where it says what Spark has no words for.
    """
    import sqlglot
    from sqlglot.errors import ErrorLevel

    said: str = sqlglot.transpile(sql, read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE)[0]
    return said


def missing() -> str:
    """Return what Spark needs to run on this machine and is not there, or an empty text."""
    packages = [name for name in ("pyspark", "sqlglot") if find_spec(name) is None]
    if packages:
        return f"{' and '.join(packages)} (pip install -c constraints.txt -e '.[spark]')"
    home = os.environ.get("JAVA_HOME")
    if not (shutil.which("java") or (home and (Path(home) / "bin" / "java").exists())):
        return "Java 17 or later"
    return ""


@contextmanager
def session(scratch: Path) -> "Iterator[SparkSession]":
    """Run Spark while the block runs, on this machine alone unless IUR_SPARK_MASTER says where; it spills to a folder.

    Raises EngineError where Spark cannot run.
    """
    if lacking := missing():
        raise EngineError(f"Spark cannot run here: it needs {lacking}")
    from pyspark.sql import SparkSession

    master = os.environ.get(MASTER, "local[2]")
    settings = _SETTINGS | {"spark.local.dir": str(scratch), "spark.sql.warehouse.dir": str(scratch / "warehouse")}
    if master.startswith("local"):
        settings |= _LOCAL
    builder = SparkSession.builder.master(master).appName("iur")
    for key, value in {**settings, "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}.items():
        builder = builder.config(key, value)
    running = builder.getOrCreate()
    try:
        yield running
    finally:
        running.stop()


def of_release(running: "SparkSession", release: Path) -> Spark:
    """Show the tables of a release (a folder with one of Parquet files for each table) to Spark."""
    there = {name: release / name for name in TABLES if any((release / name).glob("*.parquet"))}
    return Spark(running, {name: running.read.parquet(str(folder)) for name, folder in there.items()})


@contextmanager
def asked(connection: "duckdb.DuckDBPyConnection", home: str) -> Iterator[Spark | None]:
    """Give Spark with the tables of a schema where IUR_ENGINE asks for it, and None where DuckDB runs measures.

    The tables are written to Parquet beside the connection's database, for Spark to read. Raises EngineError for
    an engine that nobody knows, or that cannot run here.
    """
    engine = os.environ.get(ENGINE, "").strip() or "duckdb"
    if engine not in ("duckdb", "spark"):
        raise EngineError(f"{ENGINE} is {engine}: measures run on duckdb or spark")
    if engine == "duckdb":
        yield None
        return
    ((_, _, database),) = connection.execute("PRAGMA database_list").fetchall()
    with tempfile.TemporaryDirectory(prefix="spark-", dir=Path(database).parent if database else None) as folder:
        with session(Path(folder)) as running:
            written = Path(folder) / "tables"
            for name in TABLES:
                (written / name).mkdir(parents=True)
                target = literal(str(written / name / f"{name}.parquet"))
                connection.execute(f"COPY (SELECT * FROM {home}.{name}) TO {target} (FORMAT parquet)")
            yield of_release(running, written)
