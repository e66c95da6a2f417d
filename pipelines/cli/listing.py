"""Commands that list what there is, and describe it."""

import click

from pipelines import terminal
from pipelines.cli.options import AS_JSON, RELEASE


@click.command()
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


@click.command()
@AS_JSON
def tables(as_json: bool) -> None:
    """List the tables and what one row of each is."""
    from expectations.tables import tables as contracts

    rows = [
        {"table": t.name, "layer": t.layer, "one row per": t.one_row_per, "key": ", ".join(t.key)}
        for t in contracts().values()
    ]
    terminal.listing("", rows, as_json, note="One page on each: iur describe TABLE")


@click.command()
@click.option("--coverage", is_flag=True, help="Print institutions × years with a published value instead.")
@RELEASE
@AS_JSON
def indicators(coverage: bool, vintage: str | None, as_json: bool) -> None:
    """List the indicators, or how far each reaches in a release (--coverage)."""
    from pipelines.indicators import composite
    from pipelines.indicators.catalogue import catalogue

    if coverage:
        import warehouse
        from pipelines import reach

        reach.show(warehouse.open(vintage), as_json)
        return
    rows = [
        {"indicator": i.id, "title": i.title, "unit": i.unit, "years": i.window_years} for i in catalogue().values()
    ]
    rows.append({"indicator": composite.ID, "title": composite.TITLE, "unit": composite.UNIT, "years": 1})
    terminal.listing("", rows, as_json, note="One page on each: iur describe INDICATOR")


@click.command()
@click.argument("name")
@AS_JSON
def describe(name: str, as_json: bool) -> None:
    """Print one page on a source, a table, an indicator, or a measure with its query."""
    from pipelines import pages

    page = pages.page(name)
    if as_json:
        terminal.dump({"name": name, "page": page})
    else:
        click.echo(page)


COMMANDS = (
    sources,
    tables,
    indicators,
    describe,
)
