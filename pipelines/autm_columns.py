"""The columns of an AUTM export: which holds what, by a seed table that a user may replace.

The columns of an export depend on who made it with what; nothing but this table knows their names.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from pipelines.source import RawTable, SourceError

ID, YEAR, NAME = "reporter_id", "fiscal_year", "reporter_name"
SHIPPED = Path(__file__).resolve().parents[1] / "warehouse" / "seeds" / "autm_columns.csv"


@dataclass(frozen=True)
class Column:
    """A column of an export: what it holds (`field`), and of a figure the measure, breakdown and unit.

    `unit` is money, count or flag: a flag is 1 or 0.
    """

    column: str
    formerly: tuple[str, ...]
    field: str
    measure: str
    breakdown: str
    unit: str


def read(path: Path = SHIPPED) -> tuple[Column, ...]:
    """Read a seed of columns; SourceError where a row says nothing that is known, or one that must be there is not."""
    found: list[Column] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            cells = {name: (row.get(name) or "").strip() for name in _SEED}
            column = Column(
                cells["column"],
                tuple(n for n in cells["formerly"].split("|") if n),
                cells["field"],
                cells["measure"],
                cells["breakdown"] or "all",
                cells["unit"],
            )
            if wrong := _wrong(column, found):
                raise _bad_seed(f"{column.column or 'a row'}: {wrong}", path, line)
            found.append(column)
    for field in (ID, YEAR):
        if field not in {column.field for column in found}:
            raise _bad_seed(f"no column holds the {field}", path)
    return tuple(found)


_SEED = ("column", "formerly", "field", "measure", "breakdown", "unit")


def _wrong(column: Column, before: list[Column]) -> str:
    """Say what is wrong with a row of the seed, or nothing."""
    if not column.column:
        return "names no column"
    if column.field not in (ID, YEAR, NAME, "figure", "unread"):
        return f"field is {column.field or 'blank'}: use {YEAR}, {ID}, {NAME}, figure or unread"
    if column.column in {c.column for c in before}:
        return "stands twice"
    if column.field != "figure":
        same = column.field != "unread" and column.field in {c.field for c in before}
        return f"a second column for {column.field}" if same else ""
    if not re.fullmatch("[a-z][a-z0-9_]*", column.measure) or not re.fullmatch("[a-z][a-z0-9_]*", column.breakdown):
        return "measure and breakdown are lower-case words joined by _"
    if column.unit not in ("money", "count", "flag"):
        return f"unit is {column.unit or 'blank'}: use money, count or flag"
    twice = (column.measure, column.breakdown) in {(c.measure, c.breakdown) for c in before}
    return "a second column for one figure" if twice else ""


def _bad_seed(what: str, path: Path, line: int | None = None) -> SourceError:
    return SourceError(
        what,
        source="autm",
        file=path.name,
        line=line,
        rule="column, formerly, field, measure, breakdown, unit",
        mend="compare the file in IUR_HOME/seeds with the shipped warehouse/seeds/autm_columns.csv",
    )


def raw(known: tuple[Column, ...]) -> RawTable:
    """Return the contract of an export's columns: id and year must be there, any of the others may be."""
    must = [next(c for c in known if c.field == field) for field in (YEAR, ID)]
    return RawTable(
        tuple(c.column for c in must),
        core="survey_value",
        key=tuple(c.column for c in must),
        optional=tuple(c.column for c in known if c not in must),
        formerly={c.column: c.formerly for c in known if c.formerly},
        any_case=True,
    )
