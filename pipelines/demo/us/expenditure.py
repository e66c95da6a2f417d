"""Research expenditure of the cast's US universities, as HERD's microdata tell it: a line a cell of the form.

Traps as in the real files: Latin-1, a header with blanks behind it, a source of funds that is left blank and is no
0, imputed figures, the parts of institution funds beside their sum, and lines of questions that are not read.
"""

import csv
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.demo.records import World
from pipelines.demo.us.campuses import Campus, campuses

FIRST, LAST, REVISED, RENAMED = 2021, 2024, 2023, 2023
"""First and last fiscal year; the one that the second edition revises; the first under a university's new name."""

SHARES = {"a": 0.55, "b": 0.05, "c": 0.06, "d": 0.07, "e": 0.23, "f": 0.04}
LABELS = {
    "a": "Federal government", "b": "State and local government", "c": "Business", "d": "Nonprofit organizations",
    "e": "Institution funds", "f": "All other sources", "g": "Total",
}  # fmt: skip
HEADER = (
    "inst_id", "year", "ncses_inst_id", "ipeds_unitid", "hbcu_flag", "med_sch_flag", "hhe_flag", "toi_code",
    "hdg_code", "toc_code", "inst_name_long", "inst_city", "inst_state_code", "inst_zip", "questionnaire_no  ",
    "question", "row", "column", "data", "status", "othinfo",
)  # fmt: skip
LONGER = ("othinfo_s", "standardized_agency_names")
"""What the standard form has besides."""

OTHERS = (
    ("09F01", "Federal expenditures by field and agency", "All", "NSF"),
    ("11F01", "Nonfederal expenditures by field and source", "All", "Business"),
    ("15", "Headcount of personnel", "Researchers", "Total"),
)
"""Cells of questions that are not read."""


@dataclass(frozen=True)
class Reported:
    """What a university reports for a year: thousands by item, None where it left one blank."""

    campus: Campus
    name: str
    items: dict[str, int | None]
    is_imputed: bool


def is_short(number: int) -> bool:
    """Return whether a university fills in the short form: every ninth."""
    return number % 9 == 8


def reported(world: World, year: int) -> list[Reported]:
    """Return what each university reports for a fiscal year; the revised year moves money of the first to business."""
    chance = np.random.default_rng([world.seed, 10, year])
    found = []
    for number, campus in enumerate(campuses(world)):
        size = campus.spent * 1.03 ** (year - FIRST) * float(chance.lognormal(0, 0.05))
        items: dict[str, int | None] = {key: round(size * share) for key, share in SHARES.items()}
        if is_short(number):
            items["d"] = None
        if number == 0 and year == REVISED and world.edition > 1:
            items |= {"c": (items["c"] or 0) + 100 * world.edition, "f": (items["f"] or 0) - 100 * world.edition}
        items["g"] = sum(value or 0 for value in items.values())
        name = campus.former if campus.former and year < RENAMED else campus.name
        found.append(Reported(campus, name, items, is_imputed=number == 2))
    return found


def lines(told: Reported) -> list[tuple[str, str, str, str, str]]:
    """Return the cells of a form: number, question, row, column and figure."""
    cells = [(f"01.{key}", "Source", LABELS[key], "Total", _figure(value)) for key, value in told.items.items()]
    half = (told.items["e"] or 0) // 2
    cells += [
        ("01.e1", "Source", "Institutionally financed organized research", "Total", str(half)),
        ("01.e2", "Source", "Cost sharing", "Total", str((told.items["e"] or 0) - half)),
    ]
    return [*cells, *((*other, "0") for other in OTHERS)]


def _figure(value: int | None) -> str:
    return "" if value is None else str(value)


def write(world: World, year: int, short: bool, path: Path) -> None:
    """Write the zip of a year's form, the same bytes for the same world."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow((*HEADER, *(() if short else LONGER)))
    for number, told in enumerate(reported(world, year)):
        if is_short(number) == short:
            table.writerows(_rows(told, year, short))
    name = f"short{year}.csv" if short else f"herd{year}.csv"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), out.getvalue().encode("latin-1"))
        archive.writestr(zipfile.ZipInfo(name.replace(".csv", ".sas7bdat"), (2026, 1, 1, 0, 0, 0)), b"simulated")


def _rows(told: Reported, year: int, short: bool) -> list[tuple[str, ...]]:
    campus = told.campus
    # Johns Hopkins has no number of IPEDS in the real files.
    unitid = "" if campus.is_office else campus.unitid
    about = (
        campus.inst_id, str(year), f"U9{campus.inst_id}", unitid, "0", "0", "0", "1", "1", "1",
        told.name, campus.city, campus.state, "00000",
    )  # fmt: skip
    status = "i" if told.is_imputed else ""
    note = ("Simulé, by nobody",) if short else ("Simulé, by nobody", "", "")
    return [(*about, *cell, status, *note) for cell in lines(told)]
