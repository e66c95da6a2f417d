"""The store: where every layer lies, and how a part and a release come to be there whole or not at all.

A part is committed in two moves: its files are staged and the staging folder renamed to `….ready` (from
here on the commit happens, even if the process dies), then each file is renamed into place and the
manifest last. Whoever comes next finishes a commit that a killed process began (`recover`).
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse import files

Manifest = dict[str, Any]


@dataclass(frozen=True)
class Home:
    """The folders of a data home. Parts of sources that are `hidden` are not there for whoever reads what it holds."""

    root: Path
    hidden: frozenset[str] = frozenset()

    def without(self, sources: Iterable[str]) -> "Home":
        """Return the home as it would be if some sources did not exist."""
        return Home(self.root, self.hidden | frozenset(sources))

    @property
    def core(self) -> Path:
        """Validated tables, one file per table, source and part."""
        return self.root / "core"

    @property
    def quarantine(self) -> Path:
        """Refused rows, under the names of core."""
        return self.root / "quarantine"

    @property
    def releases(self) -> Path:
        """Published releases by vintage, and the link `current`."""
        return self.root / "releases"

    @property
    def seeds(self) -> Path:
        """The user's own seed tables, over the shipped ones."""
        return self.root / "seeds"

    @property
    def staging(self) -> Path:
        """Parts on their way into core."""
        return self.core / "_staging"

    @property
    def cache(self) -> Path:
        """What is kept to save work, such as the answers of linking; may be deleted at any time.

        What was found with hidden sources in view is never seen without them.
        """
        return self.root / "cache" / "without" / "+".join(sorted(self.hidden)) if self.hidden else self.root / "cache"

    @property
    def is_simulated(self) -> bool:
        """Whether the home holds simulated records: a mark its maker leaves, and every release repeats."""
        return (self.root / "simulated").exists()

    def mark_simulated(self) -> None:
        """Mark an empty home as holding simulated records; ValueError where real ones are in it."""
        if not self.is_simulated and self.manifests():
            raise ValueError(f"{self.root} holds records that are not simulated")
        self.root.mkdir(parents=True, exist_ok=True)
        (self.root / "simulated").touch()

    def raw(self, source: str) -> Path:
        """Return the folder of a source's raw bytes; for the owner only, as it can hold contact details."""
        folder = self.root / "raw" / source
        folder.mkdir(parents=True, exist_ok=True)
        (self.root / "raw").chmod(0o700)
        return folder

    def receipt(self, source: str, part: str) -> Path:
        """Return the path of a raw part's receipt."""
        return self.root / "raw" / source / "receipts" / f"{part}.json"

    def manifest(self, source: str, part: str) -> Path:
        """Return the path of a core part's manifest."""
        return self.core / "_parts" / source / f"{part}.json"

    def failure(self, source: str, part: str) -> Path:
        """Return the path of the note that a part's last attempt failed."""
        return self.root / "failed" / f"{source}--{part}.json"

    def failures(self) -> dict[tuple[str, str], str]:
        """Return why parts failed when they were last tried, by (source, part)."""
        notes = [files.read_json(path) for path in sorted((self.root / "failed").glob("*.json"))]
        return {(note["source"], note["part"]): note["reason"] for note in notes if note["source"] not in self.hidden}

    def manifests(self) -> dict[tuple[str, str], Manifest]:
        """Return every part's manifest by (source, part), in order."""
        found = sorted((self.core / "_parts").glob("*/*.json"))
        return {
            (path.parent.name, path.stem): files.read_json(path)
            for path in found
            if path.parent.name not in self.hidden
        }

    @contextmanager
    def part_lock(self, source: str, part: str, shared: bool = False) -> Iterator[None]:
        """Hold the lock of a part."""
        with files.lock(self.root / "locks" / f"{source}--{part}.lock", shared):
            yield

    @contextmanager
    def publish_lock(self) -> Iterator[None]:
        """Hold the lock under which releases are built and published, one at a time."""
        with files.lock(self.root / "locks" / "publish.lock"):
            yield


def home() -> Home:
    """Return the data home: IUR_HOME, else `warehouse/data` of the checkout."""
    said = os.environ.get("IUR_HOME")
    return Home(Path(said).expanduser().absolute() if said else Path(__file__).parent / "data")


def keep_raw(
    home: Home, source: str, part: str, version: str, announced: int | None, brought: list[dict[str, Any]], now: str
) -> Manifest:
    """File the bytes of a fetched part under their digests and write its receipt; return the receipt.

    `brought` has one entry a file: name, url, path, etag, last_modified. Bytes already here are left
    untouched, and with them the receipt's `fetched_at`.
    """
    folder = home.raw(source)
    entries = []
    for one in brought:
        path = Path(one["path"])
        digest = files.sha256(path)
        size = path.stat().st_size
        target = folder / digest
        if target.exists():
            path.unlink()
        else:
            files.sync(path)
            path.chmod(0o400)
            path.replace(target)
        entries.append({k: v for k, v in one.items() if k != "path"} | {"sha256": digest, "bytes": size})
    files.sync(folder)
    receipt = {
        "source": source,
        "part": part,
        "version": version,
        "announced": announced,
        "files": entries,
        "sha256": files.digest(*(e["sha256"] for e in entries)),
        "bytes": sum(e["bytes"] for e in entries),
        "fetched_at": now,
    }
    former = files.read_json(home.receipt(source, part))
    if former and former["sha256"] == receipt["sha256"]:
        receipt["fetched_at"] = former["fetched_at"]
    if receipt != former:
        files.write_json(home.receipt(source, part), receipt)
    return receipt


def commit(home: Home, staged: Path, manifest: Manifest) -> None:
    """Bring a staged part into core: `staged` holds `core/<table>.parquet` and `quarantine/<table>.parquet`.

    The caller holds the part's lock.
    """
    source, part = manifest["source"], manifest["part"]
    for path in sorted(staged.glob("*/*.parquet")):
        path.chmod(0o444)
        files.sync(path)
    files.write_json(staged / "manifest.json", manifest)
    ready = home.staging / f"{source}--{part}.ready"
    staged.rename(ready)
    files.sync(home.staging)
    _finish(home, ready)


def _finish(home: Home, ready: Path) -> None:
    """Move a ready part's files into place, its manifest last; every step can be done again."""
    manifest = files.read_json(ready / "manifest.json")
    if manifest is None:  # killed after the manifest's rename and before the folder was removed
        files.remove(ready)
        return
    source, part = manifest["source"], manifest["part"]
    former = files.read_json(home.manifest(source, part)) or {"tables": {}, "quarantine": {}}
    for layer, root in (("tables", home.core), ("quarantine", home.quarantine)):
        for table in manifest[layer]:
            target = root / table / f"{source}--{part}.parquet"
            target.parent.mkdir(parents=True, exist_ok=True)
            staged = ready / root.name / f"{table}.parquet"
            if staged.exists():
                staged.replace(target)
            files.sync(target.parent)
        for table in former[layer].keys() - manifest[layer].keys():
            (root / table / f"{source}--{part}.parquet").unlink(missing_ok=True)
    target = home.manifest(source, part)
    target.parent.mkdir(parents=True, exist_ok=True)
    (ready / "manifest.json").replace(target)
    files.sync(target.parent)
    files.remove(ready)


def recover(home: Home) -> None:
    """Finish the commits that a killed process began, and clear away what it never got to commit."""
    if not home.staging.is_dir():
        return
    for folder in sorted(home.staging.iterdir()):
        source, _, rest = folder.name.partition("--")
        part = rest.rpartition(".")[0]
        with home.part_lock(source, part):
            if not folder.is_dir():
                continue  # its own process finished while we waited
            if folder.name.endswith(".ready"):
                _finish(home, folder)
            else:
                files.remove(folder)


@contextmanager
def staging(home: Home, source: str, part: str) -> Iterator[Path]:
    """Give an empty staging folder for a part, whose lock the caller holds; cleared unless committed."""
    folder = home.staging / f"{source}--{part}.work"
    files.remove(folder)
    for layer in ("core", "quarantine"):
        (folder / layer).mkdir(parents=True)
    try:
        yield folder
    finally:
        files.remove(folder)


def damaged(home: Home, manifest: Manifest) -> list[str]:
    """Return the files of a part that are missing or are not those its manifest names."""
    name = f"{manifest['source']}--{manifest['part']}.parquet"
    found = []
    for table, facts in manifest["tables"].items():
        path = home.core / table / name
        if not path.exists() or files.sha256(path) != facts["sha256"]:
            found.append(f"core/{table}/{name}")
    return found


def freeze(home: Home, into: Path) -> dict[tuple[str, str], Manifest]:
    """Link every committed part's files into a folder, verified; return the manifests they were frozen by."""
    recover(home)
    frozen = {}
    for source, part in home.manifests():
        with home.part_lock(source, part, shared=True):
            manifest = files.read_json(home.manifest(source, part))
            if broken := damaged(home, manifest):
                raise DamagedPartError(source, part, broken)
            for table in manifest["tables"]:
                (into / table).mkdir(parents=True, exist_ok=True)
                name = f"{source}--{part}.parquet"
                files.place(home.core / table / name, into / table / name)
            frozen[source, part] = manifest
    return frozen


class DamagedPartError(Exception):
    """A core file is not what its manifest says: somebody else wrote to it."""

    def __init__(self, source: str, part: str, broken: list[str]) -> None:
        super().__init__(
            f"{source} · {part}: {', '.join(broken)} changed since it was committed"
            f"\n  mend: iur ingest {source} --force"
        )
