"""Token-set similarity: the name whose words stand most fully in the string, among those of the country told."""

from collections.abc import Sequence
from itertools import product

from rapidfuzz import fuzz, process

from pipelines.link.training.labels import Label
from tests.benchmarks.baselines import names, places
from tests.benchmarks.baselines.names import Name
from tests.benchmarks.baselines.tuned import Tuned

STRINGS = 200
"""Strings of a set that are asked: each is held against up to 270,000 names, which takes a fifth of a second."""

Found = list[tuple[float, float, int, str]]
SETTINGS = list(product((100.0, 97.0, 94.0, 90.0, 85.0), (2, 3, 1), (0.0, 40.0, 60.0, 80.0)))
"""Settings: least token-set similarity, least words of the name, least token-sort similarity."""


def system(known: Sequence[Name]) -> Tuned:
    """Return the baseline over the names of the registry; every name of the country is held against the string."""
    usable = [name for name in known if name.kind != names.ACRONYM]
    by_country: dict[str, list[Name]] = {}
    for name in usable:
        by_country.setdefault(name.country, []).append(name)

    def nearest(label: Label) -> Found:
        told = {label.country} if label.country else places.countries(label.name)
        among = [name for country in sorted(told) for name in by_country.get(country, ())] if told else usable
        text = names.fold(label.name)
        near = process.extract(text, [n.text for n in among], scorer=fuzz.token_set_ratio, score_cutoff=85, limit=50)
        found = [
            (score, fuzz.token_sort_ratio(text, name), name.count(" ") + 1, among[at].organisation)
            for name, score, at in near
        ]
        return sorted(found, key=lambda one: (-one[0], -one[1], one[3]))

    return Tuned("rapidfuzz token set", lambda labels: [nearest(label) for label in labels], _choose, SETTINGS, STRINGS)


def _choose(found: Found, setting: tuple[float, int, float]) -> frozenset[str]:
    least, words, sort = setting
    kept = [one for one in found if one[0] >= least and one[2] >= words and one[1] >= sort]
    if not kept:
        return frozenset()
    best = {id_ for score, sorted_, _, id_ in kept if (score, sorted_) == kept[0][:2]}
    return frozenset(best) if len(best) == 1 else frozenset()
