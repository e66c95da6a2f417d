"""Recorded conveyances of US patents and applications: daily XML (PASDL), and the research data set (UPAD).

Published by the US Patent and Trademark Office, a work of the US government and free to redistribute once persons and
addresses are left out. A part is a day, one zip from the Open Data Portal (IUR_USPTO_ODP_KEY; IUR_USPTO_ODP_URL
replaces the portal's address), or a release of the research data set, `upad-2023`: its site turns programs away, so
that you fetch the CSV files and IUR_UPAD_PATH names their folder, whose name tells the year. Days are a log: later ones
correct and purge what earlier ones and the research data set told; of a record told twice in a part the later change
counts. A day on which nobody recorded anything is a file without records, and whole. A fresh home asks for the newest
30 days; a first part in sources.csv, or a backfill, for more. A back file (`ad20231231-01.zip`) is read from a mirror.

What a record conveys is told by the ordered rules of docs/conveyances.md. Recording is voluntary: assignments are
nearly all recorded, licences hardly ever, so that recorded licences are a floor. A CONFIRMATORY LICENSE goes to the
government that paid for the research and never counts as a licence to a company; securities, releases, mergers, changes
of name and corrections are no transfers; assignments by inventors to their employer are the ordinary chain. One record
is one deal, and may convey many patents. It counts in the year in which the first grantor signed, else in that of
recording.

Traps: persons are told from organisations only by the way names are written ("LAST, FIRST"); their names are not kept,
nor those that a correction quotes. Dates may tell a year or a month alone (unknown, and counted). US assignees have no
country. A property may have no number at all, and most UPAD rows that lack the grant have it in the office's register
(`documentid_admin`), which also tells mistyped numbers: they are not believed. UPAD's dates are ISO, YYYYMMDD,
12mar2015 or Stata's days by release. There is no type `license` in UPAD.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import odp, read
from pipelines.source import Offer, RawFile, Source, SourceError

if TYPE_CHECKING:
    import duckdb

    from pipelines.http import Download, Session

VERSION = 1

SEEDS = ("conveyance_rules", "country_names", "legal_forms", "party_words", "us_states")

SOURCE = Source(
    name="uspto_assignments",
    title="USPTO: recorded assignments of patents",
    publisher="US Patent and Trademark Office",
    topic="patents",
    homepage="https://data.uspto.gov/bulkdata/datasets/pasdl",
    licence="US government work",
    licence_url="https://www.usa.gov/government-works",
    is_redistributable=True,
    citation="US Patent and Trademark Office, patent assignment XML and patent assignment research data set",
    cadence="daily",
    part_kind="log",
    changes_by="listing",
    first_part="19800101",
    tables=("transfer", "transfer_party", "transfer_patent"),
    mirror=r"(?:ad(?=\d)|(?=[a-z]))(?P<part>\d{8}(?:-\d\d)?(?=\.(?:zip|xml)$)|upad-\d{4}(?=-)|(?=assign|documentid))"
    r"(?:\.(?:zip|xml)|-?(?:assignment|assignor|assignee|documentid|assignment_conveyance|documentid_admin)"
    r"\.csv(?:\.zip)?)",
    mirror_example="ad20260519.zip",
    key_variable="IUR_USPTO_ODP_KEY",
    pace=2.0,
    observes={"conveyances": "transfer.kind"},
    # Half a year after a year's end hardly anything that was signed in it is recorded any more.
    lag_days=180,
    recent_parts=30,
    may_be_empty=True,
)

PRODUCT = "PASDL"


def __getattr__(name: str) -> object:
    """Return RAW: the readers that know the columns import what a quiet night has no use for."""
    if name == "RAW":
        from pipelines.patents import padx, upad

        return padx.RAW | upad.RAW
    raise AttributeError(name)


def releases() -> dict[str, tuple[Path, ...]]:
    """Return the files of the research data set's releases that lie where IUR_UPAD_PATH says, by part.

    That is the folder of a release, or one of such folders; the year in a folder's name tells the release.
    """
    said = os.environ.get("IUR_UPAD_PATH", "").strip()
    top = Path(said).expanduser()
    if not said or not top.is_dir():
        return {}
    found: dict[str, tuple[Path, ...]] = {}
    for folder in (top, *sorted(path for path in top.iterdir() if path.is_dir())):
        if there := tuple(sorted(path for path in folder.iterdir() if re.fullmatch(_UPAD, path.name))):
            year = re.search(r"(?:19|20)\d\d", folder.name)
            part = f"upad-{year[0]}" if year else "upad"
            if part in found:
                raise SourceError(
                    f"{found[part][0].parent.name} and {folder.name} are one release twice",
                    source="uspto_assignments",
                    part=part,
                    rule="one folder a release",
                    mend="leave one of them where IUR_UPAD_PATH says, or put the year of its release into its name",
                )
            found[part] = there
    return found


_UPAD = r"(?:assignment|assignor|assignee|documentid|assignment_conveyance|documentid_admin)\.csv(?:\.zip)?"


def disabled() -> str:
    """Return why there is nothing to ask for, or an empty text: neither a key nor a release brought by hand."""
    return "" if releases() else odp.disabled()


def parts(session: "Session") -> list[Offer]:
    """Return a part for each day that the portal has, and for each release brought by hand."""
    found = []
    for part, paths in releases().items():
        states = [(path.name, path.stat()) for path in paths]
        version = " ".join(f"{name} {s.st_size}-{s.st_mtime_ns}-{s.st_ctime_ns}" for name, s in states)
        urls = tuple(f"file:{path.name}" for path in paths)
        found.append(Offer("uspto_assignments", part, urls, version=version, is_standing=True))
    if not odp.disabled():
        days = ((re.fullmatch(r"ad(\d{8})\.zip", e.name), e) for e in odp.files(session, PRODUCT) if e.is_data)
        found += [odp.offer("uspto_assignments", match[1], [entry]) for match, entry in days if match]
    return found


def fetch(part: Offer, session: "Session", into: Path) -> "list[tuple[str, Download]]":
    """Bring a day from the portal, or copy a release, byte for byte."""
    if part.part[:1].isdigit():
        return odp.fetch(part, session, into)
    import shutil

    from pipelines.http import Download, Validators

    paths = releases().get(part.part, ())
    if tuple(f"file:{path.name}" for path in paths) != part.urls:
        raise SourceError(
            "is not there any more",
            source="uspto_assignments",
            part=part.part,
            rule="brought by hand",
            mend="put it back where IUR_UPAD_PATH says",
        )
    for path in paths:
        shutil.copyfile(path, into / path.name)
    return [
        (path.name, Download(url, into / path.name, Validators())) for url, path in zip(part.urls, paths, strict=True)
    ]


def normalise(
    files: list[RawFile], connection: "duckdb.DuckDBPyConnection", scratch: Path, reading: read.Reading
) -> Iterator[tuple[str, str]]:
    """Yield recordations, then their parties, then what they convey."""
    from pipelines.patents import padx, recordations, upad

    recordations.install(connection)
    padx.create(connection)
    if any(re.fullmatch(upad.FILE, file.name) for file in files):
        upad.load(connection, files, scratch, reading)
    else:
        key = 1
        for file in sorted(files, key=lambda file: file.name):
            key += padx.load(connection, file, reading, key)
    yield from recordations.queries(connection)
    reading.warnings += recordations.warnings(connection, ", ".join(sorted(file.name for file in files)))
