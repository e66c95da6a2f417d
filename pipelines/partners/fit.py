"""Fit: how much the profile of a candidate is about what is asked."""

from collections.abc import Mapping

import numpy as np

from pipelines.partners import words
from pipelines.partners.component import Component, untold
from pipelines.partners.profile import Profiles
from pipelines.partners.seeker import Seeker


def fit(profiles: Profiles, seeker: Seeker, query: Mapping[int, float]) -> Component:
    """Score the cosine of the query with each profile, divided by the best of all candidates.

    A cosine of few words with hundreds of records is small for everybody; beside components that use the whole of
    0 to 1 it would not count. The best of all is 1, half its cosine is a half. The cosine itself is among the facts.
    """
    if not query:
        return untold("fit", "nothing is told that profiles could be compared with")
    cosine = profiles.cosines(query)
    best = cosine.max(initial=0)
    score = cosine / best if best > 0 else cosine
    terms = np.diff(profiles.counts.indptr)

    def says(candidate: int) -> str:
        if not terms[candidate]:
            return "no title or class of its records is told: no profile"
        if not cosine[candidate]:
            return f"none of the words and classes asked for in its {terms[candidate]:,} terms"
        shared = ", ".join(f"{words.shown(t)} {part:.0%}" for t, part in profiles.shared(query, candidate))
        return f"cosine {cosine[candidate]:.3f} (best of all {best:.3f}): {shared}"

    facts = {"cosine": cosine, "best_cosine": np.full(len(cosine), best), "profile_terms": terms}
    return Component("fit", score, facts, says)
