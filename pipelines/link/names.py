"""Normal forms of organisation names: pure functions, equal for the registry's names and for a record's.

Three keys, from strict to loose. `plain`: letters and digits only, folded. `core`: without legal forms and
small words. `bag`: the words' canonical forms, sorted, so that word order, common abbreviations and the
usual words of other languages ("Universität", "Univ.") no longer matter.
Umlauts are written three ways in the records (MÜNCHEN, MUENCHEN, MUNCHEN in one CORDIS file), so ä, ae and a
all fold to a; both sides are folded alike and the fold is never shown.
"""

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pipelines.link import legal, seeds

_LETTERS = str.maketrans(
    {
        "ø": "o",
        "æ": "a",
        "œ": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "ħ": "h",
        "ŋ": "n",
        "ə": "a",
    }
)
_MARKS = re.compile("[\u0300-\u036f]")
_POSSESSIVE = re.compile(r"(?<=\w)['’`´]s\b")
_DOTTED = re.compile(r"\b[^\W\d_](?:\.\s?[^\W\d_])+\b\.?")
_NOT_WORD = re.compile("[^\\w\u0900-\u109f\u1780-\u17ff]+|_")
_UE = re.compile(r"\bue\b")
_SEGMENT = re.compile(r"[,;:()\[\]/|\u3000\n]|\s[-–—]+\s|[–—]")
_GREEK = re.compile("[\u0370-\u03ff]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_GREEK_PAIRS = (
    ("ου", "ou"), ("γγ", "ng"), ("γκ", "gk"), ("τζ", "tz"), ("τσ", "ts"), ("ντ", "nt"), ("μπ", "mp"),
)  # fmt: skip
_GREEK_EU = re.compile("([αεη])υ(?=([αβγδεζηιλμνορυω])?)")
_GREEK_LETTERS = str.maketrans(
    dict(
        zip(
            "αβγδεζηικλμνξοπρσςτυφω",
            [
                "a",
                "v",
                "g",
                "d",
                "e",
                "z",
                "i",
                "i",
                "k",
                "l",
                "m",
                "n",
                "x",
                "o",
                "p",
                "r",
                "s",
                "s",
                "t",
                "y",
                "f",
                "o",
            ],
            strict=True,
        ),
        θ="th",
        χ="ch",
        ψ="ps",
    )
)
_CYRILLIC_LETTERS = str.maketrans(
    dict(
        zip("абвгдезийклмнопрстуфыіїэ", "abvgdeziiklmnoprstufyiie", strict=True),
        ж="zh", х="kh", ц="ts", ч="ch", ш="sh", щ="shch", ъ="a", ь="", ю="yu", я="ya", є="ye", ґ="g", ё="e",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Words:
    """The vocabulary of names, folded as names are."""

    canonical: dict[str, str]
    stop: frozenset[str]
    unit: frozenset[str]
    hazard: frozenset[str]
    distinct: frozenset[str]
    generic: frozenset[str]
    countries: dict[str, str]
    legal_end: Mapping[tuple[str, ...], str]
    legal: legal.LegalForms


@dataclass(frozen=True)
class Forms:
    """The keys of one name; `tokens` are its folded words, `core_tokens` those without legal forms.

    `legal` is the company form the name begins or ends with ("gmbh"), or an empty string.
    """

    tokens: tuple[str, ...]
    core_tokens: tuple[str, ...]
    plain: str
    core: str
    bag: str
    legal: str


def normal(name: str) -> str:
    """Fold a name to lower-case words parted by one blank; native scripts stay."""
    text = html.unescape(name).replace("&", " and ") if "&" in name else name
    text = text.casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).casefold()
        text = unicodedata.normalize("NFC", _MARKS.sub("", text).translate(_LETTERS))
    if "'" in text or "’" in text or "`" in text or "´" in text:
        text = _POSSESSIVE.sub("s", text)
    if "." in text:
        text = _DOTTED.sub(lambda m: m.group().replace(".", "").replace(" ", "") + " ", text)
    text = _NOT_WORD.sub(" ", text).strip()
    if _UE.search(text):
        # U.E. Systems is not U-Systems. (AE and OE as words are mostly forms and O.Oe., written with umlauts as well.)
        return " ".join(w if w == "ue" else _without_umlaut(w) for w in text.split())
    return _without_umlaut(text)


def _without_umlaut(text: str) -> str:
    return text.replace("ae", "a").replace("oe", "o").replace("ue", "u").replace("aa", "a")


def segments(name: str) -> list[str]:
    """Split a name at commas, brackets, slashes and free-standing dashes; empty pieces are left out."""
    text = html.unescape(name) if "&" in name else name
    return [piece for piece in (s.strip() for s in _SEGMENT.split(text)) if piece]


def latin(name: str) -> str:
    """Transliterate Greek (ELOT 743) and Cyrillic letters; empty where the name has neither.

    CORDIS writes Greek names in Latin letters (PANEPISTIMIO PATRON), ROR often in Greek only.
    """
    text = unicodedata.normalize("NFKD", name).casefold()
    text = unicodedata.normalize("NFC", _MARKS.sub("", text))
    if _GREEK.search(text):
        for pair, letters in _GREEK_PAIRS:
            text = text.replace(pair, letters)
        text = _GREEK_EU.sub(lambda m: m.group(1) + ("v" if m.group(2) else "f"), text)
        return text.translate(_GREEK_LETTERS)
    if _CYRILLIC.search(text):
        return text.translate(_CYRILLIC_LETTERS)
    return ""


@cache
def words() -> Words:
    """Load the vocabulary from its seeds, folded."""
    rows = seeds.load()["name_words"]
    kinds: dict[str, set[str]] = {}
    canonical: dict[str, str] = {}
    countries: dict[str, str] = {}
    for row in rows:
        word = normal(row["word"])
        kinds.setdefault(row["kind"], set()).add(word)
        if row["kind"] in ("form", "place"):
            canonical[word] = normal(row["canonical"])
        elif row["kind"] == "country":
            countries[word] = row["canonical"]
    tables = seeds.load()
    read = legal.read(tables["legal_forms"], tables["legal_alike"], normal)
    sets = {k: frozenset(kinds.get(k, ())) for k in ("stop", "unit", "hazard", "distinct", "generic")}
    return Words(
        canonical, sets["stop"], sets["unit"], sets["hazard"], sets["distinct"], sets["generic"], countries,
        read.end, read,
    )  # fmt: skip


def strip_legal(tokens: list[str], country: str = "") -> tuple[list[str], list[str]]:
    """Take legal forms off both ends; return what is left and the forms found, never leaving nothing."""
    return legal.strip(words().legal, tokens, country)


def is_legal_form(tokens: Sequence[str]) -> bool:
    """Tell whether folded words are a legal form and nothing else, or forms upon forms."""
    known = words()
    if not legal.may_hold(known.legal, tokens):
        return False
    bare, found = strip_legal(list(tokens))
    readings = (tuple(tokens), tuple(bare)) if found else (tuple(tokens),)
    return any(told in held for held in (known.legal_end, known.legal.start) for told in readings)


def forms(name: str) -> Forms:
    """Return the three keys of a name and its words."""
    return of_tokens(normal(name).split())


def of_tokens(tokens: list[str]) -> Forms:
    """Return the three keys of folded words."""
    known = words()
    core, found = strip_legal(tokens)
    last = len(core) - 1
    # A small word at the very end is no article: "Institut de Physique de Rennes I".
    core = [t for i, t in enumerate(core) if t not in known.stop or (i == last and t == "i")] or core
    bag = sorted({known.canonical.get(t, t) for t in core})
    plain = tokens[1:] if len(tokens) > 1 and tokens[0] == "the" else tokens
    return Forms(tuple(tokens), tuple(core), "".join(plain), "".join(core), " ".join(bag), _company_form(found))


def legal_form(name: str, country: str = "") -> str:
    """Return the company form in a name ("gmbh"), or an empty string."""
    return _company_form(strip_legal(normal(name).split(), country)[1])


def _company_form(found: list[str]) -> str:
    company = words().legal.company
    return next((form for form in found if form in company), "") if found else ""


def identity(name: str, country: str = "") -> str:
    """Return the form by which a company known by name only is told from others of its country.

    Legal forms stay, in their short spelling: "Foo Limited" is "Foo Ltd", but not "Foo GmbH".
    """
    left, found = strip_legal(normal(name).split(), country)
    return " ".join([*left, *reversed(found)])


@cache
def us_states() -> dict[str, str]:
    """Return the codes of the states and territories of the US by their folded names."""
    return {normal(row["name"]): row["code"] for row in seeds.load()["us_states"]}
