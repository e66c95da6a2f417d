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
from typing import Any

import duckdb
import pyarrow as pa

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines import source
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.indicator import Indicator
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


_TOLD = """
    SELECT
        indicator,
        count(*) AS cells,
        count(CASE WHEN status = 'published' THEN 1 END) AS published,
        count(CASE WHEN status = 'small_base' THEN 1 END) AS small,
        count(CASE WHEN status = 'partial_year' THEN 1 END) AS partial,
        count(CASE WHEN status = 'no_denominator' THEN 1 END) AS without_base,
        count(CASE WHEN status = 'suppressed' THEN 1 END) AS suppressed
    FROM iur_headline
    GROUP BY indicator
"""

_REACH = """
    SELECT count(DISTINCT institution_id), min(year), max(year)
    FROM iur_headline
    WHERE status = 'published' AND list_contains(?, indicator)
"""


def why_none(
    indicator: Indicator, cells: Mapping[str, int] | None, sources: Mapping[str, Source], is_public: bool = False
) -> str:
    """Say why an indicator has no published value in a release.

    `cells` counts its headline rows by status, None where it has none; `sources` are the facts about the sources of the
    release. Every source that could tell is named where none of them does; what is public names no source that may not
    be redistributed.
    """
    needed = [indicator.numerator.needs, indicator.denominator.needs if indicator.denominator else frozenset()]
    one_source = not (indicator.is_reported or indicator.is_mixed)
    for needs in [needed[0] | needed[1]] if one_source else needed:
        if needs and not any(needs <= set(s.observes) for s in sources.values()):
            feeds = _feeds((s for s in source.facts().values() if needs <= set(s.observes)), is_public)
            return f"no_data: no source of the release tells {', '.join(sorted(needs))}; {feeds}"
    beside = [s for s in source.facts().values() if indicator.beside & set(s.observes)]
    if indicator.beside and not {s.name for s in beside} & sources.keys():
        return f"no_data: nothing tells {', '.join(sorted(indicator.beside))}; {_feeds(beside, is_public)}"
    if not cells:
        return "no_data: no record of it in the sources of the release"
    if cells["small"]:
        return f"small_base: {_values(cells['small'])}, none on a base of {indicator.least_base:,g}"
    if cells["partial"]:
        return f"partial_year: {_values(cells['partial'])}, none of whole years"
    if cells["suppressed"]:
        return f"suppressed: {_values(cells['suppressed'])} withheld by those who report them"
    if cells["without_base"]:
        return "no_denominator: nothing to divide by anywhere"
    return "no_data: the parts at hand do not tell it, or not for years enough"


def _feeds(could: Iterable[Source], is_public: bool) -> str:
    """Say which sources would tell it."""
    could = list(could)
    named = [s.name for s in could if s.is_redistributable or not is_public]
    if len(named) < len(could):
        named.append("a source that may not be redistributed (iur indicators --coverage)")
    return f"it would come from {', '.join(named)}" if named else "no source at hand tells it"


def _values(number: int) -> str:
    return f"{number:,} value{'' if number == 1 else 's'}"


def reasons(
    connection: duckdb.DuckDBPyConnection,
    indicators: Iterable[str],
    sources: Mapping[str, Source],
    is_public: bool = False,
) -> dict[str, str]:
    """Return, of indicators without a published value in `iur_headline`, why they have none; '' of the others."""
    found = connection.execute(_TOLD)
    names = [column[0] for column in found.description or ()]
    told: dict[str, dict[str, Any]] = {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}
    answers = {}
    for id_ in indicators:
        if id_ not in catalogue():
            answers[id_] = "no indicator of this version"
        elif told.get(id_, {}).get("published"):
            answers[id_] = ""
        else:
            answers[id_] = why_none(catalogue()[id_], told.get(id_), sources, is_public)
    return answers


def write(connection: duckdb.DuckDBPyConnection, sources: Mapping[str, Source]) -> None:
    """Create `framework` from `iur_headline`."""
    # A release may be exported, and nothing in an export names what is left out.
    why = reasons(connection, dict.fromkeys(i for e in elements() for i in e.indicators()), sources, is_public=True)
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
