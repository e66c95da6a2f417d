"""Joint publications: what institutions write together with companies and others outside academia.

Reference: INDICATORS §3, "Joint research"; CWTS Leiden Ranking, Open Edition.
"""

from pipelines.indicators.indicator import Indicator
from pipelines.indicators.publication_evidence import (
    ACADEMIC_PUBLICATIONS,
    CO_PUBLICATIONS,
    NON_ACADEMIC_PUBLICATIONS,
    PUBLICATIONS,
)

_KEEPS = "INDICATORS §3, Joint research"
_CWTS = (
    "CWTS Leiden Ranking, Open Edition: a publication is industrial when any of its affiliations is of type company, "
    "full counting"
)
_WHOLE = "A publication of several institutions counts whole for each: never add institutions up."
_DIRECT = "Only the institution that the affiliation names is credited, not those above it; there is no roll-up."
_TYPES = "Types of organisation are those of today: a spin-out that the university owns is a company."
_PARSED = "Affiliations that could not be matched to an organisation with a ROR id are nobody's, companies' above all."

CO_PUBLICATIONS_COUNT = Indicator(
    "joint.co_publications",
    "Publications with companies",
    "How many of the institution's articles and reviews of the year have at least one company among the affiliations.",
    "publications",
    CO_PUBLICATIONS,
    f"{_KEEPS}; {_CWTS}",
    (_WHOLE, _TYPES, _DIRECT, _PARSED),
    interval="poisson",
)
CO_PUBLICATION_SHARE = Indicator(
    "joint.co_publication_share",
    "Share of publications with companies",
    "Which part of the institution's articles and reviews of four years has at least one company among the "
    "affiliations.",
    "fraction",
    CO_PUBLICATIONS,
    f"{_KEEPS}; {_CWTS}, windows of four years",
    (
        _TYPES,
        _DIRECT,
        _PARSED,
        "Not comparable with the older edition on Web of Science, which left out private hospitals and schools.",
        "Fields differ more than institutions do: a technical university and a school of arts have no common scale.",
    ),
    denominator=PUBLICATIONS,
    aggregate="ratio",
    window_years=4,
    least_base=20,
    interval="wilson",
    is_bounded=True,
)
NON_ACADEMIC_SHARE = Indicator(
    "joint.non_academic_share",
    "Share of publications with anybody outside academia",
    "Which part of the institution's articles and reviews of four years has a company, hospital, public body, charity "
    "or other non-academic organisation among the affiliations.",
    "fraction",
    NON_ACADEMIC_PUBLICATIONS,
    f"{_KEEPS}; Research England, Knowledge Exchange Framework: co-authorship with non-academic partners",
    (
        "Of organisations that ROR calls a school or a facility alone: of CNRS or of a hospital every publication has "
        "a non-academic author, itself.",
        "A university's own hospitals are partners here: where medicine is strong the share is high.",
        _DIRECT,
        _PARSED,
    ),
    denominator=ACADEMIC_PUBLICATIONS,
    aggregate="ratio",
    window_years=4,
    least_base=20,
    interval="wilson",
    is_bounded=True,
)
