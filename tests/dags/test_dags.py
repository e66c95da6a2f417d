"""The DAGs as declared: one a source, staggered, polite, light to read, and none broken."""

import inspect
import os
import subprocess
import sys

import pytest

from pipelines import source
from tests.dags.conftest import ROOT

DAGS = {f"ingest_{name}" for name in source.names()} | {"observatory"}


def test_every_source_has_a_dag_and_no_file_is_broken(bag):
    assert bag.import_errors == {}
    assert set(bag.dags) == DAGS


@pytest.mark.parametrize("name", source.names())
def test_the_dag_of_a_source_is_polite_and_documented(bag, name):
    module, dag = source.load(name), bag.dags[f"ingest_{name}"]
    assert dag.doc_md == inspect.getdoc(module)
    assert dag.tags == {"ingest", module.SOURCE.topic}
    assert (dag.max_active_runs, dag.catchup) == (1, False)
    for task in ("listing", "fetch"):
        assert dag.task_dict[task].pool == module.SOURCE.pool
        assert dag.task_dict[task].retries > 1
    for task in ("normalise", "settle"):
        assert (dag.task_dict[task].pool, dag.task_dict[task].retries) == ("default_pool", 0)
    assert [asset.uri for asset in dag.task_dict["settle"].outlets] == [f"iur://core/{name}"]


def test_sources_of_one_publisher_share_a_pool_and_others_do_not():
    facts = source.facts().values()
    assert len({f.pool for f in facts}) == len({f.publisher for f in facts})


def test_ingests_begin_one_after_the_other_and_the_release_comes_last(bag):
    begins = {}
    for dag_id in DAGS:
        minute, hour, *rest = bag.dags[dag_id].timetable.expression.split()
        assert rest == ["*", "*", "*"]
        begins[dag_id] = int(hour) * 60 + int(minute)
    last = begins.pop("observatory")
    assert len(set(begins.values())) == len(begins)
    assert max(begins.values()) < last - 60
    assert bag.dags["observatory"].max_active_runs == 1


def test_the_files_only_wire():
    for path in (ROOT / "dags").glob("*.py"):
        text = path.read_text()
        assert len(text.splitlines()) <= 60, path.name
        assert "airflow.models" not in text
        assert "from airflow import" not in text


def test_nothing_heavy_is_imported_to_read_the_dags(bag):
    code = """
import sys
sys.path.insert(0, "dags")
import ingest, observatory
heavy = {"pandas", "pyarrow", "duckdb", "great_expectations", "numpy", "scipy"} & set(sys.modules)
assert not heavy, f"{heavy}: import them inside the functions that need them"
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})


def test_the_package_imports_without_airflow():
    code = """
import pkgutil, sys, importlib
sys.modules["airflow"] = None
import expectations, pipelines, warehouse
for package in (expectations, pipelines, warehouse):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
