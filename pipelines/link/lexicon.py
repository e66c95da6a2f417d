"""What the registry's names are made of: words as numbers, sets of words, places, and words near to one another.

A name is a set of canonical words, and the sum of their numbers is its key: sliding over a string, the sum of
the words under the window is looked up at each step, so that every registry name within the string is found in
any word order at the cost of an addition.
"""

from array import array
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from rapidfuzz.distance import DamerauLevenshtein

from pipelines.link import names
from pipelines.link.registry import Registry

COMMON = 400
"""A word in this many names or more tells too little to retrieve by."""
_NEAR, _LONG_NEAR = 6, 10
"""Letters from which one slip, and two, may make another word."""


@dataclass(frozen=True)
class Lexicon:
    """Sums of the word sets, postings of the rare words, places.

    `keys` are the word sets (blank-parted, as in `Registry.bag`); `sums` maps the sum of a set's numbers to its index
    in `keys`, `rare` a word to the indexes of the keys it is in.
    """

    number: dict[str, int]
    weight: dict[str, float]
    keys: list[str]
    sums: dict[int, int]
    rare: dict[str, array]
    whole: array
    cities: dict[str, frozenset[str]]

    @staticmethod
    def build(registry: Registry) -> "Lexicon":
        """Index the word sets of a registry."""
        keys = list(registry.bag)
        count: dict[str, int] = {}
        for key in keys:
            for word in key.split():
                count[word] = count.get(word, 0) + 1
        number = {w: int.from_bytes(blake2b(w.encode(), digest_size=7).digest()) for w in count}
        weight = registry.weight
        rare: dict[str, array] = {w: array("I") for w, n in count.items() if n < COMMON}
        sums: dict[int, int] = {}
        whole = array("d")
        for index, key in enumerate(keys):
            total, gain = 0, 0.0
            for word in key.split():
                total += number[word]
                gain += weight[word]
                if (posting := rare.get(word)) is not None:
                    posting.append(index)
            sums[total] = index
            whole.append(gain)
        cities: dict[str, set[str]] = {}
        for city, country in zip(registry.city, registry.country, strict=True):
            if city:
                cities.setdefault(city, set()).add(country)
        return Lexicon(
            number, weight, keys, sums, rare, whole,
            {c: frozenset(held) for c, held in cities.items()},
        )  # fmt: skip

    def telling(self, word: str) -> float:
        """Return how telling a canonical word is (inverse document frequency, nats); an unknown one as a rare one."""
        return self.weight.get(word, 9.0)

    def near(self, word: str) -> str:
        """Return the registry's word that an unknown one is a slip of the pen for, or ''; only where it is alone."""
        size = len(word)
        if size < _NEAR or not word.isalpha():
            return ""
        slips = 2 if size >= _LONG_NEAR else 1
        found: dict[str, int] = {}
        for known in {*self._by_head.get(word[:3], ()), *self._by_tail.get(word[-4:], ())}:
            if abs(len(known) - size) <= slips and known[0] == word[0]:
                distance = DamerauLevenshtein.distance(word, known, score_cutoff=slips)
                if distance <= slips:
                    found[known] = distance
        if not found:
            return ""
        least = min(found.values())
        nearest = [w for w, d in found.items() if d == least]
        return nearest[0] if len(nearest) == 1 else max(nearest, key=lambda w: (-self.weight[w], w))

    @cached_property
    def _by_head(self) -> dict[str, list[str]]:
        return self._grouped(slice(0, 3))

    @cached_property
    def _by_tail(self) -> dict[str, list[str]]:
        return self._grouped(slice(-4, None))

    def _grouped(self, part: slice) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for word in self.number:
            if len(word) >= _NEAR - 1 and word.isalpha():
                found.setdefault(word[part], []).append(word)
        return found


def canonical(word: str) -> str:
    """Return the canonical form of a folded word."""
    return names.words().canonical.get(word, word)
