"""CORDIS's simulated tables of patents: commas, no quotes, whole numbers as decimals, a row a document and applicant.

Every ninth project has a family, or what a partner brought with it. Families have the numbers of their projects, and
documents such as no office has given out.
"""

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from pipelines.cordis_patents import RAW
from pipelines.demo.records import World

PARTS = ("fp7", "h2020")
"""The programmes that have a table."""

EVERY = 9
HEADER = (
    "projectID", "type", "title", "organisationID", "applicantName", "applicationDate", "applicationPrefix",
    "applicationIdentifier", "applicationKind", "epoAppUrl", "priorityDate", "patentType", "awardDate", "awardPrefix",
    "awardIdentifier", "awardKind", "epoPubUrl", "patentFamilyIdentifier",
)  # fmt: skip


def write(world: World, part: str, path: Path) -> None:
    """Write a programme's table, the same bytes for the same world."""
    assert set(HEADER) == {*RAW.columns, *RAW.optional}
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(HEADER)
        out.writerows(_rows(world, part))


def counts(world: World, part: str) -> tuple[int, int, int, int]:
    """Return the numbers of rows, of families that count, of their applicants, and of rows of the background."""
    rows = list(_rows(world, part))
    at = {name: HEADER.index(name) for name in HEADER}
    ours = [row for row in rows if row[at["patentType"]] == "FOREGROUND"]
    families = {(row[at["projectID"]], row[at["patentFamilyIdentifier"]]) for row in ours}
    applicants = {(row[at["projectID"]], row[at["patentFamilyIdentifier"]], row[at["organisationID"]]) for row in ours}
    return len(rows), len(families), len(applicants), len(rows) - len(ours)


def _rows(world: World, part: str) -> Iterator[list[str]]:
    snapshot = world.snapshots[part]
    projects, parties = snapshot.projects, snapshot.parties
    order = np.argsort(parties.project, kind="stable")
    first = np.searchsorted(parties.project[order], np.arange(len(projects.number) + 1))
    for nth, project in enumerate(range(0, len(projects.number), EVERY)):
        number = int(projects.number[project])
        team = order[first[project] : first[project + 1]].tolist()
        starts_on = projects.starts_on[project].astype(dt.date)
        is_background = nth % 5 == 4
        filed_on = starts_on + dt.timedelta(-900 if is_background else 200 + number * 37 % 700)
        documents = [("EP", f"9{number % 1_000_000:06d}", "A1", 540)]
        documents += [("US", f"8{number % 1_000_000:07d}", "B2", 1100)] if nth % 2 else []
        for row in _applicants(world, part, team, nth):
            who = world.cast[int(parties.organisation[row])]
            one = int(parties.registration[row])
            for prefix, document, kind, days in documents:
                yield [
                    str(number), "PATENT", f"Simulated invention of project {number}", f"{who.pics[one]}.0",
                    who.spellings[one], filed_on.isoformat(), prefix, f"9{number}", "A", "",
                    (filed_on - dt.timedelta(365)).isoformat() if nth % 3 else "",
                    "BACKGROUND" if is_background else "FOREGROUND",
                    (filed_on + dt.timedelta(days)).isoformat(), prefix, document, kind, "", f"{number}.0",
                ]  # fmt: skip


def _applicants(world: World, part: str, team: list[int], nth: int) -> list[int]:
    """Choose an institution and a company of the team, or one of them; of any other team its first member."""
    parties = world.snapshots[part].parties
    kinds = [world.cast[int(parties.organisation[row])].activity for row in team]
    chosen = [team[kinds.index(kind)] for kind in ("HES", "PRC") if kind in kinds] or team[:1]
    return chosen if nth % 3 == 0 else [chosen[nth % len(chosen)]]
