"""Read the tables of a release into temporary tables of their names, as text: those that are missing are empty."""

import html
import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines import read, read_large
from pipelines.patentsview.layouts import BESIDE, RAW, REQUIRED
from pipelines.source import RawFile, RawTable, SourceError


def begin(connection: duckdb.DuckDBPyConnection, files: list[RawFile], reading: read.Reading) -> dict[str, RawFile]:
    """Create an empty temporary table for each of RAW that is not there; return the files that are, by table.

    Raises SourceError where a required table is missing.
    """
    there = {file.name.lower().partition(".")[0]: file for file in files}
    if missing := [name for name in REQUIRED if name not in there]:
        raise SourceError(
            f"no {' and no '.join(missing)} among {', '.join(file.name for file in files)}",
            rule="tables as promised",
            mend="bring all tables of one release: their names are on the source's page",
        )
    absent = [name for name in RAW if name not in there]
    if absent:
        reading.warnings.append(f"patentsview: without {', '.join(absent)}: what they tell is unknown")
    for name, raw in ((name, RAW[name]) for name in absent):
        columns = ", ".join(f'"{column}" VARCHAR' for column in (*raw.columns, *raw.optional))
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} ({columns}, _file VARCHAR, _line BIGINT, _problem VARCHAR)"
        )
    return there


def fill(
    connection: duckdb.DuckDBPyConnection, name: str, file: RawFile | None, scratch: Path, reading: read.Reading
) -> None:
    """Read the file of a table, if it is there, into a temporary relation of its name (`read_large.table`)."""
    if file is None:
        return
    folder = scratch / name
    folder.mkdir()
    (path, *others) = read.members(file.path, file.name, folder)
    if others:
        raise SourceError(
            f"holds {', '.join(p.name for p in (path, *others))}", file=file.name, rule="one table a zip",
            mend="bring the publisher's own file",
        )  # fmt: skip
    within = f"{file.name}/{path.name}"
    # Rows that tell more of others' rows are none to be counted in core.
    mine = read.Reading() if name in BESIDE else reading
    read_large.table(connection, path, _as_released(name, path), within, mine, name)
    path.unlink()
    if mine is reading:
        return
    reading.warnings += mine.warnings
    found = connection.execute(
        f"SELECT count(*), min(_line), any_value(_problem) FROM {name} WHERE _problem IS NOT NULL"
    )
    ((unread, line, problem),) = found.fetchall()
    if unread:
        reading.warnings.append(f"{within}: {unread:,} rows cannot be read, the first on line {line}: {problem}")


def _as_released(name: str, path: Path) -> RawTable:
    """Return the columns of a table as this release has them: one table has a column for each release so far."""
    raw = RAW[name]
    if name != "g_persistent_assignee":
        return raw
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        released = sorted(re.findall(r"disamb_assignee_id_\d{8}", file.readline()))
    return replace(raw, formerly={"disamb_assignee_id": tuple(released[-1:])}, unread=tuple(released[:-1]))


def unescape(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the table `unescaped` (written, text): what the texts are that hold entities of HTML."""
    texts = (
        ("g_patent", "patent_title"),
        ("g_assignee_disambiguated", "disambig_assignee_organization"),
        ("g_assignee_not_disambiguated", "raw_assignee_organization"),
        ("g_gov_interest", "gi_statement"),
        ("g_gov_interest_org", "fedagency_name"),
        ("g_gov_interest_org", "level_one"),
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE unescaped (written VARCHAR, text VARCHAR)")
    query = " UNION ".join(
        f"SELECT {column} FROM {table} WHERE contains({column}, '&') AND regexp_matches({column}, '{_ENTITY}')"
        for table, column in texts
    )
    written = [text for (text,) in connection.execute(query).fetchall()]
    if written:
        # Some went through two programs: &amp;eacute; is an é.
        plain = [" ".join(html.unescape(html.unescape(text)).split()) for text in written]
        cleared = pa.table({"written": written, "text": plain})  # noqa: F841
        connection.execute("INSERT INTO unescaped SELECT * FROM cleared")


_ENTITY = "&(#[0-9]+|#x[0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]+);"
