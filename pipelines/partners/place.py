"""Places: the towns of the registry's and the release's own organisations; nothing is asked of a network."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.link.towns import FAR_KM
from pipelines.lookup import NotFoundError
from pipelines.partners.sphere import great_circle, on_sphere

if TYPE_CHECKING:
    import duckdb

_NAMED = """
    SELECT city, coalesce(country, '') AS country, coalesce(region, '') AS region, latitude, longitude, 0 AS rank
    FROM registry_organisation WHERE city IS NOT NULL
    UNION ALL
    SELECT city, coalesce(country, ''), '', latitude, longitude, 1
    FROM organisation WHERE city IS NOT NULL AND starts_with(organisation_id, 'local:')
"""
"""Who is where. The registry tells regions as well, of most: Springfield is in several."""

_CELLS = f"""
    SELECT arg_min(city, (rank, city)), country, mode(nullif(region, '')), median(latitude), median(longitude), count(*)
    FROM ({_NAMED})
    WHERE lower(strip_accents(city)) = lower(strip_accents(?)) AND latitude IS NOT NULL AND longitude IS NOT NULL
    GROUP BY country, region, round(latitude), round(longitude)
    ORDER BY count(*) DESC, country, region, 4, 5
"""
"""The organisations of a town by country, region and degree; a town may lie in several of these."""

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

    Places are the towns of all organisations of the registry, also of those that no record names. `Cambridge`,
    `Cambridge, GB`, `Cambridge, MA` and `52.2,0.12` are understood; one in `country`, if there is one, goes before
    others. Raises NotFoundError with near names.
    """
    if point := _POINT.fullmatch(said):
        latitude, longitude = map(float, point.groups())
        if abs(latitude) > 90 or abs(longitude) > 180:
            raise NotFoundError(f"no place {said!r}: degrees of latitude (-90 to 90), then longitude (-180 to 180)")
        return Place(f"{latitude:g}, {longitude:g}", country, latitude, longitude), ""
    city, _, more = (part.strip() for part in said.partition(","))
    towns = _towns(connection, city)
    tried = [(more.upper(), ""), (country, more.upper())] if more else [(country, ""), ("", "")]
    for of, region in tried:
        found = [t for t in towns if of in ("", t.place.country) and region in ("", *t.regions)]
        if found:
            here, *others = (_written(t) for t in found)
            others = [other for other in dict.fromkeys(others) if other != here][:3]
            note = f"{found[0].place.name} is taken as the one in {here}; also in {'; '.join(others)}" if others else ""
            return found[0].place, note
    raise NotFoundError(_unknown(connection, said, city))


@dataclass
class _Town:
    """Organisations of one name of a town that are near each other, and the regions that some of them tell."""

    place: Place
    organisations: int
    regions: list[str]


def _towns(connection: "duckdb.DuckDBPyConnection", city: str) -> list[_Town]:
    """Return the towns of a name, that of most organisations first; some organisations do not tell their region."""
    found: list[_Town] = []
    for name, country, region, latitude, longitude, number in connection.execute(_CELLS, [city]).fetchall():
        at = on_sphere(np.array(latitude), np.array(longitude))
        for town in found:
            there = on_sphere(np.array(town.place.latitude), np.array(town.place.longitude))
            if town.place.country == country and float(great_circle(there, at)) <= FAR_KM:
                town.organisations += number
                town.regions += [region] if region and region not in town.regions else []
                break
        else:
            found.append(_Town(Place(name, country, latitude, longitude), number, [region] if region else []))
    return sorted(found, key=lambda town: -town.organisations)


def _written(town: _Town) -> str:
    country = town.place.country
    return f"{country} ({town.regions[0]})" if town.regions else country or "a country not told"


def _unknown(connection: "duckdb.DuckDBPyConnection", said: str, city: str) -> str:
    from rapidfuzz import fuzz, process, utils

    rows = connection.execute(
        f"""SELECT city, country, count(latitude) FROM ({_NAMED}) GROUP BY city, country ORDER BY city, country"""
    ).fetchall()
    placed = [(town, country) for town, country, number in rows if number]
    scored = process.extract(
        city, [t for t, _ in placed], scorer=fuzz.ratio, processor=utils.default_process, limit=5, score_cutoff=60
    )
    near = "".join(f"\n  nearest: {placed[i][0]}, {placed[i][1]}" for _, _, i in scored)
    mend = "\n  mend: a larger town near by, or LATITUDE,LONGITUDE"
    is_named = any(town.lower() == city.lower() for town, _, number in rows if not number)
    why = "organisations of this release are there, and none tells where that is" if is_named else _NOBODY
    return f"no place {said!r}: {why}{near}{mend}"


_NOBODY = "no organisation of this release or of its registry is there"
