"""The verbs: what a night, a backfill and the command line do with a source. DAGs and commands call only these."""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from pipelines import mirror
from pipelines.fetching import fetch
from pipelines.http import Session
from pipelines.source import NetworkError, Offer, SourceError, disabled, load, names
from pipelines.window import ALL, Window, choose, enabled
from warehouse import files, store

log = logging.getLogger("iur")

Made = TypeVar("Made")

BATCH = 200
"""Parts a scheduled task takes: a scheduler does not carry a task for every day of forty years."""


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
    """Return the parts a source offers now, from its publisher or a mirror; an error stands for one that fails.

    Raises SourceError where the listing as a whole fails, NetworkError where trying again may help.
    """
    module = load(source)
    if mirrored is not None:
        return mirror.offers(module.SOURCE, mirrored, warnings)
    try:
        found: Sequence[Offer | SourceError] = module.parts(session)
    except SourceError as error:
        raise error.at(source, "") from error
    return found


def _session(home: store.Home, source: str) -> Session:
    return Session.of(home.root, load(source).SOURCE)


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

    return bool(manifest["fingerprint"] != fingerprint.of_source(module, home.seeds))


def ingest_part(
    home: store.Home, offer: Offer, session: Session, mirrored: Path | None, force: bool = False
) -> Outcome:
    """Fetch and build one part. A failure is told in the outcome and noted for the release; others go on."""
    outcome = Outcome(offer.source, offer.part)
    try:
        outcome.fetched = _noted(home, offer.source, offer.part, "fetch", fetch, home, offer, session, mirrored, force)
        if not home.receipt(offer.source, offer.part).exists():
            outcome.warnings.append(f"{offer.source} · {offer.part}: not published yet")
            return outcome
        outcome.manifest, outcome.built = _noted(
            home, offer.source, offer.part, "build", build, home, offer.source, offer.part, force
        )
        outcome.warnings += outcome.manifest["warnings"]
    except SourceError as error:
        outcome.failed = str(error)
    return outcome


def _noted(home: store.Home, source: str, part: str, step: str, verb: Callable[..., Made], *arguments: Any) -> Made:
    """Do one step of a part, and note its failure for the release; the note goes when that step is done."""
    path = home.failure(source, part)
    noted = files.read_json(path)
    try:
        done = verb(*arguments)
    except SourceError as error:
        placed = error.at(source, part)
        # Bytes that could not be built stay suspect whatever happens on the way to the next ones.
        step = "build" if noted and noted.get("step") != "fetch" else step
        said = {"source": source, "part": part, "step": step, "reason": placed.what, "says": str(placed)}
        if noted and "confirmed" in noted:
            said["confirmed"] = noted["confirmed"]
        files.write_json(path, said)
        raise placed from error
    if noted and noted.get("step", "build") == step:
        for mended in path.parent.glob(f"{path.stem}.*"):  # the note, and refused rows kept to look at
            mended.unlink(missing_ok=True)
    return done


def ingest(
    home: store.Home,
    source: str,
    mirrored: Path | None = None,
    force: bool = False,
    window: Window = ALL,
    fetch_only: bool = False,
) -> list[Outcome]:
    """Ingest the parts of a source that changed; return an outcome for each.

    `window` says which parts to ask for: without one, those that `window.choose` finds due. A listing that
    fails is an outcome of the part `*`.
    """
    store.recover(home)
    session = _session(home, source)
    warnings: list[str] = []
    try:
        found = choose(home, load(source).SOURCE, offers(source, session, mirrored, warnings), window, mirrored)
    except SourceError as error:
        return [Outcome(source, "*", failed=str(error.at(source, "")))]
    if not found and (why := disabled(source)):
        log.info("%s is disabled: %s", source, why)
    outcomes = []
    for offer in found:
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
    home: store.Home,
    sources: Sequence[str],
    mirrored: Path | None = None,
    force: bool = False,
    jobs: int = 1,
    window: Window = ALL,
    windows: Mapping[str, Window] | None = None,
) -> list[Outcome]:
    """Ingest several sources, `jobs` at a time, in the order asked for; `windows` has those of single sources."""
    asked = [(home, source, mirrored, force, (windows or {}).get(source, window)) for source in sources]
    if jobs <= 1 or len(sources) <= 1:
        return [outcome for each in asked for outcome in ingest(*each)]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(ingest, *each) for each in asked]
        return [outcome for future in futures for outcome in future.result()]


def backfill(
    home: store.Home, source: str, window: Window, mirrored: Path | None = None, force: bool = False, jobs: int = 1
) -> list[Outcome]:
    """Ingest the parts of a window, `jobs` at a time; return an outcome for each.

    It can be stopped and begun again: parts built by today's rules from bytes the listing still names are left be,
    without a request. Raises SourceError for a source that has no past parts, and for a window that holds none.
    """
    facts = load(source).SOURCE
    if facts.part_kind == "snapshot":
        raise SourceError(
            "publishes all its records every time: there are no past parts to bring",
            source=source,
            mend=f"iur ingest {source}",
        )
    store.recover(home)
    warnings: list[str] = []
    found = choose(home, facts, offers(source, _session(home, source), mirrored, warnings), window, mirrored)
    outcomes = {offer.part: _as_it_stands(home, offer, force) for offer in found}
    todo = [offer for offer in found if isinstance(offer, Offer) and outcomes[offer.part] is None]
    if jobs <= 1:
        done = [_one(home, offer, mirrored, force) for offer in todo]
    else:
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            done = list(pool.map(_one, repeat(home), todo, repeat(mirrored), repeat(force)))
    outcomes |= {outcome.part: outcome for outcome in done}
    found_out = [outcome for outcome in outcomes.values() if outcome]
    found_out[0].warnings = warnings + found_out[0].warnings
    return found_out


def _one(home: store.Home, offer: Offer, mirrored: Path | None, force: bool) -> Outcome:
    return ingest_part(home, offer, _session(home, offer.source), mirrored, force)


def _as_it_stands(home: store.Home, offer: Offer | SourceError, force: bool = False) -> Outcome | None:
    """Return the outcome of a part that cannot be had, or that needs no work as far as can be told unasked."""
    if isinstance(offer, SourceError):
        return Outcome(offer.source, offer.part, failed=str(offer))
    receipt = files.read_json(home.receipt(offer.source, offer.part))
    manifest = files.read_json(home.manifest(offer.source, offer.part))
    if force or not receipt or not manifest or receipt["version"] != offer.version:
        return None
    if (offer.source, offer.part) in home.failures() or _outdated(home, load(offer.source), manifest, receipt):
        return None
    return Outcome(offer.source, offer.part, manifest=manifest)


def at_hand(mirrored: Path) -> list[str]:
    """Return the sources of which a mirror has files; a folder of subfolders alone (samples, say) is passed over."""
    there = [name for name in names() if (mirrored / name).is_dir()]
    found = [name for name in there if any(path.is_file() for path in (mirrored / name).iterdir())]
    for name in (n for n in there if n not in found):
        log.warning("%s: the mirror has no file directly in its folder: passed over", name)
    return found


def changed(home: store.Home, source: str, window: Window = ALL) -> list[list[dict[str, Any]]]:
    """Return the offers to ask for, in batches, as plain values: all but those the listing tells to be unchanged.

    A part whose listing failed has no address yet: `fetch_batch` lists again. A source the user has disabled has
    nothing to ask for.
    """
    if source not in enabled(home, [source]):
        log.info("%s is disabled in seeds/sources.csv", source)
        return []
    store.recover(home)
    found = choose(home, load(source).SOURCE, offers(source, _session(home, source), None, []), window)
    due = [
        asdict(Offer(source, offer.part, ()) if isinstance(offer, SourceError) else offer)
        for offer in found
        if isinstance(offer, SourceError) or not offer.version or _as_it_stands(home, offer) is None
    ]
    return [due[at : at + BATCH] for at in range(0, len(due), BATCH)]


def fetch_batch(home: store.Home, source: str, batch: Sequence[Mapping[str, Any]]) -> list[str]:
    """Bring the parts of a batch; return those with new bytes. A failure is raised when all others are done.

    Raises NetworkError where trying again may help, else SourceError.
    """
    session = _session(home, source)
    unlisted = [offer for offer in batch if not offer["urls"]]
    listed = {offer.part: offer for offer in offers(source, session, None, [])} if unlisted else {}
    brought, failures = [], []
    for values in batch:
        offer = Offer(**{**values, "urls": tuple(values["urls"])}) if values["urls"] else listed[values["part"]]
        try:
            if isinstance(offer, SourceError):
                raise offer
            if _noted(home, source, offer.part, "fetch", fetch, home, offer, session, None):
                brought.append(offer.part)
        except SourceError as error:
            failures.append(error)
    _tell(failures)
    return brought


def build_batch(home: store.Home, source: str, batch: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Build the parts of a batch that need it; return the books of those built. Others are built where one fails."""
    built, failures = {}, []
    for part in (offer["part"] for offer in batch):
        if not home.receipt(source, part).exists():
            continue  # its fetch has failed, and said so, or it is not published yet
        try:
            manifest, is_new = _noted(home, source, part, "build", build, home, source, part)
            if is_new:
                built[part] = manifest["balance"]
                for warning in manifest["warnings"]:
                    log.warning("%s · %s: %s", source, part, warning)
        except SourceError as error:
            failures.append(error)
    _tell(failures)
    return built


def _tell(failures: Sequence[SourceError]) -> None:
    if failures:
        kind = NetworkError if any(error.transient for error in failures) else SourceError
        raise kind("\n".join(map(str, failures)))


def settle(built: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """Return how many rows of each table were read, kept, quarantined and dropped over the batches of a night."""
    total: dict[str, dict[str, int]] = {}
    for books in (books for batch in built for books in batch.values()):
        for table, book in books.items():
            sums = total.setdefault(table, {"read": 0, "kept": 0, "quarantined": 0, "dropped": 0})
            for figure in ("read", "kept", "quarantined"):
                sums[figure] += book[figure]
            sums["dropped"] += sum(book["dropped"].values())
    return total


def not_due(home: store.Home) -> str:
    """Return why there is nothing to release now, or an empty text: nothing changed, or a part is being written."""
    from pipelines import release  # seldom needed, and never where a command only lists

    if not home.manifests():
        return "nothing in core to release"
    if held := files.held(home.root / "locks", "*--*.lock"):
        return f"being written: {', '.join(held)}"
    if release.is_current(home):
        return "nothing changed since the current release"
    return ""
