"""What a release takes from the one before: files whose rows are the same, and what was made from the same.

The note of this stands in the cache of the home, written after a release is public. It may be deleted at any
time: the next release is then made from nothing, to the same bytes. Nothing is taken unless our code, the
seeds and the libraries are those of the note, and a file is what its checksum says.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warehouse import files
from warehouse.store import Home


@dataclass
class Reuse:
    """The former release and what is known of it, and the note on the new one; without a former, all is new."""

    made_by: str = ""
    release: Path | None = None
    former: dict[str, Any] = field(default_factory=lambda: {"keys": {}, "files": {}})
    keys: dict[str, dict[str, str]] = field(default_factory=dict)
    files: dict[str, dict[str, str]] = field(default_factory=dict)
    carried: dict[str, list[str]] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    sound: dict[str, bool] = field(default_factory=dict)

    def same(self, kind: str, keys: Mapping[str, str]) -> set[str]:
        """Note the keys of what is made now, by name; return the names that had the same key in the former release.

        A key is a digest of everything that the result depends on besides our code.
        """
        self.keys[kind] = dict(keys)
        had = self.former["keys"].get(kind, {})
        return {name for name, key in keys.items() if had.get(name) == key}

    def had(self, kind: str) -> dict[str, str]:
        """Return the keys of a kind in the former release."""
        return dict(self.former["keys"].get(kind, {}))

    def take(self, name: str, digest: str) -> Path | None:
        """Return the former release's file of that name if its rows had the same digest; None otherwise."""
        facts = self.former["files"].get(name)
        if facts is None or facts["digest"] != digest:
            return None
        if (path := self.whole(name)) is not None:
            self.taken.append(name)
            self.note(name, facts["sha256"], digest)
        return path

    def carry(self, table: str, names: Collection[str]) -> None:
        """Say which files of a table stand as they are in the former release, without a look at their rows."""
        self.carried[table] = sorted(names)

    def whole(self, name: str) -> Path | None:
        """Return the path of a file in the former release if it is there and is what its checksum says."""
        facts = self.former["files"].get(name)
        if facts is None or self.release is None:
            return None
        path = self.release / name
        if name not in self.sound:
            self.sound[name] = path.exists() and files.sha256(path) == facts["sha256"]
        return path if self.sound[name] else None

    def note(self, name: str, sha256: str, digest: str = "") -> None:
        """Note a file of the new release: its checksum, and the digest of its rows where it was computed."""
        self.files[name] = {"sha256": sha256, "digest": digest}

    def is_judged(self, name: str) -> bool:
        """Say whether a noted file stood in the former release, and so was judged under the same contracts."""
        return self.former["files"].get(name, {}).get("sha256") == self.files[name]["sha256"]

    def is_unchanged(self, table: str) -> bool:
        """Say whether a table has the files it had in the former release, and no others."""
        now, then = (
            {name: facts["sha256"] for name, facts in noted.items() if name.startswith(f"{table}/")}
            for noted in (self.files, self.former["files"])
        )
        return now == then


def recall(home: Home, made_by: str) -> Reuse:
    """Return what the next release may take from the last one made in this home by the same code and seeds."""
    note = files.read_json(_path(home))
    if note is None or note["made_by"] != made_by or not (home.releases / note["release"]).is_dir():
        return Reuse(made_by)
    return Reuse(made_by, home.releases / note["release"], note)


def keep(home: Home, reuse: Reuse, vintage: str) -> None:
    """Write the note for the next release; the caller holds the lock of publishing."""
    note = {"made_by": reuse.made_by, "release": vintage, "keys": reuse.keys, "files": reuse.files}
    files.write_json(_path(home), note)


def _path(home: Home) -> Path:
    return home.cache / "release.json"
