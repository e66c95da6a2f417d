"""The registry's index, built once and kept in the cache of the home, which may be deleted at any time.

Reading names takes seconds, reading back what came of it one. The file is a pickle, since that keeps any field of
`Registry` as it is, whichever there are, with each string once; marshal, measured beside it, is no faster and knows
no dataclass and no array. A pickle can run code, so this one is read by a reader that makes plain values, arrays and
our own dataclasses, and refuses all else. Its name and first line say what it was made from; a checksum tells damage.
"""

import hashlib
import logging
import pickle
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import is_dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from expectations.contract import arrow_schema
from expectations.tables import table as contract
from pipelines import fingerprint
from pipelines.link.registry import Registry, paused_collector
from warehouse import files

if TYPE_CHECKING:
    import pyarrow as pa

log = logging.getLogger(__name__)

TABLES = ("registry_organisation", "registry_name", "registry_relation")
KEPT = 3
"""Indexes that stay in a cache, the last used ones: a release's, a dump's, and the one before."""

_MAGIC = "iur-index"
_PLAIN = frozenset(
    {
        ("array", "_array_reconstructor"), ("array", "array"), ("builtins", "bytearray"), ("builtins", "frozenset"),
        ("builtins", "set"), ("collections", "Counter"), ("collections", "defaultdict"), ("builtins", "list"),
        ("numpy", "dtype"), ("numpy", "ndarray"), ("numpy._core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "scalar"), ("numpy._core.numeric", "_frombuffer"),
    }
)  # fmt: skip
"""What an index may hold besides plain values and dataclasses of linking."""


def of_folder(cache: Path, folder: Path, build: Callable[[], Registry] | None = None) -> Registry:
    """Return the index of the registry tables that lie as folders of Parquet files in a folder (a release).

    `build` makes it where none is kept, by default from those files.
    """
    found = [path for table in TABLES for path in sorted((folder / table).glob("*.parquet"))]
    made_from = fingerprint.of_index(*(f"{path.parent.name} {files.sha256(path)}" for path in found))
    return kept(cache, made_from, build or (lambda: _build(folder)))


def _build(folder: Path) -> Registry:
    return Registry.build(*(_table(folder, name) for name in TABLES))


def _table(folder: Path, name: str) -> "pa.Table":
    """Read a registry table; where no source filled it, it is there without rows."""
    import pyarrow.parquet as pq

    if (folder / name).exists():
        return pq.read_table(folder / name)
    return arrow_schema(contract(name)).empty_table()


def kept(cache: Path, made_from: str, build: Callable[[], Registry]) -> Registry:
    """Return the index made from what a digest says, from the cache; where it is not there, build and keep it.

    Of several processes one builds, the others wait and read. A damaged file is said and built again. Where the
    cache cannot be written, the index is used all the same, and a warning says why it was not kept.
    """
    path = cache / "index" / f"{made_from[:24]}.pickle"
    if (found := _read(path, made_from)) is not None:
        return found
    with ExitStack() as held:
        try:
            held.enter_context(files.lock(path.parent / "index.lock"))
        except OSError as error:
            log.warning("the registry's index is not kept: %s", error)
            return build()
        if (found := _read(path, made_from)) is None:
            found = build()
            try:
                _write(path, made_from, found)
            except OSError as error:
                log.warning("the registry's index is not kept: %s", error)
    return found


class _Reader(pickle.Unpickler):
    """Make plain values and our dataclasses; a file that asks for anything else is not of our writing."""

    def find_class(self, module: str, name: str) -> Any:
        found = super().find_class(module, name) if (module, name) in _PLAIN or _is_ours(module) else None
        if found is None or (_is_ours(module) and not (isinstance(found, type) and is_dataclass(found))):
            raise pickle.UnpicklingError(f"holds {module}.{name}, which no index holds")
        return found


def _is_ours(module: str) -> bool:
    return module.startswith("pipelines.link.")


def _read(path: Path, made_from: str) -> Registry | None:
    """Return the index of a file, or None where there is none or it is damaged, which is said."""
    try:
        with path.open("rb") as file, paused_collector():
            said = file.readline(256).decode("ascii", "replace").split()
            begin = file.tell()
            if said != [_MAGIC, made_from, hashlib.file_digest(file, "sha256").hexdigest()]:
                raise pickle.UnpicklingError("its checksum is not that of its first line")
            file.seek(begin)
            found = _Reader(file).load()
        if not isinstance(found, Registry):
            raise pickle.UnpicklingError(f"holds a {type(found).__name__}")
    except (FileNotFoundError, NotADirectoryError):
        return None
    # What a damaged or foreign pickle raises is for the reader to know; each means the same here.
    except (pickle.UnpicklingError, EOFError, AttributeError, ImportError, TypeError, ValueError) as error:
        log.warning("the registry's index %s is damaged (%s): it is built again", path, error)
        return None
    with suppress(PermissionError):  # of a home that others may read alone: theirs is the order of use
        path.touch()
    return found


def _write(path: Path, made_from: str, registry: Registry) -> None:
    """Keep an index, whole or not at all, and remove those unused longest; the caller holds the lock."""
    for name, value in vars(type(registry)).items():
        if isinstance(value, cached_property):  # they are worked out of the fields alone, and take as long
            getattr(registry, name)
    # Whoever was killed at this point left a file of this kind: nobody else writes now.
    for left in path.parent.glob(".*.new"):
        left.unlink()
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file, paused_collector():
        file.write(_first_line(made_from, "0" * 64))
        hashed = _Hashed(file)
        pickle.Pickler(hashed, 5).dump(registry)
        file.seek(0)
        file.write(_first_line(made_from, hashed.digest.hexdigest()))
    files.sync(beside)
    beside.replace(path)
    files.sync(path.parent)
    former = sorted(path.parent.glob("*.pickle"), key=lambda p: p.stat().st_mtime, reverse=True)
    for unused in former[KEPT:]:
        unused.unlink()


def _first_line(made_from: str, digest: str) -> bytes:
    return f"{_MAGIC} {made_from} {digest}\n".encode()


class _Hashed:
    """A file that is written and hashed at once."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def write(self, data: Any) -> int:
        self.digest.update(data)
        return self._file.write(data)
