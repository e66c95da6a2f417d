"""What results depend on besides their input: told cheaply, so that a night with nothing new imports nothing heavy."""

from pathlib import Path
from types import ModuleType

from expectations.tables import table as contract
from warehouse import files

_ROOT = Path(__file__).parent.parent


def of_source(module: ModuleType) -> str:
    """Return what a part's tables depend on besides the raw bytes: the source's version and its contracts."""
    return files.digest(str(module.VERSION), *(repr(contract(name)) for name in module.SOURCE.tables))


def of_release(home_seeds: Path) -> str:
    """Return what a release depends on besides core: our code that derives, the shipped seeds, and the user's."""
    folders = (_ROOT / "pipelines", _ROOT / "expectations", _ROOT / "warehouse", home_seeds)
    kinds = (".py", ".sql", ".csv", ".json")
    found = sorted(
        (path.relative_to(folder).as_posix(), path)
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in kinds and not path.is_relative_to(_ROOT / "warehouse" / "data")
    )
    return files.digest(*(f"{name} {files.sha256(path)}" for name, path in found))
