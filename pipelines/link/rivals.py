"""The candidates of a string held against each other: those on the same words, those that overlap, those elsewhere."""

from collections.abc import Collection, Sequence

from pipelines.link import choose
from pipelines.link.candidates import SEQUENCE, SET, SHARED, SHORT, Candidate
from pipelines.link.facts import OF_ORGANISATION, Organisation
from pipelines.link.scene import Scene
from pipelines.link.standing import Standing

OF_DISPLAY = (
    "like_span", "like_segments", "like_part_of_segments", "like_words_of_segments", "is_written_so",
)  # fmt: skip
OF_RIVALS = (
    "rivals_in_span", "lead_over_rivals", "lead_in_country", "lead_in_state", "lead_in_likeness", "rival_is_written_so",
)  # fmt: skip
OF_KIN = ("full_stands_by", "parent_is_named", "child_is_named", "same_parent_named")
OF_OTHERS = (
    "spans", "is_within_longer", "overlaps", "longest_other", "full_after", "full_schools_elsewhere",
    "lead_over_overlapping", "weight_lead_over_overlapping", "likeness_lead_over_overlapping", "lead_over_elsewhere",
    "likeness_elsewhere",
)  # fmt: skip

_IS_SCHOOL = OF_ORGANISATION.index("is_school")
_LIKE, _SO = map(OF_DISPLAY.index, ("like_span", "is_written_so"))
_ALONE = 9
"""Lead in evidence where there is no other to compare with."""


class Seen:
    """A candidate, its organisation's facts, how its display name stands to the words (`display`, as in OF_DISPLAY),
    whether it is in a country told, and what the states told say of it: for it (1), against it (-1), nothing (0).
    """

    __slots__ = ("candidate", "display", "evidence", "is_there", "organisation")

    def __init__(self, candidate: Candidate, organisation: Organisation, scene: Scene) -> None:
        self.candidate, self.organisation = candidate, organisation
        self.is_there = choose.is_in(scene.countries, organisation.country)
        self.evidence = _state_evidence(scene.states, organisation) if scene.states else 0
        self.display: tuple[float, ...] = ()


class Span:
    """The candidates on the same words, and the best of them in each respect."""

    __slots__ = ("end", "full", "is_school", "is_whole", "like", "prominence", "row", "seen", "start",
                 "texts", "weight")  # fmt: skip

    def __init__(self, start: int, end: int, standing: Standing) -> None:
        self.start, self.end, self.seen = start, end, list[Seen]()
        self.row = standing.of(start, end)
        self.texts = standing.text(start, end)
        self.weight = standing.weights[end] - standing.weights[start]

    def weigh(self) -> None:
        """Take the best of all candidates, once they are known."""
        is_whole = is_full = is_school = False
        like = prominence = 0.0
        for one in self.seen:
            how, likeness, organisation = one.candidate.how, one.display[_LIKE], one.organisation
            if how != SHARED:
                is_whole = True
            if how in (SEQUENCE, SET):
                is_full = True
                is_school = is_school or bool(organisation.row[_IS_SCHOOL])
            if likeness > like:
                like = likeness
            if organisation.prominence > prominence:
                prominence = organisation.prominence
        self.full = is_full and self.end - self.start > 1
        self.is_whole, self.is_school, self.like = is_whole, self.full and is_school, like
        self.prominence = prominence if is_whole else 0.0


def _state_evidence(states: frozenset[str], organisation: Organisation) -> int:
    """Tell whether an organisation's region or name is of a state told (1), of others only (-1), or tells none (0)."""
    if organisation.country != "US":
        return 0
    if organisation.region in states or not states.isdisjoint(organisation.states):
        return 1
    return -1 if organisation.region or organisation.states else 0


def rivals(one: Seen, span: Span) -> tuple[float, ...]:
    """Return how a candidate stands to the others on the same words, in the order of OF_RIVALS."""
    mine, number = one.organisation, len(span.seen)
    if number == 1:
        return (1, mine.prominence, mine.prominence, _ALONE, one.display[_LIKE], False)
    prominence = there = like = 0.0
    evidence = -2
    so = False
    for other in span.seen:
        if other is one:
            continue
        theirs, display = other.organisation, other.display
        if theirs.prominence > prominence:
            prominence = theirs.prominence
        if theirs.prominence > there and other.is_there:
            there = theirs.prominence
        if display[_LIKE] > like:
            like = display[_LIKE]
        if other.evidence > evidence:
            evidence = other.evidence
        if display[_SO]:
            so = True
    return (
        number, mine.prominence - prominence, mine.prominence - there, one.evidence - evidence,
        one.display[_LIKE] - like, so,
    )  # fmt: skip


class Kin:
    """Which parents, children and other names of a candidate the string holds."""

    def __init__(self, seen: Sequence[tuple[Seen, Span]]) -> None:
        whole = {one.organisation.number: one.organisation for one, _ in seen if one.candidate.how in (SEQUENCE, SET)}
        self.full = whole.keys()
        self.above: dict[int, int] = {}
        for organisation in whole.values():
            for ancestor in organisation.ancestors:
                self.above[ancestor] = self.above.get(ancestor, 0) + 1

    def of(self, one: Seen) -> tuple[float, ...]:
        """Return the features of a candidate, in the order of OF_KIN."""
        organisation, candidate = one.organisation, one.candidate
        is_short, number, full, above = candidate.how == SHORT, organisation.number, self.full, self.above
        ancestors = organisation.ancestors
        named = siblings = False
        if ancestors:
            own = 1 if number in full else 0  # an organisation is counted under its own parents
            named = not ancestors.isdisjoint(full)
            siblings = any(above.get(ancestor, 0) > own for ancestor in ancestors)
        return (is_short and number in full, named, number in above, siblings)


def others(span: Span, spans: Collection[Span]) -> tuple[float, ...]:
    """Return how the other spans lie to this one, and the best of those that overlap it and of those elsewhere."""
    start, end = span.start, span.end
    within = overlaps = longest = after = schools = 0
    prominence = weight = like = away = like_away = 0.0
    for other in spans:
        if other is span:
            continue
        a, b, is_whole = other.start, other.end, other.is_whole
        if is_whole and b - a > longest:
            longest = b - a
        if b <= start or end <= a:
            if other.like > like_away:
                like_away = other.like
            if other.prominence > away:
                away = other.prominence
            if other.full:
                after, schools = after + (a >= end), schools + other.is_school
            continue
        if other.like > like:
            like = other.like
        if is_whole:
            if other.prominence > prominence:
                prominence = other.prominence
            if other.weight > weight:
                weight = other.weight
            if a <= start and end <= b:
                within = 1
            elif not (start <= a and b <= end):
                overlaps = 1
    return (
        len(spans), within, overlaps, longest, after, schools, prominence, weight, like, away, like_away,
    )  # fmt: skip


def against(one: Seen, span: Span, beside: tuple[float, ...]) -> tuple[float, ...]:
    """Return the features of a candidate against the other spans, in the order of OF_OTHERS."""
    prominence, weight, like, away, like_away = beside[6:]
    mine = one.organisation.prominence
    return (
        *beside[:6], mine - prominence, span.weight - weight, one.display[_LIKE] - like,
        mine - away, like_away,
    )  # fmt: skip
