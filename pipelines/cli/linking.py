"""Commands on names and who is behind them."""

from pathlib import Path
from typing import Any

import click

from pipelines import terminal
from pipelines.cli.options import AS_JSON


@click.command()
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


@click.command()
@click.argument("name", required=False)
@click.option("--limit", default=20, show_default=True, help="Names to list; 0 for all.")
@click.option("--source", default="", help="Names in records of one source.")
@click.option("--country", help="ISO 3166 alpha-2 code of the name's country; '' where records tell none.")
@click.option("--status", type=click.Choice(["linked", "ambiguous", "unlinked"]), help="Names linked so.")
@click.option("--is", "named", metavar="ROR_ID", help="Answer: NAME is this organisation.")
@click.option("--credit", default="", metavar="ROR_ID", help="Whom to credit, where that is another.")
@click.option("--none", "is_none", is_flag=True, help="Answer: NAME is no organisation of the registry.")
@click.option("--id", "org_id", default="", metavar="ID", help="Answer for a source's id as well, or alone: pic:1.")
@click.option("--reason", default="", help="How you know; kept with the answer.")
@click.option("--replace", "is_replacing", is_flag=True, help="Put the answer in place of one that says otherwise.")
@click.option("--withdraw", "is_withdrawn", is_flag=True, help="Take your answer for NAME (or --id) back.")
@click.option("--ask", "is_asking", is_flag=True, help="Go through the names one by one.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the list for a spreadsheet.")
@click.option(
    "--answers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take the answers filled into such a file: all, or none.",
)
@AS_JSON
def review(
    name: str | None,
    limit: int,
    source: str,
    country: str | None,
    status: str | None,
    named: str | None,
    credit: str,
    is_none: bool,
    org_id: str,
    reason: str,
    is_replacing: bool,
    is_withdrawn: bool,
    is_asking: bool,
    out: Path | None,
    answers: Path | None,
    as_json: bool,
) -> None:
    """List the names whose links matter most and are least sure, or take an answer for NAME.

    Answers are kept in seeds/link_overrides.csv of the data home; the next release links by them. Who answered is
    IUR_REVIEWER, or the name of the login.
    """
    from pipelines.review import answer as answering
    from pipelines.review import run
    from warehouse import store

    asked = {"--is": named, "--none": is_none, "--withdraw": is_withdrawn, "--ask": is_asking, "--out": out}
    given = [option for option, value in (asked | {"--answers": answers}).items() if value]
    if len(given) > 1:
        raise click.UsageError(f"{' and '.join(given)} do not go together")
    home, name = store.home(), (name or "").strip()
    country = country.strip().upper() if country is not None else None
    choice = run.Choice(limit, source, country, status or "", name)
    if (named or is_none or is_withdrawn) and not (name or org_id):
        raise click.UsageError(f"{given[0]} needs a NAME, or an --id")
    if (credit or org_id) and not (named or is_none or is_withdrawn):
        raise click.UsageError("--credit and --id belong to an answer: give --is, --none or --withdraw")
    if (named or is_none) and not reason.strip():
        raise click.UsageError('say how you know, with --reason "…": who doubts the answer will want to read it')
    try:
        if is_withdrawn:
            run.withdraw(home, name, country, org_id)
        elif named or is_none:
            run.take(home, [answering.Answer(name, country, named or "", credit, org_id, reason)], is_replacing)
        elif is_asking:
            run.asking(home, choice, reason, is_replacing)
        elif out:
            run.write(home, choice, out)
        elif answers:
            run.read(home, answers, reason, is_replacing)
        else:
            run.listing(home, choice, as_json)
    except answering.Problems as error:
        terminal.fail(f"iur: {error}")


COMMANDS = (resolve, review)
