"""Read tables of figures that institutions report, one cell a row, into `survey_value`.

A table's own labels say what a cell is; the vocabulary seed maps them to one series each, whatever a label was
called in a year. Nothing else decides: the Unit column of HE-BCI's table 2a says £000s beside counts.
"""

import csv
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.contract import literal
from pipelines import read, survey_checks
from pipelines.source import RawFile, RawTable, SourceError

VOCABULARY = Path(__file__).parent.parent / "warehouse" / "seeds" / "survey_vocabulary.csv"
"""Labels of every table as published, the years they are used in, and the series they stand for."""

PROVIDER = ("UKPRN", "HE Provider")
PLACE = ("Country of HE provider", "Region of HE provider")
FORMERLY = {"HE Provider": ("Provider",), "Category Marker": ("Marker",)}


@dataclass(frozen=True)
class Layout:
    """The columns of a published table that say what its cells are.

    `labels` are the category columns in the order in which the vocabulary writes them. `month` is a column
    whose rows other than `All` repeat those of `All`. `besides` are columns that tell nothing we keep.
    """

    labels: tuple[str, ...]
    value: str
    year: str = "Academic Year"
    unit: str = ""
    month: str = ""
    besides: tuple[str, ...] = ()

    @property
    def raw(self) -> RawTable:
        """The contract of the table's columns."""
        unit = (self.unit,) if self.unit else ()
        month = (self.month,) if self.month else ()
        return RawTable(
            (*PROVIDER, self.year, *self.labels, *unit, self.value),
            core="survey_value",
            key=("UKPRN", self.year, *self.labels, *month),
            optional=(*PLACE, *month, *self.besides),
            formerly={today: older for today, older in FORMERLY.items() if today in (*PROVIDER, *self.labels)},
            begins='(?i)"?UKPRN"?,',
            any_case=True,
        )


def address(variable: str, default: str) -> str:
    """Return the address of a publisher's tables, from the environment or the default: it names its {table}."""
    found = os.environ.get(variable, default)
    if "{table}" not in found:
        raise SourceError(
            f"{variable} is {found}, and names no table",
            rule="address",
            mend="write {table} where the table's own part of the address stands",
        )
    return found


def values(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    layouts: Mapping[str, Layout],
    files: Mapping[str, RawFile],
    reading: read.Reading,
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Yield the rows of `survey_value` for the tables of a part, file by file; `files` are by table name."""
    connection.execute(_CELL)
    for name, file in files.items():
        layout = layouts[name]
        taken, there = _taken(layout, name), 0
        for batch in read.delimited(file.path, layout.raw, file.name, reading, delimiter=","):
            rows = pa.Table.from_batches([batch])  # noqa: F841  (DuckDB reads it by name)
            connection.execute(f"INSERT INTO cell SELECT {taken} FROM rows")
            there += batch.num_rows
        if not there:
            raise SourceError(
                "has no row below its header",
                file=file.name,
                rule="balance",
                mend="fetch it again; a publisher's table is never empty",
            )
    _terms(connection, source, tuple(files))
    reading.warnings += survey_checks.unused(connection, VOCABULARY.name)
    reading.warnings += survey_checks.incomplete(connection)
    reading.warnings += survey_checks.totals(connection)
    for batch in connection.sql(_VALUES).to_arrow_reader(read.ROWS):
        yield "survey_value", batch


_CELL = """
    CREATE OR REPLACE TEMP TABLE cell (
        table_ VARCHAR, labels VARCHAR[], ukprn VARCHAR, provider VARCHAR, country VARCHAR, region VARCHAR,
        year VARCHAR, unit VARCHAR, published VARCHAR, month VARCHAR, _file VARCHAR, _line BIGINT, _problem VARCHAR
    )
"""


def _taken(layout: Layout, name: str) -> str:
    def blank(column: str) -> str:
        return f'blank("{column}")' if column else "NULL"

    labels = ", ".join(f'"{label}"' for label in layout.labels)
    return ", ".join(
        (
            literal(name),
            f"[{labels}]",
            *map(blank, (*PROVIDER, *PLACE, layout.year, layout.unit)),
            f'"{layout.value}"',
            f"coalesce({blank(layout.month)}, 'All')",
            "_file, _line, _problem",
        )
    )


def _terms(connection: duckdb.DuckDBPyConnection, source: str, tables: tuple[str, ...]) -> None:
    """Create `term`: the vocabulary of the tables, each entry with the labels of the part that it stands for.

    An entry may leave a label open (`*`); of several entries the one that says most counts.
    """
    with VOCABULARY.open(encoding="utf-8", newline="") as file:
        entries = [row for row in csv.DictReader(file) if row["source"] == source and row["table"] in tables]
    columns = ("table", "labels", "first_vintage", "last_vintage", "measure", "partner", "breakdown", "unit", "dropped")
    seed = pa.table({c: pa.array([e[c] for e in entries], pa.string()) for c in columns})  # noqa: F841
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE entry AS
        SELECT *, list_transform(string_split(labels, ' | '), lambda l: label(l)) AS said FROM seed
        """
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE term AS
        WITH published AS (
            SELECT DISTINCT table_, labels, list_transform(labels, lambda l: label(l)) AS said
            FROM cell WHERE _problem IS NULL
        )
        SELECT
            p.table_, p.labels, e.* EXCLUDE ("table", labels, said),
            e.labels AS entry,
            len(list_filter(e.said, lambda l: l = '*')) AS open
        FROM published AS p
        JOIN entry AS e
            ON e."table" = p.table_
            AND len(list_filter(list_zip(e.said, p.said), lambda z: z[1] <> '*' AND z[1] <> z[2])) = 0
        QUALIFY open = min(open) OVER (PARTITION BY p.table_, p.labels)
        """
    )


_VALUES = """
    WITH read_ AS (
        SELECT
            c.*,
            academic_year_end(c.year) AS ends_on,
            lower(trim(coalesce(c.published, ''))) AS mark,
            figure(c.published) AS figure_,
            c.ukprn IS NULL AND regexp_matches(c.provider, '(?i)^(year to date )?total\\b') AS is_total,
            c.month <> 'All' AND bool_or(c.month = 'All') OVER (
                PARTITION BY c.table_, array_to_string(c.labels, ' | '), c.ukprn, c.year
            ) AS is_repeated
        FROM cell AS c
    ),
    named AS (
        SELECT
            r.*, t.measure, t.partner, t.breakdown, t.unit AS unit_, nullif(t.dropped, '') AS dropped, t.entry,
            array_to_string(r.labels, ' | ') AS label_
        FROM read_ AS r
        LEFT JOIN term AS t
            ON t.table_ = r.table_ AND t.labels = r.labels
            AND r.year BETWEEN t.first_vintage AND coalesce(nullif(t.last_vintage, ''), '9999/00')
    ),
    years AS (
        SELECT table_, labels, string_agg(first_vintage || '–' || last_vintage, ', ' ORDER BY first_vintage) AS known
        FROM term GROUP BY table_, labels
    )
    SELECT
        'ukprn:' || n.ukprn AS reporter_id,
        n.provider AS reporter_name,
        CAST(n.ends_on - INTERVAL 1 YEAR + INTERVAL 1 DAY AS DATE) AS period_start,
        n.ends_on AS period_end,
        n.measure,
        n.partner,
        n.breakdown,
        CAST(CASE n.unit_ WHEN 'money' THEN n.figure_ * 1000 ELSE n.figure_ END AS DOUBLE) AS value,
        nullif(concat_ws(' ', blank(n.published), n.unit), '') AS value_as_published,
        n.unit_ AS unit,
        CASE n.unit_ WHEN 'money' THEN 'GBP' END AS currency,
        CASE WHEN n.mark IN ('', '..') THEN 'missing' WHEN n.mark = 'suppressed' THEN 'suppressed' END AS status,
        n._file,
        n._line,
        CASE WHEN n._problem IS NOT NULL THEN n._problem ELSE nullif(concat_ws('; ',
            CASE WHEN n.ukprn IS NULL THEN 'UKPRN: is blank, and ' || coalesce(n.provider, 'nothing')
                || ' is no total' END,
            CASE WHEN NOT regexp_full_match(n.ukprn, '\\d{8}') THEN 'UKPRN: ' || n.ukprn || ' is not 8 digits' END,
            CASE WHEN n.year IS NULL THEN 'Academic Year: is blank' END,
            problem('Academic Year', n.year, n.ends_on, 'an academic year like 2021/22'),
            CASE WHEN n.entry IS NULL AND y.known IS NULL THEN 'label not in the vocabulary: ' || n.label_
                WHEN n.entry IS NULL AND n.ends_on IS NOT NULL
                THEN 'label of other years (' || y.known || ') in ' || n.year || ': ' || n.label_ END,
            CASE WHEN n.mark NOT IN ('', '..', 'suppressed')
                THEN problem('Value', n.published, n.figure_, 'a number or a mark') END,
            CASE WHEN n.unit_ = 'money' AND n.unit IS NOT NULL AND label(n.unit) NOT IN ('£000s', '£000', '£ thousands')
                THEN 'Unit: ' || n.unit || ' is not £000s' END
        ), '') END AS _problem,
        CASE
            WHEN n._problem IS NOT NULL THEN NULL
            WHEN n.is_total THEN 'sector_total'
            WHEN n.is_repeated THEN 'year_end_month_duplicate'
            ELSE n.dropped
        END AS _dropped
    FROM named AS n
    LEFT JOIN years AS y ON y.table_ = n.table_ AND y.labels = n.labels
    ORDER BY n._file, n._line
"""
