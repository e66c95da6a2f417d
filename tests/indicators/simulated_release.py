"""A release of a thousand simulated institutions, each a world of its own, and what its intervals hold of the truth.

Evidence is drawn and everything else is the engine's: summaries, windows, figures, intervals. So what holds here is
what a reader of `indicator` gets.
"""

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.indicators import compute, evidence
from pipelines.indicators.catalogue import measures
from pipelines.indicators.indicator import Indicator
from tests.indicators import hand_worked

WORLDS = 1000
YEAR = 2018
Draws = np.ndarray


@dataclass(frozen=True)
class Held:
    """What a kind held: the percentage of the intervals given that hold the truth, how many were, their bases."""

    percent: float
    given: int
    basis: frozenset[str]


@dataclass
class Records:
    """Records drawn: the world of each, its amount in numerator and denominator, its share and its partner."""

    world: Draws
    above: Draws
    below: Draws | None = None
    share: Draws | None = None
    partner: Draws | None = None
    spent: float | None = None


def ror(world: int) -> str:
    """The id of the institution that is a world."""
    return f"https://ror.org/0{world:06d}00"


def held(indicator: Indicator, drawn: Records, truth: float, counting: str = "whole") -> Held:
    """Form the values of all worlds, and say how many of the intervals hold the truth."""
    connection = _formed(indicator, drawn)
    found = connection.execute(
        """SELECT lower, upper, basis FROM indicator
        WHERE year = ? AND counting = ? AND intensity = ?
            AND rollup = 'direct' AND partner = 'all' AND field = 'all'""",
        [YEAR, counting, indicator.intensity],
    ).fetchnumpy()
    connection.close()
    lower, upper = (np.ma.filled(np.ma.asarray(found[end], dtype=float), np.nan) for end in ("lower", "upper"))
    given = ~np.isnan(lower)
    inside = (lower[given] <= truth) & (truth <= upper[given])
    return Held(float(100 * inside.mean()), int(given.sum()), frozenset(np.asarray(found["basis"])[given].tolist()))


def _formed(indicator: Indicator, drawn: Records) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    needs = frozenset().union(*(m.needs | m.beside for m in indicator.measures))
    sources = {name: hand_worked.source(name, lag_days=0) for name in ("alpha", "campus")}
    facts = {("alpha", "all"): needs | indicator.numerator.needs}
    rows = [_evidence(indicator.numerator, drawn, drawn.above, indicator)]
    if indicator.denominator is not None and drawn.below is not None:
        rows.append(_evidence(indicator.denominator, drawn, drawn.below, indicator))
    if indicator.denominator is not None and drawn.spent is not None:
        facts = {("alpha", "all"): indicator.numerator.needs, ("campus", "all"): indicator.denominator.needs}
        rows.append(_reported(indicator, drawn.spent))
    tables = {
        "evidence": pa.concat_tables(rows),
        "coverage": _covered(facts),
        "coverage_institution": _seen(facts),
        "award": _none("award"),
        "linked_party": _reporters(facts, drawn.spent is not None),
    }
    for name, content in tables.items():
        connection.register("_rows", content)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _rows")
        connection.unregister("_rows")
    connection.execute("CREATE TABLE descendant (ancestor_id VARCHAR, organisation_id VARCHAR)")
    connection.execute("CREATE SCHEMA iur_work")
    for measure in measures((indicator,)).values():
        evidence.show(connection, measure, "evidence")
    compute.form(connection, [indicator], facts, sources)
    return connection


def _none(name: str) -> pa.Table:
    return arrow_schema(table(name)).empty_table()


def _table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    loose = pa.schema([field.with_nullable(True) for field in arrow_schema(table(name))])
    return pa.Table.from_pylist(rows, schema=loose)


def _evidence(measure: Any, drawn: Records, amounts: Draws, indicator: Indicator) -> pa.Table:
    """Lay records out over the years of the window; of a ratio, a record that adds nothing to a side is not on it."""
    number = np.arange(len(drawn.world))
    on = np.flatnonzero(~np.isnan(amounts))
    is_money, partner = measure.unit == "money", drawn.partner
    years = YEAR - number % indicator.window_years
    return _table(
        "evidence",
        [
            {
                "measure": measure.name, "source": "alpha", "part": "all", "institution_id": ror(drawn.world[n]),
                "year": int(years[n]), "record_table": measure.record_table or "award", "record_id": f"alpha:{n}",
                "partner_id": "" if partner is None else f"local:nl:{int(partner[n]):016x}",
                "amount": float(amounts[n]), "amount_eur": float(amounts[n]) if is_money else None,
                "amount_eur_fixed": float(amounts[n]) if is_money else None,
                "currency": "EUR" if is_money else None,
                "share": 1.0 if drawn.share is None else float(drawn.share[n]), "partner": "all",
                "intensity": "bilateral",
            }
            for n in on.tolist()
        ],
    )  # fmt: skip


def _reported(indicator: Indicator, spent: float) -> pa.Table:
    """What every institution spent in the years that the window's are divided by: known, and the same everywhere."""
    years = range(YEAR - indicator.lag - indicator.window_years + 1, YEAR - indicator.lag + 1)
    assert indicator.denominator is not None
    (cell,) = (":".join(cell[:3]) for cells in indicator.denominator.cell_sets for cell in cells)
    return _table(
        "evidence",
        [
            {
                "measure": indicator.denominator.name, "source": "campus", "part": "all", "institution_id": ror(world),
                "year": year, "record_table": "survey_value", "record_id": f"campus:c:{world}:{year}-06-30:{cell}",
                "partner_id": "", "amount": spent, "amount_eur": spent, "amount_eur_fixed": spent, "currency": "EUR",
                "share": 1.0, "partner": "all", "intensity": "n/a",
            }
            for world in range(WORLDS)
            for year in years
        ],
    )  # fmt: skip


def _reporters(facts: Any, is_surveyed: bool) -> pa.Table:
    rows = [
        {"source": "campus", "part": "all", "record_table": "survey_value",
         "record_id": f"campus:c:{world}:{year}-06-30", "period": "all", "party_no": 1, "role": "reporter",
         "name": str(world), "organisation_id": ror(world), "sector": "university", "is_institution": True}
        for world in range(WORLDS)
        for year in range(YEAR - 6, YEAR + 1)
    ]  # fmt: skip
    return _table("linked_party", rows if is_surveyed else [])


def _covered(facts: Any) -> pa.Table:
    return _table(
        "coverage",
        [
            {"source": name, "year": year, "parts_expected": ["all"], "parts_present": ["all"], "is_complete": True,
             "records": 1}
            for name, _ in facts
            for year in range(YEAR - 15, YEAR + 1)
        ],
    )  # fmt: skip


def _seen(facts: Any) -> pa.Table:
    rows = [
        {"source": name, "institution_id": ror(world), "records": 1} for name, _ in facts for world in range(WORLDS)
    ]
    return _table("coverage_institution", rows)
