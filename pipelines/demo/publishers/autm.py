"""A SYNTHETIC export of AUTM's licensing survey: nobody's figures, made up whole, in a file that says so.

AUTM publishes nothing openly and has no server: a subscriber's export lies in a folder. So does this one, with the
headers as R mangles them, missing values, flags in six spellings, respondents without a name, and the pools among
the institutions. Totals add up but for legal fees in one year. A later edition has a fiscal year more.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np

from pipelines import autm_columns
from pipelines.demo.cast import is_university
from pipelines.demo.publisher import Book, Listing, Posted, Stored
from pipelines.demo.records import World

PART = "synthetic-statt"
ADDRESSES: dict[str, str] = {}
FOLDERS = {"IUR_AUTM_PATH": "autm"}

FIRST, LAST = 2016, 2024
FIRST_ID = 9_000_001
"""Ids nobody has."""

ANONYMOUS = 2
"""Respondents that have an id and no name."""

BROKEN = 2018
"""The year in which the totals of legal fees are wrong."""

FLAGS = ("Yes", "No", "yes", "no", "N", " ")

LEVELS = {
    "Tot.Res.Exp": 4e8, "Fed.Res.Exp": 0.55, "Ind.Res.Exp": 0.07, "Leg.Fees": 2e6, "Act.Lic": 400, "Excl.Lic.Opt.": 0.4,
    "Non.Excl.Lic.Opt": 0.6, "Tot.Lic.St.Ups": 0.2, "Tot.Lic.Sm.Co": 0.5, "Tot.Lic.Lg.Co": 0.3, "Lic.Iss": 40,
    "Opt.Iss": 10, "Gross.Lic.Inc": 1.5e7, "Lic.Inc.Equ": 0.05, "Lic.Inc.Pd.Oth": 0.03, "Inv.Dis.Rec": 200,
    "New.Pat.App.Fld": 120, "Iss.US.Pat": 60, "St.Ups.Formed": 9, "St.Ups.in.Home.St": 0.7, "Cum.Op.St.Ups": 70,
}  # fmt: skip
"""What a column begins at; under 1 it is a share of another, or of the licences and options of a year."""

WHOLE = {
    "Fed.Res.Exp": "Tot.Res.Exp", "Ind.Res.Exp": "Tot.Res.Exp", "Lic.Inc.Equ": "Gross.Lic.Inc",
    "Lic.Inc.Pd.Oth": "Gross.Lic.Inc", "St.Ups.in.Home.St": "St.Ups.Formed",
}  # fmt: skip

EXCLUSIVE, CLASSES = ("Excl.Lic.Opt.", "Non.Excl.Lic.Opt"), ("Tot.Lic.St.Ups", "Tot.Lic.Sm.Co", "Tot.Lic.Lg.Co")


def files(world: World) -> list[Posted]:
    """Return the one export."""
    name = f"{PART}.csv"
    return [Posted("autm", PART, f"/autm/{name}", partial(write, world), "text/csv", since=world.edition)]


def listings(world: World, base: str, stored: Mapping[str, Stored]) -> list[Listing]:
    """Return nothing: the export lies in a folder."""
    return []


def books(world: World) -> dict[str, dict[str, Book]]:
    """Return what is kept: every figure of respondents, and none of the two pools."""
    figures = len(LEVELS) + 1  # and the flag
    kept, pools = ((each * len(_years(world)) * figures) for each in (len(_names(world)), 2))
    return {PART: {"survey_value": Book(kept + pools, kept, dropped={"pool": pools})}}


def _years(world: World) -> range:
    return range(FIRST, LAST + world.edition)


def _names(world: World) -> list[str]:
    """Return the respondents' names; the anonymous ones have none."""
    there = [o.name for o in world.cast if is_university(o, "US")]
    return ["" if place < ANONYMOUS else name for place, name in enumerate(there)]


def _figures(world: World, year: int) -> dict[str, np.ndarray]:
    """Return the figures of a year, a value a respondent and one for the institutions that withhold their name."""
    count = len(_names(world)) + 1
    size = np.random.default_rng([world.seed, 41]).lognormal(0, 0.8, count)
    chance = np.random.default_rng([world.seed, 42, year])
    found: dict[str, np.ndarray] = {}
    for column, level in LEVELS.items():
        if column in WHOLE:
            found[column] = np.floor(found[WHOLE[column]] * np.minimum(level * chance.lognormal(0, 0.2, count), 0.45))
        elif level >= 1:
            found[column] = np.round(level * size * chance.lognormal(0, 0.1, count) * 1.02 ** (year - FIRST))
            if column == "Tot.Res.Exp":
                found[column][0] = 1e8  # a round number, as R writes it: 1e+08
    signed = (found["Lic.Iss"] + found["Opt.Iss"]).astype(int)
    for columns in (EXCLUSIVE, CLASSES):
        split = chance.multinomial(signed, [LEVELS[c] for c in columns])
        found |= {column: split[:, place].astype(float) for place, column in enumerate(columns)}
    return found


def write(world: World, path: Path) -> None:
    """Write the export as R's write.csv does, the same bytes for the same world."""
    names = _names(world)
    known = [c.column for c in autm_columns.read() if c.column in LEVELS]
    lines = [",".join(f'"{column}"' for column in ("YEAR", "X.ID.", "MEDSCHL", "INSTITUTION", *known))]
    for year in _years(world):
        figures = _figures(world, year)
        is_missing = np.random.default_rng([world.seed, 43, year]).random((len(names), len(known))) < 0.04
        for place, name in enumerate(names):
            cells = ["NA" if is_missing[place, i] else _r(figures[c][place]) for i, c in enumerate(known)]
            said = f'"{name}"' if name else "NA"
            flag = FLAGS[(place + year) % len(FLAGS)]
            lines.append(",".join([str(year), str(FIRST_ID + place), f'"{flag}"', said, *cells]))
        named = [float(np.where(is_missing[:, i], 0, figures[c][:-1]).sum()) for i, c in enumerate(known)]
        withheld = [figures[c][-1] for c in known]
        totals = [n + w + (c == "Leg.Fees" and year == BROKEN) for n, w, c in zip(named, withheld, known, strict=True)]
        for pool, values in (("Confidentials", withheld), ("Totals", totals)):
            lines.append(",".join([str(year), "NA", "NA", f'"{pool}"', *map(_r, values)]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _r(value: float) -> str:
    """Write a number as R does: in powers of ten where that is shorter."""
    plain = f"{value:.0f}"
    digits = plain.rstrip("0")
    return f"{digits}e+{len(plain) - 1:02d}" if len(digits) == 1 and len(plain) > 5 else plain
