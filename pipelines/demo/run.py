"""The demonstration: the whole pipeline on simulated publishers, in a data home of its own."""

import itertools
import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from pipelines import books, demo, scorecard, steps, terminal
from pipelines import release as releasing
from pipelines.demo.publishers import PUBLISHERS
from pipelines.demo.records import World
from pipelines.window import Window
from warehouse import Release, store

if TYPE_CHECKING:
    import duckdb

YEARS = Window("2008")
"""The years of sources published by year that are simulated."""

ORDER = sorted(PUBLISHERS, key=lambda source: source != "nsf_awards")
"""The source with the most parts goes first, so that two processes end together."""


def run(scale: int = 1) -> None:
    """Ingest from the simulated publishers, release, show an institution, and say how to look further.

    The home is `demo` in the data home, marked as simulated: its releases say so wherever a figure stands.
    """
    begun = time.monotonic()
    home = store.Home(store.home().root / "demo")
    home.mark_simulated()
    click.echo("Simulated publishers on this machine: invented companies, projects, awards and figures around real")
    click.echo("institutions' names.")
    with demo.publish(scale) as publishers:
        click.echo(f"serving {', '.join(PUBLISHERS)} at {publishers.base}\n")
        jobs = min(2, os.cpu_count() or 1)
        outcomes = steps.ingest_all(home, ORDER, jobs=jobs, window=YEARS, windows=windows(publishers.world))
    _report(home, outcomes)
    made = releasing.make(home)
    assert made is not None  # every source was just ingested
    release = Release(made.path)
    with release.connect() as connection:
        # Of those that most sources tell of, the one with the most records.
        ((id_,),) = connection.execute(
            """SELECT institution_id FROM coverage_institution GROUP BY institution_id
            ORDER BY count(DISTINCT source) DESC, sum(records) DESC, institution_id LIMIT 1"""
        ).fetchall()
        explained = _explained(connection, id_)
    scorecard.show(release, id_, None, False)
    _further(release, home, explained)
    click.echo(f"\ndone in {time.monotonic() - begun:.0f} s; every figure above is SIMULATED")


def windows(world: World) -> dict[str, Window]:
    """Return the years of the sources that simulate the newest alone; `YEARS` are those of the others."""
    return {n: Window(p.first_part(world)) for n, p in PUBLISHERS.items() if hasattr(p, "first_part")}


def _report(home: store.Home, outcomes: Sequence[steps.Outcome]) -> None:
    """Print the books by source and table; leave with exit code 1 if a part failed."""
    if any(outcome.failed for outcome in outcomes):
        books.report(list(outcomes), False)
        raise SystemExit(1)
    rows = sorted(books.rows(list(outcomes)), key=lambda row: list(PUBLISHERS).index(str(row["source"])))
    summed = []
    for source, of_source in itertools.groupby(rows, key=lambda row: row["source"]):
        tables = list(of_source)
        for table in dict.fromkeys(row["table"] for row in tables):
            mine = [row for row in tables if row["table"] == table]
            counts = {c: sum(int(str(row[c])) for row in mine) for c in ("read", "kept", "quarantined", "dropped")}
            summed.append({"source": source, "table": table, "parts": len(mine), **counts})
    terminal.listing("", summed, False)
    if warnings := sum(len(outcome.warnings) for outcome in outcomes):
        click.echo(f"{warnings} warnings of the parts: iur check lists them")


def _explained(connection: "duckdb.DuckDBPyConnection", id_: str) -> list[str]:
    """Return a command for the newest published value of an institution in each source that has one."""
    found = connection.execute(
        """SELECT indicator, year FROM indicator
        WHERE institution_id = ? AND status = 'published' AND counting = 'whole' AND rollup = 'direct'
            AND partner = 'all' AND field = 'all' AND value > 0
        QUALIFY row_number() OVER (
            PARTITION BY source
            ORDER BY indicator NOT LIKE 'joint.%', indicator NOT LIKE '%.funding', indicator, year DESC
        ) = 1
        ORDER BY source""",
        [id_],
    ).fetchall()
    return [f"iur explain {id_} {indicator} {year}" for indicator, year in found]


def _further(release: Release, home: store.Home, explained: list[str]) -> None:
    where = os.path.relpath(home.root)
    click.echo(f"\nThe release: {release.path}")
    click.echo("To look further:")
    for command in (
        "source .venv/bin/activate",
        f"export IUR_HOME={where if not where.startswith('..') else home.root}",
        *explained,
        'iur show "Massachusetts Institute of Technology"',
        "iur indicators",
        "iur describe joint.partners",
        'iur query "SELECT country, count(*) AS institutions FROM institution GROUP BY ALL ORDER BY 2 DESC"',
    ):
        click.echo(f"  {command}")
