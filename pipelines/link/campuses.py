"""Names of US universities as NCSES writes them: "U. Michigan, Ann Arbor", "C. Charleston", "Trinity C., Hartford".

A comma parts a university from its campus, and only the whole name is an answer: "CUNY, Hunter C." is not CUNY.
The head alone counts where its campus is the city it is in.
"""

import re
from dataclasses import replace

from pipelines.link import choose, names
from pipelines.link.choose import Query
from pipelines.link.registry import Registry

_LITTLE = r"(?:of|at|and|in|the|for|&)\b"
_UNIVERSITY = re.compile(r"(?<![\w.])U\. (?=[A-Z])")
_COLLEGE = re.compile(r"(?<![\w.])C\. (?=[A-Z])")
_ALONE = re.compile(rf"(?<![\w.])([UCS])\.(?=$|[,\-/)]| {_LITTLE})")
_BARE = {"U": "University", "C": "College", "S": "School"}
_SYSTEMS = (("SUNY, ", "State University of New York "), ("CUNY, ", "City University of New York "))


def written_out(name: str) -> str:
    """Write a name out: U., C. and S., and the "of" that NCSES leaves out after them.

    >>> written_out("U. Pennsylvania")
    'University of Pennsylvania'
    """
    text = _UNIVERSITY.sub("University of ", name)
    if not re.search(r"U\.$", name):  # in "Johnson C. Smith U." it is a person's initial
        text = _COLLEGE.sub("College of ", text)
    text = _ALONE.sub(lambda found: _BARE[found[1]], text)
    for short, long in _SYSTEMS:
        text = text.replace(short, long, 1) if text.startswith(short) else text
    return text


def find(registry: Registry, query: Query) -> tuple[int | None, str, list[int]]:
    """Return the organisation that bears the whole name, by which rule, and those considered.

    Ties are left to the seed: within one state they are mostly a system, its campuses and those it once had.
    """
    text = written_out(query.name)
    found, method, considered = _whole(registry, query, text)
    if found is not None or considered:
        return found, method, considered
    head, comma, campus = text.rpartition(", ")
    if not comma:
        return None, "", []
    found, _, considered = _whole(registry, query, head)
    if found is None or names.normal(campus) != registry.city[found]:
        return None, "", considered
    return found, "campus", considered


def _whole(registry: Registry, query: Query, text: str) -> tuple[int | None, str, list[int]]:
    forms = names.forms(text)
    if choose.is_generic(registry, forms, bool(query.country)):
        return None, "", []
    asked = replace(query, forms=forms, legal="", context=replace(query.context, type="HES"))
    for method, index, key in (
        ("exact", registry.plain, forms.plain),
        ("wording", registry.core, forms.core),
        ("word_order", registry.bag, forms.bag),
    ):
        choice = choose.among(registry, registry.find(index, key), asked)
        if not choice.considered:
            continue
        one = choice.organisation
        if one is None or choice.is_tie or _is_elsewhere(registry, one, query.context.state):
            return None, "", list(choice.considered)
        return one, method, list(choice.considered)
    return None, "", []


def _is_elsewhere(registry: Registry, organisation: int, state: str) -> bool:
    """Tell whether the registry has an organisation in another state: it does not know the state of all."""
    region = registry.region[organisation]
    return bool(state and region and registry.country[organisation] == "US" and region != state)
