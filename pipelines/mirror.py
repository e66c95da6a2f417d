"""Serve a source from files in a folder instead of the network: exports brought by hand, firewalled sites, tests.

The files lie directly under `DIR/<source>/`, under the publisher's own names; subfolders are not read.
"""

import re
import shutil
from pathlib import Path

from pipelines.http import Download, Validators
from pipelines.source import Offer, Source, SourceError


def offers(source: Source, folder: Path, warnings: list[str]) -> list[Offer]:
    """Return the parts that the files of a folder make up; `version` tells the files' state on the disk.

    Files that belong to no part are named in `warnings`. Raises SourceError where no file is of use.
    """
    there = folder / source.name
    names = sorted(p.name for p in there.iterdir() if p.is_file()) if there.is_dir() else []
    found: dict[str, list[str]] = {}
    unused = []
    for name in names:
        if match := re.fullmatch(source.mirror, name):
            groups = {"part": "all"} | {group: said for group, said in match.groupdict().items() if said}
            found.setdefault(source.mirror_part.format(**groups).lower(), []).append(name)
        else:
            unused.append(name)
    if not found:
        said = f"among {', '.join(unused)}" if unused else "there"
        raise SourceError(
            f"the mirror has no file of this source {said}",
            source=source.name,
            rule="file names",
            mend=f"put the publisher's files, under their own names (such as {source.mirror_example}), "
            f"directly into the folder {source.name} of the mirror",
        )
    warnings += [f"{source.name}: {name} in the mirror is of no part of this source" for name in unused]
    return [_offer(source, there, part, files, warnings) for part, files in sorted(found.items())]


def _offer(source: Source, there: Path, part: str, names: list[str], warnings: list[str]) -> Offer:
    chosen = _one_form(names)
    warnings += [f"{source.name}: {n} in the mirror is not read: {chosen[0]} is" for n in names if n not in chosen]
    states = [(there / name).stat() for name in chosen]
    # The change time moves with every write, whatever the file's date is set to.
    version = " ".join(f"{s.st_size}-{s.st_mtime_ns}-{s.st_ctime_ns}" for s in states)
    return Offer(source.name, part, tuple(f"mirror:{source.name}/{name}" for name in chosen), version=version)


def _one_form(names: list[str]) -> list[str]:
    """Choose the newest zips, CSV before JSON; plain files go together, and so do zips of one release."""
    zips = [name for name in names if name.endswith(".zip")]
    if not zips:
        return names
    newest = max(map(_standing, zips))
    return [name for name in zips if _standing(name) == newest]


def _standing(name: str) -> tuple[bool, tuple[int, ...]]:
    return "json" not in name.lower(), _release(name)


def _release(name: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", name))


def fetch(offer: Offer, folder: Path, into: Path) -> list[tuple[str, Download]]:
    """Copy the files of a part, byte for byte; return them under their own names."""
    brought = []
    for url in offer.urls:
        name = url.rpartition("/")[2]
        try:
            shutil.copyfile(folder / offer.source / name, into / name)
        except OSError as error:
            raise SourceError(
                f"cannot be read: {error.strerror}",
                source=offer.source,
                part=offer.part,
                file=name,
                rule="mirror",
                mend="check the file's rights and that the disk is whole",
            ) from error
        brought.append((name, Download(url, into / name, Validators())))
    return brought
