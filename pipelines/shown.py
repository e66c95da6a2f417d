"""Figures as people read them: percent, millions, places and groups in words. Programs get them whole (`--json`)."""

from collections.abc import Iterable
from textwrap import wrap

WIDTH = 100
"""Columns that every text fits into."""

_NAMED = ("years", "points", "mbit", "FTE", "days", "km")
"""Units that stand behind a number in short; those of counts and rates are told by the indicator's name."""

PROFILES = {"us": "the US system", "uk": "the UK system", "eu": "the EU system"}


MARKS = {"small_base": " (s)", "partial_year": " *"}
"""What stands behind a value that is not published."""

PLACES = "place: 1 for the largest; alike: place among the most alike; · in a trend: no value"
"""What the columns of places and trends mean, wherever they stand."""


def amount(value: float | None, unit: str, currency: str | None = None) -> str:
    """Write a value in few characters: 33.3 %, 12.3 M EUR, 7.

    >>> [amount(0.3333, "fraction"), amount(12_345_678, "EUR"), amount(7.0, "grants"), amount(None, "grants")]
    ['33.3 %', '12.3 M EUR', '7', '–']
    """
    if value is None or value != value:
        return "–"
    if unit == "fraction":
        return f"{percent(value)} %"
    money = currency or (unit if unit in ("EUR", "GBP") else "")
    if money:
        return f"{short(value)} {money}"
    return f"{short(value)} {unit}" if unit in _NAMED else short(value)


def percent(share: float) -> str:
    """Write a share as a number of percent, with three digits that say something.

    >>> [percent(v) for v in (0.00573, 0.0602, 0.3333, 1.0, 0.0)]
    ['0.573', '6.02', '33.3', '100', '0']
    """
    return f"{100 * share:.3g}" if abs(share) < 10 else f"{100 * share:,.0f}"


def short(value: float) -> str:
    """Write a number in few digits: millions and milliards by letter, three digits behind the point at most.

    >>> [short(v) for v in (1_234_567_890, 1_234_567, 12_345, 99.5, 0.1234, 7.0)]
    ['1.23 bn', '1.23 M', '12,345', '99.5', '0.123', '7']
    """
    for size, letter in ((1e9, "bn"), (1e6, "M")):
        if abs(value) >= size:
            return f"{value / size:,.3g} {letter}" if abs(value) < 1000 * size else f"{value / size:,.0f} {letter}"
    if float(value).is_integer() or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def unit_of(value: float, unit: str) -> str:
    """Return a unit as it stands behind a number: of one in the singular.

    >>> [unit_of(v, u) for v, u in ((1, "grants"), (2, "grants"), (1, "companies"), (1, "EUR"), (1, "per 100"))]
    ['grant', 'grants', 'company', 'EUR', 'per 100']
    """
    if value != 1 or " " in unit or not unit.endswith("s"):
        return unit
    return f"{unit[:-3]}y" if unit.endswith("ies") else unit[:-1]


def between(lower: float | None, upper: float | None, unit: str, currency: str | None = None) -> str:
    """Write an interval in few characters: 12.1–64.6 %, 1.2–3.4 M; empty where there is none."""
    if lower is None or upper is None:
        return ""
    if unit == "fraction":
        return f"{percent(lower)}–{percent(upper)} %"
    if min(abs(lower), abs(upper)) >= 1e6:
        return f"{lower / 1e6:,.3g}–{upper / 1e6:,.3g} M"
    return f"{short(lower)}–{short(upper)}"


def group(peer_group: str) -> str:
    """Say who is compared: US:large → large of US; us → the US system.

    >>> [group(g) for g in ("US:large", "US", "us", "nearest")]
    ['large of US', 'US', 'the US system', 'the most alike']
    """
    if peer_group == "nearest":
        return "the most alike"
    country, _, size = peer_group.partition(":")
    return f"{size} of {country}" if size else PROFILES.get(peer_group, peer_group)


def place(number: float | None, members: int | None) -> str:
    """Write a place among members: 4 of 27; a shared one, 4.5 of 27; empty where there is none."""
    return f"{number:g} of {members}" if number is not None and members is not None else ""


def lines(texts: Iterable[str], hang: str = "  ") -> str:
    """Break each text into lines that fit, the second and later ones indented."""
    return "\n".join("\n".join(wrap(text, WIDTH, subsequent_indent=hang)) for text in texts)
