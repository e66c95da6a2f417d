"""The verbs: what a night, a backfill and the command line do with a source. DAGs and commands call only these."""

import datetime as dt
import logging
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from pipelines import mirror
from pipelines.http import Session, Validators
from pipelines.source import Offer, SourceError, load, names
from warehouse import files, store

log = logging.getLogger("iur")


@dataclass
class Outcome:
    """What became of one part: `fetched` new bytes, `built` new tables, or `failed` with the reason."""

    source: str
    part: str
    fetched: bool = False
    built: bool = False
    failed: str = ""
    manifest: dict[str, Any] | None = None
    warnings: list[str] = field(default_factory=list)


def offers(source: str, session: Session, mirrored: Path | None, warnings: list[str]) -> Sequence[Offer | SourceError]:
    """Return the parts a source offers now, from its publisher or a mirror; an error stands for one that fails."""
    module = load(source)
    if mirrored is not None:
        return mirror.offers(module.SOURCE, mirrored, warnings)
    found: Sequence[Offer | SourceError] = module.parts(session)
    return found


def fetch(home: store.Home, offer: Offer, session: Session, mirrored: Path | None, force: bool = False) -> bool:
    """Bring a part's bytes into raw where they changed; return whether they did.

    What an interrupted run brought of a file is kept and resumed; two processes fetch a part one after the other.
    """
    with home.part_lock(offer.source, f"{offer.part}.fetch"):
        return _fetch(home, offer, session, mirrored, force)


def _fetch(home: store.Home, offer: Offer, session: Session, mirrored: Path | None, force: bool) -> bool:
    former = files.read_json(home.receipt(offer.source, offer.part))
    if former and not force and offer.version and offer.version == former["version"]:
        return False
    # Bytes that could not be built may have been cut on the way under the right ETag: ask for them anew.
    sound = not force and (offer.source, offer.part) not in home.failures()
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
    receipt = store.keep_raw(home, offer.source, offer.part, offer.version, offer.announced, entries, now)
    files.remove(incoming)
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


def build(home: store.Home, source: str, part: str, force: bool = False) -> tuple[store.Manifest, bool]:
    """Normalise and judge a fetched part where its bytes or our rules changed; return (manifest, built anew)."""
    module = load(source)
    receipt = files.read_json(home.receipt(source, part))
    if receipt is None:
        raise SourceError("was never fetched", source=source, part=part, mend=f"iur fetch {source}")
    with home.part_lock(source, part):
        manifest = files.read_json(home.manifest(source, part))
        if manifest and not force and not _outdated(home, module, manifest, receipt):
            return manifest, False
        from pipelines import part as parts  # the gate is heavy, and most nights need none of it

        return parts.build(home, module, receipt), True


def _outdated(home: store.Home, module: Any, manifest: store.Manifest, receipt: dict[str, Any]) -> bool:
    if manifest["receipt"]["sha256"] != receipt["sha256"]:
        return True
    name = f"{manifest['source']}--{manifest['part']}.parquet"
    for table, facts in manifest["tables"].items():
        path = home.core / table / name
        if not path.exists() or path.stat().st_size != facts["bytes"]:
            return True
    from pipelines import fingerprint

    return bool(manifest["fingerprint"] != fingerprint.of_source(module))


def ingest_part(
    home: store.Home, offer: Offer, session: Session, mirrored: Path | None, force: bool = False
) -> Outcome:
    """Fetch and build one part. A failure is told in the outcome and noted for the release; others go on."""
    outcome = Outcome(offer.source, offer.part)
    note = home.failure(offer.source, offer.part)
    try:
        outcome.fetched = fetch(home, offer, session, mirrored, force)
        outcome.manifest, outcome.built = build(home, offer.source, offer.part, force)
        outcome.warnings += outcome.manifest["warnings"]
        for mended in note.parent.glob(f"{note.stem}.*"):  # the note, and refused rows kept to look at
            mended.unlink()
    except SourceError as error:
        placed = error.at(offer.source, offer.part)
        outcome.failed = str(placed)
        files.write_json(note, {"source": offer.source, "part": offer.part, "reason": placed.what, "says": str(placed)})
    return outcome


def ingest(
    home: store.Home,
    source: str,
    mirrored: Path | None = None,
    force: bool = False,
    wanted: Sequence[str] = (),
    fetch_only: bool = False,
) -> list[Outcome]:
    """Ingest the parts of a source that changed; return an outcome for each.

    `wanted` limits the parts by id. A listing that fails is an outcome of the part `*`.
    """
    store.recover(home)
    session = Session()
    warnings: list[str] = []
    try:
        found = offers(source, session, mirrored, warnings)
    except SourceError as error:
        return [Outcome(source, "*", failed=str(error.at(source, "")))]
    outcomes = []
    for offer in found:
        if wanted and offer.part not in wanted:
            continue
        if isinstance(offer, SourceError):
            outcomes.append(Outcome(source, offer.part, failed=str(offer)))
        elif fetch_only:
            outcomes.append(_fetch_only(home, offer, session, mirrored, force))
        else:
            outcomes.append(ingest_part(home, offer, session, mirrored, force))
    if outcomes:
        outcomes[0].warnings = warnings + outcomes[0].warnings
    return outcomes


def _fetch_only(home: store.Home, offer: Offer, session: Session, mirrored: Path | None, force: bool) -> Outcome:
    try:
        return Outcome(offer.source, offer.part, fetched=fetch(home, offer, session, mirrored, force))
    except SourceError as error:
        return Outcome(offer.source, offer.part, failed=str(error.at(offer.source, offer.part)))


def ingest_all(
    home: store.Home, sources: Sequence[str], mirrored: Path | None = None, force: bool = False, jobs: int = 1
) -> list[Outcome]:
    """Ingest several sources, `jobs` at a time, in the order asked for."""
    if jobs <= 1 or len(sources) <= 1:
        return [outcome for source in sources for outcome in ingest(home, source, mirrored, force)]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(ingest, home, source, mirrored, force) for source in sources]
        return [outcome for future in futures for outcome in future.result()]


def at_hand(mirrored: Path) -> list[str]:
    """Return the sources for which a mirror has a folder."""
    return [name for name in names() if (mirrored / name).is_dir()]
