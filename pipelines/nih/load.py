"""Read a part's files, whatever their layout, into the temporary tables `raw_project` and `raw_patent`."""

import datetime as dt
import zipfile
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.contract import literal
from pipelines import read, read_texts
from pipelines.nih.layouts import API, LAYOUTS, NAMES, PATENTS, Layout
from pipelines.source import RawFile, SourceError

PIECE = 1 << 20


def load(connection: duckdb.DuckDBPyConnection, files: list[RawFile], scratch: Path, reading: read.Reading) -> None:
    """Fill `raw_project` (the columns of NAMES) and `raw_patent`, both as text, with the records of some files.

    Each row has `_file`, `_line` (in JSON the number of the record), `_problem`, `layout`, and in `made_on` the day
    the publisher made the file, where a zip tells it. Raises SourceError where a file has not the promised columns.
    """
    tables = {"raw_project": ("layout", "made_on", *NAMES), "raw_patent": (*PATENTS.columns, *PATENTS.optional)}
    for table, columns in tables.items():
        typed = ", ".join(f'"{name}" {"DATE" if name == "made_on" else "VARCHAR"}' for name in columns)
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} ({typed}, _file VARCHAR, _line BIGINT, _problem VARCHAR)"
        )
    for file in files:
        for path, name, made_on in _plain(file, scratch):
            if path.suffix.lower() == ".json" or name.lower().endswith(".json"):
                _json(connection, path, name, scratch, reading)
            else:
                _delimited(connection, _as_utf8(path, name, scratch, reading), name, made_on, reading)


def _plain(file: RawFile, scratch: Path) -> list[tuple[Path, str, dt.date | None]]:
    """Return the tables a file holds: path, name, and the day a zip says that they were made."""
    if not zipfile.is_zipfile(file.path) and not file.name.lower().endswith(".zip"):
        return [(file.path, file.name, None)]
    there = read.members(file.path, file.name, scratch)
    with zipfile.ZipFile(file.path) as archive:
        made = {Path(info.filename).name: dt.date(*info.date_time[:3]) for info in archive.infolist()}
    # Archives made by a program often bear their format's first day, which says nothing.
    return [(p, f"{file.name}/{p.name}", made[p.name] if made[p.name].year > 1980 else None) for p in there]


def _as_utf8(path: Path, name: str, scratch: Path, reading: read.Reading) -> Path:
    """Return a file whose text is UTF-8: itself, or where it is not, a copy made from Windows-1252.

    Files up to fiscal year 2021 are Latin-1, later ones UTF-8, and no file says what it is. The five bytes that
    Windows-1252 leaves open stay as they are, so that their rows are refused, and they alone.
    """
    with path.open(encoding="utf-8") as file:
        try:
            while file.read(PIECE):
                pass
        except UnicodeDecodeError:
            reading.warnings.append(f"{name}: not UTF-8, read as Windows-1252")
        else:
            return path
    copy = scratch / f"{path.name}.utf-8"
    with (
        path.open(encoding="cp1252", errors="surrogateescape", newline="") as former,
        copy.open("w", encoding="utf-8", errors="surrogateescape", newline="") as text,
    ):
        while piece := former.read(PIECE):
            text.write(piece)
    return copy


def _delimited(
    connection: duckdb.DuckDBPyConnection, path: Path, name: str, made_on: dt.date | None, reading: read.Reading
) -> None:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        header = file.readline()
    if "PATENT_ID" in header:
        table, raw, layout = "raw_patent", PATENTS, None
    else:
        layout = LAYOUTS["web" if "Application ID" in header else "exporter"]
        table, raw = "raw_project", layout.raw
    for batch in read.delimited(path, raw, name, reading, delimiter=","):
        rows = pa.Table.from_batches([batch])  # noqa: F841  (DuckDB reads it by name)
        if layout is None:
            connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM rows")
            continue
        wanted = ", ".join(f'"{there}" AS "{column}"' for column, there in layout.read.items())
        connection.execute(
            f"""INSERT INTO {table} BY NAME
            SELECT {wanted}, {literal(layout.name)} AS layout, CAST(? AS DATE) AS made_on, _file, _line, _problem
            FROM rows""",
            [made_on],
        )


def _json(connection: duckdb.DuckDBPyConnection, path: Path, name: str, scratch: Path, reading: read.Reading) -> None:
    """Read JSON texts in a row: pages with their envelope, a bare list of records, or a bare record."""
    read.refuse_html(path, name)
    mend = "fetch it again; if it stays so, the publisher's pages are damaged"
    layout: Layout = LAYOUTS["api"]
    wanted = ", ".join(f'record ->> {literal(there)} AS "{column}"' for column, there in layout.read.items())
    shapes: dict[tuple[str, ...], int] = {}
    records = 0
    try:
        for texts in read_texts.batches(path, name, scratch, mend):
            connection.execute(_RECORDS.format(texts=texts, before=records))
            for keys, count in connection.execute(_SHAPES).fetchall():
                shapes[tuple(keys)] = shapes.get(tuple(keys), 0) + count
                records += count
            connection.execute(
                f"""INSERT INTO raw_project BY NAME
                SELECT {wanted}, 'api' AS layout, CAST(NULL AS DATE) AS made_on,
                    {literal(name)} AS _file, _line,
                    CASE WHEN json_type(record) <> 'OBJECT' THEN 'a record that is no object' END AS _problem
                FROM json_record"""
            )
    except duckdb.Error as error:
        raise SourceError(
            f"is not JSON as promised: {read.first_line(error)}", file=name, rule="JSON", mend=mend
        ) from error
    if shapes:
        # Keys that were not asked for are missing, not null.
        _, new = read.columns(sorted({key for keys in shapes for key in keys}), API, name)
        reading.warnings += new
    reading.saw(API, records)
    # The interface has one amount: a subproject's row tells the subproject's.
    connection.execute(
        """UPDATE raw_project SET TOTAL_COST_SUB_PROJECT = TOTAL_COST, TOTAL_COST = NULL
        WHERE layout = 'api' AND blank(SUBPROJECT_ID) IS NOT NULL"""
    )
    connection.execute("DROP TABLE IF EXISTS json_record")


_RECORDS = """
    CREATE OR REPLACE TEMP TABLE json_record AS
    WITH held AS (
        SELECT
            CASE
                WHEN json_type(json) = 'ARRAY' THEN json
                WHEN json_exists(json, '$.results') THEN json -> '$.results'
                ELSE json_array(json)
            END AS records
        FROM read_json_objects({texts})
    ),
    each AS (SELECT unnest(from_json(records, '["JSON"]')) AS record FROM held)
    SELECT record, {before} + row_number() OVER () AS _line FROM each
"""

_SHAPES = """
    SELECT CASE WHEN json_type(record) = 'OBJECT' THEN json_keys(record) ELSE [] END AS keys, count(*)
    FROM json_record GROUP BY keys
"""
