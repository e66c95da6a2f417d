"""HERD's public-use microdata: one line a cell of the questionnaire, of which question 1 is read.

A year has two zips: the standard form and, for institutions that spend less than a million dollars, the short form;
both have the same columns, and the same codes for the sources of funds. Beside the CSV stands the same data for SAS.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.contract import literal
from pipelines import as_text, read
from pipelines.source import RawFile, RawTable, SourceError

RAW = RawTable(
    ("inst_id", "inst_name_long", "inst_state_code", "year", "questionnaire_no", "question", "row", "column", "data"),
    core="survey_value",
    key=("inst_id", "year", "questionnaire_no", "row", "column"),
    optional=(
        "ncses_inst_id", "ipeds_unitid", "hbcu_flag", "med_sch_flag", "hhe_flag", "toi_code", "hdg_code", "toc_code",
        "inst_city", "inst_zip", "status", "othinfo", "othinfo_s", "other_info", "standardized_agency_names",
    ),
    any_case=True,
)  # fmt: skip

QUESTIONS = (
    ("01.a", "federal", "federal"),
    ("01.b", "state_local", "state"),
    ("01.c", "business", "business"),
    ("01.d", "nonprofit", "nonprofit"),
    ("01.e", "institution", "institution"),
    ("01.f", "other", "other"),
    ("01.g", "all", "total"),
)
"""The items of question 1: their number, what they break the expenditure down to, and a word of their label, so
that a code that means something else one year is noticed."""

_BESIDE = (".sas7bdat", ".pdf", ".txt", ".xlsx", ".sas")


def values(
    connection: duckdb.DuckDBPyConnection, files: list[RawFile], scratch: Path, reading: read.Reading
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of `survey_value` of a year's zips; lines of other questions are dropped with a reason."""
    asked = ", ".join(f"({', '.join(map(literal, question))})" for question in QUESTIONS)
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE question AS
        SELECT * FROM (VALUES {asked}) AS q(number, breakdown_, word)"""
    )
    for number, file in enumerate(files):
        into = scratch / str(number)
        into.mkdir()
        path, name = _table(file, into, reading.warnings)
        year = "".join(c for c in file.name if c.isdigit())[:4]
        for batch in read.delimited(path, RAW, name, reading, delimiter=","):
            rows = pa.Table.from_batches([batch])  # noqa: F841  (DuckDB reads it by name)
            yield from connection.sql(_VALUES.format(of=literal(year))).to_arrow_reader(read.ROWS)


def _table(file: RawFile, into: Path, warnings: list[str]) -> tuple[Path, str]:
    """Return the one CSV of a zip as UTF-8, and its name."""
    found = read.members(file.path, file.name, into)
    tables = [path for path in found if path.suffix.lower() == ".csv"]
    if len(tables) != 1:
        raise SourceError(
            f"holds {len(tables)} CSV files where one is promised",
            file=file.name,
            rule="one table",
            mend="fetch the zip of one year and form from the publisher's page",
        )
    warnings += [
        f"{file.name}: member {path.name} is not read"
        for path in found
        if path not in tables and path.suffix.lower() not in _BESIDE
    ]
    name = f"{file.name}/{tables[0].name}"
    path, said = as_text.utf8(tables[0], name, into)
    warnings += said
    return path, name


_VALUES = r"""
    WITH cell AS (
        SELECT
            *,
            lower(trim(questionnaire_no)) AS number_,
            trim(inst_id) AS id_,
            figure(data) AS thousands,
            CASE WHEN trim("year") = {of} THEN CAST({of} AS INTEGER) END AS year_,
            lower(blank(status)) AS mark
        FROM rows
    ),
    asked AS (
        SELECT c.*, q.breakdown_, q.word FROM cell AS c LEFT JOIN question AS q ON q.number = c.number_
    )
    SELECT
        -- One file pads ids with zeros, another does not.
        'herd:' || lpad(id_, CAST(greatest(6, len(id_)) AS INTEGER), '0') AS reporter_id,
        blank(inst_name_long) AS reporter_name,
        upper(blank(inst_state_code)) AS reporter_state,
        'unitid:' || lpad(blank(ipeds_unitid), 6, '0') AS reporter_directory_id,
        make_date(year_ - 1, 7, 1) AS period_start,
        make_date(year_, 6, 30) AS period_end,
        'rd_expenditure' AS measure,
        'n/a' AS partner,
        breakdown_ AS breakdown,
        CAST(thousands * 1000 AS DOUBLE) AS value,
        nullif(concat_ws(' ', blank(data), mark), '') AS value_as_published,
        'money' AS unit,
        'USD' AS currency,
        -- Imputed, or estimated as older years say.
        CASE WHEN status IS NOT NULL THEN coalesce(mark, '') IN ('i', 'e') END AS is_imputed,
        CASE WHEN blank(data) IS NULL THEN 'missing' END AS status,
        _file,
        _line,
        coalesce(_problem, CASE WHEN breakdown_ IS NOT NULL THEN nullif(concat_ws('; ',
            CASE WHEN NOT coalesce(regexp_full_match(id_, '\d{{1,8}}'), false)
                THEN 'inst_id: ' || coalesce(id_, '') || ' is not a number' END,
            CASE WHEN year_ IS NULL THEN 'year: ' || coalesce("year", '') || ' in the file of ' || {of} END,
            CASE WHEN NOT coalesce(contains(replace(lower("row"), '-', ''), word), false)
                THEN 'questionnaire_no: ' || number_ || ' is ' || word || ' elsewhere, and here '
                    || coalesce("row", 'nothing') END,
            CASE WHEN blank(ipeds_unitid) IS NOT NULL AND NOT regexp_full_match(trim(ipeds_unitid), '\d{{6}}')
                THEN 'ipeds_unitid: ' || ipeds_unitid || ' is not 6 digits' END,
            problem('data', data, thousands, 'a figure')
        ), '') END) AS _problem,
        CASE
            WHEN _problem IS NOT NULL OR breakdown_ IS NOT NULL THEN NULL
            WHEN regexp_full_match(number_, '01\.e\W*\d') THEN 'detail_of_total'
            ELSE 'question_not_read'
        END AS _dropped
    FROM asked
    ORDER BY _line
"""
