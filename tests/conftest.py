"""What all tests share: the real public records, and a data home of their own."""

import os
from pathlib import Path

import pytest

from tests import small_world
from warehouse.store import Home

os.environ["GX_ANALYTICS_ENABLED"] = "false"
os.environ["IUR_RETRY_SECONDS"] = "0"
os.environ["IUR_PACE_SECONDS"] = "0"

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "real"
LONG = ("faults/test_kill", "dags/", "demo/", "release/", "cli/")
"""Tests that take longest, longest first."""


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real public records beside the checkout, or a skip."""
    if not REAL.is_dir():
        pytest.skip(f"needs the real public records in ../{REAL.parent.name}/{REAL.name}")
    return REAL


@pytest.fixture
def home(tmp_path) -> Home:
    """An empty data home."""
    return Home(tmp_path / "home")


@pytest.fixture
def mirror(tmp_path) -> Path:
    """A mirror of the small world written by hand."""
    return small_world.write(tmp_path / "mirror")


def pytest_collection_modifyitems(items):
    """Begin with the tests that take longest: where processes run side by side, the last one is waited for."""
    items.sort(key=lambda item: min((n for n, name in enumerate(LONG) if name in item.nodeid), default=len(LONG)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Deal out tests by what they share, so that one process pays for it.

    The mark xdist_group says the same, but is not heard with pytest 9.2 (pytest-xdist issue 1386).
    """
    from xdist.scheduler import LoadScopeScheduling

    class BySharing(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return shared(nodeid)

    return BySharing(config, log)


def shared(nodeid: str) -> str:
    """Name what a test shares with others: its file's fixtures, or those of a folder; the kill tests go in halves."""
    path, _, test = nodeid.partition("::")
    folder = path.rpartition("/")[0]
    if folder in ("tests/dags", "tests/demo"):  # the import of Airflow; the simulated publishers
        return folder
    return f"{path} {test[-3:]}" if path == "tests/faults/test_kill.py" and "[" in test else path
