"""Print the scorecard of an institution: every headline value, its trend, its place, and what moved it.

A value is placed among the institutions of its country and size class with a value of the same year and source, or
among wider ones where they are few (`ranking`). Of values over another window, or with money stated otherwise, there
is no place.
"""

from dataclasses import asdict
from typing import Any

import click

from pipelines import card, movement, shown, standing, terminal
from pipelines.card import Card
from pipelines.indicators.ranking import LEAST
from warehouse import Release


def span(said: str | None) -> tuple[int, int] | None:
    """Read `2015:2020` or `2017`; click.UsageError for anything else."""
    if said is None:
        return None
    first, _, last = said.partition(":")
    if not first.isdigit() or not (last or first).isdigit():
        raise click.UsageError(f"--years {said}: write it as 2015:2020")
    return int(first), int(last or first)


def show(
    release: Release,
    org: str,
    years: tuple[int, int] | None,
    as_json: bool,
    window_years: int | None = None,
    money: str = "",
) -> None:
    """Print the scorecard of an institution by name or ROR id; over another window than the release's, if asked.

    With `money` (one of `prices.KINDS`) it shows amounts of money alone, stated so. Raises click.UsageError for a
    window that no indicator has, and for money that the release cannot state so.
    """
    found = card.gather(release, org, years, window_years, money)
    if as_json:
        _dump(found, release)
        return
    mark = "   ** SIMULATED RECORDS **" if release.is_simulated else ""
    head = (found.name, found.country or "?", found.kind.replace("_", " "), found.institution_id)
    click.echo(f"\n{' · '.join(head)}{mark}")
    _coverage(found.seen, found.coverage)
    _about(found)
    _figures(found, release)
    if largest := movement.most(found.moved):
        click.echo("\nMoved most among its peers since the year before:")
        click.echo(shown.lines(f"{_gained(m)}  {m.says}" for m in largest))
    if found.partners:
        terminal.listing("\nCompanies with most records in common", found.partners, False)
    click.echo(f'\nrelease {release.vintage} · why a value: iur explain "{found.name}" INDICATOR YEAR')
    click.echo("what an indicator means: iur describe INDICATOR")


def _dump(found: Card, release: Release) -> None:
    about = ("institution_id", "name", "country", "kind", "size", "alike", "composite", "values", "partners")
    told = {name: getattr(found, name) for name in about} | {"moved": [asdict(m) for m in found.moved]}
    terminal.dump({"release": release.vintage, "simulated": release.is_simulated} | told)


def _coverage(seen: list[Any], coverage: list[Any]) -> None:
    """Print which records there are of the institution, and which years the release has whole."""
    held = {
        source: (terminal.runs(complete or []) or "none", first, last) for source, complete, first, last in coverage
    }
    for source, records, first, last in seen:
        whole, since, until = held[source]
        click.echo(f"{source}: {records:,} records, {first}–{last} (release {since}–{until}; complete years: {whole})")
    if others := sorted(held.keys() - {source for source, *_ in seen}):
        click.echo(f"no record in {', '.join(others)}")


def _about(found: Card) -> None:
    """Print how its country is linked, its size, who is most alike, and the composite of its newest year."""
    said = [found.linking] if found.linking else []
    if found.size:
        said.append(f"size: {standing.said_size(found.size)}")
    if found.alike:
        said.append(standing.said_alike(found.alike))
    if found.composite:
        said.append(standing.said_composite(found.composite[-1]))
    if said:
        click.echo(shown.lines(said))


def _figures(found: Card, release: Release) -> None:
    """Print the table of values, what its marks mean, and what has no value."""
    told = [row for row in found.values if any(v is not None for v in row["trend"].values())]
    _table(told, found.window)
    marks = "* touches an incomplete year · (s) small base · percent and money in short, all digits with --json"
    if found.is_placed:
        marks += (
            f" · places are among the institutions of its size class, else of its country, else of its system, with at "
            f"least {LEAST} values; p: percent of them below it"
        )
    click.echo(shown.lines([f"{marks} · {shown.PLACES}" if found.is_placed else marks]))
    if any(_is_national(row) for row in told):
        click.echo("† in the records' own currency: the release has no rate into euro (iur ingest ecb_rates)")
    if closed := [name for name in release.restricted if name in {row["source"] for row in told}]:
        click.echo(f"values of {', '.join(closed)} are for your own use: an export leaves them out (iur export)")
    valued = {row["indicator"] for row in told}
    if untold := list(dict.fromkeys(row["indicator"] for row in found.values if row["indicator"] not in valued)):
        click.echo("\n" + shown.lines([f"no value from any source: {', '.join(untold)} (iur indicators --coverage)"]))


def _is_national(row: dict[str, Any]) -> bool:
    """Tell whether a row has a value in the records' own currency alone, for want of a rate into euro."""
    return row["value"] is None and row["value_national"] is not None


SPARKS = 10
"""Years of a trend that are drawn: the newest ones."""


def _table(rows: list[dict[str, Any]], window: tuple[int, int]) -> None:
    """Print the rows under a line for each source; ids stay whole, so that they can be copied."""
    until = max((row["year"] for row in rows if row["status"] == "published"), default=window[1])
    since = max(window[0], until - SPARKS + 1)
    lines: list[dict[str, str]] = []
    for source in sorted({row["source"] for row in rows}):
        mine = [_row(row, since, until) for row in rows if row["source"] == source]
        lines += [dict.fromkeys(mine[0], "") | {"indicator": f"— {source}"}, *mine]
    terminal.whole(lines)


def _row(row: dict[str, Any], since: int, until: int) -> dict[str, str]:
    mark = shown.MARKS.get(row["status"], "")
    value, currency = row["value"], None
    if _is_national(row):
        value, currency, mark = row["value_national"], row["currency"], " †"
    among, alike = row["places"].get("group"), row["places"].get("neighbours")
    percent = f" p{among['percentile']:.0f}" if among and among["percentile"] is not None else ""
    return {
        "indicator": row["indicator"],
        "year": str(row["year"]),
        "value": row["status"] if value is None else shown.amount(value, row["unit"], currency) + mark,
        "95 %": shown.between(row["lower"], row["upper"], row["unit"], currency),
        f"{since}–{until % 100:02}": terminal.sparkline([row["trend"].get(y) for y in range(since, until + 1)]),
        "place": f"{among['place']:g}/{among['members']}{percent}" if among else "",
        "alike": f"{alike['place']:g}/{alike['members']}" if alike else "",
    }


def _gained(moved: movement.Movement) -> str:
    return f"{moved.gained:+.0f} points of percentile" if moved.gained is not None else ""
