"""What speaks for and against a candidate, in numbers a person can read: one row per candidate, one column per name.

Weights of words are inverse document frequencies over the registry's names (nats); `left` and `right` are the words of
the segment before and after the candidate's.
"""

import math

import numpy as np

from pipelines.link import names
from pipelines.link.candidates import SEQUENCE, SET, SHARED, SHORT, Candidate
from pipelines.link.lexicon import Lexicon
from pipelines.link.registry import ACRONYM, LABEL, Registry
from pipelines.link.scene import Scene

NAMES = (
    # the name and the words it stands on
    "name_weight", "name_words", "rarest_word", "is_generic", "is_in_sequence", "is_set", "is_acronym", "is_shared",
    "is_label", "words_mended", "weight_missing", "words_missing", "weight_extra", "words_extra", "kind_of_school_differs",
    "missing_is_place", "starts_with_unit", "capital_letters",
    # where it stands
    "fills_segments", "starts_segment", "ends_segment", "segments_crossed", "segment_number", "from_the_end",
    "left_weight", "left_words", "left_units", "left_schools", "left_hazards", "left_next_weight", "left_is_of",
    "right_weight", "right_words", "right_units", "right_schools", "right_hazards", "right_next_weight", "right_is_own_place",
    "left_is_parent", "share_of_string", "string_words", "string_segments", "is_legal_form",
    # the place
    "country_agrees", "country_last_agrees", "country_differs", "country_untold", "country_is_given", "state_agrees",
    "state_differs", "city_agrees", "city_elsewhere",
    # the organisation and those that bear the same name
    "rivals", "rivals_there", "prominence", "lead_over_rivals", "is_first_of_rivals", "is_active", "is_withdrawn",
    "is_school", "is_hospital", "is_company", "is_facility", "is_government", "is_nonprofit", "is_other",
    "acronym_stands_by",
    # the other candidates
    "candidates", "is_within_longer", "holds_shorter", "overlaps", "parent_is_named", "child_is_named", "parent_is_near",
    "same_parent_named", "longest_other",
)  # fmt: skip

_SCHOOLS = frozenset({"university", "college", "institute", "hospital", "academy", "school", "center", "polytechnic",
                      "laboratory", "foundation", "society", "association", "company", "council", "ministry",
                      "agency"})  # fmt: skip
_KINDS = frozenset({"university", "college", "institute", "school", "academy", "polytechnic", "seminary", "community",
                    "junior", "technical", "state", "system", "campus", "main", "district", "of"})  # fmt: skip
_OF = frozenset({"of", "de", "der", "des", "di", "da", "do", "du", "d", "del", "van", "at", "al"})


def rows(registry: Registry, lexicon: Lexicon, scene: Scene, found: list[Candidate]) -> list[list[float]]:
    """Return a row of numbers for each candidate of a string, in the order of NAMES."""
    if not found:
        return []
    known = names.words()
    words, canon, segment, small, place = scene.words, scene.canonical, scene.segment, scene.small, scene.place
    size, telling = scene.size, lexicon.weight
    weight = [
        0.0 if small[i] or place[i] else telling.get(canon[i], 6.0 if scene.numbers[i] is None else 9.0)
        for i in range(size)
    ]
    weight = [min(w, 6.0) if not words[i].isalpha() else w for i, w in enumerate(weight)]
    total = sum(weight) or 1.0
    segments = segment[-1] + 1
    ancestors = {c.organisation: registry.ancestors(c.organisation) for c in found}
    full = {c.organisation for c in found if c.how in (SEQUENCE, SET)}
    acronyms_here = {c.organisation for c in found if c.how == SHORT}
    above_full = set().union(*(ancestors[n] for n in full)) if full else set()
    groups: dict[tuple[int, int], list[Candidate]] = {}
    for c in found:
        groups.setdefault((c.start, c.end), []).append(c)
    spans = [(a, b, any(c.how != SHARED for c in group)) for (a, b), group in groups.items()]
    wholes = [(a, b) for a, b, whole in spans if whole]
    given_city = names.normal(scene.context.city) if scene.context.city else ""
    text = " ".join(words)
    out: list[list[float]] = []
    for c in found:
        n, start, end = c.organisation, c.start, c.end
        key = c.key
        inside = {canon[i] for i in range(start, end) if not small[i]}
        name_weight = sum(telling.get(w, 9.0) for w in key)
        missing = [w for w in key if w not in inside] if c.how == SHARED else []
        extra = [w for w in inside if w not in key] if c.how == SHARED else []
        own_city = registry.city[n]
        city_words = own_city.split()
        left = start
        while left > 0 and segment[left - 1] == segment[start]:
            left -= 1
        right = end
        while right < size and segment[right] == segment[end - 1]:
            right += 1
        before = [i for i in range(left, start) if not small[i]]
        after = [i for i in range(end, right) if not small[i]]
        own = registry.acronyms.get(n, frozenset())
        parents = ancestors[n]
        country = registry.country[n]
        region = registry.region[n]
        countries = scene.countries
        agrees = country in countries
        types = registry.types[n]
        group = groups[start, end]
        rival = max((registry.prominence[o.organisation] for o in group if o.organisation != n), default=0)
        prominence = registry.prominence[n]
        outside = [w for i, w in enumerate(words) if (i < start or i >= end)]
        has_city = bool(own_city) and (
            own_city == given_city
            or (own_city in text and all(w in outside or w in inside for w in city_words) and (set(city_words) & set(outside) != set()))
        )
        elsewhere = 0
        if not has_city:
            for w in outside[-8:]:
                held = lexicon.cities.get(w)
                if held and w not in key:
                    elsewhere = 1 if country not in held else max(elsewhere, 0)
        after_place = [i for i in after if place[i] or words[i] in city_words or words[i] in own]
        other_full = full - {n}
        within = longer = overlap = 0
        for a, b in wholes:
            if a <= start and end <= b and (a, b) != (start, end):
                within = 1
            elif start <= a and b <= end and (a, b) != (start, end):
                longer = 1
            elif a < end and start < b and (a, b) != (start, end):
                overlap = 1
        other_weights = [o for o in (b - a for a, b in wholes if (a, b) != (start, end))]
        left_parent = 0
        if before:
            above = set()
            for p in list(parents)[:6]:
                above |= registry.acronyms.get(p, frozenset())
                above |= set(names.normal(registry.display[p]).split())
            left_parent = int(all(words[i] in above or words[i] in own for i in before)) if above or own else 0
        out.append([
            name_weight, len(key), max(telling.get(w, 9.0) for w in key),
            all(w in known.generic or w in known.distinct for w in key),
            c.how == SEQUENCE, c.how == SET, c.how == SHORT, c.how == SHARED, c.kind == LABEL,
            sum(scene.mended[start:end]), sum(telling.get(w, 9.0) for w in missing), len(missing),
            sum(telling.get(w, 9.0) for w in extra), len(extra),
            bool(missing) and all(w in _KINDS for w in missing) and all(w in _KINDS for w in extra),
            bool(missing) and all(w in city_words or registry.country_names.get(w) == country for w in missing),
            canon[start] in known.unit, len(words[start]) if c.how == SHORT else 0,
            start == left and end == right, start == left, end == right, segment[end - 1] - segment[start],
            segment[start], segments - 1 - segment[end - 1],
            sum(weight[i] for i in before), len(before), sum(canon[i] in known.unit for i in before),
            sum(canon[i] in _SCHOOLS for i in before), sum(words[i] in known.hazard for i in before),
            weight[before[-1]] if before and before[-1] == start - 1 else 0.0,
            start > left and words[start - 1] in _OF,
            sum(weight[i] for i in after), len(after) - len(after_place), sum(canon[i] in known.unit for i in after),
            sum(canon[i] in _SCHOOLS for i in after), sum(words[i] in known.hazard for i in after),
            weight[after[0]] if after and after[0] == end else 0.0, bool(after) and len(after_place) == len(after),
            left_parent, sum(weight[start:end]) / total, size, segments, bool(scene.legal),
            agrees, bool(countries) and countries[0] == country, bool(countries) and not agrees, not countries,
            scene.is_told, region != "" and region in scene.states,
            region != "" and country == "US" and bool(scene.states) and region not in scene.states, has_city, elsewhere,
            c.rivals, c.rivals_there, math.log1p(prominence), math.log1p(prominence) - math.log1p(rival),
            prominence >= rival, registry.status[n] == "active", registry.status[n] == "withdrawn",
            "education" in types, "healthcare" in types, "company" in types, "facility" in types,
            "government" in types, "nonprofit" in types, not types or types <= {"other", "archive", "funder"},
            bool(own) and c.how != SHORT and (any(words[i] in own for i in range(size) if i < start or i >= end)),
            len(groups), within, longer, overlap, bool(parents & other_full), n in above_full,
            bool(parents & acronyms_here), any(parents & ancestors[o] for o in other_full if o not in parents),
            max(other_weights, default=0),
        ])  # fmt: skip
    return out


def matrix(rows_: list[list[float]]) -> np.ndarray:
    """Return rows as an array of shape (candidates, features), float32."""
    return np.asarray(rows_, dtype=np.float32).reshape(-1, len(NAMES))
