"""Write the derived tables of a release, each file in the order of its key; unchanged files are the former ones."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from expectations.contract import Table, arrow_schema, literal
from expectations.tables import tables
from pipelines import parts
from pipelines.parquet import GROUP, write_parquet, write_table
from warehouse import files
from warehouse.reuse import Reuse

FILES = {
    "linked_party": "source || '--' || part",
    "collaboration": "source || '--' || part",
    "record_field": "source || '--' || part",
    "organisation": "CASE WHEN starts_with(organisation_id, 'local:') THEN 'named' ELSE 'registered' END",
    "name_link": "source",
    "evidence": "measure",
    "indicator": "indicator",
}
"""Derived tables of several files: the expression over a row that names its file. The others are one file each."""

TOGETHER = GROUP
"""Rows up to which the files of a table are written from one query: a query for each costs more than writing it. Each
of these files is then one group of rows, as it is where it is written alone, so that its bytes are the same."""


def derived(connection: duckdb.DuckDBPyConnection, built: Path, reuse: Reuse) -> None:
    """Write every derived table of a connection under the folder of a release."""
    for table in tables().values():
        if table.layer == "derived":
            (built / table.name).mkdir()
            for relative in reuse.carried.get(table.name, []):
                former = reuse.take(relative, reuse.former["files"][relative]["digest"])
                assert former is not None  # found whole when it was carried over
                files.place(former, built / relative)
            _write(connection, table, _files(connection, table, reuse), built, reuse)


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


def _write(
    connection: duckdb.DuckDBPyConnection, table: Table, digests: dict[str, str], built: Path, reuse: Reuse
) -> None:
    """Place the former files of the same rows, and write the others: of a small table by one query for all of them."""
    anew = {}
    for name, digest in digests.items():
        former = reuse.take(f"{table.name}/{name}.parquet", digest)
        if former is None:
            anew[name] = digest
        else:
            files.place(former, built / table.name / f"{name}.parquet")
    columns = ", ".join(f'"{c.name}"' for c in table.columns)
    key = ", ".join(f'"{k}"' for k in table.key)
    by, schema = FILES.get(table.name, literal(table.name)), arrow_schema(table)
    held: dict[str, pa.Table] = {}
    if len(anew) > 1:
        listed = ", ".join(literal(name) for name in anew)
        ((rows,),) = connection.execute(f"SELECT count(*) FROM {table.name} WHERE {by} IN ({listed})").fetchall()
        if rows <= TOGETHER:
            query = f"SELECT {by} AS _file, {columns} FROM {table.name} WHERE {by} IN ({listed}) ORDER BY _file, {key}"
            held = _apart(connection.sql(query).to_arrow_table(), schema)
    for name, digest in anew.items():
        where = f"WHERE {by} = {literal(name)}" if digest and table.name in FILES else ""
        path = built / table.name / f"{name}.parquet"
        if name in held:
            written = write_table(held[name], path)
        else:
            query = f"SELECT {columns} FROM {table.name} {where} ORDER BY {key}"
            written = write_parquet(connection, query, schema, path)
        reuse.note(f"{table.name}/{path.name}", written["sha256"], digest)


def _apart(rows: pa.Table, schema: pa.Schema) -> dict[str, pa.Table]:
    """Split rows in the order of their files by file."""
    rows = rows.combine_chunks()
    runs = pc.run_end_encode(rows["_file"].chunk(0)) if len(rows) else None
    if runs is None:
        return {}
    rows, begin, found = rows.drop_columns("_file").cast(schema), 0, {}
    for name, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
        found[name] = rows.slice(begin, end - begin)
        begin = end
    return found
