"""What the registry's names are made of: words as numbers, sets of words, places, and words near to one another.

A name is a set of canonical words, and the sum of their numbers is its key: sliding over a string, the sum of
the words under the window is looked up at each step, so that every registry name within the string is found in
any word order at the cost of an addition.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from itertools import chain
from sys import intern

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from pipelines.link import names
from pipelines.link.registry import Registry, paused_collector
from pipelines.link.tokens import Tokens

COMMON = 400
"""A word in this many names or more tells too little to retrieve by."""
RAREST, LOOKED, NEAREST = 3, 300, 20
"""Rare words to retrieve names by; the names that hold them, and those of them returned."""
KEPT = 50_000
"""Words looked for that are remembered; when there are more they are forgotten and looked for anew."""
_NEAR, _LONG_NEAR = 6, 10
"""Letters from which one slip, and two, may make another word."""


@dataclass(frozen=True)
class Lexicon:
    """Sums of the word sets, postings of the rare words, places.

    `keys` are the word sets (blank-parted, as in `Registry.bag`), `bags` the same as words; `sums` maps the sum of a
    set's numbers to its index in `keys`, `rare` a word to the indexes of the keys it is in, `whole` is the weight of
    each key (nats), `tokens` reads words and knows of each which places end in it and which cities begin with it.
    `slips` remembers the words looked for.
    """

    number: dict[str, int]
    weight: dict[str, float]
    keys: list[str]
    bags: list[tuple[str, ...]]
    sums: dict[int, int]
    rare: dict[str, array]
    whole: array
    cities: dict[str, frozenset[str]]
    tokens: Tokens
    slips: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    @staticmethod
    def build(registry: Registry) -> "Lexicon":
        """Index the word sets of a registry."""
        with paused_collector():
            return _build(registry)

    def sharing(self, words: list[str]) -> list[tuple[float, int]]:
        """Return the names that share the most weight of some rare words: few, by the rarest words first.

        Each comes with the weight (nats) that it lacks of those words at the least.
        """
        weight, rare = self.weight, self.rare
        if len(words) == 1:
            return [(0.0, index) for index in rare[words[0]][:NEAREST]]
        looked = 0
        postings: list[tuple[float, array]] = []
        for word in sorted(words, key=lambda w: (-weight[w], w))[:RAREST]:
            looked += len(rare[word])
            if looked > LOOKED and postings:
                break
            postings.append((weight[word], rare[word]))
        several = _several([posting for _, posting in postings])
        gains = dict.fromkeys(several, 0.0)
        for gain, posting in postings if several else ():
            for index in several.intersection(posting):
                gains[index] += gain
        most = sum([gain for gain, _ in postings])
        shared = [(most - gain, index) for index, gain in gains.items()]
        for gain, posting in postings:  # of those with one of the words, the first few of each may be among the few
            shared += [(most - gain, index) for index in posting[: NEAREST + len(several)] if index not in several]
        shared.sort()
        return shared[:NEAREST]

    def near(self, word: str) -> str:
        """Return the registry's word that an unknown one is a slip of the pen for, or ''; of several the commonest."""
        found = self.slips.get(word)
        if found is None:
            if len(self.slips) >= KEPT:
                self.slips.clear()
            found = self.slips[word] = self._nearest(word)
        return found

    def _nearest(self, word: str) -> str:
        size = len(word)
        if size < _NEAR or not word.isalpha():
            return ""
        slips = 2 if size >= _LONG_NEAR else 1
        alike: list[str] = []
        for part in _parts(word):
            if group := self._alike.get(part):
                alike += group[bisect_left(group, size - slips, key=len) : bisect_right(group, size + slips, key=len)]
        found = process.extract(
            word, alike, scorer=DamerauLevenshtein.distance, score_cutoff=slips, limit=None, processor=None
        )
        if not found:
            return ""
        least = min(distance for _, distance, _ in found)
        return max((w for w, distance, _ in found if distance == least), key=lambda w: (-self.weight[w], w))

    @cached_property
    def _alike(self) -> dict[str, list[str]]:
        """Words by parts of them, the short ones first."""
        found: dict[str, list[str]] = {}
        for word in sorted(self.number, key=len):
            if len(word) >= _NEAR - 1 and word.isalpha():
                for part in _parts(word):
                    found.setdefault(part, []).append(word)
        return found


def _build(registry: Registry) -> Lexicon:
    keys = list(registry.bag)
    bags = [tuple(map(intern, key.split())) for key in keys]  # each word once, so that its hash is worked out once
    count = Counter(chain.from_iterable(bags))
    number = {w: int.from_bytes(blake2b(w.encode(), digest_size=7).digest()) for w in count}
    weight = registry.weight
    rare: dict[str, array] = {w: array("I") for w, n in count.items() if n < COMMON}
    for index, bag in enumerate(bags):
        for word in bag:
            if (posting := rare.get(word)) is not None:
                posting.append(index)
    sums = {sum(map(number.__getitem__, bag)): index for index, bag in enumerate(bags)}
    whole = array("d", [sum(map(weight.__getitem__, bag)) for bag in bags])
    cities: dict[str, set[str]] = {}
    for city, country in zip(registry.city, registry.country, strict=True):
        if city:
            cities.setdefault(city, set()).add(country)
    return Lexicon(
        number, weight, keys, bags, sums, rare, whole,
        {c: frozenset(held) for c, held in cities.items()},
        Tokens(number, weight, _ends(registry), _longest(cities)),
    )  # fmt: skip


def _several(postings: list[array]) -> set[int]:
    """Return what stands in two of some lists of numbers or more."""
    seen, several = set(postings[0]), set[int]()
    for posting in postings[1:-1]:
        several |= seen.intersection(posting)
        seen.update(posting)
    return several | seen.intersection(postings[-1]) if len(postings) > 1 else several


def _parts(word: str) -> tuple[str, str]:
    """Return what two spellings of a word share at least one of: its head; its first letter and its tail."""
    return word[:3], word[0] + word[-4:]


def _ends(registry: Registry) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for name in (*registry.country_names, *names.us_states()):
        words = name.split()
        if words:
            found.setdefault(words[-1], set()).add(len(words))
    return {word: tuple(sorted(lengths, reverse=True)) for word, lengths in found.items()}


def _longest(cities: Iterable[str]) -> dict[str, int]:
    """Return by the first word of cities the most words that one has."""
    found: dict[str, int] = {}
    for city in cities:
        first, blank, rest = city.partition(" ")
        found[first] = max(found.get(first, 0), 1 + (rest.count(" ") + 1 if blank else 0))
    return found
