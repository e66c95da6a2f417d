"""HERD's published table of institutions by source of funds: seven cells a row, subtotals among the institutions.

It is read in the form in which converters of the publisher's site write it: the path of a row in the table's
hierarchy, how deep it stands, and cells that are pairs of a figure and its mark.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.contract import literal
from pipelines import read
from pipelines.source import RawFile, RawTable, SourceError

SEEDS = Path(__file__).parent.parent / "warehouse" / "seeds"

_STUB = "_b_state_institutional_control_and_institution_b_"
BREAKDOWNS = {
    "all": "field_all_r_d_expenditures",
    "federal": "field_source_of_funds_federal_government",
    "state_local": "field_source_of_funds_state_and_local_government",
    "institution": "field_source_of_funds_institution_funds",
    "business": "field_source_of_funds_business",
    "nonprofit": "field_source_of_funds_nonprofit_organizations",
    "other": "field_source_of_funds_all_other_sources",
}
"""The columns of figures, by what they break the expenditure down to."""

RAW = RawTable(
    (
        "table_id",
        "row_id",
        f"{_STUB}full_path",
        *(f"{_STUB}level_{n}" for n in (1, 2, 3, 4)),
        f"{_STUB}hierarchy_depth",
        *BREAKDOWNS.values(),
    ),
    core="survey_value",
    key=("table_id", "row_id"),
)


def states(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `state_name` (code, name) and `herd_name`: the name whose id an institution keeps, by state and name."""
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE state_name AS
        SELECT code, name FROM read_csv({literal(str(SEEDS / "us_states.csv"))}, header = true, all_varchar = true)"""
    )
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE herd_name AS
        SELECT state, name, first_name
        FROM read_csv({literal(str(SEEDS / "herd_names.csv"))}, header = true, all_varchar = true)"""
    )


def values(connection: duckdb.DuckDBPyConnection, file: RawFile, reading: read.Reading) -> Iterator[pa.RecordBatch]:
    """Yield the rows of `survey_value` of a table; raise SourceError where a printed total is not the sum below it."""
    year = _fiscal_year(file.name)
    lines = read.Reading()
    connection.execute(_CELL)
    for batch in read.delimited(file.path, RAW, file.name, lines, delimiter=","):
        rows = pa.Table.from_batches([batch])  # noqa: F841  (DuckDB reads it by name)
        for breakdown, column in BREAKDOWNS.items():
            connection.execute(
                f"""INSERT INTO cell SELECT
                    {", ".join(f'blank("{_STUB}level_{n}")' for n in (2, 3, 4))},
                    trim("{_STUB}hierarchy_depth"), "{_STUB}full_path", '{breakdown}', "{column}",
                    _file, _line, _problem
                FROM rows"""
            )
    # A line of the file is as many rows of the table as it has figures.
    reading.saw(RAW, lines.rows.get(RAW.core, 0) * len(BREAKDOWNS))
    reading.warnings += lines.warnings
    connection.execute(_READ)
    reading.warnings += _hold_totals(connection, file.name)
    yield from connection.sql(_VALUES, params={"year": year}).to_arrow_reader(read.ROWS)


def _fiscal_year(name: str) -> int:
    match = re.search(r"FY(\d{4})", name, re.IGNORECASE)
    if match is None:
        raise SourceError(
            "its name tells no fiscal year, and nothing in it does",
            file=name,
            rule="file names",
            mend="name it institution_by_source_FY2022.csv, with its year",
        )
    return int(match[1])


_CELL = """
    CREATE OR REPLACE TEMP TABLE cell (
        level_2 VARCHAR, level_3 VARCHAR, level_4 VARCHAR, depth VARCHAR, path VARCHAR, breakdown VARCHAR,
        text_ VARCHAR, _file VARCHAR, _line BIGINT, _problem VARCHAR
    )
"""

# A cell is ['1,537,846', 'i']: a figure and its mark. Notes hang on names as <sup>a</sup>.
_READ = r"""
    CREATE OR REPLACE TEMP TABLE figure_cell AS
    WITH taken AS (
        SELECT *, regexp_extract(text_, '^\[''([^'']*)'', ''([^'']*)''\]$', ['figure', 'mark']) AS pair
        FROM cell
    )
    SELECT
        * EXCLUDE (pair),
        pair.figure AS shown,
        nullif(pair.mark, '') AS mark,
        figure(pair.figure) AS thousands,
        trim(regexp_replace(level_4, '<sup>.*?</sup>', '', 'g')) AS name
    FROM taken
"""

_VALUES = r"""
    WITH named AS (
        SELECT c.*, s.code AS state, coalesce(h.first_name, c.name) AS first_name
        FROM figure_cell AS c
        LEFT JOIN state_name AS s ON s.name = c.level_2
        LEFT JOIN herd_name AS h ON h.state = s.code AND h.name = c.name
    )
    SELECT
        'herd:' || lower(state) || '-'
            || trim(regexp_replace(lower(strip_accents(first_name)), '[^a-z0-9]+', '-', 'g'), '-') AS reporter_id,
        name AS reporter_name,
        state AS reporter_state,
        make_date($year - 1, 7, 1) AS period_start,
        make_date($year, 6, 30) AS period_end,
        'rd_expenditure' AS measure,
        'n/a' AS partner,
        breakdown,
        CAST(thousands * 1000 AS DOUBLE) AS value,
        concat_ws(' ', shown, mark) AS value_as_published,
        'money' AS unit,
        'USD' AS currency,
        coalesce(mark, '') = 'i' AS is_imputed,
        CASE WHEN mark = 'D' THEN 'suppressed' WHEN shown = 'NA' THEN 'missing' END AS status,
        _file,
        _line,
        coalesce(_problem, nullif(concat_ws('; ',
            CASE WHEN depth IS NULL OR depth NOT IN ('1', '2', '3', '4')
                THEN 'hierarchy_depth: ' || coalesce(depth, '') || ' is not 1 to 4' END,
            CASE WHEN depth = '4' AND name IS NULL THEN 'level_4: an institution without a name' END,
            CASE WHEN depth = '4' AND state IS NULL THEN 'level_2: ' || coalesce(level_2, '') || ' is no state' END,
            CASE WHEN shown IS NULL OR shown = '' AND coalesce(mark, '') <> 'D'
                THEN breakdown || ': ' || left(coalesce(text_, ''), 40) || ' is not a figure and its mark' END,
            CASE WHEN shown NOT IN ('', 'NA') THEN problem(breakdown, shown, thousands, 'a figure') END,
            CASE WHEN mark NOT IN ('i', 'r', 'D') THEN breakdown || ': mark ' || mark || ' is not known' END
        ), '')) AS _problem,
        CASE WHEN _problem IS NULL AND depth IN ('1', '2', '3') THEN 'subtotal' END AS _dropped
    FROM named
    ORDER BY _line, breakdown
"""


def _hold_totals(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    """Hold every printed total against the institutions below it: the country, its control rows, states, control.

    A figure that is not available adds nothing. Raises SourceError where a total differs or there is none for the
    country; returns a remark on totals below which a figure is withheld or cannot be read.
    """
    checked = connection.execute(_TOTALS).fetchall()
    if not any(depth == "1" for *_, depth in checked):
        raise SourceError(
            "has no row for the United States: the institutions cannot be held against the printed total",
            file=name,
            rule="printed totals",
            mend="fetch the whole table: this is a part of it",
        )
    open_ = [path for _, path, _, _, _, is_open, _ in checked if is_open]
    wrong = [row for row in checked if not row[5] and row[3] != row[4]]
    if wrong:
        line, path, breakdown, printed, found, *_ = wrong[0]
        raise SourceError(
            f"{len(wrong):,} of {len(checked):,} printed totals are not the sum of their institutions, the first: "
            f"{path} ({breakdown}) {printed:,.0f} against {found:,.0f} thousand dollars",
            file=name,
            line=line,
            rule="printed totals",
            mend="fetch it again: rows are missing, doubled or changed",
        )
    if not open_:
        return []
    return [f"{name}: {len(open_):,} printed totals cannot be held against their institutions, such as {open_[0]}"]


_TOTALS = """
    SELECT
        t._line,
        t.path,
        t.breakdown,
        CAST(CASE WHEN t.shown = 'NA' THEN 0 ELSE t.thousands END AS DOUBLE) AS printed,
        CAST(coalesce(sum(i.thousands), 0) AS DOUBLE) AS found,
        printed IS NULL OR coalesce(bool_or(i.thousands IS NULL AND i.shown IS DISTINCT FROM 'NA'), false)
            OR (SELECT count(_problem) FROM cell) > 0 AS is_open,
        t.depth
    FROM figure_cell AS t
    LEFT JOIN figure_cell AS i
        ON i.depth = '4' AND i.breakdown = t.breakdown
        AND (t.depth = '1'
            OR (t.depth = '2' AND t.level_2 IN ('Public', 'Private') AND i.level_3 = t.level_2)
            OR (t.depth = '2' AND i.level_2 = t.level_2)
            OR (t.depth = '3' AND i.level_2 = t.level_2 AND i.level_3 = t.level_3))
    WHERE t.depth IN ('1', '2', '3') AND t._problem IS NULL
    GROUP BY t._line, t.path, t.breakdown, t.thousands, t.shown, t.depth
    ORDER BY t._line, t.breakdown
"""
