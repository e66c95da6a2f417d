"""Measure the processor's time to read the DAG files, beside Airflow's own import: at most a second.

Run as `python -m tests.benchmarks.dag_parse`.
"""

import importlib.util
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Import Airflow, then each DAG file, and print the processor's seconds of both."""
    os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp()
    begun = time.process_time()
    import airflow.sdk
    import airflow.sdk.exceptions  # noqa: F401

    own = time.process_time()
    for path in sorted((ROOT / "dags").glob("*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
    read = time.process_time() - own
    print(f"Airflow's import {own - begun:.2f} s, the DAG files {read:.2f} s (budget 1 s)")
    sys.exit(read > 1)


if __name__ == "__main__":
    main()
