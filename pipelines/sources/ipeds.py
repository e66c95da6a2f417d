"""IPEDS: the directory of US postsecondary institutions, with the numbers by which others know them.

Published by the National Center for Education Statistics, one file HD a year, as a zip with one CSV; public domain.
It tells nothing of collaboration. It says who is an institution, of which state and system, and which UEIs
(the registration of those who receive federal money), EIN and OPEID it bears: by the UEI, awards of NSF, NIH and
SBIR are linked. There is no listing: every year's address is asked for, and where a year is not out yet the
publisher answers with a page and the status 404. A file is revised under its own name; the final one is a
member `…_rv` of the zip beside the provisional one, and is taken where it is there. A change is told by the
conditional request, then by the bytes. A year is the one in which its academic year begins; 2021 is the first
with UEIs, and the first that is read.

Every row makes an institution; each UEI, DUNS, EIN and OPEID it has makes an identifier. Names, titles and
telephones of officers, addresses and the classifications of older editions are not kept.

Traps: older files are Latin-1, newer ones UTF-8 with a mark; negative codes (-1 not reported, -2 not
applicable, -3 not available) and a single blank are missing values; numbers are padded with a blank; the columns
change every year (DUNS gave way to UEIs in 2021); one UEI may stand under several institutions, as a system's
office registers for its campuses; system offices and closed institutions are rows like others.
"""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines import as_text, read
from pipelines.http import Download, Session
from pipelines.source import Offer, RawFile, RawTable, Source, SourceError

VERSION = 1

SOURCE = Source(
    name="ipeds",
    title="IPEDS HD: directory of US postsecondary institutions",
    publisher="US National Center for Education Statistics",
    topic="registry",
    homepage="https://nces.ed.gov/ipeds/",
    licence="public domain (US government work)",
    licence_url="https://www.usa.gov/government-works",
    is_redistributable=True,
    citation="National Center for Education Statistics, Integrated Postsecondary Education Data System, directory (HD)",
    cadence="yearly",
    part_kind="period",
    changes_by="etag",
    first_part="2021",
    tables=("directory_institution", "directory_identifier"),
    mirror=r"(?i:hd)(?P<part>(19|20)\d\d)(?i:_rv)?\.(?i:zip|csv)",
    mirror_example="HD2022.zip",
    recent_parts=3,
)

RAW = {
    "hd": RawTable(
        ("UNITID", "INSTNM", "CITY", "STABBR", "EIN", "OPEID", "WEBADDR", "SECTOR", "ICLEVEL", "CONTROL"),
        core="directory_institution",
        key=("UNITID",),
        optional=(
            "IALIAS", "UEIS", "DUNS", "MEDICAL", "NEWID", "CYACTIVE", "C21BASIC", "F1SYSNAM",
            # Known, and not kept.
            "ADDR", "ZIP", "FIPS", "OBEREG", "CHFNM", "CHFTITLE", "GENTELE", "FAXTELE", "OPEFLAG", "ADMINURL",
            "FAIDURL", "APPLURL", "NPRICURL", "VETURL", "ATHURL", "DISAURL", "HLOFFER", "UGOFFER", "GROFFER",
            "HDEGOFR1", "DEGGRANT", "HBCU", "HOSPITAL", "TRIBAL", "LOCALE", "OPENPUBL", "ACT", "DEATHYR", "CLOSEDAT",
            "POSTSEC", "PSEFLAG", "PSET4FLG", "RPTMTH", "INSTCAT", "C21IPUG", "C21IPGRD", "C21UGPRF", "C21ENPRF",
            "C21SZSET", "C18BASIC", "C18IPUG", "C18IPGRD", "C18UGPRF", "C18ENPRF", "C18SZSET", "C15BASIC", "CCBASIC",
            "CARNEGIE", "LANDGRNT", "INSTSIZE", "F1SYSTYP", "F1SYSCOD", "CBSA", "CBSATYPE", "CSA", "NECTA",
            "COUNTYCD", "COUNTYNM", "CNGDSTCD", "LONGITUD", "LATITUDE", "DFRCGID", "DFRCUSCG",
        ),
        any_case=True,
    )
}  # fmt: skip

ADDRESS = "https://nces.ed.gov/ipeds/datacenter/data/HD{year}.zip"
"""The zip of a year. IUR_IPEDS_URL replaces it, with {year} in it."""

LATE = 2
"""Years, from today's back, whose file may not be out yet: it comes about a year after the academic year begins."""


def parts(session: Session) -> list[Offer]:
    """Return one part a year up to today's; there is no listing to ask, and the last ones may not be there."""
    address = os.environ.get("IUR_IPEDS_URL", ADDRESS)
    today = dt.date.today().year
    return [
        Offer("ipeds", str(year), (address.format(year=year),), is_certain=year <= today - LATE)
        for year in range(int(SOURCE.first_part), today + 1)
    ]


def fetch(part: Offer, session: Session, into: Path) -> list[tuple[str, Download]]:
    """Bring the zip of a year where it changed."""
    name = f"HD{part.part}.zip"
    return [(name, session.download(part.urls[0], into / name))]


def normalise(
    files: list[RawFile], connection: duckdb.DuckDBPyConnection, scratch: Path, reading: read.Reading
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Yield the institutions of a year, and their identifiers."""
    path, name = _table(files, scratch, reading.warnings)
    year = int("".join(c for c in Path(name).stem if c.isdigit())[:4])
    path, said = as_text.utf8(path, name, scratch)
    reading.warnings += said
    connection.execute(f"CREATE OR REPLACE TEMP MACRO told(text_) AS {_TOLD}")
    for batch in read.delimited(path, RAW["hd"], name, reading, delimiter=","):
        rows = pa.Table.from_batches([batch])  # noqa: F841  (DuckDB reads it by name)
        for table, query in (("directory_institution", _INSTITUTION), ("directory_identifier", _IDENTIFIER)):
            for made in connection.sql(query, params={"year": year}).to_arrow_reader(read.ROWS):
                yield table, made


def _table(files: list[RawFile], scratch: Path, warnings: list[str]) -> tuple[Path, str]:
    """Return the one table of a part and its name: the revised one where there are two."""
    if files[0].name.lower().endswith(".zip"):
        (archive,) = files
        found = [
            (path, f"{archive.name}/{path.name}")
            for path in read.members(archive.path, archive.name, scratch)
            if path.suffix.lower() == ".csv"
        ]
    else:
        found = [(file.path, file.name) for file in files]
    revised = [(path, name) for path, name in found if Path(name).stem.lower().endswith("_rv")]
    chosen = revised or found
    if len(chosen) != 1:
        raise SourceError(
            f"holds {len(chosen)} tables where one, or one and its revision, is promised",
            source="ipeds",
            file=", ".join(file.name for file in files),
            rule="one table",
            mend="fetch HD{year}.zip, not its dictionary or another of the survey's files",
        )
    warnings += [f"{name}: is not read, its revision is" for _, name in found if revised and (_, name) not in revised]
    return chosen[0]


_TOLD = r"CASE WHEN regexp_full_match(trim(text_), '-\d|\.|') THEN NULL ELSE trim(text_) END"
"""What a cell tells: negative codes and blanks are missing values."""

_INSTITUTION = r"""
    WITH typed AS (
        SELECT
            *,
            CASE told(CONTROL) WHEN '1' THEN 'public' WHEN '2' THEN 'private_nonprofit'
                WHEN '3' THEN 'private_for_profit' END AS control_
        FROM rows
    )
    SELECT
        'unitid:' || trim(UNITID) AS directory_id,
        $year AS year,
        blank(INSTNM) AS name,
        nullif(array_to_string(
            list_filter(list_transform(string_split(told(IALIAS), '|'), lambda a: trim(a)), lambda a: a <> ''), '|'
        ), '') AS aliases,
        told(CITY) AS city,
        upper(told(STABBR)) AS state,
        -- Territories, and the states in free association, are countries to ISO 3166 and to ROR.
        CASE WHEN upper(trim(STABBR)) IN ('AS', 'FM', 'GU', 'MH', 'MP', 'PR', 'PW', 'VI') THEN upper(trim(STABBR))
            ELSE 'US' END AS country,
        control_ AS control,
        CASE told(ICLEVEL) WHEN '1' THEN 'four_year' WHEN '2' THEN 'two_year' WHEN '3' THEN 'less_than_two_year' END
            AS level,
        told(SECTOR) = '0' AS is_system_office,
        CASE told(CYACTIVE) WHEN '1' THEN true WHEN '2' THEN false WHEN '3' THEN false END AS is_active,
        told(C21BASIC) AS research_class,
        CASE told(MEDICAL) WHEN '1' THEN true WHEN '2' THEN false END AS has_medical_school,
        told(F1SYSNAM) AS system_name,
        'unitid:' || told(NEWID) AS successor_id,
        told(WEBADDR) AS website,
        _file,
        _line,
        coalesce(_problem, nullif(concat_ws('; ',
            CASE WHEN NOT coalesce(regexp_full_match(trim(UNITID), '\d{6}'), false)
                THEN 'UNITID: ' || coalesce(UNITID, '') || ' is not 6 digits' END,
            problem('CONTROL', told(CONTROL), control_, '1, 2 or 3'),
            problem('ICLEVEL', told(ICLEVEL), level, '1, 2 or 3'),
            problem('CYACTIVE', told(CYACTIVE), is_active, '1, 2 or 3'),
            problem('MEDICAL', told(MEDICAL), has_medical_school, '1 or 2'),
            CASE WHEN NOT regexp_full_match(told(NEWID), '\d{6}') THEN 'NEWID: ' || NEWID || ' is not 6 digits' END
        ), '')) AS _problem,
        NULL::VARCHAR AS _dropped
    FROM typed
    ORDER BY _line
"""

_IDENTIFIER = r"""
    WITH written AS (
        SELECT UNITID, _file, _line, 'uei' AS scheme, unnest(string_split(upper(told(UEIS)), '|')) AS text_ FROM rows
        UNION ALL
        SELECT UNITID, _file, _line, 'duns', unnest(string_split(told(DUNS), '|')) FROM rows
        UNION ALL
        SELECT UNITID, _file, _line, 'ein', told(EIN) FROM rows
        UNION ALL
        SELECT UNITID, _file, _line, 'opeid', told(OPEID) FROM rows
    )
    SELECT
        'unitid:' || trim(UNITID) AS directory_id,
        $year AS year,
        scheme,
        told(text_) AS identifier,
        _file,
        _line,
        CASE WHEN NOT regexp_full_match(told(text_), CASE scheme
                WHEN 'uei' THEN '[A-Z0-9]{12}' WHEN 'opeid' THEN '[0-9A-Z]{8}' ELSE '\d{9}' END)
            THEN scheme || ': ' || left(text_, 40) || ' is none' END AS _problem,
        NULL::VARCHAR AS _dropped
    FROM written
    WHERE told(text_) IS NOT NULL
    ORDER BY _line, scheme, identifier
"""
