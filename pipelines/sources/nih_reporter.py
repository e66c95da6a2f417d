"""NIH RePORTER: awards of the US National Institutes of Health and its sister agencies, by fiscal year.

Published by NIH's Office of Extramural Research; a work of the US government, free to redistribute. A record is an
application that was funded in a fiscal year: one budget period of an award, or of a subproject of one. A closed
fiscal year (October to September, named after its end) is a file of ExPORTER; the running one, and a closed one
that ExPORTER does not have yet, come from RePORTER's interface, 500 records a page and 15,000 a query. A part is a
fiscal year, whichever way it came, so that the file takes the place of the pages; `patents` is the table that links
US patents to projects, and lists granted ones that were reported. A mirror holds files under the publisher's names,
pages as `RePORTER_API_FY2026.json` (JSON texts one after the other, or a list), and the web site's own export as
`RePORTER_WEB_<any name>.csv`, whose awards are superseded by those of fiscal years.

A query over the cap is cut by amount first, then by what pipelines.nih.api says; numbers that do not add up fail the
part. Not verified against the live service: the addresses, the cuts, whether subprojects bear an amount in pages.

Counting: an award is a core project number, its periods are `<fiscal year>-<application id>`. Money is TOTAL_COST of
awards' own rows; subprojects' rows tell money that those hold already (`subproject_amount`), and who does them takes
part without money. A blank cost is not told, and not 0. Activity codes say what an award is for.

Traps: adding subprojects doubles centres; the web export has a row for every institute that pays, each with the
whole cost; FUNDING_ICs ends in a backslash that escapes nothing; files are Latin-1 to 2021 and UTF-8 since, and say
neither; columns of old files are shifted in some rows, which are refused; awardees of R41 to R44 are companies, and
the university of an STTR award is not named; costs of 1985 to 1999 stand in files of their own, which are not read;
contracts and intramural projects have no budget dates, DUNS numbers before 2009 are not to be relied on.
"""

import datetime as dt
import os
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines import clean, read
from pipelines.http import Download, Session
from pipelines.nih import layouts, tables
from pipelines.nih.api import Projects, Query
from pipelines.nih.load import load
from pipelines.paging import collect
from pipelines.source import MissingError, Offer, RawFile, Source

VERSION = 1

SEEDS = ("programme_codes", "country_names")

SOURCE = Source(
    name="nih_reporter",
    title="NIH RePORTER: awards by fiscal year, and patents that came of them",
    publisher="US National Institutes of Health",
    topic="grants",
    homepage="https://reporter.nih.gov/exporter",
    licence="US government work",
    licence_url="https://www.usa.gov/government-works",
    is_redistributable=True,
    citation="National Institutes of Health: RePORTER and ExPORTER",
    cadence="weekly",
    part_kind="period",
    changes_by="etag",
    first_part="1985",
    tables=("award", "award_party", "award_programme", "award_output"),
    primaries={"patents": "award_output"},
    mirror=r"(?i:RePORTER_(?=PRJ_C_FY\d|API_FY\d|PATENTS_C_ALL|WEB_)(?:PRJ_C_FY|API_FY)?"
    r"(?P<part>(?:19|20)\d\d|PATENTS|WEB_\w+?)(?:_C_ALL)?\.(?:zip|csv|json))",
    mirror_example="RePORTER_PRJ_C_FY2014.zip",
    observes={
        "awardees": "award_party.name WHERE role = 'awardee'",
        "centres": "award_programme.code WHERE kind = 'element'",
        "dates": "award.starts_on",
        "patents": "award_output.output_id WHERE kind = 'patent'",
        "programme_codes": "award_programme.code",
        "scheme": "award.scheme",
        "training": "award_programme.code WHERE kind = 'element'",
    },
    # Of 258 new awards in the web export of 2021 half were noticed five days or more before they started, and 95 %
    # by the day they did; the interface adds them within weeks.
    lag_days=60,
    # A fiscal year begins in October: starts of a year stand in its own file and in the next.
    part_years=(-1, 0),
    # ExPORTER renews three closed years beside the running one.
    recent_parts=4,
    # NIH asks for no more than one request a second.
    pace=1.0,
)

RAW = layouts.RAW

ADDRESS = "https://reporter.nih.gov/exporter/{download}"
"""Where a file of ExPORTER is: `projects/download/2014`, `patents/download`.

IUR_NIH_REPORTER_EXPORTER_URL replaces it, with {download} in it, or {name} for a host that keeps the files under
their names (`RePORTER_PRJ_C_FY2014.zip`).
"""

API = "https://api.reporter.nih.gov/v2/projects/search"
"""RePORTER's interface. IUR_NIH_REPORTER_API_URL replaces it."""


def parts(session: Session) -> list[Offer]:
    """Return the table of patents, and one part a fiscal year from 1985 to the running one; there is no listing.

    What changed of a file is told by its conditional request; pages are brought whole every time, as records of any
    date change. The running year is not certain to be there: in October it has no records yet.
    """
    today = dt.date.today()
    running = today.year + (today.month >= 10)
    years = range(int(SOURCE.first_part), running + 1)
    found = [Offer("nih_reporter", "patents", (_address("patents/download", "RePORTER_PATENTS_C_ALL.zip"),),
                   is_standing=True)]  # fmt: skip
    for year in years:
        file = _address(f"projects/download/{year}", f"RePORTER_PRJ_C_FY{year}.zip")
        pages = os.environ.get("IUR_NIH_REPORTER_API_URL", API)
        urls = (pages,) if year == running else (file, pages)
        found.append(Offer("nih_reporter", str(year), urls, is_certain=year < running))
    return found


def _address(download: str, name: str) -> str:
    return os.environ.get("IUR_NIH_REPORTER_EXPORTER_URL", ADDRESS).format(download=download, name=name)


def fetch(part: Offer, session: Session, into: Path) -> list[tuple[str, Download]]:
    """Bring ExPORTER's file of a part, or where it has none the interface's pages of the fiscal year."""
    try:
        if part.is_standing or len(part.urls) > 1:
            return [_file(part, session, into)]
    except MissingError:
        if part.is_standing:
            raise
    return [_pages(int(part.part), part.urls[-1], session, into)]


def _file(part: Offer, session: Session, into: Path) -> tuple[str, Download]:
    """Bring a file: ExPORTER zips some and leaves others plain, under one address."""
    stem = "RePORTER_PATENTS_C_ALL" if part.is_standing else f"RePORTER_PRJ_C_FY{part.part}"
    download = session.download(part.urls[0], into / stem)
    is_plain = download.path is not None and not _is_packed(download.path)
    return f"{stem}.csv" if is_plain else f"{stem}.zip", download


def _is_packed(path: Path) -> bool:
    """Say whether a file begins as a zip does: one that is cut is still no table."""
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def _pages(year: int, url: str, session: Session, into: Path) -> tuple[str, Download]:
    paging, query, name = Projects(url), Query(year), f"RePORTER_API_FY{year}.json"
    _, body, _ = session.answer(paging.ask(query, 0))
    if re.search(rb'"total"\s*:\s*0\b', body):
        raise MissingError(
            f"has no record of fiscal year {year}",
            file=url,
            rule="records announced",
            mend="look for the year at the source's page: a closed fiscal year is never empty",
        )
    return name, collect(session, paging, query, into / name)


def normalise(
    files: list[RawFile], connection: duckdb.DuckDBPyConnection, scratch: Path, reading: read.Reading
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Yield awards, their parties and activity codes of a fiscal year, or the patents that awards claim."""
    load(connection, files, scratch, reading)
    clean.country_names(connection)
    tables.make(connection)
    name = files[0].name
    # A shifted row has a city for its country and anything for a subproject: what is refused is told once.
    ((told,),) = connection.execute(
        "SELECT count(*) FROM typed WHERE is_sub AND cost_ IS NOT NULL AND problem_ IS NULL"
    ).fetchall()
    if told:
        reading.warnings.append(f"{name}: {told:,} subprojects have a TOTAL_COST, which is not counted")
    countries = "SELECT told(ORG_COUNTRY) FROM typed WHERE problem_ IS NULL"
    reading.warnings += clean.unknown_countries(connection, countries, name)
    for table, query in tables.QUERIES:
        for batch in connection.sql(query).to_arrow_reader(read.ROWS):
            yield table, batch
