"""The hand-worked worlds, computed once for all tests that only read them."""

from collections.abc import Callable, Iterator

import duckdb
import pytest

from pipelines.indicators import partnership, patenting, project_title, synergy, title
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.compute import compute
from pipelines.indicators.indicator import Indicator
from tests.indicators import (
    hand_worked,
    hand_worked_awards,
    hand_worked_gateway,
    hand_worked_helix,
    hand_worked_patents,
    hand_worked_publications,
    hand_worked_survey,
    hand_worked_us,
)


@pytest.fixture(scope="session")
def world() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = hand_worked.build()
    compute(connection, hand_worked.SOURCES, hand_worked.PARTS)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def value(world: duckdb.DuckDBPyConnection) -> Callable[..., hand_worked.Row | None]:
    return lambda *args, **dimensions: hand_worked.look_up(world, *args, **dimensions)


@pytest.fixture(scope="session")
def reported() -> Iterator[duckdb.DuckDBPyConnection]:
    """The hand-worked surveys."""
    connection = hand_worked_survey.build()
    compute(connection, hand_worked_survey.SOURCES, hand_worked_survey.PARTS)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def surveyed_us() -> Iterator[duckdb.DuckDBPyConnection]:
    """The hand-worked surveys of the US."""
    connection = hand_worked_us.build()
    compute(connection, hand_worked_us.SOURCES, hand_worked_us.PARTS)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def funded() -> Iterator[duckdb.DuckDBPyConnection]:
    """The hand-worked awards that name no partner."""
    connection = hand_worked_awards.build()
    compute(connection, hand_worked_awards.SOURCES, hand_worked_awards.PARTS)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def gateway() -> Iterator[duckdb.DuckDBPyConnection]:
    """The hand-worked awards with outcomes, training, incubation and small firms."""
    connection = hand_worked_gateway.build()
    compute(connection, hand_worked_gateway.SOURCES, hand_worked_gateway.PARTS)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def patented() -> Iterator[duckdb.DuckDBPyConnection]:
    """The hand-worked patents and conveyances, with the indicators that rest on them."""
    connection = hand_worked_patents.build()
    families = (partnership, patenting, title, project_title, synergy)
    chosen = [i for family in families for i in vars(family).values() if isinstance(i, Indicator)]
    chosen += [catalogue()[id_] for id_ in hand_worked_patents.PARTNERS]
    compute(connection, hand_worked_patents.SOURCES, hand_worked_patents.PARTS, chosen)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def published() -> Iterator[duckdb.DuckDBPyConnection]:
    """The hand-worked publications."""
    connection = hand_worked_publications.build()
    compute(connection, hand_worked_publications.SOURCES, hand_worked_publications.PARTS)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def helix() -> Iterator[duckdb.DuckDBPyConnection]:
    """The hand-worked records of a country, with fields."""
    connection = hand_worked_helix.build()
    compute(connection, hand_worked.SOURCES, [("alpha", "new")], hand_worked_helix.INDICATORS)
    yield connection
    connection.close()
