"""The groups of a part from the files of their pages, whoever brought them: one file a sector, one text a page."""

from pathlib import Path

import duckdb

from pipelines import read, read_texts
from pipelines.openalex.groups import SECTORS
from pipelines.source import RawFile, RawTable, SourceError

MEND = "bring all pages of the query once more (iur ingest openalex --force), one JSON text after the other"

RAW = {
    "group": RawTable(
        columns=("key", "count"),
        core="publication_share",
        key=("key",),
        optional=("key_display_name",),
    )
}
"""What a group tells; `key` is the ROR id it is grouped by."""


def name(year: int | str, sector: str) -> str:
    """Return the name of a query's file."""
    return f"works-{year}-{sector}.json"


def load(connection: duckdb.DuckDBPyConnection, files: list[RawFile], scratch: Path, reading: read.Reading) -> None:
    """Create the temporary table `raw_group` of all sectors: year, sector, key, name, count, file and line.

    `_line` is the group's number in its file, for a page is one line. Raises SourceError where a sector is
    missing, a file is not made of pages of groups, or its chain of pages is not whole.
    """
    there = {file.name.lower().removesuffix(".json").split("-", 2)[2]: file for file in files}
    if missing := [sector for sector in SECTORS if sector not in there]:
        raise SourceError(
            f"sectors missing: {', '.join(missing)}",
            file=", ".join(file.name for file in files),
            rule="sectors of a part",
            mend="bring a file for every sector: what a file that is not there would tell is no zero",
        )
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE raw_group (
            year_ BIGINT, sector_ VARCHAR, key_ VARCHAR, name_ VARCHAR, count_ VARCHAR, _file VARCHAR, _line BIGINT)"""
    )
    for sector in SECTORS:
        try:
            _load(connection, there[sector], sector, scratch, reading)
        except duckdb.Error as error:
            raise SourceError(
                f"is not made of pages: {read.first_line(error)}", file=there[sector].name, rule="JSON", mend=MEND
            ) from error


def _load(
    connection: duckdb.DuckDBPyConnection, file: RawFile, sector: str, scratch: Path, reading: read.Reading
) -> None:
    read.refuse_html(file.path, file.name)
    year = int(file.name.split("-")[1])
    keys: set[str] = set()
    groups = pages = ends = other = numbered = 0
    for texts in read_texts.batches(file.path, file.name, scratch, MEND):
        told = connection.execute(
            f"""SELECT
                count(*),
                count(*) FILTER (json_type(json, '$.group_by') IS DISTINCT FROM 'ARRAY'
                    OR TRY_CAST(json ->> '$.meta.count' AS BIGINT) IS NULL),
                count(*) FILTER (json ->> '$.meta.page' IS NOT NULL),
                count(*) FILTER (json ->> '$.meta.next_cursor' IS NULL)
            FROM read_json_objects({texts})"""
        ).fetchall()[0]
        pages, other, numbered, ends = (a + b for a, b in zip((pages, other, numbered, ends), told, strict=True))
        found = connection.execute(
            f"""SELECT DISTINCT unnest(json_keys(group_)) FROM (
                SELECT unnest(json -> '$.group_by[*]') AS group_ FROM read_json_objects({texts}))"""
        ).fetchall()
        keys |= {key for (key,) in found}
        connection.execute(
            f"""INSERT INTO raw_group
            SELECT ?, ?, group_ ->> '$.key', group_ ->> '$.key_display_name', group_ ->> '$.count', ?,
                ? + row_number() OVER ()
            FROM (SELECT unnest(json -> '$.group_by[*]') AS group_ FROM read_json_objects({texts}))""",
            [year, sector, file.name, groups],
        )
        ((groups,),) = connection.execute("SELECT count(*) FROM raw_group WHERE _file = ?", [file.name]).fetchall()
    if groups:
        _, new = read.columns(sorted(keys), RAW["group"], file.name)
        reading.warnings += [line.replace("column", "field of a group") for line in new]
    if other or numbered or ends != 1:
        what = (
            f"{other:,} of {pages:,} texts are no page of groups"
            if other
            else f"{numbered:,} of {pages:,} pages were asked for without a cursor: they hold the largest groups only"
            if numbered
            else f"{ends:,} of {pages:,} pages are the last of their chain"
        )
        raise SourceError(what, file=file.name, rule="groups are whole", mend=MEND)
    reading.saw(RAW["group"], groups)


ROWS = """
    SELECT
        g.key_ AS institution_id,
        nullif(g.name_, g.key_) AS institution_name,
        g.year_ AS year,
        g.sector_ AS sector,
        TRY_CAST(g.count_ AS BIGINT) AS publications,
        DATE '{day}' AS updated_on,
        g._file,
        g._line,
        CASE
            WHEN TRY_CAST(g.count_ AS BIGINT) IS NULL THEN 'count: ' || coalesce(g.count_, 'null') || ' is no number'
            -- The index moves between two queries: a part is never more than the whole.
            WHEN g.sector_ <> 'all' AND TRY_CAST(g.count_ AS BIGINT) > coalesce(w.works_, 0)
            THEN 'more works with the sector than works: ' || g.count_ || ' of ' || coalesce(w.works_, 0)
        END AS _problem,
        CASE
            WHEN g.key_ IS NULL OR g.key_ = 'unknown' THEN 'no_institution'
            WHEN TRY_CAST(g.count_ AS BIGINT) = 0 THEN 'empty_group'
        END AS _dropped
    FROM raw_group AS g
    LEFT JOIN (
        SELECT key_, max(TRY_CAST(count_ AS BIGINT)) AS works_ FROM raw_group WHERE sector_ = 'all' GROUP BY key_
    ) AS w ON w.key_ = g.key_
    ORDER BY g._file, g._line
"""
"""The rows of `publication_share`, of which `day` is the day on which the service was asked."""
