"""Where in a string some of its words stand: what is left and right of them, and the cities it tells."""

from itertools import accumulate

from pipelines.link import names
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


class Standing:
    """A string's words as sums from its start, so that what lies between two words is a difference.

    `first` and `after` tell of each word where its segment begins and ends, `cities` are those told: start, end, name;
    `city` is the record's.
    """

    def __init__(self, lexicon: Lexicon, scene: Scene) -> None:
        self.scene = scene
        self.weight = [0.0 if is_place else gain for gain, is_place in zip(scene.gains, scene.place, strict=True)]
        self.weights = list(accumulate(self.weight, initial=0.0))
        self.words, self.units, self.schools, self.hazards = (
            list(accumulate(held, initial=0)) for held in (scene.counts, scene.units, scene.schools, scene.hazards)
        )
        self.first, self.after = _bounds(scene.segment)
        self.cities = _cities(lexicon, scene)
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


def _bounds(segment: list[int]) -> tuple[list[int], list[int]]:
    size = len(segment)
    first, after = [0] * size, [size] * size
    for at in range(1, size):
        first[at] = first[at - 1] if segment[at] == segment[at - 1] else at
    for at in range(size - 2, -1, -1):
        after[at] = after[at + 1] if segment[at] == segment[at + 1] else at + 1
    return first, after


def _cities(lexicon: Lexicon, scene: Scene) -> list[tuple[int, int, str]]:
    """Find the cities a string may tell, the longest first: New York is not York."""
    cities, words = lexicon.cities, scene.words
    found, after, size = [], 0, len(words)
    for at, longest in enumerate(scene.city_words):
        if not longest or at < after:
            continue
        for length in range(min(longest, size - at), 0, -1):
            name = words[at] if length == 1 else " ".join(words[at : at + length])
            if name in cities:
                after = at + length
                found.append((at, after, name))
                break
    return found
