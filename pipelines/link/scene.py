"""Read a string as linking sees it: its words by segment, what stands in capitals, and the places it tells."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from pipelines.link import names
from pipelines.link.context import Context
from pipelines.link.lexicon import Lexicon
from pipelines.link.registry import Registry
from pipelines.link.tokens import Tokens, Word

LONGEST, FARTHEST = 90, 4000
"""Words and characters read of a string; what comes after them is an address or a life story."""

_INITIALS = re.compile(r"(?<!\w)\w\.\s\w(?!\w)")
_STATE = re.compile(r"\b([A-Z]{2})\b\.?(?=,?\s+\d{5}|\s*[,;.)]|\s*$|,?\s+U\.?S)")
_POSSIBLE = frozenset({"university", "institute", "college", "hospital", "school", "center", "laboratory", "academy"})


@dataclass
class Scene:
    """A string's folded words, and of each what a `tokens.Word` tells, its segment, and whether it tells a place.

    `countries` are the codes told, the last place's first; `is_told` says that a record gave the country, not the
    string.
    """

    name: str
    context: Context = field(default_factory=Context)
    words: Sequence[str] = ()
    canonical: Sequence[str] = ()
    numbers: Sequence[int | None] = ()
    small: Sequence[bool] = ()
    gains: Sequence[float] = ()
    counts: Sequence[int] = ()
    units: Sequence[int] = ()
    schools: Sequence[int] = ()
    hazards: Sequence[int] = ()
    ends: Sequence[tuple[int, ...]] = ()
    city_words: Sequence[int] = ()
    segment: list[int] = field(default_factory=list)
    place: list[bool] = field(default_factory=list)
    capitals: frozenset[str] = frozenset()
    countries: tuple[str, ...] = ()
    states: frozenset[str] = frozenset()
    is_told: bool = False

    @property
    def size(self) -> int:
        """Number of words."""
        return len(self.words)


def read(registry: Registry, lexicon: Lexicon, name: str, country: str, context: Context) -> Scene:
    """Read a string and what the record tells of its place."""
    text = name[:FARTHEST]
    if "&" in text:
        text = html.unescape(text)
    words, segment, capitals, is_parted, may_tell_state = _words(lexicon.tokens, text)
    _mend(lexicon, words, segment)
    scene = Scene(name, context, segment=segment)
    if words:
        (
            scene.words, scene.canonical, scene.numbers, scene.small, scene.gains, scene.counts, scene.units,
            scene.schools, scene.hazards, scene.ends, scene.city_words,
        ) = zip(*words, strict=True)  # fmt: skip
    if len(capitals) < 8 or len(capitals) * 2 < len(words):  # else all is in capitals, which then tell nothing
        scene.capitals = frozenset(capitals)
    coded = "" if not may_tell_state else lexicon.tokens.parted(text) if is_parted else text
    _places(registry, scene, country, coded)
    return scene


def _words(tokens: Tokens, text: str) -> tuple[list[Word], list[int], list[str], bool, bool]:
    """Read the words of a string, and the segment of each.

    Returns beside them the acronyms, whether words were parted, and whether two capitals stand alone.
    """
    words: list[Word] = []
    segment: list[int] = []
    capitals: list[str] = []
    is_parted = may_tell_state = False
    known, read_ = tokens.known, tokens.read
    for at, piece in enumerate(names.segments(text)):
        # Letters with stops are one word even where blanks stand between them: "U. S. A.".
        pieces = [piece] if "." in piece and _INITIALS.search(piece) else piece.split()
        for one in pieces:
            theirs, in_capitals, parted, state = known.get(one) or read_(one)
            words += theirs
            if state or in_capitals or parted:
                capitals += in_capitals
                is_parted, may_tell_state = is_parted or parted, may_tell_state or state
        segment += [at] * (len(words) - len(segment))
        if len(words) >= LONGEST:
            break
    return words[:LONGEST], segment[:LONGEST], capitals, is_parted, may_tell_state


def _mend(lexicon: Lexicon, words: list[Word], segment: list[int]) -> None:
    """Take unknown words for the known ones that they are a slip for, in short strings and beside institutions."""
    unknown = [i for i, word in enumerate(words) if word.number is None and len(word.text) > 5]
    if unknown and len(words) > 10:
        institutional = {n for n, word in zip(segment, words, strict=True) if word.form in _POSSIBLE}
        unknown = [i for i in unknown if segment[i] in institutional]
    for i in unknown:
        if near := lexicon.near(words[i].text):
            words[i] = lexicon.tokens.word(words[i].text, near)


def _places(registry: Registry, scene: Scene, country: str, text: str) -> None:
    """Find the countries and states a string tells, from its end, and mark their words.

    `text` is where the codes of states may stand, blank where there are none.
    """
    words, segment = scene.words, scene.segment
    place = scene.place = [False] * len(words)
    countries: list[str] = []
    states: set[str] = set()
    us, named = names.us_states(), registry.country_names
    after = len(words)
    while after > 0:
        end, after = after, after - 1
        for length in scene.ends[end - 1]:
            start = end - length
            if start < 0 or segment[start] != segment[end - 1]:
                continue
            told = words[start] if length == 1 else " ".join(words[start:end])
            code, state = named.get(told), us.get(told)
            if state is not None and (code is None or (told == "georgia" and "US" in countries)):
                states.add(state)
                code = "US"
            elif code is None:
                continue
            if code not in countries:
                countries.append(code)
            place[start:end] = [True] * length
            after = start
            break
    for found in _STATE.findall(text) if text else ():
        if found in _codes() and (not countries or "US" in countries):
            states.add(found)
            if "US" not in countries:
                countries.append("US")
    if country:
        countries = [country]
    if scene.context.state:
        states = {scene.context.state}
    scene.countries, scene.states, scene.is_told = tuple(countries), frozenset(states), bool(country)


@cache
def _codes() -> frozenset[str]:
    return frozenset(names.us_states().values())
