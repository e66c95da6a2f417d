"""The ECB's history of reference rates: a zip with one line a working day, the newest first.

A random walk around the level a currency had, no rate that anybody could have got: the zip's comment says so.
Every line ends in a comma, N/A stands where a currency is not quoted, weekends and TARGET holidays have no line.
A later edition has a working day more, and a currency that did not exist before.
"""

import zipfile
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from pipelines.demo.publisher import Book, Listing, Posted, Stored
from pipelines.demo.records import World

PATH = "/stats/eurofxref/eurofxref-hist.zip"
ADDRESSES = {"IUR_ECB_RATES_URL": PATH}

FIRST = np.datetime64("1999-01-04")

LEVELS = {
    "USD": (1.15, 4), "JPY": (130, 2), "BGN": (1.956, 4), "CYP": (0.58, 5), "CZK": (27, 3), "DKK": (7.45, 4),
    "EEK": (15.65, 4), "GBP": (0.85, 5), "HUF": (310, 2), "LTL": (3.45, 4), "LVL": (0.70, 4), "MTL": (0.43, 4),
    "PLN": (4.2, 4), "ROL": (32_000, 0), "RON": (4.4, 4), "SEK": (9.9, 4), "SIT": (235, 2), "SKK": (38, 3),
    "CHF": (1.2, 4), "ISK": (140, 2), "NOK": (9.2, 4), "HRK": (7.5, 4), "RUB": (55, 4), "TRL": (1_400_000, 0),
    "TRY": (5.5, 4), "AUD": (1.6, 4), "BRL": (4, 4), "CAD": (1.46, 4), "CNY": (7.9, 4), "HKD": (9, 4),
    "IDR": (15_500, 2), "ILS": (4.2, 4), "INR": (78, 4), "KRW": (1_400, 2), "MXN": (20, 4), "MYR": (4.7, 4),
    "NZD": (1.75, 4), "PHP": (58, 3), "SGD": (1.6, 4), "THB": (40, 3), "ZAR": (14, 4),
}  # fmt: skip
"""Units for one euro around which a currency moves, and the decimals it is quoted with."""

QUOTED = {
    "BGN": ("2000-07-19", "2025-12-31"), "CYP": ("", "2007-12-31"), "EEK": ("", "2010-12-31"),
    "LTL": ("", "2014-12-31"), "LVL": ("", "2013-12-31"), "MTL": ("", "2007-12-31"), "ROL": ("", "2005-06-30"),
    "RON": ("2005-07-01", ""), "SIT": ("", "2006-12-29"), "SKK": ("", "2008-12-31"),
    "HRK": ("2005-04-01", "2022-12-30"), "RUB": ("2005-04-01", "2022-03-01"), "TRL": ("", "2004-12-31"),
    "TRY": ("2005-01-03", ""), "BRL": ("2008-01-02", ""), "CNY": ("2005-04-01", ""), "IDR": ("2005-04-01", ""),
    "ILS": ("2011-01-03", ""), "INR": ("2009-01-02", ""), "MXN": ("2008-01-02", ""), "MYR": ("2005-04-01", ""),
    "PHP": ("2005-04-01", ""), "THB": ("2005-04-01", ""),
}  # fmt: skip
"""First and last day of currencies that were not always quoted."""

SILENT = {"ISK": ("2008-12-10", "2018-02-02")}
"""Days from and to which a currency was not quoted, though it was before and after."""

NEWCOMER = "XTS"
"""The code ISO 4217 keeps for tests; quoted from the second edition on."""

PEGGED = ("BGN", "CYP", "DKK", "EEK", "HRK", "LTL", "LVL", "MTL")
"""Currencies that hardly moved."""

SILENCE = 5
"""Days on which a currency may go unquoted before the mean of a period is not told."""


def files(world: World) -> list[Posted]:
    """Return the whole history in one zip."""
    return [Posted("ecb_rates", "all", PATH, partial(write, world), since=world.edition)]


def listings(world: World, base: str, stored: Mapping[str, Stored]) -> list[Listing]:
    """Return nothing: the address is always the same."""
    return []


def books(world: World) -> dict[str, dict[str, Book]]:
    """Return the means to be told: one a currency and period that was quoted throughout, and the euro's."""
    days, quoted = _days(world), _quoted(world)
    rows = 0
    for start, end in _periods(days, _calendar(world)):
        there = slice(*np.searchsorted(days, [start, end + 1]))
        rows += 1 + sum(_is_told(mask[there]) for mask in quoted.values())
    return {"all": {"exchange_rate": Book(rows, rows)}}


def write(world: World, path: Path) -> None:
    """Write the zip, the same bytes for the same world."""
    days, quoted = _days(world), _quoted(world)
    columns = []
    for currency, rates in _rates(world).items():
        decimals = LEVELS.get(currency, (1.0, 4))[1]
        known = zip(rates.tolist(), quoted[currency].tolist(), strict=True)
        columns.append([f"{rate:.{decimals}f}" if is_quoted else "N/A" for rate, is_quoted in known])
    lines = [",".join(["Date", *quoted, ""])]
    lines += [",".join([*cells, ""]) for cells in zip(np.datetime_as_string(days), *columns, strict=True)][::-1]
    member = zipfile.ZipInfo("eurofxref-hist.csv", (2026, 1, 15, 16, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = b"Simulated exchange rates: a random walk, no rates of the ECB"
        archive.writestr(member, "\n".join(lines) + "\n")


def holidays(years: np.ndarray) -> np.ndarray:
    """Return the days on which TARGET is closed: New Year, Easter's Friday and Monday, 1 May, Christmas."""
    found = []
    for year in years.tolist():
        found += [f"{year}-01-01", f"{year}-05-01", f"{year}-12-25", f"{year}-12-26"]
        found += [str(_easter(year) + days) for days in (-2, 1)]
    return np.array(found, "datetime64[D]")


def _easter(year: int) -> np.datetime64:
    """Return Easter Sunday, by the rule of the anonymous Gregorian computus."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    month, day = divmod(h + k - 7 * ((a + 11 * h + 22 * k) // 451) + 114, 31)
    return np.datetime64(f"{year}-{month:02d}-{day + 1:02d}")


@lru_cache(maxsize=4)
def _calendar(world: World) -> np.busdaycalendar:
    return np.busdaycalendar(holidays=holidays(np.arange(1999, world.today.year + 3)))


@lru_cache(maxsize=4)
def _days(world: World) -> np.ndarray:
    """Return the days with a line, the oldest first: up to the day before the first edition, one more each."""
    known = _calendar(world)
    last = np.busday_offset(np.datetime64(world.today), -1, "forward", busdaycal=known)
    last = np.busday_offset(last, world.edition - 1, busdaycal=known)
    days = np.arange(FIRST, last + 1)
    return days[np.is_busday(days, busdaycal=known)]


def _quoted(world: World) -> dict[str, np.ndarray]:
    """Return for each currency the days on which it has a rate."""
    days, found = _days(world), {}
    for currency in LEVELS:
        first, last = QUOTED.get(currency, ("", ""))
        found[currency] = (days >= np.datetime64(first or FIRST)) & (days <= np.datetime64(last or days[-1]))
        if currency in SILENT:
            begin, end = SILENT[currency]
            found[currency] &= (days < np.datetime64(begin)) | (days > np.datetime64(end))
    if world.edition > 1:
        found[NEWCOMER] = np.arange(len(days)) > len(days) - world.edition
    return found


def _rates(world: World) -> dict[str, np.ndarray]:
    """Return every currency's walk: small steps of the logarithm, drawn back to the level."""
    count = len(_days(world))
    # Drawn day by day, so that a day more leaves those before as they were.
    steps = np.random.default_rng([world.seed, 7]).normal(0, 0.004, (count, len(LEVELS)))
    steps *= [0.03 if currency in PEGGED else 1 for currency in LEVELS]
    walk = np.zeros(len(LEVELS))
    for today in steps:
        walk = today + 0.999 * walk
        today[:] = walk
    found = {name: level * np.exp(steps[:, i]) for i, (name, (level, _)) in enumerate(LEVELS.items())}
    if world.edition > 1:
        found[NEWCOMER] = 2 + 0.01 * np.sin(np.arange(count))
    return found


def _periods(days: np.ndarray, known: np.busdaycalendar) -> list[tuple[np.datetime64, np.datetime64]]:
    """Return the months and the years from January, July, August and October in which no working day is missing."""
    months = np.arange(np.datetime64(days[0], "M"), np.datetime64(days[-1], "M") + 13)
    found = []
    for length, starts in ((1, months), (12, months[np.isin(months.astype(int) % 12, (0, 6, 7, 9))])):
        for start in starts:
            begin, end = start.astype("M8[D]"), (start + length).astype("M8[D]") - 1
            if (
                np.busday_count(days[-1] + 1, end + 1, holidays=holidays(np.array([end.astype("M8[Y]").item().year])))
                <= 0
            ):
                found.append((begin, end))
    year = days[-1].astype("M8[Y]")
    if (year.astype("M8[D]"), (year + 1).astype("M8[D]") - 1) not in found:
        found.append((year.astype("M8[D]"), days[-1]))
    return found


def _is_told(quoted: np.ndarray) -> bool:
    """Return whether a currency was quoted in a period, and never silent for longer than is let pass."""
    there = np.flatnonzero(np.concatenate([[True], quoted, [True]]))
    return bool(quoted.any() and (np.diff(there) - 1).max() <= SILENCE)
