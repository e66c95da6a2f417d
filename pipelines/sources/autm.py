"""AUTM's licensing survey (STATT): your own export, read from a folder; nothing is ever fetched or passed on.

Yearly figures of universities, hospitals and research institutes of the United States and Canada: research
expenditure, disclosures, patents, licences and options, income, start-ups. The data set is AUTM's and for
subscribers: put an export (csv or xlsx) where IUR_AUTM_PATH says, a file or a folder of them. Without one the source
is disabled, which is no error. What is made of it is marked as restricted in a release, and `iur export` computes
an export as if it did not exist. Each file is a part, told by its bytes. Columns are found by the seed
`autm_columns` (column → measure); IUR_HOME/seeds/autm_columns.csv takes its place where your export has others.
Respondents are linked by name, or by your own rows `autm,<id>` in IUR_HOME/seeds/organisation_ids.csv, which also
serve anonymous respondents: these have an id and no name, are kept under their id, and stay unlinked otherwise.

Every figure is a row, of the fiscal year that ends in YEAR: any twelve months, taken as July to June, those of most
US institutions. A blank or NA is a missing value and not 0. Traps: rows without an id are pools ("Confidentials",
institutions that withhold their name, and "Totals"), dropped with the reason `pool`: summing all rows counts
everything twice. They serve as a check: institutions + Confidentials = Totals, whose failing warns. Flags are spelt
Yes, No, yes, no, N and blank; R writes 1e+05 for 100000; respondents change every year; active licences and
operational start-ups are stocks; the classes of licensee (start-up, small, large) exclude each other.
"""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.contract import literal
from expectations.identities import Identity
from pipelines import autm_columns, read
from pipelines.autm_columns import ID, NAME, YEAR, Column
from pipelines.source import Offer, RawFile, Source, SourceError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from pipelines.http import Download, Session

VERSION = 1
SEEDS = USER_SEEDS = ("autm_columns",)

SOURCE = Source(
    name="autm",
    title="AUTM licensing activity survey (STATT), the user's own export",
    publisher="AUTM",
    topic="licensing",
    homepage="https://autm.net/surveys-and-tools/databases/statt",
    licence="subscription: no redistribution",
    licence_url="https://autm.net/",
    is_redistributable=False,
    citation="AUTM, STATT database (an export of the user's own subscription)",
    cadence="yearly",
    part_kind="snapshot",
    changes_by="snapshot",
    first_part="all",
    tables=("survey_value",),
    mirror=r"(?P<part>[A-Za-z0-9][^/]*)\.(?i:csv|xlsx)",
    mirror_example="statt.xlsx",
    observes={
        "licensing_survey": "survey_value.value",
        "invention_disclosures": "survey_value.value WHERE measure = 'disclosures'",
        "patent_filings": "survey_value.value WHERE measure = 'new_patent_applications'",
        "patent_grants": "survey_value.value WHERE measure = 'us_patents_issued'",
        "licence_income": "survey_value.value WHERE measure = 'licence_income_gross'",
        "ventures_formed": "survey_value.value WHERE measure = 'startups_formed'",
        "research_expenditure": "survey_value.value WHERE measure = 'research_expenditure'",
    },
)

RAW = {"export": autm_columns.raw(autm_columns.read())}

_LICENCES = (("licences_executed", "n/a", "all"), ("options_executed", "n/a", "all"))
IDENTITIES = (
    Identity("licences.classes", _LICENCES,
             tuple((f"licences_to_{kind}", "n/a", "all") for kind in ("startups", "small", "large")), is_soft=True),
    Identity("licences.exclusivity", _LICENCES,
             (("licences_exclusive", "n/a", "all"), ("licences_nonexclusive", "n/a", "all")), is_soft=True),
    Identity("research_expenditure.sources",
             (("research_expenditure", "n/a", "federal"), ("research_expenditure", "n/a", "industry")),
             (("research_expenditure", "n/a", "all"),), "≤", is_soft=True),
    Identity("licence_income.equity", (("licence_income_equity", "n/a", "all"),),
             (("licence_income_gross", "n/a", "all"),), "≤", is_soft=True),
    Identity("startups.home_state", (("startups_home_state", "n/a", "all"),),
             (("startups_formed", "n/a", "all"),), "≤", is_soft=True),
)  # fmt: skip
"""Sums within one respondent's answers. All are soft: what institutions answer need not agree with itself."""


def exports() -> dict[str, Path]:
    """Return the user's exports by part; none where IUR_AUTM_PATH is not set or nothing is there."""
    said = os.environ.get("IUR_AUTM_PATH", "").strip()
    if not said:
        return {}
    place = Path(said).expanduser()
    there = sorted(p for p in place.iterdir() if p.is_file()) if place.is_dir() else [place] if place.is_file() else []
    found: dict[str, Path] = {}
    for path in there:
        if match := re.fullmatch(SOURCE.mirror, path.name):
            part = match["part"].lower()
            if part in found:
                raise SourceError(
                    f"{found[part].name} and {path.name} are one export twice",
                    source="autm",
                    rule="one file a part",
                    mend="leave one of them in the folder that IUR_AUTM_PATH names",
                )
            found[part] = path
    return found


def disabled() -> str:
    """Return why there is nothing to read, or an empty text."""
    said = os.environ.get("IUR_AUTM_PATH", "").strip()
    if not said:
        return "IUR_AUTM_PATH names no export of yours"
    return "" if exports() else f"IUR_AUTM_PATH: no csv or xlsx at {said}"


def parts(session: "Session") -> list[Offer]:
    """Return a part for each of the user's exports, whose version is the file's state on the disk; no network."""
    found = []
    for part, path in exports().items():
        state = path.stat()
        version = f"{state.st_size}-{state.st_mtime_ns}-{state.st_ctime_ns}"
        found.append(Offer("autm", part, (f"file:{path.name}",), version=version))
    return found


def fetch(part: Offer, session: "Session", into: Path) -> "list[tuple[str, Download]]":
    """Copy an export into raw, byte for byte."""
    from pipelines.http import Download, Validators

    path = exports().get(part.part)
    if path is None:
        raise SourceError(
            "is not there any more",
            source="autm",
            part=part.part,
            rule="your own export",
            mend="put it back where IUR_AUTM_PATH says",
        )
    shutil.copyfile(path, into / path.name)
    return [(path.name, Download(part.urls[0], into / path.name, Validators()))]


def normalise(
    files: list[RawFile], connection: "duckdb.DuckDBPyConnection", scratch: Path, reading: read.Reading
) -> "Iterator[tuple[str, pa.RecordBatch]]":
    """Yield a row for each figure of each line of the one export that a part is."""
    if len(files) != 1:
        raise SourceError(
            f"{' and '.join(f.name for f in files)} are one export twice",
            source="autm",
            rule="one file a part",
            mend="leave one of them in the mirror",
        )
    own = reading.seeds / "autm_columns.csv" if reading.seeds else None
    known = autm_columns.read(own if own and own.exists() else autm_columns.SHIPPED)
    there = _load(connection, files[0], scratch, known, reading)
    _cells(connection, known, there)
    reading.rows["survey_value"] = connection.execute("SELECT count(*) FROM cell").fetchall()[0][0]
    reading.warnings += _pools(connection)
    for batch in connection.sql(_VALUES).to_arrow_reader(read.ROWS):
        yield "survey_value", batch


def _load(
    connection: "duckdb.DuckDBPyConnection",
    file: RawFile,
    scratch: Path,
    known: tuple[Column, ...],
    reading: read.Reading,
) -> set[str]:
    """Fill `reply` with the lines of an export as text; return the columns it has."""
    import pyarrow as pa

    from pipelines import sheet

    path = file.path
    if file.name.lower().endswith(".xlsx"):
        path = sheet.as_csv(file.path, file.name, scratch / "sheet.csv")
    # The books count figures: what is read of a line is one for each column.
    lines = read.Reading()
    connection.execute("DROP TABLE IF EXISTS reply")
    there: set[str] = set()
    for batch in read.delimited(path, autm_columns.raw(known), file.name, lines, ","):
        rows = pa.Table.from_batches([batch])
        # A column that an export lacks is null; a cell that is blank is an empty text.
        there |= {c for c in rows.column_names if rows[c].null_count < len(rows)}
        verb = "INSERT INTO reply" if _is_there(connection) else "CREATE TEMP TABLE reply AS"
        connection.execute(f"{verb} SELECT * FROM rows")
    reading.warnings += lines.warnings
    if not there:
        raise SourceError(
            "has no row below its header",
            source="autm",
            file=file.name,
            rule="balance",
            mend="export it again: a survey is never empty",
        )
    return there


def _is_there(connection: "duckdb.DuckDBPyConnection") -> bool:
    query = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'reply' AND temporary"
    return bool(connection.execute(query).fetchall()[0][0])


def _cells(connection: "duckdb.DuckDBPyConnection", known: tuple[Column, ...], there: set[str]) -> None:
    """Create `cell`: a row for each figure of each line, with what can be read of it."""
    by_field = {column.field: column.column for column in known if column.column in there}
    said = {field: f'told("{by_field[field]}")' if field in by_field else "NULL" for field in (ID, YEAR, NAME)}
    figures = [c for c in known if c.field == "figure" and c.column in there]
    if not figures:
        raise SourceError(
            "has no column with a figure that is known",
            source="autm",
            rule="columns as promised",
            mend="say which column holds what in IUR_HOME/seeds/autm_columns.csv",
        )
    # R writes NA for what is missing.
    connection.execute("CREATE OR REPLACE TEMP MACRO told(text_) AS nullif(nullif(trim(text_), ''), 'NA')")
    selects = [
        f"""SELECT {said[ID]} AS id, {said[NAME]} AS name, {said[YEAR]} AS year_, {literal(c.measure)} AS measure,
            {literal(c.breakdown)} AS breakdown, {literal(c.unit)} AS unit, {literal(c.column)} AS column_,
            {place} AS place, "{c.column}" AS published, _file, _line, _problem FROM reply"""
        for place, c in enumerate(figures)
    ]
    connection.execute(_CELL.format(said=" UNION ALL ".join(selects)))


_CELL = r"""
    CREATE OR REPLACE TEMP TABLE cell AS
    WITH said AS ({said}),
    read_ AS (
        SELECT
            *,
            told(published) AS text_,
            CASE WHEN regexp_full_match(year_, '(19|20)\d\d(\.0+)?') THEN CAST(left(year_, 4) AS INTEGER) END AS year,
            id IS NULL AND _problem IS NULL AND (name IS NULL OR regexp_matches(name, '(?i)^(confidential|total)s?\b'))
                AS is_pool
        FROM said
    )
    SELECT
        *,
        CASE
            WHEN unit = 'flag' AND lower(text_) IN ('yes', 'y') THEN 1
            WHEN unit = 'flag' AND lower(text_) IN ('no', 'n') THEN 0
            WHEN unit = 'flag' THEN NULL
            -- As R writes round numbers: 1e+05.
            WHEN regexp_full_match(text_, '-?\d+(\.\d+)?[eE][+-]?\d+') THEN TRY_CAST(text_ AS DECIMAL(28, 6))
            ELSE figure(text_)
        END AS figure_
    FROM read_
"""

_VALUES = """
    SELECT
        'autm:' || id AS reporter_id,
        coalesce(name, 'autm:' || id) AS reporter_name,
        make_date(year - 1, 7, 1) AS period_start,
        make_date(year, 6, 30) AS period_end,
        measure,
        'n/a' AS partner,
        breakdown,
        CAST(figure_ AS DOUBLE) AS value,
        trim(published) AS value_as_published,
        CASE unit WHEN 'flag' THEN 'count' ELSE unit END AS unit,
        CASE unit WHEN 'money' THEN 'USD' END AS currency,
        CASE WHEN text_ IS NULL THEN 'missing' END AS status,
        _file,
        _line,
        coalesce(_problem, nullif(concat_ws('; ',
            CASE WHEN id IS NULL THEN 'no id, and ' || name || ' is no pool' END,
            CASE WHEN year_ IS NULL THEN 'no year' END,
            problem('year', year_, year, 'a year'),
            problem(column_, text_, figure_, CASE unit WHEN 'flag' THEN 'yes or no' ELSE 'a number' END)
        ), '')) AS _problem,
        CASE WHEN is_pool THEN 'pool' END AS _dropped
    FROM cell
    ORDER BY _line, place
"""


def _pools(connection: "duckdb.DuckDBPyConnection") -> list[str]:
    """Hold institutions + Confidentials against Totals, by year and figure; return a warning for each figure."""
    found = connection.execute(
        """
        WITH summed AS (
            SELECT
                measure, breakdown, year,
                coalesce(sum(figure_) FILTER (NOT is_pool), 0) AS named,
                coalesce(sum(figure_) FILTER (is_pool AND name ILIKE 'confidential%'), 0) AS withheld,
                sum(figure_) FILTER (is_pool AND name ILIKE 'total%') AS total
            FROM cell
            WHERE unit <> 'flag' AND year IS NOT NULL
            GROUP BY measure, breakdown, year
        )
        SELECT
            measure || CASE breakdown WHEN 'all' THEN '' ELSE ' (' || breakdown || ')' END,
            count(*),
            count(*) FILTER (named + withheld <> total),
            arg_min(concat(
                year, ': ', CAST(named AS DOUBLE), ' + ', CAST(withheld AS DOUBLE), ' where Totals has ',
                CAST(total AS DOUBLE)
            ), year) FILTER (named + withheld <> total)
        FROM summed
        WHERE total IS NOT NULL
        GROUP BY measure, breakdown
        HAVING count(*) FILTER (named + withheld <> total) > 0
        ORDER BY measure, breakdown
        """
    ).fetchall()
    return [
        f"institutions + Confidentials are not Totals ({broken:,} of {checked:,} years): {figure}, {first}"
        for figure, checked, broken, first in found
    ]
