"""N-gram dictionary: the longest runs of words that are names in the registry, in the country the string tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from pipelines.link.training.labels import Label
from tests.benchmarks.baselines import names, places
from tests.benchmarks.baselines.names import Name
from tests.benchmarks.baselines.tuned import Tuned

LONGEST = 15


@dataclass(frozen=True)
class Run:
    """A run of words and the names it is, acronyms apart."""

    words: int
    letters: int
    bearers: tuple[Name, ...]


@dataclass(frozen=True)
class Setting:
    """Least words and letters of a run, whether other names than ROR's labels count, and which runs answer."""

    words: int
    letters: int
    has_aliases: bool
    take: str


SETTINGS = [
    Setting(*values) for values in product((2, 1, 3), (0, 10, 14, 18), (True, False), ("all", "longest", "only one"))
]


def system(known: Sequence[Name]) -> Tuned:
    """Return the baseline over the names of the registry."""
    bearers: dict[str, list[Name]] = {}
    for name in known:
        if name.kind != names.ACRONYM:
            bearers.setdefault(name.text, []).append(name)

    def runs(label: Label) -> list[Run]:
        told = frozenset({label.country}) if label.country else places.countries(label.name)
        words = " ".join(names.segments(label.name)).split()
        found, start = [], 0
        while start < len(words):
            for end in range(min(len(words), start + LONGEST), start, -1):
                text = " ".join(words[start:end])
                here = tuple(n for n in bearers.get(text, ()) if not told or n.country in told)
                if here:
                    found.append(Run(end - start, len(text), here))
                    start = end
                    break
            else:
                start += 1
        return found

    return Tuned("n-gram dictionary", lambda labels: [runs(label) for label in labels], _choose, SETTINGS)


def _choose(found: list[Run], setting: Setting) -> frozenset[str]:
    answers = []
    for run in found:
        if run.words < setting.words or run.letters < setting.letters:
            continue
        labels = {name.organisation for name in run.bearers if name.kind == "label"}
        any_kind = {name.organisation for name in run.bearers} if setting.has_aliases else labels
        bearers = any_kind if len(any_kind) == 1 else labels  # of namesakes the one that bears it as its label
        if len(bearers) == 1:
            answers.append((run.letters, next(iter(bearers))))
    if setting.take == "longest":
        answers = [max(answers)] if answers else []
    if setting.take == "only one" and len({id_ for _, id_ in answers}) > 1:
        answers = []
    return frozenset(id_ for _, id_ in answers)
