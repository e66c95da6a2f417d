"""Write the derived tables of a release, each file in the order of its key; unchanged files are the former ones."""

from pathlib import Path

import duckdb

from expectations.contract import Table, arrow_schema, literal
from expectations.tables import tables
from pipelines import parts
from pipelines.parquet import write_parquet
from warehouse import files
from warehouse.reuse import Reuse

FILES = {
    "linked_party": "source || '--' || part",
    "collaboration": "source || '--' || part",
    "organisation": "CASE WHEN starts_with(organisation_id, 'local:') THEN 'named' ELSE 'registered' END",
    "name_link": "source",
    "evidence": "measure",
    "indicator": "indicator",
}
"""Derived tables of several files: the expression over a row that names its file. The others are one file each."""


def derived(connection: duckdb.DuckDBPyConnection, built: Path, reuse: Reuse) -> None:
    """Write every derived table of a connection under the folder of a release."""
    for table in tables().values():
        if table.layer == "derived":
            (built / table.name).mkdir()
            for relative in reuse.carried.get(table.name, []):
                former = reuse.take(relative, reuse.former["files"][relative]["digest"])
                assert former is not None  # found whole when it was carried over
                files.place(former, built / relative)
            for name, digest in _files(connection, table, reuse).items():
                _file(connection, table, name, digest, built, reuse)


def _files(connection: duckdb.DuckDBPyConnection, table: Table, reuse: Reuse) -> dict[str, str]:
    """Return the files of a table to write and the digest of their rows; one empty file where there are none."""
    carried = [Path(relative).stem for relative in reuse.carried.get(table.name, [])]
    by = FILES.get(table.name, literal(table.name))
    digest = parts.rows_digest(c.name for c in table.columns)
    among = f"WHERE file NOT IN ({', '.join(literal(name) for name in carried)})" if carried else ""
    found = connection.execute(
        f"SELECT file, {digest} FROM (SELECT *, {by} AS file FROM {table.name}) {among} GROUP BY file ORDER BY file"
    ).fetchall()
    return dict(found) or ({} if carried else {table.name: ""})


def _file(
    connection: duckdb.DuckDBPyConnection, table: Table, name: str, digest: str, built: Path, reuse: Reuse
) -> None:
    path = built / table.name / f"{name}.parquet"
    relative = f"{table.name}/{path.name}"
    former = reuse.take(relative, digest)
    if former is not None:
        files.place(former, path)
        return
    columns = ", ".join(f'"{c.name}"' for c in table.columns)
    key = ", ".join(f'"{k}"' for k in table.key)
    where = f"WHERE {FILES[table.name]} = {literal(name)}" if digest and table.name in FILES else ""
    query = f"SELECT {columns} FROM {table.name} {where} ORDER BY {key}"
    written = write_parquet(connection, query, arrow_schema(table), path)
    reuse.note(relative, written["sha256"], digest)
