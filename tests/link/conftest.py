"""A small registry of true ROR records, and the real one, each with the shipped seeds."""

import pyarrow as pa
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
def real_tables(real) -> dict[str, pa.Table]:
    """The three registry tables of the real ROR dump, as the source module makes them."""
    from pipelines.source import RawFile
    from pipelines.sources import ror

    batches: dict[str, list[pa.RecordBatch]] = {}
    path = next((real / "ror").glob("*.zip"))
    for name, batch in ror.normalise([RawFile(path.name, path)]):
        batches.setdefault(name, []).append(batch)
    return {name: pa.Table.from_batches(held) for name, held in batches.items()}


@pytest.fixture(scope="session")
def real_linker(real_tables) -> Linker:
    """The real registry with the shipped seeds."""
    parts = ("registry_organisation", "registry_name", "registry_relation")
    return Linker.of(Registry.build(*(real_tables[p] for p in parts)), seeds.load())
