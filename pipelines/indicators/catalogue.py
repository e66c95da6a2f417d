"""The catalogue of indicators: the listing of the family modules."""

from functools import cache

from pipelines.indicators import (
    benefit,
    challenge,
    collaboration_course,
    contract,
    funnel,
    incubation,
    joint,
    kef,
    licensing,
    nearness,
    partnership,
    patenting,
    platform,
    project_title,
    publication,
    sme,
    synergy,
    talent,
    title,
    transfer,
    venture,
)
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.measure import Measure

FAMILIES = (
    joint,
    contract,
    transfer,
    talent,
    platform,
    venture,
    benefit,
    sme,
    challenge,
    funnel,
    kef,
    licensing,
    incubation,
    collaboration_course,
    partnership,
    patenting,
    title,
    project_title,
    publication,
    synergy,
    nearness,
)


@cache
def catalogue() -> dict[str, Indicator]:
    """Return every indicator by its id, in the order of the families.

    Raises ValueError where two indicators share an id.
    """
    found: dict[str, Indicator] = {}
    for family in FAMILIES:
        for indicator in vars(family).values():
            if not isinstance(indicator, Indicator):
                continue
            if found.setdefault(indicator.id, indicator) != indicator:
                raise ValueError(f"two indicators are called {indicator.id}")
    return found


def measures(indicators: tuple[Indicator, ...] | None = None) -> dict[str, Measure]:
    """Return every measure that the indicators (default: the catalogue) rest on, by its name.

    Raises ValueError where two measures share a name.
    """
    found: dict[str, Measure] = {}
    for indicator in indicators if indicators is not None else tuple(catalogue().values()):
        for measure in indicator.measures:
            if found.setdefault(measure.name, measure) != measure:
                raise ValueError(f"two measures are called {measure.name}")
    return found
