"""The Triple Helix: how much universities, industry and government of an aggregate say about each other.

T = H(u) + H(i) + H(g) − H(ui) − H(ug) − H(ig) + H(uig), with log2, in millibits, over **all** records of an
aggregate, also those with none of the three. T is negative where the three together are less uncertain than
their pairs say (synergy), positive where one tells all of another. Three traps. Within one university's
records u is always 1 and T is identically 0: an institution's part is what the country's T loses without its
records. T of few records is noise: null under 200. Research institutes and hospitals are none of the three.
Reference: Leydesdorff and Park (2014), Journal of Informetrics 8; INDICATORS §4.
"""

from typing import Any

import duckdb
import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.indicators.helix_records import RECORDS, TAKES_PART

LEAST_RECORDS = 200
"""Records of an aggregate under which there is no T."""


def millibits(counts: ArrayLike) -> NDArray[np.float64]:
    """Return T in millibits from numbers of records by (…, u, i, g), each axis 0 (absent) or 1 (present).

    nan where there is no record. Raises ValueError for another shape or negative numbers.
    """
    held = np.asarray(counts, dtype=np.float64)
    if held.shape[-3:] != (2, 2, 2) or np.any(held < 0):
        raise ValueError("helix.millibits: give numbers of records by u, i and g, each absent or present")
    with np.errstate(invalid="ignore"):
        share = held / held.sum(axis=(-3, -2, -1), keepdims=True)
    total = np.zeros(held.shape[:-3])
    for kept in range(1, 8):
        axes = [axis for axis in (0, 1, 2) if kept >> axis & 1]
        gone = tuple(axis - 3 for axis in (0, 1, 2) if axis not in axes)
        together = share.sum(axis=gone) if gone else share
        # Single actors and all three add, pairs take away.
        sign = 1 if len(axes) % 2 else -1
        total = total + sign * _entropy(together, len(axes))
    # What cancels out leaves a trace of rounding, and of either sign.
    return np.asarray(np.round(1000 * total, 9) + 0.0)


def _entropy(share: NDArray[np.float64], axes: int) -> NDArray[np.float64]:
    """Return the entropy in bits over the last axes; 0 log 0 is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(share == 0, 0.0, -share * np.log2(share))
    return np.asarray(parts.sum(axis=tuple(range(-axes, 0))))


def by_country(connection: duckdb.DuckDBPyConnection, back: int = 0, records: str = RECORDS) -> list[dict[str, Any]]:
    """Return T of every source, country and year over the years y − `back` to y, with the number of records.

    T is None under 200 records.
    """
    return _formed(connection, records, ("source", "country"), back)


def by_field(
    connection: duckdb.DuckDBPyConnection, fields: str, back: int = 0, records: str = RECORDS
) -> list[dict[str, Any]]:
    """Return T of every source, country, field and year; `fields` is a table (record_table, record_id, field).

    A record of several fields counts in each.
    """
    told = f"""
        SELECT r.source, r.country, d.field, r.year, r.u, r.i, r.g
        FROM ({records}) AS r
        JOIN {fields} AS d ON d.record_table = r.record_table AND d.record_id = r.record_id"""
    return _formed(connection, told, ("source", "country", "field"), back)


def by_institution(
    connection: duckdb.DuckDBPyConnection, back: int = 0, records: str = RECORDS
) -> list[dict[str, Any]]:
    """Return, per source, institution and year, T of its country minus T without its records.

    Over the years y − `back` to y. A negative `synergy_mbit` says that the institution adds synergy; without
    records of its own it adds none, 0. None where the country has under 200 records, with or without its.
    """
    own = f"""
        SELECT r.source, r.country, h.organisation_id AS institution_id, r.year, r.u, r.i, r.g
        FROM ({records}) AS r
        JOIN (
            SELECT DISTINCT record_table, record_id, organisation_id FROM linked_party
            WHERE is_institution AND {TAKES_PART}
        ) AS t ON t.record_table = r.record_table AND t.record_id = r.record_id
        JOIN institution AS h ON h.organisation_id = t.organisation_id AND h.country = r.country
    """
    keys = ("source", "country", "institution_id")
    theirs = {(*(row[k] for k in keys), row["year"]): row["counts"] for row in _formed(connection, own, keys, back)}
    homes = connection.execute(
        """SELECT n.source, i.country, n.institution_id
        FROM coverage_institution AS n JOIN institution AS i ON i.organisation_id = n.institution_id
        WHERE i.country IS NOT NULL ORDER BY n.source, i.country, n.institution_id"""
    ).fetchall()
    of: dict[tuple[str, str], list[str]] = {}
    for source, country, institution in homes:
        of.setdefault((source, country), []).append(institution)
    found = []
    for row in by_country(connection, back, records):
        there = of.get((row["source"], row["country"]), [])
        none = np.zeros((2, 2, 2))
        mine = [theirs.get((row["source"], row["country"], i, row["year"]), none) for i in there]
        others = row["counts"] - np.array(mine).reshape(-1, 2, 2, 2)
        for institution, left, mbit in zip(there, others.sum(axis=(1, 2, 3)), millibits(others), strict=True):
            without = float(mbit) if left >= LEAST_RECORDS else None
            synergy = None if without is None else row["mbit"] - without
            named = {k: row[k] for k in ("source", "country", "year")} | {"institution_id": institution}
            found.append(named | {"synergy_mbit": synergy, "without_mbit": without, "records": row["records"]})
    return found


def _formed(connection: duckdb.DuckDBPyConnection, rows: str, keys: tuple[str, ...], back: int) -> list[dict[str, Any]]:
    """Count the records of rows (keys, year, u, i, g) by who takes part, over a window, and form T of each key."""
    named = ", ".join(keys)
    cells = ", ".join(
        f"sum(CASE WHEN u = {u} AND i = {i} AND g = {g} THEN records ELSE 0 END)" for u, i, g in np.ndindex(2, 2, 2)
    )
    found = connection.execute(
        f"""WITH counted AS (
            SELECT {named}, year, u, i, g, count(*) AS records FROM ({rows}) GROUP BY {named}, year, u, i, g
        )
        SELECT {named}, year + b.back AS year, {cells}
        FROM counted
        CROSS JOIN (SELECT unnest(range(0, {back + 1})) AS back) AS b
        GROUP BY {named}, year + b.back
        ORDER BY {named}, year + b.back"""
    ).fetchall()
    columns = (*keys, "year")
    counts = np.array([row[len(columns) :] for row in found], dtype=np.float64).reshape(-1, 2, 2, 2)
    totals = counts.sum(axis=(1, 2, 3)).astype(int)
    bits = millibits(counts) if found else np.empty(0)
    return [
        dict(zip(columns, row, strict=False))
        | {"mbit": float(t) if n >= LEAST_RECORDS else None, "records": int(n), "counts": held}
        for row, t, n, held in zip(found, bits, totals, counts, strict=True)
    ]
