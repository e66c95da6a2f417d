"""The records of what is asked: those in its classes, and those whose titles hold its words."""

import numpy as np

from pipelines.partners.gather import Array, Side
from pipelines.partners.seeker import Seeker
from pipelines.partners.words import CLASS


def matching(side: Side, seeker: Seeker) -> Array:
    """Return the numbers of the records in the field: patents in a class of the query, titles with its key words.

    A title must hold two of the key words, or the only one. Without classes and words every record is in it.
    """
    if not seeker.classes and not seeker.key_words:
        return np.arange(len(side.year))
    held = np.zeros(len(side.year), dtype=np.int8)
    for word in seeker.key_words:
        held[side.holding(word)] += 1
    found = held >= max(seeker.least_words, 1)
    for name in seeker.classes:
        found[side.holding(CLASS + name)] = True
    return np.flatnonzero(found)


def percentile(values: Array) -> Array:
    """Return the share of the others that have less, those with the same counted half; 0 for whoever has nothing."""
    if len(values) < 2:
        return np.where(values > 0, 1.0, 0.0)
    order = np.sort(values)
    below, up_to = np.searchsorted(order, values, "left"), np.searchsorted(order, values, "right")
    share = (below + (up_to - below - 1) / 2) / (len(values) - 1)
    return np.where(values > 0, share, 0.0)
