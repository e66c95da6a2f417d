"""A mirror of HE-BCI's real files with simulated HESA tables beside them, and the release made from it.

The real files are read where they lie or copied into a test's own folder, never into the project. What is
simulated is HESA's incomes and staff of two English providers, and the exchange rates. Of ROR it has the five
universities that the sample of HE-BCI holds, by their true ids.
"""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import warehouse
from pipelines import release as releasing
from pipelines import steps
from tests import small_world
from warehouse.read import Release
from warehouse.store import Home

DURHAM = "https://ror.org/01v29qb04"
NEWCASTLE = "https://ror.org/01kj2bm70"
INSTITUTIONS = (
    (DURHAM, "Durham University", "University of Durham", "", "education", "GB", "Durham"),
    (NEWCASTLE, "Newcastle University", "University of Newcastle upon Tyne", "", "education", "GB", "Newcastle"),
    ("https://ror.org/049e6bc10", "Northumbria University", "University of Northumbria at Newcastle", "", "education",
     "GB", "Newcastle"),
    ("https://ror.org/04p55hr04", "University of Sunderland", "University of Sunderland", "", "education", "GB",
     "Sunderland"),
    ("https://ror.org/03z28gk75", "Teesside University", "Teesside University", "", "education", "GB", "Middlesbrough"),
)  # fmt: skip
NAMES = {"10007143": "University of Durham", "10007799": "Newcastle University"}
YEARS = ("2021/22", "2022/23", "2023/24")
OLD_LABEL = ("2014/15", "2015/16", "2016/17")

FINANCE = (
    "UKPRN,HE Provider,Country of HE provider,Region of HE provider,Academic year,Financial year end,"
    "Category marker,Category,Value(£000s),Year End Month"
).split(",")
STAFF = (
    "UKPRN,HE Provider,Country of HE provider,Region of HE provider,Mode of employment,Atypical marker,"
    "Academic marker,Contract marker,Academic Year,Activity standard occupational classification,Number"
).split(",")


@dataclass(frozen=True)
class Simulated:
    """Simulated HESA figures of a provider: total income and research income (£000), academic staff, by year."""

    income: tuple[int, int, int]
    research: tuple[int, int, int]
    staff: tuple[int, int, int]


def mirror_of(real: Path, mirror: Path, simulated: Mapping[str, Simulated]) -> Path:
    """Make a mirror: HE-BCI real (with the older label in early years), HESA and rates simulated, five of ROR."""
    small_world.ror(mirror, small_world.registry(INSTITUTIONS))
    (mirror / "hebci").mkdir()
    for path in sorted((real / "hebci").glob("*.csv")):
        text = path.read_text(encoding="utf-8-sig")
        if path.name == "table-4e.csv":
            text = "\n".join(_as_formerly(line) for line in text.split("\n"))
        (mirror / "hebci" / path.name).write_text(text, encoding="utf-8")
    _write(mirror / "hesa" / "finance-table-1.csv", FINANCE, _finance(simulated))
    _write(mirror / "hesa" / "staff-table-1.csv", STAFF, _staff(simulated))
    rates(mirror)
    return mirror


def _as_formerly(line: str) -> str:
    is_early = any(f",{year}," in line for year in OLD_LABEL)
    return line.replace("Student start-ups", "Graduate start-ups") if is_early else line


def _finance(simulated: Mapping[str, Simulated]) -> list[list[object]]:
    return [
        [ukprn, NAMES[ukprn], "England", "North East", year, f"31/07/20{year[-2:]}", "Income", category, value, "All"]
        for ukprn, figures in simulated.items()
        for year, total, research in zip(YEARS, figures.income, figures.research, strict=True)
        for category, value in (
            ("Tuition fees and education contracts", total - research),
            ("Funding body grants", 0),
            ("Research grants and contracts", research),
            ("Other income", 0),
            ("Investment income", 0),
            ("Donations and endowments", 0),
            ("Total income", total),
        )
    ]


def _staff(simulated: Mapping[str, Simulated]) -> list[list[object]]:
    marks = ("All", "Non-atypical", "Academic", "Academic")
    return [
        [ukprn, NAMES[ukprn], "England", "North East", *marks, year, "Total academic staff", number]
        for ukprn, figures in simulated.items()
        for year, number in zip(YEARS, figures.staff, strict=True)
    ]


def rates(mirror: Path) -> None:
    """Write simulated daily rates: 0.8 pounds to the euro on every weekday from 2014 to 2025."""
    first, last = dt.date(2014, 1, 1), dt.date(2025, 12, 31)
    days = [first + dt.timedelta(n) for n in range((last - first).days + 1)]
    out = io.StringIO()
    # The publisher's file has the latest day first and a comma at the end of each line.
    csv.writer(out, lineterminator="\n").writerows(
        [["Date", "USD", "GBP", ""], *([day, "1.1", "0.8", ""] for day in reversed(days) if day.weekday() < 5)]
    )
    path = mirror / "ecb_rates" / "eurofxref-hist.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("eurofxref-hist.csv", out.getvalue())


def _write(path: Path, header: list[str], rows: list[list[object]]) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([header, *rows])


def release_of(mirror: Path, home: Path) -> Release:
    """Ingest ROR, HE-BCI, HESA and the rates from a mirror, and make a release."""
    for outcome in steps.ingest_all(Home(home), ("ror", "hebci", "hesa", "ecb_rates"), mirror):
        assert not outcome.failed
    return warehouse.open(releasing.make(Home(home)).path.name, home=Home(home))
