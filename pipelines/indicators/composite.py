"""`composite.iur`: one figure for how an institution works with industry, and how little such a figure settles.

The score is the weighted mean of mid-rank percentiles of size-independent indicators, one per concept, within one
source system (`profile`, `weights`). A missing value is not imputed: the others weigh more, and there is no score where
under half of the weight has data. Challenges are left out, as nobody can say which direction is better. Of two
indicators with a rank correlation above 0.9 the one with less weight (or later in the seed) is left out: they tell
one thing. Compared are the institutions of a country and size class that have a score, where they are fifteen, else
those of the country, else those of the profile. Beside the score stands the range of its place over 1,000 draws.
Reference: INDICATORS §4, "Composite"; `draws`.
"""

from collections.abc import Iterator, Sequence

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipelines.indicators import components, draws
from pipelines.indicators.components import Cell
from pipelines.indicators.place import places
from pipelines.indicators.ranking import LEAST
from pipelines.indicators.weights import Weighed, weights

LEAST_MEMBERS = 3
"""Institutions with enough data under which a group says nothing, and has no score."""

ID = "composite.iur"
TITLE = "Composite of collaboration with industry"
MEANING = (
    "Where the institution stands among its peers, from 0 to 100, when all that can be compared without regard to size "
    "is weighed together."
)
UNIT = "points"
FORMULA = (
    "Σ weight × percentile ÷ Σ weight, over the indicators of its source system that have a published value; "
    "percentiles among its peers"
)
CAVEATS = (
    "Weights are a choice: quote the range of places (composite_rank), which says what other choices would give.",
    "A score compares within one peer group and year: a change over time can be the others'.",
    "Within one source system only: never compare scores of the US, the UK and the EU.",
    "What no public record measures is not in it.",
)


def groups(cell: Cell) -> Iterator[tuple[str, NDArray[np.int64], NDArray[np.bool_]]]:
    """Give each peer group with its members (rows of the cell) and which of them are compared in it.

    Members have enough data. Who is in a class or country of fewer than fifteen is compared in the next wider group;
    in a profile of fewer than three there is nothing to compare.
    """
    scored: list[int] = np.flatnonzero(cell.scored).tolist()
    if len(scored) < LEAST_MEMBERS:
        return
    named = {
        at: [f"{cell.countries[at]}:{cell.classes[at]}" if cell.classes[at] else "", cell.countries[at], cell.profile]
        for at in scored
    }
    held: dict[tuple[int, str], list[int]] = {}
    for at, names in named.items():
        for level, name in enumerate(names):
            held.setdefault((level, name if cell.countries[at] or level == 2 else ""), []).append(at)
    of: dict[int, tuple[int, str]] = {}
    for at, names in named.items():
        there = [(level, name) for level, name in enumerate(names) if name and (level == 2 or cell.countries[at])]
        of[at] = next(key for key in there if key[0] == 2 or len(held[key]) >= LEAST)
    for key in sorted(set(of.values())):
        members = np.array(held[key])
        yield key[1], members, np.array([of[at] == key for at in held[key]])


def write(connection: duckdb.DuckDBPyConnection, weighed: Sequence[Weighed] | None = None) -> None:
    """Create composite_part, composite_rank, sensitivity and composite_value (rows of `indicator`).

    Needs `iur_headline`, `iur_profile` and `peer_group`; `weighed` are the weights (default: the seed's).
    """
    found = _Rows()
    for cell in components.cells(connection, weights() if weighed is None else weighed):
        _form(cell, found)
    found.write(connection)


def _form(cell: Cell, found: "_Rows") -> None:
    score, percent = np.full(len(cell.institutions), np.nan), np.full(cell.values.shape, np.nan)
    low, high = score.copy(), score.copy()
    for name, members, compared in groups(cell):
        # What nobody of the group tells is no choice that a draw could make.
        there = ~np.isnan(cell.values[members]).all(axis=0)
        values, lower, upper = (held[members][:, there] for held in (cell.values, cell.lower, cell.upper))
        group = draws.Group(values, lower, upper, cell.weights[there])
        seed = group.seed(cell.profile, name, str(cell.year), *(cell.institutions[at] for at in members))
        outcome, shifts = draws.play(group, seed)
        mine = members[compared]
        scores = draws.score(group)
        score[mine], low[mine], high[mine] = (
            a[compared] for a in (scores, np.fmin(outcome.score_low, scores), np.fmax(outcome.score_high, scores))
        )
        percent[np.ix_(mine, there)] = draws.normalise(group.values, "percentiles")[compared]
        found.rank(cell, name, members, compared, scores, places(scores), outcome)
        told = [cell.indicators[at].indicator for at in np.flatnonzero(there).tolist()]
        found.sensitive(cell, name, len(members), told, shifts)
    found.part(cell, percent)
    found.value(cell, score, low, high)


class _Rows:
    """Rows of the four tables as they are formed, cell by cell."""

    def __init__(self) -> None:
        self.parts: list[dict[str, object]] = []
        self.ranks: list[dict[str, object]] = []
        self.shifts: list[dict[str, object]] = []
        self.values: list[dict[str, object]] = []

    def part(self, cell: Cell, percent: NDArray[np.float64]) -> None:
        adding = np.where(np.isnan(percent), 0, cell.weights)
        total = adding.sum(axis=1, keepdims=True)
        adds = np.where(total > 0, adding * percent / np.where(total > 0, total, 1), np.nan)
        for at, of in np.argwhere(~np.isnan(cell.values)).tolist():
            weighed = cell.indicators[of]
            has_interval = cell.lower[at, of] < cell.upper[at, of]
            self.parts.append(
                {
                    "institution_id": cell.institutions[at],
                    "year": cell.year,
                    "indicator": weighed.indicator,
                    "source": weighed.source,
                    "concept": weighed.concept,
                    "weight": float(cell.weights[of]),
                    "years": weighed.years,
                    "value": float(cell.values[at, of]),
                    "lower": float(cell.lower[at, of]) if has_interval else None,
                    "upper": float(cell.upper[at, of]) if has_interval else None,
                    "percentile": _known(percent[at, of]),
                    "adds": _known(adds[at, of]),
                }
            )

    def rank(
        self,
        cell: Cell,
        name: str,
        members: NDArray[np.int64],
        compared: NDArray[np.bool_],
        scores: NDArray[np.float64],
        placed: NDArray[np.float64],
        outcome: draws.Outcome,
    ) -> None:
        for i in np.flatnonzero(compared).tolist():
            self.ranks.append(
                {
                    "institution_id": cell.institutions[members[i]],
                    "year": cell.year,
                    "profile": cell.profile,
                    "peer_group": name,
                    "members": len(members),
                    "weight_told": float(cell.told[members[i]]),
                    "score": float(scores[i]),
                    "place": float(placed[i]),
                    "place_median": float(outcome.place_median[i]),
                    "place_low": float(outcome.place_low[i]),
                    "place_high": float(outcome.place_high[i]),
                    "draws": draws.DRAWS,
                }
            )

    def sensitive(
        self,
        cell: Cell,
        name: str,
        members: int,
        told: Sequence[str],
        shifts: dict[str, tuple[float, float, float]],
    ) -> None:
        for choice, (mean, largest, agreed) in shifts.items():
            kind, _, of = choice.partition(":")
            self.shifts.append(
                {
                    "profile": cell.profile,
                    "peer_group": name,
                    "year": cell.year,
                    "choice": f"{kind}:{told[int(of)]}" if of else kind,
                    "members": members,
                    "mean_shift": mean,
                    "largest_shift": largest,
                    "agreement": _known(agreed),
                }
            )

    def value(
        self, cell: Cell, score: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
    ) -> None:
        for at in np.flatnonzero(cell.told > 0).tolist():
            has = not np.isnan(score[at])
            self.values.append(
                {
                    "institution_id": cell.institutions[at],
                    "year": cell.year,
                    "indicator": ID,
                    "counting": "whole",
                    "rollup": "direct",
                    "partner": "all",
                    "intensity": "all",
                    "field": "all",
                    "window_years": 1,
                    "value": _known(score[at]),
                    "lower": _known(low[at]),
                    "upper": _known(high[at]),
                    "basis": "monte_carlo" if has else "none",
                    "unit": UNIT,
                    "status": "published" if has else "no_data",
                    "records": int((~np.isnan(cell.values[at])).sum()),
                    "years_used": 1,
                    "source": cell.profile,
                }
            )

    def write(self, connection: duckdb.DuckDBPyConnection) -> None:
        from expectations.contract import arrow_schema
        from expectations.tables import table

        for name, contract, rows in (
            ("composite_part", "composite_part", self.parts),
            ("composite_rank", "composite_rank", self.ranks),
            ("sensitivity", "sensitivity", self.shifts),
            ("composite_value", "indicator", self.values),
        ):
            connection.register("iur_rows", pa.Table.from_pylist(rows, schema=arrow_schema(table(contract))))
            connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM iur_rows")
            connection.unregister("iur_rows")


def _known(number: float) -> float | None:
    return None if np.isnan(number) else float(number)
