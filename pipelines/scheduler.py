"""Airflow on this machine alone, with a night of the demonstration: what `make airflow` starts.

One user's set-up: SQLite, two tasks at a time, everybody who reaches the loopback address is the administrator.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import click
import requests

from pipelines import demo, source
from pipelines.demo.publishers import PUBLISHERS
from warehouse import store

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = "airflow.dag_processing.bundles.local.LocalDagBundle"
SIMULATED = tuple(PUBLISHERS)
PATIENCE = 600
"""Seconds to wait for Airflow to answer, and for a DAG's run to end."""


@click.command()
@click.option("--port", default=8080, show_default=True, help="Port of the UI; another one where it is taken.")
@click.option("--once", is_flag=True, help="Stop when the night is over.")
def main(port: int, once: bool) -> None:
    """Start Airflow on loopback, run a night on simulated publishers, and stay until interrupted."""
    begun = time.monotonic()
    signal.signal(signal.SIGTERM, _interrupt)
    home = store.Home(store.home().root / "demo")
    home.mark_simulated()
    port = _free(port)
    base = f"http://127.0.0.1:{port}"
    with demo.publish() as publishers:
        click.echo(f"simulated publishers at {publishers.base}; data in {home.root}")
        settings = os.environ | environment(home, port)
        log = home.root / "airflow" / "standalone.log"
        for arguments in (("db", "migrate"), ("pools", "import", str(_pools(home)))):
            done = subprocess.run(["airflow", *arguments], env=settings, capture_output=True, text=True, check=False)
            if done.returncode:
                raise SystemExit(f"airflow {' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
        with _running(["airflow", "standalone"], settings, log) as airflow:
            api = _Api(base, airflow, log)
            api.wait()
            click.echo(f"Airflow answers after {time.monotonic() - begun:.0f} s: {base}")
            failed = _night(api, base)
            click.echo(f"the night is over after {time.monotonic() - begun:.0f} s")
            if once:
                raise SystemExit(bool(failed))
            click.echo("Ctrl-C stops Airflow and the publishers.")
            signal.pause()


def environment(home: store.Home, port: int) -> dict[str, str]:
    """Return the settings under which Airflow sees this checkout's DAGs and the home, and nobody else sees it."""
    base = f"http://127.0.0.1:{port}"
    folder = home.root / "airflow"
    folder.mkdir(parents=True, exist_ok=True)
    return {
        # Airflow starts its own parts by name.
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "IUR_HOME": str(home.root),
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": "2",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{base}/execution/",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": base,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(
            [{"name": "iur", "classpath": BUNDLE, "kwargs": {"path": str(ROOT)}}]
        ),
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }


def _pools(home: store.Home) -> Path:
    path = home.root / "airflow" / "pools.json"
    path.write_text(json.dumps(source.pools(), indent=1))
    return path


def _night(api: "_Api", base: str) -> list[str]:
    """Let the ingests of the simulated sources run, then the release; return the DAGs that failed."""
    ingests = [f"ingest_{name}" for name in SIMULATED]
    for dags in (ingests, ["observatory"]):
        for dag in dags:
            # Its schedule makes a run for the last interval as soon as it may.
            api.unpause(dag)
        states = {dag: api.state(dag) for dag in dags}
        for dag, state in states.items():
            click.echo(f"  {dag}: {state} · {base}/dags/{dag}")
        if failed := [dag for dag, state in states.items() if state != "success"]:
            return failed
    click.echo(f"look at the tasks and their logs: {base}/dags · at what feeds what: {base}/assets")
    click.echo("the other DAGs are paused: their publishers are not simulated")
    return []


class _Api:
    """Airflow's REST API, as its own UI uses it."""

    def __init__(self, base: str, airflow: subprocess.Popen[bytes], log: Path) -> None:
        self._base, self._airflow, self._log = base, airflow, log
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy must not be asked for this machine's own addresses

    def wait(self) -> None:
        """Wait until the server, the scheduler and the DAG processor answer and the DAGs are read."""
        for _ in self._patiently():
            try:
                health = self._session.get(f"{self._base}/api/v2/monitor/health", timeout=5).json()
            except (requests.RequestException, ValueError):
                continue
            if all(health[part]["status"] == "healthy" for part in ("metadatabase", "scheduler", "dag_processor")):
                break
        token = self._session.get(f"{self._base}/auth/token", timeout=30).json()["access_token"]
        self._session.headers["Authorization"] = f"Bearer {token}"
        for _ in self._patiently():
            listed = self._get("dags", limit=200)["dags"]
            if {"observatory", *(f"ingest_{name}" for name in SIMULATED)} <= {dag["dag_id"] for dag in listed}:
                return

    def unpause(self, dag: str) -> None:
        """Let a DAG run."""
        self._session.patch(f"{self._base}/api/v2/dags/{dag}", json={"is_paused": False}, timeout=30).raise_for_status()

    def state(self, dag: str) -> str:
        """Wait for the newest run of a DAG to end; return its state."""
        for _ in self._patiently():
            runs = self._get(f"dags/{dag}/dagRuns", order_by="-run_after", limit=1)["dag_runs"]
            if runs and runs[0]["state"] in ("success", "failed"):
                return str(runs[0]["state"])
        raise AssertionError  # patience ends in SystemExit

    def _patiently(self) -> Iterator[None]:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self._airflow.poll() is None:
            yield
            time.sleep(1)
        raise SystemExit(f"Airflow has ended, or takes more than {PATIENCE} s; see {self._log}")

    def _get(self, what: str, **parameters: Any) -> Any:
        answer = self._session.get(f"{self._base}/api/v2/{what}", params=parameters, timeout=30)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def _running(command: list[str], settings: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command and its children while the block does, with their words in a log."""
    with log.open("w") as said:
        child = subprocess.Popen(
            command, env=settings, stdout=said, stderr=subprocess.STDOUT, cwd=ROOT, start_new_session=True
        )
    try:
        yield child
    finally:
        for word in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(child.pid, word)
                child.wait(10)
            except subprocess.TimeoutExpired:
                continue
            except ProcessLookupError:
                break


def _free(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
