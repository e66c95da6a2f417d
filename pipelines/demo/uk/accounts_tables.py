"""HESA's finance table 1 and staff table 1: every figure twice, sums beside parts, blanks that tell groups apart."""

from pathlib import Path

import numpy as np

from pipelines.demo.records import World
from pipelines.demo.uk import sheet
from pipelines.demo.uk.accounts import NOT_APPLICABLE, OCCUPATIONS, Figures, money, staff
from pipelines.demo.uk.providers import academic, providers, years

DATED = 2017
"""From 2017/18 on figures carry the day the financial year ends, and stand a second time under its month."""

VOLUNTARY = 2019
"""From 2019/20 on some providers no longer report staff who are not academic."""

BLANK = 3

GROUPS = {
    ("Non-atypical", "Academic", "Academic"): ("Academic", "Total academic staff", 0),
    ("Non-atypical", "Non-academic", "Non-academic"): ("Non-academic", "Total non-academic staff", 1),
    ("Non-atypical", "Academic", "All (excluding atypical)"): ("Academic", "Total academic staff", 0),
    ("Non-atypical", "Non-academic", "All (excluding atypical)"): ("Non-academic", "Total non-academic staff", 1),
    ("Non-atypical", "All", "All (excluding atypical)"): ("All", "Total", 0),
    ("Academic atypical", "Academic", "Academic"): ("Atypical", "Total academic atypical staff", 2),
}
"""Atypical, academic and contract markers, to the staff meant, the name of the total, and how many trailing
blanks tell this group's occupations from another's."""


def months(year: int) -> tuple[str, ...]:
    """Return the year-end months under which a year's figures stand."""
    return ("All", "07, July") if year >= DATED else ("All",)


def write_finance(world: World, path: Path) -> None:
    """Write finance table 1, the same bytes for the same world."""
    told = years(world, 2015)
    sheet.write_preamble(path, world, "HESA Finance Table 1 - Income and expenditure", "/finances/table-1", told)
    names = ("Academic year", "Financial year end", "Category marker", "Category", "Value(£000s)", "Year End Month")
    sheet.write_header(path, names)
    count, reporters = len(providers(world)), len(sheet.reporters(world)[0])
    for year in told:
        found = money(world, year)
        ends = [f"31/07/{year + 1}" if year >= DATED else ""] * count + [""] * (reporters - count)
        values = np.stack(list(found.values()), axis=1)
        empty = np.array([BLANK * (key in NOT_APPLICABLE) for key in found])
        marks = np.broadcast_to(empty, values.shape)
        for month in months(year):
            columns = [
                sheet.Column([academic(year)], "all"),
                sheet.Column(ends, "reporter"),
                sheet.Column([marker for marker, _ in found], "cell"),
                sheet.Column([category for _, category in found], "cell"),
                None,
                sheet.Column([month], "all"),
            ]
            sheet.write_lines(path, world, columns, values, marks)


def staff_lines(found: Figures) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the labels of the lines of staff table 1, each with its figure: modes, markers, occupation."""
    lines: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    for mode in ("All", "Full-time", "Part-time"):
        for markers, (kind, total, blanks) in GROUPS.items():
            for occupation in OCCUPATIONS.get(kind, ()):
                is_shared = occupation in OCCUPATIONS["Academic"]
                lines.append(((mode, *markers, occupation + " " * blanks * is_shared), (mode, kind, occupation)))
            lines.append(((mode, *markers, total), (mode, kind, "Total")))
    return lines


def write_staff(world: World, path: Path) -> None:
    """Write staff table 1, the same bytes for the same world."""
    told = years(world)
    sheet.write_preamble(path, world, "HESA Staff Table 1 - Staff by activity", "/staff/table-1", told)
    markers = ("Mode of employment", "Atypical marker", "Academic marker", "Contract marker")
    sheet.write_header(path, (*markers, "Academic Year", "Activity standard occupational classification", "Number"))
    for year in told:
        found = staff(world, year)
        lines = staff_lines(found)
        values = np.stack([found[key] for _, key in lines], axis=1)
        marks = np.zeros_like(values)
        if year >= VOLUNTARY:
            silent = np.arange(len(values)) % 4 == 3
            marks[np.ix_(silent, np.array([labels[2] != "Academic" for labels, _ in lines]))] = BLANK
        *before, occupation = zip(*(labels for labels, _ in lines), strict=True)
        columns = [sheet.Column(column, "cell") for column in before]
        columns += [sheet.Column([academic(year)], "all"), sheet.Column(occupation, "cell")]
        sheet.write_lines(path, world, [*columns, None], values, marks)
