"""The command line `iur`: thin commands over the steps. Exit code 0 done, 1 checked and failed, 2 wrong usage.

A room a kind of command: listing.py what there is, running.py bringing records and making releases, linking.py names,
reading.py releases, partners.py who fits whom; options.py what they share.
"""

import logging
import sys

import click

from pipelines import terminal
from pipelines.cli import linking, listing, partners, reading, running


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


for _command in (*listing.COMMANDS, *running.COMMANDS, *linking.COMMANDS, *reading.COMMANDS, *partners.COMMANDS):
    cli.add_command(_command)
