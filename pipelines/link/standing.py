"""Where in a string some of its words stand: what is left and right of them, and the cities it tells."""

from pipelines.link import names
from pipelines.link.facts import SCHOOLS, UNKNOWN, Facts
from pipelines.link.lexicon import Lexicon
from pipelines.link.scene import Scene

OF_STRING = (
    "string_words", "string_segments", "is_legal_form", "country_untold", "country_is_given", "countries_told",
    "states_told", "string_institutions",
)  # fmt: skip
OF_PLACE = (
    "span_words", "starts_with_unit", "fills_segments", "segments_crossed", "segment_number", "from_the_end",
    "left_weight", "left_words", "left_units", "left_schools", "left_hazards", "left_next_weight", "left_is_of",
    "right_weight", "right_words", "right_units", "right_schools", "right_hazards", "right_next_weight", "right_is_of",
    "right_next_school", "right_next_unit", "left_next_distinct", "right_next_distinct", "span_schools",
    "share_of_string", "former_segment_units",
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
        self.weight = _weights(lexicon, scene)
        self.weights, self.words, self.units, self.schools, self.hazards = _sums(scene, self.weight)
        self.first, self.after = _bounds(scene.segment)
        self.cities = _cities(lexicon, facts, scene.words)
        self.city = names.normal(scene.context.city) if scene.context.city else ""

    def string(self) -> tuple[float, ...]:
        """Return the features of the whole string, in the order of OF_STRING."""
        scene = self.scene
        return (
            scene.size, scene.segment[-1] + 1, scene.legal != "", not scene.countries, scene.is_told,
            len(scene.countries), len(scene.states), sum(w in _INSTITUTIONS for w in scene.canonical),
        )  # fmt: skip

    def of(self, start: int, end: int) -> tuple[float, ...]:
        """Return the features of the words from `start` to before `end`, in the order of OF_PLACE."""
        scene, weights, words, units, schools, hazards = (
            self.scene, self.weights, self.words, self.units, self.schools, self.hazards,
        )  # fmt: skip
        canonical, segment, small = scene.canonical, scene.segment, scene.small
        left, right = self.first[start], self.after[end - 1]
        has_left, has_right = start > left, end < right
        unit, distinct = names.words().unit, names.words().distinct
        return (
            end - start, canonical[start] in unit, not has_left and not has_right, segment[end - 1] - segment[start],
            segment[start], segment[-1] - segment[end - 1],
            weights[start] - weights[left], words[start] - words[left], units[start] - units[left],
            schools[start] - schools[left], hazards[start] - hazards[left],
            self.weight[start - 1] if has_left and not small[start - 1] else 0.0,
            has_left and scene.words[start - 1] in _OF,
            weights[right] - weights[end], words[right] - words[end], units[right] - units[end],
            schools[right] - schools[end], hazards[right] - hazards[end],
            self.weight[end] if has_right and not small[end] else 0.0, has_right and scene.words[end] in _OF,
            has_right and canonical[end] in SCHOOLS, has_right and canonical[end] in unit,
            has_left and canonical[start - 1] in distinct, has_right and canonical[end] in distinct,
            schools[end] - schools[start],
            (weights[end] - weights[start]) / (weights[-1] or 1.0),
            units[left] - units[self.first[left - 1]] if left else 0,
        )  # fmt: skip

    def text(self, start: int, end: int) -> tuple[str, str]:
        """Return some words as one text, and the text of the segments they stand in."""
        words = self.scene.words
        return " ".join(words[start:end]), " ".join(words[self.first[start] : self.after[end - 1]])


def _sums(scene: Scene, weight: list[float]) -> tuple[list[float], list[int], list[int], list[int], list[int]]:
    """Sum up from the start: weights, words, units, schools and hazards, small words left out."""
    unit, hazard = names.words().unit, names.words().hazard
    weights, words, units, schools, hazards = [0.0], [0], [0], [0], [0]
    total, number, of_unit, of_school, of_hazard = 0.0, 0, 0, 0, 0
    for at, form in enumerate(scene.canonical):
        if not scene.small[at]:
            total += weight[at]
            number += 1
            if form in unit:
                of_unit += 1
            if form in SCHOOLS:
                of_school += 1
            if scene.words[at] in hazard:
                of_hazard += 1
        weights.append(total)
        words.append(number)
        units.append(of_unit)
        schools.append(of_school)
        hazards.append(of_hazard)
    return weights, words, units, schools, hazards


def _weights(lexicon: Lexicon, scene: Scene) -> list[float]:
    """Weigh each word by how telling it is; small words and places told weigh nothing."""
    telling = lexicon.weight
    found = []
    for word, form, number, small, place in zip(
        scene.words, scene.canonical, scene.numbers, scene.small, scene.place, strict=True
    ):
        if small or place:
            found.append(0.0)
        else:
            weight = telling.get(form, _FIGURES if number is None else UNKNOWN)
            found.append(weight if weight < _FIGURES or word.isalpha() else _FIGURES)
    return found


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
