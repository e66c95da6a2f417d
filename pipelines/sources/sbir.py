"""SBIR.gov: every award of the two US small-business programmes, SBIR and STTR, of all agencies.

Published by the US Small Business Administration as one CSV file of 367 MB that holds all awards since 1983,
reported by the agencies; a work of the US government, free to redistribute once persons are left out. One part,
`all`: the whole file each time, refreshed irregularly; a conditional request, and else its checksum, tells a
change. Columns are read by name, in the export of 2021 and in the 42 of 2026. The interface for programs has
answered 403 to everyone since 2025, and is not asked.

Every awardee is a small US company (under 500 employees). An STTR award names the research institution the
company works with: a university–industry collaboration. The money goes to the company, and is never the
institution's income. Awards of phases I and II are separate awards. They count in their Award Year, which is the
agency's and in one case in eight not the year of the award date (`award.reporting_year`).

Traps: nothing is a key: contract numbers stay the same from phase I to II, tracking numbers repeat, both may be
blank, so that an award is known by agency, contract, tracking number and phase together, and without numbers by
company, title, year, phase and amount. `Stub`, `N/A` and the like stand where a research institution would, mostly
in SBIR awards; federally funded centres are named as research institutions, and no university is credited for
them. An amount of 0 is unknown. Start and end are swapped in places (they are put in order, and counted). Abstracts
hold line ends, entities, `_x000D_`, and bytes that are no UTF-8 (replaced, and counted).
"""

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines import programmes, read
from pipelines.http import Download, Session
from pipelines.sbir_text import install
from pipelines.source import Offer, RawFile, RawTable, Source, Span

VERSION = 1

SEEDS = ("federal_laboratories", "programme_codes", "sbir_agencies", "us_states")

PUBLISHER = "US Small Business Administration"

SOURCE = Source(
    name="sbir",
    title="SBIR.gov: awards of SBIR and STTR",
    publisher=PUBLISHER,
    topic="grants",
    homepage="https://www.sbir.gov/awards",
    licence="US government work",
    licence_url="https://www.usa.gov/government-works",
    is_redistributable=True,
    citation="US Small Business Administration, SBIR.gov: SBIR and STTR awards",
    cadence="irregular",
    part_kind="snapshot",
    changes_by="etag",
    first_part="all",
    codes_of=PUBLISHER,
    tables=("award", "award_party", "award_programme"),
    mirror=r"(?i:award_data(_no_abstract)?\.csv)",
    mirror_example="award_data.csv",
    observes={
        "partners": "award_party.name WHERE role = 'research_institution'",
        "sttr": "award_party.name WHERE role = 'research_institution'",
        "sme": "award_party.is_sme",
        "dates": "award.reporting_year",
        "programme_codes": "award_programme.code",
    },
    # A year's awards are all there by about April of the next.
    lag_days=120,
    spans={"all": Span(1983)},
)

RAW = {
    "award": RawTable(
        ("Company", "Award Title", "Agency", "Branch", "Phase", "Program", "Agency Tracking Number", "Contract",
         "Proposal Award Date", "Contract End Date", "Topic Code", "Award Year", "Award Amount", "City", "State",
         "RI Name"),
        core="award",
        key=("Agency", "Contract", "Agency Tracking Number", "Phase"),
        optional=("UEI", "Duns"),
        any_case=True,
        # Persons and how to reach them are not even looked at.
        unread=("Solicitation Number", "Solicitation Year", "Solicitation Close Date", "Proposal Receipt Date",
                "Date of Notification", "HUBZone Owned", "Socially and Economically Disadvantaged", "Woman Owned",
                "Number Employees", "Company Website", "Address1", "Address2", "Zip", "Abstract",
                "Research Keywords", "Contact Name", "Contact Title", "Contact Phone", "Contact Email", "PI Name",
                "PI Title", "PI Phone", "PI Email", "RI POC Name", "RI POC Phone"),
        replaces=True,
    ),
}  # fmt: skip

ADDRESS = "https://data.www.sbir.gov/awarddatapublic/award_data.csv"
"""The file with abstracts. It is also told to lie under mod_awarddatapublic/: IUR_SBIR_URL replaces the address."""


def parts(session: Session) -> list[Offer]:
    """Return the one part: the file with all awards. What changed only the request for it can tell."""
    return [Offer("sbir", "all", (os.environ.get("IUR_SBIR_URL", ADDRESS),))]


def fetch(part: Offer, session: Session, into: Path) -> list[tuple[str, Download]]:
    """Bring the file if it changed, under the publisher's name."""
    (url,) = part.urls
    return [("award_data.csv", session.download(url, into / "award_data.csv"))]


def normalise(
    files: list[RawFile], connection: duckdb.DuckDBPyConnection, scratch: Path, reading: read.Reading
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Yield awards, then their companies and research institutions, then their programmes."""
    (file,) = files
    raw = RAW["award"]
    columns = ", ".join(f'"{name}" VARCHAR' for name in (*raw.columns, *raw.optional))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE raw ({columns}, _file VARCHAR, _line BIGINT, _problem VARCHAR)")
    for batch in read.delimited(file.path, raw, file.name, reading, ","):
        rows = pa.Table.from_batches([batch])  # noqa: F841  (DuckDB reads it by name)
        connection.execute("INSERT INTO raw SELECT * FROM rows")
    install(connection)
    connection.execute(_READ, {"today": reading.fetched_on})
    programmes.install(connection, PUBLISHER)
    connection.execute(_WRITTEN)
    programmes.match(connection)
    reading.warnings += programmes.warnings(connection, file.name)
    reading.warnings += [f"{file.name}: {said}" for said in _noticed(connection)]
    for table, query in (("award", _AWARD), ("award_party", _PARTY), ("award_programme", _PROGRAMME)):
        for found in connection.sql(query).to_arrow_reader(read.ROWS):
            yield table, found


_READ = """
    CREATE OR REPLACE TEMP TABLE read_ AS
    WITH typed AS (
        SELECT
            row_number() OVER (ORDER BY _line) AS row_,
            text_of("Company") AS company,
            text_of("Award Title") AS title,
            text_of("Agency") AS agency,
            text_of("Branch") AS branch,
            text_of("Phase") AS phase,
            upper(text_of("Program")) AS programme,
            text_of("Contract") AS contract,
            text_of("Agency Tracking Number") AS tracking,
            text_of("Topic Code") AS topic,
            text_of("City") AS city,
            text_of("State") AS state,
            text_of("RI Name") AS institution,
            date_of("Proposal Award Date") AS first_day,
            date_of("Contract End Date") AS last_day,
            CASE WHEN regexp_full_match(trim("Award Year"), '(19[89]|20[0-9])[0-9]')
                THEN CAST(trim("Award Year") AS BIGINT) END AS year,
            dollars("Award Amount") AS amount,
            uei_of("UEI") AS uei,
            duns_of("Duns") AS duns,
            "UEI" AS uei_written,
            "Award Year" AS year_written,
            "Award Amount" AS amount_written,
            "Proposal Award Date" AS first_written,
            "Contract End Date" AS last_written,
            _file, _line, _problem
        FROM raw
    )
    SELECT
        t.* EXCLUDE (state, first_day, last_day),
        coalesce(first_day > last_day, false) AS is_swapped,
        CASE WHEN first_day > last_day THEN last_day ELSE first_day END AS begins,
        -- Nothing of the programmes is older than 1982, and no award on the file is of a day to come.
        CASE WHEN begins BETWEEN DATE '1980-01-01' AND coalesce($today, DATE '2100-01-01') THEN begins END AS starts_on,
        CASE WHEN first_day > last_day THEN first_day ELSE last_day END AS ends,
        CASE WHEN ends BETWEEN DATE '1980-01-01' AND DATE '2100-01-01' THEN ends END AS ends_on,
        coalesce(a.code, regexp_replace(upper(t.agency), '[^A-Z0-9]+', '_', 'g')) AS agency_code,
        coalesce(a.funder, t.agency) AS funder,
        a.code IS NOT NULL AS is_known_agency,
        coalesce(s.code, upper(t.state)) AS state,
        s.code IS NOT NULL OR t.state IS NULL AS is_known_state,
        coalesce(s.country, 'US') AS country,
        'sbir:' || agency_code || '-' || CASE
            WHEN t.contract IS NULL AND t.tracking IS NULL THEN left(md5(concat_ws('|',
                bare(t.company), bare(t.title), t.year, t.phase, t.amount)), 16)
            ELSE concat_ws('-', t.contract, CASE WHEN t.tracking IS DISTINCT FROM t.contract THEN t.tracking END)
        END || coalesce('-' || replace(t.phase, 'Phase ', ''), '') AS award_id
    FROM typed AS t
    LEFT JOIN agency AS a ON a.label = lower(t.agency)
    LEFT JOIN us_state AS s ON s.label = lower(t.state)
    ORDER BY row_
"""


def _noticed(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Say what was put right, and what of the file the seeds do not know."""
    counted = {
        "awards end before they begin: the two dates are put in order": "is_swapped",
        "dates of awards cannot be (before 1980, or to come), and are taken for unknown":
            "begins IS DISTINCT FROM starts_on OR ends IS DISTINCT FROM ends_on",
        "UEIs are not twelve letters and figures, and are passed over":
            "blank(uei_written) IS NOT NULL AND uei IS NULL",
        "awards are of agencies that the seed sbir_agencies does not know": "NOT is_known_agency",
        "companies are in states that the seed us_states does not know": "NOT is_known_state",
    }  # fmt: skip
    counts = ", ".join(f"count(*) FILTER ({where})" for where in counted.values())
    (found,) = connection.execute(f"SELECT {counts} FROM read_ WHERE _problem IS NULL").fetchall()
    return [f"{count:,} {what}" for what, count in zip(counted, found, strict=True) if count]


_WRITTEN = """
    CREATE OR REPLACE TEMP TABLE written AS
    SELECT
        'element' AS kind,
        concat_ws(' ', programme, phase) AS code,
        concat_ws(' ', programme, phase) AS label,
        year,
        row_ AS _file,
        1 AS _nth
    FROM read_
    WHERE programme IS NOT NULL AND _problem IS NULL
"""

_AWARD = """
    SELECT
        r.award_id,
        'all' AS period,
        funder,
        concat_ws(' / ', agency, branch) AS programme,
        concat_ws(' ', programme, phase) AS scheme,
        f.form,
        title,
        starts_on,
        ends_on,
        starts_on AS awarded_on,
        year AS reporting_year,
        amount,
        CASE WHEN amount IS NOT NULL THEN 'USD' END AS currency,
        topic,
        contract AS reference,
        tracking AS tracking_number,
        r._file,
        _line,
        nullif(concat_ws('; ',
            _problem,
            CASE WHEN _problem IS NULL AND agency IS NULL THEN 'Agency is blank' END,
            CASE WHEN _problem IS NULL AND coalesce(programme, '') NOT IN ('SBIR', 'STTR')
                THEN 'Program: ' || coalesce(programme, '') || ' is neither SBIR nor STTR' END,
            CASE WHEN _problem IS NULL AND year IS NULL
                THEN 'Award Year: ' || coalesce(year_written, '') || ' is not a year' END,
            problem('Award Amount', amount_written, dollars_or_none(amount_written), 'an amount'),
            problem('Proposal Award Date', first_written, date_or_none(first_written), 'a date'),
            problem('Contract End Date', last_written, date_or_none(last_written), 'a date')
        ), '') AS _problem,
        NULL::VARCHAR AS _dropped
    FROM read_ AS r
    LEFT JOIN form_of AS f ON f._file = r.row_
"""

_PARTY = """
    WITH party AS (
        SELECT
            award_id, 1 AS party_no, 'awardee' AS role, company AS name, country, city, state,
            coalesce('uei:' || uei, 'duns:' || duns) AS source_org_id,
            -- The programmes pay small businesses only.
            'SMALL_BUSINESS' AS source_type, true AS is_sme, amount,
            CASE WHEN amount IS NOT NULL THEN 'USD' END AS currency,
            _file, _line, _problem,
            CASE WHEN company IS NULL THEN 'no_name' END AS _dropped
        FROM read_
        UNION ALL
        SELECT
            r.award_id,
            2,
            CASE WHEN l.written IS NULL THEN 'research_institution' ELSE 'federal_laboratory' END,
            r.institution, 'US', NULL, NULL, NULL,
            CASE WHEN l.written IS NOT NULL THEN 'FFRDC' END, NULL, NULL, NULL,
            r._file, r._line, r._problem,
            CASE WHEN is_placeholder(r.institution) THEN 'placeholder_institution' END
        FROM read_ AS r
        LEFT JOIN laboratory AS l ON l.written = r.institution
        WHERE r.institution IS NOT NULL
    )
    SELECT award_id, 'all' AS period, * EXCLUDE (award_id) FROM party
"""

_PROGRAMME = """
    SELECT
        r.award_id,
        'all' AS period,
        p.kind,
        p.code,
        p.label,
        p.form,
        p.centre_type,
        p.requires_industry,
        r._file,
        r._line,
        r._problem,
        NULL::VARCHAR AS _dropped
    FROM programme AS p
    JOIN read_ AS r ON r.row_ = p._file
"""
