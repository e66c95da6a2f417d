"""Bring the bytes of a part into raw: from its publisher or a mirror, and only where they changed."""

import datetime as dt
import logging
from pathlib import Path
from typing import Any

from pipelines import mirror
from pipelines.http import Session, Validators
from pipelines.source import MissingError, Offer, load
from pipelines.window import note_asked
from warehouse import files, store

log = logging.getLogger("iur")


def fetch(home: store.Home, offer: Offer, session: Session, mirrored: Path | None, force: bool = False) -> bool:
    """Bring a part's bytes into raw where they changed; return whether they did.

    What an interrupted run brought of a file is kept and resumed; two processes fetch a part one after the other.
    A part that is not published yet is none, and no failure.
    """
    with home.part_lock(offer.source, f"{offer.part}.fetch"):
        try:
            is_new = _fetch(home, offer, session, mirrored, force)
        except MissingError:
            if offer.is_certain or home.receipt(offer.source, offer.part).exists():
                raise
            log.info("%s · %s: not published yet", offer.source, offer.part)
            return False
        note_asked(home, offer.source, offer.part)
        return is_new


def _fetch(home: store.Home, offer: Offer, session: Session, mirrored: Path | None, force: bool) -> bool:
    former = files.read_json(home.receipt(offer.source, offer.part))
    # Bytes that could not be built may have been cut on the way under the right version or ETag: ask for them anew,
    # and once only, for some publishers count how often a file is brought.
    noted = files.read_json(home.failure(offer.source, offer.part))
    is_confirmed = bool(noted and former and noted.get("confirmed") == former["sha256"])
    sound = not force and (noted is None or noted.get("step") == "fetch" or is_confirmed)
    if former and sound and offer.version and offer.version == former["version"]:
        return False
    session.former = {
        f["url"]: Validators(f["etag"], f["last_modified"])
        for f in (former or {"files": []})["files"]
        if sound and (home.raw(offer.source) / f["sha256"]).exists()
    }
    incoming = home.raw(offer.source) / "incoming" / offer.part
    incoming.mkdir(parents=True, exist_ok=True)
    if mirrored is not None:
        brought = mirror.fetch(offer, mirrored, incoming)
    else:
        brought = load(offer.source).fetch(offer, session, incoming)
    if former and all(download.path is None for _, download in brought):
        return False
    entries = [_entry(home, name, download, former, incoming) for name, download in brought]
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    # A publisher that answers by pages announces its records as it gives them, those of the first file first.
    announced = offer.announced if offer.announced is not None else brought[0][1].announced
    receipt = store.keep_raw(home, offer.source, offer.part, offer.version, announced, entries, now)
    files.remove(incoming)
    if noted and former and former["sha256"] == receipt["sha256"]:
        files.write_json(home.failure(offer.source, offer.part), noted | {"confirmed": receipt["sha256"]})
    return not former or former["sha256"] != receipt["sha256"]


def _entry(home: store.Home, name: str, download: Any, former: Any, incoming: Path) -> dict[str, Any]:
    path = download.path
    if path is None:
        # One file of several is unchanged: take its bytes from raw, so that the part is whole.
        (had,) = [f for f in former["files"] if f["url"] == download.url]
        path = incoming / name
        files.place(home.raw(former["source"]) / had["sha256"], path)
    validators = download.validators
    return {
        "name": name,
        "url": download.url,
        "path": str(path),
        "etag": validators.etag,
        "last_modified": validators.last_modified,
    }
