"""A small simulated world, its publishers on loopback, and a data home that holds its first edition."""

import shutil
from collections.abc import Iterator

import pytest

from pipelines import demo, steps
from pipelines.demo.publishers import PUBLISHERS
from pipelines.demo.records import World
from pipelines.demo.server import Publishers
from pipelines.window import Window
from warehouse.store import Home

RECENT = Window("2023", "2025")
"""The years that tests ingest of sources published by year: one is amended, one holds a contract, one is JSON."""


@pytest.fixture(scope="session")
def world() -> World:
    return World(projects=200)


@pytest.fixture(scope="session")
def serving(world) -> Iterator[Publishers]:
    with Publishers(world) as running, demo.pointed_to(running):
        yield running


@pytest.fixture
def publishers(serving, world) -> Iterator[Publishers]:
    """The publishers in good health, with the world's first edition and no requests counted."""
    serving.forget()
    yield serving
    serving.heal()
    serving.publish(world)


@pytest.fixture(scope="session")
def first_night(serving, tmp_path_factory) -> Home:
    """A home into which every source was ingested once: judging costs seconds, so it is done once for all."""
    home = Home(tmp_path_factory.mktemp("first") / "home")
    for source in PUBLISHERS:
        assert not [o.failed for o in steps.ingest(home, source, window=RECENT) if o.failed]
    return home


@pytest.fixture
def filled(first_night, home) -> Home:
    """A home of the test's own, as the first night left it."""
    shutil.copytree(first_night.root, home.root, symlinks=True)
    return home
