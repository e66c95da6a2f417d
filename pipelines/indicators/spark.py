"""Measures on Spark: the SQL that DuckDB runs, transpiled, over the same tables (`IUR_ENGINE=spark`).

Spark returns the rows of a measure, and nothing else is done there: money in euro, series, and the figures made
of evidence are DuckDB's whatever the engine. An idea is computed once, over whole tables, and kept by Spark;
a measure that is asked for some parts sees it, and the tables, cut down to these (`rooms`).
Needs the extra `spark` (pyspark, sqlglot) and Java 17 or later.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
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
    "spark.log.level": "ERROR",
    "spark.sql.files.openCostInBytes": "0",  # a release has a file for each part: many small ones make one task
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}

_ALONE = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": "1",
}
"""Of a Spark on this machine, which nobody else reaches. It is there to try queries on tables so small that these
are over before the compiling of code for them would be."""


class EngineError(Exception):
    """An engine that is not known, or cannot run here."""


class Spark:
    """The tables of a release (a folder with one of Parquet files for each) and the measures that are asked of them.

    Its views are its own: others of the session stand beside them. A table without files is there and empty.
    """

    def __init__(self, running: "SparkSession", release: Path) -> None:
        self.session = running.newSession()
        self._tables = {
            name: self.session.read.parquet(str(release / name))
            if any((release / name).glob("*.parquet"))
            else self.session.createDataFrame(arrow_schema(table(name)).empty_table())
            for name in TABLES
        }
        self._ideas: dict[str, DataFrame] = {}
        self._seen: tuple[Part, ...] | None = None
        self._show()

    def rows(self, measure: Measure, parts: tuple[Part, ...] | None = None) -> "pa.Table":
        """Return the rows of a measure, in any order, which sees some parts only, or every table whole.

        Raises pyspark.errors.PySparkException where Spark does not take the query.
        """
        for idea in measure.uses:
            if idea.name not in self._ideas:
                self._see(None)
                self._ideas[idea.name] = self.session.sql(spoken(idea.sql)).persist()
                self._ideas[idea.name].createOrReplaceTempView(idea.name)
        self._see(parts)
        return self.session.sql(spoken(measure.sql)).toArrow()

    def _see(self, parts: tuple[Part, ...] | None) -> None:
        if parts != self._seen:
            self._seen = parts
            self._show()

    def _show(self) -> None:
        """Make views of tables and ideas as those who see the chosen parts see them."""
        told = None
        if self._seen is not None:
            import pyarrow as pa

            # Of Arrow, Spark makes a table without a Python of its own on each machine.
            sources, parts = zip(*self._seen, strict=True)
            told = self.session.createDataFrame(pa.table({"source": sources, "part": parts}))
        for name, frame in (*self._tables.items(), *self._ideas.items()):
            is_cut = told is not None and (name in BY_PART or name in self._ideas)
            seen = frame.join(told, ["source", "part"], "left_semi") if is_cut else frame
            seen.createOrReplaceTempView(name)


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
    """Run Spark while the block runs, which spills to a folder; a session that this process has is taken and left.

    Raises EngineError where Spark cannot run.
    """
    if lacking := missing():
        raise EngineError(f"Spark cannot run here: it needs {lacking}")
    from pyspark.sql import SparkSession

    if (running := SparkSession.getActiveSession()) is not None:
        yield running
        return
    master = os.environ.get(MASTER, "").strip() or "local[2]"
    places = {"spark.local.dir": str(scratch), "spark.sql.warehouse.dir": str(scratch / "warehouse")}
    chosen = _SETTINGS | (_ALONE if master.startswith("local") else {}) | places
    running = SparkSession.builder.master(master).appName("iur").config(map=chosen).getOrCreate()
    try:
        yield running
    finally:
        running.stop()


def write(connection: "duckdb.DuckDBPyConnection", home: str, folder: Path) -> None:
    """Write the tables of a schema that measures may read to a folder, as a release has them."""
    for name in TABLES:
        (folder / name).mkdir(parents=True)
        target = literal(str(folder / name / f"{name}.parquet"))
        connection.execute(f"COPY (SELECT * FROM {home}.{name}) TO {target} (FORMAT parquet)")


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
    database = connection.execute("SELECT path FROM duckdb_databases() WHERE database_name = current_database()")
    ((path,),) = database.fetchall()
    beside = Path(path).parent if path else None
    with tempfile.TemporaryDirectory(prefix="spark-", dir=beside) as name, session(Path(name)) as running:
        write(connection, home, Path(name) / "tables")
        yield Spark(running, Path(name) / "tables")
