"""Write files so that they are there whole or not at all, and take locks that a killed process lets go."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest(*parts: str) -> str:
    """Return one SHA-256 over several texts, in order."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def sync(path: Path) -> None:
    """Force a file's or folder's bytes to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write(path: Path, text: str) -> None:
    """Replace a file by a text, whole: written beside, synced, renamed. The caller holds the lock of its part.

    What a killed process left beside has the same name, and is overwritten.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text)
    sync(beside)
    beside.replace(path)
    sync(path.parent)


def write_json(path: Path, value: Any) -> None:
    """Replace a file by a value as JSON, with sorted keys: the same value gives the same bytes."""
    write(path, json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def read_json(path: Path) -> Any:
    """Return the value of a JSON file, or None where it is not there."""
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        return None


@contextmanager
def lock(path: Path, shared: bool = False) -> Iterator[None]:
    """Hold a lock file while the block runs; the kernel lets it go if the process dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield


def held(folder: Path, pattern: str) -> list[str]:
    """Return the names of the lock files of a folder that somebody holds now."""
    found = []
    for path in sorted(folder.glob(pattern)):
        with path.open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                found.append(path.stem)
    return found


def place(source: Path, target: Path) -> None:
    """Put a file under a second path: hard link where the file system allows it, else copy."""
    try:
        os.link(source, target)
    except OSError:  # another mount, or protected hard links of another user's file
        shutil.copyfile(source, target)
        sync(target)


def remove(folder: Path) -> None:
    """Remove a folder of ours and all in it, if it is there; read-only files too."""
    if folder.is_dir():
        shutil.rmtree(folder)
