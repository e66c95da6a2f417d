"""The framework: what collaboration is made of, what answers it in a release, what does not, and why.

The seed holds the table of INDICATORS §1: element, the indicators that speak of it, and the honest limit. What no
public record measures is said there.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.indicators import gap
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.observe import Part
from pipelines.source import Source

SEED = Path(__file__).resolve().parents[2] / "warehouse" / "seeds" / "framework.csv"


@dataclass(frozen=True)
class Element:
    """A row of the framework; `patterns` are ids of indicators, `*` for any ending."""

    name: str
    kind: str
    patterns: tuple[str, ...]
    honest_limit: str

    def indicators(self) -> list[str]:
        """Return the indicators that speak of it: those of the catalogue, and ids that the seed names and it lacks."""
        found: dict[str, None] = {}
        for pattern in self.patterns:
            there = [id_ for id_ in catalogue() if fnmatchcase(id_, pattern)]
            found |= dict.fromkeys(there or [pattern])
        return list(found)


@cache
def elements() -> tuple[Element, ...]:
    """Read the seed, in its order."""
    with SEED.open(encoding="utf-8", newline="") as file:
        return tuple(
            Element(row["element"], row["kind"], tuple(row["answered_by"].split()), row["honest_limit"])
            for row in csv.DictReader(file)
        )


_REACH = """
    SELECT count(DISTINCT institution_id), min(year), max(year)
    FROM iur_headline
    WHERE status = 'published' AND list_contains(?, indicator)
"""


def reasons(connection: duckdb.DuckDBPyConnection, indicators: Iterable[str], here: gap.Here) -> dict[str, str]:
    """Return, of indicators without a published value in `iur_headline`, why they have none; '' of the others."""
    rows = gap.cells(connection)
    answers = {}
    for id_ in indicators:
        mine = rows.get(id_, [])
        if id_ not in catalogue():
            answers[id_] = "no indicator of this version"
        elif any(row.status == "published" for row in mine):
            answers[id_] = ""
        else:
            answers[id_] = gap.why_none(catalogue()[id_], mine, here)
    return answers


def write(
    connection: duckdb.DuckDBPyConnection, sources: Mapping[str, Source], facts: Mapping[Part, frozenset[str]]
) -> None:
    """Create `framework` from `iur_headline` and the coverage; `facts` are what each part tells."""
    # A release may be exported, and nothing in an export names what is left out.
    here = gap.read(connection, sources, facts, is_public=True)
    why = reasons(connection, dict.fromkeys(i for e in elements() for i in e.indicators()), here)
    rows = []
    for number, element in enumerate(elements(), 1):
        mine = element.indicators()
        with_values = [i for i in mine if not why[i]]
        ((institutions, first, last),) = connection.execute(_REACH, [with_values]).fetchall()
        rows.append(
            {
                "element": element.name,
                "element_no": number,
                "kind": element.kind,
                "answered_by": " ".join(element.patterns),
                "with_values": with_values,
                "without_values": [i for i in mine if why[i]],
                "reasons": [why[i] for i in mine if why[i]],
                "institutions": institutions,
                "first_year": first,
                "last_year": last,
                "honest_limit": element.honest_limit or None,
            }
        )
    connection.register("iur_rows", pa.Table.from_pylist(rows, schema=arrow_schema(table("framework"))))
    connection.execute("CREATE OR REPLACE TABLE framework AS SELECT * FROM iur_rows")
    connection.unregister("iur_rows")
