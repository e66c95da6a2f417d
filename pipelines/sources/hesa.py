"""HESA open data: income, expenditure and academic staff of UK higher-education providers, the denominators of HE-BCI.

Published by HESA (Jisc) once a year, one file a table; CC BY 4.0. Traps: from 2017/18 every row of finance table 1
stands twice, under Year End Month `All` and the month itself; categories of different groups are told apart by
trailing blanks, so that the group's marker has to be read first; staff rows overlap (all contracts, academic
contracts, full-time, atypical), and the sector's totals stand among the providers.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations import identities
from pipelines import read, survey
from pipelines.http import Download, Session
from pipelines.source import Offer, RawFile, Source
from pipelines.survey import Layout

VERSION = 1
SEEDS = ("survey_vocabulary",)

SOURCE = Source(
    name="hesa",
    title="HESA open data: finance and staff of higher-education providers",
    publisher="Higher Education Statistics Agency (HESA), part of Jisc",
    topic="denominators",
    homepage="https://www.hesa.ac.uk/data-and-analysis",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    is_redistributable=True,
    citation="HESA, Finance and Staff open data, table 1 of each",
    cadence="yearly",
    part_kind="snapshot",
    changes_by="etag",
    first_part="finance-table-1",
    tables=("survey_value",),
    mirror=r"(?P<part>(?i:finance-table-1|staff-table-1))\.csv",
    mirror_example="finance-table-1.csv",
    observes={
        "income": "survey_value.value WHERE measure = 'income_total'",
        "academic_staff": "survey_value.value WHERE measure = 'academic_staff'",
    },
)

LAYOUTS = {
    "finance-table-1": Layout(
        ("Category marker", "Category"),
        "Value(£000s)",
        year="Academic year",
        month="Year End Month",
        besides=("Financial year end",),
    ),
    "staff-table-1": Layout(
        (
            "Mode of employment",
            "Atypical marker",
            "Academic marker",
            "Contract marker",
            "Activity standard occupational classification",
        ),
        "Number",
    ),
}

RAW = {name: layout.raw for name, layout in LAYOUTS.items()}

IDENTITIES = identities.HESA

ADDRESS = "https://www.hesa.ac.uk/data-and-analysis/{table}.csv"
"""The address of a table. IUR_HESA_URL replaces it, with {table} in it."""

_PATHS = {"finance-table-1": "finances/table-1", "staff-table-1": "staff/table-1"}


def parts(session: Session) -> list[Offer]:
    """Return one part per table, at its own address. What changed only the file itself tells."""
    address = survey.address("IUR_HESA_URL", ADDRESS)
    return [Offer("hesa", part, (address.replace("{table}", path),)) for part, path in _PATHS.items()]


def fetch(part: Offer, session: Session, into: Path) -> list[tuple[str, Download]]:
    """Bring a table if it changed. Both are called table-1.csv there: each gets the name of its part."""
    (url,) = part.urls
    name = f"{part.part}.csv"
    return [(name, session.download(url, into / name))]


def normalise(
    files: list[RawFile], connection: duckdb.DuckDBPyConnection, scratch: Path, reading: read.Reading
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Yield the figures of the one table that a part is."""
    (file,) = files
    name = file.name.lower().removesuffix(".csv")
    yield from survey.values(connection, "hesa", {name: LAYOUTS[name]}, {name: file}, reading)
