"""The command line `iur`: thin commands over the steps. Exit code 0 done, 1 checked and failed, 2 wrong usage."""

import logging
import sys
from pathlib import Path
from typing import Any

import click

from pipelines import terminal

MIRROR = click.option(
    "--mirror",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Read files from DIR/<source>/ instead of the network.",
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Write JSON.")
JOBS = click.option("--jobs", default=1, show_default=True, help="Sources at a time.")
FORCE = click.option("--force", is_flag=True, help="Fetch and build again even where nothing changed.")
SINCE = click.option("--since", default="", metavar="P", help="First part wanted (2008), where parts are periods.")
UNTIL = click.option("--until", default="", metavar="P", help="Last part wanted, included.")
WINDOW = click.option("--window", type=int, help="Years of the window (1, 3 or 4), in place of the indicator's own.")
MONEY = click.option(
    "--money",
    type=click.Choice(["constant", "ppp", "constant-ppp"]),
    help="State money at the prices of 2020, in international dollars, or both, in place of euro.",
)
RELEASE = click.option("--release", "vintage", help="Vintage to read (the current one by default).")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="iur-observatory")
def cli() -> None:
    """Open statistics on how universities and research institutes work with industry.

    The data home is IUR_HOME, or warehouse/data of the checkout. What may be published is written by `iur export`.
    """


def main() -> None:
    """Run the command line; known failures end in their message, not in a traceback."""
    from pipelines.lookup import NotFoundError
    from pipelines.source import SourceError
    from warehouse import NoReleaseError
    from warehouse.store import DamagedPartError

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S", stream=sys.stderr)
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    logging.captureWarnings(True)
    try:
        cli()
    except (SourceError, NotFoundError, NoReleaseError, DamagedPartError) as error:
        terminal.fail(f"iur: {error}")
    except BrokenPipeError:
        # The reader of a pipe (head, less) has seen enough.
        sys.stderr.close()
        raise SystemExit(0) from None


@cli.command()
@click.option("--pools", is_flag=True, help="Write a pool for each publisher instead, for `airflow pools import`.")
@AS_JSON
def sources(pools: bool, as_json: bool) -> None:
    """List the sources."""
    from pipelines import source

    if pools:
        terminal.dump(source.pools())
        return
    rows = [
        {
            "source": s.name,
            "title": s.title,
            "topic": s.topic,
            "licence": s.licence,
            "redistributable": "yes" if s.is_redistributable else "no",
            "cadence": s.cadence,
            "tables": ", ".join(s.tables),
        }
        for s in source.facts().values()
    ]
    off = {name: why for name in source.names() if (why := source.disabled(name))}
    if as_json:
        terminal.dump([row | {"disabled": off.get(row["source"], "")} for row in rows])
        return
    terminal.listing("", rows, False, "\n".join(f"{name} is disabled: {why}" for name, why in off.items()))


@cli.command()
@AS_JSON
def tables(as_json: bool) -> None:
    """List the tables and what one row of each is."""
    from expectations.tables import tables as contracts

    rows = [
        {"table": t.name, "layer": t.layer, "one row per": t.one_row_per, "key": ", ".join(t.key)}
        for t in contracts().values()
    ]
    terminal.listing("", rows, as_json, note="One page on each: iur describe TABLE")


@cli.command()
@AS_JSON
def indicators(as_json: bool) -> None:
    """List the indicators."""
    from pipelines.indicators.catalogue import catalogue

    rows = [
        {"indicator": i.id, "title": i.title, "unit": i.unit, "years": i.window_years} for i in catalogue().values()
    ]
    terminal.listing("", rows, as_json, note="One page on each: iur describe INDICATOR")


@cli.command()
@click.argument("name")
@AS_JSON
def describe(name: str, as_json: bool) -> None:
    """Print one page on a source, a table or an indicator."""
    from pipelines import pages

    page = pages.page(name)
    if as_json:
        terminal.dump({"name": name, "page": page})
    else:
        click.echo(page)


@cli.command()
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


@cli.command()
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


@cli.command()
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


@cli.command()
@click.option("--vintage", help="Name of the release, YYYY-MM-DD (today by default).")
@AS_JSON
def release(vintage: str | None, as_json: bool) -> None:
    """Freeze what is in core, link, compute and publish; nothing where nothing changed."""
    _release(vintage, as_json)


@cli.command()
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


@cli.command()
@click.argument("target", metavar="URL-OR-FOLDER")
@RELEASE
@AS_JSON
def export(target: str, vintage: str | None, as_json: bool) -> None:
    """Write a release that may be published: computed as if sources that may not be redistributed did not exist.

    URL-OR-FOLDER is a new folder, or any address fsspec can write to. Simulated releases are not exported.
    """
    import warehouse
    from pipelines import export as exporting
    from warehouse import store

    home = store.home()
    try:
        done = exporting.write(home, warehouse.open(vintage, home), target)
    except exporting.ExportError as error:
        terminal.fail(f"iur: {error}")
        return
    if as_json:
        terminal.dump(vars(done))
        return
    without = f", computed without {', '.join(done.without)}" if done.without else ""
    click.echo(f"release {done.vintage}{without}: {done.files:,} files · {done.target}")


@cli.command()
@click.argument("name", required=False)
@click.option("--country", default="", help="ISO 3166 alpha-2 code of the name's country.")
@click.option(
    "--file",
    "into",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="List of names: CSV, TSV (plain or .gz; - for standard input) or Parquet.",
)
@click.option("--name-column", help="Its column of names.")
@click.option("--country-column", help="Its column of countries.")
@click.option("--state-column", help="Its column of states.")
@click.option("--city-column", help="Its column of cities.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="File to write, of the same kind (.gz: packed; - for standard output).",
)
@click.option("--encoding", default="utf-8", show_default=True, help="Encoding of the text (latin-1, utf-16 …).")
@click.option("--workers", type=click.IntRange(min=1), help="Processes (one a core by default).")
@click.option("--progress/--no-progress", default=None, help="Tell how far it is (on a terminal by default).")
@click.option("--registry", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="ROR dump to use.")
@AS_JSON
def resolve(name: str | None, into: Path | None, out: Path | None, as_json: bool, **options: Any) -> None:
    """Say which institution stands behind NAME, or behind every name of a list, whose rows, order and columns stay."""
    from pipelines import resolve as resolving

    if (name is None) == (into is None):
        raise click.UsageError("give a NAME, or --file IN.csv with --name-column and --out")
    if into is not None:
        if out is None or not options["name_column"]:
            raise click.UsageError("--file needs --name-column and --out")
        columns = {k: options[f"{k}_column"] for k in ("name", "country", "state", "city") if options[f"{k}_column"]}
        try:
            "".encode(options["encoding"])
        except LookupError as error:
            raise click.BadParameter(str(error), param_hint="--encoding") from error
        how = {key: options[key] for key in ("workers", "encoding", "progress")}
        done = resolving.file(into, out, columns, options["registry"], **how)
        click.echo(f"{done.linked:,} of {done.rows:,} names linked → {out}", err=True)
        return
    terminal.listing("", resolving.name(str(name), options["country"], options["registry"]), as_json)


@cli.command()
@click.argument("org")
@click.option("--years", help="Years to show, as 2015:2020.")
@WINDOW
@MONEY
@RELEASE
@AS_JSON
def show(
    org: str, years: str | None, window: int | None, money: str | None, vintage: str | None, as_json: bool
) -> None:
    """Print the scorecard of an institution, by name or ROR id."""
    import warehouse
    from pipelines import scorecard

    scorecard.show(warehouse.open(vintage), org, scorecard.span(years), as_json, window, money or "")


@cli.command()
@click.argument("org")
@click.argument("indicator")
@click.argument("year", type=int)
@click.option("--all", "everything", is_flag=True, help="List every record, not only the largest.")
@WINDOW
@MONEY
@RELEASE
@AS_JSON
def explain(
    org: str,
    indicator: str,
    year: int,
    everything: bool,
    window: int | None,
    money: str | None,
    vintage: str | None,
    as_json: bool,
) -> None:
    """Explain a value: formula, numbers, interval, and the records behind it with links."""
    import warehouse
    from pipelines import explanation

    explanation.show(warehouse.open(vintage), org, indicator, year, everything, as_json, window, money or "")


@cli.command()
@click.argument("name", default="")
@AS_JSON
def check(name: str, as_json: bool) -> None:
    """Check the parts in core, of SOURCE or TABLE where NAME is given: files, books, sums, warnings."""
    from pipelines import check as checking
    from warehouse import store

    home = store.home()
    if checking.report(checking.check(home, name), as_json, checking.codes(home, name)):
        raise SystemExit(1)


@cli.command()
@click.argument("sql")
@RELEASE
@click.option("--limit", default=100, show_default=True, help="Rows to print; 0 for all.")
@AS_JSON
def query(sql: str, vintage: str | None, limit: int, as_json: bool) -> None:
    """Run a DuckDB query over the tables of a release: read-only, confined to it."""
    import warehouse
    from pipelines import ask

    ask.show(warehouse.open(vintage), sql, limit, as_json)


@cli.command()
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
