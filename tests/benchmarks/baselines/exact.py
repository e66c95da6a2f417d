"""Exact lookup: the string, or one of its segments, is a name of just one organisation in the country told."""

from collections.abc import Sequence

from pipelines.link.training.labels import Label
from tests.benchmarks.baselines import names, places
from tests.benchmarks.baselines.names import Name
from tests.benchmarks.baselines.tuned import Tuned

KINDS = (("label",), ("label", "alias"), ("label", "alias", names.ACRONYM))
"""Settings: the kinds of names that count."""

Found = list[list[Name]]


def system(known: Sequence[Name]) -> Tuned:
    """Return the baseline over the names of the registry."""
    bearers: dict[str, list[Name]] = {}
    for name in known:
        bearers.setdefault(name.text, []).append(name)

    def search(labels: Sequence[Label]) -> list[Found]:
        found = []
        for label in labels:
            told = frozenset({label.country}) if label.country else places.countries(label.name)
            whole = names.fold(label.name)
            pieces = [whole] if whole in bearers else names.segments(label.name)
            there = [bearers[piece] for piece in dict.fromkeys(pieces) if piece in bearers]
            found.append([[n for n in hits if not told or n.country in told] for hits in there])
        return found

    return Tuned("exact name", search, _choose, KINDS)


def _choose(found: Found, kinds: tuple[str, ...]) -> frozenset[str]:
    answers = ({name.organisation for name in hits if name.kind in kinds} for hits in found)
    return frozenset(next(iter(one)) for one in answers if len(one) == 1)
