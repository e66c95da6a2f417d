"""The applicants that are asked for: a seed of the names under which institutions apply for patents.

A user's own `seeds/epo_applicants.csv` in the data home stands in for the shipped one.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from pipelines.source import SourceError

SHIPPED = Path(__file__).resolve().parents[2] / "warehouse" / "seeds" / "epo_applicants.csv"
COLUMNS = ("slug", "applicant", "institution_ror_id", "reason", "source")


@dataclass(frozen=True)
class Applicant:
    """An applicant to ask for: a short name for files, the name to search by, and the institution it stands for."""

    slug: str
    name: str
    institution: str


def of_home(home: Path | None) -> tuple[Applicant, ...]:
    """Return the applicants of a data home: the user's, or else the shipped ones."""
    own = home / "seeds" / "epo_applicants.csv" if home else None
    return read(own if own and own.exists() else SHIPPED)


def read(path: Path = SHIPPED) -> tuple[Applicant, ...]:
    """Read a seed of applicants; SourceError for a row that cannot be asked for, and where there is none."""
    found: list[Applicant] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            slug, name, institution, *_ = ((row.get(column) or "").strip() for column in COLUMNS)
            if wrong := _wrong(slug, name, found):
                raise _bad(f"{slug or name or 'a row'}: {wrong}", path, line)
            found.append(Applicant(slug, name, institution))
    if not found:
        raise _bad("names no applicant", path)
    return tuple(found)


def _wrong(slug: str, name: str, before: list[Applicant]) -> str:
    """Say what is wrong with a row, or nothing."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", slug):
        return "slug is no word of lower-case letters, figures and _"
    if not name or re.search(r'["\\*?#]', name):
        return "applicant is blank, or has quotes or a sign that stands for others"
    if slug in {a.slug for a in before} or name.casefold() in {a.name.casefold() for a in before}:
        return "stands twice"
    return ""


def _bad(what: str, path: Path, line: int | None = None) -> SourceError:
    return SourceError(
        what,
        source="epo_ops",
        file=path.name,
        line=line,
        rule=", ".join(COLUMNS),
        mend="compare the file in IUR_HOME/seeds with the shipped warehouse/seeds/epo_applicants.csv",
    )
