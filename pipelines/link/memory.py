"""Answers of earlier releases: a name is linked once for a registry, a set of seeds and our rules.

An answer depends on the name, its country and its context alone, so that what was asked before needs
neither the rules nor the index of the registry again.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

KEY = ("name", "country", "context")


def recall(path: Path, made_from: str) -> "pa.Table | None":
    """Return the answers kept under a path, or None where there are none made from the same."""
    import pyarrow.parquet as pq

    if not path.exists() or pq.read_metadata(path).metadata.get(b"made_from") != made_from.encode():
        return None
    return pq.read_table(path).replace_schema_metadata(None)


def keep(path: Path, made_from: str, answers: "pa.Table") -> None:
    """Keep answers for the next release, in place of the former ones; the caller holds the lock of publishing."""
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    pq.write_table(answers.replace_schema_metadata({"made_from": made_from}), beside, compression="zstd")
    beside.replace(path)
