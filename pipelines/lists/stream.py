"""Rows in, rows out: each distinct name is asked once within a window, in order, in bounded memory."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from pipelines.lists.block import CREDITED, Answer, Block, Key
from pipelines.lists.workers import AT_ONCE, Ask

REMEMBERED = 100_000
"""Answers kept, those used last: about 60 MB."""

Shown = tuple[Any, bool]
"""An answer as its writer takes it, and whether it credits an institution."""


@dataclass
class _Waiting:
    """A block whose answers are on their way; what another block ahead of it asked, it has from there."""

    block: Block
    known: dict[Key, Shown] = field(default_factory=dict)
    futures: list[tuple[list[Key], "Future[list[Answer]]"]] = field(default_factory=list)
    lent: list[tuple[Key, dict[Key, Shown]]] = field(default_factory=list)


@dataclass
class Stream:
    """Answer blocks in their order, with at most `ahead` of them on their way."""

    ask: Ask
    render: Callable[[Answer], Any]
    ahead: int
    _remembered: "OrderedDict[Key, Shown]" = field(default_factory=OrderedDict)
    _asked: dict[Key, dict[Key, Shown]] = field(default_factory=dict)

    def answered(self, blocks: Iterable[Block]) -> Iterator[tuple[Block, list[Any], int]]:
        """Yield each block, what its writer adds to each row (None where it asks nothing), and how many are linked."""
        waiting: deque[_Waiting] = deque()
        for block in blocks:
            waiting.append(self._begin(block))
            if len(waiting) > self.ahead:
                yield self._end(waiting.popleft())
        while waiting:
            yield self._end(waiting.popleft())

    def _begin(self, block: Block) -> _Waiting:
        one, new = _Waiting(block), []
        for key in dict.fromkeys(key for key in block.asked if key is not None):
            if (shown := self._remembered.get(key)) is not None:
                self._remembered.move_to_end(key)
                one.known[key] = shown
            elif (lender := self._asked.get(key)) is not None:
                one.lent.append((key, lender))
            else:
                self._asked[key] = one.known
                new.append(key)
        for at in range(0, len(new), AT_ONCE):
            some = new[at : at + AT_ONCE]
            one.futures.append((some, self.ask(some)))
        return one

    def _end(self, one: _Waiting) -> tuple[Block, list[Any], int]:
        for keys, future in one.futures:
            for key, answer in zip(keys, future.result(), strict=True):
                one.known[key] = self._remembered[key] = self.render(answer), bool(answer[CREDITED])
                del self._asked[key]
        for key, lender in one.lent:
            one.known[key] = lender[key]
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        shown = [None if key is None else one.known[key] for key in one.block.asked]
        return one.block, [s and s[0] for s in shown], sum(s[1] for s in shown if s)
