"""Curated knowledge: who holds patents for whom, who bears a publisher's id, and the reviewers' answers."""

from dataclasses import dataclass

from pipelines.link import names
from pipelines.link.registry import Registry
from pipelines.link.seeds import Seeds

LONG = 12
"""Letters a curated name needs to count where the country is unknown."""


@dataclass(frozen=True)
class Answer:
    """Two answers of a seed row: the organisation named (None: not in the registry) and the one credited."""

    named: int | None
    credited: int | None
    method: str


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
    by_name: dict[tuple[str, str], Answer]
    anywhere: dict[str, Answer]
    institution_of: dict[int, int]
    unknown: tuple[str, ...]
    bearers: dict[str, tuple[Bearer, ...]]

    def name(self, key: str, country: str) -> Answer | None:
        """Return the answer for a `core` key: the country's own row; where unknown, a long name's row.

        "Luminis" is Adelaide's holder in Australia and a company elsewhere.
        """
        if country:
            return self.by_name.get((key, country)) or self.by_name.get((key, ""))
        return self.anywhere.get(key)


def curate(registry: Registry, seeds: Seeds) -> Curated:
    """Read the seeds against a registry; ids it does not hold are listed in `unknown`, their rows left out.

    A name without a country in its row counts for any country.
    """
    by_id: dict[str, Answer] = {}
    by_name: dict[tuple[str, str], Answer] = {}
    anywhere: dict[str, Answer] = {}
    institution_of: dict[int, int] = {}
    unknown: list[str] = []

    def number(id_: str) -> int | None:
        if id_ and id_ not in registry.number:
            unknown.append(id_)
        return registry.number.get(id_) if id_ else None

    def keep(key: str, country: str, answer: Answer) -> None:
        by_name[key, country] = answer
        if len(key) >= LONG:
            anywhere[key] = answer

    for row in seeds["ip_holders"]:
        named, credited = number(row["holder_ror_id"]), number(row["institution_ror_id"])
        if credited is None:
            continue
        if named is not None:
            institution_of[named] = credited
        for name in filter(None, row["names"].split("|")):
            keep(names.forms(name).core, row["country"], Answer(named, credited, "holder"))
    for row in seeds["link_overrides"]:
        named = number(row["named_ror_id"])
        credited = number(row["credited_ror_id"]) if row["credited_ror_id"] else named
        if (row["named_ror_id"] and named is None) or (row["credited_ror_id"] and credited is None):
            continue
        answer = Answer(named, credited, "override")
        if row["source_org_id"]:
            by_id[row["source_org_id"]] = answer
        if row["name"]:
            keep(names.forms(row["name"]).core, row["country"], answer)
    bearers: dict[str, tuple[Bearer, ...]] = {}
    for row in seeds["organisation_ids"]:
        bearer = number(row["organisation_id"])
        if bearer is not None:
            id_ = f"{row['scheme']}:{row['id']}"
            # A user's row comes later in the seed and is asked first.
            bearers[id_] = (Bearer(bearer, row["valid_from"], row["valid_until"]), *bearers.get(id_, ()))
    return Curated(by_id, by_name, anywhere, institution_of, tuple(dict.fromkeys(unknown)), bearers)
