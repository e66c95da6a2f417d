"""Profiles of organisations: how often each term stands in their records, weighed by how few have it (TF-IDF).

Weight of a term = (1 + ln n) × ln(1 + N / d), of n records that hold it, N profiles, d profiles with the term;
each profile is divided by its length. A query is weighed by the same N and d. A cosine is the larger the fewer terms a
profile has, so that one stray title would beat a hundred; it is therefore multiplied by how full the profile is,
length ÷ √(length² + mean length²). References: Salton and Buckley (1988), Information Processing and Management 24;
Singhal, Buckley and Mitra (1996), SIGIR (short documents are favoured by the cosine).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from pipelines.partners.gather import Array, Side

HEAVIEST = 40
"""Terms of a query that are compared: the heaviest, as the others hardly move a cosine and cost as much."""


@dataclass(frozen=True)
class Profiles:
    """The weights of one side: `weights` is terms × organisations, its columns of length 1 (or 0 without a term).

    `full` says how full each profile is, 0 to 1; `counts` is organisations × terms, in records.
    """

    terms: list[str]
    term_no: dict[str, int]
    idf: Array
    weights: sp.csr_matrix
    counts: sp.csr_matrix
    full: Array

    @classmethod
    def of(cls, side: Side) -> "Profiles":
        """Weigh the terms of a side's organisations."""
        counts = sp.csr_matrix(side.owners.T @ side.holds)
        holders = np.asarray((counts > 0).sum(axis=0)).ravel()
        many = max(int((np.diff(counts.indptr) > 0).sum()), 1)
        idf = np.log1p(many / np.maximum(holders, 1))
        weighed = counts.copy()
        weighed.data = 1 + np.log(weighed.data)
        weighed = weighed @ sp.diags_array(idf)
        square = np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel()
        weighed = sp.diags_array(1 / np.sqrt(np.where(square > 0, square, 1))) @ weighed
        full = np.sqrt(square / np.maximum(square + square.sum() / many, 1e-300))
        weights = sp.csr_matrix(weighed.T)
        weights.sort_indices()
        return cls(side.terms, side.term_no, idf, weights, counts, full)

    def query(self, counts: Mapping[str, int]) -> dict[int, float]:
        """Return the weights of a query's heaviest terms by their number here, of length 1; unknown terms say nothing.

        Of equal weights the term that comes first in the alphabet goes first.
        """
        found = {self.term_no[t]: (1 + np.log(n)) for t, n in counts.items() if t in self.term_no}
        heavy = sorted(((tf * self.idf[t], -t) for t, tf in found.items()), reverse=True)[:HEAVIEST]
        length = np.sqrt(sum(weight * weight for weight, _ in heavy))
        return {-t: float(weight / length) for weight, t in heavy}

    def cosines(self, query: Mapping[int, float]) -> Array:
        """Return the cosine of a query with each organisation's profile, 0 to 1."""
        total = np.zeros(self.weights.shape[1])
        for term, weight in query.items():
            row = slice(self.weights.indptr[term], self.weights.indptr[term + 1])
            total[self.weights.indices[row]] += weight * self.weights.data[row]
        return np.clip(total, 0, 1)

    def shared(
        self, query: Mapping[int, float], organisations: Sequence[int], most: int = 5
    ) -> list[list[tuple[str, float]]]:
        """Return for each organisation the terms that make a cosine, the most telling first, and the part of each."""
        at, width = np.array(sorted(query), dtype=np.int64), self.weights.shape[1]
        wanted = at[:, None] * width + np.asarray(organisations, dtype=np.int64)
        found = np.minimum(np.searchsorted(self._cells, wanted), max(len(self._cells) - 1, 0))
        if not found.size or not len(self._cells):
            return [[] for _ in organisations]
        own = np.array([query[t] for t in at.tolist()])
        parts = np.where(self._cells[found] == wanted, own[:, None] * self.weights.data[found], 0.0)
        # Terms are numbered by the alphabet: of equal parts the first of it goes first.
        order = np.argsort(-parts, axis=0, kind="stable")[:most]
        share = np.take_along_axis(parts, order, axis=0) / np.maximum(parts.sum(axis=0), 1e-300)
        rows = zip(at[order].T.tolist(), share.T.tolist(), strict=True)
        return [[(self.terms[t], part) for t, part in zip(*row, strict=True) if part > 0] for row in rows]

    @cached_property
    def sizes(self) -> Array:
        """How many terms each profile has."""
        return np.diff(self.counts.indptr)

    @cached_property
    def _cells(self) -> Array:
        """Where each weight stands, in ascending order: number of the term × organisations + the organisation's."""
        rows = np.repeat(np.arange(self.weights.shape[0]), np.diff(self.weights.indptr))
        return rows * self.weights.shape[1] + self.weights.indices
