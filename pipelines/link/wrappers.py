"""Legal wrappers around the name of an institution, and the names of its holders and foundations.

Patent and grant records name the governing body ("THE CHANCELLOR, MASTERS AND SCHOLARS OF THE UNIVERSITY OF
CAMBRIDGE", "Board of Regents … on behalf of Arizona State University") or a foundation that holds the
patents ("Dongguk University Industry-Academic Cooperation Foundation").
"""

import re
from dataclasses import dataclass

_BEHALF = re.compile(r".*\b(?:on|in) (?:the )?(?:behalf|behlf|bahalf|behal)(?: of)?(?: the)? (?=\S)")
_REPRESENTED = re.compile(
    r".*\bas represented by (?:the )?"
    r"(?:(?:secretary|director general|director|administrator|minister)(?: of)?(?: the)? )?(?=\S)"
)
_OFFICERS = (
    "chancellor|president|provost|vice|masters?|warden|principal|rector|scholars|fellows|professors|governors|"
    "trustees|regents|curators|visitors|supervisors|administrators|overseers|governing council|governing|"
    "university court|court|dean"
)
_BODY = re.compile(
    r"^(?:the )?(?:[\w ]{0,30}? )?"
    rf"(?:board of (?:the )?(?:{_OFFICERS}|higher education|control|directors)|{_OFFICERS})"
    rf"(?: (?:and|the|of|other|council|foundation|members|board|body|a|corporation|{_OFFICERS}))*"
    r" (?:of|for) (?:the )?(?=\S)"
)
_BODY_AFTER = re.compile(
    r" (?:the )?board of (?:trustees|regents|governors|directors|supervisors|curators)(?: of the)?$"
)
_CLAUSE = re.compile(
    r" an? (?:body corporate|body politic|public body|division|state agency|constitutional|non ?profit|"
    r"not for profit|corporation|unit|department|public) .*$"
)
_OFFICE = re.compile(
    r"(?: the)? (?:office (?:of|for) )?(?:technology|tech|knowledge|intellectual property)(?: and \w+)? "
    r"(?:transfer|licensing|management|commerciali[sz]ation|development|ventures)"
    r"(?: office| center| department| division)?(?: (?:at|of)(?: the)?)?(?= |$)"
)
_COOPERATION = re.compile(
    r"(?:(?:research|foundation|corps|corporation|center|office|headquarters|for|of|and|the|korea) )*"
    r"(?:industr\w*|ind|university|univ|acade\w*)"
    r"(?: (?:and|industr\w*|ind|acade\w*|university|univ|research))* "
    r"(?:co ?or?peration|collaboration|co operation|relations)"
    r"(?: (?:foundations?|found|corps|group|corporation|center|office|headquarters))*(?: of(?: the)?)?(?= |$)"
)
_COOPERATION_2 = re.compile(
    r"(?:industr\w*|academ\w*)(?: and)? (?:acade\w*|industr\w*)(?: co ?or?peration| collaboration)? "
    r"(?:foundation|corps)(?: of(?: the)?)?(?= |$)"
)
_FOUNDATION = re.compile(
    r"^(?:the )?"
    r"(?:(?P<of>(?:research|development|innovation|technology)?(?: and \w+)? ?foundation (?:of|for)(?: the)?)"
    r" )?"
    r"(?P<name>.+?)"
    r"(?P<tail>(?: (?:research|development|innovations?|technology|technologies|science|scientific|services?|"
    r"and|medical|endowment|r|d|institute for))* (?:foundation|fund|innovations?|enterprises?|ventures|"
    r"holdings?|development (?:company|corporation)|intellectual property|commercial|licensing))?$"
)
_ACADEMIC = re.compile(
    r"\b(?:univ\w*|college|polytechnic\w*|instituut|institut\w*|hochschule|hogeschool|hogskola\w*|politecnico)\b"
)


@dataclass(frozen=True)
class Unwrapped:
    """What stands inside a wrapper: folded words, the rule, and whether the wrapper is a body of its own.

    `governed` asks for the system first: a board of trustees owns for all campuses.
    """

    text: str
    method: str
    is_holder: bool = False
    governed: bool = False


def unwrap(text: str) -> list[Unwrapped]:
    """Return what may be named inside a folded name, the surest reading first."""
    found: list[Unwrapped] = []
    bare = _CLAUSE.sub("", text)
    if match := _BEHALF.match(bare):
        inner = bare[match.end() :]
        body = _BODY.sub("", inner)
        return [Unwrapped(inner, "on_behalf"), *([Unwrapped(body, "on_behalf")] if body != inner else [])]
    if match := _REPRESENTED.match(bare):
        found.append(Unwrapped(bare[match.end() :], "on_behalf"))
    for pattern in (_BODY, _BODY_AFTER):
        inner = pattern.sub("", bare)
        if inner != bare and inner:
            found.append(Unwrapped(inner, "governing_body", governed=True))
    for pattern in (_COOPERATION, _COOPERATION_2):
        inner = " ".join(pattern.sub(" ", bare).split())
        if inner != bare and inner:
            found += [
                Unwrapped(inner, "holder_pattern", True),
                Unwrapped(f"{inner} university", "holder_pattern", True),
            ]
    if (inner := " ".join(_OFFICE.sub(" ", bare).split())) and inner != bare and _ACADEMIC.search(inner):
        found.append(Unwrapped(inner, "governing_body"))
    match = _FOUNDATION.match(bare)
    if match and (match["tail"] or match["of"]) and _ACADEMIC.search(match["name"]):
        found.append(Unwrapped(match["name"], "holder_pattern", True, governed=True))
    if bare != text:
        found.append(Unwrapped(bare, "governing_body"))
    return found
