"""The hand-worked world, computed once for all tests that only read it."""

from collections.abc import Callable, Iterator

import duckdb
import pytest

from pipelines.indicators.compute import compute
from tests.indicators import hand_worked


@pytest.fixture(scope="session")
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = hand_worked.build()
    compute(connection, hand_worked.SOURCES, hand_worked.PARTS)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def value(world: duckdb.DuckDBPyConnection) -> Callable[..., hand_worked.Row | None]:
    return lambda *args, **dimensions: hand_worked.look_up(world, *args, **dimensions)
