"""US maintenance fees: every event of the fees that keep a US utility patent alive, since 1981.

Published by the US Patent and Trademark Office on its Open Data Portal (product PTMNFEE2, with a key); a work of the US
government, free to redistribute. One part, `all`: one text file of fixed columns, about 2 GB unpacked, which holds all
events each time and is issued anew every week; size and date in the portal's listing tell it. A mirror holds the zip
(`MaintFeeEvents.zip`). Columns, from 1: patent 1–13, application 15–22, small entity 24, filed 26–33, granted 35–42,
event 44–51, code 53–57. Older files have a patent number of seven signs, and everything six columns further left: a
line says by its first blank which of the two it is.

Counting: fees are due at 3.5, 7.5 and 11.5 years, and can be paid until 4, 8 and 12 years: `stage` says which. A patent
counts as kept at a stage if a `paid` event of the stage exists, and it was not expired then; a cohort is the year of
grant, and is told when its window has closed. The seed `fee_codes` says what a code means and where that is known
from; most small codes are unverified. A code that it does not have is `unknown`: the row is kept, and the part warns.

Traps: the file is in no order; a patent has several events a stage, and the same event twice (dropped as a duplicate);
an expiry can be cancelled by a later `EXPX`; codes are padded with blanks; designs and plants owe no fee; the small
entity flag is the one of today, that of a code the one of its day, which is taken where the code tells it. The bytes
are Latin-1. Not verified: the layout by a file of the publisher, `M` for micro entities, most codes.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipelines import odp, read
from pipelines.http import Download, Session
from pipelines.patents import fees
from pipelines.source import Offer, RawFile, Source, SourceError, Span

VERSION = 1

SEEDS = ("fee_codes",)

SOURCE = Source(
    name="uspto_maintenance",
    title="USPTO maintenance-fee events",
    publisher="US Patent and Trademark Office",
    topic="patents",
    homepage="https://data.uspto.gov/bulkdata/datasets/ptmnfee2",
    licence="US government work",
    licence_url="https://www.usa.gov/government-works",
    is_redistributable=True,
    citation="US Patent and Trademark Office: Patent Maintenance Fee Events",
    cadence="weekly",
    part_kind="snapshot",
    changes_by="listing",
    first_part="all",
    tables=("patent_fee",),
    mirror=r"(?i:(?:MaintFeeEvents|PTMNFEE2)[\w-]*\.zip)",
    mirror_example="MaintFeeEvents.zip",
    key_variable="IUR_USPTO_ODP_KEY",
    pace=2.0,
    observes={"maintenance_fees": "patent_fee.kind"},
    spans={"all": Span(1981)},
)

RAW = fees.RAW

PRODUCT = "PTMNFEE2"
"""The portal's product; IUR_USPTO_ODP_URL replaces the portal's address."""


def disabled() -> str:
    """Return why the portal is not asked on this machine: it tells nothing without a key."""
    return odp.disabled()


def parts(session: Session) -> list[Offer]:
    """Return the one part: the newest of the product's files of events; none where there is no key."""
    if odp.disabled():
        return []
    found = [e for e in odp.files(session, PRODUCT) if e.is_data and re.fullmatch(SOURCE.mirror, e.name)]
    if not found:
        raise SourceError(
            f"the product {PRODUCT} lists no file of events",
            rule="listing",
            mend="see the product's page at data.uspto.gov: a file may be on its way, or have another name",
        )
    return [odp.offer(SOURCE.name, "all", [max(found, key=lambda e: (str(e.last_on), e.version))])]


def fetch(part: Offer, session: Session, into: Path) -> list[tuple[str, Download]]:
    """Bring the zip, unless it is there in this version."""
    return odp.fetch(part, session, into)


def normalise(
    files: list[RawFile], connection: duckdb.DuckDBPyConnection, scratch: Path, reading: read.Reading
) -> Iterator[tuple[str, str]]:
    """Yield the events as one query: the file is read inside DuckDB."""
    (file,) = files
    yield "patent_fee", fees.load(connection, file, scratch, reading)
