"""A directory of institutions as a bridge: from the number an award bears (UEI) or a survey tells to the registry.

The registry does not know these numbers. An institution of the directory is found in the registry by its name,
its state and its city. A UEI may stand under several institutions (a system's office registers for its campuses):
then the party's own name or city must say which.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.link import choose, context, names
from pipelines.link.choose import Query
from pipelines.link.holders import Curated
from pipelines.link.registry import Registry

if TYPE_CHECKING:
    import duckdb

_MAIN = ("-Main Campus", " Main Campus", " Campus Immersion", " Office")
"""What the directory adds to the names of universities and systems: a "System Office" is a system."""


@dataclass(frozen=True)
class Entry:
    """An institution as the directory has it; `has_namesake` says that another state has one of its name."""

    id: str
    name: str
    city: str
    state: str
    country: str
    is_office: bool
    has_namesake: bool = False


@dataclass(frozen=True)
class Directory:
    """Institutions by their id in the directory, and the ids under which a UEI stands."""

    entries: dict[str, Entry] = field(default_factory=dict)
    bearers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _found: dict[str, int | None] = field(default_factory=dict)

    def organisation(self, id_: str, registry: Registry, curated: Curated) -> int | None:
        """Return the registry's organisation that an institution is, or None; each is looked for once."""
        if id_ not in self._found:
            self._found[id_] = _organisation(self.entries[id_], registry, curated)
        return self._found[id_]


def load(connection: "duckdb.DuckDBPyConnection", asked: str) -> Directory:
    """Read the institutions that a query's contexts (one column) name by id or UEI, each from its newest year."""
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE _asked AS
        SELECT DISTINCT unnest(regexp_extract_all(context, '(?:^| \\| )(?:id|also):((?:uei|unitid):[^ ]+)', 1)) AS id
        FROM ({asked}) AS a(context)"""
    )
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE _listed AS
        SELECT *, coalesce(min(state) OVER same <> max(state) OVER same, false) AS has_namesake
        FROM (
            SELECT * FROM directory_institution
            QUALIFY row_number() OVER (PARTITION BY directory_id ORDER BY year DESC) = 1
        )
        WINDOW same AS (PARTITION BY lower(name))"""
    )
    borne = connection.execute(
        """SELECT DISTINCT 'uei:' || i.identifier AS uei, i.directory_id
        FROM directory_identifier AS i
        JOIN _asked AS a ON a.id = 'uei:' || i.identifier
        WHERE i.scheme = 'uei'
        ORDER BY ALL"""
    ).fetchall()
    bearers: dict[str, tuple[str, ...]] = {}
    for uei, id_ in borne:
        bearers[uei] = (*bearers.get(uei, ()), id_)
    wanted = sorted({id_ for _, id_ in borne})
    rows = connection.execute(
        """SELECT directory_id, name, coalesce(city, ''), coalesce(state, ''), country,
            coalesce(is_system_office, false), has_namesake
        FROM _listed
        WHERE (directory_id IN (SELECT id FROM _asked) OR list_contains($wanted::VARCHAR[], directory_id))
            -- A school for profit is a company, and its number may be its owner's.
            AND control IS DISTINCT FROM 'private_for_profit'
        ORDER BY directory_id""",
        {"wanted": wanted},
    ).fetchall()
    for scratch in ("_asked", "_listed"):
        connection.execute(f"DROP TABLE {scratch}")
    entries = {row[0]: Entry(*row) for row in rows}
    return Directory(entries, {uei: tuple(i for i in ids if i in entries) for uei, ids in bearers.items()})


def find(directory: Directory, registry: Registry, curated: Curated, query: Query) -> int | None:
    """Return the organisation that a party's number stands for, where it stands for one.

    Never for a company: a name in a company's legal form must hold the institution's own, as "Viterbo University,
    Inc." does.
    """
    about = query.context
    if about.also in directory.entries:
        return directory.organisation(about.also, registry, curated)
    if about.type == "PRC":
        return None
    entries = [directory.entries[id_] for id_ in directory.bearers.get(about.id, ())]
    entries = [e for e in entries if not about.state or not e.state or e.state == about.state]
    if len(entries) > 1:
        entries = _meant(entries, registry, query)
    found = {directory.organisation(e.id, registry, curated) for e in entries}
    is_sure = len(found) == 1 and not query.legal
    found.discard(None)
    if len(found) != 1:
        return None
    (one,) = found
    return one if one is None or is_sure or _holds(query, registry.display[one]) else None


def _holds(query: Query, name: str) -> bool:
    """Tell whether a party's name holds all words of another."""
    return set(names.forms(name).bag.split()) <= set(query.forms.bag.split())


def _meant(entries: Iterable[Entry], registry: Registry, query: Query) -> list[Entry]:
    """Return the institutions among several that bear the party's name, else those in its city.

    The city says nothing where the registry knows the very name: "Los Rios Community College District" is none of
    the colleges that it registered for.
    """
    bag = set(query.forms.bag.split())
    named = [e for e in entries if any(set(names.forms(n).bag.split()) == bag for n in _readings(e.name))]
    city = "" if query.forms.plain in registry.plain else names.normal(query.context.city)
    return named or [e for e in entries if city and names.normal(e.city) == city and not e.is_office]


def _readings(name: str) -> list[str]:
    return [name, *(name.removesuffix(tail) for tail in _MAIN if name.endswith(tail))]


def _organisation(entry: Entry, registry: Registry, curated: Curated) -> int | None:
    if held := curated.bearers.get(entry.id):
        return next((b.organisation for b in held if b.bears("")), None)
    about = context.Context(type="HES", city=entry.city, state=entry.state)
    head, dash, campus = entry.name.rpartition("-")
    in_city = [head] if dash and names.normal(campus) == names.normal(entry.city) else []
    for name in (*_readings(entry.name), *in_city):
        forms = names.forms(name)
        if choose.is_generic(registry, forms, True):
            continue
        query = Query(name, forms, entry.country, about, "")
        for index, key in ((registry.plain, forms.plain), (registry.core, forms.core), (registry.bag, forms.bag)):
            choice = choose.among(registry, registry.find(index, key), query)
            if choice.organisation is not None and _fits(registry, choice, entry, name in in_city):
                return registry.current(choice.organisation)
            if choice.considered:
                break
    return None


def _fits(registry: Registry, choice: choose.Choice, entry: Entry, is_head: bool) -> bool:
    """Tell whether the organisation is where the institution is: a namesake elsewhere is not it.

    One chosen among several, one that bears a campus's name without its city, and one whose name another state has
    too, must be in the very city or, where that is not known, in a state that the registry tells.
    """
    one = choice.organisation
    assert one is not None
    region, city = registry.region[one], registry.city[one]
    if region and registry.country[one] == "US" and entry.state and region != entry.state:
        return False
    is_doubtful = choice.is_tie or is_head or entry.has_namesake
    return not is_doubtful or city == names.normal(entry.city) or (not city and bool(region))
