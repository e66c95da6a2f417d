"""Candidates: the organisations a string may name, and where in it.

Four ways in: every registry name whose words stand together in the string (in any order); acronyms in capitals;
whole segments written without blanks or in scripts that have none; and names that share the rare words of a
segment but not all of them.
"""

import heapq
from dataclasses import dataclass

from pipelines.link import choose
from pipelines.link.lexicon import Lexicon
from pipelines.link.registry import ACRONYM, Hit, Registry
from pipelines.link.scene import Scene

WIDEST, LIKELY, PARTIAL = 12, 6, 3
"""Words of a name; organisations kept of one name; names kept of a segment that share rare words only."""
RAREST, LOOKED, NEAREST, LEAST = 3, 300, 20, 0.5
"""Rare words of a segment to retrieve by; names that hold them, and those of them compared; least weight shared."""

SEQUENCE, SET, SHORT, SHARED = "sequence", "set", "acronym", "shared"
"""How a name was found: word for word, as a set of words, as an acronym, by the rare words it shares."""


@dataclass(frozen=True)
class Candidate:
    """An organisation that words `start` to before `end` may name.

    `key` holds the name's canonical words, `kind` is that of the name, `rivals` how many organisations bear it,
    `rivals_there` how many of them in a country that the string tells.
    """

    start: int
    end: int
    organisation: int
    kind: int
    how: str
    key: tuple[str, ...]
    rivals: int
    rivals_there: int


def find(registry: Registry, lexicon: Lexicon, scene: Scene) -> list[Candidate]:
    """Return the candidates of a string, in the order of their words."""
    found = _windows(registry, lexicon, scene)
    found += _acronyms(registry, scene)
    found += _unparted(registry, scene, found)
    found += _shared(registry, lexicon, scene, found)
    best: dict[tuple[int, int, int], Candidate] = {}
    order = {SEQUENCE: 0, SET: 1, SHORT: 2, SHARED: 3}
    for one in found:
        at = (one.organisation, one.start, one.end)
        former = best.get(at)
        if former is None or order[one.how] < order[former.how]:
            best[at] = one
    return sorted(best.values(), key=lambda c: (c.start, c.end, c.organisation))


def _admitted(
    registry: Registry, scene: Scene, start: int, end: int, hits: list[Hit], how: str, key: tuple[str, ...]
) -> list[Candidate]:
    """Make candidates of those who bear a name: the likeliest few, by country, then by prominence."""
    if not hits:
        return []
    countries = scene.countries
    country, prominence = registry.country, registry.prominence
    if len(hits) == 1 and not scene.is_told:
        (n, kind) = (hits[0].organisation, hits[0].kind)
        there = int(bool(countries) and _is_there(countries, country[n]))
        return [Candidate(start, end, n, kind, how, key, 1, there)]
    here = [h for h in hits if _is_there(countries, country[h.organisation])] if countries else []
    if scene.is_told:
        hits = here
    chosen = sorted(
        hits, key=lambda h: (not _is_there(countries, country[h.organisation]), -prominence[h.organisation])
    )
    return [Candidate(start, end, h.organisation, h.kind, how, key, len(hits), len(here)) for h in chosen[:LIKELY]]


def _is_there(countries: tuple[str, ...], country: str) -> bool:
    return country in countries or any(choose.same_country(c, country) for c in countries)


def _windows(registry: Registry, lexicon: Lexicon, scene: Scene) -> list[Candidate]:
    numbers, small, words = scene.numbers, scene.small, scene.words
    sums, keys, size = lexicon.sums, lexicon.keys, scene.size
    plain_index = registry.plain
    found: list[Candidate] = []
    for start in range(size):
        if numbers[start] is None or small[start]:
            continue
        total, length = 0, 0
        for end in range(start, min(start + WIDEST + 6, size)):
            if small[end]:
                continue
            number = numbers[end]
            if number is None:
                break
            total += number
            length += 1
            if length > WIDEST:
                break
            index = sums.get(total)
            if index is None:
                continue
            key = tuple(keys[index].split())
            if length == 1 and not _stands_alone(scene, start, words[start]):
                continue
            exact = "".join(words[start : end + 1])
            hits = [h for h in registry.find(plain_index, exact) if h.kind != ACRONYM]
            how = SEQUENCE
            if not hits:
                hits = [h for h in registry.find(registry.bag, keys[index]) if h.kind != ACRONYM]
                how = SET
            found += _admitted(registry, scene, start, end + 1, hits, how, key)
    return found


def _stands_alone(scene: Scene, at: int, word: str) -> bool:
    """Admit a name of one word where it fills its segment or is written in capitals."""
    if len(word) < 4:
        return False
    alone = (at == 0 or scene.segment[at - 1] != scene.segment[at]) and (
        at + 1 == scene.size or scene.segment[at + 1] != scene.segment[at]
    )
    return alone or word in scene.capitals or not word.isascii()


def _acronyms(registry: Registry, scene: Scene) -> list[Candidate]:
    found: list[Candidate] = []
    if not scene.capitals:
        return found
    for at, word in enumerate(scene.words):
        if word not in scene.capitals or len(word) < 3:
            continue
        hits = [h for h in registry.find(registry.plain, word) if h.kind == ACRONYM]
        found += _admitted(registry, scene, at, at + 1, hits, SHORT, (word,))
    return found


def _unparted(registry: Registry, scene: Scene, found: list[Candidate]) -> list[Candidate]:
    """Look up segments as letters only, and the beginnings of words in scripts without blanks."""
    more: list[Candidate] = []
    start = 0
    covered = {(c.start, c.end) for c in found}
    while start < scene.size:
        end = start
        while end < scene.size and scene.segment[end] == scene.segment[start]:
            end += 1
        if (start, end) not in covered and end - start <= WIDEST:
            words = scene.words[start:end]
            hits = [h for h in registry.find(registry.plain, "".join(words)) if h.kind != ACRONYM]
            if hits and (end - start > 1 or len(words[0]) > 4):
                key = tuple(sorted(scene.canonical[start:end]))
                more += _admitted(registry, scene, start, end, hits, SEQUENCE, key)
        for at in range(start, end):
            if "\u2e80" <= scene.words[at][0] <= "\ud7ff":
                more += _unbroken(registry, scene, at)
        start = end
    return more


def _unbroken(registry: Registry, scene: Scene, at: int) -> list[Candidate]:
    """Find the longest registry name that begins or ends a run of Chinese, Japanese or Korean characters."""
    word = scene.words[at][:60]
    for length in range(len(word), 3, -1):
        for piece in (word[:length], word[-length:]):
            hits = [h for h in registry.find(registry.plain, piece) if h.kind != ACRONYM]
            if hits:
                return _admitted(registry, scene, at, at + 1, hits, SEQUENCE, (piece,))
    return []


def _shared(registry: Registry, lexicon: Lexicon, scene: Scene, found: list[Candidate]) -> list[Candidate]:
    """Retrieve names by the rare words of a segment, and keep those that share most of their weight with it."""
    more: list[Candidate] = []
    start = 0
    taken = {i for c in found if c.how in (SEQUENCE, SET) and c.end - c.start > 1 for i in range(c.start, c.end)}
    while start < scene.size:
        end = start
        while end < scene.size and scene.segment[end] == scene.segment[start]:
            end += 1
        more += _retrieved(registry, lexicon, scene, start, end, taken)
        start = end
    return more


def _sharing(lexicon: Lexicon, words: list[str]) -> list[int]:
    """Return the names that share the most weight of some rare words: few, by the rarest words first."""
    weight, rare = lexicon.weight, lexicon.rare
    shared: dict[int, float] = {}
    looked = 0
    for word in sorted(words, key=lambda w: (-weight[w], w))[:RAREST]:
        posting = rare[word]
        looked += len(posting)
        if looked > LOOKED and shared:
            break
        gain = weight[word]
        for index in posting:
            shared[index] = shared.get(index, 0.0) + gain
    if len(shared) <= NEAREST:
        return list(shared)
    return heapq.nsmallest(NEAREST, shared, key=lambda index: (-shared[index], index))


def _retrieved(
    registry: Registry, lexicon: Lexicon, scene: Scene, start: int, end: int, taken: set[int]
) -> list[Candidate]:
    weight, rare = lexicon.weight, lexicon.rare
    here = {scene.canonical[i]: i for i in range(start, end) if scene.numbers[i] is not None and not scene.small[i]}
    if len(here) < 2:
        return []
    shared = _sharing(lexicon, [w for w, i in here.items() if w in rare and i not in taken])
    whole, keys = lexicon.whole, lexicon.keys
    ranked: list[tuple[float, int, tuple[str, ...]]] = []
    for index in shared:
        total = whole[index]
        key = tuple(keys[index].split())
        both = 0.0
        for word in key:
            if word in here:
                both += weight[word]
        if LEAST * total <= both < total and len(key) > 1:
            ranked.append((both / (total + 3.0) + 0.01 * both, index, key))
    ranked.sort(key=lambda r: (-r[0], r[1]))
    more: list[Candidate] = []
    for _, index, key in ranked[:PARTIAL]:
        at = [here[w] for w in key if w in here]
        first, last = min(at), max(at) + 1
        if last - first > len(key) + 6:
            continue
        hits = [h for h in registry.find(registry.bag, lexicon.keys[index]) if h.kind != ACRONYM]
        if scene.countries:  # in another country than those told, a name that is only like it is another's
            hits = [h for h in hits if _is_there(scene.countries, registry.country[h.organisation])]
        more += _admitted(registry, scene, first, last, hits, SHARED, key)
    return more
