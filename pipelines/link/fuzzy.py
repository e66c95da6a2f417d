"""Retrieve registry names that share telling words with a name, and re-rank the few by weighted words.

A slip of the pen ("Arizone State University", "Righospitalet") still reads as the word it is near to.
"""

from collections import Counter

from rapidfuzz.distance import DamerauLevenshtein

from pipelines.link import choose, names
from pipelines.link.choose import Query
from pipelines.link.registry import Registry

LEAST, MARGIN = 0.90, 0.04


def find(registry: Registry, query: Query) -> tuple[int | None, list[int]]:
    """Return the organisation whose name is nearest, if it is near and no other is, and the nearest few."""
    words = query.forms.bag.split()
    if len(words) < 2 or choose.is_generic(registry, query.forms, bool(query.country)):
        return None, []
    ranked = [(s, key) for key in _retrieve(registry, words) if (s := similarity(registry, words, key.split())) > 0.6]
    ranked.sort(key=lambda item: (-item[0], item[1]))
    best: dict[int, float] = {}
    for score, key in ranked[:20]:
        choice = choose.among(registry, registry.find(registry.bag, key), query)
        for organisation in choice.considered:
            best.setdefault(organisation, score if choice.organisation == organisation else 0.0)
    near = sorted(best, key=lambda n: (-best[n], n))[:5]
    if not near or best[near[0]] < LEAST:
        return None, near
    if len(near) > 1 and best[near[0]] - best[near[1]] < MARGIN:
        return None, near
    return near[0], near


def _retrieve(registry: Registry, words: list[str]) -> list[str]:
    """Return the keys that share the most telling words, at most sixty."""
    score: Counter[str] = Counter()
    telling = sorted((w for w in words if w in registry.by_word), key=lambda w: -registry.weight[w])[:4]
    for word in telling:
        for key in registry.by_word[word]:
            score[key] += registry.weight[word]  # type: ignore[assignment]
    return [key for key, _ in sorted(score.items(), key=lambda item: (-item[1], item[0]))[:60]]


def similarity(registry: Registry, left: list[str], right: list[str]) -> float:
    """Weigh the words two names share against all their words; 0 if a word that tells institutions apart differs."""
    known, weight = names.words(), registry.weight
    rest = [w for w in right if w not in left]
    shared = sum(weight.get(w, 9.0) for w in left if w in right)
    lost = 0.0
    for word in left:
        if word in right:
            continue
        near = next((other for other in rest if _is_slip(word, other)), None)
        if near is not None and word not in known.distinct:
            rest.remove(near)
            shared += 0.9 * weight.get(near, 9.0)
            lost += 0.1 * weight.get(near, 9.0)
        elif word in known.distinct or word.isdigit():
            return 0.0
        else:
            lost += weight.get(word, 9.0)
    if any(w in known.distinct or w.isdigit() for w in rest):
        return 0.0
    lost += sum(weight.get(w, 9.0) for w in rest)
    return shared / (shared + lost) if shared else 0.0


def _is_slip(left: str, right: str) -> bool:
    size = min(len(left), len(right))
    return size >= 6 and DamerauLevenshtein.distance(left, right, score_cutoff=2) <= (1 if size < 10 else 2)
