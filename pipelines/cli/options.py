"""Options that several commands share."""

from pathlib import Path

import click

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
