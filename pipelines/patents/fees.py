"""Maintenance-fee events: lines of fixed columns, in two layouts, taken apart inside DuckDB.

A line is a row of text at first, so that a file of 2 GB never passes through Python.
"""

from pathlib import Path

import duckdb

from expectations.contract import literal
from pipelines import read
from pipelines.patents import numbers
from pipelines.source import RawFile, RawTable, SourceError

RAW = {
    "event": RawTable(
        (
            "patent number",
            "application number",
            "small entity",
            "filing date",
            "grant date",
            "event date",
            "event code",
        ),
        core="patent_fee",
        key=("patent number", "event date", "event code"),
    )
}  # fmt: skip
"""Columns by their place; the file names none."""

_SEED = Path(__file__).resolve().parents[2] / "warehouse" / "seeds" / "fee_codes.csv"


def load(connection: duckdb.DuckDBPyConnection, file: RawFile, scratch: Path, reading: read.Reading) -> str:
    """Read the zip of events into the temporary table `event`; return the query for the rows of `patent_fee`.

    Raises SourceError for an archive without one file of events, and where a column is nowhere.
    """
    events, described = _unpacked(file, scratch)
    numbers.install(connection)
    connection.execute(_DAY)
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE fee_code AS
        SELECT code, kind, CAST(stage AS BIGINT) AS stage, entity
        FROM read_csv({literal(str(_SEED))}, header = true, all_varchar = true)"""
    )
    lines = f"""read_csv({literal(str(events))}, header = false, columns = {{'line': 'VARCHAR'}}, auto_detect = false,
        delim = '\x1f', quote = '', escape = '', comment = '', encoding = 'latin-1', strict_mode = false)"""
    connection.execute(_EVENT.replace("{lines}", lines))
    events.unlink()
    _check(connection, file.name)
    reading.warnings += _noticed(connection, file.name, described)
    return _FEE.format(file=literal(f"{file.name}/{events.name}"))


def _unpacked(file: RawFile, scratch: Path) -> tuple[Path, dict[str, str]]:
    """Unpack the zip; return the file of events, and what its list of codes says, which lies beside it or not."""
    folder = scratch / "events"
    folder.mkdir()
    texts = [path for path in read.members(file.path, file.name, folder) if path.suffix.lower() == ".txt"]
    lists = [path for path in texts if "desc" in path.name.lower()]
    events = [path for path in texts if path not in lists]
    if len(events) != 1:
        raise SourceError(
            f"holds {len(events)} files of events where one is due: {', '.join(path.name for path in events)}",
            file=file.name,
            rule="one file of events",
            mend="bring the publisher's own zip",
        )
    said = [line.split(None, 1) for path in lists for line in path.read_text("latin-1").splitlines()]
    return events[0], {code: text.strip() for code, text in (pair for pair in said if len(pair) == 2)}


# Noughts and blanks stand where nothing is known.
_DAY = """
    CREATE OR REPLACE TEMP MACRO fee_day(text_) AS
        CASE WHEN regexp_full_match(text_, '(1[789]|20)[0-9]{6}') THEN CAST(TRY_STRPTIME(text_, '%Y%m%d') AS DATE) END
"""

_EVENT = r"""
    CREATE OR REPLACE TEMP TABLE event AS
    WITH numbered AS (
        SELECT row_number() OVER () AS _line, rtrim(line, chr(13)) AS line FROM {lines}
    ),
    placed AS (
        SELECT
            _line,
            line,
            -- How many columns everything is further right than in the layout with seven signs for a number.
            CASE position(' ' IN line) WHEN 8 THEN 0 WHEN 14 THEN 6 END AS shift
        FROM numbered
        WHERE trim(line) <> ''
    ),
    cut AS (
        SELECT
            _line,
            line,
            shift,
            substr(line, 1, 7 + shift) AS number,
            substr(line, 9 + shift, 8) AS application,
            substr(line, 18 + shift, 1) AS flag,
            substr(line, 20 + shift, 8) AS filed,
            substr(line, 29 + shift, 8) AS granted,
            substr(line, 38 + shift, 8) AS happened,
            nullif(trim(substr(line, 47 + shift, 5)), '') AS code,
            nullif(trim(substr(line, 52 + shift)), '') AS behind
        FROM placed
    )
    SELECT
        _line,
        us_patent(number) AS patent_id,
        us_application(application) AS application_id,
        CASE flag WHEN 'Y' THEN 'small' WHEN 'N' THEN 'large' WHEN 'M' THEN 'micro' END AS entity_size,
        fee_day(filed) AS filed_on,
        fee_day(granted) AS granted_on,
        fee_day(happened) AS event_on,
        code,
        shift,
        behind,
        nullif(concat_ws('; ',
            CASE WHEN shift IS NULL THEN 'no line of either layout: ' || left(line, 60) END,
            CASE WHEN shift IS NOT NULL AND patent_id IS NULL THEN 'patent number: ' || number || ' is none' END,
            CASE WHEN shift IS NOT NULL AND event_on IS NULL THEN 'event date: ' || happened || ' is not a day' END,
            CASE WHEN shift IS NOT NULL AND code IS NULL THEN 'event code is blank' END
        ), '') AS _problem
    FROM cut
    ORDER BY _line
"""

_FEE = """
    SELECT
        e.patent_id,
        event_on,
        e.code,
        coalesce(c.kind, 'unknown') AS kind,
        c.stage,
        coalesce(c.entity, entity_size) AS entity_size,
        application_id,
        filed_on,
        granted_on,
        {file} AS _file,
        _line,
        _problem,
        NULL::VARCHAR AS _dropped
    FROM event AS e
    LEFT JOIN fee_code AS c ON c.code = e.code
    ORDER BY _line
"""


def _check(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Raise SourceError where a column is nowhere: everything is somewhere else than promised."""
    ((events, *there),) = connection.execute(
        """SELECT count(*), count(patent_id), count(application_id), count(entity_size), count(filed_on),
            count(granted_on), count(event_on), count(code) FROM event"""
    ).fetchall()
    missing = [column for column, n in zip(RAW["event"].columns, there, strict=True) if events and not n]
    if missing:
        raise SourceError(
            f"column missing in all {events:,} lines: {', '.join(missing)}",
            file=name,
            rule="columns as promised",
            mend="compare a line of the file with the columns on the source's page: the publisher may have moved them",
        )


def _noticed(connection: duckdb.DuckDBPyConnection, name: str, described: dict[str, str]) -> list[str]:
    """Say which codes nobody has explained, and what else the file has that the layout does not."""
    unknown = connection.execute(
        """SELECT code, count(*) FROM event ANTI JOIN fee_code USING (code)
        WHERE code IS NOT NULL GROUP BY code ORDER BY code"""
    ).fetchall()
    said = [
        f"{name}: code {code} in {n:,} events is not in the seed fee_codes"
        + (f"; the publisher says: {described[code]}" if code in described else "")
        for code, n in unknown
    ]
    ((behind, old, both),) = connection.execute(
        "SELECT count(behind), count(*) FILTER (shift = 0), count(DISTINCT shift) FROM event"
    ).fetchall()
    if behind:
        said.append(f"{name}: new column: {behind:,} lines go on behind the event code")
    if both > 1:
        said.append(f"{name}: {old:,} lines are of the older layout, and others of the newer one")
    return said
