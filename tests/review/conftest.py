"""The small world with names that need a person, run and released; a command line in its home."""

import shutil

import pytest

from tests import command_line
from tests import small_world as world

# ruff: noqa: E501
# project, PIC, name, short name, kind, SME, city, country, role, order, gross, net, total cost
ASKING = (
    # Reads like an institution, twice: 2 × 0.5.
    ("102", "900000010", "TU DLFT ACADEMY", "", "HES", "false", "DELFT", "NL", "participant", 3, "120000", "120000", "120000"),
    ("104", "900000010", "TU DLFT ACADEMY", "", "HES", "false", "DELFT", "NL", "participant", 3, "80000", "80000", "80000"),
    # Nothing in it says what it is: 0.15.
    ("105", "900000011", "OPENBARE WERKPLAATS", "", "OTH", "false", "DELFT", "NL", "participant", 2, "", "", ""),
    # The same words in another country: a name of its own.
    ("105", "900000012", "OPENBARE WERKPLAATS", "", "OTH", "false", "GENT", "BE", "participant", 3, "", "", ""),
)  # fmt: skip


@pytest.fixture(scope="session")
def real_linker(real):
    """The real registry with the shipped seeds."""
    from pipelines import resolve

    return resolve.linker(next((real / "ror").glob("*.zip")))


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """The folder of a home that was run once, and its mirror."""
    root = tmp_path_factory.mktemp("review")
    world.ror(root / "mirror")
    world.cordis(root / "mirror", organization=world.text(world.ORGANIZATION, world.parties([*world.PARTIES, *ASKING])))
    return command_line.release(root)


@pytest.fixture
def seed(first):
    """The home's own answers, none at the beginning of a test."""
    path = first / "home" / "seeds" / "link_overrides.csv"
    path.unlink(missing_ok=True)
    yield path
    path.unlink(missing_ok=True)


@pytest.fixture
def iur(first, seed, monkeypatch, capsys):
    """Run a command in that home."""
    monkeypatch.setenv("IUR_REVIEWER", "a tester")
    return command_line.runner(first / "home", monkeypatch, capsys)


@pytest.fixture
def apart(first, iur, tmp_path, monkeypatch):
    """The seed of a copy of that home, for tests that release."""
    shutil.copytree(first / "home", tmp_path / "home", symlinks=True)
    monkeypatch.setenv("IUR_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "seeds" / "link_overrides.csv"
