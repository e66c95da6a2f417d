"""How likely an institution was missed behind a name that is not linked: a simple rule over name and candidates.

Four readings of a name: it may hold an academic word ("university" in any language that `names` folds, "institute",
"laboratory" …) or be called an institution by its publisher; it may be in a company's legal form, or be called a
company; both; or neither. Then it counts whether an institution is among the candidates. The shares are those of the
names in the label sets that were left open and whose label is an institution: candidate and academic word 201 of 269,
candidate alone 15 of 37; without candidate, academic word 126 of 430, both or neither 52 of 617, company's form alone
none of 86. The weights of linking were learned from these labels too, so that elsewhere somewhat more may be missed.
The last is worth nobody's time and counts as 0. What a publisher says was not measured: it is taken to
say what such words do.
"""

from collections.abc import Collection
from dataclasses import dataclass

from pipelines.link import names
from pipelines.link.company import SOURCE_SECTOR

ACADEMIC = frozenset(
    {"university", "institute", "college", "academy", "polytechnic", "school", "faculty", "laboratory"}
)
"""Words of an institution's name, in the form that `names.Forms.bag` gives to them."""

CANDIDATE_ACADEMIC, CANDIDATE, ALONE_ACADEMIC, ALONE = 0.75, 0.4, 0.3, 0.1
_SAID_OF = {"academic": "reads like an institution", "company": "reads like a company"}


@dataclass(frozen=True)
class Doubt:
    """The probability that an institution was missed, and why it is thought so."""

    chance: float
    why: str


def reading(name: str, types: Collection[str] = ()) -> str:
    """Say how a name reads: academic, company, both or neither; `types` are kinds that publishers state of it."""
    sectors = {SOURCE_SECTOR.get(kind.split(";")[0].upper(), "") for kind in types}
    is_academic = bool(set(names.forms(name).bag.split()) & ACADEMIC) or bool(
        sectors & {"university", "research_institute"}
    )
    is_company = bool(names.legal_form(name)) or "company" in sectors
    if is_academic and is_company:
        return "both"
    return "academic" if is_academic else "company" if is_company else "neither"


def of(name: str, types: Collection[str], has_institution: bool) -> Doubt:
    """Return the doubt about a name that is linked to nothing.

    `has_institution`: one of the organisations considered for it is an institution.
    """
    read = reading(name, types)
    said = _SAID_OF.get(read, "may be a company or an institution")
    if has_institution:
        return Doubt(CANDIDATE_ACADEMIC if read == "academic" else CANDIDATE, f"{said}; candidates, none of them sure")
    if read == "company":
        return Doubt(0.0, said)
    return Doubt(ALONE_ACADEMIC if read == "academic" else ALONE, f"{said}; no institution comes near")
