"""Patents of CORDIS projects: a table a programme, beside the zip of projects, in another dialect.

A row is an applicant and one document of one country, so that a patent repeats: families count (DOCDB's simple ones).
Patents of the BACKGROUND are what partners brought with them, older than the grant, and no outputs. The table
is separated by commas while its siblings have semicolons, and its whole numbers are written as decimals
(`47528706.0`). The organisation is who applied, by the identifier it takes part under.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipelines import read
from pipelines.source import RawFile, RawTable

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

RAW = RawTable(
    ("projectID", "type", "title", "organisationID", "applicantName", "applicationDate", "applicationPrefix",
     "applicationIdentifier", "applicationKind", "priorityDate", "patentType", "awardDate", "awardPrefix",
     "awardIdentifier", "awardKind", "patentFamilyIdentifier"),
    core="award_output",
    key=("projectID", "organisationID", "applicationPrefix", "applicationIdentifier", "awardIdentifier"),
    optional=("epoAppUrl", "epoPubUrl"),
)  # fmt: skip


def is_table(name: str) -> bool:
    """Tell whether a file is the table of a programme's patents."""
    return name.lower().endswith("projectirps.csv")


def normalise(
    files: list[RawFile], connection: "duckdb.DuckDBPyConnection", reading: read.Reading
) -> "Iterator[tuple[str, pa.RecordBatch]]":
    """Yield the families that projects claim, a row each, and who applied for them."""
    import pyarrow as pa

    columns = ", ".join(f'"{n}" VARCHAR' for n in (*RAW.columns, *RAW.optional))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE irp ({columns}, _file VARCHAR, _line BIGINT, _problem VARCHAR)")
    for file in files:
        for batch in read.delimited(file.path, RAW, file.name, reading, delimiter=","):
            rows = pa.Table.from_batches([batch])  # noqa: F841  (DuckDB reads it by name)
            connection.execute("INSERT INTO irp SELECT * FROM rows")
    connection.execute(_TYPED)
    for table, query in (("award_output", _OUTPUT), ("award_output_party", _PARTY)):
        for batch in connection.sql(query).to_arrow_reader(read.ROWS):
            yield table, batch


_TYPED = r"""
    CREATE OR REPLACE TEMP TABLE family AS
    WITH told AS (
        SELECT
            *,
            regexp_extract(trim(projectID), '^([0-9]+)(?:\.0)?$', 1) AS project_,
            nullif(regexp_extract(trim(organisationID), '^([0-9]+)(?:\.0)?$', 1), '') AS pic_,
            nullif(regexp_extract(trim(patentFamilyIdentifier), '^([0-9]+)(?:\.0)?$', 1), '') AS family_,
            upper(trim(patentType)) AS kind_,
            nullif(concat_ws(' ', upper(blank(awardPrefix)), blank(awardIdentifier), upper(blank(awardKind))), '')
                AS document_,
            -- An application that no family is told of is known by its own number.
            lower(blank(applicationPrefix)) || '-app:' || blank(applicationIdentifier) AS application_
        FROM irp
    ),
    judged AS (
        SELECT
            *,
            'cordis:' || nullif(project_, '') AS award_id,
            coalesce('docdb:' || family_, 'application:' || application_) AS output_id,
            nullif(concat_ws('; ',
                _problem,
                problem('projectID', projectID, nullif(project_, ''), 'a project number'),
                problem('organisationID', organisationID, pic_, 'a PIC'),
                problem('patentFamilyIdentifier', patentFamilyIdentifier, family_, 'a number'),
                problem('applicationDate', applicationDate, day(applicationDate), 'a date'),
                problem('priorityDate', priorityDate, day(priorityDate), 'a date'),
                problem('awardDate', awardDate, day(awardDate), 'a date'),
                problem('patentType', patentType, CASE WHEN kind_ IN ('BACKGROUND', 'FOREGROUND') THEN 1 END,
                    'BACKGROUND or FOREGROUND')
            ), '') AS problem_
        FROM told
    ),
    sorted AS (
        SELECT
            *,
            CASE
                WHEN problem_ IS NOT NULL THEN NULL
                WHEN upper(trim(type)) <> 'PATENT' THEN 'no_patent'
                WHEN kind_ = 'BACKGROUND' THEN 'background_patent'
                WHEN kind_ IS NULL OR kind_ = '' THEN 'kind_not_told'
                WHEN output_id IS NULL THEN 'no_number'
            END AS dropped_
        FROM judged
    )
    SELECT
        *,
        problem_ IS NULL AND dropped_ IS NULL AS counts,
        row_number() OVER (
            PARTITION BY award_id, output_id, problem_ IS NULL AND dropped_ IS NULL ORDER BY _file, _line
        ) AS nth
    FROM sorted
"""

_OUTPUT = """
    WITH of_family AS (
        SELECT
            award_id,
            output_id,
            arg_min(blank(title), (_file, _line)) AS title,
            string_agg(DISTINCT document_, '; ' ORDER BY document_) AS patent_number,
            min(day(applicationDate)) AS filed_on,
            min(day(priorityDate)) AS priority_on,
            -- A publication of an application is no award, whatever its column says.
            CAST(year(min(day(awardDate)) FILTER (regexp_matches(upper(awardKind), '^[BC]'))) AS BIGINT) AS year
        FROM family
        WHERE counts
        GROUP BY award_id, output_id
    )
    SELECT
        f.award_id,
        f.output_id,
        'patent' AS kind,
        o.title,
        o.patent_number,
        f.family_ AS family_id,
        o.filed_on,
        o.priority_on,
        o.year,
        'https://cordis.europa.eu/project/id/' || f.project_ AS record_url,
        f._file,
        f._line,
        f.problem_ AS _problem,
        CASE WHEN f.dropped_ IS NOT NULL THEN f.dropped_ WHEN f.counts AND f.nth > 1 THEN 'same_family' END AS _dropped
    FROM family AS f
    LEFT JOIN of_family AS o ON f.counts AND o.award_id = f.award_id AND o.output_id = f.output_id
    ORDER BY f._file, f._line
"""

_PARTY = """
    WITH applicant AS (
        SELECT
            award_id,
            output_id,
            blank(applicantName) AS name,
            CASE WHEN pic_ IS NOT NULL THEN 'pic:' || pic_ END AS source_org_id,
            min(_file) AS _file,
            min(_line) AS _line
        FROM family
        WHERE counts AND blank(applicantName) IS NOT NULL
        GROUP BY ALL
    )
    SELECT
        award_id,
        output_id,
        row_number() OVER (PARTITION BY award_id, output_id ORDER BY _line) AS party_no,
        'applicant' AS role,
        name,
        source_org_id,
        _file,
        _line,
        NULL::VARCHAR AS _problem,
        NULL::VARCHAR AS _dropped
    FROM applicant
    ORDER BY _line
"""
