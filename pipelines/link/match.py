"""Link a name as written to the organisation it names and the institution to credit.

Rules from sure to less sure; the first that answers wins. What no rule answers is scored by weights learned from
labelled names. Precision comes first: a wrong institution corrupts a figure, a miss shows as coverage.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from pipelines.link import (
    campuses,
    choose,
    context,
    directory,
    fuzzy,
    holders,
    names,
    renamed,
    scorer,
    seeds,
    spans,
    wrappers,
)
from pipelines.link.choose import Query
from pipelines.link.holders import Curated
from pipelines.link.presentable import presentable
from pipelines.link.registry import Registry

if TYPE_CHECKING:
    import pyarrow as pa

SCORES = {
    "identifier": 0.995,
    "uei": 0.98,
    "directory": 0.98,
    "override": 0.99,
    "holder": 0.99,
    "exact": 0.98,
    "wording": 0.97,
    "word_order": 0.96,
    "tie_broken": 0.85,
    "campus": 0.96,
    "renamed_college": 0.9,
    "on_behalf": 0.97,
    "governing_body": 0.96,
    "holder_pattern": 0.95,
    "segment": 0.92,
    "part_of_name": 0.89,
    "similar": 0.90,
    "same_id": 0.95,
}
"""Probability that a link by this rule is right (a scored name has its own): the shares measured on the label sets,
rounded down, where a rule answered there often enough (exact 1,919 times, word_order 73, wording 70, tie_broken 45;
segment 1,596 and part_of_name 314, when they answered names without a kind too); set by judgement for the others
(identifier, override, holder, on_behalf, governing_body, holder_pattern, similar, same_id), which answered fewer than
forty times or never; so does `renamed_college`, right all fifteen times. `uei` and `directory` rest on the labelled
institutions (941 of 945 right), rounded down for the step from a number to an institution; `campus` on the 17 names of
HERD it answers for, all right."""


@dataclass(frozen=True)
class Link:
    """The answer for one name; organisations by id, the first of a list is the main one."""

    named_ids: tuple[str, ...] = ()
    credited_ids: tuple[str, ...] = ()
    method: str = "none"
    score: float | None = None
    status: str = "unlinked"
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Open:
    """A name that no rule answered, and the organisations considered for it."""

    query: Query
    considered: tuple[int, ...] = ()


@dataclass(frozen=True)
class Linker:
    """What is needed to link a name: the registry's index, the curated rows read against it, and a directory.

    `learned` are the weights by which names are scored that no rule answers, the shipped ones unless given.
    """

    registry: Registry
    curated: Curated
    listed: directory.Directory = field(default_factory=directory.Directory)
    learned: scorer.Scorer | None = None

    @cached_property
    def retrieval(self) -> scorer.Retrieval:
        """Candidates of the registry and their features."""
        return scorer.Retrieval(self.registry)

    @staticmethod
    def of(
        registry: Registry, tables: seeds.Seeds | None = None, listed: directory.Directory | None = None
    ) -> "Linker":
        """Join a registry, the seeds (the shipped ones by default) and a directory (none by default)."""
        curated = holders.curate(registry, tables or seeds.load())
        return Linker(registry, curated, listed or directory.Directory())


AT_ONCE = 2_000
"""Names scored at once, so that their number costs time and no memory."""


def one(linker: Linker, name: str, country: str = "", context_: str = "") -> Link:
    """Link a single name.

    `country` is ISO 3166 alpha-2 or '', `context_` a string as `pipelines.link.context` writes it.
    """
    return next(iter(many(linker, [(name, country, context_)])))


def many(linker: Linker, asked: Sequence[tuple[str, str, str]]) -> Iterator[Link]:
    """Yield the link of each name, country and context, in order."""
    for at in range(0, len(asked), AT_ONCE):
        found = [by_rule(linker, *key) for key in asked[at : at + AT_ONCE]]
        left = [one_ for one_ in found if isinstance(one_, Open)]
        scored = iter(_scored(linker, left))
        for one_ in found:
            yield next(scored) if isinstance(one_, Open) else one_


def by_rule(linker: Linker, name: str, country: str = "", context_: str = "") -> Link | Open:
    """Answer a name by the first rule that can, or leave it open."""
    name = presentable(name)
    about = context.read(context_)
    is_herd = about.id.startswith("herd:")
    forms = names.forms(campuses.written_out(name) if is_herd else name)
    if not forms.plain:
        return Link(status="no_organisation", method="no_name")
    query = Query(name, forms, country, about, forms.legal)
    registry, curated = linker.registry, linker.curated
    if (known := _identifier(linker, about)) is not None:
        return _linked(linker, [known], "identifier", on=about.on)
    for answer in (curated.by_id.get(about.id) if about.id else None, curated.name(forms, country, about.on)):
        if answer is not None:
            held = _answered(linker, answer)
            # A seed says whom to credit; whom the name literally names, ROR may know: ETH Zurich's German name.
            exact = None if held.named_ids else _by_name(registry, query, forms, [])
            return held if exact is None else replace(held, named_ids=(registry.ids[exact[0]],))
    if (borne := directory.find(linker.listed, registry, curated, query)) is not None:
        return _linked(linker, [borne], "uei" if about.id.startswith("uei:") else "directory", on=about.on)
    if is_herd:
        return _campus(linker, query)
    considered: list[int] = []
    if (found := _by_name(registry, query, forms, considered)) is not None:
        return _held(linker, query, _linked(linker, [found[0]], found[1], considered, about.on))
    if (former := renamed.find(registry, query)) is not None:
        return _linked(linker, [former], renamed.METHOD, considered, about.on)
    if len(considered) > 1 and about.type:
        return Link(status="ambiguous", candidates=_ids(registry, considered))
    for inner in wrappers.unwrap(_bare(forms)):
        link = _inside(linker, query, inner, considered)
        if link is not None:
            return link
    if choose.is_vague(registry, query, forms):
        return Link(status="ambiguous" if considered else "unlinked", candidates=_ids(registry, considered))
    return _of_a_kind(linker, query, considered) if about.type else Open(query, tuple(considered))


def _of_a_kind(linker: Linker, query: Query, considered: list[int]) -> Link:
    """Answer a name whose record tells the kind of organisation: the labels that weights are learned from tell none.

    Such names are those of legal persons, in capitals and in their country's language: rules know them better.
    """
    registry, on = linker.registry, query.context.on
    organisations, method, seen = spans.find(registry, query)
    considered += seen
    if organisations:
        return _linked(linker, organisations, method, considered, on)
    similar, near = fuzzy.find(registry, query)
    considered += near
    if similar is not None:
        return _linked(linker, [similar], "similar", considered, on)
    return Link(status="ambiguous" if considered else "unlinked", candidates=_ids(registry, considered))


def _scored(linker: Linker, left: list[Open]) -> Iterator[Link]:
    """Answer names that no rule answered by the learned weights."""
    if not left:
        return
    learned = linker.learned or scorer.shipped()
    for one_, answer in zip(left, scorer.answers(linker.retrieval, learned, [o.query for o in left]), strict=True):
        considered = [*answer.considered, *one_.considered]
        if answer.organisations:
            link = _linked(linker, list(answer.organisations), "scored", considered, one_.query.context.on)
            yield replace(link, score=answer.score)
        else:
            status = "ambiguous" if considered else "unlinked"
            yield Link(status=status, candidates=_ids(linker.registry, considered))


def match(queries: "pa.Table", linker: Linker) -> "pa.Table":
    """Link every row of a table with the columns `name`, `country`, `context`; the answer has the same rows.

    Columns added: named_ids, credited_ids, named_id, credited_id, method, score, status, candidates.
    """
    import pyarrow as pa

    asked = list(zip(*(queries[c].to_pylist() for c in ("name", "country", "context")), strict=True))
    distinct = list(dict.fromkeys(asked))
    answers = dict(zip(distinct, many(linker, distinct), strict=True))
    links = [answers[key] for key in asked]
    strings, ids = pa.string(), pa.list_(pa.string())
    added = {
        "named_ids": pa.array([list(k.named_ids) for k in links], ids),
        "credited_ids": pa.array([list(k.credited_ids) for k in links], ids),
        "named_id": pa.array([k.named_ids[0] if k.named_ids else None for k in links], strings),
        "credited_id": pa.array([k.credited_ids[0] if k.credited_ids else None for k in links], strings),
        "method": pa.array([k.method for k in links], strings),
        "score": pa.array([k.score for k in links], pa.float64()),
        "status": pa.array([k.status for k in links], strings),
        "candidates": pa.array([list(k.candidates) for k in links], ids),
    }
    for column, values in added.items():
        queries = queries.append_column(column, values)
    return queries


def _identifier(linker: Linker, about: context.Context) -> int | None:
    """Find an organisation by an identifier of the seed, valid on the record's day, or one that ROR holds.

    ROR's are its own, GRID, ISNI, funder id, Wikidata, and few UKPRNs.
    """
    id_, registry = about.id, linker.registry
    if not id_:
        return None
    if bearers := linker.curated.bearers.get(id_):
        return next((b.organisation for b in bearers if b.bears(about.on)), None)
    own = registry.number.get(id_.removeprefix("ror:"))
    return own if own is not None else registry.external.get(id_.casefold().replace(" ", ""))


def _campus(linker: Linker, query: Query) -> Link:
    found, method, considered = campuses.find(linker.registry, query)
    if found is not None:
        return _linked(linker, [found], method, considered, query.context.on)
    return Link(status="ambiguous" if considered else "unlinked", candidates=_ids(linker.registry, considered))


def _by_name(registry: Registry, query: Query, forms: names.Forms, considered: list[int]) -> tuple[int, str] | None:
    for method, index, key in (
        ("exact", registry.plain, forms.plain),
        ("wording", registry.core, forms.core),
        ("word_order", registry.bag, forms.bag if choose.may_reorder(list(forms.tokens)) else ""),
    ):
        hits = registry.find(index, key)
        if not hits:
            continue
        choice = choose.among(registry, hits, query)
        considered += [n for n in choice.considered if n not in considered]
        if (method != "exact" or choice.is_tie) and choose.is_vague(registry, query, forms):
            return None
        if choice.organisation is not None and (
            not choose.is_generic(registry, forms, bool(query.country))
            or _is_firm(registry, query, choice.organisation)
        ):
            return choice.organisation, "tie_broken" if choice.is_tie else method
        if choice.considered:
            return None
    return None


def _is_firm(registry: Registry, query: Query, organisation: int) -> bool:
    """Let a short name stand when its country and kind agree with the organisation's: "SAP SE", "VIB VZW"."""
    if not query.country or len(query.forms.core) < 2:
        return False
    types = registry.types[organisation]
    if query.context.type in ("HES", "REC"):
        return len(query.forms.tokens) <= 2 and bool(types & {"education", "facility", "nonprofit"})
    return "company" in types and (bool(query.legal) or query.context.type == "PRC")


def _inside(linker: Linker, query: Query, inner: wrappers.Unwrapped, considered: list[int]) -> Link | None:
    registry = linker.registry
    country = query.country or inner.country
    if inner.country and not choose.same_country(country, inner.country):
        return None  # another country's legal form
    tokens = inner.text.split()
    own = [h for h in registry.find(registry.plain, "".join(tokens)) if h.kind == 0]
    # A board of trustees owns for all campuses, unless one organisation bears just that name (Minnesota).
    readings = [[*tokens, "system"], tokens] if inner.governed and not own else [tokens]
    for reading in readings:
        forms = names.of_tokens(reading)
        answer = linker.curated.name(forms, country, query.context.on)
        if answer is not None:
            return _answered(linker, answer)
        bare = Query(" ".join(reading), forms, country, context.Context(city=query.context.city), "")
        found = _by_name(registry, bare, forms, considered)
        if found is not None:
            if inner.is_holder and not registry.types[found[0]] & choose.ACADEMIC:
                continue
            link = _linked(linker, [found[0]], inner.method, considered, query.context.on)
            return replace(link, named_ids=()) if inner.is_holder else link
    return None


def _held(linker: Linker, query: Query, link: Link) -> Link:
    """Credit the university of a foundation that has a record of its own (Research Foundation of CUNY)."""
    named = linker.registry.number[link.named_ids[0]]
    if linker.registry.types[named] & choose.ACADEMIC or link.credited_ids != link.named_ids:
        return link
    for inner in wrappers.unwrap(_bare(query.forms)):
        held = _inside(linker, query, inner, []) if inner.is_holder else None
        if held is not None:
            return replace(link, credited_ids=held.credited_ids, method="holder_pattern", score=held.score)
    return link


def _bare(forms: names.Forms) -> str:
    return " ".join(names.strip_legal(list(forms.tokens))[0])


def _answered(linker: Linker, answer: holders.Answer) -> Link:
    ids = linker.registry.ids
    named = (ids[answer.named],) if answer.named is not None else ()
    credited = (ids[linker.registry.current(answer.credited)],) if answer.credited is not None else ()
    status = "linked" if credited or named else "no_organisation"
    return Link(named, credited, answer.method, SCORES[answer.method], status, named or credited)


def _linked(
    linker: Linker, organisations: list[int], method: str, considered: list[int] | None = None, on: str = ""
) -> Link:
    """Credit the holder's institution where a seed says so, else the organisation's successor or itself."""
    registry, curated = linker.registry, linker.curated

    def credited(named: int) -> int:
        held = curated.institution(named, on)
        held = curated.institution(registry.current(named), on) if held is None else held
        return registry.current(named if held is None else held)

    ids = registry.ids
    return Link(
        tuple(ids[n] for n in organisations),
        tuple(dict.fromkeys(ids[credited(n)] for n in organisations)),
        method,
        SCORES.get(method),
        "linked",
        _ids(registry, [*organisations, *(considered or [])]),
    )


def _ids(registry: Registry, organisations: list[int]) -> tuple[str, ...]:
    return tuple(registry.ids[n] for n in list(dict.fromkeys(organisations))[:5])
