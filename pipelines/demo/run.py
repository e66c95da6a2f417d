"""The demonstration: the whole pipeline on simulated publishers, in a data home of its own."""

import os
import time

import click

from pipelines import books, demo, scorecard, steps
from pipelines import release as releasing
from pipelines.demo.publishers import PUBLISHERS
from warehouse import Release, store


def run(scale: int = 1) -> None:
    """Ingest from the simulated publishers, release, show an institution, and say how to look further.

    The home is `demo` in the data home, marked as simulated: its releases say so wherever a figure stands.
    """
    begun = time.monotonic()
    home = store.Home(store.home().root / "demo")
    home.mark_simulated()
    click.echo("Simulated publishers on this machine: invented companies and projects around real institutions' names.")
    with demo.publish(scale) as publishers:
        click.echo(f"serving {', '.join(PUBLISHERS)} at {publishers.base}\n")
        outcomes = steps.ingest_all(home, tuple(PUBLISHERS))
    if books.report(outcomes, False):
        raise SystemExit(1)
    made = releasing.make(home)
    assert made is not None  # every source was just ingested
    release = Release(made.path)
    with release.connect() as connection:
        ((id_,),) = connection.execute(
            "SELECT institution_id FROM coverage_institution ORDER BY records DESC, institution_id LIMIT 1"
        ).fetchall()
    scorecard.show(release, id_, None, False)
    _further(release, home, id_)
    click.echo(f"\ndone in {time.monotonic() - begun:.0f} s; every figure above is SIMULATED")


def _further(release: Release, home: store.Home, id_: str) -> None:
    year = 2019
    where = os.path.relpath(home.root)
    click.echo(f"\nThe release: {release.path}")
    click.echo("To look further:")
    for command in (
        "source .venv/bin/activate",
        f"export IUR_HOME={where if not where.startswith('..') else home.root}",
        f"iur explain {id_} joint.funding {year}",
        "iur indicators",
        "iur describe joint.partners",
        'iur query "SELECT country, count(*) AS institutions FROM institution GROUP BY ALL ORDER BY 2 DESC"',
    ):
        click.echo(f"  {command}")
