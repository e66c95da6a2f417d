"""Commands that bring records, check them and make releases."""

from pathlib import Path
from typing import Any

import click

from pipelines import terminal
from pipelines.cli.options import AS_JSON, FORCE, JOBS, MIRROR, SINCE, UNTIL


@click.command()
@click.argument("source")
@SINCE
@UNTIL
@MIRROR
@FORCE
@AS_JSON
def fetch(source: str, since: str, until: str, mirror: Path | None, force: bool, as_json: bool) -> None:
    """Bring the raw bytes of SOURCE where they changed, and nothing else."""
    from pipelines import steps
    from warehouse import store

    _report(steps.ingest(store.home(), source, mirror, force, _window(since, until), fetch_only=True), as_json)


@click.command()
@click.argument("source", nargs=-1, required=True)
@SINCE
@UNTIL
@MIRROR
@JOBS
@FORCE
@AS_JSON
def ingest(
    source: tuple[str, ...], since: str, until: str, mirror: Path | None, jobs: int, force: bool, as_json: bool
) -> None:
    """Fetch what changed of each SOURCE, normalise it and judge it.

    Of a source in many parts the newest are asked for, and older ones that are here once a season.
    """
    from pipelines import steps
    from warehouse import store

    _report(steps.ingest_all(store.home(), source, mirror, force, jobs, _window(since, until)), as_json)


@click.command()
@click.argument("source")
@SINCE
@UNTIL
@MIRROR
@click.option("--jobs", default=1, show_default=True, help="Parts at a time; a host is asked for one thing at a time.")
@FORCE
@AS_JSON
def backfill(source: str, since: str, until: str, mirror: Path | None, jobs: int, force: bool, as_json: bool) -> None:
    """Ingest past parts of SOURCE. Stopped and begun again, it leaves alone what is done."""
    from pipelines import steps
    from warehouse import store

    window = _window(since, until)
    if not window:
        raise click.UsageError("say which parts: --since P, --until P or both")
    _report(steps.backfill(store.home(), source, window, mirror, force, jobs), as_json)


@click.command()
@click.option("--vintage", help="Name of the release, YYYY-MM-DD (today by default).")
@AS_JSON
def release(vintage: str | None, as_json: bool) -> None:
    """Freeze what is in core, link, compute and publish; nothing where nothing changed."""
    _release(vintage, as_json)


@click.command()
@click.argument("source", nargs=-1)
@SINCE
@UNTIL
@MIRROR
@JOBS
@FORCE
@click.option("--vintage", help="Name of the release, YYYY-MM-DD (today by default).")
def run(
    source: tuple[str, ...],
    since: str,
    until: str,
    mirror: Path | None,
    jobs: int,
    force: bool,
    vintage: str | None,
) -> None:
    """Ingest each SOURCE (all that are enabled by default; with a mirror, those it holds), then release."""
    from pipelines import steps, window
    from warehouse import store

    home = store.home()
    chosen = source or window.enabled(home, steps.at_hand(mirror) if mirror else None)
    outcomes = steps.ingest_all(home, chosen, mirror, force, jobs, _window(since, until))
    failed = _report(outcomes, False, leave=False)
    _release(vintage, False)
    if failed:
        raise SystemExit(1)


@click.command()
@click.argument("name", default="")
@AS_JSON
def check(name: str, as_json: bool) -> None:
    """Check the parts in core, of SOURCE or TABLE where NAME is given: files, books, sums, warnings."""
    from pipelines import check as checking
    from warehouse import store

    home = store.home()
    if checking.report(checking.check(home, name), as_json, checking.codes(home, name)):
        raise SystemExit(1)


@click.command()
@click.option("--scale", default=1, show_default=True, help="Times as many institutions, companies and spellings.")
def demo(scale: int) -> None:
    """Run the whole pipeline on simulated publishers, served over HTTP on this machine alone."""
    from pipelines.demo import run as running

    running.run(scale)


def _window(since: str, until: str) -> Any:
    from pipelines.window import Window

    if since and until and not Window(until=until).holds(since):
        raise click.UsageError(f"--since {since} comes after --until {until}")
    return Window(since, until)


def _report(outcomes: list[Any], as_json: bool, leave: bool = True) -> bool:
    """Print what became of every part; leave with exit code 1 if one failed. Return whether one did."""
    from pipelines import books

    failed = books.report(outcomes, as_json)
    if failed and leave:
        raise SystemExit(1)
    return failed


def _release(vintage: str | None, as_json: bool) -> None:
    from pipelines import release as releasing
    from warehouse import store

    home = store.home()
    try:
        made = releasing.make(home, vintage)
    except releasing.ReleaseError as error:
        terminal.fail(f"iur: {error}")
        return
    if made is None:
        terminal.fail("iur: nothing in core to release\n  mend: iur ingest SOURCE, or iur run")
        return
    if as_json:
        terminal.dump({"path": str(made.path), "is_new": made.is_new})
    else:
        click.echo(f"release {made.path.name}: {'published' if made.is_new else 'nothing changed'} · {made.path}")


COMMANDS = (
    fetch,
    ingest,
    backfill,
    release,
    run,
    check,
    demo,
)
