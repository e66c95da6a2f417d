"""Score what a string may name by weights learned from labelled names, and say which organisations it names.

The weights are trees (XGBoost, in its own format), learned by `pipelines.link.training`; the card beside them says from
what and how. A probability stands for each candidate of a string, of which `decide` chooses.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.link import candidates, decide, features, names, scene
from pipelines.link.candidates import SHARED, SHORT, Candidate
from pipelines.link.choose import Query
from pipelines.link.lexicon import Lexicon
from pipelines.link.registry import Registry
from pipelines.link.scene import Scene
from pipelines.link.tokens import SCHOOLS

if TYPE_CHECKING:
    import numpy as np
    import xgboost

WEIGHTS = Path(__file__).parent / "weights" / "scorer.ubj"
CARD = WEIGHTS.with_suffix(".json")

WORD, BESIDE = 4, 2
"""Letters from which a word is no acronym; such words beside an acronym, without which it names nobody."""


@dataclass(frozen=True)
class Answer:
    """The organisations that a string names, the surest first, the least of their probabilities, and all considered:
    those named, and those that may be named beside them.
    """

    organisations: tuple[int, ...]
    score: float | None
    considered: tuple[int, ...]


@dataclass(frozen=True)
class Scorer:
    """Trees over the features of a candidate, in the order of `features.NAMES`."""

    trees: "xgboost.Booster"

    @staticmethod
    def read(path: Path = WEIGHTS) -> "Scorer":
        """Read weights. Raises ValueError where they were learned from other features than there are."""
        import xgboost

        trees = xgboost.Booster(model_file=path)
        if tuple(trees.feature_names or ()) != features.NAMES:
            raise ValueError(f"{path.name} knows other features: learn it anew with python -m pipelines.link.training")
        return Scorer(trees)

    def probabilities(self, matrix: "np.ndarray") -> list[float]:
        """Return the probability that each row's candidate is named; `matrix` has a column per feature."""
        if not len(matrix):
            return []
        # One thread: names are answered by processes side by side, and threads that wait for each other only spin.
        self.trees.set_param({"nthread": 1})
        found: list[float] = self.trees.inplace_predict(matrix, validate_features=False).tolist()
        return found


@cache
def shipped() -> Scorer:
    """Return the weights that come with the project."""
    return Scorer.read()


@dataclass(frozen=True)
class Retrieval:
    """The registry, and what its names are made of, worked out when it is first needed."""

    registry: Registry

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words of the registry's names."""
        return Lexicon.build(self.registry)

    @cached_property
    def reader(self) -> features.Reader:
        """What reads the features of candidates."""
        return features.Reader(self.registry, self.lexicon)

    def rows(self, query: Query) -> tuple[list[Candidate], list[tuple[float, ...]]]:
        """Return the candidates of a string, and of each its features."""
        read = scene.read(self.registry, self.lexicon, query.name, query.country, query.context)
        found = [one for one in candidates.find(self.registry, self.lexicon, read) if _says_enough(read, one)]
        return found, self.reader.rows(read, found)


def _says_enough(read: Scene, one: Candidate) -> bool:
    """Tell whether the words behind a candidate can be a name: no lone acronym, no heap of letters, no legal form.

    Of a name that is only like the words, and says its kind, they must say a kind too: "Blue Ridge" is no college.
    """
    words = read.words[one.start : one.end]
    if one.how == SHORT:
        beside = (w for i, w in enumerate(read.words) if not one.start <= i < one.end)
        return sum(len(word) >= WORD and word.isalpha() for word in beside) >= BESIDE
    if one.how == SHARED and not SCHOOLS.isdisjoint(one.key):
        return not SCHOOLS.isdisjoint(read.canonical[one.start : one.end])
    return any(len(word) >= WORD or not word.isascii() for word in words) and not names.is_legal_form(words)


def answers(retrieval: Retrieval, scorer: Scorer, queries: Sequence[Query]) -> list[Answer]:
    """Return which organisations each string names."""
    found, rows = [], []
    for query in queries:
        some, theirs = retrieval.rows(query)
        found.append(some)
        rows += theirs
    probabilities = iter(scorer.probabilities(features.matrix(rows)))
    return [_answer(retrieval.registry, some, [next(probabilities) for _ in some]) for some in found]


def _answer(registry: Registry, found: list[Candidate], probabilities: list[float]) -> Answer:
    taken = decide.chosen(found, probabilities)
    named = dict.fromkeys(decide.standing(registry, one.organisation) for one, _ in taken)
    return Answer(
        tuple(named),
        min((probability for _, probability in taken), default=None),
        (*named, *decide.doubtful(found, probabilities, taken)),
    )


def card() -> dict[str, Any]:
    """Return what the shipped weights were learned from, and what they reached."""
    found: dict[str, Any] = json.loads(CARD.read_text("utf-8"))
    return found
