"""Decide which of the scored candidates a string names: a set of organisations, or none and whom to ask about."""

from pipelines.link.candidates import Candidate
from pipelines.link.registry import Registry

LEAST = 0.74
"""Probability from which a candidate is an answer; below it a person is asked (`iur review`)."""
DOUBT = 0.15
"""Probability from which a candidate is worth asking a person about."""


def chosen(found: list[Candidate], probabilities: list[float], least: float = LEAST) -> list[tuple[Candidate, float]]:
    """Return the surest candidates that do not share words, the surest first; each organisation once."""
    taken: list[tuple[Candidate, float]] = []
    for number in _surest_first(found, probabilities):
        one, probability = found[number], probabilities[number]
        if probability < least:
            break
        if all(one.organisation != other.organisation and _are_apart(one, other) for other, _ in taken):
            taken.append((one, probability))
    return taken


def doubtful(
    found: list[Candidate], probabilities: list[float], taken: list[tuple[Candidate, float]], floor: float = DOUBT
) -> list[int]:
    """Return the organisations that may be named beside those taken, the likeliest first; words taken name no other."""
    answered = {one.organisation for one, _ in taken}
    return list(
        dict.fromkeys(
            found[number].organisation
            for number in _surest_first(found, probabilities)
            if probabilities[number] >= floor
            and found[number].organisation not in answered
            and all(_are_apart(found[number], other) for other, _ in taken)
        )
    )


def standing(registry: Registry, organisation: int) -> int:
    """Return the organisation that stands for a chosen one.

    A withdrawn record is a mistake that was mended: the record in its place is meant. One of an organisation that is no
    more (inactive) stays: the string names that organisation, whoever came after it.
    """
    return registry.current(organisation) if registry.status[organisation] == "withdrawn" else organisation


def _surest_first(found: list[Candidate], probabilities: list[float]) -> list[int]:
    return sorted(range(len(found)), key=lambda n: (-probabilities[n], found[n].start, found[n].organisation))


def _are_apart(one: Candidate, other: Candidate) -> bool:
    return one.end <= other.start or other.end <= one.start
