"""Proximity: how near a candidate is. Distance is that of the great circle; at 160 km the score is a half."""

import numpy as np

from pipelines.partners.component import Component, untold
from pipelines.partners.gather import Side
from pipelines.partners.place import Place
from pipelines.partners.seeker import Seeker
from pipelines.partners.sphere import great_circle, on_sphere

HALF_KM = 160.0
"""A hundred miles, within which firms look for applied research first (Mansfield and Lee 1996, Research Policy 25)."""


def distance_km(side: Side, place: Place) -> np.ndarray:
    """Return how far each candidate is from a place, in km; NaN where its own place is not known."""
    return great_circle(on_sphere(np.array(place.latitude), np.array(place.longitude)), side.points)


def proximity(side: Side, seeker: Seeker) -> Component:
    """Score ½^(km/160); whose place is not known has 0."""
    if seeker.place is None:
        return untold("proximity", "no place is told (--near PLACE)")
    place = seeker.place
    km = distance_km(side, place)
    score = np.exp2(km / -HALF_KM)
    score[np.isnan(km)] = 0

    def says(c: int) -> str:
        return "its place is not known" if np.isnan(km[c]) else f"{km[c]:,.0f} km from {place.name}"

    return Component("proximity", score, {"distance_km": km}, says)
