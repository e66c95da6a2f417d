"""Commands on names and who is behind them."""

from pathlib import Path
from typing import Any

import click

from pipelines import terminal
from pipelines.cli.options import AS_JSON


@click.command()
@click.argument("name", required=False)
@click.option("--country", default="", help="ISO 3166 alpha-2 code of the name's country.")
@click.option("--file", "into", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="CSV of names.")
@click.option("--name-column", help="Its column of names.")
@click.option("--country-column", help="Its column of countries.")
@click.option("--state-column", help="Its column of states.")
@click.option("--city-column", help="Its column of cities.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="CSV to write.")
@click.option("--registry", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="ROR dump to use.")
@AS_JSON
def resolve(name: str | None, into: Path | None, out: Path | None, as_json: bool, **options: Any) -> None:
    """Say which institution stands behind NAME, or behind every name of a CSV file."""
    from pipelines import resolve as resolving

    if (name is None) == (into is None):
        raise click.UsageError("give a NAME, or --file IN.csv with --name-column and --out")
    if into is not None:
        if out is None or not options["name_column"]:
            raise click.UsageError("--file needs --name-column and --out")
        columns = {k: options[f"{k}_column"] for k in ("name", "country", "state", "city") if options[f"{k}_column"]}
        done = resolving.file(into, out, columns, options["registry"])
        click.echo(f"{done.linked:,} of {done.rows:,} names linked → {out}", err=True)
        return
    terminal.listing("", resolving.name(str(name), options["country"].upper(), options["registry"]), as_json)


COMMANDS = (resolve,)
