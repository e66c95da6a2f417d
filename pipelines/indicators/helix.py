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
    return 1000 * total


def _entropy(share: NDArray[np.float64], axes: int) -> NDArray[np.float64]:
    """Return the entropy in bits over the last axes; 0 log 0 is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(share == 0, 0.0, -share * np.log2(share))
    return np.asarray(parts.sum(axis=tuple(range(-axes, 0))))


RECORDS = """
    -- A record belongs to every country that one of its parties is in; who takes part is asked of them all.
    SELECT
        p.source,
        p.record_table,
        p.record_id,
        s.year,
        p.country,
        w.u,
        w.i,
        w.g
    FROM (
        SELECT DISTINCT source, record_table, record_id, country FROM linked_party WHERE country <> ''
    ) AS p
    JOIN (
        SELECT
            record_table,
            record_id,
            CAST(bool_or(sector = 'university') AS BIGINT) AS u,
            CAST(bool_or(sector = 'company' AND NOT is_institution) AS BIGINT) AS i,
            CAST(bool_or(sector = 'government' AND NOT is_institution) AS BIGINT) AS g
        FROM linked_party
        GROUP BY record_table, record_id
    ) AS w ON w.record_table = p.record_table AND w.record_id = p.record_id
    JOIN (
        SELECT
            a.award_id AS record_id,
            coalesce(min(a.reporting_year), CAST(extract(year FROM min(a.starts_on)) AS BIGINT)) AS year
        FROM award AS a
        WHERE (a.starts_on IS NOT NULL OR a.reporting_year IS NOT NULL)
            AND NOT EXISTS (SELECT 1 FROM award_same AS t WHERE t.award_id = a.award_id)
        GROUP BY a.award_id
    ) AS s ON p.record_table = 'award' AND s.record_id = p.record_id
"""
"""Records of grants by source, year and country, with who takes part in them (0 or 1)."""


def by_country(connection: duckdb.DuckDBPyConnection, records: str = RECORDS) -> list[dict[str, Any]]:
    """Return T of every source, country and year, with the number of records; T is None under 200."""
    return _by(connection, f"SELECT source, country, year, u, i, g FROM ({records})", ("source", "country", "year"))


def by_institution(
    connection: duckdb.DuckDBPyConnection, back: int = 0, records: str = RECORDS
) -> list[dict[str, Any]]:
    """Return, per source, institution and year, T of its country minus T without its records.

    Over the years y − `back` to y. A negative `synergy_mbit` says that the institution adds synergy; without
    records of its own it adds none, 0. None where the country has under 200 records, with or without its.
    """
    window = f"({records}) AS r CROSS JOIN (SELECT unnest(range(0, {back + 1})) AS back) AS b"
    shifted = f"SELECT r.source, r.country, r.year + b.back AS year, r.record_table, r.record_id, u, i, g FROM {window}"
    own = f"""
        WITH moved AS ({shifted})
        SELECT m.source, m.country, m.year, h.organisation_id AS institution_id, m.u, m.i, m.g
        FROM moved AS m
        JOIN (
            SELECT DISTINCT record_table, record_id, organisation_id FROM linked_party WHERE is_institution
        ) AS t ON t.record_table = m.record_table AND t.record_id = m.record_id
        JOIN institution AS h ON h.organisation_id = t.organisation_id AND h.country = m.country
    """
    keys = ("source", "country", "year", "institution_id")
    theirs = {tuple(row[k] for k in keys): row["counts"] for row in _by(connection, own, keys)}
    homes = connection.execute(
        """SELECT n.source, i.country, n.institution_id
        FROM coverage_institution AS n JOIN institution AS i ON i.organisation_id = n.institution_id
        WHERE i.country IS NOT NULL ORDER BY n.source, i.country, n.institution_id"""
    ).fetchall()
    of: dict[tuple[str, str], list[str]] = {}
    for source, country, institution in homes:
        of.setdefault((source, country), []).append(institution)
    found = []
    for row in _by(connection, shifted, keys[:3]):
        for institution in of.get((row["source"], row["country"]), []):
            mine = theirs.get((row["source"], row["country"], row["year"], institution), 0)
            others = row["counts"] - mine
            without = float(millibits(others)) if others.sum() >= LEAST_RECORDS else None
            synergy = None if without is None else row["mbit"] - without
            named = {k: row[k] for k in keys[:3]} | {"institution_id": institution}
            found.append(named | {"synergy_mbit": synergy, "without_mbit": without, "records": row["records"]})
    return found


def _by(connection: duckdb.DuckDBPyConnection, rows: str, keys: tuple[str, ...]) -> list[dict[str, Any]]:
    """Count the records of rows (keys, u, i, g) by who takes part, and form T of each key."""
    named = ", ".join(keys)
    cells = ", ".join(f"count(CASE WHEN u = {u} AND i = {i} AND g = {g} THEN 1 END)" for u, i, g in np.ndindex(2, 2, 2))
    found = connection.execute(f"SELECT {named}, {cells} FROM ({rows}) GROUP BY {named} ORDER BY {named}").fetchall()
    counts = np.array([row[len(keys) :] for row in found], dtype=np.float64).reshape(-1, 2, 2, 2)
    totals = counts.sum(axis=(1, 2, 3)).astype(int)
    bits = millibits(counts) if found else np.empty(0)
    return [
        dict(zip(keys, row, strict=False))
        | {"mbit": float(t) if n >= LEAST_RECORDS else None, "records": int(n), "counts": held}
        for row, t, n, held in zip(found, bits, totals, counts, strict=True)
    ]
