"""World Bank indicators: purchasing power and price levels of countries, a value a country and year.

Published in the World Development Indicators (CC BY 4.0) and answered by an API, without a key. They put money
into proportion: a national value at constant prices, or in international dollars. Each series is one part, brought
whole, as a new benchmark round revises all its years; `lastupdated` in the head of an answer tells a change, asked
for with a page of one record. Kept are the values of countries and territories of ISO 3166, and of Kosovo (XK, which
ISO has not): aggregates (`aggregate`) and records without a value (`no_value`) are dropped. Traps: without
`format=json` the answer is XML; a failure comes with status 200, as an array of one; the second element is null
where nothing matches; a page has 50 records unless asked otherwise; numbers stand as text in older answers; regions
and income groups stand among the countries, some without a code; the newest year is mostly null; the base year of
a deflator differs from country to country.
"""

import json
import math
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import read
from pipelines.source import Offer, RawFile, RawTable, Source, SourceError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from pipelines.http import Download, Session
    from pipelines.paging import Ask, Page

VERSION = 1

SOURCE = Source(
    name="worldbank",
    title="World Development Indicators: purchasing power parities and deflators",
    publisher="World Bank",
    topic="context",
    homepage="https://data.worldbank.org/",
    licence="CC BY 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    is_redistributable=True,
    citation="World Bank, World Development Indicators",
    cadence="quarterly",
    part_kind="snapshot",
    changes_by="listing",
    first_part="ppp",
    tables=("country_series",),
    mirror=r"(?P<part>ppp|gdp_deflator|gdp_deflator_linked|gdp_constant|population)\.json",
    mirror_example="ppp.json",
)

RAW = {
    "observation": RawTable(
        ("indicator", "country", "countryiso3code", "date", "value"),
        core="country_series",
        key=("indicator", "country", "date"),
        optional=("unit", "obs_status", "decimal"),
    )
}

SERIES = {
    "ppp": "PA.NUS.PPP",
    "gdp_deflator": "NY.GDP.DEFL.ZS",
    "gdp_deflator_linked": "NY.GDP.DEFL.ZS.AD",
    "gdp_constant": "NY.GDP.MKTP.KD",
    "population": "SP.POP.TOTL",
}
"""The publisher's indicator of each series."""

ADDRESS = "https://api.worldbank.org/v2"
"""The service. IUR_WORLDBANK_URL replaces it."""

SIZE = 1_000
"""Records asked for at once."""

KOSOVO = {"XKX": "XK", "KSV": "XK"}
"""Kosovo's codes, today's and the one before: no part of ISO 3166."""


def parts(session: "Session") -> list[Offer | SourceError]:
    """Return a part for each series, whose version is the day on which the publisher last changed it."""
    found: list[Offer | SourceError] = []
    for part in SERIES:
        url = address(part)
        try:
            head, _ = answer(session.text(f"{url}&per_page=1"))
            found.append(Offer("worldbank", part, (url,), version=_updated(head)))
        except (SourceError, ValueError) as error:
            found.append(_failed(error, url).at("worldbank", part))
    return found


def address(part: str) -> str:
    """Return the address of a series, to which the page is added."""
    base = os.environ.get("IUR_WORLDBANK_URL", ADDRESS).rstrip("/")
    return f"{base}/country/all/indicator/{SERIES[part]}?format=json"


def _updated(head: Mapping[str, Any]) -> str:
    day = str(head.get("lastupdated", ""))
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", day):
        raise ValueError(f"lastupdated is {day or 'not there'}")
    return day


def _failed(error: Exception, url: str) -> SourceError:
    if isinstance(error, SourceError):
        return error
    return SourceError(
        f"answered something else than records: {error}",
        file=url,
        rule="page of records",
        mend="open the address in a browser: the service has changed, or is being repaired",
    )


def fetch(part: Offer, session: "Session", into: Path) -> "list[tuple[str, Download]]":
    """Bring a series whole, page by page, as one file of the answers one after the other."""
    from pipelines.paging import collect

    name = f"{part.part}.json"
    return [(name, collect(session, Pages(), part.part, into / name))]


@dataclass(frozen=True)
class Pages:
    """How the service gives its records: by number of page, without a cap."""

    size: int = SIZE
    cap: int | None = None

    def ask(self, query: str, offset: int) -> "Ask":
        """Return the request for the page of a series that begins at a record."""
        from pipelines.paging import Ask

        return Ask(f"{address(query)}&per_page={self.size}&page={offset // self.size + 1}")

    def read(self, body: bytes) -> "Page":
        """Read a page; ValueError where the body is no answer of the service."""
        from pipelines.paging import Page

        head, records = answer(body.decode("utf-8-sig"))
        # A publisher that gives fewer records than asked for would answer another page under this number.
        if (given := _whole(head, "per_page")) != self.size:
            raise ValueError(f"pages of {given} records where {self.size} were asked for")
        return Page([f"{_code(r, 'country')}:{r['date']}" for r in records], _whole(head, "total"))

    def split(self, query: str) -> Iterator[Sequence[str]]:
        """Yield nothing: there is no cap."""
        return iter(())

    def is_empty(self, status: int, body: bytes) -> bool:
        """Return False: what is not there is answered with status 200."""
        return False


def answer(text: str) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    """Take an answer apart into its head and its records; ValueError where it is none."""
    ((head, records),) = answers(text)
    return head, records


def answers(text: str) -> list[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    """Take one answer, or several one after the other, apart into heads and records; ValueError where one is none."""
    text = text.lstrip("\ufeff \r\n\t")
    if text.startswith("<"):
        raise ValueError(f"XML or a page, not JSON: {text[:60]!r}")
    found, decoder, at = [], json.JSONDecoder(), 0
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        found.append(_apart(value))
        while at < len(text) and text[at].isspace():
            at += 1
    if not found:
        raise ValueError("nothing")
    return found


def _apart(value: Any) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    if not isinstance(value, list) or not value or not isinstance(value[0], dict):
        raise ValueError(f"no array of head and records: {json.dumps(value)[:80]}")
    if len(value) == 1 or "message" in value[0]:
        said = value[0].get("message")
        says = [f"{m.get('key', '')}: {m.get('value', '')}" for m in said] if isinstance(said, list) else [str(said)]
        raise ValueError(f"the service refuses: {'; '.join(says)}")
    records = value[1] or []
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        raise ValueError(f"no list of records: {json.dumps(records)[:80]}")
    return value[0], records


def _whole(head: Mapping[str, Any], name: str) -> int:
    said = str(head.get(name, ""))
    if not said.isdigit():
        raise ValueError(f"{name} is {said or 'not there'}")
    return int(said)


def _code(record: Mapping[str, Any], name: str) -> str:
    held = record.get(name)
    return str(held.get("id") or "") if isinstance(held, dict) else ""


def normalise(
    files: list[RawFile], connection: "duckdb.DuckDBPyConnection", scratch: Path, reading: read.Reading
) -> "Iterator[tuple[str, pa.RecordBatch]]":
    """Yield a row for each record of the one file that a part is; `_line` is the record's number in it."""
    import pyarrow as pa

    (file,) = files
    series = file.name.removesuffix(".json")
    records = _records(file)
    if records:
        _hold_fields(records, file.name, reading)
    reading.saw(RAW["observation"], len(records))
    rows = [_row(series, record) | {"_file": file.name, "_line": n} for n, record in enumerate(records, start=1)]
    schema = pa.schema(
        [(n, pa.string()) for n in ("series", "country")]
        + [("year", pa.int64()), ("value", pa.float64()), ("_file", pa.string()), ("_line", pa.int64())]
        + [(n, pa.string()) for n in ("_problem", "_dropped")]
    )
    for batch in pa.Table.from_pylist(rows, schema=schema).to_batches(read.ROWS):
        yield "country_series", batch


def _records(file: RawFile) -> list[Mapping[str, Any]]:
    """Return the records of a file of answers: as many as their heads announce."""
    read.refuse_html(file.path, file.name)
    mend = "fetch it again with format=json and all its pages (iur ingest worldbank --force)"
    try:
        found = answers(file.path.read_text(encoding="utf-8-sig"))
        totals = {_whole(head, "total") for head, _ in found}
    except ValueError as error:
        raise SourceError(str(error), source="worldbank", file=file.name, rule="page of records", mend=mend) from error
    records = [record for _, some in found for record in some]
    if totals != {len(records)}:
        announced = " and ".join(f"{total:,}" for total in sorted(totals))
        raise SourceError(
            f"holds {len(records):,} records where {announced} are announced",
            source="worldbank",
            file=file.name,
            rule="records announced",
            mend=mend,
        )
    return records


def _hold_fields(records: Sequence[Mapping[str, Any]], name: str, reading: read.Reading) -> None:
    """Hold the fields that all records have against those promised, and note new ones."""
    lacking = {f for f in RAW["observation"].columns if not all(f in r for r in records)}
    there = sorted({f for r in records for f in r} - lacking)
    _, new = read.columns(there, RAW["observation"], name)
    reading.warnings += new


def _row(series: str, record: Mapping[str, Any]) -> dict[str, Any]:
    iso3 = str(record["countryiso3code"] or "").strip()
    iso2, indicator, year = _code(record, "country"), _code(record, "indicator"), str(record["date"])
    said = record["value"]
    value = _number(said)
    country = countries().get(iso3)
    problems = [
        f"indicator: is {indicator}, not {SERIES[series]}" if indicator != SERIES[series] else "",
        "" if re.fullmatch(r"\d{4}", year) else f"date: {year} is not a year",
        f"value: {str(said)[:40]} is not a number" if value is None and not _is_blank(said) else "",
        f"countryiso3code: {iso3 or 'blank'} beside {iso2}" if _disagree(country, iso2) else "",
    ]
    dropped = "aggregate" if country is None else "no_value" if _is_blank(said) else None
    problem = "; ".join(p for p in problems if p) or None
    return {
        "series": series,
        "country": country,
        "year": int(year) if re.fullmatch(r"\d{4}", year) else None,
        "value": value,
        "_problem": problem,
        "_dropped": None if problem else dropped,
    }


def _disagree(country: str | None, iso2: str) -> bool:
    """Say whether the two codes of a record name different countries; older answers have KV for Kosovo."""
    if country is None:
        return iso2 in countries().values()
    return iso2 != country and not (country == "XK" and iso2 == "KV")


def _is_blank(said: Any) -> bool:
    return said is None or str(said).strip() == ""


def _number(said: Any) -> float | None:
    try:
        value = float("nan") if _is_blank(said) or isinstance(said, bool) else float(said)
    except (TypeError, ValueError):
        return None
    return value if math.isfinite(value) else None


@cache
def countries() -> dict[str, str]:
    """Return the two-letter code of every country and territory by its three-letter one."""
    import pycountry

    return {c.alpha_3: c.alpha_2 for c in pycountry.countries} | KOSOVO
