"""Read a release: resolve `current` once, then use the dated path, so that two releases never mix."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse import files, publish, store

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


class NoReleaseError(Exception):
    """There is no such release in the data home."""


@dataclass(frozen=True)
class Release:
    """A published release."""

    path: Path

    @property
    def vintage(self) -> str:
        """The release's name: the day it was made."""
        return self.path.name

    @property
    def is_simulated(self) -> bool:
        """Whether its records are simulated ones."""
        return bool(files.read_json(self.path / "datapackage.json")["simulated"])

    @property
    def restricted(self) -> list[str]:
        """The sources in it that may not be redistributed."""
        return list(files.read_json(self.path / "datapackage.json").get("restricted", ()))

    def tables(self) -> list[str]:
        """Return the tables of the release, in alphabetical order."""
        return sorted(p.name for p in self.path.iterdir() if p.is_dir() and any(p.glob("*.parquet")))

    def read(self, table: str, columns: list[str] | None = None) -> "pd.DataFrame":
        """Return a table as a pandas DataFrame, or raise KeyError with the names there are."""
        import pandas as pd

        if table not in self.tables():
            raise KeyError(f"no table {table} in release {self.vintage}; there are {', '.join(self.tables())}")
        return pd.read_parquet(self.path / table, columns=columns)

    def connect(self) -> "duckdb.DuckDBPyConnection":
        """Return a DuckDB connection with a view of each table, which can read this release and nothing else."""
        import duckdb

        from expectations.contract import literal

        connection = duckdb.connect()
        connection.execute(f"SET allowed_directories = [{literal(str(self.path))}]")
        connection.execute("SET enable_external_access = false")
        for table in self.tables():
            where = literal(str(self.path / table / "*.parquet"))
            connection.execute(f'CREATE VIEW "{table}" AS SELECT * FROM read_parquet({where})')
        connection.execute("SET lock_configuration = true")
        return connection


def open_release(vintage: str | None = None, home: store.Home | None = None) -> Release:
    """Return a release, the current one unless a vintage is given; NoReleaseError where there is none."""
    home = home or store.home()
    there = publish.vintages(home)
    if vintage is None:
        path = publish.current(home)
        if path is None:
            raise NoReleaseError(f"no release in {home.root}\n  mend: iur run (or iur demo)")
        return Release(path)
    if vintage not in there:
        raise NoReleaseError(f"no release {vintage}; there are: {', '.join(there) or 'none'}")
    return Release(home.releases / vintage)
