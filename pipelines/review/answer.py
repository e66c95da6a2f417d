"""Take a reviewer's answer: held against the registry and the records of the release, then written as a seed row."""

import datetime as dt
import getpass
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.link import seeds
from pipelines.review import known, overrides
from pipelines.review.overrides import Override
from pipelines.source import SourceError
from warehouse import Release
from warehouse.store import Home

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Answer:
    """What a person says of a name (or of a source's id): whom it names, '' for no organisation of the registry.

    `credit`: whom to credit, where that is another. `country` None: the one country in which records have the name.
    """

    name: str
    country: str | None
    named: str
    credit: str
    source_org_id: str
    reason: str


@dataclass(frozen=True)
class Stored:
    """What became of an answer: the row that now stands, what to know about it, and whether it stood before."""

    row: Override
    notes: tuple[str, ...]
    is_new: bool


class Problems(Exception):  # noqa: N818  (a list of SourceErrors, each with its own mend)
    """Answers that cannot be taken, by their place in the list; none was."""

    def __init__(self, found: dict[int, SourceError]) -> None:
        super().__init__("\n".join(str(error) for error in found.values()))
        self.found = found


def store(
    home: Home, release: Release, answers: Sequence[Answer], is_replacing: bool = False, is_trial: bool = False
) -> list[Stored]:
    """Write answers into the home's seed, all of them or, where one cannot be taken, none.

    Raises Problems with every one that cannot: an id that the registry has not or has withdrawn, a name that no
    record has, an answer that contradicts one in force or one before it in the list. With `is_replacing` a
    contradicted row makes way (the home's own is taken out; a shipped one is overruled, as later rows are). A trial
    writes nothing.
    """
    done: dict[int, Stored] = {}
    problems: dict[int, SourceError] = {}
    with overrides.editing(home), release.connect() as connection:
        stands = overrides.standing(home)
        credited = {r["holder_ror_id"]: r["institution_ror_id"] for r in seeds.load(home.seeds)["ip_holders"]}
        gone: list[Override] = []
        added: list[Override] = []
        for at, answer in enumerate(answers):
            try:
                row, notes = _row(connection, release, answer, credited)
                own = overrides.in_force(row, added)
                held = own or overrides.in_force(row, stands)
                against = [other for other in held if other.answer != row.answer]
                if against and (own or not is_replacing):
                    raise _contradicted(row, against[0])
            except SourceError as error:
                problems[at] = error
                continue
            covered = frozenset(key for other in held for key in other.keys)
            if held and not against and row.keys <= covered:
                done[at] = Stored(held[-1], notes, False)
                continue
            gone += [other for other in against if other.file == overrides.path(home)]
            added.append(row)
            done[at] = Stored(row, notes, True)
        if problems:
            raise Problems(problems)
        if added and not is_trial:
            overrides.write(home, gone, added)
    return [done[at] for at in sorted(done)]


def withdraw(home: Home, name: str, country: str | None, source_org_id: str = "") -> list[Override]:
    """Take the home's own answers for a name (or an id) out of its seed; return them.

    Raises SourceError where there is none.
    """
    with overrides.editing(home):
        mine = overrides.own(home)
        found = [
            row
            for row in mine
            if (source_org_id and row.source_org_id == source_org_id)
            or (name and row.name and _same(row, name, country))
        ]
        if found:
            overrides.write(home, found, [])
            return found
    said = source_org_id or name
    shipped = [r for r in overrides.standing(home) if r.name and name and _same(r, name, country)]
    mend = f"it is a shipped row ({shipped[-1].where}): overrule it with --replace" if shipped else "iur review lists"
    raise SourceError(f"no answer of yours for {said!r}", rule="withdraw", mend=mend)


def _same(row: Override, name: str, country: str | None) -> bool:
    wanted = row.country if country is None else country
    return overrides.Key.of_name(name, wanted) == overrides.Key.of_name(row.name, row.country)


def _row(
    connection: "duckdb.DuckDBPyConnection", release: Release, answer: Answer, credited: dict[str, str]
) -> tuple[Override, tuple[str, ...]]:
    """Return the row of an answer and what the reviewer should know; SourceError where it cannot be taken."""
    if not answer.reason.strip():
        raise SourceError("no reason", rule="reason", mend='say how you know, with --reason "…"')
    country = known.country(connection, answer.name, answer.country) if answer.name else ""
    if answer.source_org_id:
        known.source_id(connection, answer.source_org_id)
    if answer.credit and not answer.named:
        raise SourceError("whom to credit is said, and not who is named", rule="answer", mend="give --is as well")
    notes: list[str] = []
    named = known.organisation(connection, release, answer.named, notes) if answer.named else ""
    credit = known.organisation(connection, release, answer.credit, notes) if answer.credit else ""
    if named and not credit and (institution := credited.get(named)):
        credit = institution
        notes.append(f"{named} holds for {institution} (seed ip_holders), which is credited; say --credit for another")
    reason = " ".join(answer.reason.split())
    source = f"review by {reviewer()} on {dt.datetime.now(dt.UTC).date()}, release {release.vintage}"
    return Override(answer.source_org_id, answer.name, country, named, credit, reason, source), tuple(notes)


def _contradicted(row: Override, other: Override) -> SourceError:
    says = " credited to ".join(dict.fromkeys(filter(None, other.answer))) or "no organisation of the registry"
    stands = f"{other.where} says {says}" if other.file else f"a row before it says {says}"
    why = "; ".join(filter(None, (other.reason, other.source)))
    mend = "give --replace to put this answer in its place" if other.file else "leave one of the two"
    return SourceError(f"{row.name or row.source_org_id!r}: {stands} ({why})", rule="contradiction", mend=mend)


def keys(home: Home) -> frozenset[overrides.Key]:
    """Return what is answered for, in the release or waiting for the next one."""
    return frozenset(key for row in overrides.standing(home) for key in row.keys)


def reviewer() -> str:
    """Return who answers: IUR_REVIEWER, else the name of the login."""
    if said := os.environ.get("IUR_REVIEWER", "").strip():
        return said
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "unknown"


def same(answers: Iterable[Answer], reason: str) -> list[Answer]:
    """Return answers with a reason for those that give none."""
    return [replace(a, reason=a.reason or reason) for a in answers]
