"""Candidates: the organisations a string may name, and where in it.

Four ways in: every registry name whose words stand together in the string (in any order); acronyms in capitals;
whole segments written without blanks or in scripts that have none; and names that share the rare words of a
segment.
"""

from itertools import accumulate, compress, count
from typing import NamedTuple

from pipelines.link import choose
from pipelines.link.lexicon import Lexicon
from pipelines.link.registry import ACRONYM, Index, Registry
from pipelines.link.scene import Scene

WIDEST, FARTHEST = 12, 18
"""Words of a name; those and the small words between them."""
LIKELY, PARTIAL = 6, 3
"""Organisations kept of one name; names kept of a segment that share rare words only."""
LEAST = 0.5
"""Share of a name's weight that a segment has where it may be the name."""

SEQUENCE, SET, SHORT, SHARED = "sequence", "set", "acronym", "shared"
"""How a name was found: word for word, as a set of words, as an acronym, by the rare words it shares."""
_ORDER = {SEQUENCE: 0, SET: 1, SHORT: 2, SHARED: 3}

Bearer = tuple[int, int]
"""An organisation and the kind of its name."""


class Candidate(NamedTuple):
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
    if not scene.words:
        return []
    segments = _segments(scene.segment)
    found = _windows(registry, lexicon, scene)
    if scene.capitals:
        found += _acronyms(registry, scene)
    found += _unparted(registry, scene, segments, {(c.start, c.end) for c in found})
    found += _shared(registry, lexicon, scene, segments, found)
    best: dict[tuple[int | str, ...], Candidate] = {}
    for one in found:
        at = one[:3]
        former = best.get(at)
        if former is None or _ORDER[one.how] < _ORDER[former.how]:
            best[at] = one
    return sorted(best.values())


def _segments(segment: list[int]) -> list[tuple[int, int]]:
    """Return where each segment's words begin and end."""
    first = [i for i, n in enumerate(segment) if not i or n != segment[i - 1]]
    return list(zip(first, [*first[1:], len(segment)], strict=True))


def _bearers(index: Index, key: str, acronyms: bool = False) -> list[Bearer]:
    """Return who bears a name, each once under its best kind of name; as an acronym, or else."""
    entry = index.get(key)
    if entry is None:
        return []
    if isinstance(entry, int):
        return [(entry >> 2, entry & 3)] if (entry & 3 == ACRONYM) is acronyms else []
    best: dict[int, int] = {}
    for packed in entry:
        organisation, kind = packed >> 2, packed & 3
        if kind < best.get(organisation, 9):
            best[organisation] = kind
    return [bearer for bearer in best.items() if (bearer[1] == ACRONYM) is acronyms]


def _admitted(
    registry: Registry, scene: Scene, start: int, end: int, hits: list[Bearer], how: str, key: tuple[str, ...]
) -> list[Candidate]:
    """Make candidates of those who bear a name: the likeliest few, by country, then by prominence."""
    countries, country = scene.countries, registry.country
    here = [h for h in hits if choose.is_in(countries, country[h[0]])] if countries else []
    rivals, rivals_there = len(here if scene.is_told else hits), len(here)
    if scene.is_told or (countries and how != SEQUENCE):
        hits = here  # in another country than those told, a name in other words is another's
    if rivals > 1:
        prominence, first = registry.prominence, {h[0] for h in here}
        hits = sorted(hits, key=lambda h: (h[0] not in first, -prominence[h[0]]))[:LIKELY]
    return [Candidate(start, end, n, kind, how, key, rivals, rivals_there) for n, kind in hits]


def _windows(registry: Registry, lexicon: Lexicon, scene: Scene) -> list[Candidate]:
    """Find the names whose words stand together, small words aside, in any order."""
    sums, words = lexicon.sums, scene.words
    found: list[Candidate] = []
    is_known, keys, bags = sums.__contains__, lexicon.keys, lexicon.bags
    for run, numbers in _runs(scene):
        for first, start in enumerate(run):
            totals = list(accumulate(numbers[first : first + WIDEST]))
            for last in compress(count(first), map(is_known, totals)):
                end = run[last] + 1
                if end - start > FARTHEST:
                    break
                if last == first and not _stands_alone(scene, start, words[start]):
                    continue
                index, how = sums[totals[last - first]], SEQUENCE
                hits = _bearers(registry.plain, "".join(words[start:end]))
                if not hits:
                    hits, how = _bearers(registry.bag, keys[index]), SET
                if hits:
                    found += _admitted(registry, scene, start, end, hits, how, bags[index])
    return found


def _runs(scene: Scene) -> list[tuple[list[int], list[int]]]:
    """Return the words between those that no name has, small words left out, and their numbers."""
    run: list[int] = []
    numbers: list[int] = []
    runs = [(run, numbers)]
    for at, (number, is_small) in enumerate(zip(scene.numbers, scene.small, strict=True)):
        if is_small:
            continue
        if number is not None:
            run.append(at)
            numbers.append(number)
        elif run:
            run, numbers = [], []
            runs.append((run, numbers))
    return runs


def _stands_alone(scene: Scene, at: int, word: str) -> bool:
    """Admit a name of one word where it fills its segment or is written in capitals."""
    if len(word) < 4:
        return False
    if word in scene.capitals or not word.isascii():
        return True
    segment = scene.segment
    return (at == 0 or segment[at - 1] != segment[at]) and (at + 1 == len(segment) or segment[at + 1] != segment[at])


def _acronyms(registry: Registry, scene: Scene) -> list[Candidate]:
    found: list[Candidate] = []
    for at, word in enumerate(scene.words):
        if word in scene.capitals and len(word) > 2:
            hits = _bearers(registry.plain, word, acronyms=True)
            if hits:
                found += _admitted(registry, scene, at, at + 1, hits, SHORT, (word,))
    return found


def _unparted(
    registry: Registry, scene: Scene, segments: list[tuple[int, int]], covered: set[tuple[int, int]]
) -> list[Candidate]:
    """Look up segments as letters only, and the beginnings of words in scripts without blanks."""
    more: list[Candidate] = []
    for start, end in segments:
        words = scene.words[start:end]
        joined = "".join(words)
        if (start, end) not in covered and end - start <= WIDEST and (end - start > 1 or len(joined) > 4):
            hits = _bearers(registry.plain, joined)
            if hits:
                key = tuple(sorted(scene.canonical[start:end]))
                more += _admitted(registry, scene, start, end, hits, SEQUENCE, key)
        if not joined.isascii():
            for at, word in enumerate(words, start):
                if "\u2e80" <= word[0] <= "\ud7ff":
                    more += _unbroken(registry, scene, at)
    return more


def _unbroken(registry: Registry, scene: Scene, at: int) -> list[Candidate]:
    """Find the longest registry name that begins or ends a run of Chinese, Japanese or Korean characters."""
    word = scene.words[at][:60]
    for length in range(len(word), 3, -1):
        for piece in (word[:length], word[-length:]):
            hits = _bearers(registry.plain, piece)
            if hits:
                return _admitted(registry, scene, at, at + 1, hits, SEQUENCE, (piece,))
    return []


def _shared(
    registry: Registry, lexicon: Lexicon, scene: Scene, segments: list[tuple[int, int]], found: list[Candidate]
) -> list[Candidate]:
    """Retrieve names by the rare words of a segment that stand in no name found."""
    more: list[Candidate] = []
    taken = {i for c in found if c.how in (SEQUENCE, SET) and c.end - c.start > 1 for i in range(c.start, c.end)}
    canonical, numbers, small, rare = scene.canonical, scene.numbers, scene.small, lexicon.rare
    for start, end in segments:
        if end - start < 2:
            continue
        here = {canonical[i]: i for i in range(start, end) if numbers[i] is not None and not small[i]}
        if len(here) > 1:
            telling = [w for w, i in here.items() if i not in taken and w in rare]
            if telling:
                more += _retrieved(registry, lexicon, scene, here, telling)
    return more


def _retrieved(
    registry: Registry, lexicon: Lexicon, scene: Scene, here: dict[str, int], telling: list[str]
) -> list[Candidate]:
    """Keep the names that share most of their weight with a segment, in whatever order and with whatever between."""
    whole, bags = lexicon.whole, lexicon.bags
    gains = {w: lexicon.weight[w] for w in here}
    most = sum(gains.values()) + 1e-6
    ranked: list[tuple[float, int]] = []
    for lacks, index in lexicon.sharing(telling):
        total = whole[index]
        if LEAST * total > most - lacks or len(bag := bags[index]) < 2:
            continue
        both = sum([gains[word] for word in bag if word in gains])
        if LEAST * total <= both:
            ranked.append((-(both / (total + 3.0) + 0.01 * both), index))
    ranked.sort()
    more: list[Candidate] = []
    for _, index in ranked[:PARTIAL]:
        key = bags[index]
        at = [here[w] for w in key if w in here]
        first, last = min(at), max(at) + 1
        if last - first > len(key) + 6:
            continue
        hits = _bearers(registry.bag, lexicon.keys[index])
        if hits:
            more += _admitted(registry, scene, first, last, hits, SHARED, key)
    return more
