"""The Open Data Portal of the US patent office: what its products hold, and how their files are brought.

How a source uses it (`IUR_USPTO_ODP_URL` replaces the portal's address, IUR_USPTO_ODP_KEY holds the key):

    SOURCE = Source(…, changes_by="listing", key_variable="IUR_USPTO_ODP_KEY", pace=2.0)

    def disabled() -> str:
        return odp.disabled()

    def parts(session: Session) -> list[Offer]:
        if odp.disabled():
            return []
        return [odp.offer("uspto_grants", week(e.name), [e]) for e in odp.files(session, "PTGRXML") if e.is_data]

    def fetch(part: Offer, session: Session, into: Path) -> list[tuple[str, Download]]:
        return odp.fetch(part, session, into)

A file's version is its release date, size and last change in the product's document; a file whose version did not
change is not asked for, because a key may have 20 downloads of one file a year. The portal gives a file in one of
three ways: its bytes, the address of a storage that gives them for half a minute, or a redirect to that storage;
the key goes to the portal alone. A key that does not hold is answered by a web page with status 200. Addresses of
storage are kept nowhere, as they let anybody in.
"""

import datetime as dt
import json
import logging
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from pipelines import keys
from pipelines.http import Download, Session, Validators
from pipelines.source import Offer, SourceError

log = logging.getLogger("iur")

ADDRESS = "https://api.uspto.gov/api/v1/datasets/products"
KEY = "IUR_USPTO_ODP_KEY"
LIMIT = 500
"""Files of a product asked for at once."""

LINKS = 3
"""Addresses of storage asked for before a file is given up: one may have expired before its turn came."""

LONGEST = 1 << 16
"""Bytes of the longest answer that is looked at for an address."""


@dataclass(frozen=True)
class Entry:
    """A file as a product's document announces it; dates are None where it does not tell them."""

    name: str
    url: str
    is_data: bool
    size: int | None
    first_on: dt.date | None
    last_on: dt.date | None
    released_at: dt.datetime | None
    changed_at: dt.datetime | None

    @property
    def version(self) -> str:
        """What changes when the file does, in one line."""
        return " ".join(str(v).replace(" ", "T") for v in (self.released_at, self.size, self.changed_at))


def disabled() -> str:
    """Return why the portal is not asked on this machine: it tells nobody anything without a key."""
    if keys.key(KEY):
        return ""
    return f"no key: set {KEY} to the key of an account at data.uspto.gov, or read files with --mirror DIR"


def base() -> str:
    """Return the address of the portal's products, without a slash behind it."""
    return os.environ.get("IUR_USPTO_ODP_URL", ADDRESS).rstrip("/")


def files(session: Session, product: str, since: dt.date | None = None, until: dt.date | None = None) -> list[Entry]:
    """Return what a product holds, documents among it, in the order of their dates and names.

    `since` and `until` ask for files whose records are of these days. The document says how many files there are;
    while some are missing, the next ones are asked for. Raises SourceError for a document of another shape.
    """
    asked: dict[str, Any] = {"includeFiles": "true", "limit": LIMIT}
    dates = {"fileDataFromDate": since, "fileDataToDate": until}
    asked |= {name: day.isoformat() for name, day in dates.items() if day}
    found: dict[tuple[str, str], Entry] = {}
    while True:
        offset = {"offset": len(found)} if found else {}
        url = f"{base()}/{product}?{urlencode(asked | offset)}"
        entries, there = _page(session, url, has_dates=bool(since or until))
        new = [entry for entry in entries if (entry.url, entry.name) not in found]
        found |= {(entry.url, entry.name): entry for entry in new}
        if len(found) >= there or not new:
            break
    if len(found) < there:
        log.warning("%s announces %d files and lists %d", product, there, len(found))
    return sorted(found.values(), key=lambda e: (e.last_on or dt.date.min, e.name))


def _page(session: Session, url: str, has_dates: bool) -> tuple[list[Entry], int]:
    """Return the files of one answer, and how many the product has (or that many as it says fit the dates)."""
    said = session.json(url)
    try:
        (product,) = said["bulkDataProductBag"]
        bag = product["productFileBag"]
        entries = [_entry(file) for file in bag["fileDataBag"]]
        there = int(bag["count"] if has_dates else product.get("productFileTotalQuantity") or bag["count"])
    except (KeyError, TypeError, ValueError) as error:
        raise session.failure(
            f"is no product document as known: {type(error).__name__} {error}",
            file=url,
            rule="listing",
            mend="open the product's page at data.uspto.gov: the document has another shape, or the product is gone",
        ) from error
    return entries, there


def _entry(file: dict[str, Any]) -> Entry:
    first, last, released, changed = (
        _moment(file.get(name))
        for name in ("fileDataFromDate", "fileDataToDate", "fileReleaseDate", "fileLastModifiedDateTime")
    )
    url = file["fileDownloadURI"]
    return Entry(
        file["fileName"],
        base() + url.removeprefix(ADDRESS) if url.startswith(f"{ADDRESS}/") else url,
        file.get("fileTypeText", "Data") == "Data",
        int(file["fileSize"]) if file.get("fileSize") is not None else None,
        first and first.date(),
        last and last.date(),
        released,
        changed,
    )


def _moment(text: str | None) -> dt.datetime | None:
    """Read `2024-01-09` and `2024-01-09 00:03:40`: both stand in one document."""
    return dt.datetime.fromisoformat(text) if text else None


def offer(source: str, part: str, entries: Iterable[Entry], is_standing: bool = False) -> Offer:
    """Return the offer of a part made of some files; its version has a line for each of them."""
    entries = list(entries)
    version = "\n".join(f"{entry.url} {entry.version}" for entry in entries)
    return Offer(source, part, tuple(entry.url for entry in entries), version=version, is_standing=is_standing)


def fetch(part: Offer, session: Session, into: Path) -> list[tuple[str, Download]]:
    """Bring the files of an offer, under the portal's names; those whose version is known are not asked for."""
    versions = dict(line.split(" ", 1) for line in part.version.splitlines())
    return [(url.rpartition("/")[2], download(session, url, versions.get(url, ""), into)) for url in part.urls]


def download(session: Session, url: str, version: str, into: Path) -> Download:
    """Bring a zip from the portal or from the storage it points to, unless it is there in this version.

    The version is kept where other sources keep an ETag. What an interrupted run brought whole, of a part of many
    files, is not asked for again. Raises SourceError where no zip comes of it.
    """
    known, name = Validators(version), url.rpartition("/")[2]
    if version and session.former.get(url) == known:
        return Download(url, None, known)
    session.former.pop(url, None)  # a version is nothing a server could compare
    whole, answer, brought = (into / f"{name}{end}" for end in ("", ".answer", ".version"))
    if version and whole.exists() and brought.exists() and brought.read_text() == version:
        return Download(url, whole, known)
    brought.unlink(missing_ok=True)
    for left in reversed(range(LINKS)):
        _ask(session, url, answer)
        if link := _link(answer):
            answer.unlink()
            try:
                session.download(link, whole, bare=True)
            except SourceError as error:
                if error.rule == "network" and not error.transient and left:
                    log.info("%s: the storage's address has expired; asking for another", name)
                    continue
                # Its address is a key to the file for whoever reads it.
                what = error.what.replace(link, "the storage")
                raise type(error)(what, file=url, rule=error.rule, mend=error.mend, transient=error.transient) from None
        else:
            answer.replace(whole)
        break
    with whole.open("rb") as file:
        if file.read(2) == b"PK":
            brought.write_text(version)
            return Download(url, whole, known)
    head = whole.read_bytes()[:80]
    whole.unlink()
    raise session.failure(
        f"is no zip, and names no storage: {head!r}",
        file=url,
        rule="zip",
        mend="run it again; if it stays so, the portal gives files in a way that is not known here",
    )


def _ask(session: Session, url: str, answer: Path) -> None:
    """Bring what the portal answers for a file: the key goes along where the address is the portal's own."""
    try:
        session.download(url, answer, bare=urlsplit(url).netloc != urlsplit(base()).netloc)
    except SourceError as error:
        if error.rule != "data, not a page":
            raise
        raise session.failure(
            "is a web page with status 200: the portal does not take the key, or the address has expired",
            file=url,
            rule=error.rule,
            mend=f"check {KEY} at data.uspto.gov (a new key holds after some minutes), then run it again",
        ) from error


def _link(answer: Path) -> str:
    """Return the address of storage that an answer is, as text or somewhere in JSON, or ''."""
    with answer.open("rb") as file:
        head = file.read(LONGEST)
    if head.startswith(b"PK") or answer.stat().st_size >= LONGEST:
        return ""
    text = head.decode("utf-8-sig", "replace").strip()
    try:
        candidates = list(_texts(json.loads(text)))
    except ValueError:
        candidates = [text]
    return next((c for c in candidates if re.fullmatch(r"https?://\S+", c)), "")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
