"""Who asks, for what, and from where: a company known to the release, a description in words, or an institution."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.partners.place import Place
from pipelines.partners.words import CLASS

CLASSES, KEY_WORDS = 5, 12
"""Classes and words of a query by which records are counted: its most frequent classes, its heaviest words."""


@dataclass(frozen=True)
class Seeker:
    """Who asks. `terms` counts the records (of a description: 1) that hold a term; `kind` is sme, large, university,
    research_institute or all; `group` holds the ids that stand for the same company; `country` is '' where unknown.
    """

    side: str
    terms: Mapping[str, int]
    kind: str = "all"
    id: str = ""
    name: str = ""
    country: str = ""
    place: Place | None = None
    group: frozenset[str] = frozenset()
    classes: tuple[str, ...] = ()
    key_words: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def wanted(self) -> str:
        """The side that is chosen from."""
        return "institution" if self.side == "company" else "company"

    @property
    def field(self) -> tuple[frozenset[str], frozenset[str]]:
        """The classes and key words by which the records of its field are found."""
        return frozenset(self.classes), frozenset(self.key_words)

    @property
    def least_words(self) -> int:
        """Key words that a title must hold to count: two, or one where there is but one."""
        return min(2, len(self.key_words))


def main_classes(terms: Mapping[str, int]) -> tuple[str, ...]:
    """Return the most frequent classes among terms, as subclasses, of equal ones the first in the alphabet."""
    classes = [(-n, term.removeprefix(CLASS)) for term, n in terms.items() if term.startswith(CLASS)]
    return tuple(name for _, name in sorted(classes)[:CLASSES])
