"""Which parts of a source a run asks for: those wanted by name, else the newest, and all of them once a season."""

import csv
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipelines.source import Offer, Source, SourceError, names
from warehouse.store import Home

SEASON = dt.timedelta(days=91)
"""How long an older part stays unasked: publishers amend their past, but seldom."""


@dataclass(frozen=True)
class Window:
    """Parts from `since` to `until`, both included; empty where open. A day or week belongs to its year."""

    since: str = ""
    until: str = ""

    def __bool__(self) -> bool:
        return bool(self.since or self.until)

    def __str__(self) -> str:
        return " ".join(f"{word} {part}" for word, part in (("since", self.since), ("until", self.until)) if part)

    def holds(self, part: str) -> bool:
        """Say whether a part lies in the window; parts that are no periods ("historical") come before all that are."""
        late = not self.since or _order(part) >= _order(self.since)
        return late and (not self.until or _order(part[: len(self.until)]) <= _order(self.until))


ALL = Window()


def _order(part: str) -> tuple[bool, str]:
    return part[:1].isdigit(), part


@dataclass(frozen=True)
class Wish:
    """What the user's seed `sources.csv` says of a source: whether nights ask for it, and from which part on."""

    is_enabled: bool = True
    first_part: str = ""


def wishes(home: Home) -> dict[str, Wish]:
    """Read IUR_HOME/seeds/sources.csv (source, enabled, first_part); a source without a row is enabled.

    Raises SourceError for a row that names no source or says neither yes nor no.
    """
    path = home.seeds / "sources.csv"
    if not path.exists():
        return {}
    found = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            source, enabled = (row.get("source") or "").strip(), (row.get("enabled") or "yes").strip().lower()
            if source not in names() or enabled not in ("yes", "no"):
                raise SourceError(
                    f"{source!r} is no source" if source not in names() else f"enabled is {enabled!r}",
                    file=str(path),
                    line=line,
                    rule="source, enabled (yes or no), first_part",
                    mend=f"sources are: {', '.join(names())}",
                )
            found[source] = Wish(enabled == "yes", (row.get("first_part") or "").strip())
    return found


def enabled(home: Home, of: Iterable[str] | None = None) -> list[str]:
    """Return the sources that a night asks for, all of them or those of a choice."""
    wished = wishes(home)
    return [name for name in (names() if of is None else of) if wished.get(name, Wish()).is_enabled]


def choose(
    home: Home, source: Source, found: Iterable[Offer | SourceError], window: Window, mirrored: Path | None = None
) -> list[Offer | SourceError]:
    """Choose among the parts a source offers.

    A snapshot, a mirror and a source without `recent_parts` are taken whole. Else the newest parts are asked
    for, those that failed, those here but not asked for during a season, and from the user's first part on those
    that never came. A standing part goes with the newest: a window that ends before today leaves it out.
    Raises SourceError where a window holds none.
    """
    offers = sorted(found, key=lambda offer: _order(offer.part))
    if source.part_kind == "snapshot":
        return offers
    if window:
        chosen = [o for o in offers if (not window.until if _stands(o) else window.holds(o.part))]
        if not chosen:
            there = f"{offers[0].part} … {offers[-1].part}" if offers else "none"
            raise SourceError(f"no part {window}", source=source.name, mend=f"parts offered: {there}")
        return chosen
    if mirrored is not None or not source.recent_parts:
        return offers
    newest = {offer.part for offer in offers[-source.recent_parts :]}
    first = wishes(home).get(source.name, Wish()).first_part
    failed = {part for name, part in home.failures() if name == source.name}
    return [
        offer
        for offer in offers
        if offer.part in newest
        or offer.part in failed
        or _stands(offer)
        or _is_due(home, source.name, offer.part, first)
    ]


def _stands(offer: Offer | SourceError) -> bool:
    return isinstance(offer, Offer) and offer.is_standing


def _is_due(home: Home, source: str, part: str, first: str) -> bool:
    if not home.receipt(source, part).exists():
        return bool(first) and Window(since=first).holds(part)
    noted = _note(home, source, part)
    return not noted.exists() or dt.datetime.now().timestamp() - noted.stat().st_mtime > SEASON.total_seconds()


def note_asked(home: Home, source: str, part: str) -> None:
    """Note that a part was asked for now: the file's time says when."""
    noted = _note(home, source, part)
    noted.parent.mkdir(parents=True, exist_ok=True)
    noted.touch()


def _note(home: Home, source: str, part: str) -> Path:
    return home.root / "asked" / f"{source}--{part}"
