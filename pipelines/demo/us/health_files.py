"""ExPORTER's files: a zip of one CSV a fiscal year, and the table that links patents to projects.

Traps as in real files: FUNDING_ICs ends in a backslash, the oldest file is Windows-1252, one row of the file after it
is shifted by a column, subprojects have a cost of their own and none of the award's; a patent is written in two forms.
"""

import csv
import io
import zipfile
from pathlib import Path

import numpy as np

from pipelines.demo.records import World
from pipelines.demo.us.health import INSTITUTES, KINDS, Records, files_of, records, running
from pipelines.demo.us.health_words import core_of, day, full_of, place_of, title_of

COLUMNS = (
    "APPLICATION_ID", "ACTIVITY", "ADMINISTERING_IC", "APPLICATION_TYPE", "ARRA_FUNDED", "AWARD_NOTICE_DATE",
    "BUDGET_START", "BUDGET_END", "CFDA_CODE", "CORE_PROJECT_NUM", "ED_INST_TYPE", "FOA_NUMBER", "FULL_PROJECT_NUM",
    "FUNDING_ICs", "FUNDING_MECHANISM", "FY", "IC_NAME", "NIH_SPENDING_CATS", "ORG_CITY", "ORG_COUNTRY", "ORG_DEPT",
    "ORG_DISTRICT", "ORG_DUNS", "ORG_FIPS", "ORG_IPF_CODE", "ORG_NAME", "ORG_STATE", "ORG_ZIPCODE", "PHR", "PI_IDS",
    "PI_NAMEs", "PROGRAM_OFFICER_NAME", "PROJECT_START", "PROJECT_END", "PROJECT_TERMS", "PROJECT_TITLE",
    "SERIAL_NUMBER", "STUDY_SECTION", "STUDY_SECTION_NAME", "SUBPROJECT_ID", "SUFFIX", "SUPPORT_YEAR",
    "DIRECT_COST_AMT", "INDIRECT_COST_AMT", "TOTAL_COST", "TOTAL_COST_SUB_PROJECT",
)  # fmt: skip

LATER = ("ORG_UEI",)
OLDER = ("ORG_IPF_CODE", "DIRECT_COST_AMT", "INDIRECT_COST_AMT")
"""Columns that only the newest file has, and those that the oldest lacks, as in 2014."""

LINKS = 150
"""Rows of the table of patents before the odd ones."""

ODD = ("90,000,003", "90,000,004 B2", "RE99001", "D990002", "00000000")
"""Forms of a patent's number: the first is a row's before it, the last is none."""

SHIFTED = 5
"""The row of the second file whose cells stand one column too far to the right."""


def shifted(world: World) -> int:
    """Return the fiscal year whose file has a shifted row."""
    return files_of(world)[1]


def columns_of(world: World, year: int) -> tuple[str, ...]:
    """Return the columns of a fiscal year's file: every vintage has its own."""
    oldest, *_, newest = files_of(world)
    there = COLUMNS + (LATER if year == newest else ())
    return tuple(c for c in there if year != oldest or c not in OLDER)


def write(world: World, year: int, path: Path) -> None:
    """Write the zip of a fiscal year, the same bytes for the same world."""
    found = records(world, year)
    columns = columns_of(world, year)
    rows = [_row(world, found, row, columns) for row in range(len(found.appl_id))]
    if year == shifted(world):
        rows[SHIFTED] = ["", *rows[SHIFTED][:-1]]
    encoding = "cp1252" if year == files_of(world)[0] else "utf-8"
    edition = world.edition if year == running(world) - 1 else 1
    _zip(path, f"RePORTER_PRJ_C_FY{year}.csv", [columns, *rows], encoding, 15 if edition == 1 else 16)


def _zip(path: Path, name: str, rows: list[tuple[str, ...] | list[str]], encoding: str, on: int) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name, (2026, 1, on, 0, 0, 0))
        archive.writestr(info, text.getvalue().encode(encoding), zipfile.ZIP_DEFLATED)


def _row(world: World, found: Records, row: int, columns: tuple[str, ...]) -> list[str]:
    kind, (code, _, name) = KINDS[found.kind[row]], INSTITUTES[found.institute[row]]
    place, cost, is_sub = place_of(world, found, row), str(found.cost[row]), bool(found.sub[row])
    cells = {
        "APPLICATION_ID": str(found.appl_id[row]),
        "ACTIVITY": kind.code,
        "ADMINISTERING_IC": code,
        "APPLICATION_TYPE": full_of(found, row)[0],
        "ARRA_FUNDED": "N",
        "AWARD_NOTICE_DATE": day(found.noticed_on[row]),
        "BUDGET_START": day(found.budget_start[row]),
        "BUDGET_END": day(found.budget_end[row]),
        "CORE_PROJECT_NUM": core_of(found, row),
        "ED_INST_TYPE": place.kind if place.kind.isupper() else "",
        "FULL_PROJECT_NUM": full_of(found, row),
        "FUNDING_ICs": _payers(found, row),
        "FUNDING_MECHANISM": kind.mechanism,
        "FY": str(found.year),
        "IC_NAME": name,
        "ORG_CITY": place.city,
        "ORG_COUNTRY": place.country,
        "ORG_IPF_CODE": place.ipf,
        "ORG_NAME": place.name,
        "ORG_STATE": place.state,
        "ORG_UEI": place.uei,
        "PHR": "Simulated relevance;\nit tries readers with a line break.",
        "PI_IDS": "90000001 (contact);",
        "PI_NAMEs": "INVESTIGATOR, SIMULATED (contact);",
        "PROJECT_START": day(found.project_start[row]),
        "PROJECT_END": day(found.project_end[row]),
        "PROJECT_TITLE": title_of(found, row),
        "SUBPROJECT_ID": str(9000 + found.sub[row]) if is_sub else "",
        "SUPPORT_YEAR": str(found.support_year[row]),
        "TOTAL_COST": "" if is_sub else cost,
        "TOTAL_COST_SUB_PROJECT": cost if is_sub else "",
    }
    return [cells.get(column, "") for column in columns]


def _payers(found: Records, row: int) -> str:
    """Write who pays what: every institute ends in a backslash, which escapes nothing."""
    cost, second = int(found.cost[row]), int(found.payer[row])
    first = INSTITUTES[found.institute[row]][1]
    if second < 0:
        return f"{first}:{cost}\\"
    return f"{first}:{cost - cost // 3}\\{INSTITUTES[second][1]}:{cost // 3}\\"


def links(world: World) -> list[tuple[str, str]]:
    """Return patents with the projects that claim them: some patents came of two, and some are written oddly."""
    chance = np.random.default_rng([world.seed, 22])
    found = records(world, running(world) - 1)
    rows = np.sort(chance.choice(np.flatnonzero(found.sub == 0), LINKS))
    known = [(str(90_000_001 + nth - nth % 7 // 6), core_of(found, row)) for nth, row in enumerate(rows.tolist())]
    known = list(dict.fromkeys(known))
    return [*known, (ODD[0], known[2][1]), *((number, known[-1][1]) for number in ODD[1:])]


def write_links(world: World, path: Path) -> None:
    """Write the zip of the table of patents."""
    rows = [(number, "Simulated patent", project, "SIMULATED ASSIGNEE") for number, project in links(world)]
    _zip(path, "RePORTER_PATENTS_C_ALL.csv",
         [("PATENT_ID", "PATENT_TITLE", "PROJECT_ID", "PATENT_ORG_NAME"), *rows], "utf-8", 15)  # fmt: skip
