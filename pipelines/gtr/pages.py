"""The records of a list from the file of its pages, each page a JSON text, whoever brought it.

A page announces how many records its list has: a file that holds fewer or more of them is not the list.
"""

from pathlib import Path

import duckdb

from expectations.contract import literal
from pipelines import read, read_texts
from pipelines.gtr.fields import NESTED, RAW, RESOURCES, UNREAD
from pipelines.source import RawFile, SourceError

MEND = "bring all pages of the list once more (iur ingest gtr --force), one JSON text after the other"


def load(connection: duckdb.DuckDBPyConnection, file: RawFile, scratch: Path, reading: read.Reading) -> int:
    """Create the temporary table `raw_<array>` of the list in a file, with `_line`; return how many records it has.

    `_line` is the record's number in the file, for a page is one line. Raises SourceError where the file is not
    made of pages of that list, holds another number of records than they announce, or lacks a promised field.
    """
    read.refuse_html(file.path, file.name)
    array = RESOURCES[file.name.removesuffix(".json").lower()].array
    inside = {array: f"json -> '$.{array}[*]'"}
    if array == "project":
        inside["participant"] = f"json -> '$.{array}[*].participantValues.participant[*]'"
    keys: dict[str, set[str]] = {name: set() for name in inside}
    totals: set[str] = set()
    records = other = 0
    _create(connection, array)
    try:
        for texts in read_texts.batches(file.path, file.name, scratch, MEND):
            for name, where in inside.items():
                keys[name] |= _keys(connection, where, texts)
            records += _read(connection, texts, array, records)
            ((no_page, told),) = connection.execute(
                f"""SELECT count(*) FILTER (json_type(json, '$.{array}') IS DISTINCT FROM 'ARRAY'),
                    list(DISTINCT json ->> '$.totalSize') FROM read_json_objects({texts})"""
            ).fetchall()
            other += no_page
            totals |= {str(total) for total in told or ()}
    except duckdb.Error as error:
        _hold(keys, file.name)  # a field that is missing says more
        raise SourceError(
            f"is not made of pages: {read.first_line(error)}", file=file.name, rule="JSON", mend=MEND
        ) from error
    reading.warnings += _hold(keys, file.name)
    if other or totals != {str(records)}:
        raise SourceError(
            f"holds {records:,} records of {array}, and its pages announce {' and '.join(sorted(totals))}"
            + (f"; {other:,} JSON texts in it are no page of them" if other else ""),
            file=file.name,
            rule="records announced",
            mend=MEND,
        )
    return records


def _hold(keys: dict[str, set[str]], file: str) -> list[str]:
    """Hold the fields that records have against the promised ones; return what is new."""
    said = []
    for name, found in keys.items():
        _, new = read.columns(sorted(found), RAW[name], file)
        said += [line.replace("column", f"field of {name}") for line in new]
    return said


def _keys(connection: duckdb.DuckDBPyConnection, records: str, texts: str) -> set[str]:
    """Return the fields that records have."""
    found = connection.execute(
        f"""SELECT DISTINCT unnest(json_keys(record)) AS key_
        FROM (SELECT unnest({records}) AS record FROM read_json_objects({texts}))"""
    ).fetchall()
    return {key for (key,) in found}


def _record(array: str) -> str:
    fields = [n for n in (*RAW[array].columns, *RAW[array].optional) if n not in UNREAD]
    return ", ".join(f'"{n}" {NESTED.get(n, "VARCHAR")}' for n in fields)


def _create(connection: duckdb.DuckDBPyConnection, array: str) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE raw_{array} ({_record(array)}, _line BIGINT)")


def _read(connection: duckdb.DuckDBPyConnection, texts: str, array: str, before: int) -> int:
    """Add the records of some texts to `raw_<array>`, of which `before` are there; return how many."""
    ((count,),) = connection.execute(
        f"""INSERT INTO raw_{array}
        SELECT record.*, {before} + row_number() OVER () AS _line
        FROM (
            SELECT unnest("{array}") AS record
            FROM read_json({texts}, columns = {{{array}: {literal(f"STRUCT({_record(array)})[]")}}})
        )"""
    ).fetchall()
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
