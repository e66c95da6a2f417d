"""The World Bank's indicators: an API that gives five series by pages, whatever the country.

Invented values around plausible levels. As the real one it answers XML unless asked for JSON, 50 records a page
unless asked for more, a failure with status 200, and null where nothing matches. The first edition writes numbers
as text in places, as older answers do. A later edition has another day of change, purchasing powers of a new
benchmark round, and values of the newest year.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from pipelines.demo.faults import Fault
from pipelines.demo.publisher import Book, Endpoint, Listing, Posted, Question, Reply, Stored
from pipelines.demo.records import JANUARY, World

PATH = "/v2"
ADDRESSES = {"IUR_WORLDBANK_URL": PATH}

FIRST, LAST = 1990, 2025
PLACES = 40
"""Countries that have values, Kosovo among them."""

AGGREGATES = {"1A": "ARB", "1W": "WLD", "EU": "EUU", "XC": "EMU", "ZJ": ""}
"""Groups of countries, by the two letters and the three that they have; one lacks the three."""

BASES = (2010, 2012, 2015)
"""Base years of deflators: each country has its own."""


@dataclass(frozen=True)
class Series:
    """A series: the publisher's indicator, and what a country's value begins at, by the order of size."""

    part: str
    indicator: str
    title: str
    level: float
    spread: float
    growth: float


SERIES = (
    Series("ppp", "PA.NUS.PPP", "PPP conversion factor, GDP (LCU per international $)", 1, 1.5, 0.01),
    Series("gdp_deflator", "NY.GDP.DEFL.ZS", "GDP deflator (base year varies by country)", 100, 0, 0.02),
    Series("gdp_deflator_linked", "NY.GDP.DEFL.ZS.AD", "GDP deflator: linked series", 100, 0, 0.02),
    Series("gdp_constant", "NY.GDP.MKTP.KD", "GDP (constant US$)", 4e11, 1, 0.015),
    Series("population", "SP.POP.TOTL", "Population, total", 2e7, 1, 0.005),
)


def files(world: World) -> list[Posted]:
    """Return nothing: the publisher answers questions only."""
    return []


def listings(world: World, base: str, stored: Mapping[str, Stored]) -> list[Listing]:
    """Return nothing: each answer says when its series changed."""
    return []


def endpoints(world: World) -> list[Endpoint]:
    """Return an address for each series."""
    return [
        Endpoint(
            f"worldbank/{series.part}",
            series.part,
            f"{PATH}/country/all/indicator/{series.indicator}",
            partial(_answer, world, series),
            since=world.edition,
        )
        for series in SERIES
    ]


def books(world: World) -> dict[str, dict[str, Book]]:
    """Return what is kept of each series: the values of countries."""
    return {series.part: {"country_series": _book(world, series)} for series in SERIES}


def _book(world: World, series: Series) -> Book:
    told = [(r["countryiso3code"] in places().values(), r["value"] is not None) for r in records(world, series)]
    kept = sum(is_country and has_value for is_country, has_value in told)
    dropped = {
        "aggregate": sum(not is_country for is_country, _ in told),
        "no_value": sum(is_country and not has_value for is_country, has_value in told),
    }
    return Book(len(told), kept, dropped=dropped)


@lru_cache(maxsize=1)
def places() -> dict[str, str]:
    """Return the three letters of the countries that have values by the two: those most likely to be asked for."""
    import pycountry

    first = ("US", "GB", "DE", "FR", "IT", "ES", "NL", "BE", "SE", "DK", "FI", "NO", "CH", "AT", "IE", "PT", "GR", "PL")
    known = {c.alpha_2: c.alpha_3 for c in pycountry.countries}
    rest = [iso2 for iso2 in sorted(known) if iso2 not in first]
    return {iso2: known[iso2] for iso2 in (*first, *rest)[: PLACES - 1]} | {"XK": "XKX"}


@lru_cache(maxsize=16)
def records(world: World, series: Series) -> list[dict[str, object]]:
    """Return every record of a series, as an answer writes it: by place, the newest year first."""
    chance = np.random.default_rng([world.seed, 31, SERIES.index(series)])
    codes = sorted((places() | AGGREGATES).items())
    years = np.arange(FIRST, LAST + 1)
    start = series.level * np.exp(series.spread * chance.normal(size=(len(codes), 1)))
    steps = np.exp(series.growth * (1 + 0.5 * chance.normal(size=(len(codes), len(years)))))
    values = start * np.cumprod(steps, axis=1)
    if series.part.startswith("gdp_deflator"):
        base = np.array([BASES[i % len(BASES)] for i in range(len(codes))]) - FIRST
        values *= 100 / values[np.arange(len(codes)), base][:, None]
    if world.edition > 1 and series.part == "ppp":
        values *= 1 + 0.01 * (world.edition - 1)
    is_told = np.ones(values.shape, bool)
    # Some begin late, and the newest year is told of every other place, from the second edition on.
    is_told[::7, :5] = False
    is_told[:, -1] = (np.arange(len(codes)) % 2 == 0) & (world.edition > 1)
    as_text = world.edition == 1 and series.part == "population"
    found: list[dict[str, object]] = []
    for row, (iso2, iso3) in enumerate(codes):
        for column in reversed(range(len(years))):
            value = round(float(values[row, column]), 6) if is_told[row, column] else None
            found.append(
                {
                    "indicator": {"id": series.indicator, "value": series.title},
                    "country": {"id": iso2, "value": f"Simulated place {iso2}"},
                    "countryiso3code": iso3,
                    "date": str(years[column]),
                    "value": str(value) if as_text and value is not None else value,
                    "unit": "",
                    "obs_status": "",
                    "decimal": 1,
                }
            )
    return found


def _answer(world: World, series: Series, question: Question, fault: Fault) -> Reply:
    if question.one("format") != "json":
        return Reply(b'<?xml version="1.0" encoding="utf-8"?>\n<wb:data>Simulated</wb:data>\n', kind="text/xml")
    page, size = question.one("page", "1"), question.one("per_page", "50")
    is_number = page.isdigit() and size.isdigit() and 0 < int(size) <= 32_500 and int(page) > 0
    if not is_number or not question.path.endswith(f"/{series.indicator}"):
        return _refusal()
    first, _, last = question.one("date", f"{FIRST}:{LAST}").partition(":")
    if not (first.isdigit() and (last or first).isdigit()):
        return _refusal()
    asked = [r for r in records(world, series) if int(first) <= int(str(r["date"])) <= int(last or first)]
    asked = [] if fault.is_empty else asked
    begin = (int(page) - 1) * int(size)
    end = begin + int(size) if fault.cap is None else min(begin + int(size), fault.cap)
    head = {
        "page": int(page),
        "pages": -(-len(asked) // int(size)),
        "per_page": size if world.edition == 1 else int(size),
        "total": len(asked) + (fault.moves if page != "1" else 0),
        "sourceid": "2",
        "lastupdated": (JANUARY + dt.timedelta(28 * (world.edition - 1))).isoformat(),
    }
    return Reply(json.dumps([head, asked[begin:end] if asked else None]).encode())


def _refusal() -> Reply:
    said = {"id": "120", "key": "Invalid value", "value": "The provided parameter value is not valid"}
    return Reply(json.dumps([{"message": [said]}]).encode())
