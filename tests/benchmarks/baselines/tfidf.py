"""TF-IDF over character n-grams finds the nearest names of each segment, rapidfuzz ranks them again."""

from collections.abc import Sequence
from itertools import product

import numpy as np
from rapidfuzz import fuzz
from scipy import sparse

from pipelines.link.training.labels import Label
from tests.benchmarks.baselines import names, places
from tests.benchmarks.baselines.names import Name
from tests.benchmarks.baselines.tuned import Tuned

NEAREST, ROWS, LEAST = 30, 256, 70.0
"""Names looked at for a segment, segments multiplied at once, least similarity kept."""

Found = list[list[tuple[float, int, str]]]
SETTINGS = list(
    product((105.0, 103.0, 102.0, 101.0, 100.0, 99.0, 98.0, 96.0, 94.0, 91.0, 88.0), (14, 10, 18, 0), ("all", "best"))
)
"""Settings: least similarity, least letters of a name, and whether every segment answers or the most similar alone."""


def system(known: Sequence[Name]) -> Tuned:
    """Return the baseline over the names of the registry. Needs scikit-learn (the `bench` extra)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    usable = [name for name in known if name.kind != names.ACRONYM]
    vectoriser = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), dtype=np.float32, sublinear_tf=True)
    index = sparse.csr_matrix(vectoriser.fit_transform([name.text for name in usable]).T)
    country = np.array([name.country for name in usable])

    def search(labels: Sequence[Label]) -> list[Found]:
        pieces = [list(dict.fromkeys([*names.segments(one.name), names.fold(one.name)])) for one in labels]
        told = [{one.country} if one.country else places.countries(one.name) for one in labels]
        asked = [(at, piece) for at, held in enumerate(pieces) for piece in held]
        found: list[Found] = [[] for _ in labels]
        for first in range(0, len(asked), ROWS):
            block = asked[first : first + ROWS]
            near = sparse.csr_matrix(vectoriser.transform([piece for _, piece in block]) @ index)
            for row, (at, piece) in enumerate(block):
                span = slice(near.indptr[row], near.indptr[row + 1])
                columns, cosines = near.indices[span], near.data[span]
                if told[at]:
                    there = np.isin(country[columns], list(told[at]))
                    columns, cosines = columns[there], cosines[there]
                if len(columns) > NEAREST:
                    columns = columns[np.argpartition(-cosines, NEAREST)[:NEAREST]]
                found[at].append(_ranked(piece, [usable[c] for c in columns]))
        return found

    return Tuned("TF-IDF, re-ranked", search, _choose, SETTINGS)


def _ranked(piece: str, near: Sequence[Name]) -> list[tuple[float, int, str]]:
    """Return similarity, letters and organisation of the names near a segment, most similar first."""
    scored = ((_similarity(piece, name.text), len(name.text), name.organisation) for name in near)
    return sorted((one for one in scored if one[0] >= LEAST), reverse=True)


def _similarity(piece: str, name: str) -> float:
    """Return how fully a name stands in a segment (0 to 100), and up to 6 more for its length.

    Of "University of York" and "York", both in the segment, the longer is meant. A name longer than the segment is
    held against it as a whole.
    """
    fit = fuzz.partial_ratio(f" {name} ", f" {piece} ") if len(name) <= len(piece) else fuzz.ratio(name, piece)
    return fit + min(len(name), 60) / 10


def _choose(found: Found, setting: tuple[float, int, str]) -> frozenset[str]:
    least, letters, take = setting
    answers = []
    for ranked in found:
        kept = [one for one in ranked if one[0] >= least and one[1] >= letters]
        bearers = {id_ for score, _, id_ in kept if score == kept[0][0]}
        if len(bearers) == 1:
            answers.append((kept[0][0], kept[0][2]))
    if take == "best" and answers:
        answers = [max(answers)]
    return frozenset(id_ for _, id_ in answers)
