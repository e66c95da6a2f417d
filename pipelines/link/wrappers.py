"""Legal wrappers around the name of an institution, and the names of its holders and foundations.

Patent and grant records name the governing body ("THE CHANCELLOR, MASTERS AND SCHOLARS OF THE UNIVERSITY OF
CAMBRIDGE", "Board of Regents … on behalf of Arizona State University") or a foundation that holds the
patents ("Hallym University Industry-Academic Cooperation Foundation"). What is a rule of a country stands in the
seed `holder_patterns`; here is what holds anywhere: acting for another, and clauses on what one is.
"""

import re
from dataclasses import dataclass, replace

from pipelines.link import patterns
from pipelines.link.patterns import Pattern

_BEHALF = re.compile(
    r".*\b(?:on|in) (?:the )?(?:behalf|behlf|bahalf|behal)(?: of)?(?: the)? (?=\S)"
    r"|.*\bacting (?:by and )?through (?:its |the )*(?=\S)"
)
_REPRESENTED = re.compile(
    r".*\bas represented by (?:the )?"
    r"(?:(?:secretary|director general|director|administrator|minister)(?: of)?(?: the)? )?(?=\S)"
)
_CLAUSE = re.compile(
    r" an? (?:body corporate|body politic|public body|division|state agency|constitutional|non ?profit|"
    r"not for profit|corporation|unit|department|public|[a-z]+ (?:university|non ?profit corporation|corporation|"
    r"institution)|university of|institution of higher|national university corporation of) ?.*$"
)
_ALSO = re.compile(
    r"^(?P<left>\S.*?) (?:hodn|handelend onder de naam|trading as|doing business as|dba|operating as|also known as|"
    r"formerly known as|formerly|fka|aka) (?P<right>\S.*)$"
)
_ACADEMIC = re.compile(
    r"\b(?:universi\w*|univ|college|polytechnic\w*|instituut|institut\w*|hochschule|hogeschool|hogskola\w*|"
    r"politecnico|school|academy|polytech|tech)\b"
)
_DEEPEST = 3
"""Wrappers within wrappers that are opened: "Body for X Univ. Cooperation, Office of …"."""

_METHOD = {"body": "governing_body", "system": "governing_body", "holder": "holder_pattern"}


@dataclass(frozen=True)
class Unwrapped:
    """What stands inside a wrapper: folded words, the rule, and whether the wrapper is a body of its own.

    `governed` asks for the system first: a board of trustees owns for all campuses. `country` is the one whose law or
    usage the wrapper is ('' any): what stands inside a Korean cooperation foundation is in Korea.
    """

    text: str
    method: str
    is_holder: bool = False
    governed: bool = False
    country: str = ""


def unwrap(text: str) -> list[Unwrapped]:
    """Return what may be named inside a folded name, the surest reading first."""
    return list(dict.fromkeys(_unwrap(text, 0)))


def without_clause(text: str) -> str:
    """Leave out a clause on what one is: ", a body corporate of the State of Arizona"."""
    return _CLAUSE.sub("", text)


def _unwrap(text: str, depth: int) -> list[Unwrapped]:
    found: list[Unwrapped] = []
    # The clause on what the board is may stand before the one acted for, and that one may have its own.
    if match := _BEHALF.match(text):
        return _opened(Unwrapped(without_clause(text[match.end() :]), "on_behalf"), depth)
    bare = without_clause(text)
    if match := _REPRESENTED.match(bare):
        found += _opened(Unwrapped(bare[match.end() :], "on_behalf"), depth)
    for inner, pattern in patterns.load().find(bare):
        if not pattern.needs_academic or _ACADEMIC.search(inner):
            found += _opened(_read(inner, pattern), depth)
    if match := _ALSO.match(bare):
        found += [Unwrapped(match["right"], "governing_body"), Unwrapped(match["left"], "governing_body")]
    if bare != text:
        found.append(Unwrapped(bare, "governing_body"))
    return found


def _read(inner: str, pattern: Pattern) -> Unwrapped:
    is_holder = pattern.kind == "holder"
    # A foundation of a university may be that of a system; a country's own form is never.
    governed = pattern.kind == "system" or (is_holder and not pattern.country)
    return Unwrapped(inner, _METHOD[pattern.kind], is_holder, governed, pattern.country)


def _opened(outer: Unwrapped, depth: int) -> list[Unwrapped]:
    """Return a reading, what is wrapped inside it, and the same as a university's name.

    "Juntendo Educational Foundation" is Juntendo University's, "Hongik Industry-Academia …" Hongik University's.
    """
    found = [outer]
    if (outer.is_holder or outer.country == "JP") and not _ACADEMIC.search(outer.text):
        found.append(replace(outer, text=f"{outer.text} university"))
    if depth + 1 < _DEEPEST:
        for inner in _unwrap(outer.text, depth + 1):
            is_holder = inner.is_holder or outer.is_holder
            method = outer.method if outer.is_holder or not inner.is_holder else inner.method
            found.append(replace(inner, method=method, is_holder=is_holder, country=inner.country or outer.country))
    return found
