"""Distances over the earth from points on a sphere: one sine for each distance, and none for each place anew."""

import numpy as np

EARTH_KM = 6371.0088
"""Mean radius (IUGG)."""


def on_sphere(latitude: np.ndarray, longitude: np.ndarray) -> np.ndarray:
    """Return points on a sphere of radius 1, 3 × places; degrees, NaN where a place is not known."""
    turn, rise = np.radians(longitude), np.radians(latitude)
    return np.stack([np.cos(rise) * np.cos(turn), np.cos(rise) * np.sin(turn), np.sin(rise)])


def great_circle(here: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Return the distances in km of points (3 × places) from one point (3).

    By half the chord, which is the root of the haversine: exact where places are near.
    """
    square = sum((mine - theirs) ** 2 for mine, theirs in zip(here, there, strict=True))
    return np.asarray(2 * EARTH_KM * np.arcsin(np.minimum(np.sqrt(square) / 2, 1)))
