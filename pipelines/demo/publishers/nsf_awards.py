"""NSF's yearly zips of awards: no listing and no validators, so that only the bytes tell a change.

There is one for each year from 2008 to that of the world's today; from 2026 on they are small, as running years
are. A later edition re-issues the zip of 2023 with one award amended; all others are the same bytes.
"""

from collections.abc import Mapping
from functools import partial

import numpy as np

from pipelines.demo.publisher import Book, Listing, Posted, Stored
from pipelines.demo.records import World
from pipelines.demo.us import files as zips
from pipelines.demo.us.awards import AMENDED, FIRST, LAST, LATER, OLD, awards
from pipelines.demo.us.holders import holders
from pipelines.demo.us.kinds import KINDS

PATH = "/awardsearch/download?DownloadFileName={year}&All=true"
ADDRESSES = {"IUR_NSF_AWARDS_URL": PATH}


def files(world: World) -> list[Posted]:
    """Return a zip a year, which is a part."""
    return [
        Posted(
            f"nsf_awards/{year}",
            str(year),
            PATH.format(year=year),
            partial(zips.write, world, year),
            since=world.edition if year == AMENDED else 1,
            validators=(),
        )
        for year in _years(world)
    ]


def listings(world: World, base: str, stored: Mapping[str, Stored]) -> list[Listing]:
    """Return nothing: the address tells the year."""
    return []


def books(world: World) -> dict[str, dict[str, Book]]:
    """Return what is kept of every year: the ill-formed document is refused, whole.

    A performer that is the awardee itself is dropped; an award without obligations has an assumed one.
    """
    return {str(year): _books(world, year) for year in _years(world)}


def _years(world: World) -> range:
    return range(FIRST, min(LATER, max(LAST, world.today.year)) + 1)


def _books(world: World, year: int) -> dict[str, Book]:
    award, known = awards(world), holders(world)
    there = np.arange(len(award.lead))[award.of(year)]
    read = [row for row in there.tolist() if row != award.ill_formed]
    held = [row for row in read if award.awardee[row] >= 0 and (year, award.nth[row]) != zips.CONTRACT]
    told = [row for row in held if award.vintage[row] != OLD]
    same = sum(known[int(award.performer[row])].does in (known[int(award.awardee[row])].name, "") for row in told)
    codes = sum(len(KINDS[k].elements) + len(KINDS[k].references) for k in award.kind[read].tolist())
    obligations = sum(1 if award.vintage[row] == OLD else max(1, len(award.fiscal_years(row))) for row in read)
    parties = len(held) + len(told)
    return {
        "award": Book(len(there), len(read), len(there) - len(read)),
        "award_party": Book(parties, parties - same, dropped={"performer_is_awardee": same} if same else {}),
        "award_programme": Book(codes, codes),
        "award_obligation": Book(obligations, obligations),
    }
