"""How NSF writes the organisations of the cast: the awardee, its legal person, where the work is done."""

from dataclasses import dataclass
from functools import lru_cache

from pipelines.demo.cast import Organisation
from pipelines.demo.records import World
from pipelines.demo.us.awards import FOUNDATION

STATES = {
    "AZ": "Arizona", "CA": "California", "GA": "Georgia", "IN": "Indiana", "MA": "Massachusetts", "MI": "Michigan",
    "NC": "North Carolina", "NY": "New York", "PA": "Pennsylvania", "TX": "Texas", "WA": "Washington",
    "WI": "Wisconsin",
}  # fmt: skip
"""The states of the seed's universities."""


@dataclass(frozen=True)
class Holder:
    """An organisation as awards name it; `does` is the name under which it does the work.

    `uei` and `duns` have the publisher's lengths and are nobody's: real ones have no such run of zeros.
    """

    name: str
    legal: str
    does: str
    city: str
    state: str
    uei: str
    duns: str


@lru_cache(maxsize=4)
def holders(world: World) -> dict[int, Holder]:
    """Return the US organisations of a world's cast by their number in it."""
    return {number: _holder(number, o) for number, o in enumerate(world.cast) if o.country == "US"}


def _holder(number: int, organisation: Organisation) -> Holder:
    name, legal = organisation.spellings[-1], organisation.spellings[0]
    does = name
    if organisation.reports_as:
        name, legal, *others = organisation.reports_as
        does = others[0] if others else name
    elif organisation.activity == "HES" and number % FOUNDATION == 0:
        name, legal = f"{organisation.name} Research Foundation", f"{organisation.name.upper()} RESEARCH FOUNDATION"
    city, state = organisation.city, organisation.region
    return Holder(name, legal, does, city, state, f"S1M000{number:06d}", f"000{number:06d}")
