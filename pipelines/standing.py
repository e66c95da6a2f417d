"""Where an institution stands in a release: places of its values, who is most like it, and its composite."""

from typing import TYPE_CHECKING, Any

from pipelines import shown
from warehouse import Release

if TYPE_CHECKING:
    import duckdb

_PLACES = """
    SELECT indicator, source, year, peers, peer_group, members, percentile, place, median
    FROM ranking WHERE institution_id = ? ORDER BY indicator, source, year, peers
"""

_ALIKE = """
    SELECT p.neighbour_id AS institution_id, i.name, i.country, p.place, p.distance, p.features
    FROM peer AS p JOIN institution AS i ON i.organisation_id = p.neighbour_id
    WHERE p.institution_id = ? ORDER BY p.place
"""

_SIZE = """
    SELECT year, profile, size, size_basis, currency, size_class
    FROM peer_group WHERE institution_id = ? AND year <= ? ORDER BY year DESC LIMIT 1
"""

_COMPOSITE = """
    SELECT year, profile, peer_group, members, weight_told, score, place, place_median, place_low, place_high, draws
    FROM composite_rank WHERE institution_id = ? AND year BETWEEN ? AND ? ORDER BY year
"""


def dicts(connection: "duckdb.DuckDBPyConnection", query: str, values: list[Any]) -> list[dict[str, Any]]:
    """Return the rows of a query by the names of their columns."""
    found = connection.execute(query, values)
    names = [c[0] for c in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def is_formed(release: Release) -> bool:
    """Say whether a release has places: one made before there were any has none."""
    return {"ranking", "peer", "peer_group", "composite_rank"} <= set(release.tables())


Places = dict[tuple[str, str, int], dict[str, dict[str, Any]]]
"""Places by indicator, source and year: among the group and among the neighbours."""


def places(connection: "duckdb.DuckDBPyConnection", institution_id: str) -> Places:
    """Return the places of all values of an institution."""
    found: Places = {}
    for row in dicts(connection, _PLACES, [institution_id]):
        found.setdefault((row.pop("indicator"), row.pop("source"), row.pop("year")), {})[row.pop("peers")] = row
    return found


def alike(connection: "duckdb.DuckDBPyConnection", institution_id: str) -> list[dict[str, Any]]:
    """Return the nearest neighbours of an institution, the nearest first."""
    return dicts(connection, _ALIKE, [institution_id])


def size(connection: "duckdb.DuckDBPyConnection", institution_id: str, year: int) -> dict[str, Any] | None:
    """Return the newest size of an institution that stands for a year or one before it."""
    return next(iter(dicts(connection, _SIZE, [institution_id, year])), None)


def composite(
    connection: "duckdb.DuckDBPyConnection", institution_id: str, since: int, until: int
) -> list[dict[str, Any]]:
    """Return the scores and places of the composite, year by year."""
    return dicts(connection, _COMPOSITE, [institution_id, since, until])


_BASIS = {
    "rd_expenditure": "R&D expenditure",
    "research_income": "research income",
    "grant_money": "grant money of five years",
}


def said_size(row: dict[str, Any]) -> str:
    """Say how large an institution is, and in which class."""
    money = shown.amount(row["size"], "", row["currency"])
    first = row["year"] - (6 if row["size_basis"] == "grant_money" else 2)
    years = f"{first}–{row['year'] - 2}" if row["size_basis"] == "grant_money" else str(first)
    return f"{row['size_class']} of {shown.PROFILES[row['profile']]}: {_BASIS[row['size_basis']]} {money} ({years})"


def said_composite(row: dict[str, Any]) -> str:
    """Say the score and, at once, how little it settles."""
    place = shown.place(row["place"], row["members"])
    return (
        f"composite.iur {row['year']}: {row['score']:.1f} of 100, {place} ({shown.group(row['peer_group'])}); other "
        f"weights and methods: {row['place_median']:g} in the middle, {row['place_low']:g} to {row['place_high']:g} in "
        f"90 % of {row['draws']:,} draws; {row['weight_told']:.0%} of the weight has data"
    )


def said_alike(rows: list[dict[str, Any]], number: int = 5) -> str:
    """Name the nearest neighbours with their distances."""
    named = [f"{row['name']} ({row['country']}, {row['distance']:.2f})" for row in rows[:number]]
    return f"most alike in size and in records for the size (standard deviations apart): {', '.join(named)}"
