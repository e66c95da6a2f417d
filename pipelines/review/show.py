"""What a reviewer sees: a block of lines for each name, with what to type."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import asdict

import click

from pipelines import terminal
from pipelines.review.answer import Stored
from pipelines.review.sheet import money
from pipelines.review.worklist import Item


def listing(items: Sequence[Item], as_json: bool, vintage: str, waiting: int) -> None:
    """Print the names with their candidates, and how to answer; or as JSON."""
    if as_json:
        terminal.dump([asdict(item) for item in items])
        return
    for place, item in enumerate(items, 1):
        block(item, f"{place:>3}  ")
    if items:
        click.echo(f'answer:       {command(items[0])} --is ROR_ID --reason "…"   (or --none; iur review --ask asks)')
    else:
        click.echo("nothing to review: no name is in doubt that anybody should look at")
    said = f" · {_count(waiting, 'answer')} of yours, counted from the next release on" if waiting else ""
    click.echo(f"doubt: chance that the answer is wrong, or misses an institution · release {vintage}{said}")


def block(item: Item, lead: str = "") -> None:
    """Print one name: where it stands, what is said of it, why that is doubted, who else it may be."""
    indent = " " * len(lead)
    behind = [
        f"{_count(item.records, 'party row')} in {', '.join(item.sources)}",
        *([money(item)] if item.money else []),
    ]
    click.echo(f"{lead}{_clean(item.name)} · {item.country or 'no country told'} · {' · '.join(behind)}")
    now = f"{item.answer_name} ({item.answer_id})" if item.answer_name else item.status
    click.echo(f"{indent}now: {now} · doubt {item.doubt:.2f}: {item.why}")
    for number, candidate in enumerate(item.candidates, 1):
        marks = [] if candidate.is_institution else ["no institution"]
        marks += [candidate.status] if candidate.status != "active" else []
        about = (_clean(candidate.name), candidate.place, candidate.id, *marks)
        click.echo(f"{indent}  {number} {' · '.join(filter(None, about))}")
    click.echo("")


def command(item: Item) -> str:
    """Write the command that answers for a name."""
    return f"iur review {shlex.quote(_clean(item.name))} --country {shlex.quote(item.country)}"


def stored(done: Stored, name_of: Callable[[str], str]) -> None:
    """Say what was written of an answer, and how to undo it."""
    row = done.row
    who = f"{row.name or row.source_org_id}{f' ({row.country})' if row.country else ''}"
    named, credited = row.answer
    says = f"is {name_of(named)} ({named})" if named else "is no organisation of the registry"
    if credited != named:
        says += f", credited to {name_of(credited)} ({credited})"
    click.echo(f"{_clean(who)} {says}{'' if done.is_new else ': stands already'}")
    for note in done.notes:
        click.echo(f"  note: {note}")


def _count(number: int, of: str) -> str:
    return f"{number:,} {of}{'' if number == 1 else 's'}"


def _clean(text: str) -> str:
    """Return a text from a record on one line, without what would steer a terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
