"""HERD: research expenditure of US universities by who paid for it, business among them, institution by institution.

Published by NCSES, the statistical centre of the National Science Foundation, each November for the fiscal year
before; a US government work. Read as the public-use microdata (a zip for the standard form and one for the short
form of small institutions, both of a year are one part), or, from a mirror, as the published table of
institutions by source of funds. The page of the microdata is the only listing: its links change with the
release, so the page is parsed. A change is told by the conditional request for each zip, then by its bytes.

Read are the six sources of funds and their total, in dollars (the publisher's thousands times 1,000): question 1.
All other questions of the microdata (fields, agencies, types of agreement, personnel) are dropped with the reason
`question_not_read`, details of institution funds with `detail_of_total`. Of the published table the institutions
are kept; country, state and control rows are dropped as `subtotal`, after they were held against the institutions
below them: where one is not their sum, the part fails. Everywhere the six sources must add up to the total.
The fiscal year is taken as July to June, by the year it ends in: most institutions' own.

A reporter is `herd:<inst_id>` in the microdata. The table has no id: there it is `herd:<state>-<name>`, made of the
name under which the institution first stood in a table (seed `herd_names` has the renames of table A-1). The two do
not compare: take one form for all years.

Traps: state and control subtotals stand among the institutions, and a sum over all rows is five times too
large; microdata are Latin-1 with padded headers; blank and NA are not 0, though the sums take them so; the table
number changes with the year; institutions come and go with the survey's threshold, are renamed, merged and split.
Expenditure is no award: never add it to what NSF or NIH obligate. Money passed on is reported by both sides.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pyarrow as pa

from expectations import identities
from pipelines import anchors, herd_microdata, herd_table, read
from pipelines.http import Download, Session
from pipelines.source import Offer, RawFile, Source, SourceError

VERSION = 1

SEEDS = ("herd_names", "us_states")

SOURCE = Source(
    name="ncses_herd",
    title="HERD: Higher Education Research and Development survey",
    publisher="US National Science Foundation",
    topic="denominators",
    homepage="https://ncses.nsf.gov/surveys/higher-education-research-development",
    licence="US government work",
    licence_url="https://www.usa.gov/government-works",
    is_redistributable=True,
    citation="National Center for Science and Engineering Statistics, Higher Education Research and Development Survey",
    cadence="yearly",
    part_kind="period",
    changes_by="etag",
    first_part="2010",
    tables=("survey_value",),
    mirror=r"(?i:higher_education_r_and_d_|institution_by_source_FY)(?P<part>(19|20)\d\d)((?i:_short)?\.zip|\.csv)",
    mirror_example="Higher_Education_R_and_D_2022.zip",
    observes={
        "rd_expenditure": "survey_value.value WHERE breakdown = 'all'",
        "research_expenditure": "survey_value.value WHERE breakdown = 'all'",
        "rd_by_source": "survey_value.value WHERE breakdown = 'business'",
    },
    part_years=(0, 0),
    recent_parts=2,
)

RAW = {"institution_by_source": herd_table.RAW, "microdata": herd_microdata.RAW}

IDENTITIES = identities.HERD

ADDRESS = "https://ncses.nsf.gov/explore-data/microdata/higher-education-research-development"
"""The page that lists the microdata. IUR_NCSES_HERD_URL replaces it."""

_ZIP = re.compile(r"higher_education_r_and_d_((?:19|20)\d\d)(_short)?\.zip", re.IGNORECASE)


def parts(session: Session) -> list[Offer | SourceError]:
    """Return a part for each fiscal year the page links a zip of; one without the standard form fails."""
    page = os.environ.get("IUR_NCSES_HERD_URL", ADDRESS)
    found: dict[str, dict[bool, str]] = {}
    for url in anchors.links(session.text(page), page):
        match = _ZIP.fullmatch(_name(url))
        if match and match[1] >= SOURCE.first_part:
            found.setdefault(match[1], {}).setdefault(bool(match[2]), url)
    if not found:
        raise SourceError(
            "the page links no zip of microdata",
            source="ncses_herd",
            file=page,
            rule="listing",
            mend="open the page: if it has moved, set IUR_NCSES_HERD_URL; or bring the zips by hand (--mirror)",
        )
    return [_offer(year, forms, page) for year, forms in sorted(found.items())]


def _offer(year: str, forms: dict[bool, str], page: str) -> Offer | SourceError:
    if False not in forms:
        return SourceError(
            "the page links the short form only: without the standard form a year is not whole",
            source="ncses_herd",
            part=year,
            file=page,
            rule="listing",
            mend="wait for the publisher to mend the page, or bring both zips by hand (--mirror)",
        )
    return Offer("ncses_herd", year, tuple(forms[is_short] for is_short in sorted(forms)))


def _name(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2]


def fetch(part: Offer, session: Session, into: Path) -> list[tuple[str, Download]]:
    """Bring the zips of a year that changed, under the publisher's names."""
    return [(_name(url), session.download(url, into / _name(url))) for url in part.urls]


def normalise(
    files: list[RawFile], connection: duckdb.DuckDBPyConnection, scratch: Path, reading: read.Reading
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Yield one row for each cell of the microdata, or of the published table."""
    herd_table.states(connection)
    if files[0].name.lower().endswith(".csv"):
        (table,) = files
        batches = herd_table.values(connection, table, reading)
    else:
        batches = herd_microdata.values(connection, files, scratch, reading)
    for batch in batches:
        yield "survey_value", batch
