"""Check what is in core: every part whole, its books and sums as they were judged, and what it warns of."""

from dataclasses import dataclass, field
from typing import Any

import click

from expectations.tables import tables
from pipelines import books, programme_report, source, terminal
from pipelines.lookup import nearest
from warehouse import files, publish, store


@dataclass
class Checked:
    """A part of core: its books by table, the sums its rows must keep, its warnings, and what is wrong with it."""

    source: str
    part: str
    balance: dict[str, Any]
    identities: dict[str, dict[str, int]]
    warnings: list[str]
    wrong: list[str] = field(default_factory=list)


def check(home: store.Home, name: str = "") -> list[Checked]:
    """Check the parts of a source, those with rows of a table, or all where no name is given.

    Wrong is a file that is not what its manifest names, books that do not balance, and a last attempt that failed.
    Raises NotFoundError where the name is no source and no table.
    """
    if name and name not in (*source.names(), *tables()):
        nearest("source or table", name, [*source.names(), *tables()])
    failures = home.failures()
    found = []
    for (where, part), manifest in home.manifests().items():
        if name in tables() and name not in manifest["tables"]:
            continue
        if name in source.names() and name != where:
            continue
        balance = {t: b for t, b in manifest["balance"].items() if name not in tables() or t == name}
        checked = Checked(where, part, balance, manifest.get("identities", {}), manifest["warnings"])
        checked.wrong += [f"{path} is not the file its manifest names" for path in store.damaged(home, manifest)]
        checked.wrong += [f"{table}: {done}" for table, book in balance.items() if (done := _unbalanced(book))]
        if (where, part) in failures:
            checked.wrong.append(f"the last attempt failed: {failures[where, part]}")
        found.append(checked)
    held = {(c.source, c.part) for c in found}
    for (where, part), reason in failures.items():
        if (where, part) not in held and name in ("", where):
            found.append(Checked(where, part, {}, {}, [], [f"never built; the last attempt failed: {reason}"]))
    return found


def _unbalanced(book: dict[str, Any]) -> str:
    done = book["kept"] + book["quarantined"] + sum(book["dropped"].values())
    return "" if done == book["read"] else f"{book['read']:,} rows read and {done:,} accounted for"


def codes(home: store.Home, name: str = "") -> list[str]:
    """Return what the current release and the seed programme_codes do not know of each other, one line each.

    Told where everything is checked, or the table `award_programme`; nothing where there is no release.
    """
    current = publish.current(home) if name in ("", "award_programme") else None
    told = files.read_json(current / "quality" / "programme_codes.json") if current else None
    return list(programme_report.lines(told)) if told else []


def report(found: list[Checked], as_json: bool, codes: list[str] | None = None) -> bool:
    """Print what was checked and what is wrong, and beside it what the release says of programme codes.

    Return whether anything is wrong; codes never are.
    """
    wrong = [f"{c.source} · {c.part}: {w}" for c in found for w in c.wrong]
    if as_json:
        terminal.dump([vars(c) for c in found])
        return bool(wrong)
    if rows := [books.row(c.source, c.part, table, book) for c in found for table, book in c.balance.items()]:
        terminal.listing("", rows, False)
    for checked in found:
        sums = checked.identities.values()
        if sums:
            held, broken = sum(s["checked"] for s in sums), sum(s["broken"] for s in sums)
            click.echo(
                f"{checked.source} · {checked.part}: {len(sums)} sums and totals held "
                f"{held - broken:,} of {held:,} times"
            )
    for checked in found:
        for warning in checked.warnings:
            click.echo(f"warning: {checked.source} · {checked.part}: {warning}")
    for line in codes or []:
        click.echo(f"programme codes: {line}")
    for line in wrong:
        click.echo(f"wrong: {line}\n  mend: iur ingest {line.partition(' ')[0]} --force", err=True)
    parts = len({(c.source, c.part) for c in found})
    click.echo(f"{parts:,} parts checked, {len(wrong):,} things wrong")
    return bool(wrong)
