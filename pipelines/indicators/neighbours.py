"""Nearest neighbours: the institutions most like one in what they are, not in how they work with companies.

Features: the logarithm of the newest size (`profile`), and for each source of awards or patents, and for publications,
the logarithm of the records there are less that of the size: how large, and how much of each kind of record per unit of
size. Each is standardised within the profile. The distance of two institutions is the root of the mean squared
difference over the features: 0.5 says that they are half a standard deviation apart on average. Neighbours are made of
the whole release, and are the same for all years, so that places among them compare the same institutions over time.
Reported figures and shares with companies are left out: peers that are chosen by the outcome always agree with it.
"""

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

NEAREST = 15
PIECE = 4_000_000
"""Differences that are held at once: of some institutions to all others, in every feature."""

_FEATURES = """
    WITH sized AS (
        SELECT g.institution_id, g.profile, ln(g.size) AS size
        FROM peer_group AS g
        JOIN (
            SELECT institution_id, max(year) AS year FROM peer_group WHERE size > 0 GROUP BY institution_id
        ) AS newest ON newest.institution_id = g.institution_id AND newest.year = g.year
        WHERE g.size > 0
    ),
    counted AS (
        SELECT source AS kind, institution_id, CAST(records AS DOUBLE) AS records
        FROM coverage_institution
        WHERE source IN (
            SELECT source FROM award UNION SELECT source FROM patent
        )
        UNION ALL
        SELECT 'publications', institution_id, sum(amount)
        FROM evidence WHERE measure = 'publications' GROUP BY institution_id
    )
    SELECT s.profile, s.institution_id, 'size' AS kind, s.size AS figure FROM sized AS s
    UNION ALL
    SELECT s.profile, s.institution_id, k.kind, ln(1 + coalesce(c.records, 0)) - s.size
    FROM sized AS s
    CROSS JOIN (SELECT DISTINCT kind FROM counted) AS k
    LEFT JOIN counted AS c ON c.kind = k.kind AND c.institution_id = s.institution_id
    ORDER BY profile, kind, institution_id
"""


def standardised(figures: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return figures (n × features) in standard deviations from the mean; features in which nobody differs are gone."""
    spread = figures.std(axis=0)
    told = spread > 1e-9
    return np.asarray((figures[:, told] - figures[:, told].mean(axis=0)) / spread[told])


def distances(some: NDArray[np.float64], standard: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distances (m × n) of some standardised rows to all of them; without a feature, all are 0 apart."""
    if not standard.shape[1]:
        return np.zeros((len(some), len(standard)))
    return np.asarray(np.sqrt(((some[:, None, :] - standard[None, :, :]) ** 2).mean(axis=2)))


def nearest(standard: NDArray[np.float64], most: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return which others are nearest to each row and how far they are (both n × most); equal ones in their order."""
    step = max(1, PIECE // max(1, standard.size))
    places, far = [], []
    for begin in range(0, len(standard), step):
        # Sums of squares in another order would differ in the last digits, and equal ones go by id.
        apart = np.round(distances(standard[begin : begin + step], standard), 9)
        own = np.arange(len(apart))
        apart[own, begin + own] = np.inf
        near = np.argsort(apart, axis=1, kind="stable")[:, :most]
        places.append(near)
        far.append(np.take_along_axis(apart, near, axis=1))
    return np.concatenate(places), np.concatenate(far)


def write(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `peer` from peer_group, coverage_institution, award, patent and the evidence of publications."""
    told = connection.execute(_FEATURES).fetchnumpy()
    found: dict[str, list[NDArray[np.generic]]] = {name: [] for name in ("one", "other", "place", "distance", "number")}
    for profile in sorted(set(told["profile"])):
        mine = told["profile"] == profile
        kinds = len(set(told["kind"][mine]))
        ids = told["institution_id"][mine].reshape(kinds, -1)[0]
        figures = np.asarray(told["figure"][mine], dtype=np.float64).reshape(kinds, -1).T
        standard = standardised(figures)
        most = min(NEAREST, len(ids) - 1)
        near, far = nearest(standard, most)
        found["one"].append(np.repeat(ids, most))
        found["other"].append(ids[near.ravel()])
        found["place"].append(np.tile(np.arange(1, most + 1), len(ids)))
        found["distance"].append(far.ravel())
        found["number"].append(np.full(len(ids) * most, max(1, standard.shape[1])))
    columns = {name: np.concatenate(parts) if parts else np.empty(0) for name, parts in found.items()}
    rows = pa.table(
        {
            "institution_id": pa.array(columns["one"].tolist(), pa.string()),
            "neighbour_id": pa.array(columns["other"].tolist(), pa.string()),
            "place": pa.array(columns["place"].tolist(), pa.int64()),
            "distance": pa.array(columns["distance"].tolist(), pa.float64()),
            "features": pa.array(columns["number"].tolist(), pa.int64()),
        }
    )
    connection.register("iur_rows", rows)
    connection.execute("CREATE OR REPLACE TABLE peer AS SELECT * FROM iur_rows")
    connection.unregister("iur_rows")
