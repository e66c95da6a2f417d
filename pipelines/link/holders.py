"""Curated knowledge: who holds patents for whom, who bears a publisher's id, and the reviewers' answers."""

from dataclasses import dataclass

from pipelines.link import choose, names
from pipelines.link.registry import Registry
from pipelines.link.seeds import Seeds

LONG, SHORT = 12, 5
"""Letters a curated name needs to count where the country is unknown; and to be words rather than an acronym."""


@dataclass(frozen=True)
class Answer:
    """Two answers of a seed row: the organisation named (None: not in the registry) and the one credited.

    `since` and `until` are the first and the last day (ISO) on which the row counts, '' where open.
    """

    named: int | None
    credited: int | None
    method: str
    since: str = ""
    until: str = ""

    def counts(self, on: str) -> bool:
        """Tell whether the row counts on a day (ISO)."""
        return self.since <= on and (not self.until or on <= self.until)


def on_day(answers: tuple[Answer, ...], on: str) -> Answer | None:
    """Return the answer that counts on a day; on '', an unknown day, the one that still does, else the latest."""
    if on:
        return next((a for a in answers if a.counts(on)), None)
    return max(answers, key=lambda a: (not a.until, a.until, a.since), default=None)


def last_day(year_or_day: str) -> str:
    """Return the last day of a year; a day, or '', as it is."""
    return f"{year_or_day}-12-31" if len(year_or_day) == 4 else year_or_day


@dataclass(frozen=True)
class Bearer:
    """The organisation that bears an id, and the first and last day on which it does ('' where open)."""

    organisation: int
    since: str
    until: str

    def bears(self, on: str) -> bool:
        """Tell whether it bears the id on a day (ISO); on '', an unknown day, whether it still does."""
        return (self.since or "") <= on and (not self.until or on <= self.until) if on else not self.until


@dataclass(frozen=True)
class Curated:
    """Seed rows by what they answer for: a source's id, a name within a country, a holder's own record.

    `bearers` are those of an identifier that ROR lacks (UKPRN), `by_id` a reviewer's answers for one.
    """

    by_id: dict[str, Answer]
    by_name: dict[tuple[str, str], tuple[Answer, ...]]
    anywhere: dict[str, tuple[Answer, ...]]
    institution_of: dict[int, tuple[Answer, ...]]
    unknown: tuple[str, ...]
    bearers: dict[str, tuple[Bearer, ...]]

    def name(self, forms: names.Forms, country: str, on: str = "") -> Answer | None:
        """Return the answer for a name on a day: the country's own row; where unknown, a long name's row.

        "Luminis" is Adelaide's holder in Australia and a company elsewhere. On '', an unknown day, the row that
        counts today, else the latest.
        """
        for key in (forms.core, forms.plain):
            own, any_ = self.by_name.get((key, country), ()), self.by_name.get((key, ""), ())
            held = (own, any_) if country else (self.anywhere.get(key, ()),)
            if answer := next(filter(None, (on_day(rows, on) for rows in held)), None):
                return answer
        return None

    def institution(self, named: int, on: str = "") -> int | None:
        """Return the institution that a holder with a record of its own stands for on a day, or None."""
        answer = on_day(self.institution_of.get(named, ()), on)
        return answer.credited if answer else None


def curate(registry: Registry, seeds: Seeds) -> Curated:
    """Read the seeds against a registry; ids it does not hold are listed in `unknown`, their rows left out.

    A name without a country in its row counts for any country.
    """
    by_id: dict[str, Answer] = {}
    by_name: dict[tuple[str, str], tuple[Answer, ...]] = {}
    anywhere: dict[str, tuple[Answer, ...]] = {}
    institution_of: dict[int, tuple[Answer, ...]] = {}
    unknown: list[str] = []

    def number(id_: str) -> int | None:
        if id_ and id_ not in registry.number:
            unknown.append(id_)
        return registry.number.get(id_) if id_ else None

    def keep(name: str, country: str, answer: Answer) -> None:
        forms = names.forms(name)
        # Of common words the legal form is the telling part: "General Hospital Corporation" is no general hospital.
        is_common = len(forms.core) >= SHORT and choose.is_generic(registry, forms, False)
        key = forms.plain if is_common else forms.core
        # A later row overrules an earlier one of the same time: a user's rows come after the shipped ones.
        by_name[key, country] = _added(by_name.get((key, country), ()), answer)
        # "The Open University" is Israel's in Israel alone.
        is_bare = is_common and not names.strip_legal([*forms.tokens])[1]
        if len(key) >= LONG and not (is_bare and country):
            anywhere[key] = _added(anywhere.get(key, ()), answer)

    for row in seeds["ip_holders"]:
        named, credited = number(row["holder_ror_id"]), number(row["institution_ror_id"])
        if credited is None:
            continue
        since, until = row.get("valid_from") or "", last_day(row.get("valid_until") or "")
        answer = Answer(named, credited, "holder", since, until)
        if named is not None:
            institution_of[named] = _added(institution_of.get(named, ()), answer)
        for name in filter(None, row["names"].split("|")):
            keep(name, row["country"], answer)
    for row in seeds["link_overrides"]:
        named = number(row["named_ror_id"])
        credited = number(row["credited_ror_id"]) if row["credited_ror_id"] else named
        if (row["named_ror_id"] and named is None) or (row["credited_ror_id"] and credited is None):
            continue
        answer = Answer(named, credited, "override")
        if row["source_org_id"]:
            by_id[row["source_org_id"]] = answer
        if row["name"]:
            keep(row["name"], row["country"], answer)
    bearers: dict[str, tuple[Bearer, ...]] = {}
    for row in seeds["organisation_ids"]:
        bearer = number(row["organisation_id"])
        if bearer is not None:
            id_ = f"{row['scheme']}:{row['id']}"
            # A user's row comes later in the seed and is asked first.
            bearers[id_] = (Bearer(bearer, row["valid_from"], row["valid_until"]), *bearers.get(id_, ()))
    return Curated(by_id, by_name, anywhere, institution_of, tuple(dict.fromkeys(unknown)), bearers)


def _added(former: tuple[Answer, ...], answer: Answer) -> tuple[Answer, ...]:
    """Put an answer first; one without dates overrules all, one with dates those of the very same time."""
    if not answer.since and not answer.until:
        return (answer,)
    return (answer, *(a for a in former if (a.since, a.until) != (answer.since, answer.until)))
