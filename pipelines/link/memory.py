"""What earlier releases found of the registry: a name is linked once for a registry, a directory, seeds and our rules.

An answer depends on the name, its country and its context alone, so that what was asked before needs
neither the rules nor the index of the registry again.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse import files

if TYPE_CHECKING:
    import pyarrow as pa

KEY = ("name", "country", "context")


@dataclass(frozen=True)
class Memory:
    """Tables kept in a folder; `made_from` is a digest of registry, directories, seeds and the code that links."""

    folder: Path
    made_from: str

    def path(self, name: str, *also: str) -> Path | None:
        """Return the file of a table kept under a name, or None where it was made from something else."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.folder / f"{name}.parquet"
        try:
            is_same = pq.read_metadata(path).metadata.get(b"made_from") == self._digest(also).encode()
        except (FileNotFoundError, pa.ArrowInvalid):  # never kept, or cut short when a machine stopped
            return None
        return path if is_same else None

    def recall(self, name: str, *also: str) -> "pa.Table | None":
        """Return a table kept under a name, or None where `path` has none."""
        import pyarrow.parquet as pq

        path = self.path(name, *also)
        return pq.read_table(path).replace_schema_metadata(None) if path else None

    def keep(self, name: str, table: "pa.Table", *also: str) -> None:
        """Keep a table for the next release, in place of the former one; the caller holds the lock of publishing."""
        import pyarrow.parquet as pq

        self.folder.mkdir(parents=True, exist_ok=True)
        beside = self.folder / f".{name}.parquet.new"
        pq.write_table(table.replace_schema_metadata({"made_from": self._digest(also)}), beside, compression="zstd")
        files.sync(beside)
        beside.replace(self.folder / f"{name}.parquet")

    def _digest(self, also: tuple[str, ...]) -> str:
        return files.digest(self.made_from, *also)
