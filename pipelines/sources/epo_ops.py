"""EPO Open Patent Services: publications of searched applicants, at all offices, with the family each belongs to.

Published by the European Patent Office from its worldwide collection (DOCDB): names, dates, classes and families of
published applications and grants. It comes by searches, for an applicant and the days of a year, 100 publications a
page; a part is a year of publication, and holds a file for each applicant of the seed `epo_applicants` (your own
stands in for it). A publication has one date, so that no two parts have it; one that several applicants' searches
find is kept once (`publication_repeated`). A mirror holds the service's answers as `epo_<any name>_<year>.xml`, one
after the other. Asking needs a key and its secret: IUR_EPO_OPS_KEY and IUR_EPO_OPS_SECRET, or the Airflow connections
`iur_epo_ops` and `iur_epo_ops_secret`; without them the source is disabled. Neither is in any address, file or log.

A night asks each applicant and recent year for its number of publications, and brings again those whose number moved,
and once every quarter of a year those of the newest three years, for a family that was merged or a name that was
corrected changes no number. Older years are asked once a season. What was brought of a year when a quota ended is kept
for the next run.

Counting: a search gives publications, and not inventions: applications and grants, at every office. Count distinct
`family_id` (DOCDB's simple family), by `priority_on`; restrict to families with a document of the offices in question.
A grant is a document of kind B or C (of the US, also older A, and E, S, P); `number` is the same for all documents
of one grant, and the same as in US sources; `granted_on` is told by the first of them. Only searched applicants are
told of: no figure here is about a country or a field. Applicants are told, not owners; later owners and licences
stand in legal events, which are not read.

Traps: an applicant stands in two forms that differ in number: `epodoc` tells how many there are and where, `original`
how they are spelt; their country is an abbreviation behind an EN SPACE. CPC symbols come once for every office that
gave them. Persons' names are not kept: an applicant who is an inventor or is written as `Family, Given` is a person,
and one written otherwise would be taken for an organisation. Announced totals stop at 10,000, and searches are cut by
days until they fit. Dates of filing stand in one of three forms. Nothing was tried on the live service: neither the
searches' words and window nor the faults.
"""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.source import MissingError, Offer, RawFile, RawTable, Source

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from pipelines import read
    from pipelines.http import Download, Session

VERSION = 1

SEEDS = ("legal_forms", "party_words")

RECENT = 3
"""Years that are brought again every quarter: families merge and late publications come in."""

SOURCE = Source(
    name="epo_ops",
    title="EPO Open Patent Services: publications and families of searched applicants",
    publisher="European Patent Office",
    topic="patents",
    homepage="https://www.epo.org/en/searching-for-patents/data/web-services/ops",
    licence="Terms and conditions for use of the EPO website and its data",
    licence_url="https://www.epo.org/en/service-support/useful-links/terms-use",
    is_redistributable=False,
    citation="European Patent Office, Open Patent Services (DOCDB): bibliographic and family data",
    cadence="weekly",
    part_kind="period",
    changes_by="listing",
    first_part="1978",
    tables=("patent", "patent_party", "patent_class"),
    mirror=r"(?i:epo_\w+?_(?P<part>(?:19|20)\d\d)\.xml)",
    mirror_example="epo_cambridge_2024.xml",
    key_variable="IUR_EPO_OPS_KEY",
    # Sent to the token's address alone, and not with every request.
    key_header="",
    # Thirty searches a minute are green.
    pace=2.0,
    observes={
        "families": "patent.family_id",
        "applicants": "patent_party.name WHERE role = 'applicant'",
    },
    # An application is published eighteen months after its priority, in the second year after it at the latest: a year
    # of priorities is whole when the part of the third has begun. What was published in a year comes in within days.
    part_years=(-3, 0),
    recent_parts=RECENT,
)

RAW = {
    "exchange-document": RawTable(
        ("publication-reference", "application-reference", "parties"),
        core="patent",
        key=("publication-reference",),
        optional=("priority-claims", "invention-title", "patent-classifications"),
        # Persons stand among what is cited too.
        unread=("classifications-ipcr", "classification-ipc", "references-cited", "dates-of-public-availability",
                "previously-filed-app", "preceding-publication-date", "date-of-coming-into-force", "related-documents",
                "designation-of-states", "language-of-filing", "language-of-publication"),
    ),
}  # fmt: skip

ADDRESS = "https://ops.epo.org/3.2"
"""Where the services lie. IUR_EPO_OPS_URL replaces it."""


def disabled() -> str:
    """Return why there is nothing to ask, or an empty text."""
    from pipelines.epo.service import without_key

    return without_key()


def parts(session: "Session") -> list[Offer]:
    """Return a part for each year since the first European publications; without a key, none.

    What changed each applicant's number of publications tells when the part is fetched.
    """
    if disabled():
        return []
    running = dt.date.today().year
    years = range(int(SOURCE.first_part), running + 1)
    return [Offer("epo_ops", str(year), (_base(),), is_certain=year < running) for year in years]


def _base() -> str:
    return os.environ.get("IUR_EPO_OPS_URL", ADDRESS).rstrip("/")


def fetch(part: Offer, session: "Session", into: Path) -> "list[tuple[str, Download]]":
    """Bring a file for each applicant whose number of publications of the year moved; the others stand as they are.

    Raises MissingError where none has any publication of the year.
    """
    from pipelines.epo import applicants
    from pipelines.epo.bring import bring

    asked, year = applicants.of_home(session.home), int(part.part)
    is_recent = year > dt.date.today().year - RECENT
    found = bring(session, _base(), asked, year, into, is_recent)
    if all(download.validators.etag.partition(" ")[0] == "0" for _, download in found):
        raise MissingError(
            f"has no publication of any of {len(asked)} applicants in {year}",
            file=_base(),
            rule="records announced",
            mend="begin with a later year, or look at the names in the seed epo_applicants",
        )
    return found


def normalise(
    files: list[RawFile], connection: "duckdb.DuckDBPyConnection", scratch: Path, reading: "read.Reading"
) -> "Iterator[tuple[str, pa.RecordBatch]]":
    """Yield documents, then by document their applicants, inventors and classes."""
    from pipelines.epo.load import load

    yield from load(sorted(files, key=lambda file: file.name), RAW["exchange-document"], connection, reading)
