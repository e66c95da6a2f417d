"""What stands between two blanks of a string, read once: its folded words, and of each what the registry's names know.

Affiliations repeat their words, so that most of a string is read by looking its pieces up.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.link import names

SCHOOLS = frozenset({"university", "college", "institute", "hospital", "academy", "school", "center", "polytechnic",
                     "laboratory", "foundation", "society", "association", "company", "council", "ministry",
                     "agency"})  # fmt: skip
UNKNOWN, FIGURES = 9.0, 6.0
"""Weight of a word that no registry name has (nats); the most that one with figures weighs, and one that is not known
at all: a house number is rare and tells nothing."""
KEPT = 50_000
"""Tokens that are remembered; when there are more they are forgotten and read anew."""
_REMEMBERED = 60
"""Letters of the longest token that is remembered."""

_CAPITALS = re.compile(r"\b[A-Z][A-Za-z]*[A-Z][A-Za-z0-9]*\b")
_LETTERS = re.compile(r"[^\W\d_]+")
_GLUED = re.compile(r"[^\W\d_A-Z][A-ZÀ-Þ][^\W\d_]")
_GLUE = re.compile(r"(?<=[^\W\d_A-ZÀ-Þ])(?=[A-ZÀ-Þ])")
_DIGITS = re.compile(r"(?<=\d)(?=[A-ZÀ-Þ][^\W\d_])|(?<=[^\W\d_])(?=\d{3})")
_TWO_CAPITALS = re.compile(r"\b[A-Z]{2}\b")


class Word(NamedTuple):
    """A folded word, its canonical form, and what is known of them.

    `number` is the lexicon's (None: no registry name has the word), `is_small` tells articles and the like, which
    neither weigh (`gain`, nats) nor count (1 or 0) as a word, unit, school or hazard. `ends` are the numbers of words
    of the places that end in it, the most first; `city` is the most words of a city that begins with it.
    """

    text: str
    form: str
    number: int | None
    is_small: bool
    gain: float
    counts: int
    unit: int
    school: int
    hazard: int
    ends: tuple[int, ...]
    city: int


class Token(NamedTuple):
    """A piece of a string: its words, mostly one; `capitals` are the acronyms in it, folded.

    `is_parted` says that words that lost the blank between them were parted, `may_be_state` that two capitals stand
    alone.
    """

    words: tuple[Word, ...]
    capitals: tuple[str, ...]
    is_parted: bool
    may_be_state: bool


@dataclass(frozen=True)
class Tokens:
    """Reads tokens by what the lexicon knows of words, and remembers them (`known`)."""

    number: Mapping[str, int]
    weight: Mapping[str, float]
    ends: Mapping[str, tuple[int, ...]]
    city: Mapping[str, int]
    known: dict[str, Token] = field(default_factory=dict, compare=False, repr=False)

    def read(self, text: str) -> Token:
        """Read what stands between two blanks of a string, or any piece of it."""
        found = self.known.get(text)
        if found is None:
            found = self._read(text)
            if len(text) <= _REMEMBERED:
                if len(self.known) >= KEPT:
                    self.known.clear()
                self.known[text] = found
        return found

    def _read(self, text: str) -> Token:
        canonical = names.words().canonical
        is_plain = text.isalpha() and text[1:].islower()  # as most words are: no capitals, nothing to part
        parted = text if is_plain else self.parted(text)
        return Token(
            tuple([self.word(word, canonical.get(word, word)) for word in names.normal(parted).split()]),
            () if is_plain else tuple(map(names.normal, _CAPITALS.findall(parted))),
            parted != text,
            not is_plain and _TWO_CAPITALS.search(parted) is not None,
        )

    def word(self, text: str, form: str) -> Word:
        """Return what is known of a folded word and its canonical form."""
        vocabulary, number = names.words(), self.number.get(form)
        ends, city = self.ends.get(text, ()), self.city.get(text, 0)
        if text in vocabulary.stop:
            return Word(text, form, number, True, 0.0, 0, 0, 0, 0, ends, city)
        gain = self.weight.get(form, FIGURES if number is None else UNKNOWN)
        return Word(
            text, form, number, False, gain if gain < FIGURES or text.isalpha() else FIGURES, 1,
            int(form in vocabulary.unit), int(form in SCHOOLS), int(text in vocabulary.hazard), ends, city,
        )  # fmt: skip

    def parted(self, text: str) -> str:
        """Part words that lost the blank between them: "SciencesMacquarie", "Box425888DentonTexas76204"."""

        def part(found: re.Match[str]) -> str:
            word = found.group()
            if not _GLUED.search(word) or canonical(names.normal(word)) in self.number:
                return word
            pieces = _GLUE.split(word)
            return " ".join(pieces) if all(len(p) > 2 or p.islower() for p in pieces) else word

        if _GLUED.search(text):
            text = _LETTERS.sub(part, text)
        return _DIGITS.sub(" ", text)


def canonical(word: str) -> str:
    """Return the canonical form of a folded word."""
    return names.words().canonical.get(word, word)
