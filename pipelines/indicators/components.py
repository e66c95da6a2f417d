"""What the composite is made of: published values by profile and year, over the window that the seed asks for.

Where the seed asks for three years of an indicator that has one, single years are added up: the sum of the numerators
over the sum of the denominators, of the year and two before, at least two of which are covered. Its base must be the
indicator's least base over these years, and its interval is Wilson's where the indicator's is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipelines.indicators import interval
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.place import agreement, percentiles
from pipelines.indicators.ranking import LEAST
from pipelines.indicators.weights import Weighed

Array = NDArray[Any]

TOO_ALIKE = 0.9
"""Rank correlation above which two indicators tell one thing."""

LEAST_WEIGHT = 0.5
"""Part of the weight that must have data."""


@dataclass(frozen=True)
class Cell:
    """A profile and year: its institutions with what peers need to know, and their values by indicator (n × m).

    `weights` of all indicators of the profile add up to 1; `told` is the part of it that has data.
    """

    profile: str
    year: int
    institutions: Sequence[str]
    countries: Sequence[str]
    classes: Sequence[str]
    indicators: tuple[Weighed, ...]
    values: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]

    @property
    def weights(self) -> NDArray[np.float64]:
        """The weights of the indicators, which add up to 1."""
        given = np.array([w.weight for w in self.indicators])
        return np.asarray(given / given.sum())

    @property
    def told(self) -> NDArray[np.float64]:
        """The part of the weight that has data, by institution."""
        # Rounded, so that a half in thirds and sixths is a half.
        return np.asarray(np.round((~np.isnan(self.values) * self.weights).sum(axis=1), 9))

    @property
    def scored(self) -> NDArray[np.bool_]:
        """Whether enough of the weight has data."""
        return np.asarray(self.told >= LEAST_WEIGHT)


_VALUES = """
    WITH weighed AS (SELECT * FROM iur_weighed),
    own AS (
        SELECT w.number, h.institution_id, h.year, h.value, h.lower, h.upper, NULL AS part, NULL AS base
        FROM weighed AS w
        JOIN iur_headline AS h ON h.indicator = w.indicator AND h.source = w.source
        WHERE w.years = w.window_years AND h.status = 'published' AND h.value IS NOT NULL
    ),
    -- A year without a denominator is covered, and adds nothing to either side.
    single AS (
        SELECT w.number, h.institution_id, h.year, h.numerator, h.denominator, w.years, w.least_base
        FROM weighed AS w
        JOIN iur_headline AS h ON h.indicator = w.indicator AND h.source = w.source
        WHERE w.years <> w.window_years
            AND h.status IN ('published', 'small_base', 'no_denominator')
            AND h.denominator IS NOT NULL
    ),
    pooled AS (
        SELECT
            t.number,
            t.institution_id,
            t.year,
            sum(b.numerator) AS part,
            sum(b.denominator) AS base,
            max(t.least_base) AS least_base,
            count(*) AS covered,
            max(t.years) AS years
        FROM single AS t
        JOIN single AS b
            ON b.number = t.number
            AND b.institution_id = t.institution_id
            AND b.year BETWEEN t.year - t.years + 1 AND t.year
        GROUP BY t.number, t.institution_id, t.year
    ),
    every AS (
        SELECT number, institution_id, year, value, lower, upper, part, base FROM own
        UNION ALL
        SELECT number, institution_id, year, part / base, NULL, NULL, part, base
        FROM pooled
        WHERE base > 0 AND base >= least_base AND covered >= years - 1
    )
    SELECT
        f.profile,
        e.year,
        e.institution_id,
        f.country,
        coalesce(g.size_class, '') AS size_class,
        e.number,
        e.value,
        e.lower,
        e.upper,
        e.part,
        e.base
    FROM every AS e
    JOIN weighed AS w ON w.number = e.number
    JOIN iur_profile AS f ON f.institution_id = e.institution_id AND f.profile = w.profile
    LEFT JOIN peer_group AS g ON g.institution_id = e.institution_id AND g.year = e.year
    ORDER BY f.profile, e.year, e.institution_id, e.number
"""


def cells(connection: duckdb.DuckDBPyConnection, weighed: Sequence[Weighed]) -> Iterator[Cell]:
    """Give the values of each profile and year, without the indicators that tell what another tells."""
    told = _told(connection, weighed)
    for profile in sorted(set(told["profile"])):
        of_profile = {name: column[told["profile"] == profile] for name, column in told.items()}
        mine = [w for w in weighed if w.profile == profile]
        grids = [_grid(of_profile, year, weighed, mine) for year in sorted(set(of_profile["year"]))]
        kept = apart([grid["value"] for _, _, grid in grids], [w.weight for w in mine])
        for year, who, grid in grids:
            ends = [np.where(np.isnan(grid[end]), grid["value"], grid[end])[:, kept] for end in ("lower", "upper")]
            held = tuple(mine[i] for i in kept)
            yield Cell(profile, int(year), *who, held, grid["value"][:, kept], *ends)


def apart(values: Sequence[Array], given: Sequence[float]) -> list[int]:
    """Return the indicators that are kept, of which no two are too much alike, in their order.

    `values` are arrays of institutions × indicators, one a year. Alike are two whose places within the years correlate
    above 0.9 over at least fifteen pairs; the one that weighs less goes, of equal ones the later.
    """
    ranks = np.concatenate([percentiles(year.T) for year in values], axis=1)
    kept: list[int] = []
    for i in sorted(range(len(given)), key=lambda i: (-given[i], i)):
        pairs = [(~np.isnan(ranks[i]) & ~np.isnan(ranks[j])).sum() for j in kept]
        alike = [float(agreement(ranks[i], ranks[j])) for j in kept]
        if not any(n >= LEAST and a > TOO_ALIKE for n, a in zip(pairs, alike, strict=True)):
            kept.append(i)
    return sorted(kept)


def _told(connection: duckdb.DuckDBPyConnection, weighed: Sequence[Weighed]) -> dict[str, Array]:
    """Return the values with what peers need to know of their institutions, as columns in a total order."""
    rows = [
        {
            "number": number,
            "profile": w.profile,
            "source": w.source,
            "indicator": w.indicator,
            "years": w.years,
            "window_years": catalogue()[w.indicator].window_years,
            "least_base": float(catalogue()[w.indicator].least_base),
        }
        for number, w in enumerate(weighed)
    ]
    connection.register("iur_weighed", pa.Table.from_pylist(rows))
    found = connection.execute(_VALUES).fetchnumpy()
    connection.unregister("iur_weighed")
    told: dict[str, Array] = {name: np.asarray(column) for name, column in found.items() if name not in _NUMBERS}
    told |= {name: np.ma.filled(np.ma.asarray(found[name], dtype=np.float64), np.nan) for name in _NUMBERS}
    wilson = np.array([catalogue()[w.indicator].interval == "wilson" for w in weighed], dtype=bool)
    pooled = ~np.isnan(told["base"]) & wilson[told["number"]]
    told["lower"][pooled], told["upper"][pooled] = interval.wilson(told["part"][pooled], told["base"][pooled])
    return told


_NUMBERS = ("value", "lower", "upper", "part", "base")


def _grid(
    told: dict[str, Array], year: int, weighed: Sequence[Weighed], mine: Sequence[Weighed]
) -> tuple[int, tuple[list[str], list[str], list[str]], dict[str, Array]]:
    """Lay out the values of a year as institutions × indicators."""
    rows = {name: column[told["year"] == year] for name, column in told.items()}
    ids, first, at = np.unique(rows["institution_id"], return_index=True, return_inverse=True)
    of = np.array([mine.index(weighed[n]) for n in rows["number"]], dtype=int)
    grid = {}
    for name in ("value", "lower", "upper"):
        grid[name] = np.full((len(ids), len(mine)), np.nan)
        grid[name][at, of] = rows[name]
    return year, (ids.tolist(), rows["country"][first].tolist(), rows["size_class"][first].tolist()), grid
