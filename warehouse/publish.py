"""Publish a release: built beside, synced, renamed; `current` follows. Interrupted, the last release stands."""

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path

from warehouse import files
from warehouse.store import Home

WORK = ".work-"
"""How the names of folders begin in which a release is computed, beside the layers of the home."""


def current(home: Home) -> Path | None:
    """Return the dated folder of the current release, or None. Readers resolve it once, then use that path."""
    link = home.releases / "current"
    return link.resolve() if link.is_symlink() and link.resolve().is_dir() else None


def vintages(home: Home) -> list[str]:
    """Return the vintages published, oldest first."""
    return sorted(p.name for p in home.releases.glob("[0-9]*") if p.is_dir())


def next_vintage(home: Home, day: str | None = None) -> str:
    """Return the vintage a release made now gets: the day, with .02 and so on for a second one."""
    day = day or dt.datetime.now(dt.UTC).date().isoformat()
    taken = vintages(home)
    if day not in taken:
        return day
    return next(name for n in range(2, 1000) if (name := f"{day}.{n:02d}") not in taken)


def recover(home: Home) -> None:
    """Finish or clear away what a killed process left; the caller holds the publish lock."""
    intent = files.read_json(home.releases / ".publishing.json")
    if intent and (home.releases / intent["vintage"]).is_dir():
        _point(home, intent["vintage"])
    for name in (".publishing.json", "..publishing.json.new"):
        (home.releases / name).unlink(missing_ok=True)
    work = [*home.root.glob(f"{WORK}*")]
    for left in [*home.releases.glob(".building-*"), *home.releases.glob(".current-*"), *work]:
        if left.is_symlink():
            left.unlink()
        else:
            files.remove(left)


def building(home: Home) -> Path:
    """Return a new, empty folder to build a release in; the caller holds the publish lock."""
    folder = home.releases / f".building-{os.getpid()}"
    files.remove(folder)
    folder.mkdir(parents=True)
    return folder


def checksums(folder: Path, known: Mapping[str, str] | None = None) -> None:
    """Write SHA256SUMS over every file of a release, in path order; `known` are the checksums of files just written."""
    known = known or {}
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "SHA256SUMS")
    names = [p.relative_to(folder).as_posix() for p in paths]
    lines = [f"{known.get(name) or files.sha256(p)}  {name}" for name, p in zip(names, paths, strict=True)]
    (folder / "SHA256SUMS").write_text("\n".join(lines) + "\n")


def publish(home: Home, built: Path, vintage: str) -> Path:
    """Make a built release public and current; return its dated folder."""
    for path in sorted(built.rglob("*")):
        if path.is_file():
            path.chmod(0o444)
        files.sync(path)
    files.sync(built)
    files.write_json(home.releases / ".publishing.json", {"vintage": vintage})
    target = home.releases / vintage
    built.rename(target)
    files.sync(home.releases)
    _point(home, vintage)
    (home.releases / ".publishing.json").unlink()
    return target


def _point(home: Home, vintage: str) -> None:
    beside = home.releases / f".current-{os.getpid()}"
    beside.unlink(missing_ok=True)
    beside.symlink_to(vintage)
    beside.replace(home.releases / "current")
    files.sync(home.releases)
