"""Read a string as linking sees it: its words by segment, what stands in capitals, and the places it tells."""

import re
from dataclasses import dataclass, field

from pipelines.link import names
from pipelines.link.context import Context
from pipelines.link.lexicon import Lexicon, canonical
from pipelines.link.registry import Registry

LONGEST = 90
"""Words read of a string; what comes after them is an address or a life story."""

_CAPITALS = re.compile(r"\b[A-Z][A-Za-z]*[A-Z][A-Za-z0-9]*\b")
_GLUED = re.compile(r"[^\W\d_]*[^\W\d_A-Z][A-ZÀ-Þ][^\W\d_]+")
_GLUE = re.compile(r"(?<=[^\W\d_A-ZÀ-Þ])(?=[A-ZÀ-Þ])")
_DIGITS = re.compile(r"(?<=\d)(?=[A-ZÀ-Þ][^\W\d_])|(?<=[^\W\d_])(?=\d{3})")
_STATE = re.compile(r"\b([A-Z]{2})\b\.?(?=,?\s+\d{5}|\s*[,;.)]|\s*$|,?\s+U\.?S)")
_POSSIBLE = frozenset({"university", "institute", "college", "hospital", "school", "center", "laboratory", "academy"})


@dataclass
class Scene:
    """A string's folded words, and of each its canonical form, segment and whether it was mended.

    `numbers` are the lexicon's (None: no registry name has the word), `countries` the codes told, the last place's
    first; `is_told` says that a record gave the country, not the string.
    """

    name: str
    words: list[str] = field(default_factory=list)
    canonical: list[str] = field(default_factory=list)
    numbers: list[int | None] = field(default_factory=list)
    segment: list[int] = field(default_factory=list)
    small: list[bool] = field(default_factory=list)
    mended: list[bool] = field(default_factory=list)
    place: list[bool] = field(default_factory=list)
    capitals: frozenset[str] = frozenset()
    countries: tuple[str, ...] = ()
    states: frozenset[str] = frozenset()
    is_told: bool = False
    context: Context = field(default_factory=Context)
    legal: str = ""

    @property
    def size(self) -> int:
        """Number of words."""
        return len(self.words)


def read(registry: Registry, lexicon: Lexicon, name: str, country: str, context: Context) -> Scene:
    """Read a string and what the record tells of its place."""
    known = names.words()
    text = _unglue(lexicon, name)
    scene = Scene(name, context=context, legal=names.legal_form(name))
    for number, piece in enumerate(names.segments(text)):
        for word in names.normal(piece).split():
            if scene.size == LONGEST:
                break
            scene.words.append(word)
            scene.segment.append(number)
    capitals = _CAPITALS.findall(text)
    if len(capitals) < 8 or len(capitals) * 2 < scene.size:  # else all is in capitals, which then tell nothing
        scene.capitals = frozenset(names.normal(c) for c in capitals)
    institutional = {n for n, w in zip(scene.segment, scene.words, strict=True) if canonical(w) in _POSSIBLE}
    few = scene.size <= 10
    numbers, canon = lexicon.number, known.canonical
    for word, number in zip(scene.words, scene.segment, strict=True):
        form = canon.get(word, word)
        value = numbers.get(form)
        is_mended = False
        if value is None and len(word) > 5 and (few or number in institutional):
            near = lexicon.near(word)
            if near:
                form, value, is_mended = near, numbers[near], True
        scene.canonical.append(form)
        scene.numbers.append(value)
        scene.mended.append(is_mended)
        scene.small.append(word in known.stop)
    _places(registry, scene, text, country)
    return scene


def _unglue(lexicon: Lexicon, name: str) -> str:
    """Part words that lost the blank between them: "SciencesMacquarie", "Box425888DentonTexas76204"."""
    if name.isascii() and name.islower():
        return name

    def part(found: re.Match[str]) -> str:
        word = found.group()
        if canonical(names.normal(word)) in lexicon.number:
            return word
        pieces = _GLUE.split(word)
        return " ".join(pieces) if all(len(p) > 2 or p.islower() for p in pieces) else word

    return _DIGITS.sub(" ", _GLUED.sub(part, name))


def _places(registry: Registry, scene: Scene, text: str, country: str) -> None:
    """Find the countries and states a string tells, from its end, and mark their words."""
    words, size = scene.words, scene.size
    scene.place = [False] * size
    countries: list[str] = []
    states: set[str] = set()
    us = names.us_states()
    end = size
    while end > 0:
        for length in (4, 3, 2, 1):
            start = end - length
            if start < 0 or scene.segment[start] != scene.segment[end - 1]:
                continue
            told = " ".join(words[start:end])
            code = registry.country_names.get(told)
            state = us.get(told)
            if state is not None and (code is None or (told == "georgia" and "US" in countries)):
                states.add(state)
                code = "US"
            elif code is None:
                continue
            if code not in countries:
                countries.append(code)
            scene.place[start:end] = [True] * length
            end = start
            break
        else:
            end -= 1
    codes = set(us.values())
    for found in _STATE.findall(text):
        if found in codes and (not countries or "US" in countries):
            states.add(found)
            if "US" not in countries:
                countries.append("US")
    if country:
        countries = [country]
    if scene.context.state:
        states = {scene.context.state}
    scene.countries, scene.states, scene.is_told = tuple(countries), frozenset(states), bool(country)
