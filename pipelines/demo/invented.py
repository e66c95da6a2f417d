"""Invented names: words that mean nothing anywhere, the legal forms of a country, CORDIS's way of writing.

No name here is taken from a register. A word is three syllables put together by number, so that no two
numbers give the same word, and the order of the numbers gives no order of the alphabet.
"""

import unicodedata

_ONSETS = (*"bdfgklmnprtvz", "dr", "gl", "kr", "pl", "tr", "vr", "zv")
_VOWELS = ("a", "e", "i", "o", "u")
_MIDDLES = ("bl", "dv", "gm", "kn", "lv", "mz", "nv", "pr", "rk", "rz", "tv", "vl", "xt", "zd", "zm", "lq")
_ENDS = ("b", "d", "g", "k", "l", "m", "n", "p", "q", "r", "t", "v", "x", "z", "lk", "nz")
_WORDS = len(_ONSETS) * len(_VOWELS) * len(_MIDDLES) * len(_VOWELS) * len(_ENDS)
# Coprime with the number of words, so that stepping by it meets every word once before any twice.
_STEP = 48_611

TRADES = (
    "Systems", "Robotics", "Biotech", "Photonics", "Energy", "Materials", "Analytics", "Medical", "Marine",
    "Mobility", "Software", "Sensors", "Composites", "Instruments", "Foods", "Aero", "Optics", "Diagnostics",
    "Engineering", "Hydrogen", "Semiconductors", "Textiles", "Pharma", "Metals",
)  # fmt: skip

_FORMS = {
    "AT": (("AG",), ("GmbH", "G.m.b.H.")),
    "BE": (("NV", "N.V."), ("BVBA",)),
    "CA": (("Inc", "Incorporated"), ("Ltd", "Limited")),
    "CH": (("AG",), ("GmbH", "G.m.b.H.")),
    "DE": (("AG", "Aktiengesellschaft"), ("GmbH", "G.m.b.H.")),
    "DK": (("A/S", "AS"), ("ApS",)),
    "ES": (("SA", "S.A.", "Sociedad Anonima"), ("SL", "S.L.", "Sociedad Limitada")),
    "FI": (("Oyj",), ("Oy",)),
    "FR": (("SA", "Societe Anonyme"), ("SAS", "S.A.S."), ("SARL", "S.A.R.L.")),
    "GB": (("PLC", "Public Limited Company"), ("Ltd", "Limited")),
    "GR": (("AE",), ("EPE",)),
    "IE": (("PLC", "Public Limited Company"), ("Ltd", "Limited")),
    "IL": (("Ltd", "Limited"),),
    "IT": (("SPA", "S.p.A.", "Societa per Azioni"), ("SRL", "S.r.l.")),
    "NL": (("NV", "N.V."), ("BV", "B.V.")),
    "NO": (("ASA",), ("AS", "A/S")),
    "PL": (("Spolka Akcyjna",), ("Spolka z Ograniczona Odpowiedzialnoscia",)),
    "PT": (("SA", "S.A."), ("Lda",)),
    "SE": (("AB",),),
    "US": (("Inc", "Incorporated"), ("Corp", "Corporation"), ("LLC",)),
}
"""Legal forms by country, from the largest companies' to the smallest's; each with the ways it is written."""

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "AE", "Ö": "OE", "Ü": "UE"})
_STROKES = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "AE"})
_EXPANDING = frozenset({"AT", "CH", "DE", "SE"})

EU_CODES = {"GR": "EL", "GB": "UK"}
"""Countries that EU institutions write in letters of their own; all others as ISO 3166 has them."""


def word(number: int) -> str:
    """Return the invented word of a number, another for every number."""
    again, number = divmod(number, _WORDS)
    if again:
        return f"{word(number)}-{word(again)}"
    left = (number * _STEP + 7_919) % _WORDS
    pieces = []
    for syllables in (_ONSETS, _VOWELS, _MIDDLES, _VOWELS, _ENDS):
        left, place = divmod(left, len(syllables))
        pieces.append(syllables[place])
    return "".join(pieces).capitalize()


def company(number: int, country: str, is_sme: bool) -> tuple[str, tuple[str, ...]]:
    """Return a company's name without its legal form, and its whole name as it is written here and there."""
    forms = _FORMS[country]
    writings = forms[1 + number % (len(forms) - 1)] if is_sme and len(forms) > 1 else forms[0]
    name = f"{word(number)} {TRADES[number // 7 % len(TRADES)]}"
    first, *others = (f"{name} {form}" for form in writings)
    return name, (first.upper(), *(other.upper() for other in others), first)


def capitals(name: str, country: str) -> str:
    """Write a name in plain capitals, as CORDIS mostly does: MÜNCHEN as MUENCHEN, KØBENHAVN as KOBENHAVN."""
    if country in _EXPANDING:
        name = name.translate(_UMLAUTS)
    folded = unicodedata.normalize("NFKD", name.translate(_STROKES))
    return "".join(c for c in folded if not unicodedata.combining(c)).upper()


def is_latin(name: str) -> bool:
    """Return whether plain capitals can write a name: CORDIS has no Greek, Hebrew or Cyrillic letters."""
    return capitals(name, "").replace("–", "-").replace("’", "'").isascii()


def ror_id(number: int) -> str:
    """Return an address like ROR's that is nobody's: no real id begins with 0zz, they end before 06."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    tail, left = "", number
    for _ in range(4):
        left, place = divmod(left, 36)
        tail = digits[place] + tail
    # Two check digits by the rule ROR uses (ISO 7064, mod 97-10).
    return f"https://ror.org/0zz{tail}{98 - number * 100 % 97:02d}"
