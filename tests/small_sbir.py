"""SBIR.gov's file written by hand, in the columns of 2026 and of 2021. Companies, persons and awards are invented."""

import csv
import io
from pathlib import Path

PHONE, MAIL, PERSON = "555-010-0199", "ada.quorvane@example.org", "Adalind Quorvane"
"""What must never reach core, nor the name."""

NEW = (
    "Company", "Award Title", "Agency", "Branch", "Phase", "Program", "Agency Tracking Number", "Contract",
    "Proposal Award Date", "Contract End Date", "Solicitation Number", "Solicitation Year", "Solicitation Close Date",
    "Proposal Receipt Date", "Date of Notification", "Topic Code", "Award Year", "Award Amount", "UEI", "Duns",
    "HUBZone Owned", "Socially and Economically Disadvantaged", "Woman Owned", "Number Employees", "Company Website",
    "Address1", "Address2", "City", "State", "Zip", "Abstract", "Contact Name", "Contact Title", "Contact Phone",
    "Contact Email", "PI Name", "PI Title", "PI Phone", "PI Email", "RI Name", "RI POC Name", "RI POC Phone",
)  # fmt: skip
"""The 42 columns of 2026."""

LATER = ("UEI", "Solicitation Close Date", "Proposal Receipt Date", "Date of Notification", "Abstract")
RENAMED = {"Duns": "DUNS", "HUBZone Owned": "Hubzone Owned"}
OLD = (*(RENAMED.get(name, name) for name in NEW if name not in LATER), "Research Keywords", "Abstract")
"""The columns of the export of 2021: no UEI, three dates less, other capitals, and the abstract last."""

PLAIN = {
    "Company": "Quorvane Optics, Inc.",
    "Award Title": "Widgets that see",
    "Agency": "Department of Defense",
    "Branch": "Navy",
    "Phase": "Phase I",
    "Program": "STTR",
    "Agency Tracking Number": "N20-001",
    "Contract": "N68335-20-C-0001",
    "Proposal Award Date": "02-21-2020",
    "Contract End Date": "08-20-2020",
    "Topic Code": "N20A-T001",
    "Award Year": "2020",
    "Award Amount": "124999.00",
    "Duns": "012345678",
    "City": "Springfield",
    "State": "IL",
    "Zip": "62701",
    "Number Employees": "0",
    "Abstract": "Widgets are seen.\nThey see.",
    "Contact Name": PERSON,
    "Contact Phone": PHONE,
    "Contact Email": MAIL,
    "PI Name": PERSON,
    "PI Email": MAIL,
    "RI Name": "University of Almere",
    "RI POC Name": PERSON,
    "RI POC Phone": PHONE,
}


def award(**changed: str) -> dict[str, str]:
    """The plain award with some cells changed; a blank in a column's name is written as an underscore."""
    return PLAIN | {name.replace("_", " "): value for name, value in changed.items()}


def text(awards: list[dict[str, str]], columns: tuple[str, ...] = NEW) -> bytes:
    """The file of some awards."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    former = {new: old for old, new in RENAMED.items()}
    writer.writerows([[row.get(former.get(name, name), "") for name in columns] for row in awards])
    return out.getvalue().encode()


def many(number: int = 150) -> list[dict[str, str]]:
    """Simulated awards of no further interest, so that one bad one stays within the tolerance of one in a hundred."""
    return [award(Contract=f"C{n:05d}", Agency_Tracking_Number=f"T{n:05d}") for n in range(number)]


def write(mirror: Path, content: bytes) -> Path:
    """Write the file into a mirror."""
    path = mirror / "sbir" / "award_data.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
