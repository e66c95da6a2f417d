"""What speaks for and against a candidate, in numbers a person can read: one row per candidate, one column per name.

Weights of words are inverse document frequencies over the registry's names (nats); `left` and `right` are the words of
the segment before and after the candidate's. A `lead` is the candidate's value less the best of others: `rivals` stand
on the same words, those that `overlap` share some of them, those `elsewhere` none. Likeness is in per cent of letters,
of the words to the organisation's display name.
"""

from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz

from pipelines.link import choose
from pipelines.link.candidates import SEQUENCE, SET, SHARED, SHORT, Candidate
from pipelines.link.facts import OF_NAME, OF_ORGANISATION, Facts, Organisation
from pipelines.link.lexicon import Lexicon
from pipelines.link.registry import LABEL, Registry
from pipelines.link.rivals import (
    OF_DISPLAY,
    OF_KIN,
    OF_OTHERS,
    OF_RIVALS,
    Kin,
    Seen,
    Span,
    against,
    others,
    rivals,
)  # fmt: skip
from pipelines.link.scene import Scene
from pipelines.link.standing import OF_PLACE, OF_STRING, Standing
from pipelines.link.tokens import UNKNOWN

_OF_MATCH = (
    "is_in_sequence", "is_set", "is_shared", "is_label", "capital_letters", "rivals", "rivals_there", "share_found",
    "weight_missing", "words_missing", "words_extra",
)  # fmt: skip
_OF_COUNTRY = (
    "country_agrees", "country_last_agrees", "country_differs", "state_evidence", "city_agrees", "city_within",
    "city_follows", "city_elsewhere", "city_other",
)  # fmt: skip
NAMES = (
    *OF_STRING, *OF_PLACE, *OF_NAME, *OF_ORGANISATION, *_OF_MATCH, *OF_DISPLAY, *_OF_COUNTRY, *OF_RIVALS, *OF_KIN,
    *OF_OTHERS,
)  # fmt: skip


class Reader:
    """Reads the features of candidates, and keeps what it has learned of organisations and names."""

    def __init__(self, registry: Registry, lexicon: Lexicon) -> None:
        self.registry, self.lexicon = registry, lexicon
        self.facts = Facts(registry, lexicon)

    def rows(self, scene: Scene, found: Sequence[Candidate]) -> list[tuple[float, ...]]:
        """Return a row of numbers for each candidate of a string, in the order of NAMES."""
        if not found:
            return []
        facts, standing = self.facts, Standing(self.lexicon, scene)
        string = standing.string()
        spans: dict[tuple[int, int], Span] = {}
        seen: list[tuple[Seen, Span]] = []
        for candidate in found:
            at = candidate.start, candidate.end
            span = spans.get(at)
            if span is None:
                span = spans[at] = Span(*at, standing)
            one = Seen(candidate, facts.organisation(candidate.organisation), scene)
            one.display = _display(one.organisation, span, standing)
            span.seen.append(one)
            seen.append((one, span))
        for span in spans.values():
            span.weigh()
        beside = {at: others(span, spans.values()) for at, span in spans.items()}
        kin = Kin(seen)
        return [
            (
                *string, *span.row, *facts.name(one.candidate.key), *one.organisation.row,
                *_match(self.lexicon, one.candidate, scene), *one.display, *_places(self.lexicon, one, standing),
                *rivals(one, span), *kin.of(one), *against(one, span, beside[span.start, span.end]),
            )
            for one, span in seen
        ]  # fmt: skip


def matrix(rows: Sequence[Sequence[float]]) -> np.ndarray:
    """Return rows as an array of shape (candidates, features), float32."""
    return np.asarray(rows, dtype=np.float32).reshape(-1, len(NAMES))


_HOW = {SEQUENCE: (True, False, False), SET: (False, True, False), SHORT: (False, False, False)}


def _match(lexicon: Lexicon, one: Candidate, scene: Scene) -> tuple[float, ...]:
    how, is_label = one.how, one.kind == LABEL
    if how != SHARED:
        letters = len(scene.words[one.start]) if how == SHORT else 0
        return (*_HOW[how], is_label, letters, one.rivals, one.rivals_there, 1.0, 0.0, 0, 0)
    inside = {scene.canonical[at] for at in range(one.start, one.end) if not scene.small[at]}
    weight, key = lexicon.weight, one.key
    missing = [weight.get(w, UNKNOWN) for w in key if w not in inside]
    return (
        False, False, True, is_label, 0, one.rivals, one.rivals_there,
        1.0 - sum(missing) / (sum(weight.get(w, UNKNOWN) for w in key) or 1.0), sum(missing), len(missing),
        len(inside.difference(key)),
    )  # fmt: skip


def _display(organisation: Organisation, span: Span, standing: Standing) -> tuple[float, ...]:
    """Hold the display name against the words, whatever name they were found by: an alias may be that of many."""
    words, segments = span.texts
    display = organisation.display
    return (
        fuzz.ratio(words, display), fuzz.ratio(segments, display), fuzz.partial_ratio(segments, display),
        fuzz.token_set_ratio(segments, display), organisation.written in standing.scene.name,
    )  # fmt: skip


def _places(lexicon: Lexicon, one: Seen, standing: Standing) -> tuple[float, ...]:
    """Hold country, state and city against those the string tells outside the candidate's words."""
    scene, organisation = standing.scene, one.organisation
    start, end, own = one.candidate.start, one.candidate.end, organisation.city
    countries = scene.countries
    agrees = own != "" and own == standing.city
    within = follows = elsewhere = other = is_later = False
    for first, last, city in standing.cities:
        if first < end and start < last:
            within = within or city == own
            continue
        if city == own:
            agrees = True
            follows = follows or (first >= end and not is_later)
        elif organisation.country in lexicon.cities[city]:
            other = True
        else:
            elsewhere = True
        is_later = is_later or first >= end
    return (
        one.is_there, bool(countries) and choose.same_country(countries[0], organisation.country),
        bool(countries) and not one.is_there, one.evidence, agrees, within, follows, elsewhere and not agrees,
        other and not agrees,
    )  # fmt: skip
