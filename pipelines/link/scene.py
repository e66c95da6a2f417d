"""Read a string as linking sees it: its words by segment, what stands in capitals, and the places it tells."""

import html
import re
from dataclasses import dataclass, field
from functools import cache

from pipelines.link import names
from pipelines.link.context import Context
from pipelines.link.lexicon import Lexicon
from pipelines.link.registry import Registry

LONGEST, FARTHEST = 90, 4000
"""Words and characters read of a string; what comes after them is an address or a life story."""

_INITIALS = re.compile(r"(?<!\w)\w\.\s\w(?!\w)")
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

    @property
    def size(self) -> int:
        """Number of words."""
        return len(self.words)


def read(registry: Registry, lexicon: Lexicon, name: str, country: str, context: Context) -> Scene:
    """Read a string and what the record tells of its place."""
    scene = Scene(name, context=context)
    text = name[:FARTHEST]
    if "&" in text:
        text = html.unescape(text)
    capitals, is_parted, may_tell_state = _tokens(lexicon, scene, text)
    words = scene.words
    if len(capitals) < 8 or len(capitals) * 2 < len(words):  # else all is in capitals, which then tell nothing
        scene.capitals = frozenset(capitals)
    scene.mended = [False] * len(words)
    if None in scene.numbers:
        _mend(lexicon, scene)
    coded = "" if not may_tell_state else lexicon.parted(text) if is_parted else text
    _places(registry, lexicon, scene, country, coded)
    return scene


def _tokens(lexicon: Lexicon, scene: Scene, text: str) -> tuple[list[str], bool, bool]:
    """Read the words of a string, segment by segment, into a scene.

    Returns the acronyms, whether words were parted, and whether two capitals stand alone.
    """
    words, canonical, numbers, small, segment = (
        scene.words, scene.canonical, scene.numbers, scene.small, scene.segment,
    )  # fmt: skip
    known, read = lexicon.tokens, lexicon.token
    capitals: list[str] = []
    is_parted = may_tell_state = False
    for at, piece in enumerate(names.segments(text)):
        # Letters with stops are one word even where blanks stand between them: "U. S. A.".
        pieces = [piece] if "." in piece and _INITIALS.search(piece) else piece.split()
        for one in pieces:
            folded, forms, theirs, are_small, in_capitals, parted, state = known.get(one) or read(one)
            words += folded
            canonical += forms
            numbers += theirs
            small += are_small
            if state or in_capitals or parted:
                capitals += in_capitals
                is_parted, may_tell_state = is_parted or parted, may_tell_state or state
        segment += [at] * (len(words) - len(segment))
        if len(words) >= LONGEST:
            break
    if len(words) > LONGEST:
        for held in (words, canonical, numbers, small, segment):
            del held[LONGEST:]
    return capitals, is_parted, may_tell_state


def _mend(lexicon: Lexicon, scene: Scene) -> None:
    """Take unknown words for the known ones that they are a slip for, in short strings and beside institutions."""
    numbers, segment = scene.numbers, scene.segment
    unknown = [i for i, number in enumerate(numbers) if number is None and len(scene.words[i]) > 5]
    if unknown and scene.size > 10:
        institutional = {n for n, form in zip(segment, scene.canonical, strict=True) if form in _POSSIBLE}
        unknown = [i for i in unknown if segment[i] in institutional]
    for i in unknown:
        if near := lexicon.near(scene.words[i]):
            scene.canonical[i], numbers[i], scene.mended[i] = near, lexicon.number[near], True


def _places(registry: Registry, lexicon: Lexicon, scene: Scene, country: str, text: str) -> None:
    """Find the countries and states a string tells, from its end, and mark their words.

    `text` is where the codes of states may stand, blank where there are none.
    """
    words, segment, ends = scene.words, scene.segment, lexicon.ends
    place = scene.place = [False] * len(words)
    countries: list[str] = []
    states: set[str] = set()
    us, named = names.us_states(), registry.country_names
    after = len(words)
    while after > 0:
        end, after = after, after - 1
        for length in ends.get(words[end - 1], ()):
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
