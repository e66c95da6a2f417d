"""The command that chooses partners."""

import click

from pipelines.cli.options import AS_JSON, RELEASE


@click.command()
@click.option("--company", default="", metavar="NAME", help="The company that asks, by name or id.")
@click.option("--institution", default="", metavar="ORG", help="The reverse: companies that fit this institution.")
@click.option("--text", help="What is wanted, in words; takes the place of the profile of who asks.")
@click.option("--cpc", multiple=True, metavar="C", help="CPC subclass or group (H01M); several by comma or again.")
@click.option("--near", default="", metavar="PLACE", help="City (Cambridge, GB) or LATITUDE,LONGITUDE.")
@click.option("--country", default="", metavar="CC", help="Only candidates of this country; also tells names apart.")
@click.option("--sme", "is_sme", is_flag=True, help="The company is an SME (with --institution: SMEs only).")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="Candidates to show.")
@click.option("--weights", "said", metavar="W", help="As fit=0.5,proximity=0; what is not named keeps its default.")
@RELEASE
@AS_JSON
def partners(
    company: str,
    institution: str,
    text: str | None,
    cpc: tuple[str, ...],
    near: str,
    country: str,
    is_sme: bool,
    limit: int,
    said: str | None,
    vintage: str | None,
    as_json: bool,
) -> None:
    """Rank institutions for a company or a description, or companies for an institution, and say why.

    Five scores from 0 to 1: fit of topics, strength in the field, history together, proximity, and support by public
    programmes. How each is made: docs/partners.md.
    """
    import warehouse
    from pipelines.lists import asking
    from pipelines.partners import query, run, show, weights
    from pipelines.source import SourceError

    try:
        country = asking.code(country)
    except SourceError as error:
        raise click.UsageError(f"--country {country}: {error}") from error
    asked = query.Asked(company.strip(), institution.strip(), text, cpc, near.strip(), country, is_sme)
    weighing = weights.read(said)
    query.check(asked)
    release = warehouse.open(vintage)
    show.show(release, run.ask(release, asked, weighing, limit), as_json)


COMMANDS = (partners,)
