"""Export a release for others: computed as if sources that may not be redistributed did not exist.

An export is no filter. Names, institutions, coverage, medians of peers: all may rest on a closed source without
naming it. So it is computed from core by the code that makes releases, with the closed parts out of view. A release
that holds none of them is exported as it is.
"""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines import release as releasing
from pipelines import source
from warehouse import files, store
from warehouse.read import Release
from warehouse.reuse import Reuse

SUMS = "SHA256SUMS"
"""Written last: where it stands, all that it names does."""


class ExportError(Exception):
    """A release that cannot be exported, or not to there, and the mend."""


@dataclass(frozen=True)
class Export:
    """What was written where: the vintage, the number of files, and the sources it was computed without."""

    vintage: str
    target: str
    files: int
    without: list[str] = field(default_factory=list)


def write(home: store.Home, release: Release, target: str) -> Export:
    """Write a release to a folder or to any URL that fsspec knows, without what may not be redistributed.

    Raises ExportError for simulated records, for a release that core has left behind, and where something lies at
    the target; ReleaseError's rules hold for what is computed.
    """
    if home.is_simulated or release.is_simulated:
        raise ExportError(f"release {release.vintage} is simulated: nobody must take it for real records")
    place = _Place.of(target)
    closed = _closed(release)
    with files.lock(home.root / "locks" / "export.lock"):
        work = home.root / "exports"
        files.remove(work)  # what a killed export left
        built = release.path
        try:
            if closed:
                built = work / release.vintage
                _compute(home, release, closed, built)
            written = place.put(built)
        except OSError as error:
            raise ExportError(
                f"{target}: cannot be written: {error}\n  mend: see that there is room and that you may write there; "
                f"what was written of it is not whole without its {SUMS}"
            ) from error
        finally:
            files.remove(work)
    return Export(release.vintage, target, written, closed)


def _closed(release: Release) -> list[str]:
    """Return the sources of a release that may not be redistributed; one that nobody knows any more may not."""
    frozen = files.read_json(release.path / "quality" / "frozen.json")
    there = {part.partition("--")[0] for part in frozen["parts"]}
    facts = source.facts()
    return sorted(name for name in there if name not in facts or not facts[name].is_redistributable)


def _compute(home: store.Home, release: Release, closed: list[str], built: Path) -> None:
    """Compute a release anew without some sources, from the core it was made from."""
    made_from = files.read_json(release.path / "quality" / "frozen.json")["identity"]
    open_ = home.without(closed)
    with home.publish_lock():
        store.recover(home)
        if releasing.identity(home) != made_from:
            raise ExportError(
                f"core, the seeds or the code have changed since release {release.vintage} was made: it cannot be "
                f"computed again without {', '.join(closed)}\n  mend: iur release, then iur export"
            )
        if not open_.manifests():
            raise ExportError(f"release {release.vintage} holds nothing but {', '.join(closed)}")
        built.mkdir(parents=True)
        try:
            releasing.build(open_, built, release.vintage, releasing.identity(open_), Reuse())
        except releasing.ReleaseError as error:
            raise ExportError(str(error)) from error


@dataclass(frozen=True)
class _Place:
    """Where an export goes: a file system and a path in it that holds nothing."""

    system: Any
    path: str
    is_local: bool

    @classmethod
    def of(cls, target: str) -> "_Place":
        import fsspec
        from fsspec.implementations.local import LocalFileSystem

        try:
            system, path = fsspec.core.url_to_fs(target)
        except (ImportError, ValueError) as error:
            raise ExportError(
                f"{target}: {error}\n  mend: give a folder, or install the package that fsspec names for such a URL"
            ) from error
        place = cls(system, path.rstrip("/"), isinstance(system, LocalFileSystem))
        place.refuse_what_is_there(target)
        return place

    def refuse_what_is_there(self, target: str) -> None:
        """Raise ExportError unless the place is free: an export is never mixed with another, nor edited."""
        if self.system.isfile(self.path) or (self.system.isdir(self.path) and self.system.ls(self.path)):
            raise ExportError(f"{target}: something is there already\n  mend: name a folder that is new or empty")

    def put(self, built: Path) -> int:
        """Write every file of a release; return how many. A folder of this machine appears whole or not at all."""
        names = sorted(p.relative_to(built).as_posix() for p in built.rglob("*") if p.is_file())
        names.sort(key=lambda name: name == SUMS)
        if self.is_local:
            self._rename(built, names)
        else:
            for name in names:
                self.system.put_file(str(built / name), f"{self.path}/{name}")
        return len(names)

    def _rename(self, built: Path, names: list[str]) -> None:
        target = Path(self.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.new")
        files.remove(beside)
        try:
            for name in names:
                (beside / name).parent.mkdir(parents=True, exist_ok=True)
                # Copied: a link would let whoever edits the export edit core.
                shutil.copyfile(built / name, beside / name)
                files.sync(beside / name)
            for folder in sorted({(beside / name).parent for name in names} | {beside}):
                files.sync(folder)
            if target.is_dir():
                target.rmdir()
            beside.rename(target)
            files.sync(target.parent)
        finally:
            files.remove(beside)
