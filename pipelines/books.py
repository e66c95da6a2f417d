"""The books of an ingest, for a person: per table what was read, kept, quarantined, dropped and why."""

from typing import Any

import click

from expectations.tables import tables
from pipelines import terminal
from pipelines.steps import Outcome


def row(source: str, part: str, table: str, book: dict[str, Any]) -> dict[str, object]:
    """Return the book of a table of a part as one row for a person."""
    why = [f"{rule} {n:,}" for rule, n in sorted(book["rules"].items())]
    why += [f"{reason} {n:,}" for reason, n in sorted(book["dropped"].items())]
    return {
        "source": source,
        "part": part,
        "table": table,
        "read": book["read"],
        "kept": book["kept"],
        "quarantined": book["quarantined"],
        "dropped": sum(book["dropped"].values()),
        "why": ", ".join(why),
    }


def rows(outcomes: list[Outcome]) -> list[dict[str, object]]:
    """Return one row per source, part and table of what was built or stands."""
    found: list[dict[str, object]] = []
    for outcome in outcomes:
        state = "built" if outcome.built else "fetched" if outcome.fetched else "unchanged"
        books = (outcome.manifest or {}).get("balance", {})
        there = [t for t in tables() if t in books]
        found += [row(outcome.source, outcome.part, t, books[t]) | {"state": state} for t in there]
    return found


def report(outcomes: list[Outcome], as_json: bool) -> bool:
    """Print the books, the warnings and the failures; return whether a part failed."""
    failed = [o for o in outcomes if o.failed]
    if as_json:
        terminal.dump(
            {
                "books": rows(outcomes),
                "warnings": [w for o in outcomes for w in o.warnings],
                "failed": [{"source": o.source, "part": o.part, "says": o.failed} for o in failed],
            }
        )
        return bool(failed)
    if there := rows(outcomes):
        terminal.listing("", there, False)
    told_before = 0
    for outcome in outcomes:
        if outcome.fetched and outcome.manifest is None and not outcome.failed:
            click.echo(f"{outcome.source} · {outcome.part}: fetched")
        elif not outcome.fetched and outcome.manifest is None and not outcome.failed:
            click.echo(f"{outcome.source} · {outcome.part}: unchanged")
        standing = set() if outcome.built else set((outcome.manifest or {}).get("warnings", ()))
        for warning in (w for w in outcome.warnings if w not in standing):
            click.echo(f"warning: {warning}", err=True)
        told_before += len(standing)
    if told_before:
        click.echo(f"{told_before} warnings of parts that did not change: iur check lists them", err=True)
    for outcome in failed:
        click.echo(f"failed: {outcome.failed}", err=True)
    return bool(failed)
