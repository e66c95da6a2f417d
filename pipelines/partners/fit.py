"""Fit: how much the profile of a candidate is about what is asked."""

from collections.abc import Mapping

import numpy as np

from pipelines.partners import words
from pipelines.partners.component import Component, counted, untold
from pipelines.partners.profile import Profiles


def fit(profiles: Profiles, query: Mapping[int, float]) -> Component:
    """Score the cosine of the query with each profile × how full the profile is, divided by the best of all candidates.

    A cosine of few words with hundreds of records is small for everybody; beside components that use the whole of
    0 to 1 it would not count. The best of all is 1, half as much is a half. The cosine itself is among the facts.
    """
    if not query:
        return untold("fit", "nothing is told that profiles could be compared with")
    cosine = profiles.cosines(query)
    likeness = cosine * profiles.full
    best = likeness.max(initial=0)
    if not best:
        return untold("fit", "no candidate's records have any of the words and classes that are told")
    score = likeness / best
    terms = profiles.sizes

    def says(candidate: int) -> str:
        if not terms[candidate]:
            return "no title or class of its records is told: no profile"
        if not cosine[candidate]:
            return f"none of the words and classes asked for in its {counted(terms[candidate], 'term')}"
        shared = ", ".join(f"{words.shown(t)} {part:.0%}" for t, part in profiles.shared(query, [candidate])[0])
        full = f"cosine {cosine[candidate]:.3f} × fullness {profiles.full[candidate]:.2f}"
        own = f"{likeness[candidate]:.3f}, at best {best:.3f}"
        return f"{own} ({full}, its profile has {counted(terms[candidate], 'term')}): {shared}"

    facts = {"cosine": cosine, "fullness": profiles.full, "best": np.full(len(cosine), best), "profile_terms": terms}
    return Component("fit", score, facts, says)
