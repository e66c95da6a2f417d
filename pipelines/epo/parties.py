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

from pipelines.link import names

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

    An applicant who is an inventor too, or is written as a person is, is one.
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
        found.append(Party(name, entry.country, is_inventor or is_person(name)))
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


_BODY = frozenset(
    "academy agency association bank board bureau center centre centro centrum clinic college commission company "
    "corporation council department ecole enterprise enterprises fondation foundation fund fundacion gesellschaft "
    "government group groupe gruppe holding holdings hochschule hospital industries innovation innovations institut "
    "institute instituto istituto international klinikum laboratoire laboratories laboratory limited ministry national "
    "organisation organization politecnico polytechnic regents research school secretary sciences services society "
    "software solutions systems technologies technology the trust trustees univ universidad universidade universita "
    "universitat universitaet universite universiteit universitet university verein works of for and et und".split()
)
"""Words that no person is called."""


@lru_cache(maxsize=65_536)
def is_person(name: str) -> bool:
    """Say whether a name is written as a person's: a family name, one comma, given names or initials, nothing else.

    >>> [is_person(n) for n in ("Müller, Hans-Peter", "DE LA CRUZ, María J.", "Siemens AG, München", "IMEC")]
    [True, True, False, False]
    >>> [is_person(n) for n in ("Regents of the University of California, The", "Brellow, Inc.", "3M, Company")]
    [False, False, False]
    """
    family, comma, given = name.partition(",")
    if not comma or "," in given or any(letter.isdigit() or letter in "&/()+@" for letter in name):
        return False
    words = {_folded(word) for word in re.split(r"[\s,.\-]+", name)}
    if words & _BODY or names.legal_form(name) or names.legal_form(family) or names.legal_form(given):
        return False
    return 1 <= len(family.split()) <= 4 and 1 <= len(given.split()) <= 4 and "inc" not in words
