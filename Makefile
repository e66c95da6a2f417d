# The front door. Every target does its own set-up; Python 3.11 or later is all that is needed.
PYTHON ?= python3
BIN := .venv/bin
INSTALL = UV_COMPILE_BYTECODE=1 $(BIN)/uv pip install --quiet --python $(BIN)/python -c constraints.txt

BENCH_ROWS ?= 8000000
SIDE_BY_SIDE = -n auto --dist loadscope --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help demo airflow test test-fast test-spark lint format bench docs clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or later is needed: make PYTHON=python3.12 …'; exit 1; }
	@echo 'setting up .venv …'
	@$(PYTHON) -m venv .venv || { echo 'the venv module is missing (Debian: apt install python3-venv)'; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt uv

# uv takes seconds where pip takes minutes; where its way to a registry is not configured, pip's is.
.venv/base: $(BIN)/uv pyproject.toml constraints.txt
	@$(INSTALL) -e . || $(BIN)/pip install --quiet -c constraints.txt -e .
	@touch $@

.venv/airflow: .venv/base
	@$(INSTALL) -e '.[airflow]' || $(BIN)/pip install --quiet -c constraints.txt -e '.[airflow]'
	@touch $@

.venv/dev: .venv/base
	@$(INSTALL) -e '.[dev]' || $(BIN)/pip install --quiet -c constraints.txt -e '.[dev]'
	@touch $@

demo: .venv/base ## Run the whole pipeline on simulated publishers (under a minute)
	@$(BIN)/iur demo

airflow: .venv/airflow ## Start Airflow with its UI on this machine and run a night of the demo in it
	@$(BIN)/python -m pipelines.scheduler

test: .venv/dev ## Run all tests
	@$(BIN)/pytest $(SIDE_BY_SIDE)

test-fast: .venv/dev ## Run the tests but the slow ones and those on real records
	@$(BIN)/pytest $(SIDE_BY_SIDE) -m 'not slow and not real'

.venv/spark: .venv/dev
	@$(INSTALL) -e '.[spark]' || $(BIN)/pip install --quiet -c constraints.txt -e '.[spark]'
	@touch $@

test-spark: .venv/spark ## Run every measure on Spark too, on this machine, and compare (needs Java 17; installs half a gigabyte)
	@$(BIN)/pytest -n 0 tests/indicators/test_spark.py

lint: .venv/dev ## Check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: .venv/dev ## Format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

.venv/bench: .venv/dev
	@$(INSTALL) -e '.[bench]' || $(BIN)/pip install --quiet -c constraints.txt -e '.[bench]'
	@touch $@

bench: .venv/bench ## Measure linking, DAGs, a gigabyte of grants, and giant tables beside DuckDB alone
	@$(BIN)/python -m tests.benchmarks.link_labels
	@$(BIN)/python -m tests.benchmarks.dag_parse
	@$(BIN)/python -m tests.benchmarks.grants_xml
	@$(BIN)/python -m tests.benchmarks.large_part --rows $(BENCH_ROWS)
	@$(BIN)/python -m tests.benchmarks.large_patents --patents $(BENCH_ROWS)

docs: .venv/dev ## Write the pages of the sources and the table of faults anew
	@$(BIN)/python -c 'from pathlib import Path; from pipelines import pages; pages.write(Path("docs/sources"))'
	@$(BIN)/python -c 'from pathlib import Path; from pipelines.patents import conveyance; Path("docs/conveyances.md").write_text(conveyance.page())'
	@IUR_WRITE_DOCS=1 $(BIN)/pytest tests/faults/test_matrix.py

clean: ## Remove what the targets made, the data home apart
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache
