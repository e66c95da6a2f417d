"""HE-BCI: knowledge exchange of UK higher-education providers, as they report it every year.

Published by HESA (Jisc) each spring as ten tables that hold all academic years since 2014/15; CC BY 4.0. It is
the only open source of licences, spin-outs and contract income by institution and size of partner. Traps: table
2a says £000s beside counts, only its marker column tells; the same label is spelt SME's, SMEs and SME, and
labels change with the years; totals stand beside their parts, and the sector's total among the providers.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations import identities
from pipelines import read, survey
from pipelines.http import Download, Session
from pipelines.source import Offer, RawFile, Source, SourceError
from pipelines.survey import Layout

VERSION = 1
SEEDS = ("survey_vocabulary",)

SOURCE = Source(
    name="hebci",
    title="HE-BCI: Higher Education Business and Community Interaction survey",
    publisher="Higher Education Statistics Agency (HESA), part of Jisc",
    topic="knowledge exchange",
    homepage="https://www.hesa.ac.uk/data-and-analysis/business-community",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    is_redistributable=True,
    citation="HESA, Higher Education Business and Community Interaction survey (HE-BCI), open data",
    cadence="yearly",
    part_kind="snapshot",
    changes_by="etag",
    first_part="all",
    tables=("survey_value",),
    mirror=r"(?i:table-(1|2[ab]|3|4[a-e]|5)\.csv)",
    mirror_example="table-1.csv",
    observes={
        "knowledge_exchange": "survey_value.value",
        "invention_disclosures": "survey_value.value WHERE measure = 'disclosures'",
        "patent_filings": "survey_value.value WHERE measure = 'patent_applications'",
        "patent_grants": "survey_value.value WHERE measure = 'patents_granted'",
        "licence_income": "survey_value.value WHERE measure = 'ip_income'",
        "ventures_formed": "survey_value.value WHERE measure = 'firms_formed'",
    },
)

LAYOUTS = {
    "table-1": Layout(("Source of public funding", "Type of income"), "Value", unit="Unit"),
    "table-2a": Layout(("Type of service", "Type of organisation", "Number/Value Marker"), "Number/Value", unit="Unit"),
    "table-2b": Layout(("Category Marker",), "Value", unit="Unit"),
    "table-3": Layout(("Programme",), "Value", unit="Unit"),
    "table-4a": Layout(("Type of disclosure or patent",), "Value"),
    "table-4b": Layout(("Type of licence granted", "Type of organisation"), "Value"),
    "table-4c": Layout(("Income source", "Type of organisation"), "Value", unit="Unit"),
    "table-4d": Layout(("Category Marker",), "Value", unit="Unit"),
    "table-4e": Layout(("Metric", "Category Marker"), "Value"),
    "table-5": Layout(("Nature of Event", "Metric", "Type of event"), "Value"),
}

RAW = {name: layout.raw for name, layout in LAYOUTS.items()}

IDENTITIES = identities.HEBCI

ADDRESS = "https://www.hesa.ac.uk/data-and-analysis/providers/business-community/table-{table}.csv"
"""The address of a table. IUR_HEBCI_URL replaces it, with {table} in it."""


def parts(session: Session) -> list[Offer]:
    """Return the one part: all ten tables, since sums go across them. What changed only the files themselves tell."""
    address = survey.address("IUR_HEBCI_URL", ADDRESS)
    return [Offer("hebci", "all", tuple(address.replace("{table}", name.removeprefix("table-")) for name in LAYOUTS))]


def fetch(part: Offer, session: Session, into: Path) -> list[tuple[str, Download]]:
    """Bring the tables that changed, each under its own name."""
    names = [f"{name}.csv" for name in LAYOUTS]
    return [(name, session.download(url, into / name)) for name, url in zip(names, part.urls, strict=True)]


def normalise(
    files: list[RawFile], connection: duckdb.DuckDBPyConnection, scratch: Path, reading: read.Reading
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Yield one row for each cell of the ten tables."""
    there = {re.sub(r"\.csv$", "", file.name.lower()): file for file in files}
    if missing := [name for name in LAYOUTS if name not in there]:
        raise SourceError(
            f"tables missing: {', '.join(f'{name}.csv' for name in missing)}",
            source="hebci",
            file=", ".join(file.name for file in files),
            rule="tables of a release",
            mend="fetch all ten tables of one release: sums of one table are held against another's",
        )
    yield from survey.values(connection, "hebci", LAYOUTS, {name: there[name] for name in LAYOUTS}, reading)
