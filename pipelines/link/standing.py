"""Where in a string some of its words stand: what is left and right of them, and the cities it tells."""

from pipelines.link import names
from pipelines.link.facts import SCHOOLS, UNKNOWN, Facts
from pipelines.link.lexicon import Lexicon
from pipelines.link.scene import Scene

OF_STRING = (
    "string_words", "string_segments", "country_untold", "states_told", "string_institutions",
)  # fmt: skip
OF_PLACE = (
    "span_words", "fills_segments", "segments_crossed", "segment_number", "from_the_end", "left_weight", "left_words",
    "left_next_weight", "right_weight", "right_words", "right_units", "right_hazards", "right_next_weight",
    "right_is_of", "span_schools", "share_of_string",
)  # fmt: skip
_INSTITUTIONS = frozenset({"university", "college", "hospital", "institute", "academy", "polytechnic"})
_OF = frozenset({"of", "de", "der", "des", "di", "da", "do", "du", "d", "del", "van", "at", "al"})
_FIGURES = 6.0
"""Most that a word with figures weighs: a house number is rare and tells nothing."""


class Standing:
    """A string's words as sums from its start, so that what lies between two words is a difference.

    `first` and `after` tell of each word where its segment begins and ends, `cities` are those told: start, end, name;
    `city` is the record's.
    """

    def __init__(self, lexicon: Lexicon, facts: Facts, scene: Scene) -> None:
        self.scene = scene
        self.weight, self.weights, self.words, self.units, self.schools, self.hazards = _sums(lexicon, scene)
        self.first, self.after = _bounds(scene.segment)
        self.cities = _cities(lexicon, facts, scene.words)
        self.city = names.normal(scene.context.city) if scene.context.city else ""

    def string(self) -> tuple[float, ...]:
        """Return the features of the whole string, in the order of OF_STRING."""
        scene = self.scene
        return (
            scene.size, scene.segment[-1] + 1, not scene.countries, len(scene.states),
            sum([w in _INSTITUTIONS for w in scene.canonical]),
        )  # fmt: skip

    def of(self, start: int, end: int) -> tuple[float, ...]:
        """Return the features of the words from `start` to before `end`, in the order of OF_PLACE."""
        scene, weights, words = self.scene, self.weights, self.words
        segment, small = scene.segment, scene.small
        left, right = self.first[start], self.after[end - 1]
        has_left, has_right = start > left, end < right
        return (
            end - start, not has_left and not has_right, segment[end - 1] - segment[start], segment[start],
            segment[-1] - segment[end - 1], weights[start] - weights[left], words[start] - words[left],
            self.weight[start - 1] if has_left and not small[start - 1] else 0.0,
            weights[right] - weights[end], words[right] - words[end], self.units[right] - self.units[end],
            self.hazards[right] - self.hazards[end], self.weight[end] if has_right and not small[end] else 0.0,
            has_right and scene.words[end] in _OF, self.schools[end] - self.schools[start],
            (weights[end] - weights[start]) / (weights[-1] or 1.0),
        )  # fmt: skip

    def text(self, start: int, end: int) -> tuple[str, str]:
        """Return some words as one text, and the text of the segments they stand in."""
        words = self.scene.words
        return " ".join(words[start:end]), " ".join(words[self.first[start] : self.after[end - 1]])


def _sums(
    lexicon: Lexicon, scene: Scene
) -> tuple[list[float], list[float], list[int], list[int], list[int], list[int]]:
    """Weigh each word by how telling it is, and sum up from the start: weights, words, units, schools and hazards.

    Small words count nowhere, and weigh nothing, as places told do.
    """
    known, telling = names.words(), lexicon.weight
    unit, hazard = known.unit, known.hazard
    weight: list[float] = []
    weights, words, units, schools, hazards = [0.0], [0], [0], [0], [0]
    total, number, of_unit, of_school, of_hazard = 0.0, 0, 0, 0, 0
    for word, form, known_as, is_small, is_place in zip(
        scene.words, scene.canonical, scene.numbers, scene.small, scene.place, strict=True
    ):
        gain = 0.0
        if not is_small:
            number += 1
            if not is_place:
                gain = telling.get(form, _FIGURES if known_as is None else UNKNOWN)
                if gain > _FIGURES and not word.isalpha():
                    gain = _FIGURES
                total += gain
            if form in unit:
                of_unit += 1
            if form in SCHOOLS:
                of_school += 1
            if word in hazard:
                of_hazard += 1
        weight.append(gain)
        weights.append(total)
        words.append(number)
        units.append(of_unit)
        schools.append(of_school)
        hazards.append(of_hazard)
    return weight, weights, words, units, schools, hazards


def _bounds(segment: list[int]) -> tuple[list[int], list[int]]:
    size = len(segment)
    first, after = [0] * size, [size] * size
    for at in range(1, size):
        first[at] = first[at - 1] if segment[at] == segment[at - 1] else at
    for at in range(size - 2, -1, -1):
        after[at] = after[at + 1] if segment[at] == segment[at + 1] else at + 1
    return first, after


def _cities(lexicon: Lexicon, facts: Facts, words: list[str]) -> list[tuple[int, int, str]]:
    """Find the cities a string may tell, the longest first: New York is not York."""
    cities, longest, size = lexicon.cities, facts.longest_city, len(words)
    found, at = [], 0
    while at < size:
        length = longest.get(words[at], 0)
        while length:
            name = words[at] if length == 1 else " ".join(words[at : at + length])
            if at + length <= size and name in cities:
                found.append((at, at + length, name))
                at += length - 1
                break
            length -= 1
        at += 1
    return found
