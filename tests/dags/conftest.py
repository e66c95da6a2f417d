"""Airflow in a home of its own, set up before its first import, and a night on the simulated publishers."""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pytest

from pipelines import demo
from warehouse.store import Home

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = {
    "name": "iur",
    "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
    "kwargs": {"path": str(ROOT)},
}


def pytest_collection_modifyitems(items):
    """Skip where Airflow is not installed."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and find_spec("airflow") is None:
            item.add_marker(pytest.mark.skip(reason="needs Airflow: make .venv/dev, or the extra [airflow]"))


@pytest.fixture(scope="session")
def bag(tmp_path_factory, pytestconfig):
    """All DAGs of the checkout, as Airflow finds them, over a fresh database."""
    root = tmp_path_factory.mktemp("airflow")
    os.environ |= {
        "AIRFLOW_HOME": str(root),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": "2",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps([BUNDLE]),
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(root / "logs"),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    # Migrating takes many seconds: it is done once per version of Airflow, and copied.
    migrated = pytestconfig.cache.mkdir(f"airflow-{version('apache-airflow-core')}") / "airflow.db"
    if not migrated.exists():
        subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True)
        copy(root / "airflow.db", fresh := Path(tempfile.mktemp(dir=migrated.parent)))
        fresh.replace(migrated)
    copy(migrated, root / "airflow.db")
    from airflow.dag_processing.dagbag import BundleDagBag

    return BundleDagBag(dag_folder=ROOT, bundle_path=ROOT, bundle_name="iur")


def copy(database: Path, to: Path) -> None:
    """Copy a database whole: a plain copy would lose what stands in its journal."""
    with closing(sqlite3.connect(database)) as here, closing(sqlite3.connect(to)) as there:
        here.backup(there)


@dataclass
class Run:
    """What became of a DAG's run: its state, and how many tasks ended in each state after how many tries."""

    state: str
    tasks: Counter


@pytest.fixture(scope="module")
def night(bag):
    """Run a DAG for a day of January 2026; without waiting between tries."""
    import pendulum

    def run(dag_id: str, day: int) -> Run:
        done = bag.dags[dag_id].test(logical_date=pendulum.datetime(2026, 1, day, tz="UTC"))
        tasks = done.get_task_instances()
        return Run(str(done.state), Counter((ti.task_id, str(ti.state), ti.try_number) for ti in tasks))

    with pytest.MonkeyPatch.context() as patch:
        for task in (task for dag in bag.dags.values() for task in dag.tasks):
            patch.setattr(task, "retry_delay", timedelta(0))
            patch.setattr(task, "retry_exponential_backoff", 0)
        yield run


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Home:
    """A data home for the nights of a module, told to the tasks as they find it: by the environment."""
    home = Home(tmp_path_factory.mktemp("nights") / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IUR_HOME", str(home.root))
        yield home


@pytest.fixture(scope="module")
def publishers():
    """The simulated publishers of a small world."""
    with demo.publish(scale=0.1) as running:
        yield running
