"""Find organisations named inside a longer string: the registry's names as a dictionary of word sequences."""

from dataclasses import dataclass, replace

from pipelines.link import choose, names
from pipelines.link.choose import Query
from pipelines.link.registry import LABEL, Registry

_PARTS = frozenset({"department", "faculty", "division", "section", "chair", "office"})

_SCHOOLS = frozenset({"university", "college", "school", "faculty"})


@dataclass(frozen=True)
class Span:
    """An organisation found from word `start` to before `end`; `is_segment` if it fills its segments."""

    start: int
    end: int
    organisation: int
    is_segment: bool
    key: str


def find(registry: Registry, query: Query) -> tuple[list[int], str, list[int]]:
    """Return the organisations named in the string, the rule that admits them, and those considered.

    Of an organisation and its parent, both named, the part is meant ("Lanzhou Institute of Chemical Physics,
    Chinese Academy of Sciences"). Of two words' sequences that overlap, the longer one counts.
    """
    academic = query.context.type in ("HES", "REC")
    firm = query.context.type in ("PRC", "SMALL_BUSINESS")
    if firm or (query.context.type and query.legal and not academic):
        return [], "", []  # a company named after an institution, or after where it sits
    pieces = [p for p in (names.normal(s).split() for s in names.segments(query.name)) if p]
    hint = ""
    while len(pieces) > 1 and (code := registry.country_names.get(" ".join(pieces[-1]))):
        hint = hint or code
        pieces.pop()
    if hint and not query.country:
        query = replace(query, country=hint)
    tokens = [t for piece in pieces for t in piece][:60]
    if not tokens:
        return [], "", []
    starts, edge = set(), 0
    for piece in pieces:
        starts.add(edge)
        edge += len(piece)
    starts.add(edge)
    found = _non_overlapping(_spans(registry, query, tokens, starts))
    considered = [s.organisation for s in found]
    short = names.normal(query.context.short).replace(" ", "")
    kept = [s for s in found if _stands_alone(registry, s, tokens, starts, short)]
    # "Department of Earth Sciences, …, Utrecht University": a department of that name elsewhere is not meant.
    kept = [s for s in kept if names.words().canonical.get(tokens[s.start], tokens[s.start]) not in _PARTS] or kept
    whole = {s.organisation for s in kept}
    up = set().union(*(registry.ancestors(n) for n in whole)) if whole else set()
    named = [s for s in kept if s.organisation not in up] or kept
    if query.context.type and len(named) == 1 and _is_of_an_academy(registry, named[0], tokens):
        return [], "", considered
    if query.context.type and _left_over_is_risky(tokens, kept):
        return [], "", considered
    if query.context.type and len(named) > 1:  # one party is one organisation: the one told in most detail
        named = [max(named, key=lambda s: (sum(registry.weight.get(w, 9.0) for w in s.key.split()), -s.start))]
    method = "segment" if all(s.is_segment for s in named) else "part_of_name"
    return list(dict.fromkeys(s.organisation for s in named)), method, considered


def _spans(registry: Registry, query: Query, tokens: list[str], starts: set[int]) -> list[Span]:
    known, found = names.words(), []
    for start in range(len(tokens)):
        if tokens[start] in known.stop and start not in starts:
            continue
        plain, core = "", ""
        for end in range(start + 1, min(start + 14, len(tokens)) + 1):
            word = tokens[end - 1]
            plain += word
            if word in known.stop:
                if plain not in registry.plain:
                    continue
            else:
                core += word
            is_segment = start in starts and end in starts
            hits = []
            if plain in registry.plain or core in registry.core:
                hits = registry.find(registry.plain, plain) or registry.find(registry.core, core)
            inside_one = is_segment and not any(start < edge < end for edge in starts)
            if not hits and inside_one and choose.may_reorder(tokens[start:end]):
                hits = registry.find(registry.bag, names.of_tokens(tokens[start:end]).bag)
            if end - start == 1:
                hits = [h for h in hits if h.kind == LABEL and registry.types[h.organisation] != {"company"}]
                if not is_segment or len(word) < 5 or len(starts) > 3:
                    continue
            if not hits:
                continue
            forms = names.of_tokens(tokens[start:end])
            if choose.is_generic(registry, forms, bool(query.country)):
                continue
            beside = " ".join((*tokens[:start], *tokens[end:]))
            choice = choose.among(registry, hits, replace(query, forms=forms, beside=beside))
            if choice.organisation is not None:
                found.append(Span(start, end, choice.organisation, is_segment, forms.bag))
    return found


def _non_overlapping(spans: list[Span]) -> list[Span]:
    taken: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, s.start)):
        if all(span.end <= other.start or span.start >= other.end for other in taken):
            taken.append(span)
    return sorted(taken, key=lambda s: s.start)


def _stands_alone(registry: Registry, span: Span, tokens: list[str], starts: set[int], short: str) -> bool:
    """Tell whether the words around a span, up to the segment's ends, leave its meaning alone.

    "Durham University Department of Geography" is Durham University; "Oxford University Press", "Friends of
    the University of X" and "Medical University of Vienna" (for "University of Vienna") are not. A record's
    own short name that is the organisation's acronym supports it: BARCELONA SUPERCOMPUTING CENTER-CENTRO
    NACIONAL DE SUPERCOMPUTACION, short BSC.
    """
    known = names.words()
    own = registry.acronyms.get(span.organisation, frozenset()) | set(registry.city[span.organisation].split())
    left, right = span.start, span.end
    while left not in starts:
        left -= 1
    while right not in starts:
        right += 1
    before = [t for t in tokens[left : span.start] if t not in known.stop and t not in own]
    after = [t for t in tokens[span.end : right] if t not in known.stop and t not in own]
    if before and any((t,) in known.legal_end for t in after):
        return False  # "Rheinisches Institut … an der Universität zu Köln e.V." is a body of its own
    after = [t for t in after if (t,) not in known.legal_end and t not in registry.country_names]
    if any(t in known.hazard for t in (*before, *after)):
        return False
    if registry.types[span.organisation] == {"company"} and any(known.canonical.get(t, t) in _SCHOOLS for t in before):
        return False  # "College of Optical Sciences - University of Arizona" has no part in a firm of that name
    if short and short in own:
        return True
    is_university = "education" in registry.types[span.organisation]
    return all(not words or _is_unit(words, is_university) for words in (before, after))


def _is_unit(words: list[str], of_university: bool) -> bool:
    """Tell whether words name a part of what they stand beside.

    A department or faculty is a part of anything; an institute or centre only of a university: the institutes
    of an academy of sciences stand for themselves, and so does what has a legal form of its own
    ("Leibniz-Institut für Katalyse e.V. an der Universität Rostock").
    """
    known = names.words()
    found = {known.canonical.get(word, word) for word in words} & known.unit
    if any((word,) in known.legal_end for word in words):
        return False
    return bool(found) and (of_university or not found & {"institute", "center", "laboratory"})


def _is_of_an_academy(registry: Registry, span: Span, tokens: list[str]) -> bool:
    """Tell whether an institute of a public body or hospital is meant, not the body.

    "INSTITUTE OF EXPERIMENTAL MEDICINE - HUNGARIAN ACADEMY OF SCIENCES" is not the academy.
    """
    types, known = registry.types[span.organisation], names.words()
    if not types & {"government", "healthcare"} or types & {"education", "facility"}:
        return False
    left_over = (*tokens[: span.start], *tokens[span.end :])
    return any(known.canonical.get(t, t) in ("institute", "center", "laboratory") for t in left_over)


def _left_over_is_risky(tokens: list[str], kept: list[Span]) -> bool:
    known = names.words()
    inside = {i for s in kept for i in range(s.start, s.end)}
    return any(t in known.hazard for i, t in enumerate(tokens) if i not in inside)
