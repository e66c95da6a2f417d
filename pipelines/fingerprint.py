"""What results depend on besides their input: told cheaply, so that a night with nothing new imports nothing heavy."""

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any

from expectations.tables import table as contract
from warehouse import files

_ROOT = Path(__file__).parent.parent

_DERIVING = (
    "expectations",
    "pipelines/indicators",
    "pipelines/link",
    "pipelines/parquet.py",
    "pipelines/partners",
    "pipelines/parts.py",
    "pipelines/patents",
    "pipelines/release.py",
    "pipelines/same.py",
    "pipelines/settle.py",
    "pipelines/source.py",
    "pipelines/sources",
    "pipelines/write.py",
    "warehouse",
)
"""The rooms whose code decides what a release holds. A digest never forgets what a version number may."""
_TREES = ("xgboost-cpu", "xgboost")
"""The names under which the library of the learned trees is distributed."""
_READ = (".py", ".sql", ".csv", ".ubj", ".json")
"""Code, seeds, learned weights."""


def of_source(module: ModuleType, home_seeds: Path | None = None) -> str:
    """Return what a part's tables depend on besides the raw bytes: the source's version, contracts, seeds, sums.

    A source whose tables rest on a shipped seed names it in SEEDS, one that reads a user's seed of that name instead
    in USER_SEEDS, and the sums its rows must keep in IDENTITIES.
    """
    contracts = (repr(contract(name)) for name in module.SOURCE.tables)
    seeds = (files.sha256(_ROOT / "warehouse" / "seeds" / f"{name}.csv") for name in getattr(module, "SEEDS", ()))
    users = [home_seeds / f"{name}.csv" for name in getattr(module, "USER_SEEDS", ()) if home_seeds]
    own = (files.sha256(path) for path in users if path.exists())
    sums = [repr(module.IDENTITIES)] if hasattr(module, "IDENTITIES") else []
    return files.digest(str(module.VERSION), *contracts, *seeds, *own, *sums)


def of_links(manifests: Mapping[tuple[str, str], dict[str, Any]], seeds_digest: str) -> str:
    """Return what the answer to a name depends on: registry, directories, the seeds and the code that links."""
    registry = [
        f"{table} {facts['sha256']}"
        for manifest in manifests.values()
        for table, facts in sorted(manifest["tables"].items())
        if table.startswith(("registry_", "directory_"))
    ]
    code = (f"{path.name} {files.sha256(path)}" for path in _linking())
    return files.digest(*registry, seeds_digest, *_versions("rapidfuzz", *_TREES), *code)


def _linking() -> list[Path]:
    """Return the code that links and the weights it learned, without what only learns them."""
    room = _ROOT / "pipelines" / "link"
    return sorted([*room.glob("*.py"), *(room / "weights").iterdir()])


def of_index(*registry: str) -> str:
    """Return what the registry's index depends on: the registry, the code that reads names, its shipped seeds."""
    code = [_ROOT / "pipelines" / "sources" / "ror.py", *_linking()]
    seeds = sorted((_ROOT / "warehouse" / "seeds").glob("*.csv"))
    return files.digest(*registry, sys.version, *(f"{path.name} {files.sha256(path)}" for path in (*code, *seeds)))


def of_release(home_seeds: Path) -> str:
    """Return what a release depends on besides core: the code that derives it, the shipped seeds, the user's."""
    roots = [_ROOT / folder for folder in _DERIVING] + [home_seeds]
    found = sorted(
        (f"{root.name}/{path.relative_to(root).as_posix()}", path)
        for root in roots
        for path in ([root] if root.is_file() else root.rglob("*"))
        if path.suffix in _READ and not path.is_relative_to(_ROOT / "warehouse" / "data")
    )
    return files.digest(*(f"{name} {files.sha256(path)}" for name, path in found))


def of_deriving(home_seeds: Path) -> str:
    """Return what files of a former release depend on besides core: as `of_release`, and the libraries that compute."""
    libraries = _versions("duckdb", "numpy", "pyarrow", "rapidfuzz", "scipy", *_TREES)
    engine = os.environ.get("IUR_ENGINE", "")  # another engine may add up in another order
    return files.digest(of_release(home_seeds), sys.version, engine, *libraries)


def _versions(*names: str) -> list[str]:
    """Return which of some distributions are installed, with their versions."""
    found = []
    for name in names:
        with suppress(PackageNotFoundError):
            found.append(f"{name} {version(name)}")
    return found
