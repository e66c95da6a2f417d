"""OpenAlex: how many publications an institution has in a year, and how many of them with a company.

Published by OurResearch; CC0, free to redistribute. Read by its interface, and not from its snapshot of 330 GB.
Works themselves are not read: for a year and each sector the service groups its works by the ROR ids of their
authors' institutions, a page of 200 groups at a time. A part is a year of publication: six such queries (all;
with a company; with anything non-academic; with a hospital; with government; with others). Reference: CWTS Leiden
Ranking, Open Edition: a work is industrial when any affiliation of it is of type company, counted whole.

Counting: articles and reviews, not retracted, whole: once for each institution, so that institutions never add
up. Direct: a work counts for the institution named in the affiliation, not for those above it; a hospital's works
count for its university only where OpenAlex finds the university in the affiliation as well. OpenAlex's types of
institution are ROR's first type. Of an institution that is itself of the sector (a hospital under `healthcare`, CNRS
under `government` and `non_academic`) every work has the sector: such a figure says nothing, and no indicator uses
it. An institution without a row for a sector has no such work in the year; works without a parsed affiliation, or
whose institution has no ROR id, are nobody's.

Cost: lists and groups cost $0.10 per 1,000 calls, and a free key has $1 a day. With 60,000 to 80,000 institutions a
year (assumed) a year takes some 1,200 calls, $0.12: eight years a day, and 2008 to 2026 in three nights. A quiet
night is one call, which tells the works of every year. A part is brought again when its number of works changes in
the first two digits, and once a quarter (the three newest years) or a year (older ones: affiliations are parsed anew
all over the past). Asked for one by one, the 30,000 universities and institutes of ROR would take a call each for a
year. Without a key the allowance is $0.01 or $0.10 a day, as two of the publisher's pages have it: not enough for
one year. A spent allowance (429) is not asked again that night; a year that it cut short is brought from its start.

Exactness: groups asked for with a cursor are exact and all there, those without one are the 200 largest and made of
shards' counts. The service says nowhere how many groups there are: a chain of pages must end, give no group twice,
keep its number of works within a thousandth, and hold the 200 largest groups. Lists of works cut their authors at
100; groups and filters are formed over the full list (`authorships_full` in the publisher's code), so that
institutions of the 101st author count.

Unverified, for no answer of the live service was at hand: read in the publisher's guides and in its published code
(openalex-elastic-api and openalex-api-proxy of August 2026) are the names of the fields, the page of 200 (it is not
asked for: the guides allow 100 a page), the key in the header Authorization (the guides show it in the address,
where ours never stand), the wording of refusals. Unknown are the number of groups and of calls, and how steady the
index is while it is read.

Traps: `count` of meta is works, `groups_count` is the groups on the page; a last page can be filled with groups of
zero; ROR's ids are merged and withdrawn, and OpenAlex follows later; a university's spin-out is a company; types
are of today, whatever the year; the newest years grow for months, and old ones change when affiliations are parsed
anew. A mirror holds the pages of each query, one JSON text after the other, as `works-2023-company.json`.
"""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines import read
from pipelines.http import Download, Session
from pipelines.openalex import groups, pages
from pipelines.source import Offer, RawFile, Source

__all__ = ["RAW", "SOURCE", "VERSION", "fetch", "normalise", "parts"]

VERSION = 1

SOURCE = Source(
    name="openalex",
    title="OpenAlex: publications of institutions, by the sector of co-authoring organisations",
    publisher="OurResearch",
    topic="publications",
    homepage="https://openalex.org",
    licence="CC0 1.0",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    is_redistributable=True,
    citation="OurResearch: OpenAlex. Priem, J., Piwowar, H. and Orr, R. (2022): OpenAlex: a fully-open index of "
    "scholarly works, authors, venues, institutions, and concepts. arXiv:2205.01833",
    cadence="daily",
    part_kind="period",
    changes_by="listing",
    first_part="2008",
    tables=("publication_share",),
    mirror=r"(?i:works-(?P<part>(?:19|20)\d\d)-(?:all|company|non_academic|healthcare|government|other)\.json)",
    mirror_example="works-2023-company.json",
    key_variable="IUR_OPENALEX_KEY",
    key_header="Authorization: Bearer",
    # A hundred requests a second are allowed; groups are dear to the service.
    pace=0.2,
    observes={
        "publications": "publication_share.publications WHERE sector = 'all'",
        "industry_publications": "publication_share.publications WHERE sector = 'company'",
        "non_academic_publications": "publication_share.publications WHERE sector = 'non_academic'",
    },
    # Journals and Crossref tell of most articles of a year within months (unverified).
    lag_days=180,
    part_years=(0, 0),
    recent_parts=3,
)

RAW = pages.RAW

ADDRESS = "https://api.openalex.org"
"""Where the interface lies. IUR_OPENALEX_URL replaces it."""


def _base() -> str:
    return os.environ.get("IUR_OPENALEX_URL", ADDRESS).rstrip("/")


def parts(session: Session) -> list[Offer]:
    """Return a part for each year that has works, by one request; see the module for what is a new version."""
    today, base = dt.date.today(), _base()
    newest = sorted(found := groups.years(session, base, int(SOURCE.first_part), today.year))[-SOURCE.recent_parts :]
    offers = []
    for year, works in sorted(found.items()):
        season = f"{today.year}Q{(today.month + 2) // 3}" if year in newest else str(today.year)
        urls = tuple(groups.address(base, year, sector) for sector in groups.SECTORS)
        offers.append(Offer("openalex", str(year), urls, f"{season}: {_rounded(works):,} works or more"))
    return offers


def _rounded(works: int) -> int:
    """Return a number's first two digits: works are added every day, and a hundredth more moves no figure."""
    unit = max(1, 10 ** (len(str(works)) - 2))
    return works // unit * unit


def fetch(part: Offer, session: Session, into: Path) -> list[tuple[str, Download]]:
    """Bring the groups of a year's works for every sector, each sector in a file of its own."""
    names = [pages.name(part.part, sector) for sector in groups.SECTORS]
    return [(name, groups.collect(session, url, into / name)) for name, url in zip(names, part.urls, strict=True)]


def normalise(
    files: list[RawFile], connection: duckdb.DuckDBPyConnection, scratch: Path, reading: read.Reading
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Yield the publications of every institution in a year, by sector."""
    pages.load(connection, files, scratch, reading)
    query = pages.ROWS.format(day=reading.fetched_on or dt.date.today())
    for batch in connection.sql(query).to_arrow_reader(read.ROWS):
        yield "publication_share", batch
