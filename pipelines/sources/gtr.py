"""UKRI Gateway to Research: projects of the UK's research councils and of Innovate UK, their organisations, outcomes.

Published by UK Research and Innovation; Open Government Licence v3, persons left out. It comes by pages of JSON,
version 7 of the API, which is asked for in the Accept header. Parts: `projects` (with the lists of funds and of
organisations) and one for each kind of outcome read. Persons, abstracts and what people wrote of their own part
are never stored.

A night asks each list for its total, in a page of ten. A part is brought again, whole, when a total moved, and
once every quarter of a year, for the API has no other word of a change: a project that is closed or corrected,
without one being added or removed in the same lists, is seen up to three months late. `iur ingest gtr --force`
brings it now.

Counting: money is the sum of a project's INCOME_ACTUAL, held by its lead; 0 (every studentship) is not known. For
Innovate UK it is each participant's grant offer. Projects that were transferred are one project under several
awards (`project_id`). An outcome has a row for every project that claims it: count distinct `output_id`. Nothing
tells SMEs, kinds of organisations or the number of a company; a spin-out's country is known by its number alone.
Fields are the councils' research subjects and topics, with the percentage of each; Innovate UK's projects have none.

Traps: times are midnight in London, so that every summer date is a day early in UTC; an empty list and a page
beyond the last are both 404; an unknown project can be answered with another one; a university has dozens of
GUIDs; titles hold HTML entities and addresses the word Unknown; the values of `licensed` and `sector`, and the
names of participants' fields, are not verified on records: what is not known is a warning, and left open.
"""

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines import read
from pipelines.gtr import outcomes, pages, parties, projects
from pipelines.gtr.fields import PARTS, RAW, RESOURCES
from pipelines.gtr.paging import ACCEPT, SMALLEST, Pages
from pipelines.http import Ask, Download, Session
from pipelines.paging import collect
from pipelines.source import Offer, RawFile, Source, SourceError, Span

__all__ = ["RAW", "SEEDS", "SOURCE", "VERSION", "fetch", "normalise", "parts"]

VERSION = 3

SEEDS = ("programme_codes", "country_names")

SOURCE = Source(
    name="gtr",
    title="Gateway to Research: projects, organisations and outcomes of UK Research and Innovation",
    publisher="UK Research and Innovation",
    topic="grants",
    homepage="https://gtr.ukri.org",
    licence="Open Government Licence v3.0",
    licence_url="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    is_redistributable=True,
    citation="UK Research and Innovation: Gateway to Research. Contains public sector information licensed under "
    "the Open Government Licence v3.0",
    cadence="monthly",
    part_kind="snapshot",
    changes_by="listing",
    first_part="projects",
    tables=("award", "award_party", "award_programme", "award_field", "award_output", "venture"),
    mirror=r"(?i:(?P<part>projects|intellectualproperties|spinouts|collaborations|furtherfundings)"
    r"(?:(?<=projects)-(?:funds|organisations))?\.json)",
    mirror_example="projects.json",
    pace=0.5,
    codes_of="UK Research and Innovation",
    primaries={
        "intellectualproperties": "award_output",
        "spinouts": "award_output",
        "collaborations": "award_output",
        "furtherfundings": "award_output",
    },
    observes={
        "partners": "award_party.name",
        "amounts": "award_party.amount",
        "cost": "award_party.cost",
        "status": "award.status",
        "scheme": "award.scheme",
        "dates": "award.starts_on",
        "fields": "award_field.code",
        "programme_codes": "award_programme.code",
        "centres": "award_programme.code WHERE kind = 'element'",
        "studentships": "award_programme.code WHERE kind = 'element'",
        "knowledge_transfer_partnerships": "award_programme.code WHERE kind = 'element'",
        "talent_programmes": "award_programme.code WHERE kind = 'element'",
        "licensed": "award_output.is_licensed WHERE kind = 'intellectual_property'",
        "spin_outs": "award_output.output_id WHERE kind = 'spin_out'",
        "further_funding": "award_output.sector WHERE kind = 'further_funding'",
        "collaborations": "award_output.sector WHERE kind = 'collaboration'",
    },
    # Awards are published within weeks of their start (unverified); Innovate UK's monthly.
    lag_days=90,
    spans={"projects": Span(2006)},
)

ADDRESS = "https://gtr.ukri.org/gtr/api"
"""Where the API lies. IUR_GTR_URL replaces it."""


def _pages(name: str) -> Pages:
    base = os.environ.get("IUR_GTR_URL", ADDRESS).rstrip("/")
    return Pages(RESOURCES[name], f"{base}/{RESOURCES[name].path}")


def parts(session: Session) -> list[Offer | SourceError]:
    """Return the parts; the version of each is this quarter, and how many records its lists have now."""
    today = dt.date.today()
    quarter = f"{today.year}Q{(today.month + 2) // 3}"
    found: list[Offer | SourceError] = []
    for part, names in PARTS.items():
        try:
            totals = " ".join(f"{name} {_total(session, _pages(name))}" for name in names)
            found.append(Offer("gtr", part, tuple(_pages(name).address for name in names), f"{quarter}: {totals}"))
        except SourceError as error:
            found.append(error.at("gtr", part))
    return found


def _total(session: Session, listing: Pages) -> int:
    url = listing.url(1, SMALLEST)
    status, body, _ = session.answer(Ask(url, headers=ACCEPT), frozenset((404,)))
    if listing.is_empty(status, body):
        raise session.failure(
            "has no records",
            file=url,
            rule="records announced",
            mend="ask the address by hand: none of these lists is ever empty",
        )
    if status == 404:
        raise session.refused(url, status, body)
    try:
        return int(listing.read(body).total or 0)
    except (ValueError, KeyError, TypeError) as error:
        raise session.failure(
            f"does not say how many records there are: {error}",
            file=url,
            rule="listing",
            mend="compare the Accept header and the envelope with the publisher's documentation",
        ) from error


def fetch(part: Offer, session: Session, into: Path) -> list[tuple[str, Download]]:
    """Bring every page of the lists of a part, each list in a file of its own."""
    brought = []
    for name in PARTS[part.part]:
        download = collect(session, _pages(name), "", into / f"{name}.json")
        # An outcome has a row for each project that claims it: its file is held against its own total (pages.load).
        brought.append((f"{name}.json", download if part.part == "projects" else replace(download, announced=None)))
    return brought


def normalise(
    files: list[RawFile], connection: duckdb.DuckDBPyConnection, scratch: Path, reading: read.Reading
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Yield the awards of a part with their parties and programmes, or the outputs it tells of."""
    pages.install(connection)
    there = {file.name.removesuffix(".json").lower(): file for file in files}
    (part,) = {name.partition("-")[0] for name in there}
    if missing := [f"{name}.json" for name in PARTS[part] if name not in there]:
        raise SourceError(
            f"lists missing: {', '.join(missing)}",
            source="gtr",
            file=", ".join(file.name for file in files),
            rule="lists of a part",
            mend="bring projects, funds and organisations together: a project alone has no money, dates or names",
        )
    records = {name: pages.load(connection, there[name], scratch, reading) for name in PARTS[part]}
    if part != "projects":
        yield from outcomes.outputs(connection, there[part].name, reading)
        return
    reading.saw(RAW["project"], records["projects"])
    projects.prepare(connection, there[part].name, reading)
    parties.prepare(connection, there["projects-organisations"].name, reading)
    yield from projects.awards(connection, there[part].name, reading)
    yield from parties.parties(connection, there[part].name)
