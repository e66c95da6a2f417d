"""What `iur review` does: list, take one answer, ask for several, write and read a file for a spreadsheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

import warehouse
from pipelines.review import answer as answering
from pipelines.review import ask, known, overrides, sheet, show, worklist
from pipelines.review.answer import Answer, Problems
from pipelines.review.worklist import Item
from pipelines.source import SourceError
from warehouse import Release, store


@dataclass(frozen=True)
class Choice:
    """Which names to list: of a source, country ('' none told), status, or of one name; at most `limit` (0: all)."""

    limit: int = 20
    source: str = ""
    country: str | None = None
    status: str = ""
    name: str = ""


def items(home: store.Home, release: Release, choice: Choice) -> list[Item]:
    """Return the names to review, without those answered already; SourceError where records have no such name."""
    with release.connect() as connection:
        found = worklist.items(
            connection,
            choice.limit,
            choice.source,
            choice.country,
            choice.status,
            choice.name,
            answering.keys(home),
        )
        if choice.name and not found:
            near = worklist.nearest(connection, choice.name, choice.country)
            raise SourceError(
                f"{choice.name!r} is not in doubt, answered already, or in no record",
                rule="name",
                mend=f"nearest in the records: {'; '.join(near)}" if near else "iur review lists names in doubt",
            )
    return found


def listing(home: store.Home, choice: Choice, as_json: bool) -> None:
    """Print the names to review."""
    release = warehouse.open(home=home)
    show.listing(items(home, release, choice), as_json, release.vintage, len(overrides.own(home)))


def take(home: store.Home, answers: Sequence[Answer], is_replacing: bool) -> None:
    """Keep answers and say what stands now; raises Problems where one cannot be taken."""
    release = warehouse.open(home=home)
    done = answering.store(home, release, answers, is_replacing)
    with release.connect() as connection:
        shown = known.named(connection, [id_ for d in done for id_ in d.row.answer if id_])
    for one in done:
        show.stored(one, lambda id_: shown.get(id_, id_))
    if any(one.is_new for one in done):
        click.echo(f"kept in {overrides.path(home)} · the next release links by it: iur release")


def withdraw(home: store.Home, name: str, country: str | None, source_org_id: str) -> None:
    """Take an answer back and say which."""
    for row in answering.withdraw(home, name, country, source_org_id):
        what = row.name or row.source_org_id
        click.echo(f"withdrawn: {what} ({row.country or 'any country'}) · {row.reason} · {row.source}")
    click.echo("the next release links without it: iur release")


def asking(home: store.Home, choice: Choice, reason: str, is_replacing: bool) -> None:
    """Ask for the names one by one; each answer is kept at once."""
    release = warehouse.open(home=home)
    reason = reason or f"chosen among the candidates of release {release.vintage}"

    def keep(item: Item, named: str) -> str:
        try:
            take(home, [Answer(item.name, item.country, named, "", "", reason)], is_replacing)
        except (Problems, SourceError) as error:
            return str(error)
        return ""

    found = items(home, release, choice)
    answered = ask.walk(found, keep)
    click.echo(f"{answered:,} of {len(found):,} names answered")


def write(home: store.Home, choice: Choice, out: Path) -> None:
    """Write the names to a file for a spreadsheet."""
    found = items(home, warehouse.open(home=home), choice)
    sheet.write(out, found)
    click.echo(
        f"{len(found):,} names → {out}\nfill in answer (1 to 5, a ROR id, or none), then: iur review --answers {out}"
    )


def read(home: store.Home, path: Path, reason: str, is_replacing: bool) -> None:
    """Take the answers of a file, all or, where one cannot be taken, none; every such row is told with its line.

    Raises SourceError with all of them.
    """
    answers, wrong, empty = sheet.read(path)
    told = answering.same([a for _, a in answers], reason or f"answered in {path.name}")
    lines = [line for line, _ in answers]
    if not wrong and told:
        try:
            take(home, told, is_replacing)
        except Problems as problems:
            wrong = {lines[at]: error for at, error in problems.found.items()}
    elif wrong:
        wrong |= _tried(home, told, lines, is_replacing)
    if wrong:
        for line, error in sorted(wrong.items()):
            click.echo(f"{path.name}, line {line}: {error.what}\n  mend: {error.mend}", err=True)
        filled = len(wrong.keys() | set(lines))
        raise SourceError(
            f"{len(wrong):,} of {filled:,} answers cannot be taken, and none was",
            file=path.name,
            rule="answers",
            mend="mend these rows and read the file again",
        )
    click.echo(f"{len(told):,} answers taken, {empty:,} rows without an answer")


def _tried(home: store.Home, told: list[Answer], lines: list[int], is_replacing: bool) -> dict[int, SourceError]:
    """Return what else is wrong in a file that is refused in any case, by line; nothing is written."""
    try:
        answering.store(home, warehouse.open(home=home), told, is_replacing, is_trial=True)
    except Problems as problems:
        return {lines[at]: error for at, error in problems.found.items()}
    return {}
