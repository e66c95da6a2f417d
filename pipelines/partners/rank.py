"""Rank the candidates of a release for whoever asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from pipelines.lookup import NotFoundError
from pipelines.partners import gather, prepared, support, weights
from pipelines.partners.component import Component
from pipelines.partners.field_records import matching
from pipelines.partners.fit import fit
from pipelines.partners.gather import Array, Side
from pipelines.partners.history import Past, alike, history
from pipelines.partners.kept import Kept
from pipelines.partners.profile import Profiles
from pipelines.partners.proximity import proximity
from pipelines.partners.seeker import KEY_WORDS, Seeker, main_classes
from pipelines.partners.strength import Willing, strength, willing
from pipelines.partners.words import CLASS, shown

if TYPE_CHECKING:
    import duckdb

LEAST_PATENTS, LEAST_SHARE = 3, 0.25
"""A class belongs to words if so many patents with the words have it, and such a part of them."""

DIGITS, SAME = 12, 1e-11
"""Digits of a total that are compared; totals further apart than this differ in them."""


@dataclass(frozen=True)
class Index:
    """All that scores are made of, for one side, whoever asks."""

    side: Side
    profiles: Profiles
    ready: Willing
    funds: support.Funds
    number: Mapping[str, int]
    kept: Kept = field(default_factory=Kept)

    @classmethod
    def of(cls, connection: "duckdb.DuckDBPyConnection", wanted: str) -> "Index":
        """Gather one side of a release. Needs the tables of `prepared.prepare`."""
        side = gather.side(connection, wanted)
        return cls(side, Profiles.of(side), willing(connection, side), support.funds(connection, side), side.number)

    def query(self, seeker: Seeker) -> dict[int, float]:
        """Return what is compared with profiles (`Profiles.query`)."""
        return self.kept.of("query", tuple(seeker.terms.items()), lambda: self.profiles.query(seeker.terms))

    def records_of(self, seeker: Seeker) -> Array:
        """Return the numbers of the records in the field of who asks."""
        return self.kept.of("field", seeker.field, lambda: matching(self.side, seeker))

    def components(self, seeker: Seeker, query: Mapping[int, float], past: Sequence[Past]) -> tuple[Component, ...]:
        """Score all candidates by each component; what others of the field or country share is worked out once."""
        side, found, kept = self.side, self.records_of(seeker), self.kept.of
        like = kept("alike", (seeker.kind, seeker.field), lambda: alike(side, seeker.kind, found))
        return (
            kept("fit", tuple(query.items()), lambda: fit(self.profiles, query)),
            kept("strength", seeker.field, lambda: strength(side, seeker, found, self.ready)),
            history(side, seeker, like, past, self.number),
            kept("proximity", seeker.place, lambda: proximity(side, seeker)),
            kept("support", (seeker.kind, seeker.country), lambda: support.support(side, seeker, self.funds)),
        )


@dataclass(frozen=True)
class Ranking:
    """Scores of all candidates, and the numbers of those worth a look, best first; what is compared with profiles."""

    seeker: Seeker
    side: Side
    query: Mapping[int, float]
    components: tuple[Component, ...]
    weights: Mapping[str, float]
    total: Array
    order: Array


def in_terms(index: Index, seeker: Seeker) -> Seeker:
    """Return who asks with the key words of the query, and the classes of its words where it names none."""
    if absent := sorted(shown(t) for t in seeker.terms if t not in index.profiles.term_no) if not seeker.id else []:
        seeker = replace(seeker, notes=(*seeker.notes, f"in no record of the last years: {', '.join(absent)}"))
    query = index.query(seeker)
    heavy = [index.side.terms[t] for t in query]
    seeker = replace(seeker, key_words=tuple(t for t in heavy if not t.startswith(CLASS))[:KEY_WORDS])
    if seeker.id and not len(index.records_of(seeker)):
        note = (
            f"no candidate's records are in its classes ({', '.join(seeker.classes)}): those of all fields are counted"
        )
        return replace(seeker, classes=(), key_words=(), notes=(*seeker.notes, note))
    if seeker.classes or not seeker.key_words:
        return seeker
    names, patents = index.kept.of("classes", seeker.field, lambda: _classes(index.side, index.records_of(seeker)))
    if not names:
        return seeker
    note = f"classes of these words, by {patents:,} patents whose titles hold them: {', '.join(names)}"
    return replace(seeker, classes=names, notes=(*seeker.notes, note))


def _classes(side: Side, records: Array) -> tuple[tuple[str, ...], int]:
    """Return the classes that belong to the words of a field's records, and how many of these are patents."""
    patents = records[side.is_patent[records]]
    counts = np.bincount(side.holds[patents].indices, minlength=len(side.terms))
    least = max(LEAST_PATENTS, LEAST_SHARE * len(patents))
    return main_classes({side.terms[n]: int(counts[n]) for n in np.flatnonzero(counts >= least)}), len(patents)


def known(index: Index, seeker: Seeker) -> None:
    """Raise NotFoundError where something is asked for and no record of any candidate has a word or class of it."""
    if not seeker.terms or any(t in index.profiles.term_no for t in seeker.terms):
        return
    from rapidfuzz import fuzz, process

    asked = ", ".join(shown(t) for t in seeker.terms)
    near = [
        shown(name)
        for term in seeker.terms
        for name, *_ in process.extract(term, index.side.terms, scorer=fuzz.ratio, limit=3, score_cutoff=70)
    ]
    hint = f"\n  nearest: {', '.join(dict.fromkeys(near))}" if near else ""
    mend = "\n  mend: words that titles use, in English, or classes (--cpc H01M)"
    raise NotFoundError(f"no record of the last {prepared.YEARS} years has any of: {asked}{hint}{mend}")


def rank(
    index: Index,
    seeker: Seeker,
    past: Sequence[Past],
    weighing: Mapping[str, float] = weights.DEFAULT,
    most: int | None = None,
) -> Ranking:
    """Score all candidates for who asks, and order them, or the `most` best; `past` are their common records
    (`history.pasts`).

    Left out of the order are those with nothing in common with what is asked: no word or class, no record of the
    field, no common record. Candidates of one total stand in the order of their ids.
    """
    query = index.query(seeker)
    components = index.components(seeker, query, past)
    total = weights.total(weighing, components)
    cosine = components[0].score
    worth = (components[1].facts["records_in_field"] > 0) | (components[2].facts["common_records"] > 0)
    if cosine is not None:
        worth |= cosine > 0
    told = weights.told(weighing, components)
    return Ranking(seeker, index.side, query, components, told, total, best_first(total, worth, most))


def best_first(total: Array, worth: Array, most: int | None = None) -> Array:
    """Return the numbers of the candidates worth a look, best first: all, or `most` of them; of equals the first."""
    looked_at, mine = worth, np.where(worth, total, -1)
    if most is not None and most < len(mine):
        # Of so many groups the best each: `most` candidates have the least of these at least, so the others are out.
        least = np.maximum.reduceat(mine, np.arange(most) * len(mine) // most).min()
        looked_at = mine >= max(least - SAME, 0)
    looked_at = np.flatnonzero(looked_at)
    # Sums in another order differ in the last digits, which decide nothing.
    by_total = np.argsort(-total[looked_at].round(DIGITS), kind="stable")
    return looked_at[by_total[:most]]
