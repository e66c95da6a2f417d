"""Simulated publishers, so that the whole pipeline can be tried over real HTTP without any network."""

import datetime as dt
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.demo.server import Publishers

SEED = 20_251


@contextmanager
def publish(
    scale: float = 1, seed: int = SEED, sources: Iterable[str] | None = None, today: dt.date | None = None
) -> "Iterator[Publishers]":
    """Serve a simulated world on loopback while the block runs, and point the sources to it.

    `sources` limits the publishers; all are there otherwise. Records that come by the day or the year go up to
    `today`, which is the machine's unless told.
    """
    from pipelines.demo.publishers import PUBLISHERS
    from pipelines.demo.records import World
    from pipelines.demo.server import Publishers

    world = World(scale, seed, today=today or dt.date.today())
    with Publishers(world, PUBLISHERS if sources is None else sources) as publishers, pointed_to(publishers):
        yield publishers


@contextmanager
def pointed_to(publishers: "Publishers") -> Iterator[None]:
    """Set the variables by which the sources find the simulated publishers, and set them back."""
    changed = dict(publishers.variables)
    for name in ("no_proxy", "NO_PROXY"):  # a proxy must not be asked for this machine's own addresses
        changed[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1", "localhost"]))
    former = {name: os.environ.get(name) for name in changed}
    os.environ.update(changed)
    try:
        yield
    finally:
        for name, value in former.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
