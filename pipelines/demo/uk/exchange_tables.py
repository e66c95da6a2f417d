"""HE-BCI's ten tables: which figure stands under which labels, and which cells hold no number.

Traps as in real releases: table 2a's unit reads £000s on numbers of contracts too, SMEs are spelt in three
ways, table 3 parts thousands by commas, research councils and student start-ups were called otherwise before 2018/19.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.demo.records import World
from pipelines.demo.uk import sheet
from pipelines.demo.uk.exchange import (
    EVENTS,
    IP_INCOME,
    LARGE,
    LICENCES,
    PARTNERS,
    PATENTS,
    PROGRAMMES,
    PUBLIC,
    SERVICES,
    SME,
    SOURCES,
    UKRI,
    VENTURES,
    figures,
)  # fmt: skip
from pipelines.demo.uk.providers import academic, providers, years

RENAMED = 2018
FORMER = {UKRI: "BEIS Research Councils", "Student start-ups": "Graduate start-ups"}

Key = tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A table: its title, the names of its label columns, and for each line its labels and its figure."""

    title: str
    labels: tuple[str, ...]
    lines: tuple[tuple[tuple[str, ...], Key], ...]
    value: str = "Value"
    first: int = 2014
    has_commas: bool = False


def _spelt(name: str, sme: str) -> str:
    return sme if name == SME else name


K, DAYS = "£000s", "Days"
_INCOME = ("Public funding", "Collaborative contribution - Cash", "Collaborative contribution - In kind", "Total",
           "Previous year's total")  # fmt: skip
_PAYERS = (*PARTNERS, "CE and CPD for individuals", "Total revenue", "Total learner days of CPD/CE courses delivered")
_REGENERATION = (*PROGRAMMES, "Total programmes", "Capital income (attributable to survey year)")
_PATENTS: tuple[Key, ...] = (
    ("Number of disclosures",), (PATENTS["granted"],), (PATENTS["stock"],), (PATENTS["applications"], "overseas"),
    (PATENTS["granted"], "overseas"), (PATENTS["stock"], "overseas"), (PATENTS["applications"],),
    (PATENTS["external"],), (PATENTS["external"], "overseas"),
)  # fmt: skip
_LICENSEES = (*PARTNERS, "Total number - Subtotal overseas", "Total number generating income in the period",
              "Total number generating income in the period - Subtotal overseas", "Total number")  # fmt: skip
_IP = ("Subtotal IP income", "Subtotal overseas", "Sale of shares in spin-outs", "Total IP revenues", "Total costs")
_METRICS = (
    "Estimated current employment of all active firms (FTE)",
    "Estimated current turnover of all active firms (£ thousands)",
    "Estimated external investment received (£ thousands)",
    "Number (of newly registered companies within the reporting period)",
    "Number of active firms",
    "Number still active which have survived at least 3 years",
)

TABLES = {
    "table-1": Sheet(
        "Table 1 - Income from collaborative research", ("Source of public funding", "Type of income", "Unit"),
        tuple(((source, kind, K), (source, kind)) for source in ("All", *SOURCES) for kind in _INCOME), first=2015,
    ),
    "table-2a": Sheet(
        "Table 2a - Business and community services",
        ("Type of service", "Type of organisation", "Number/Value Marker", "Unit"),
        tuple(
            ((service, _spelt(partner, "SME's"), marker, K), (service, partner, marker))
            for service in SERVICES for marker in ("Number", "Value") for partner in (*PARTNERS, "Total")
        ),
        value="Number/Value",
    ),
    "table-2b": Sheet(
        "Table 2b - CPD courses and continuing education", ("Category Marker", "Unit"),
        tuple(((payer, DAYS if "days" in payer else K), ("CPD", payer)) for payer in _PAYERS),
    ),
    "table-3": Sheet(
        "Table 3 - Regeneration and development programmes", ("Programme", "Unit"),
        tuple(((programme, K), ("Regeneration", programme)) for programme in _REGENERATION),
        has_commas=True,
    ),
    "table-4a": Sheet(
        "Table 4a - Disclosures and patents", ("Type of disclosure or patent",),
        tuple(((" - Subtotal ".join(key),), key) for key in _PATENTS),
    ),
    "table-4b": Sheet(
        "Table 4b - Licences granted", ("Type of licence granted", "Type of organisation"),
        tuple(((kind, _spelt(who, "SMEs")), (kind, who)) for kind in LICENCES for who in _LICENSEES),
    ),
    "table-4c": Sheet(
        "Table 4c - Income from intellectual property by source",
        ("Income source", "Type of organisation", "Unit"),
        tuple(((kind, who, K), (kind, who)) for kind in IP_INCOME for who in (PUBLIC, LARGE, SME)),
    ),
    "table-4d": Sheet(
        "Table 4d - Total income and costs of intellectual property", ("Category Marker", "Unit"),
        tuple(((name, K), ("IP", name)) for name in _IP),
    ),
    "table-4e": Sheet(
        "Table 4e - Spin-outs and start-ups", ("Metric", "Category Marker"),
        tuple(((metric, kind), (metric, kind)) for metric in _METRICS for kind in VENTURES),
    ),
    "table-5": Sheet(
        "Table 5 - Social, community and cultural engagement", ("Nature of Event", "Metric", "Type of event"),
        tuple(
            ((nature, metric, kind), (nature, metric, kind))
            for nature in ("Chargeable events", "Free events")
            for metric in ("Academic staff time (days)", "Attendees") for kind in EVENTS
        ),
    ),
}  # fmt: skip

DOTS, SUPPRESSED, BLANK = 1, 2, 3
EVERY = 12
"""Of so many providers one has the gaps below, at every scale; a gap covers whole sums, so that the rest add up."""


@dataclass(frozen=True)
class Gap:
    """Cells without a number: the table, the providers, the years, and which lines."""

    table: str
    provider: int
    years: tuple[int, ...]
    mark: int
    covers: Callable[[tuple[str, ...]], bool] = lambda labels: True


GAPS = (
    Gap("table-1", 6, (2020,), DOTS),
    Gap("table-2a", 2, (2019,), DOTS, lambda labels: labels[0].startswith("Facilities") and labels[2] == "Number"),
    Gap("table-2b", 1, (2014,), DOTS, lambda labels: labels[1] == DAYS),
    Gap("table-4a", -1, (2014,), BLANK, lambda labels: "external party" in labels[0]),
    Gap("table-4c", 4, (2016,), SUPPRESSED),
    Gap("table-4d", 4, (2016,), SUPPRESSED),
    Gap("table-4d", 3, (2021, 2022, 2023, 2024), SUPPRESSED, lambda labels: labels[0] == "Total costs"),
    Gap("table-5", 5, tuple(range(2014, 2040)), BLANK, lambda labels: labels[2] == "Museum education"),
)
"""-1 for every provider."""


def marks(world: World, table: str, year: int) -> np.ndarray:
    """Return which cells of a table hold no number in a year: providers × lines, by sheet.TEXTS."""
    lines = TABLES[table].lines
    found = np.zeros((len(providers(world)), len(lines)), np.int64)
    for gap in GAPS:
        if gap.table == table and year in gap.years:
            rows = np.arange(len(found)) % EVERY == gap.provider if gap.provider >= 0 else np.full(len(found), True)
            found[np.ix_(rows, np.array([gap.covers(labels) for labels, _ in lines]))] = gap.mark
    return found


def values(world: World, table: str, year: int) -> np.ndarray:
    """Return a table's figures of a year: providers × lines."""
    return np.stack([figures(world)[year][key] for _, key in TABLES[table].lines], axis=1)


def write(world: World, table: str, path: Path) -> None:
    """Write a table's file, the same bytes for the same world."""
    there, told = TABLES[table], years(world, TABLES[table].first)
    sheet.write_preamble(path, world, f"HE-BCI {there.title}", f"/business-community/{table}", told)
    sheet.write_header(path, ("Academic Year", *there.labels, there.value))
    for year in told:
        texts = [[FORMER.get(t, t) if year < RENAMED else t for t in labels] for labels, _ in there.lines]
        columns = [sheet.Column([academic(year)], "all")]
        columns += [sheet.Column(column, "cell") for column in zip(*texts, strict=True)]
        figures_of, gaps = values(world, table, year), marks(world, table, year)
        sheet.write_lines(path, world, [*columns, None], figures_of, gaps, there.has_commas)
