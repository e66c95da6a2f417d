"""A small registry of true ROR records, and the real one, each with the shipped seeds."""

import pytest

from pipelines.link import seeds
from pipelines.link.match import Linker
from pipelines.link.registry import Registry
from tests.link.small_registry import tables


@pytest.fixture(scope="session")
def registry() -> Registry:
    """The small registry's index."""
    return Registry.build(*tables())


@pytest.fixture(scope="session")
def linker(registry) -> Linker:
    """The small registry with the shipped seeds."""
    return Linker.of(registry, seeds.load())


@pytest.fixture(scope="session")
def real_linker(real) -> Linker:
    """The real registry, read as `iur resolve --registry` reads it, with the shipped seeds."""
    from pipelines import resolve

    return resolve.linker(next((real / "ror").glob("*.zip")))
