"""What all tests share: the real public records, and a data home of their own."""

import os
from pathlib import Path

import pytest

from tests import small_world
from warehouse.store import Home

os.environ["GX_ANALYTICS_ENABLED"] = "false"
os.environ["IUR_RETRY_SECONDS"] = "0"

REAL = Path(__file__).resolve().parents[2] / "shared" / "real"


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
