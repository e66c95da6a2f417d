"""What was worked out last, by what it follows from: of many who ask, those of one field or country share it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

MOST = 64
"""Results kept of a kind. Of a field they are arrays by candidate: the whole of them would not fit into memory."""

Made = TypeVar("Made")


class Kept:
    """Results by kind and key; of each kind the `most` used last."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._by_kind: dict[str, OrderedDict[Hashable, object]] = {}

    def of(self, kind: str, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what is kept under a key, or what `make` makes, which must follow from the key alone."""
        kept = self._by_kind.setdefault(kind, OrderedDict())
        if key not in kept:
            kept[key] = make()
            if len(kept) > self._most:
                kept.popitem(last=False)
        kept.move_to_end(key)
        return kept[key]  # type: ignore[return-value]
