"""Queries over edges: what every aggregate that must see single rows begins with, and how it ends.

`edge` (`single`) has a row per institution, record and partner, in the year of the record. A value of year y looks
back over years: each row is laid out once for every y that looks at it, and what falls on one y is added up.
"""

from collections.abc import Collection

KEYS = ("rollup", "institution_id", "source", "partner", "intensity", "field")
"""What values of one year stand apart by."""


def by_partner(years_back: Collection[int], columns: str = "", where: str = "") -> str:
    """Write the query of the partners in the years before each y, one row each, whatever the number of edges.

    `columns` begin with a comma and add up the edges `e` with the partner; `where` says which edges count.
    """
    return f"""
        SELECT
            {keys("e")},
            e.year + b.back AS year,
            e.partner_id{columns}
        FROM edge AS e
        {laid_out(years_back)}
        {where}
        GROUP BY {keys("e")}, e.year + b.back, e.partner_id
    """


def totals(
    rows: str, numerator: str, denominator: str = "NULL", years_back: Collection[int] = (), columns: str = ""
) -> str:
    """Write the query that an aggregate ends in: numerator and denominator of each year, added up over rows `e`.

    `rows` are a FROM clause whose first table is `e`, with KEYS and `year`; where it holds single years, `years_back`
    are those that y looks at. `columns` begin with a comma and follow the denominator.
    """
    year, window = ("e.year + b.back", laid_out(years_back)) if years_back else ("e.year", "")
    return f"""
    SELECT
        {keys("e")},
        {year} AS year,
        {numerator} AS numerator,
        {denominator} AS denominator{columns}
    FROM {rows}
    {window}
    GROUP BY {keys("e")}, {year}
    """


def keys(alias: str) -> str:
    """List the keys of a table, without the year."""
    return ", ".join(f"{alias}.{key}" for key in KEYS)


def of_one_partner(one: str, other: str) -> str:
    """Say that rows of two tables are of the same keys, year and partner."""
    return " AND ".join(f"{other}.{key} = {one}.{key}" for key in (*KEYS, "year", "partner_id"))


def laid_out(years_back: Collection[int]) -> str:
    """Write the join by which a row stands once for each y that looks so many years back at it, `e.year + b.back`."""
    listed = ", ".join(f"({back})" for back in years_back)
    return f"CROSS JOIN (VALUES {listed}) AS b(back)"
