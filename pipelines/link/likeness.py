"""When two names without their legal forms are one name: a slip of the pen, a misspelt word, a telling word in common.

How many names bear a word says what it is: Systems and System are two words that firms bear, Sytems is none.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from rapidfuzz.distance import DamerauLevenshtein

from pipelines.link import names

_SLIP = 5
"""Letters a word needs for a slip of the pen in one city to be one: Alfa and Alma are two names."""
_MISSPELT = 7
"""Letters a word needs to be known for misspelt without a city."""
_KNOWN = 3
"""Names in which a word occurs that is a word, and no slip."""
_COMMON = 10
"""Names in which a word occurs that tells no firm from others by itself, and is a word beyond doubt."""
_TIMES = 20
"""So many names bear a word for one that bears its misspelling: System is no misspelling of Systems."""
_ROMAN = frozenset("ivx")

Words = tuple[str, ...]


class Form(NamedTuple):
    """A name's words without its legal form, and the form: as written, and the one it stands for in the country."""

    words: tuple[str, ...]
    written: str
    form: str
    is_company: bool


def form(name: str, country: str) -> Form:
    """Split a name into words and legal form; forms of non-companies ("Stichting") tell names apart as well.

    A second form is one of its words: Scania CV AB is a firm of Scania AB's, and Stichting Foo BV not Foo BV.
    """
    known = names.words().legal
    words, found = names.strip_legal(names.normal(name).split(), country)
    words = words[1:] if len(words) > 1 and words[0] == "the" else words
    company = [f for f in found if f in known.company]
    written = (company or found or [""])[0]
    own = known.alike.get((country, written), written)
    others = [f for f in found if f not in (written, own) and known.alike.get((country, f), f) != own]
    return Form((*words, *others), written, own, bool(company))


def is_slip(one: Words, other: Words, uses: Counter[str]) -> bool:
    """Tell whether two names that differ in a letter differ by a slip: in a long word that is none elsewhere.

    A Fund II is not a Fund III.
    """
    if len(one) != len(other):
        return False
    apart = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    if len(apart) != 1 or min(map(len, apart[0])) < _SLIP:
        return False
    return not any(set(w) <= _ROMAN for w in apart[0]) and min(uses[w] for w in apart[0]) < _KNOWN


def share_a_word(one: Words, other: Words, uses: Counter[str]) -> bool:
    """Tell whether two names begin alike or have a word in common that few names bear."""
    return one[:1] == other[:1] or any(uses[word] < _COMMON for word in {*one} & {*other})


class Misspellings:
    """The common words of all names, to be found by what a slip of the pen makes of them."""

    def __init__(self, uses: Counter[str]) -> None:
        """Index the words that many names bear by themselves and by themselves less a letter."""
        self.uses = uses
        self._near: dict[str, set[str]] = {}
        self._found: dict[str, list[str]] = {}
        for word, times in uses.items():
            if times >= _COMMON and len(word) >= _MISSPELT:
                for key in _less(word):
                    self._near.setdefault(key, set()).add(word)

    def meant(self, words: Words) -> Iterator[tuple[Words, str, str]]:
        """Yield the names that may be meant by one with a misspelt word: their words, the word, and the one for it.

        A first word counts only where the others tell the firm: Carlson Systems may stand beside Karlson Systems, but
        Samsund SDI is Samsung's.
        """
        for at, word in enumerate(words):
            if len(word) < _MISSPELT or not word.isalpha():
                continue
            rest = (*words[:at], *words[at + 1 :])
            if not rest or (at == 0 and min(self.uses[w] for w in rest) >= _COMMON):
                continue
            if word not in self._found:
                self._found[word] = self._right(word)
            for right in self._found[word]:
                yield (*words[:at], right, *words[at + 1 :]), word, right

    def _right(self, word: str) -> list[str]:
        near = {right for key in _less(word) for right in self._near.get(key, ())}
        return sorted(
            right
            for right in near
            if self.uses[right] >= _TIMES * self.uses[word] and DamerauLevenshtein.distance(word, right) == 1
        )


def _less(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}
