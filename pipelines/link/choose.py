"""Choose among the organisations that bear the same name, or refuse to."""

from collections.abc import Callable
from dataclasses import dataclass

from pipelines.link import names
from pipelines.link.context import Context
from pipelines.link.registry import ACRONYM, LABEL, Hit, Registry

_REALMS = (
    {"CN", "HK", "MO"}, {"US", "PR", "GU", "VI", "AS"}, {"FR", "GP", "MQ", "RE", "GF", "NC", "PF", "YT"},
    {"DK", "GL", "FO"}, {"GB", "IM", "JE", "GG", "GI"}, {"NL", "CW", "AW", "SX", "BQ"}, {"RS", "XK"},
    {"NO", "SJ"}, {"FI", "AX"}, {"IL", "PS"},
)  # fmt: skip
"""Codes under which one country's organisations are filed by different publishers."""

ACADEMIC = frozenset({"education", "facility"})
_WANTED = {
    "HES": frozenset({"education"}),
    "REC": frozenset({"facility", "nonprofit", "government", "healthcare"}),
    "PRC": frozenset({"company"}),
    "SMALL_BUSINESS": frozenset({"company"}),
    "PUB": frozenset({"government", "healthcare"}),
}


@dataclass(frozen=True)
class Query:
    """A name to link: folded words, its country ('' unknown), its context, the company form it ends in.

    `beside` holds the words around the name where it stands in a longer string: its place, perhaps.
    """

    name: str
    forms: names.Forms
    country: str
    context: Context
    legal: str
    beside: str = ""


@dataclass(frozen=True)
class Choice:
    """The organisation chosen (None: none or several), those considered, and whether a tie was broken."""

    organisation: int | None
    considered: tuple[int, ...] = ()
    is_tie: bool = False


_REALM = {code: realm for realm in _REALMS for code in realm}


def same_country(left: str, right: str) -> bool:
    """Tell whether two codes may mean one country; an unknown one never does."""
    return bool(left) and (left == right or right in _REALM.get(left, ()))


def is_in(countries: tuple[str, ...], country: str) -> bool:
    """Tell whether an organisation's country may be one of some that are told."""
    return country in countries or any(same_country(told, country) for told in countries)


def among(registry: Registry, hits: list[Hit], query: Query) -> Choice:
    """Choose one organisation by country, kind of name, city, kind of organisation, then prominence.

    A tie that only prominence breaks is broken for unknown countries alone: within a country it stays a tie,
    since a wrong institution corrupts a figure and a miss shows as coverage.
    """
    hits = _valid(registry, [h for h in hits if h.kind != ACRONYM])
    if query.country:
        hits = [h for h in hits if same_country(query.country, registry.country[h.organisation])]
    hits = [h for h in hits if _suits(registry, h, query)]
    if len({h.organisation for h in hits}) > 1:
        hits = _current(registry, hits)
    considered = tuple(h.organisation for h in hits)
    if len(hits) <= 1:
        return Choice(considered[0] if considered else None, considered)
    for suits in _preferences(registry, query):
        hits = [h for h in hits if suits(h)] or hits
        if len(hits) == 1:
            return Choice(hits[0].organisation, considered, is_tie=True)
    return _last(registry, hits, query, considered)


def _preferences(registry: Registry, query: Query) -> tuple[Callable[[Hit], bool], ...]:
    """Return what tells namesakes apart, the surest first; a record without a state may be of any."""
    place, state = _place(query), query.context.state
    wanted = _WANTED.get(query.context.type, frozenset())
    city, region, types = registry.city, registry.region, registry.types
    return (
        lambda h: bool(city[h.organisation]) and city[h.organisation] in place,
        lambda h: bool(state) and region[h.organisation] in (state, ""),
        lambda h: bool(types[h.organisation] & wanted),
        lambda h: h.kind == LABEL,
        lambda h: bool(state) and region[h.organisation] == state,
        lambda h: registry.display[h.organisation] == query.name,  # letter for letter: GateWay is not Gateway
    )


def _last(registry: Registry, hits: list[Hit], query: Query, considered: tuple[int, ...]) -> Choice:
    held = {h.organisation for h in hits}
    for one in sorted(held):
        if all(one == other or one in registry.ancestors(other) for other in held):
            return Choice(one, considered, is_tie=True)
    if not query.country:
        ranked = sorted(held, key=lambda n: (-registry.prominence[n], n))
        if registry.prominence[ranked[0]] >= 2 * registry.prominence[ranked[1]]:
            return Choice(ranked[0], considered, is_tie=True)
    return Choice(None, considered)


def _valid(registry: Registry, hits: list[Hit]) -> list[Hit]:
    """Put those that replaced them in the place of records that the registry withdrew, and drop the others.

    ROR withdraws what never was an organisation of its own, medical schools of a university among them.
    """
    found: dict[int, Hit] = {}
    for hit in hits:
        n = hit.organisation
        if registry.status[n] == "withdrawn":
            n = registry.current(n)
            if registry.status[n] == "withdrawn":
                continue
        found.setdefault(n, Hit(n, hit.kind))
    return list(found.values())


def _current(registry: Registry, hits: list[Hit]) -> list[Hit]:
    """Leave out records that are not active where an active one bears the same name."""
    active = [h for h in hits if registry.status[h.organisation] == "active"]
    return active or hits


def _place(query: Query) -> str:
    return f"{names.normal(query.context.city)} {query.beside}"


def _suits(registry: Registry, hit: Hit, query: Query) -> bool:
    """Refuse a company for an academic party and the reverse where only a word or two agree.

    "ATLAS LTD" is not the nonprofit Atlas; "CHALMERS TEKNISKA HOEGSKOLA AB" is the university.
    """
    types = registry.types[hit.organisation]
    short = len(query.forms.core_tokens) <= 2
    academic = query.context.type in ("HES", "REC")
    firm = query.context.type in ("PRC", "SMALL_BUSINESS")
    if (firm or (query.legal and not academic)) and "company" not in types:
        return not short
    if query.context.type == "HES" and not types & {
        "education",
        "healthcare",
        "facility",
        "nonprofit",
        "government",
    }:
        return not short
    return True


def is_vague(registry: Registry, query: Query, forms: names.Forms) -> bool:
    """Tell whether a name holds common words, countries and single letters only, and its record tells no place or kind.

    Such words count as they stand alone: "Technology Transfer Office" is any.
    """
    if query.country or query.context.type:
        return False
    known = names.words()
    common = (known.generic, known.distinct, known.unit, known.hazard)
    return all(
        len(w) == 1 or any(w in held for held in common) or w in registry.country_names for w in forms.bag.split()
    )


def is_generic(registry: Registry, forms: names.Forms, has_country: bool) -> bool:
    """Tell whether a name says too little to match by itself: common words, a lone short one or a legal form only."""
    known, bag = names.words(), forms.bag.split()
    if (len(forms.core) <= 4 and forms.core.isascii()) or names.is_legal_form(list(forms.tokens)):
        return True
    if not all(word in known.generic or word in known.distinct for word in bag):
        return False
    return sum(registry.weight.get(word, 9.0) for word in bag) < (9 if has_country else 12)


def may_reorder(words: list[str]) -> bool:
    """Allow another word order or language from three words on: University Park is not Park University."""
    canonical = names.words().canonical
    return len(words) > 2 or (len(words) == 2 and any(word in canonical for word in words))
