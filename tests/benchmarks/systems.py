"""A system under measurement, and ours as one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from pipelines.link import match
from pipelines.link.match import Link, Linker
from pipelines.link.training import learn
from pipelines.link.training.labels import Label


class System(Protocol):
    """Something that answers names with ROR ids, and may learn from labels first.

    `learns` says what it is fitted on, always without the fold it then answers: nothing; the other folds of the same
    set; or the other folds of all sets together. `strings` is how many of a set it is asked (None: all), fewer only
    where more would take hours.
    """

    name: str
    learns: Literal["nothing", "set", "all"]
    strings: int | None

    def fit(self, train: Sequence[Label]) -> None:
        """Learn from labels, forgetting what was learned before."""

    def answer(self, labels: Sequence[Label]) -> list[frozenset[str]]:
        """Return the ids for each name; `right` of the labels is not looked at."""

    def forget(self) -> None:
        """Drop answers kept from call to call, so that the next ones are worked out in full (for timing)."""


@dataclass
class Ours:
    """The linker, its weights learned anew from the labels it may learn from."""

    linker: Linker
    name: str = "this linker"
    learns: Literal["nothing", "set", "all"] = "all"
    strings: int | None = None
    _known: dict[Label, list[learn.Example]] = field(default_factory=dict)

    def fit(self, train: Sequence[Label]) -> None:
        """Learn the weights of the scorer; the rules have none."""
        found = []
        for label in train:
            if label not in self._known:
                self._known[label] = learn.examples(self.linker.retrieval, label)
            found += self._known[label]
        self.linker = replace(self.linker, learned=learn.fit(found))

    def forget(self) -> None:
        """Keep the linker as it is: it remembers no answers."""

    def links(self, labels: Sequence[Label]) -> list[Link]:
        """Return the whole answers."""
        return list(match.many(self.linker, [(one.name, one.country, one.context) for one in labels]))

    def answer(self, labels: Sequence[Label]) -> list[frozenset[str]]:
        """Return the organisations named, or the institutions credited where a label asks for those."""
        return [asked(label, link) for label, link in zip(labels, self.links(labels), strict=True)]


def asked(label: Label, link: Link) -> frozenset[str]:
    """Return the one of a link's two answers that a label is about."""
    return frozenset(link.credited_ids if label.asks == "credited" else link.named_ids)
