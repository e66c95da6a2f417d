"""Commands that read a release, or write one that may be published."""

import click

from pipelines import terminal
from pipelines.cli.options import AS_JSON, MONEY, RELEASE, WINDOW


@click.command()
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


@click.command()
@click.argument("orgs", metavar="ORG ORG…", nargs=-1, required=True)
@click.option(
    "--indicator", "indicators", metavar="ID", multiple=True, help="By which indicator; several may be given."
)
@click.option("--years", help="Years to look at, as 2015:2020.")
@RELEASE
@AS_JSON
def compare(
    orgs: tuple[str, ...], indicators: tuple[str, ...], years: str | None, vintage: str | None, as_json: bool
) -> None:
    """Compare institutions side by side, by name or ROR id: value, interval, base, trend, place among peers."""
    import warehouse
    from pipelines import compare as comparing
    from pipelines import scorecard

    comparing.show(warehouse.open(vintage), orgs, indicators, scorecard.span(years), as_json)


@click.command()
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


@click.command()
@click.argument("sql")
@RELEASE
@click.option("--limit", default=100, show_default=True, help="Rows to print; 0 for all.")
@AS_JSON
def query(sql: str, vintage: str | None, limit: int, as_json: bool) -> None:
    """Run a DuckDB query over the tables of a release: read-only, confined to it."""
    import warehouse
    from pipelines import ask

    ask.show(warehouse.open(vintage), sql, limit, as_json)


@click.command()
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


COMMANDS = (
    show,
    compare,
    explain,
    query,
    export,
)
