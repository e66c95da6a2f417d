"""Colleges of the United States that call themselves universities since: "Medaille University" was Medaille College.

Dozens did in the last twenty years, states dropped the word for whole systems, and a registry follows late. The college
is meant where nobody in the country bears the new name, not in another order of words either, and one college of
just those words stands in the state that the record tells.
"""

from pipelines.link import names
from pipelines.link.choose import Query, among
from pipelines.link.registry import ACRONYM, Registry

METHOD = "renamed_college"
_NEW, _FORMER = "university", "college"


def find(registry: Registry, query: Query) -> int | None:
    """Return the college that a university of the record's state was, by its number, or None."""
    words, state = query.forms.core_tokens, query.context.state
    if query.country != "US" or not state or words.count(_NEW) != 1 or len(words) < 2 or words[0] == _NEW:
        return None
    if _is_place(registry, words) or _is_borne(registry, query):
        return None
    former = names.of_tokens([_FORMER if word == _NEW else word for word in words])
    hits = [h for h in registry.find(registry.core, former.core) if "education" in registry.types[h.organisation]]
    choice = among(registry, hits, query)
    one = choice.organisation
    return one if one is not None and registry.region[one] in (state, "") else None


def _is_place(registry: Registry, words: tuple[str, ...]) -> bool:
    """Tell whether nothing but a state or a country stands beside the word: "Maine University" is Maine's."""
    place = " ".join(word for word in words if word != _NEW)
    return place in names.us_states() or place in registry.country_names


def _is_borne(registry: Registry, query: Query) -> bool:
    """Tell whether one of the state, or of none told, has a name of the same words: "University of Rochester"."""
    return any(
        hit.kind != ACRONYM
        and registry.country[hit.organisation] == query.country
        and registry.region[hit.organisation] in (query.context.state, "")
        for hit in registry.find(registry.bag, query.forms.bag)
    )
