"""The Open Data Portal as it answers: products' documents, and files in the ways it gives them.

A publisher declares its product and hands on what it is asked:

    PRODUCT = "PTGRXML"
    ADDRESSES, KEYS = portal.ADDRESSES, portal.KEYS

    def held(world: World) -> list[portal.File]: …
    def files(world): return portal.files("uspto_grants", PRODUCT, held(world))
    def listings(world, base, stored):
        return portal.listings("uspto_grants", PRODUCT, held(world), base, stored)

Files are given by turns as the body of the answer, as an address of storage (JSON, or plain text), and by a redirect
to the storage; an address of storage holds for `LIFE` seconds, and the storage refuses whoever shows it the portal's
key. The portal answers one request of a key at a time, and each file `QUOTA` times a year.
"""

import datetime as dt
import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.demo.publisher import Guard, Listing, Posted, Question, Reply, Stored
from pipelines.demo.records import JANUARY

PATH = "/odp/api/v1/datasets/products"
STORAGE = "/storage/odp"
ADDRESSES = {"IUR_USPTO_ODP_URL": PATH}
SECRET = "simulated-portal-key"
KEYS = {"IUR_USPTO_ODP_KEY": SECRET}

LIFE = 30.0
"""Seconds that an address of storage holds; a test shortens it."""

QUOTA = 20
"""Downloads of a file that a key has; a test that asks for one file again and again raises it."""

PATIENCE = 0.5
"""Seconds that a request waits for another of its key to be done before it is refused."""

WAYS = ("body", "json", "redirect", "text")


@dataclass(frozen=True)
class File:
    """A file of a product: of which part, of which days, and the edition in which it last changed.

    `folder` is the folder it lies in: grants and assignments have one a year.
    """

    name: str
    part: str
    write: Callable[[Path], None]
    first_on: dt.date
    last_on: dt.date
    since: int = 1
    folder: str = ""


def _way(nth: int) -> str:
    return WAYS[nth % len(WAYS)]


def _address(product: str, file: File) -> str:
    return "/".join(filter(None, (PATH, "files", product, file.folder, file.name)))


def _kept(product: str, file: File) -> str:
    return "/".join(filter(None, (STORAGE, product, file.folder, file.name)))


def _named(source: str, file: File) -> str:
    return f"{source}/{file.name.partition('.')[0]}"


def files(source: str, product: str, held: Sequence[File]) -> list[Posted]:
    """Return where the bytes of a product's files are: at the portal, or in its storage.

    Files are named `<source>/<name up to the first stop>`; what the portal says of one that lies in storage is the
    listing `<source>/<name>/link`.
    """
    return [
        Posted(_named(source, file), file.part, _address(product, file), file.write, since=file.since,
               validators=("ETag",), guard=_at_portal())
        if _way(nth) == "body"
        else Posted(_named(source, file), file.part, _kept(product, file), file.write, since=file.since,
                    validators=("ETag",), guard=_at_storage)
        for nth, file in enumerate(held)
    ]  # fmt: skip


def listings(source: str, product: str, held: Sequence[File], base: str, stored: Mapping[str, Stored]) -> list[Listing]:
    """Return the product's document (`<source>/listing`), a document among its files, and the ways into storage."""
    guide = f"{PATH}/files/{product}/{product}-description.pdf"
    found = [
        Listing(f"{source}/listing", f"{PATH}/{product}", guard=_at_portal(_document(product, held, base, stored))),
        Listing(f"{source}/guide", guide, "Simulated description", "application/pdf", guard=_at_portal()),
    ]
    for nth, file in enumerate(held):
        if _way(nth) != "body":
            storage = base.replace("127.0.0.1", "localhost") + _kept(product, file)
            link = _at_portal(_sent(_way(nth), storage), counts=True)
            found.append(Listing(f"{_named(source, file)}/link", _address(product, file), guard=link))
    return found


def _document(
    product: str, held: Sequence[File], base: str, stored: Mapping[str, Stored]
) -> Callable[[Question], Reply]:
    """Return the function that answers for a product: some of its files by dates, some at a time."""
    sizes = {stored_name.partition("/")[2]: one for stored_name, one in stored.items()}
    entries = [_entry(file, base + _address(product, file), sizes[file.name.partition(".")[0]]) for file in held]
    guide: dict[str, str | int] = {
        "fileName": f"{product}-description.pdf",
        "fileSize": 21,
        "fileDataFromDate": "2022-07-06",
        "fileDataToDate": "2022-07-06",
        "fileTypeText": "Document",
        "fileDownloadURI": f"{base}{PATH}/files/{product}/{product}-description.pdf",
        "fileReleaseDate": "2022-07-06 12:19:51",
        "fileLastModifiedDateTime": "2024-09-30 10:52:38",
    }
    # The newest come first, and documents after them.
    everything: list[Mapping[str, str | int]] = [
        *sorted(entries, key=lambda e: str(e["fileDataToDate"]), reverse=True),
        guide,
    ]

    def answer(question: Question) -> Reply:
        since, until = question.one("fileDataFromDate"), question.one("fileDataToDate", "9")
        fitting = [e for e in everything if str(e["fileDataToDate"]) >= since and str(e["fileDataFromDate"]) <= until]
        offset, limit = int(question.one("offset", "0")), int(question.one("limit", "100"))
        bag = {"count": len(fitting), "fileDataBag": fitting[offset : offset + limit]}
        said: dict[str, object] = {
            "productIdentifier": product,
            "productTitleText": "Simulated product",
            "productFileTotalQuantity": len(everything),
        }
        if question.one("includeFiles") == "true":
            said |= {"productFileBag": bag}
        return Reply(json.dumps({"count": 1, "bulkDataProductBag": [said]}).encode())

    return answer


def _entry(file: File, url: str, stored: Stored) -> dict[str, str | int]:
    day = max(file.last_on, JANUARY + dt.timedelta(28 * (file.since - 1)) if file.since > 1 else file.last_on)
    # What is put in the place of a file has another time, as it has other bytes.
    moment = dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=int(stored.md5[:4], 16))
    return {
        "fileName": file.name,
        "fileSize": stored.size,
        "fileDataFromDate": file.first_on.isoformat(),
        "fileDataToDate": file.last_on.isoformat(),
        "fileTypeText": "Data",
        "fileDownloadURI": url,
        "fileReleaseDate": f"{day} 00:03:40",
        "fileLastModifiedDateTime": str(moment),
    }


_turns: dict[str, threading.Lock] = defaultdict(threading.Lock)
"""Who is being answered, by the portal's host."""


def _at_portal(answer: Callable[[Question], Reply] | None = None, counts: bool | None = None) -> Guard:
    """Return what stands before an address of the portal: the key, one request at a time, downloads of a year.

    Without an `answer` of its own the address is a file that lies there, whose downloads are counted.
    """
    given = Counter[str]()
    is_counted = answer is None if counts is None else counts

    @contextmanager
    def guard(question: Question) -> Iterator[Reply | None]:
        if refusal := _unknown(question):
            yield refusal
            return
        turn = _turns[question.headers.get("host", "")]
        if not turn.acquire(timeout=PATIENCE):
            yield _refuse(429, "Too many requests: one at a time for an API key")
            return
        try:
            given[question.path] += is_counted
            if given[question.path] > QUOTA:
                yield _refuse(429, f"Downloads of this file are limited to {QUOTA} per year for an API key")
            else:
                yield answer(question) if answer else None
        finally:
            turn.release()

    return guard


def _unknown(question: Question) -> Reply | None:
    said = question.headers.get("x-api-key")
    if not said:
        return _refuse(401, "Missing authentication token")
    return None if said == SECRET else _refuse(403, "Forbidden")


def _refuse(status: int, message: str) -> Reply:
    return Reply(json.dumps({"message": message}).encode(), status)


def _sent(way: str, storage: str) -> Callable[[Question], Reply]:
    """Return the function that sends a client to the storage, in one of the ways."""

    def answer(question: Question) -> Reply:
        link = f"{storage}?Expires={time.time() + LIFE:.3f}&Signature=simulated"
        if way == "redirect":
            return Reply(b"", 302, headers={"Location": link})
        if way == "json":
            return Reply(json.dumps({"file": {"presignedUrl": link}}).encode())
        return Reply(f"{link}\n".encode(), kind="text/plain")

    return answer


@contextmanager
def _at_storage(question: Question) -> Iterator[Reply | None]:
    """Refuse an address that has expired, and whoever shows a key that is none of the storage's business."""
    if "x-api-key" in question.headers:
        yield Reply(b"<Error><Code>InvalidArgument</Code></Error>", 400, "application/xml")
    elif float(question.one("Expires", "0")) < time.time() or question.one("Signature") != "simulated":
        yield Reply(b"<Error><Code>AccessDenied</Code></Error>", 403, "application/xml")
    else:
        yield None
