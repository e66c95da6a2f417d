"""Walk through the names one by one: a key for each answer, written down at once."""

import sys
from collections.abc import Callable, Sequence

import click

from pipelines.review import show
from pipelines.review.worklist import Item


def walk(items: Sequence[Item], take: Callable[[Item, str], str]) -> int:
    """Ask for each name on standard output and read a line of standard input; return how many were answered.

    `take` keeps an answer ('' for none) and returns what is wrong with it, or ''. The end of the input is a quit.
    """
    answered = 0
    for place, item in enumerate(items, 1):
        show.block(item, f"{place}/{len(items)}  ")
        while True:
            click.echo(_keys(item), nl=False)
            line = sys.stdin.readline()
            said = line.strip()
            if not line or said.casefold() == "q":
                click.echo("" if line else "\n")
                return answered
            if said.casefold() == "s":
                click.echo("")
                break
            if wrong := _wrong(said, item):
                click.echo(f"  {wrong}")
                continue
            named = "" if said.casefold() == "n" else item.candidates[int(said) - 1].id if _is_number(said) else said
            if wrong := take(item, named):
                click.echo(f"  {wrong}")
                continue
            answered += 1
            click.echo("")
            break
    return answered


def _keys(item: Item) -> str:
    last = len(item.candidates)
    first = "" if not last else "1 this candidate, " if last == 1 else f"1–{last} a candidate, "
    return f"{first}a ROR id, n no organisation of the registry, s skip, q quit: "


def _wrong(said: str, item: Item) -> str:
    if not said:
        return "nothing said: s skips it"
    if _is_number(said) and not 1 <= int(said) <= len(item.candidates):
        return f"no candidate {said}"
    return ""


def _is_number(said: str) -> bool:
    return said.isascii() and said.isdigit() and len(said) < 3
