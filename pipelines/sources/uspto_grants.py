"""US patents as they are granted: the weekly XML of the US patent office, since 2005.

Published every Tuesday by the US Patent and Trademark Office on its Open Data Portal (product PTGRXML, with a key); a
work of the US government, free to redistribute. A part is a week, named after its Tuesday (`2026-01-06`): one zip with
thousands of XML documents one after the other in one file. Weeks are re-issued now and then; size and date in the
portal's listing tell it. PatentsView has all grants, better, but months later: a patent that is in both is one, and
PatentsView's record wins. So nights ask for the newest 30 weeks only; who wants more names the first week in
IUR_HOME/seeds/sources.csv (`uspto_grants,yes,2024-01-02`), or runs `iur backfill`. A mirror holds the publisher's
files (`ipg260106.zip`).

Counting: a patent counts in the year of its grant. Utility patents (kinds B1 and B2) are what comparisons count;
designs (S), plants (P) and reissues (E) stand apart by `type`, a statutory invention registration (H) is no grant.
Assignees are those at the time of the grant, in the order printed; the first is first-named. Whoever has a last name
and no organisation is a person, and stays without a name. Inventors have a place, no name, and no id that would tell
two of a name apart. Applicants are told from 2013 on; before, inventors had to apply themselves: `applicant-inventor`
is an inventor there. Statements of government interest are texts between two GOVINT instructions; agencies and award
numbers are read out of them by the rules of pipelines.patents.statement, which would rather miss one than guess.
Citations are those of US patents; applications, patents of other offices and literature are left out. CPC classes are
told since 2013, sets of combined symbols are left out.

Traps: a file is no XML document, but thousands, designs first; among them are `sequence-cwu` documents, which are
listings and no grants (dropped). A document type that names definitions elsewhere, which are never loaded; a document
that declares entities of its own is refused. GOVINT is a processing instruction, which text extraction loses.
Numbers are padded to eight signs (`07158706`, `D0656296`), role codes have a nought in front (`02`), countries are
`unknown` or `omitted`, dates of cited patents lack the day (`19060800`). A document that is not well formed somewhere
is quarantined alone. Not verified: the layout since 2013 by a record of the publisher, re-issues, a patent's page.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.contract import arrow_schema
from expectations.tables import table as contract
from pipelines import odp, read
from pipelines.http import Download, Session
from pipelines.patents import grant_fields, grant_tables
from pipelines.patents.grant_xml import documents
from pipelines.read_members import Unread
from pipelines.source import Offer, RawFile, Source

VERSION = 1

SOURCE = Source(
    name="uspto_grants",
    title="USPTO weekly grants: patents as they are issued",
    publisher="US Patent and Trademark Office",
    topic="patents",
    homepage="https://data.uspto.gov/bulkdata/datasets/ptgrxml",
    licence="US government work",
    licence_url="https://www.usa.gov/government-works",
    is_redistributable=True,
    citation="US Patent and Trademark Office: Patent Grant Full-Text Data (XML)",
    cadence="weekly",
    part_kind="period",
    changes_by="listing",
    first_part="2005-01-04",
    tables=("patent", "patent_party", "patent_class", "patent_funding", "patent_citation"),
    mirror=r"(?i:ipg(?P<yy>\d\d)(?P<mm>\d\d)(?P<dd>\d\d)(?:_r\d+)?\.zip)",
    mirror_part="20{yy}-{mm}-{dd}",
    mirror_example="ipg070102.zip",
    key_variable="IUR_USPTO_ODP_KEY",
    pace=2.0,
    observes={
        "us_patents": "patent.granted_on",
        "patent_owners": "patent_party.name WHERE role = 'assignee'",
        "partners": "patent_party.name WHERE role = 'assignee'",
        "patent_classes": "patent_class.symbol",
        "government_interest": "patent_funding.kind",
        "citations": "patent_citation.cited_id",
    },
    # PatentsView comes every quarter, three to five months late: weeks of up to half a year are not in it.
    recent_parts=30,
    yields_to=("patentsview",),
)

RAW = grant_fields.RAW

PRODUCT = "PTGRXML"
"""The portal's product; IUR_USPTO_ODP_URL replaces the portal's address."""

ROWS = 4_000
"""Rows of a table that are handed on at once."""


def disabled() -> str:
    """Return why the portal is not asked on this machine: it tells nothing without a key."""
    return odp.disabled()


def parts(session: Session) -> list[Offer]:
    """Return the weeks of the portal's listing; definitions and documents are listed beside them."""
    if odp.disabled():
        return []
    weeks: dict[str, odp.Entry] = {}
    for entry in odp.files(session, PRODUCT):
        found = re.fullmatch(SOURCE.mirror, entry.name)
        if entry.is_data and found and (part := SOURCE.mirror_part.format(**found.groupdict())) >= SOURCE.first_part:
            # A week that is issued again under another name takes the former one's place.
            weeks[part] = max(weeks.get(part, entry), entry, key=_issued)
    return [odp.offer(SOURCE.name, part, [entry]) for part, entry in sorted(weeks.items())]


def _issued(entry: odp.Entry) -> tuple[dt.datetime, str]:
    return entry.changed_at or entry.released_at or dt.datetime.min, entry.name


def fetch(part: Offer, session: Session, into: Path) -> list[tuple[str, Download]]:
    """Bring the zip of a week, unless it is there in this version."""
    return odp.fetch(part, session, into)


def normalise(
    files: list[RawFile], connection: duckdb.DuckDBPyConnection, scratch: Path, reading: read.Reading
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Yield patents, parties, classes, statements of government interest and citations of a week."""
    census, odd = grant_fields.Census(), Counter[str]()
    waiting: dict[str, list[grant_tables.Row]] = {table: [] for table in SOURCE.tables}
    for file in files:
        for member, line, document in documents(file.path, file.name, census, reading.warnings):
            reading.saw(RAW[grant_fields.GRANT], 1)
            place = {"_file": f"{file.name}/{member}", "_line": line}
            for table, row in _rows(document, odd):
                waiting[table].append({**row, **place})
            for table in [t for t, rows in waiting.items() if len(rows) >= ROWS]:
                yield table, _batch(table, waiting.pop(table))
                waiting[table] = []
    names = ", ".join(file.name for file in files)
    census.check(names)
    for table in SOURCE.tables:
        if waiting[table]:
            yield table, _batch(table, waiting[table])
    reading.warnings += census.warnings(names)
    reading.warnings += [f"{names}: {what}, {n:,} times: taken for unknown" for what, n in sorted(odd.items()) if n]


def _rows(document: grant_fields.Grant | Unread, odd: Counter[str]) -> Iterator[tuple[str, grant_tables.Row]]:
    if isinstance(document, Unread):
        yield "patent", {"_problem": document.says}
    else:
        yield from grant_tables.rows(document, odd)


def _batch(table: str, rows: list[grant_tables.Row]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(rows, schema=arrow_schema(contract(table), lineage=True))
