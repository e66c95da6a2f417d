"""Decide which of the scored candidates a string names: a set of organisations, or none."""

from pipelines.link.candidates import Candidate

LEAST = 0.8
"""Probability from which a candidate is an answer; below it a person is asked (`iur review`)."""


def chosen(found: list[Candidate], probabilities: list[float], least: float = LEAST) -> list[tuple[Candidate, float]]:
    """Return the surest candidates that do not share words, the surest first; each organisation once."""
    taken: list[tuple[Candidate, float]] = []
    for number in sorted(range(len(found)), key=lambda n: (-probabilities[n], found[n].start, found[n].organisation)):
        one, probability = found[number], probabilities[number]
        if probability < least:
            break
        if all(
            one.organisation != other.organisation and (one.end <= other.start or other.end <= one.start)
            for other, _ in taken
        ):
            taken.append((one, probability))
    return taken
