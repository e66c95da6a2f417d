"""Fit the scorer's trees to labelled names: a candidate is right where the label holds its id, or that of the record
in its place where it was withdrawn.

Each label is learned from as it stands and, where all its organisations are of one country, once more with that country
told, as most records tell it. What the rules answer is learned from as well: a name of many words holds such names.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import xgboost

from pipelines.link import context, decide, features, names
from pipelines.link.candidates import Candidate
from pipelines.link.choose import Query
from pipelines.link.registry import Registry
from pipelines.link.scorer import Retrieval, Scorer
from pipelines.link.training.labels import Label

ROUNDS = 220
PARAMETERS = {
    "objective": "binary:logistic",
    "tree_method": "hist",
    "grow_policy": "lossguide",
    "max_depth": 0,
    "max_leaves": 64,
    "eta": 0.06,
    "subsample": 0.8,
    "colsample_bytree": 0.3,
    "min_child_weight": 6,
    "lambda": 1.0,
    "seed": 0,
    "nthread": 1,  # one thread adds in one order: the same weights each time
}
WEIGHTS = {"publisher_asserted": 0.35, "s2aff": 0.6, "organisation_names": 1.5, "patent_assignees_credited": 0.0}
"""How much a label of a set counts, 1 where nothing is said: publishers' labels are noisy, credited institutions are
not what a string names, and of bare names there are few."""
TOLD = 0.5
"""How much a label counts that is told its country."""


@dataclass(frozen=True)
class Example:
    """A label's candidates with their features, whether each is right, and how much each counts."""

    rows: list[tuple[float, ...]]
    right: list[bool]
    weight: float


def examples(retrieval: Retrieval, label: Label) -> list[Example]:
    """Return what is learned from a label: as it stands, and with its country told."""
    weight = WEIGHTS.get(label.set, 1.0)
    if not weight:
        return []
    found = [_example(retrieval, label, weight)]
    countries = {retrieval.registry.country[n] for n in _numbers(retrieval.registry, label)}
    if not label.country and len(countries) == 1:
        found.append(_example(retrieval, replace(label, country=countries.pop()), weight * TOLD))
    return [one for one in found if one.rows]


def _example(retrieval: Retrieval, label: Label, weight: float) -> Example:
    registry = retrieval.registry
    found, rows = retrieval.rows(query(label))
    right = [_is_right(registry, one, label) for one in found]
    return Example(rows, right, weight)


def query(label: Label) -> Query:
    """Return what is asked of linking by a label."""
    forms = names.forms(label.name)
    return Query(label.name, forms, label.country, context.read(label.context), forms.legal)


def _is_right(registry: Registry, one: Candidate, label: Label) -> bool:
    ids = registry.ids
    return not label.right.isdisjoint((ids[one.organisation], ids[decide.standing(registry, one.organisation)]))


def _numbers(registry: Registry, label: Label) -> list[int]:
    return [registry.number[id_] for id_ in label.right if id_ in registry.number]


def fit(learned_from: Sequence[Example], rounds: int = ROUNDS) -> Scorer:
    """Return trees fitted to examples; the same examples in the same order give the same trees."""
    matrix = features.matrix([row for one in learned_from for row in one.rows])
    right = np.array([is_right for one in learned_from for is_right in one.right], dtype=np.float32)
    weight = np.array([one.weight for one in learned_from for _ in one.rows], dtype=np.float32)
    data = xgboost.DMatrix(matrix, right, weight=weight, feature_names=list(features.NAMES), nthread=1)
    return Scorer(xgboost.train(PARAMETERS, data, rounds))
