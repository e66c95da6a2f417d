"""Rank the candidates of a release for whoever asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pipelines.lookup import NotFoundError
from pipelines.partners import gather, prepared, support, weights
from pipelines.partners.component import Component
from pipelines.partners.field_records import matching
from pipelines.partners.fit import fit
from pipelines.partners.gather import Array, Side
from pipelines.partners.history import Past, history
from pipelines.partners.profile import Profiles
from pipelines.partners.proximity import proximity
from pipelines.partners.seeker import KEY_WORDS, Seeker, main_classes
from pipelines.partners.strength import Willing, strength, willing
from pipelines.partners.words import CLASS, shown

if TYPE_CHECKING:
    import duckdb

LEAST_PATENTS, LEAST_SHARE = 3, 0.25
"""A class belongs to words if so many patents with the words have it, and such a part of them."""


@dataclass(frozen=True)
class Index:
    """All that scores are made of, for one side, whoever asks."""

    side: Side
    profiles: Profiles
    ready: Willing
    funds: support.Funds
    number: Mapping[str, int]

    @classmethod
    def of(cls, connection: "duckdb.DuckDBPyConnection", wanted: str) -> "Index":
        """Gather one side of a release. Needs the tables of `prepared.prepare`."""
        side = gather.side(connection, wanted)
        return cls(side, Profiles.of(side), willing(connection, side), support.funds(connection, side), side.number)


@dataclass(frozen=True)
class Ranking:
    """Scores of all candidates, and the numbers of those worth a look, best first."""

    seeker: Seeker
    side: Side
    components: tuple[Component, ...]
    weights: Mapping[str, float]
    total: Array
    order: Array


def in_terms(index: Index, seeker: Seeker) -> Seeker:
    """Return who asks with the key words of the query, and the classes of its words where it names none."""
    if absent := sorted(shown(t) for t in seeker.terms if t not in index.profiles.term_no) if not seeker.id else []:
        seeker = replace(seeker, notes=(*seeker.notes, f"in no record of the last years: {', '.join(absent)}"))
    query = index.profiles.query(seeker.terms)
    heavy = [index.side.terms[t] for t in query]
    seeker = replace(seeker, key_words=tuple(t for t in heavy if not t.startswith(CLASS))[:KEY_WORDS])
    if seeker.id and not len(matching(index.side, seeker)):
        note = (
            f"no candidate's records are in its classes ({', '.join(seeker.classes)}): those of all fields are counted"
        )
        return replace(seeker, classes=(), key_words=(), notes=(*seeker.notes, note))
    if seeker.classes or not seeker.key_words:
        return seeker
    found = matching(index.side, seeker)
    found = found[index.side.is_patent[found]]
    counts = np.bincount(index.side.holds[found].indices, minlength=len(index.side.terms))
    least = max(LEAST_PATENTS, LEAST_SHARE * len(found))
    classes = {index.side.terms[n]: int(counts[n]) for n in np.flatnonzero(counts >= least)}
    if not (names := main_classes(classes)):
        return seeker
    note = f"classes of these words, by {len(found):,} patents whose titles hold them: {', '.join(names)}"
    return replace(seeker, classes=names, notes=(*seeker.notes, note))


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
    raise NotFoundError(f"no record of the last {prepared.YEARS} years has any of: {asked}{hint}")


def rank(
    index: Index, seeker: Seeker, past: Sequence[Past], weighing: Mapping[str, float] = weights.DEFAULT
) -> Ranking:
    """Score and order all candidates for who asks; `past` are their common records (`history.pasts`).

    Left out of the order are those with nothing in common with what is asked: no word or class, no record of the
    field, no common record. Candidates of one total stand in the order of their ids.
    """
    query = index.profiles.query(seeker.terms)
    found = matching(index.side, seeker)
    components = (
        fit(index.profiles, seeker, query),
        strength(index.side, seeker, found, index.ready),
        history(index.side, seeker, found, past, index.number),
        proximity(index.side, seeker),
        support.support(index.side, seeker, index.funds),
    )
    total = weights.total(weighing, components)
    cosine = components[0].score
    worth = (components[1].facts["records_in_field"] > 0) | (components[2].facts["common_records"] > 0)
    if cosine is not None:
        worth |= cosine > 0
    # Sums in another order differ in the last digits, which decide nothing.
    by_total = np.argsort(-total.round(12), kind="stable")
    return Ranking(seeker, index.side, components, weights.told(weighing, components), total, by_total[worth[by_total]])
