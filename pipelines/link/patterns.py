"""Forms of words that stand around an institution's name, by country: the seed `holder_patterns`, compiled.

A row's `words` are the wrapper without the name: `a/b` one of several, `a?` may be missing, `{a/b/c}` one or more
of them in any order. `place` says where they stand: at the `start`, at the `end`, `both`, or from there on (`tail`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from pipelines.link import names, seeds

_JOINER = "(?:(?:operating|of|for|in|at|to|by|de|da|do|della|der) )?(?:(?:the|la|l|le) )?"
_LEAD = "(?: (?:at|through|by))?(?: its)?(?: the)?"
_DANGLING = frozenset("of and for the to in at y et und e de des du der di della a an on".split())
_CAMPUS = "(?: (?:university|univ|college))?"
"""The word that belongs to the name, although the wrapper's own words may begin with it."""
_LATIN = re.compile("[a-z]")


@dataclass(frozen=True)
class Pattern:
    """One form: the country whose law or usage it is ('' any), what it is, and whether the rest must be academic.

    `kind`: `body`, the institution itself under its legal form or officers; `system`, a governing body that may
    stand for several campuses; `holder`, a legal person of its own that owns what its institution invents.
    """

    country: str
    kind: str
    needs_academic: bool
    is_tail: bool
    shape: re.Pattern[str]


@dataclass(frozen=True)
class Patterns:
    """The forms by the word that they begin (`start`, `tail`) or end with; native scripts are tried one by one."""

    start: dict[str, tuple[Pattern, ...]]
    end: dict[str, tuple[Pattern, ...]]
    tail: dict[str, tuple[Pattern, ...]]
    native: tuple[Pattern, ...]

    def find(self, text: str) -> list[tuple[str, Pattern]]:
        """Return what stands inside the wrappers of a folded name, the widest wrapper first."""
        words = text.split()
        found: dict[tuple[str, str, str], Pattern] = {}
        for pattern in self._tried(text, words):
            match = pattern.shape.match(text)
            inner = match["x"].strip() if match else ""
            if inner and inner != text and inner.split()[-1] not in _DANGLING:
                found.setdefault((inner, pattern.kind, pattern.country), pattern)
        return sorted(((key[0], pattern) for key, pattern in found.items()), key=lambda f: (f[1].is_tail, len(f[0])))

    def _tried(self, text: str, words: list[str]) -> Iterator[Pattern]:
        if not words:
            return
        first = words[1] if words[0] in ("the", "a", "an") and len(words) > 1 else words[0]
        yield from self.start.get(first, ())
        yield from self.end.get(words[-1], ())
        for word in dict.fromkeys(words):
            yield from self.tail.get(word, ())
        if not text.isascii():
            yield from self.native


@cache
def load() -> Patterns:
    """Compile the shipped seed, once a process."""
    return compiled(seeds.load()["holder_patterns"])


def compiled(rows: Iterable[dict[str, str]]) -> Patterns:
    """Compile rows of the seed."""
    by_place: dict[str, dict[str, list[Pattern]]] = {"start": {}, "end": {}, "tail": {}}
    native: list[Pattern] = []
    for row in rows:
        tokens = [_Token.of(written) for written in row["words"].split()]
        is_native = not _LATIN.search("".join(word for token in tokens for word in token.words))
        for place in ("start", "end") if row["place"] == "both" else (row["place"],):
            shape = re.compile(_native(tokens, place) if is_native else _shape(tokens, place))
            pattern = Pattern(row["country"], row["kind"], row["needs"] == "academic", place == "tail", shape)
            if is_native:
                native.append(pattern)
                continue
            for anchor in _anchors(tokens, place):
                by_place[place].setdefault(anchor, []).append(pattern)
    start, end, tail = ({w: tuple(held) for w, held in by_place[p].items()} for p in ("start", "end", "tail"))
    return Patterns(start, end, tail, tuple(native))


@dataclass(frozen=True)
class _Token:
    """One token of a row: the folded words it stands for, whether it may be missing or come several times."""

    words: tuple[str, ...]
    is_optional: bool
    is_run: bool

    @staticmethod
    def of(written: str) -> "_Token":
        words = tuple(names.normal(word) for word in written.strip("{}?").split("/"))
        return _Token(words, written[-1] == "?", written[0] == "{")

    @property
    def group(self) -> str:
        return f"(?:{'|'.join(map(re.escape, self.words))})"

    @property
    def count(self) -> str:
        return "+" if self.is_run else "?" if self.is_optional else ""


def _shape(tokens: list[_Token], place: str) -> str:
    if place == "start":
        core = "".join(f"(?:{t.group} ){t.count}" for t in tokens)
        return rf"^(?:(?:the|an?) )?{core}{_JOINER}(?P<x>\S.*)$"
    core = "".join(f"(?: {t.group}){t.count}" for t in tokens)
    end = "(?: .*)?" if place == "tail" else ""
    return rf"^(?:the )?(?P<x>\S.*?{_CAMPUS}){_LEAD}{core}{end}$"


def _native(tokens: list[_Token], place: str) -> str:
    core = "".join(f"(?:{t.group} ?){t.count}" for t in tokens)
    return rf"^{core}(?P<x>\S.*)$" if place == "start" else rf"^(?P<x>\S.*?) ?{core}$"


def _anchors(tokens: list[_Token], place: str) -> Iterator[str]:
    """Yield the words that a wrapper may begin with, at the end of a name those it may end with."""
    is_end = place == "end"
    found = []
    for token in tokens[::-1] if is_end else tokens:
        found += [word.split()[-1 if is_end else 0] for word in token.words]
        if not token.is_optional:
            break
    yield from dict.fromkeys(found)
