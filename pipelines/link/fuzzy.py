"""Retrieve registry names that share telling words with a name, and re-rank the few by weighted words.

A slip of the pen ("Arizone State University", "Righospitalet") still reads as the word it is near to.
"""

from collections import Counter

from rapidfuzz.distance import DamerauLevenshtein

from pipelines.link import choose, names
from pipelines.link.choose import Query
from pipelines.link.registry import Registry

LEAST, MARGIN, LONGEST = 0.90, 0.04, 12
"""Least similarity, least lead over the next organisation, most words: longer strings are addresses."""


def find(registry: Registry, query: Query) -> tuple[int | None, list[int]]:
    """Return the organisation whose name is nearest, if it is near and no other is, and the nearest few.

    Companies are left out: their names differ by one word too often, and ROR holds few of them.
    """
    words = query.forms.bag.split()
    if not 2 <= len(words) <= LONGEST or query.legal or query.context.type == "PRC":
        return None, []
    if choose.is_generic(registry, query.forms, bool(query.country)):
        return None, []
    best: dict[int, float] = {}
    for key in _retrieve(registry, words):
        if not 0.5 <= (key.count(" ") + 1) / len(words) <= 2:
            continue
        if key == query.forms.bag and not choose.may_reorder(list(query.forms.tokens)):
            continue  # no slip of the pen: two words in another order
        choice = choose.among(registry, registry.find(registry.bag, key), query)
        if not choice.considered:
            continue
        free = {w for n in choice.considered for w in registry.city[n].split()}
        score = similarity(registry, words, [w for w in key.split() if w not in free or w in words])
        if score > 0.6:
            for n in choice.considered:
                best[n] = max(best.get(n, 0.0), score if choice.organisation == n else 0.6)
    near = sorted(best, key=lambda n: (-best[n], n))[:5]
    if not near or best[near[0]] < LEAST:
        return None, near
    if len(near) > 1 and best[near[0]] - best[near[1]] < MARGIN:
        return None, near
    return near[0], near


def _retrieve(registry: Registry, words: list[str]) -> list[str]:
    """Return the keys that share the most telling words, at most thirty."""
    score: Counter[str] = Counter()
    telling = sorted((w for w in words if w in registry.by_word), key=lambda w: (-registry.weight[w], w))[:4]
    for word in telling:
        weight = registry.weight[word]
        for key in registry.by_word[word]:
            score[key] += weight  # type: ignore[assignment]
    if not score:
        return []
    least = 0.5 * max(score.values())
    ranked = sorted((-s, key) for key, s in score.items() if s >= least)
    return [key for _, key in ranked[:30]]


def similarity(registry: Registry, left: list[str], right: list[str]) -> float:
    """Weigh the words two names share against all their words; 0 where a telling word differs."""
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
    if size < 6 or left[0] != right[0] or abs(len(left) - len(right)) > 2:
        return False
    return DamerauLevenshtein.distance(left, right, score_cutoff=2) <= (1 if size < 10 else 2)
