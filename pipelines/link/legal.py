"""Legal forms of companies and other bodies, taken off the ends of folded names in any script.

The seed `legal_forms` says where a form stands. `end` and `start`: words of their own. `glued`: letters without a
blank, as Japanese, Chinese, Korean and Thai names have them (株式会社東芝, 東芝株式会社). `end_home` and `start_home`:
letters that are a form in the row's country alone ("UAB Foo" is a Lithuanian company, and UAB a university
elsewhere). The seed `legal_alike` says which forms are one in a country: the same in its other language, or the
English for it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

LONGEST = 5
"""Words of the longest form."""


@dataclass(frozen=True)
class LegalForms:
    """The seed's forms as folded words with their short spelling; `home` maps those of one country alone."""

    end: Mapping[tuple[str, ...], str]
    start: Mapping[tuple[str, ...], str]
    last: frozenset[str]
    first: frozenset[str]
    glued: tuple[tuple[str, str], ...]
    home_end: Mapping[str, Mapping[tuple[str, ...], str]]
    home_start: Mapping[str, Mapping[tuple[str, ...], str]]
    company: frozenset[str]
    alike: Mapping[tuple[str, str], str]


def read(
    rows: Iterable[Mapping[str, str]], alike: Iterable[Mapping[str, str]], fold: Callable[[str], str]
) -> LegalForms:
    """Read the rows of both seeds, folded as names are; of a form told twice the first row counts."""

    def joined(form: str) -> str:
        return fold(form).replace(" ", "")

    placed: dict[str, dict[tuple[str, ...], str]] = {"end": {}, "start": {}, "glued": {}}
    home: dict[str, dict[str, dict[tuple[str, ...], str]]] = {"end_home": {}, "start_home": {}}
    company: set[str] = set()
    for row in rows:
        form, short, place = tuple(fold(row["form"]).split()), joined(row["canonical"]), row["place"]
        into = home[place].setdefault(row["country"], {}) if place in home else placed[place]
        into.setdefault(form, short)
        if row["is_company"] == "yes":
            company.add(short)
    end, start = placed["end"], placed["start"]
    glued = sorted(((form[0], short) for form, short in placed["glued"].items()), key=lambda g: (-len(g[0]), g))
    last, first = frozenset(f[-1] for f in end), frozenset(f[0] for f in start)
    same = {(row["country"], joined(row["form"])): joined(row["stands_for"]) for row in alike}
    return LegalForms(
        end, start, last, first, tuple(glued), home["end_home"], home["start_home"], frozenset(company), same
    )  # fmt: skip


def may_hold(known: LegalForms, tokens: Sequence[str]) -> bool:
    """Tell whether the first word may begin a form or the last one end it, in any country: most names hold none."""
    if not tokens:
        return False
    first, last = tokens[0], tokens[-1]
    return last in known.last or first in known.first or not first.isascii() or not last.isascii()


def strip(known: LegalForms, tokens: list[str], country: str = "") -> tuple[list[str], list[str]]:
    """Take legal forms off both ends; return what is left and the forms found, never leaving nothing.

    `country` (ISO 3166 alpha-2) lets those count that are forms there alone.
    """
    if not country and not may_hold(known, tokens):
        return tokens, []
    found: list[str] = []
    home_end, home_start = known.home_end.get(country, {}), known.home_start.get(country, {})
    while tokens:
        tokens, form = _off_the_end(known.end, tokens) if tokens[-1] in known.last else (tokens, None)
        if form is None and home_end:
            tokens, form = _off_the_end(home_end, tokens)
        if form is None:
            tokens, form = _unglued(known, tokens, -1)
        # "Poseidon Resources IP LLC" is no Portuguese public institute (IP).
        if form is None or (found and len(form) <= 2 and form not in known.company):
            tokens = tokens if form is None else [*tokens, form]
            break
        found.append(form)
    # "SC Foo SRL", "Societa Foo Srl": the first word says "company" in two languages, and no form.
    for forms in (home_start, known.start if tokens and tokens[0] in known.first else {}):
        tokens, form = _off_the_start(forms, tokens)
        if form is not None:
            found += [form] if form else []
            return tokens, found
    tokens, form = _unglued(known, tokens, 0)
    return tokens, [*found, form] if form and form not in found else found


def _off_the_end(forms: Mapping[tuple[str, ...], str], tokens: list[str]) -> tuple[list[str], str | None]:
    for size in range(min(LONGEST, len(tokens) - 1), 0, -1):
        if (form := forms.get(tuple(tokens[-size:]))) is not None:
            return tokens[:-size], form
    return tokens, None


def _off_the_start(forms: Mapping[tuple[str, ...], str], tokens: list[str]) -> tuple[list[str], str | None]:
    for size in range(min(LONGEST, len(tokens) - 1), 0, -1):
        if (form := forms.get(tuple(tokens[:size]))) is not None:
            return tokens[size:], form
    return tokens, None


def _unglued(known: LegalForms, tokens: list[str], at: int) -> tuple[list[str], str | None]:
    if not tokens or tokens[at].isascii():
        return tokens, None
    word = tokens[at]
    for letters, short in known.glued:
        if word == letters and len(tokens) > 1:
            return (tokens[:-1] if at else tokens[1:]), short
        if len(word) > len(letters) and (word.endswith(letters) if at else word.startswith(letters)):
            rest = word[: -len(letters)] if at else word[len(letters) :]
            return ([*tokens[:-1], rest] if at else [rest, *tokens[1:]]), short
    return tokens, None
