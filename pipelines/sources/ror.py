"""ROR: the open registry of research organisations, with names, places, relations and ids elsewhere.

Published by ROR on Zenodo, about monthly, as one zip with every record; CC0. It is the spine on which all
other sources are linked. Traps: technology-transfer companies of universities are typed company or
nonprofit and mostly have no link to their university; acronyms are ambiguous and hundreds of labels collide
within a country; older zips hold a schema with other keys, and some hold both.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.contract import literal
from pipelines import read
from pipelines.source import Offer, RawFile, RawTable, Source, SourceError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from pipelines.http import Download, Session

VERSION = 1

SOURCE = Source(
    name="ror",
    title="Research Organization Registry",
    publisher="ROR (California Digital Library, Crossref, DataCite)",
    topic="identity",
    homepage="https://ror.org",
    licence="CC0 1.0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    is_redistributable=True,
    citation="Research Organization Registry (ROR) data dump, doi:10.5281/zenodo.6347574",
    cadence="monthly",
    part_kind="snapshot",
    changes_by="listing",
    first_part="all",
    tables=("registry_organisation", "registry_name", "registry_relation"),
    mirror=r"(?P<release>v\d+\.\d+-\d{4}-\d{2}(-\d{2})?)-ror-data\.zip",
    mirror_example="v2.9-2026-06-23-ror-data.zip",
)

RAW = {
    "organisation": RawTable(
        ("id", "status", "types", "established", "names", "locations", "external_ids", "links", "domains",
         "relationships", "admin"),
        core="registry_organisation",
        key=("id",),
    )
}  # fmt: skip

ADDRESS = "https://zenodo.org/api/records/6347574"
"""The concept record: it answers with the newest version. IUR_ROR_URL replaces it."""

_TYPES = """{
    id: 'VARCHAR', status: 'VARCHAR', types: 'VARCHAR[]', established: 'VARCHAR', domains: 'VARCHAR[]',
    names: 'STRUCT(value VARCHAR, types VARCHAR[], lang VARCHAR)[]',
    locations: 'STRUCT(geonames_details STRUCT(name VARCHAR, country_code VARCHAR,
        country_subdivision_code VARCHAR, lat DOUBLE, lng DOUBLE))[]',
    external_ids: 'STRUCT("type" VARCHAR, "all" VARCHAR[], preferred VARCHAR)[]',
    relationships: 'STRUCT("type" VARCHAR, id VARCHAR, label VARCHAR)[]'
}"""


def parts(session: "Session") -> list[Offer]:
    """Return the newest release on Zenodo: one part, whose version is the release's and its md5."""
    record = session.json(os.environ.get("IUR_ROR_URL", ADDRESS))
    try:
        version = str(record["metadata"]["version"])
        zips = [(f["links"]["self"], f["checksum"]) for f in record["files"] if re.fullmatch(SOURCE.mirror, f["key"])]
    except (KeyError, TypeError) as error:
        raise SourceError(
            f"the Zenodo record has no {error}",
            source="ror",
            rule="listing",
            mend="compare it with ror.parts",
        ) from error
    if len(zips) != 1:
        keys = ", ".join(f["key"] for f in record["files"])
        raise SourceError(
            f"the newest record {version} lists {len(zips)} release zips among: {keys}",
            source="ror",
            rule="listing",
            mend="if the naming changed, change SOURCE.mirror in pipelines/sources/ror.py",
        )
    ((url, checksum),) = zips
    return [Offer("ror", "all", (url,), version=f"{version} {checksum}", checksums={url: checksum})]


def fetch(part: Offer, session: "Session", into: Path) -> "list[tuple[str, Download]]":
    """Bring the release zip, checked against the md5 of the listing; return it under its own name."""
    (url,) = part.urls
    name = next((piece for piece in reversed(url.split("/")) if piece.endswith(".zip")), "ror-data.zip")
    return [(name, session.download(url, into / name, part.checksums.get(url, "")))]


def normalise(
    files: list[RawFile], connection: "duckdb.DuckDBPyConnection", scratch: Path, reading: read.Reading
) -> "Iterator[tuple[str, pa.RecordBatch]]":
    """Yield organisations, names and relations; `_line` is the record's number in the dump."""
    (archive,) = files
    path, name = _dump(archive, scratch)
    read.json_columns(connection, path, RAW["organisation"], name, reading)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE record AS
        SELECT *, row_number() OVER () AS _line
        FROM read_json({literal(str(path))}, format = 'array', columns = {_TYPES}, maximum_object_size = 67108864)
        """
    )
    problem = "problem('established', established, TRY_CAST(established AS BIGINT), 'a year')"
    lineage = f"{literal(name)} AS _file, _line, {problem} AS _problem, NULL::VARCHAR AS _dropped"
    yield from _batches(connection, "registry_organisation", _ORGANISATION.format(lineage=lineage))
    yield from _batches(connection, "registry_name", _NAME.format(lineage=lineage))
    yield from _batches(connection, "registry_relation", _RELATION.format(lineage=lineage))


_ORGANISATION = """
    SELECT
        id AS organisation_id,
        list_filter(names, lambda n: list_contains(n.types, 'ror_display'))[1].value AS name,
        status,
        types,
        TRY_CAST(established AS BIGINT) AS established,
        nullif(locations[1].geonames_details.country_code, '') AS country,
        nullif(locations[1].geonames_details.country_subdivision_code, '') AS region,
        nullif(locations[1].geonames_details.name, '') AS city,
        locations[1].geonames_details.lat AS latitude,
        locations[1].geonames_details.lng AS longitude,
        domains,
        list_sort(flatten(list_transform(
            external_ids,
            lambda e: list_transform(coalesce(e."all", [e.preferred]), lambda v: e."type" || ':' || replace(v, ' ', ''))
        ))) AS external_ids,
        id AS record_url,
        {lineage}
    FROM record
"""

_NAME = """
    WITH numbered AS (
        SELECT id, established, _line, generate_subscripts(names, 1) AS name_no, unnest(names) AS name
        FROM record
    )
    SELECT id AS organisation_id, name_no, name.value AS name, name.types AS kinds, name.lang AS language, {lineage}
    FROM numbered
"""

_RELATION = """
    WITH each AS (SELECT id, established, _line, unnest(relationships) AS relation FROM record)
    SELECT
        id AS organisation_id,
        lower(relation."type") AS kind,
        relation.id AS related_id,
        {lineage}
    FROM each
"""


def _batches(connection: "duckdb.DuckDBPyConnection", table: str, query: str) -> "Iterator[tuple[str, pa.RecordBatch]]":
    for batch in connection.sql(query).to_arrow_reader(read.ROWS):
        yield table, batch


def _dump(archive: RawFile, scratch: Path) -> tuple[Path, str]:
    """Return the JSON member in schema 2, told by its content: member names have changed with the vintage."""
    found = [p for p in read.members(archive.path, archive.name, scratch) if p.suffix == ".json"]
    current = [p for p in found if _is_schema_2(p)]
    if len(current) != 1:
        raise SourceError(
            f"holds {len(current)} JSON files in schema 2 among: {', '.join(p.name for p in found) or 'none'}",
            source="ror",
            file=archive.name,
            rule="schema 2",
            mend="releases before v1.45 have schema 1 only: take a newer one",
        )
    return current[0], f"{archive.name}/{current[0].name}"


def _is_schema_2(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(100_000)
    return b'"names"' in head and b'"aliases"' not in head
