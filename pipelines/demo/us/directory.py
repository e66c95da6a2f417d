"""The directory of the cast's US universities, as IPEDS writes it, with a few institutions of other kinds.

Traps as in the real files: Latin-1, numbers padded with a blank, negative codes and single blanks for what is
missing, a UEI in small letters, one that stands under two institutions, one twice in a cell, a closed institution,
a system's office, a school for profit.
"""

import zipfile
from dataclasses import dataclass
from pathlib import Path

from pipelines.demo.records import World
from pipelines.demo.us.campuses import campuses

FIRST, REVISED = 2021, 2023
ADDED = 2025
"""The year from which on there is a column more."""

TEXTS = (
    "INSTNM", "IALIAS", "ADDR", "CITY", "STABBR", "ZIP", "CHFNM", "CHFTITLE", "GENTELE", "EIN", "UEIS", "OPEID",
    "WEBADDR", "NEWID", "F1SYSNAM",
)  # fmt: skip
COLUMNS = (
    "UNITID", "INSTNM", "IALIAS", "ADDR", "CITY", "STABBR", "ZIP", "CHFNM", "CHFTITLE", "GENTELE", "EIN", "UEIS",
    "OPEID", "WEBADDR", "SECTOR", "ICLEVEL", "CONTROL", "MEDICAL", "NEWID", "CYACTIVE", "C21BASIC", "F1SYSNAM",
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """An institution of a year: its cells by column, and how many identifiers stand in them, how many twice."""

    cells: dict[str, str]
    identifiers: int
    twice: int = 0


def listed(world: World, year: int) -> list[Listed]:
    """Return the institutions of a year; a later edition gives the revised year one alias more."""
    universities = campuses(world)
    found = []
    for number, campus in enumerate(universities):
        ueis = campus.uei.lower() if number == 1 else campus.uei
        alias = "Revised Alias" if year == REVISED and world.edition > 1 and number == 0 else " "
        found.append(
            _listed(
                campus.unitid, campus.name, campus.city, campus.state, ueis, IALIAS=alias,
                SECTOR="0" if campus.is_office else "1", MEDICAL="1" if number % 4 == 0 else "2",
                C21BASIC="-2" if campus.is_office else "15", WEBADDR=f"www.{campus.unitid}.example.org/",
            )
        )  # fmt: skip
    first = universities[0]
    # A branch registered under its university's UEI, which stands twice in the cell.
    found.append(_listed("999001", f"{first.name}-Québec Branch", first.city, first.state, f"{first.uei}|{first.uei}"))
    found.append(
        _listed("999002", "Simulated Trade School", "Tempe", "AZ", "S1M999999002", CONTROL="3", ICLEVEL="3",
                SECTOR="9", C21BASIC="-2")
    )  # fmt: skip
    found.append(
        _listed("999003", "Simulated Closed College", "Tempe", "AZ", " ", CYACTIVE="3", NEWID=universities[-1].unitid)
    )
    return found


def _listed(unitid: str, name: str, city: str, state: str, ueis: str, **more: str) -> Listed:
    cells = {
        "UNITID": unitid, "INSTNM": name, "IALIAS": " ", "ADDR": "1 Simulated Way", "CITY": city, "STABBR": state,
        "ZIP": "00000", "CHFNM": "Nobody", "CHFTITLE": "President", "GENTELE": "0000000000", "EIN": "-2",
        "UEIS": ueis, "OPEID": f"00{unitid}", "WEBADDR": " ", "SECTOR": "1", "ICLEVEL": "1", "CONTROL": "1",
        "MEDICAL": "-1", "NEWID": "-2", "CYACTIVE": "1", "C21BASIC": "16", "F1SYSNAM": "-2",
    }  # fmt: skip
    written = [u for u in ueis.split("|") if u.strip()]
    return Listed(cells | more, len(written) + 1, len(written) - len(set(written)))


def write(world: World, year: int, path: Path) -> None:
    """Write the zip of a year: a later edition has the final file beside the provisional one in the revised year."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        first = World(world.scale, world.seed, world.projects, today=world.today)
        archive.writestr(zipfile.ZipInfo(f"hd{year}.csv", (2026, 1, 1, 0, 0, 0)), _text(first, year))
        if year == REVISED and world.edition > 1:
            archive.writestr(zipfile.ZipInfo(f"hd{year}_rv.csv", (2026, 1, 1, 0, 0, 0)), _text(world, year))


def _text(world: World, year: int) -> bytes:
    columns = (*COLUMNS, *(("NEWCODE",) if year >= ADDED else ()))
    rows = [",".join(_cell(column, one.cells.get(column, "1")) for column in columns) for one in listed(world, year)]
    return "\r\n".join([",".join(columns), *rows, ""]).encode("latin-1")


def _cell(column: str, text: str) -> str:
    return f'"{text}"' if column in TEXTS else text.rjust(2)
