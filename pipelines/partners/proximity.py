"""Proximity: how near a candidate is. Distance is that of the great circle; at 160 km the score is a half."""

import numpy as np

from pipelines.partners.component import Component, untold
from pipelines.partners.gather import Array, Side
from pipelines.partners.seeker import Seeker

HALF_KM = 160.0
"""A hundred miles, within which firms look for applied research first (Mansfield and Lee 1996, Research Policy 25)."""

EARTH_KM = 6371.0088
"""Mean radius (IUGG)."""


def haversine(latitude: float, longitude: float, latitudes: Array, longitudes: Array) -> Array:
    """Return the distances in km of points from one point; degrees, NaN where a point is not known."""
    here, there = np.radians(latitude), np.radians(latitudes)
    across = np.radians(longitudes - longitude)
    h = np.sin((there - here) / 2) ** 2 + np.cos(here) * np.cos(there) * np.sin(across / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(h, 0, 1))))


def proximity(side: Side, seeker: Seeker) -> Component:
    """Score ½^(km/160); whose place is not known has 0."""
    if seeker.place is None:
        return untold("proximity", "no place is told (--near PLACE)")
    place = seeker.place
    km = haversine(place.latitude, place.longitude, side.latitude, side.longitude)
    score = np.where(np.isnan(km), 0.0, 0.5 ** (np.nan_to_num(km) / HALF_KM))

    def says(c: int) -> str:
        return "its place is not known" if np.isnan(km[c]) else f"{km[c]:,.0f} km from {place.name}"

    return Component("proximity", score, {"distance_km": km}, says)
