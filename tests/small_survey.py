"""The ten tables of HE-BCI written by hand, for two invented providers; every cell is 0 unless a test says more."""

import csv
import io
from functools import cache
from itertools import product
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines import clean, read, survey
from pipelines.source import RawFile, load

AVONLEA, BRACK = ("99990001", "University of Avonlea"), ("99990002", "Brack, The University of")
YEARS = ("2017/18", "2018/19")
PLACE = ("England", "North East")

OTHERS = ("Other (non-SME) commercial businesses", "Non-commercial organisations")
OVERSEAS = " - Subtotal overseas"
EXTERNAL = "Number of patents filed by an external party naming the HEP as a co-applicant or staff as a named inventor"
PATENTS = (
    "Number of new patent applications filed in year", "Number of patents granted in year",
    "Cumulative patent portfolio", EXTERNAL,
)  # fmt: skip
GENERATING = "Total number generating income in the period"
FIRMS = (
    "Number of active firms", "Number (of newly registered companies within the reporting period)",
    "Number still active which have survived at least 3 years",
    "Estimated current employment of all active firms (FTE)",
    "Estimated current turnover of all active firms (£ thousands)",
    "Estimated external investment received (£ thousands)",
)  # fmt: skip
KINDS = (
    "Spin-outs with some HE provider ownership", "Other spin-outs", "Staff start-ups", "Student start-ups",
    "Social enterprises",
)  # fmt: skip
COUNCILS = {
    "2017/18": "BEIS Research Councils",
    "2018/19": "UKRI (except Research England), Royal Society and British Academy",
}
SOURCES = ("All", "COUNCILS", "EU government", "Other UK government departments", "Other")
TYPES = (
    "Public funding", "Collaborative contribution - Cash", "Collaborative contribution - In kind", "Total",
    "Previous year's total",
)  # fmt: skip
LABELS = {
    "table-1": tuple(product(SOURCES, TYPES)),
    "table-2a": tuple(product(("Consultancy", "Contract research", "Facilities and equipment related"),
                              ("SME's", *OTHERS, "Total"), ("Number", "Value"))),
    "table-2b": tuple((label,) for label in ("SME", *OTHERS, "CE and CPD for individuals", "Total revenue",
                                             "Total learner days of CPD/CE courses delivered")),
    "table-3": tuple((label,) for label in (
        "ERDF income", "ESF income", "UK Government regeneration funds", "UK shared prosperity fund",
        "Other regeneration grants and income from local and regional bodies", "Other", "Total programmes",
        "Capital income (attributable to survey year)")),
    "table-4a": tuple((label,) for label in ("Number of disclosures", *PATENTS, *(p + OVERSEAS for p in PATENTS))),
    "table-4b": tuple(product(("Non-software", "Software only"), (
        "SMEs", *OTHERS, "Total number", "Total number" + OVERSEAS, GENERATING, GENERATING + OVERSEAS))),
    "table-4c": tuple(product(("Non-software licences income", "Software licences income", "Other IP income"),
                              ("SME", *OTHERS))),
    "table-4d": tuple((label,) for label in ("Subtotal IP income", "Subtotal overseas", "Sale of shares in spin-outs",
                                             "Total IP revenues", "Total costs")),
    "table-4e": tuple(product(FIRMS, KINDS)),
    "table-5": tuple(product(
        ("Chargeable events", "Free events"), ("Academic staff time (days)", "Attendees"),
        ("Public lectures", "Performance arts (music, dance, drama etc.)", "Exhibitions (galleries, museums etc.)",
         "Museum education", "Other"))),
}  # fmt: skip
COLUMNS = {
    "table-1": ("Source of public funding", "Type of income", "Unit", "Value"),
    "table-2a": ("Type of service", "Type of organisation", "Number/Value Marker", "Unit", "Number/Value"),
    "table-2b": ("Category Marker", "Unit", "Value"),
    "table-3": ("Programme", "Unit", "Value"),
    "table-4a": ("Type of disclosure or patent", "Value"),
    "table-4b": ("Type of licence granted", "Type of organisation", "Value"),
    "table-4c": ("Income source", "Type of organisation", "Unit", "Value"),
    "table-4d": ("Category Marker", "Unit", "Value"),
    "table-4e": ("Metric", "Category Marker", "Value"),
    "table-5": ("Nature of Event", "Metric", "Type of event", "Value"),
}
ROWS = sum(len(labels) for labels in LABELS.values()) * 2 * len(YEARS)
"""Rows of all ten tables: 25 + 24 + 6 + 8 + 9 + 14 + 9 + 5 + 30 + 20 labels, two providers, two years."""

Cells = dict[tuple[str, ...], str]
"""Cells by table, labels, UKPRN and year as published; a shorter key (without year, or provider) holds for all."""


def rows(table: str, cells: Cells | None = None, providers=(AVONLEA, BRACK), years=YEARS) -> list[list[str]]:
    """The rows of a table, without its header."""
    unit = ["£000s"] if "Unit" in COLUMNS[table] else []
    found = []
    for (ukprn, name), year, labels in product(providers, years, LABELS[table]):
        days = ["Days"] if "days" in labels[0] and unit else unit
        key = (table, *labels, ukprn, year)
        value = next((v for k, v in (cells or {}).items() if k == key[: len(k)]), "0")
        written = [COUNCILS[year] if label == "COUNCILS" else label for label in labels]
        found.append([ukprn, name, *PLACE, year, *written, *days, value])
    return found


def header(table: str) -> list[str]:
    """The header of a table as published."""
    return ["UKPRN", "HE Provider", "Country of HE provider", "Region of HE provider", "Academic Year", *COLUMNS[table]]


def text(table: str, content: list[list[str]], preamble: int = 0, ends="\n", names: list[str] | None = None) -> str:
    """A table as HESA writes it: lines about the table, then the header and the rows."""
    about = [["Title", f"HE-BCI {table}, by HE provider"], *([f"Note {n}", 'UKPRN, and "more"'] for n in range(99))]
    out = io.StringIO()
    csv.writer(out, lineterminator=ends).writerows([*about[:preamble], names or header(table), *content])
    return out.getvalue()


def write(mirror: Path, cells: Cells | None = None, only: tuple[str, ...] = (), **given: str | bytes) -> Path:
    """Write the ten tables, or some, into a mirror; `given` replaces the text of a table (`table_4b=…`)."""
    folder = mirror / "hebci"
    folder.mkdir(parents=True, exist_ok=True)
    for table in only or LABELS:
        content = given.get(table.replace("-", "_"), text(table, rows(table, cells)))
        data = content if isinstance(content, bytes) else content.encode()
        (folder / f"{table}.csv").write_bytes(data)
    return mirror


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    clean.install(connection)
    return connection


def normalise(source: str, mirror: Path, *only: str) -> tuple[list[dict], list[str]]:
    """The rows of a source, or of some of its tables, as they reach the gate, and the warnings."""
    module, reading = load(source), read.Reading()
    names = only or [path.stem for path in sorted((mirror / source).iterdir())]
    files = {name: RawFile(f"{name}.csv", mirror / source / f"{name}.csv") for name in names}
    batches = list(survey.values(_connection(), source, module.LAYOUTS, files, reading))
    return [row for _, batch in batches for row in batch.to_pylist()], reading.warnings


def kept(rows: list[dict]) -> tuple[duckdb.DuckDBPyConnection, str]:
    """A connection with a table of the rows, and its name."""
    connection = duckdb.connect()
    there = pa.Table.from_pylist(rows)  # noqa: F841  (DuckDB reads it by name)
    connection.execute("CREATE TABLE kept AS SELECT * REPLACE (CAST(period_end AS DATE) AS period_end) FROM there")
    return connection, "kept"
