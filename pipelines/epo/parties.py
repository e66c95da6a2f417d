"""Applicants and inventors of a document: each once, though they stand there in two forms.

The `epodoc` form has the country and an abbreviated name in capitals (`UNIV CAMBRIDGE TECH [GB]`), the `original` form
the name as printed; their numbers can differ: EP 2400812 A1 has one company in the first form and twice in the second.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from xml.etree.ElementTree import Element

_COUNTRY = re.compile(r"\s*\[([A-Z]{2})\]\s*$")


@dataclass(frozen=True)
class Party:
    """An applicant or inventor: the name in its best spelling, and the country, '' where it is not told."""

    name: str
    country: str
    is_person: bool


@dataclass(frozen=True)
class _Entry:
    sequence: int
    name: str
    country: str


def parties(bibliography: Element) -> tuple[list[Party], list[str], bool]:
    """Return the applicants, the countries of the inventors, and whether the two forms name as many applicants.

    An applicant who is an inventor too is a person; others are told by the way they are written, elsewhere.
    """
    codes = _entries(bibliography, "applicant", "epodoc")
    printed = _distinct(_entries(bibliography, "applicant", "original"))
    people = _entries(bibliography, "inventor", "epodoc") or _entries(bibliography, "inventor", "original")
    inventors = {_folded(entry.name) for form in ("epodoc", "original") for entry in
                 _entries(bibliography, "inventor", form)}  # fmt: skip
    agrees = not codes or not printed or len(codes) == len(printed)
    found = []
    for place, entry in enumerate(codes or printed):
        name = _spelling(place, entry, codes, printed)
        is_inventor = _folded(entry.name) in inventors or _folded(name) in inventors
        found.append(Party(name, entry.country, is_inventor))
    return found, [entry.country for entry in people], agrees


def _entries(bibliography: Element, kind: str, form: str) -> list[_Entry]:
    """Return the applicants or inventors of a form in the publisher's order, without those that have no name."""
    found = []
    for place, element in enumerate(bibliography.findall(f"{{*}}parties/{{*}}{kind}s/{{*}}{kind}")):
        if element.get("data-format") != form:
            continue
        text = " ".join((element.findtext(f"{{*}}{kind}-name/{{*}}name") or "").split())
        country = _COUNTRY.search(text)
        sequence = element.get("sequence") or ""
        name = _COUNTRY.sub("", text).strip(" ,;")
        if name:
            order = int(sequence) if sequence.isdigit() else place + 1
            found.append(_Entry(order, name, country[1] if country else ""))
    return sorted(found, key=lambda entry: entry.sequence)


def _distinct(entries: Iterable[_Entry]) -> list[_Entry]:
    """Leave out what is another spelling of an entry before."""
    first: dict[str, _Entry] = {}
    for entry in entries:
        first.setdefault(_folded(entry.name), entry)
    return list(first.values())


def _spelling(place: int, entry: _Entry, codes: list[_Entry], printed: list[_Entry]) -> str:
    """Return the printed name of an entry: at its place where both forms name as many, else the one that is alike."""
    if len(codes) == len(printed):
        return printed[place].name
    alike = [other.name for other in printed if _folded(other.name) == _folded(entry.name)]
    return alike[0] if alike else entry.name


@lru_cache(maxsize=65_536)
def _folded(name: str) -> str:
    """Fold a name to letters and figures: case, marks, stops and commas are spelling.

    >>> _folded("9SOLUTIONS OY, "), _folded("9Solutions Oy"), _folded("Kylmänen, Jari")
    ('9solutionsoy', '9solutionsoy', 'kylmanenjari')
    """
    text = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in text if letter.isalnum())
