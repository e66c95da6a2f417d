"""What all tests share: the real public records, and a data home of their own."""

import os
from pathlib import Path

import pytest

from tests import small_world
from warehouse.store import Home

os.environ["GX_ANALYTICS_ENABLED"] = "false"
os.environ["IUR_RETRY_SECONDS"] = "0"

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


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items):
    """Keep the tests of a file in one process, which pays for its fixtures once; begin with the longest files.

    Where processes run side by side, the one that draws a long file last would be waited for.
    """
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            place = item.path.relative_to(ROOT / "tests")
            # Folders whose files share what costs most: the simulated publishers, Airflow's import.
            shared = place.parts[0] in ("dags", "demo")
            item.add_marker(pytest.mark.xdist_group(place.parts[0] if shared else place.as_posix()))
    items.sort(key=lambda item: min((n for n, name in enumerate(LONG) if name in item.nodeid), default=len(LONG)))
