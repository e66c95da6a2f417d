"""Find organisations named inside a longer string: the registry's names as a dictionary of word sequences."""

from dataclasses import dataclass, replace

from pipelines.link import choose, names
from pipelines.link.choose import Query
from pipelines.link.registry import Registry


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
    kept, considered = [], [s.organisation for s in found]
    for span in found:
        if _stands_alone(registry, span, tokens, starts):
            kept.append(span)
    whole = {s.organisation for s in kept}
    up = set().union(*(registry.ancestors(n) for n in whole)) if whole else set()
    named = [s for s in kept if s.organisation not in up] or kept
    if query.context.type and (_left_over_is_risky(tokens, kept) or query.legal):
        return [], "", considered
    method = "segment" if all(s.is_segment for s in named) else "part_of_name"
    return list(dict.fromkeys(s.organisation for s in named)), method, considered


def _spans(registry: Registry, query: Query, tokens: list[str], starts: set[int]) -> list[Span]:
    known, found = names.words(), []
    bounds = sorted(starts)
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
            hits = registry.find(registry.plain, plain) or registry.find(registry.core, core)
            is_segment = start in starts and end in starts
            if not hits and is_segment and end - start > 1:
                hits = registry.find(registry.bag, names.of_tokens(tokens[start:end]).bag)
            if not hits:
                continue
            size = end - start
            if size == 1 and (not is_segment or len(word) < 5 or len(bounds) > 3):
                continue
            forms = names.of_tokens(tokens[start:end])
            if choose.is_generic(registry, forms, bool(query.country)):
                continue
            choice = choose.among(registry, hits, replace(query, forms=replace(query.forms, core_tokens=forms.core_tokens)))
            if choice.organisation is not None:
                found.append(Span(start, end, choice.organisation, is_segment, forms.bag))
    return found


def _non_overlapping(spans: list[Span]) -> list[Span]:
    taken: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, s.start)):
        if all(span.end <= other.start or span.start >= other.end for other in taken):
            taken.append(span)
    return sorted(taken, key=lambda s: s.start)


def _stands_alone(registry: Registry, span: Span, tokens: list[str], starts: set[int]) -> bool:
    """Tell whether the words around a span, up to the segment's ends, leave its meaning alone.

    "Durham University Department of Geography" is Durham University; "Oxford University Press", "Friends of
    the University of X" and "Medical University of Vienna" (for "University of Vienna") are not.
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
    after = [t for t in after if (t,) not in known.legal_end and t not in registry.country_names]
    if any(t in known.hazard for t in (*before, *after)):
        return False
    canonical = known.canonical
    fits_before = not before or canonical.get(before[0], before[0]) in known.unit
    fits_after = not after or canonical.get(after[0], after[0]) in known.unit
    return fits_before and fits_after


def _left_over_is_risky(tokens: list[str], kept: list[Span]) -> bool:
    known = names.words()
    inside = {i for s in kept for i in range(s.start, s.end)}
    return any(t in known.hazard for i, t in enumerate(tokens) if i not in inside)
