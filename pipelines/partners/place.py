"""Places: where the release's own organisations are; nothing is asked of a network."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.lookup import NotFoundError

if TYPE_CHECKING:
    import duckdb

_HAVE = """
    -- The registry tells regions as well: Springfield is in several.
    SELECT city, coalesce(country, '') AS country, coalesce(region, '') AS region, latitude, longitude, 0 AS rank
    FROM registry_organisation
    UNION ALL
    SELECT city, coalesce(country, ''), '', latitude, longitude, 1
    FROM organisation WHERE starts_with(organisation_id, 'local:')
"""
_PLACES = f"""
    SELECT arg_min(city, (rank, city)), country, region, median(latitude), median(longitude), count(*) AS organisations
    FROM ({_HAVE})
    WHERE latitude IS NOT NULL AND longitude IS NOT NULL AND lower(strip_accents(city)) = lower(strip_accents(?))
        AND (? = '' OR country = ?) AND (? = '' OR region = ?)
    GROUP BY country, region
    ORDER BY organisations DESC, country, region
"""
_POINT = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*[,;]\s*(-?\d+(?:\.\d+)?)\s*")


@dataclass(frozen=True)
class Place:
    """A point and what it is called; degrees."""

    name: str
    country: str
    latitude: float
    longitude: float


def find(connection: "duckdb.DuckDBPyConnection", said: str, country: str = "") -> tuple[Place, str]:
    """Return the place a person means, and what to say where there are several: the one with most organisations is it.

    `Cambridge`, `Cambridge, GB`, `Cambridge, MA` and `52.2,0.12` are understood; one in `country`, if there is one,
    goes before others. Raises NotFoundError with near names.
    """
    if point := _POINT.fullmatch(said):
        latitude, longitude = map(float, point.groups())
        if abs(latitude) > 90 or abs(longitude) > 180:
            raise NotFoundError(f"no place {said!r}: degrees of latitude (-90 to 90), then longitude (-180 to 180)")
        return Place(f"{latitude:g}, {longitude:g}", country, latitude, longitude), ""
    city, _, more = (part.strip() for part in said.partition(","))
    tried = [(more.upper(), ""), (country, more.upper())] if more else [(country, ""), ("", "")]
    for of, region in tried:
        if found := connection.execute(_PLACES, [city, of, of, region, region]).fetchall():
            name, of, region, latitude, longitude, _ = found[0]
            others = [_written(c, r) for _, c, r, *_ in found[1:4]]
            note = (
                f"{name} is taken as the one in {_written(of, region)}; also in {'; '.join(others)}" if others else ""
            )
            return Place(name, of, latitude, longitude), note
    raise NotFoundError(_unknown(connection, said, city))


def _written(country: str, region: str) -> str:
    return f"{country} ({region})" if region else country or "a country not told"


def _unknown(connection: "duckdb.DuckDBPyConnection", said: str, city: str) -> str:
    from rapidfuzz import fuzz, process, utils

    rows = connection.execute(
        f"""SELECT city, country FROM ({_HAVE}) WHERE city IS NOT NULL AND latitude IS NOT NULL
        GROUP BY city, country ORDER BY city, country"""
    ).fetchall()
    scored = process.extract(
        city, [c for c, _ in rows], scorer=fuzz.ratio, processor=utils.default_process, limit=5, score_cutoff=60
    )
    near = "".join(f"\n  nearest: {rows[i][0]}, {rows[i][1]}" for _, _, i in scored)
    mend = "\n  mend: a larger town near by, or LATITUDE,LONGITUDE"
    return f"no place {said!r}: no organisation of this release is there{near}{mend}"
