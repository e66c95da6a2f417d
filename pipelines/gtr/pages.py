"""The records of a list from the file of its pages, each page a JSON text, whoever brought it.

A page announces how many records its list has: a file that holds fewer or more of them is not the list.
"""

import duckdb

from expectations.contract import literal
from pipelines import read
from pipelines.gtr.fields import NESTED, RAW, RESOURCES, UNREAD
from pipelines.source import RawFile, SourceError

LARGEST = 256 << 20
"""Bytes of one JSON text; a page of a hundred projects has about half a million."""

MEND = "bring all pages of the list once more (iur ingest gtr --force), one JSON text after the other"


def load(connection: duckdb.DuckDBPyConnection, file: RawFile, reading: read.Reading) -> int:
    """Create the temporary table `raw_<array>` of the list in a file, with `_line`; return how many records it has.

    `_line` is the record's number in the file, for a page is one line. Raises SourceError where the file is not
    made of pages of that list, holds another number of records than they announce, or lacks a promised field.
    """
    read.refuse_html(file.path, file.name)
    array = RESOURCES[file.name.removesuffix(".json").lower()].array
    there = f"{literal(str(file.path))}, format = 'unstructured', maximum_object_size = {LARGEST}"
    try:
        _census(connection, f"json -> '$.{array}[*]'", there, array, file.name, reading)
        if array == "project":
            inside = f"json -> '$.{array}[*].participantValues.participant[*]'"
            _census(connection, inside, there, "participant", file.name, reading)
        records = _read(connection, there, array)
        announced = connection.execute(
            f"""SELECT count(*) FILTER (json_type(json, '$.{array}') IS DISTINCT FROM 'ARRAY'),
                list(DISTINCT json ->> '$.totalSize') FROM read_json_objects({there})"""
        ).fetchall()
    except duckdb.Error as error:
        raise SourceError(
            f"is not made of pages: {read.first_line(error)}", file=file.name, rule="JSON", mend=MEND
        ) from error
    ((other, totals),) = announced
    if other or not totals or len(totals) > 1 or str(totals[0]) != str(records):
        raise SourceError(
            f"holds {records:,} records of {array}, and its pages announce {' and '.join(map(str, totals or ()))}"
            + (f"; {other:,} JSON texts in it are no page of them" if other else ""),
            file=file.name,
            rule="records announced",
            mend=MEND,
        )
    return records


def _census(
    connection: duckdb.DuckDBPyConnection, records: str, there: str, array: str, name: str, reading: read.Reading
) -> None:
    """Hold the fields that records have against the promised ones."""
    found = connection.execute(
        f"""SELECT DISTINCT unnest(json_keys(record)) AS key_
        FROM (SELECT unnest({records}) AS record FROM read_json_objects({there})) ORDER BY key_"""
    ).fetchall()
    _, new = read.columns([key for (key,) in found], RAW[array], name)
    reading.warnings += [said.replace("column", f"field of {array}") for said in new]


def _read(connection: duckdb.DuckDBPyConnection, there: str, array: str) -> int:
    fields = [n for n in (*RAW[array].columns, *RAW[array].optional) if n not in UNREAD]
    record = ", ".join(f'"{n}" {NESTED.get(n, "VARCHAR")}' for n in fields)
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE raw_{array} AS
        SELECT record.*, row_number() OVER () AS _line
        FROM (
            SELECT unnest("{array}") AS record
            FROM read_json({there}, columns = {{{array}: {literal(f"STRUCT({record})[]")}}})
        )"""
    )
    ((count,),) = connection.execute(f"SELECT count(*) FROM raw_{array}").fetchall()
    return int(count)


MACROS = {
    # Addresses of records are written with a port, http and a stray slash: only the id in them tells.
    "guid(href_)": "nullif(upper(regexp_extract(trim(href_), '([0-9A-Fa-f-]{36})/*$', 1)), '')",
    # Milliseconds of midnight in London: 1441062000000 is 23:00 on 31 August 2015 in UTC, and 1 September there.
    "london(text_)": r"""
        CASE WHEN regexp_full_match(trim(text_), '-?\d{1,13}')
             THEN CAST(timezone('Europe/London', make_timestamptz(CAST(trim(text_) AS BIGINT) * 1000)) AS DATE) END""",
    "said(text_)": "CASE WHEN lower(trim(text_)) NOT IN ('', 'unknown', 'n/a', 'null') THEN trim(text_) END",
    "in_words(text_)": "CASE WHEN contains(text_, '&') THEN unescaped(text_) ELSE trim(text_) END",
    # An answer can be of another record than was asked for; its own address and id then differ.
    "identity_problem(id_, href_)": r"""
        CASE WHEN NOT coalesce(regexp_full_match(id_, '[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}'), false)
             THEN 'id: ' || coalesce(id_, '') || ' is not a GUID'
             WHEN guid(href_) <> upper(id_) THEN 'id: ' || id_ || ' at the address of another record, ' || href_ END""",
}


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the macros in a connection, and `unescaped`, which undoes the entities of HTML."""
    connection.create_function("unescaped", _unescaped, ["VARCHAR"], "VARCHAR")
    for head, body in MACROS.items():
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {head} AS {body}")


def _unescaped(text: str) -> str:
    """Undo entities, twice: `&amp;#39;` was escaped on the way in and on the way out."""
    import html

    return html.unescape(html.unescape(text)).strip()
