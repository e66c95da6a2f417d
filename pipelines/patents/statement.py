"""What a statement of government interest says: the agencies it names, and the numbers of awards.

Statements are written by attorneys, and no two are alike. A number is taken for an award's by its form alone: forms
that only awards have are taken wherever they stand, others where the statement names the agency that gives them. What
has none of the forms is left: a number too few shows as one, a wrong one would join a patent to an award.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Agency:
    """An agency of the US government, the department above it, and how statements name it (a pattern)."""

    name: str
    above: str
    named: str


_HHS, _DOD = "Department of Health and Human Services", "Department of Defense"

AGENCIES = (
    Agency("National Science Foundation", "National Science Foundation", r"National Science Foundation|NSF"),
    Agency("National Institutes of Health", _HHS,
           r"National Institutes? of Health|NIH|Public Health Service|PHS|"
           r"National (?:Cancer|Eye|Human Genome Research|Heart,? Lung,? (?:and|&) Blood) Institute|"
           r"National Institute (?:of|on) (?!Standards|Justice|Food)"
           r"(?:(?!and\b)[A-Z]\w+,?(?: (?:and|&|of) | |(?=\W)))+|"
           r"N(?:CI|EI|HGRI|HLBI|IA|IAAA|IAID|IAMS|IBIB|ICHD|IDA|IDCD|IDCR|IDDK|IEHS|IGMS|IMH|INDS|LM|CATS|CRR)"),
    Agency("Department of Health and Human Services", _HHS, r"Department of Health (?:and|&) Human Services|DHHS|HHS"),
    Agency("Advanced Research Projects Agency-Energy", "Department of Energy",
           r"Advanced Research Projects Agency.{1,3}Energy|ARPA.E"),
    Agency("Department of Energy", "Department of Energy",
           r"(?:Department|Dept\.?) of Energy|U\.? ?S\.? ?D\.?O\.?E\b\.?|DOE"),
    Agency("Defense Advanced Research Projects Agency", _DOD,
           r"(?:Defense )?Advanced Research Projects Agency(?!.{1,3}Energy)|D?ARPA(?!.E\b)"),
    Agency("Office of Naval Research", _DOD, r"Office of Naval Research|ONR"),
    Agency("Department of the Navy", _DOD, r"(?:Department of the |U\. ?S\. |United States )Navy"),
    Agency("Air Force Office of Scientific Research", _DOD, r"Air Force Office of Scientific Research|AFOSR"),
    Agency("Department of the Air Force", _DOD,
           r"(?:Department of the |U\. ?S\. |United States )?Air Force(?! Office)(?: Research Laboratory)?|AFRL"),
    Agency("Army Research Office", _DOD, r"Army Research Office|ARO"),
    Agency("Department of the Army", _DOD,
           r"(?:Department of the |U\. ?S\. |United States )?Army(?! Research Office)(?: Research Laboratory)?"),
    Agency("Department of Defense", _DOD, r"Department of Defen[sc]e|DOD|DoD"),
    Agency("National Aeronautics and Space Administration", "National Aeronautics and Space Administration",
           r"National Aeronautics (?:and|&) Space Administration|NASA"),
    Agency("Department of Agriculture", "Department of Agriculture",
           r"Department of Agriculture|National Institute of Food (?:and|&) Agriculture|USDA"),
    Agency("National Institute of Standards and Technology", "Department of Commerce",
           r"National Institute of Standards (?:and|&) Technology|NIST"),
    Agency("Department of Veterans Affairs", "Department of Veterans Affairs", r"(?:Department of )?Veterans Affairs"),
    Agency("Department of Homeland Security", "Department of Homeland Security", r"Department of Homeland Security"),
    Agency("Environmental Protection Agency", "Environmental Protection Agency",
           r"Environmental Protection Agency|EPA"),
)  # fmt: skip
"""The agencies that pay for most university research; of two that a phrase could name the first is taken."""

_NSF, _NIH, _DOE, _NASA = AGENCIES[0].name, AGENCIES[1].name, "Department of Energy", AGENCIES[13].name

_INSTITUTE = (
    "(?:AA|AE|AG|AI|AM|AR|AT|CA|CL|CM|CO|CP|DA|DC|DE|DK|EB|ES|EY|FD|GM|HD|HG|HL|HR|HS|LM|MD|MH|NR|NS|OD|OH|RR|TR|TW)"
)

FORMS = (
    # 5R01CA123456-05A1, R01 GM-12345, RO1-HL 54321 (the letter for the nought): activity, institute, serial number.
    (_NIH, False, rf"(?:[1-9][ -]?)?[A-Z][A-Z0-9][0-9][ -]?{_INSTITUTE}[ -]?[0-9]{{5,6}}(?:-[0-9]{{2}}[A-Z0-9]*)?"),
    # HHSN261200800001E, N01-CO-12400, NO1-AI-25459: contracts.
    (_NIH, False, r"HHSN[0-9]{12}[A-Z]?|N[0O]1[ -]?[A-Z]{2}[ -]?[0-9]{4,6}"),
    # GM 53789 without an activity: two letters and five or six figures are many things, where NIH is not named.
    (_NIH, True, rf"{_INSTITUTE}[ -]?[0-9]{{5,6}}(?:-[0-9]{{2}}[A-Z0-9]*)?"),
    # DMR-0520415, CHE 9408561, IIS0534064, EEC-98 76543: a programme's letters, then year and serial number.
    (_NSF, True, r"[A-Z]{2,4}[ -]{0,2}[0-9]{2}[ -]?[0-9]{5}"),
    (_NSF, True, r"(?<![-/.,\d])[0-9]{7}(?![-/\d]|[.,]\d)"),
    # DE-FG02-05ER46239, DE-AC02-76SF00515, DE-SC0001234, DE AR0000123, W-7405-ENG-48, W-31-109-ENG-38.
    (_DOE, False, r"DE[ -][A-Z]{2}[0-9]{2}-?[0-9]{2}[A-Z]{1,2}[0-9]{4,5}|DE[ -]?(?:SC|AR|EE|NA|NE|FE|OE|EM)[0-9]{7}"),
    (_DOE, False, r"W-?(?:7405|31-109)-?ENG-?[0-9]{2}"),
    # N00014-05-1-0909, FA9550-07-1-0264, W911NF-09-1-0001, DAAD19-03-D-0004, HR0011-15-C-0084, F49620-02-1-0388;
    # the same without hyphens. Who pays is told by the statement: one office contracts for others.
    ("", False, r"(?:N[0-9]{5}|FA?[0-9]{4,5}|W[0-9]{3}[A-Z0-9]{2}|W[0-9][A-Z]{2}[A-Z0-9]{2}|DA[A-Z]{2}[0-9]{2}|"
                r"HR0011|HQ[0-9]{4}|HDTRA1?|MDA[0-9]{3}|SP[0-9]{4})[ -]?[0-9]{2}[ -]?[A-Z0-9][ -]?[0-9A-Z]{4}"),
    ("", False, r"HR0011[0-9]{9}"),
    # NNX08AC13G, NAG5-10842, NAS7-1407, NCC2-1177, 80NSSC18K0416.
    (_NASA, False, r"NNX[0-9]{2}[A-Z]{2}[0-9]{2}[A-Z]|80NSSC[0-9]{2}[A-Z][0-9]{4}"),
    (_NASA, False, r"N(?:AG|AS|CC)[ -]?[0-9]{1,2}-[0-9]{3,6}"),
    # 2008-35504-04852: competitive grants of USDA's institute of food and agriculture.
    ("Department of Agriculture", True, r"[0-9]{4}-[0-9]{5}-[0-9]{5}"),
)  # fmt: skip
"""Forms of award numbers: who gives them ('' where that is not told by the form), whether the statement must name
that agency, and the pattern. Of two forms that a text fits the first is taken."""

_EDGE = r"(?<![A-Za-z0-9])(?:{})(?![A-Za-z0-9])"
_AGENCY = re.compile("|".join(_EDGE.format(f"(?P<a{n}>{agency.named})") for n, agency in enumerate(AGENCIES)))
_FORM = [(who, needs, re.compile(_EDGE.format(form))) for who, needs, form in FORMS]
_SENTENCE = re.compile(r"(?<=[a-z)\d][.;]) +(?=[A-Z])")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | {"\u00a0": " "})


@dataclass(frozen=True)
class Award:
    """A number as printed (dashes made hyphens), and the agency that gives it: by its form, else the one named."""

    number: str
    agency: str | None


def agencies(statement: str) -> list[Agency]:
    """Return the agencies a statement names, in its order, each once.

    >>> [a.name for a in agencies("Supported by NSF grant 0123456 and the Office of Naval Research. NSF has rights.")]
    ['National Science Foundation', 'Office of Naval Research']
    >>> agencies("The Government has certain rights in this invention.")
    []
    """
    return list(dict.fromkeys(agency for _, agency in _mentions(statement)))


def _mentions(text: str) -> list[tuple[int, Agency]]:
    return [(m.start(), AGENCIES[int((m.lastgroup or "a0")[1:])]) for m in _AGENCY.finditer(text)]


def awards(statement: str) -> list[Award]:
    """Return the award numbers of a statement, in its order, each once.

    >>> awards("made with government support under Grant No. DMR-0520415 awarded by the National Science Foundation.")
    [Award(number='DMR-0520415', agency='National Science Foundation')]
    >>> awards("under 5R01CA123456-05 and HL 54321 awarded by NIH, and N00014-05-1-0909 awarded by the ONR")
    ... # doctest: +NORMALIZE_WHITESPACE
    [Award(number='5R01CA123456-05', agency='National Institutes of Health'),
     Award(number='HL 54321', agency='National Institutes of Health'),
     Award(number='N00014-05-1-0909', agency='Office of Naval Research')]
    >>> awards("No. 60/123,456, filed 1 May 2005, pursuant to 35 U.S.C. 200 and the Act of 1955; tel. 5551234")
    []
    """
    text = statement.translate(_DASHES)
    named = {agency.name for agency in agencies(text)}
    found: dict[int, tuple[int, Award]] = {}
    for who, needs, form in _FORM:
        if needs and who not in named:
            continue
        for match in form.finditer(text):
            if not any(start < match.end() and match.start() < end for start, (end, _) in found.items()):
                agency = who or _nearest(text, match.start(), match.end())
                found[match.start()] = match.end(), Award(match[0], agency)
    return list(dict.fromkeys(award for _, (_, award) in sorted(found.items())))


def _nearest(text: str, start: int, end: int) -> str | None:
    """Return the agency named behind a number in the same sentence, else the last one before it there."""
    ends = [0, *(m.end() for m in _SENTENCE.finditer(text)), len(text)]
    begin = max(e for e in ends[:-1] if e <= start)
    stop = min(e for e in ends[1:] if e >= end)
    mentions = [(begin + at, agency.name) for at, agency in _mentions(text[begin:stop])]
    behind = [name for at, name in mentions if at >= end]
    before = [name for at, name in mentions if at < start]
    return behind[0] if behind else before[-1] if before else None
