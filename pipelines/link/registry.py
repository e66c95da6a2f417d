"""The registry as an index: from each key of a name to the organisations that bear it.

Organisations are numbered in the order of their ids; an entry packs number and kind of name into one
integer, so that the 290,000 names of ROR stay under half a gigabyte.
"""

import gc
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from pipelines.link import names, rarity

if TYPE_CHECKING:
    import pyarrow as pa

LABEL, ALIAS, ACRONYM = 0, 1, 2
_COUNTRY_TAIL = re.compile(r"\s*\(([^()]+)\)\s*$")
_PLACE_TAIL = re.compile(r"(?<=\w) - [A-Z][a-z]+(?: [A-Z][a-z]+)?$")
_ACRONYM_LIKE = re.compile(r"[A-Z0-9ÄÖÜ&./-]{2,6}")

Index = dict[str, int | tuple[int, ...]]


@dataclass(frozen=True)
class Hit:
    """An organisation found under a key, and the kind of its name there (0 label, 1 alias, 2 acronym)."""

    organisation: int
    kind: int


@dataclass(frozen=True)
class Registry:
    """Organisations by number, and the indexes of their names."""

    ids: list[str]
    display: list[str]
    status: list[str]
    types: list[frozenset[str]]
    country: list[str]
    region: list[str]
    city: list[str]
    parents: dict[int, tuple[int, ...]]
    successors: dict[int, tuple[int, ...]]
    prominence: list[int]
    external: dict[str, int]
    acronyms: dict[int, frozenset[str]]
    plain: Index
    core: Index
    bag: Index
    country_names: dict[str, str]

    @staticmethod
    def build(organisations: "pa.Table", names_: "pa.Table", relations: "pa.Table") -> "Registry":
        """Index the three registry tables (contracts registry_organisation, _name and _relation)."""
        with paused_collector():
            return _build(organisations, names_, relations)

    @cached_property
    def number(self) -> dict[str, int]:
        """Number of each organisation by its id."""
        return {id_: n for n, id_ in enumerate(self.ids)}

    @cached_property
    def weight(self) -> dict[str, float]:
        """How telling each canonical word is (`rarity`)."""
        return rarity.weights(self.bag)

    @cached_property
    def by_word(self) -> dict[str, list[str]]:
        """Keys of `bag` by each of their words that fewer than 400 keys share."""
        found: dict[str, list[str]] = {}
        for key in self.bag:
            for word in key.split():
                found.setdefault(word, []).append(key)
        return {word: keys for word, keys in found.items() if len(keys) < 400}

    def find(self, index: Index, key: str) -> list[Hit]:
        """Return the organisations under a key, each once under its best kind of name."""
        entry = index.get(key)
        if entry is None:
            return []
        best: dict[int, int] = {}
        for packed in (entry,) if isinstance(entry, int) else entry:
            organisation, kind = packed >> 2, packed & 3
            if kind < best.get(organisation, 9):
                best[organisation] = kind
        return [Hit(organisation, kind) for organisation, kind in best.items()]

    def current(self, organisation: int) -> int:
        """Follow successors to the organisation that stands today; itself where there is none or several."""
        seen = {organisation}
        while True:
            following = [n for n in self.successors.get(organisation, ()) if n not in seen]
            if len(following) != 1:
                return organisation
            organisation = following[0]
            seen.add(organisation)

    def ancestors(self, organisation: int) -> set[int]:
        """Return all parents, and theirs; ROR holds cycles, so each is visited once."""
        found: set[int] = set()
        todo = list(self.parents.get(organisation, ()))
        while todo:
            parent = todo.pop()
            if parent not in found:
                found.add(parent)
                todo += self.parents.get(parent, ())
        return found - {organisation}


@contextmanager
def paused_collector() -> Iterator[None]:
    """Let no garbage collection run meanwhile: it would look through a million new objects again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _add(index: Index, key: str, packed: int) -> None:
    if not key:
        return
    former = index.get(key)
    if former is None:
        index[key] = packed
    elif isinstance(former, int):
        if former != packed:
            index[key] = (former, packed)
    elif packed not in former:
        index[key] = (*former, packed)


def _list(table: "pa.Table", column: str) -> list[Any]:
    return table[column].to_pylist()


def _build(organisations: "pa.Table", names_: "pa.Table", relations: "pa.Table") -> Registry:
    rows = organisations.sort_by("organisation_id")
    ids = _list(rows, "organisation_id")
    number = {id_: n for n, id_ in enumerate(ids)}
    display = _list(rows, "name")
    country = [c or "" for c in _list(rows, "country")]
    types = [frozenset(t or ()) for t in _list(rows, "types")]
    region = [r or "" for r in _list(rows, "region")]
    external = {
        e.casefold().replace(" ", ""): n for n, held in enumerate(_list(rows, "external_ids")) for e in held or ()
    }
    parents, successors, related = _relations(relations, number)
    prominence = [related[n] + len(held or ()) for n, held in enumerate(_list(rows, "external_ids"))]
    fold = cache(names.normal)  # cities and countries recur
    plain: Index = {}
    core: Index = {}
    bag: Index = {}
    acronyms: dict[int, set[str]] = {}
    tails: Counter[tuple[str, str]] = Counter()
    listed = zip(
        _list(names_, "organisation_id"),
        _list(names_, "name"),
        _list(names_, "kinds"),
        strict=True,
    )
    for id_, name, kinds in listed:
        n = number.get(id_)
        if n is None:
            continue
        prominence[n] += 1
        if name[-1:] == ")" and (tail := _COUNTRY_TAIL.search(name)) and "company" in types[n]:
            tails[fold(tail.group(1)), country[n]] += 1
            name = name[: tail.start()]
        kind = LABEL if "ror_display" in kinds or "label" in kinds else ACRONYM if "acronym" in kinds else ALIAS
        if kind == ACRONYM or (kind == ALIAS and _ACRONYM_LIKE.fullmatch(name)):
            short = names.normal(name).replace(" ", "")
            acronyms.setdefault(n, set()).add(short)
            _add(plain, short, n << 2 | ACRONYM)
            continue
        # ROR tells namesakes apart by a place: "Columbia College - South Carolina".
        bare = _PLACE_TAIL.sub("", name) if " - " in name else ""
        bare = bare if bare != name and " " in bare else ""
        if bare and not region[n] and country[n] == "US":
            region[n] = names.us_states().get(fold(name[len(bare) + 3 :]), "")
        for written in (name, bare, names.latin(name) if not name.isascii() else ""):
            if written:
                keys = names.forms(written)
                _add(plain, keys.plain, n << 2 | kind)
                _add(core, keys.core, n << 2 | kind)
                _add(bag, keys.bag, n << 2 | kind)
    return Registry(
        ids,
        display,
        _list(rows, "status"),
        types,
        country,
        region,
        [fold(c or "") for c in _list(rows, "city")],
        parents,
        successors,
        prominence,
        external,
        {n: frozenset(held) for n, held in acronyms.items()},
        plain,
        core,
        bag,
        _country_names(tails),
    )


def _relations(
    relations: "pa.Table", number: dict[str, int]
) -> tuple[dict[int, tuple[int, ...]], dict[int, tuple[int, ...]], Counter[int]]:
    found: dict[str, dict[int, set[int]]] = {"parent": {}, "successor": {}}
    related: Counter[int] = Counter()
    rows = zip(*(_list(relations, c) for c in ("organisation_id", "kind", "related_id")), strict=True)
    for of, kind, to in rows:
        a, b = number.get(of), number.get(to)
        if a is None or b is None:
            continue
        related[a] += kind == "child"
        if kind in ("child", "predecessor"):  # the same relation, told from the other end
            a, b, kind = b, a, "parent" if kind == "child" else "successor"
        if kind in found:
            found[kind].setdefault(a, set()).add(b)
    parents, successors = ({n: tuple(sorted(s)) for n, s in found[k].items()} for k in ("parent", "successor"))
    return parents, successors, related


def _country_names(tails: Counter[tuple[str, str]]) -> dict[str, str]:
    """Learn the English names of countries from ROR's company names: "X (United States)"."""
    best = {}
    for (tail, code), count in sorted(tails.items(), key=lambda item: (item[1], item[0])):
        if count >= 3:
            best[tail] = code
    return {**best, **names.words().countries}
