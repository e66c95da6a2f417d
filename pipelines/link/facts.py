"""What the features know of an organisation and of a name before any string is read: worked out once, then kept."""

import math
from dataclasses import dataclass

from pipelines.link import names
from pipelines.link.lexicon import Lexicon
from pipelines.link.registry import Registry
from pipelines.link.tokens import SCHOOLS, UNKNOWN

KEPT = 50_000
"""Organisations, and names, whose facts are kept; when there are more they are forgotten and worked out anew."""
OF_NAME = (
    "name_weight",
    "name_words",
    "rarest_word",
    "is_generic",
    "name_letters",
    "name_schools",
)
OF_ORGANISATION = (
    "prominence", "is_active", "is_withdrawn", "has_successor", "is_school", "is_hospital", "is_government", "children",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation's features (`row`, in the order of OF_ORGANISATION) and what others are worked out from.

    `written` is the display name without the country that ROR puts after companies, `display` that folded; `region` is
    the registry's, else that of most organisations of its city; `states` are the US states its name tells ("Columbia
    College - South Carolina").
    """

    number: int
    row: tuple[float, ...]
    prominence: float
    country: str
    region: str
    city: str
    written: str
    display: str
    states: frozenset[str]
    ancestors: frozenset[int]


class Facts:
    """Facts of a registry's organisations and names."""

    def __init__(self, registry: Registry, lexicon: Lexicon) -> None:
        self._registry, self._lexicon = registry, lexicon
        self._organisations: dict[int, Organisation] = {}
        self._names: dict[tuple[str, ...], tuple[float, ...]] = {}
        self._regions = _regions(registry)
        self._children: dict[int, int] = {}
        for parents in registry.parents.values():
            for parent in parents:
                self._children[parent] = self._children.get(parent, 0) + 1

    def organisation(self, number: int) -> Organisation:
        """Return the facts of an organisation."""
        found = self._organisations.get(number)
        if found is None:
            if len(self._organisations) >= KEPT:
                self._organisations.clear()
            found = self._organisations[number] = self._read(number)
        return found

    def name(self, key: tuple[str, ...]) -> tuple[float, ...]:
        """Return the features of a name by its canonical words, in the order of OF_NAME."""
        found = self._names.get(key)
        if found is None:
            if len(self._names) >= KEPT:
                self._names.clear()
            found = self._names[key] = self._weigh(key)
        return found

    def _read(self, n: int) -> Organisation:
        registry = self._registry
        written, types, status = registry.display[n], registry.types[n], registry.status[n]
        if "company" in types and written.endswith(")"):
            written = written[: written.rfind("(")].rstrip()
        tokens = names.normal(written).split()
        country, city = registry.country[n], registry.city[n]
        region = registry.region[n] or self._regions.get((country, city), "")
        ancestors = frozenset(registry.ancestors(n))
        prominence = math.log1p(registry.prominence[n])
        following = registry.current(n) if status != "active" else n
        row = (
            prominence, status == "active", status == "withdrawn", following != n, "education" in types,
            "healthcare" in types, "government" in types, math.log1p(self._children.get(n, 0)),
        )  # fmt: skip
        return Organisation(
            n, row, prominence, country, region, city, written, " ".join(tokens),
            _states_told(tokens) if country == "US" else frozenset(),
            ancestors,
        )  # fmt: skip

    def _weigh(self, key: tuple[str, ...]) -> tuple[float, ...]:
        known, weights = names.words(), [self._lexicon.weight.get(w, UNKNOWN) for w in key]
        return (
            sum(weights), len(key), max(weights, default=0.0),
            all(w in known.generic or w in known.distinct for w in key), sum(map(len, key)),
            sum(w in SCHOOLS for w in key),
        )  # fmt: skip


def _states_told(tokens: list[str]) -> frozenset[str]:
    """Find the states a name tells, the longest first: West Virginia is not Virginia."""
    states, found, at = names.us_states(), set(), 0
    while at < len(tokens):
        for length in (2, 1):
            code = states.get(" ".join(tokens[at : at + length]))
            if code is not None:
                found.add(code)
                at += length - 1
                break
        at += 1
    return frozenset(found)


def _regions(registry: Registry) -> dict[tuple[str, str], str]:
    """Learn the region of each city from those of its organisations whose record tells it: the most frequent."""
    count: dict[tuple[str, str], dict[str, int]] = {}
    for country, city, region in zip(registry.country, registry.city, registry.region, strict=True):
        if city and region:
            held = count.setdefault((country, city), {})
            held[region] = held.get(region, 0) + 1
    return {place: max(sorted(held), key=lambda region: held[region]) for place, held in count.items()}
