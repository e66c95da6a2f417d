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


@pytest.fixture(scope="module")
def serving_one(request) -> Iterator[Publishers]:
    """The publisher of one source alone: a module's SOURCE, of its WORLD."""
    with Publishers(request.module.WORLD, [request.module.SOURCE]) as running, demo.pointed_to(running):
        yield running


@pytest.fixture
def publisher(request, serving_one) -> Iterator[Publishers]:
    """That publisher in good health, with the world's first edition and no requests counted."""
    serving_one.forget()
    yield serving_one
    serving_one.heal()
    serving_one.publish(request.module.WORLD)


@pytest.fixture(scope="module")
def ingested(request, serving_one, tmp_path_factory) -> Home:
    """A home into which a module's SOURCE was ingested once, of its WINDOW where it has one."""
    home = Home(tmp_path_factory.mktemp("one") / "home")
    window = getattr(request.module, "WINDOW", Window())
    assert not [o.failed for o in steps.ingest(home, request.module.SOURCE, window=window) if o.failed]
    return home
