"""How telling a word is: the rarer among the registry's names, the more (inverse document frequency, nats)."""

import json
import math
from collections import Counter
from collections.abc import Collection, Mapping
from functools import cache
from itertools import chain
from pathlib import Path

COMMON = Path(__file__).parent / "weights" / "words.json"
SMALL, KEPT = 20_000, 500
"""Names under which a registry cannot tell which words are common; words that the shipped counts hold."""


def counted(names: Collection[str]) -> Counter[str]:
    """Count the names, canonical words parted by blanks, in which each word stands."""
    return Counter(chain.from_iterable(map(str.split, names)))


def weights(names: Collection[str]) -> dict[str, float]:
    """Return how telling each word of some names is; in a small registry, by the counts of the whole of ROR."""
    count: Mapping[str, int] = counted(names)
    total = len(names) or 1
    if total < SMALL:
        total, known = _common()
        count = {word: known.get(word, 1) for word in count}
    return {word: math.log(total / n) for word, n in count.items()}


@cache
def _common() -> tuple[int, dict[str, int]]:
    told = json.loads(COMMON.read_text("utf-8"))
    return told["names"], told["words"]
