"""SBIR.gov's file of a world: SBIR and STTR awards of all agencies, those of NSF and NIH under their own numbers.

Traps as in the real file: nothing is a key, `Stub` where a research institution would stand, four spellings of
amounts and dates, swapped dates, states in full, text from workbooks, bytes that are no UTF-8, an award twice. The
persons are invented, and there to be thrown away.
"""

import csv
import datetime as dt
import io
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from pipelines.demo.cast import is_university
from pipelines.demo.records import JANUARY, World
from pipelines.demo.us import health, health_words
from pipelines.demo.us.awards import FIRST, LAST, awards
from pipelines.demo.us.files import number_of, title_of
from pipelines.demo.us.holders import STATES, holders
from pipelines.demo.us.kinds import KINDS

AWARDS = 240
"""Awards of a world of scale 1, those of NSF and NIH apart."""

CONFLICTING = 200
"""From how many awards on one of them is told in two ways: two rows are then under a hundredth."""

COLUMNS = (
    "Company", "Award Title", "Agency", "Branch", "Phase", "Program", "Agency Tracking Number", "Contract",
    "Proposal Award Date", "Contract End Date", "Solicitation Number", "Solicitation Year", "Solicitation Close Date",
    "Proposal Receipt Date", "Date of Notification", "Topic Code", "Award Year", "Award Amount", "UEI", "Duns",
    "HUBZone Owned", "Socially and Economically Disadvantaged", "Woman Owned", "Number Employees", "Company Website",
    "Address1", "Address2", "City", "State", "Zip", "Abstract", "Contact Name", "Contact Title", "Contact Phone",
    "Contact Email", "PI Name", "PI Title", "PI Phone", "PI Email", "RI Name", "RI POC Name", "RI POC Phone",
)  # fmt: skip
"""The columns of 2026."""

FORMER = (
    *("Hubzone Owned" if name == "HUBZone Owned" else name.replace("Duns", "DUNS") for name in COLUMNS
      if name not in ("UEI", "Solicitation Close Date", "Proposal Receipt Date", "Date of Notification", "Abstract")),
    "Research Keywords", "Abstract",
)  # fmt: skip
"""The columns of the export of 2021."""

AGENCIES = (
    ("Department of Defense", "Navy", "N68335"), ("Department of Defense", "Air Force", "FA8650"),
    ("Department of Energy", "", "DE-SC"), ("National Aeronautics and Space Administration", "", "80NSSC"),
)  # fmt: skip
NSF, HHS = "National Science Foundation", "Department of Health and Human Services"
SMALL_BUSINESS = {"R41": ("STTR", "Phase I"), "R43": ("SBIR", "Phase I"), "R44": ("SBIR", "Phase II")}
"""NIH's activity codes that pay small businesses, as SBIR.gov calls them."""
ABSTRACT = 'Simulated award; nobody does this._x000D_\nIt tries readers with lines, "quotes" and \udc92 no. {nth}.'
PLACEHOLDERS = ("Stub", "N/A", "None")


@dataclass(frozen=True)
class Small:
    """An award to a small company; `company` and `institution` number the cast, -1 for no institution.

    `stands_for` is what is written where no institution is: nothing, a placeholder, or a federal laboratory.
    """

    agency: str
    branch: str
    contract: str
    tracking: str
    programme: str
    phase: str
    title: str
    year: int
    starts_on: dt.date
    days: int
    amount: int
    company: int
    institution: int
    stands_for: str = ""


@lru_cache(maxsize=4)
def small_awards(world: World) -> tuple[Small, ...]:
    """Return the awards of a world's edition: three more with every later one."""
    first = replace(world, edition=1, today=JANUARY)
    return (*_of_nsf(replace(world, edition=1)), *_of_nih(first), *_of_others(world))


def _of_nsf(world: World) -> list[Small]:
    award, chance = awards(world), np.random.default_rng([world.seed, 21])
    universities = _universities(world)
    found = []
    for row in range(len(award.lead)):
        kind = KINDS[award.kind[row]]
        awarded_on = award.awarded_on[row].astype(dt.date)
        if kind.to != "company" or award.awardee[row] < 0 or award.file_year[row] > LAST or awarded_on > JANUARY:
            continue
        programme, _, phase = kind.words.removesuffix(": ").partition(" ")
        number = number_of(award, row)
        partner = int(chance.choice(universities)) if programme == "STTR" else -1
        found.append(Small(NSF, "", number, number, programme, phase, title_of(award, row), awarded_on.year, awarded_on,
                           int(award.ends_on[row].astype(int) - award.starts_on[row].astype(int)),
                           int(award.amounts[row]), int(award.awardee[row]), partner))  # fmt: skip
    return found


def _of_nih(world: World) -> list[Small]:
    """Return what NIH's files tell of small businesses as well: the first year of each such project."""
    chance, universities = np.random.default_rng([world.seed, 23]), _universities(world)
    found = []
    for year in health.files_of(world):
        told = health.records(world, year)
        for row in np.flatnonzero((told.support_year == 1) & (told.sub == 0)).tolist():
            code = health.KINDS[told.kind[row]].code
            if code not in SMALL_BUSINESS:
                continue
            programme, phase = SMALL_BUSINESS[code]
            number, starts_on = health_words.full_of(told, row), told.budget_start[row].astype(dt.date)
            found.append(Small(HHS, "National Institutes of Health", number, health_words.core_of(told, row), programme,
                               phase, health_words.title_of(told, row), starts_on.year, starts_on, 364,
                               int(told.cost[row]), int(told.holder[row]),
                               int(chance.choice(universities)) if programme == "STTR" else -1))  # fmt: skip
    return found


def _of_others(world: World) -> list[Small]:
    chance = np.random.default_rng([world.seed, 22])
    number = max(40, round(AWARDS * world.share))
    cast, universities = world.cast, _universities(world)
    companies = [i for i, o in enumerate(cast) if o.country == "US" and o.activity == "PRC" and o.is_sme]
    found = []
    for nth in range(number + 3 * (world.edition - 1)):
        agency, branch, head = AGENCIES[int(chance.integers(len(AGENCIES)))]
        is_joint, is_second = chance.random() < 0.4, chance.random() < 0.3
        years = range(FIRST, LAST + 1)
        year = years[nth * len(years) // number] if nth < number else LAST
        starts_on = dt.date(year, 1, 1) + dt.timedelta(int(chance.integers(0, 360)))
        company = companies[int(chance.integers(len(companies)))]
        partner = int(chance.choice(universities)) if is_joint else -1
        told = nth % 20
        stands_for = "" if is_joint else {3: "Stub", 9: "N/A", 15: "None"}.get(told, "")
        if is_joint and told == 7:
            partner, stands_for = -1, "Argonne National Laboratory"
        found.append(Small(agency, branch, f"{head}-{year % 100:02d}-C-{9000 + nth}", f"T{90_000 + nth}",
                           "STTR" if is_joint else "SBIR", "Phase II" if is_second else "Phase I",
                           f"Simulated award of an agency, no. {nth}", year, starts_on, 730 if is_second else 182,
                           int(chance.integers(90, 160)) * (8_000 if is_second else 1_000), company, partner,
                           stands_for))  # fmt: skip
    return found


def _universities(world: World) -> np.ndarray:
    return np.array([i for i, o in enumerate(world.cast) if is_university(o, "US")])


def rows(world: World) -> list[dict[str, str]]:
    """Return the file's rows: the awards, the first STTR award once more, and one in another wording if it may be."""
    found = [_row(world, nth, award) for nth, award in enumerate(small_awards(world))]
    again = next(row for row in found if row["Program"] == "STTR" and row["RI Name"])
    found.append(again)
    if (conflict := conflicting(world)) >= 0:
        found.append(found[conflict] | {"Award Title": "Simulated award in other words"})
    return found


def conflicting(world: World) -> int:
    """Return which award is told in two ways, or -1: one without a research institution."""
    known = small_awards(world)
    if len(known) < CONFLICTING:
        return -1
    return next(n for n, a in enumerate(known) if a.programme == "SBIR" and not a.stands_for)


def _row(world: World, nth: int, award: Small) -> dict[str, str]:
    company = holders(world)[award.company]
    ends_on = award.starts_on + dt.timedelta(award.days)
    first, last = (ends_on, award.starts_on) if nth % 17 == 5 else (award.starts_on, ends_on)
    partner = holders(world)[award.institution].does if award.institution >= 0 else award.stands_for
    title = (
        award.title.replace("award", "award &amp; R&D;", 1) if nth % 11 == 2 and award.agency != NSF else award.title
    )
    return {
        "Company": company.name, "Award Title": title, "Agency": award.agency, "Branch": award.branch,
        "Phase": award.phase, "Program": award.programme, "Agency Tracking Number": award.tracking,
        "Contract": award.contract, "Proposal Award Date": _day(first, nth), "Contract End Date": _day(last, nth),
        "Solicitation Year": str(award.year), "Topic Code": f"S{nth % 40:02d}", "Award Year": str(award.year),
        "Award Amount": _dollars(award.amount, nth), "UEI": company.uei if award.year >= 2022 else "",
        "Duns": company.duns if award.year < 2022 else "", "HUBZone Owned": "N",
        "Socially and Economically Disadvantaged": "N", "Woman Owned": "Y" if nth % 5 == 0 else "N",
        "Number Employees": str(nth % 40), "Address1": "1 Simulated Street", "City": company.city,
        "State": STATES[company.state] if nth % 6 == 1 else company.state, "Zip": "00000",
        "Abstract": ABSTRACT.format(nth=nth),
        "Contact Name": "Simulated Contact", "Contact Phone": "7035550100", "Contact Email": "contact@example.org",
        "PI Name": "Simulated Person", "PI Phone": "() -", "PI Email": "person@example.org",
        "RI Name": partner.upper() if nth % 4 == 1 and award.institution >= 0 else partner,
        "RI POC Name": "Simulated Contact" if partner else "", "RI POC Phone": "() -",
    }  # fmt: skip


def _day(day: dt.date, nth: int) -> str:
    return (
        day.strftime("%m-%d-%Y"),
        day.strftime("%m/%d/%Y"),
        day.isoformat(),
        f"{day.strftime('%B')} {day.day}, {day.year}",
    )[nth % 4]


def _dollars(amount: int, nth: int) -> str:
    if nth % 23 == 11:
        return "0" if nth % 2 else ""
    return (f"{amount}", f"{amount}.00", f"{amount:,}", f"${amount:,}")[nth % 4]


def write(world: World, path: Path, columns: tuple[str, ...] = COLUMNS) -> None:
    """Write the file in the columns of 2026, or of 2021 (FORMER), the same bytes for the same world."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    today = {name.casefold(): name for name in COLUMNS}
    for row in rows(world):
        writer.writerow([row.get(today.get(name.casefold(), name), "") for name in columns])
    path.write_bytes(out.getvalue().encode("utf-8", "surrogateescape"))
