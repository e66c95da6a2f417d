"""The records of what is asked: those in its classes, and those whose titles hold its words."""

import numpy as np

from pipelines.partners.gather import Array, Side
from pipelines.partners.seeker import Seeker
from pipelines.partners.words import CLASS


def matching(side: Side, seeker: Seeker) -> Array:
    """Return, by record, whether it is in the field: a patent in a class of the query, or a title with its key words.

    A title must hold two of the key words, or the only one. Without classes and words every record is.
    """
    if not seeker.classes and not seeker.key_words:
        return np.ones(len(side.year), dtype=bool)
    held = np.zeros(len(side.year), dtype=np.int32)
    for word in seeker.key_words:
        held[_records(side, word)] += 1
    found = held >= seeker.least_words if seeker.key_words else np.zeros(len(held), dtype=bool)
    for name in seeker.classes:
        found[_records(side, CLASS + name)] = True
    return found


def _records(side: Side, term: str) -> Array:
    number = side.term_no.get(term)
    if number is None:
        return np.zeros(0, dtype=np.int32)
    return side.holds.indices[side.holds.indptr[number] : side.holds.indptr[number + 1]]


def percentile(values: Array) -> Array:
    """Return the share of the others that have less, those with the same counted half; 0 for whoever has nothing."""
    if len(values) < 2:
        return np.where(values > 0, 1.0, 0.0)
    order = np.sort(values)
    below, up_to = np.searchsorted(order, values, "left"), np.searchsorted(order, values, "right")
    share = (below + (up_to - below - 1) / 2) / (len(values) - 1)
    return np.where(values > 0, share, 0.0)
