"""ECB reference rates: what one euro was worth in other currencies, every working day since 4 January 1999.

Published by the European Central Bank about 16:00 CET on working days, as one zip with one CSV; free reuse
with attribution. It turns money into euro at the mean rate of the period in which it was counted. Traps:
every line ends in a comma, which makes a nameless column; "N/A" stands where a currency is not quoted, and
currencies come and go, so that they are read by name; weekends and holidays have no line at all.
"""

import datetime as dt
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.contract import literal
from pipelines import read
from pipelines.source import Offer, RawFile, RawTable, Source, SourceError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from pipelines.http import Download, Session

VERSION = 1

SOURCE = Source(
    name="ecb_rates",
    title="Euro foreign exchange reference rates",
    publisher="European Central Bank",
    topic="context",
    homepage="https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/",
    licence="free reuse with attribution",
    licence_url="https://www.ecb.europa.eu/services/using-our-site/disclaimer/html/index.en.html",
    is_redistributable=True,
    citation="European Central Bank, euro foreign exchange reference rates",
    cadence="daily",
    part_kind="snapshot",
    changes_by="etag",
    first_part="all",
    tables=("exchange_rate",),
    mirror=r"eurofxref-hist\.zip",
    mirror_example="eurofxref-hist.zip",
)

RAW = {
    "rate": RawTable(
        ("Date", "USD", "GBP"),
        core="exchange_rate",
        key=("Date",),
        optional=("JPY", "BGN", "CYP", "CZK", "DKK", "EEK", "HUF", "LTL", "LVL", "MTL", "PLN", "ROL", "RON", "SEK",
                  "SIT", "SKK", "CHF", "ISK", "NOK", "HRK", "RUB", "TRL", "TRY", "AUD", "BRL", "CAD", "CNY", "HKD",
                  "IDR", "ILS", "INR", "KRW", "MXN", "MYR", "NZD", "PHP", "SGD", "THB", "ZAR"),
    )
}  # fmt: skip

ADDRESS = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip"
"""The whole history. IUR_ECB_RATES_URL replaces it."""

STALE_DAYS = 7
"""Longer than Christmas or Easter keeps the publisher silent: an older file is a copy somebody forgot."""

SILENCE = 5
"""Days with a line in the file on which a currency may go unquoted before a period counts as not covered.

The Icelandic króna was not quoted from 10 December 2008: the mean of the days before is not that year's.
"""


def parts(session: "Session") -> list[Offer]:
    """Return the one part: the whole history, whose change a conditional request tells."""
    return [Offer("ecb_rates", "all", (os.environ.get("IUR_ECB_RATES_URL", ADDRESS),))]


def fetch(part: Offer, session: "Session", into: Path) -> "list[tuple[str, Download]]":
    """Bring the history where it changed; return it under the publisher's name."""
    (url,) = part.urls
    return [("eurofxref-hist.zip", session.download(url, into / "eurofxref-hist.zip"))]


def normalise(
    files: list[RawFile], connection: "duckdb.DuckDBPyConnection", scratch: Path, reading: read.Reading
) -> "Iterator[tuple[str, pa.RecordBatch]]":
    """Yield the mean of the daily rates for each currency and period that the file covers.

    Periods are calendar years and months, years from August (UK academic), October (US federal) and July (most
    US institutions), and the running calendar year up to the newest rate. The euro itself is 1 in each.
    """
    (archive,) = files
    path, name = _member(archive, scratch)
    _load(connection, path, name, reading)
    first, last = _span(connection, name)
    if reading.fetched_on and (reading.fetched_on - last).days > STALE_DAYS:
        reading.warnings.append(
            f"{name}: the newest rate is of {last}, more than {STALE_DAYS} days before the file was brought; "
            "is this the publisher's newest file?"
        )
    connection.execute("CREATE OR REPLACE TEMP TABLE period (period_start DATE, period_end DATE)")
    if covered := periods(first, last):
        connection.executemany("INSERT INTO period VALUES (?, ?)", [list(p) for p in covered])
    for batch in connection.sql(_MEANS.format(file=literal(name), silence=SILENCE)).to_arrow_reader(read.ROWS):
        yield "exchange_rate", batch


def periods(first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.date]]:
    """Return the first and last day of each period that rates from `first` to `last` cover.

    A period is covered when no working day of it lies before the first rate or after the last one. The running
    calendar year ends on the day of the last rate.
    """
    starts = [dt.date(year, month, 1) for year in range(first.year - 1, last.year + 1) for month in range(1, 13)]
    found = [(start, _end(start, 1)) for start in starts]
    found += [(start, _end(start, 12)) for start in starts if start.month in (1, 7, 8, 10)]
    covered = {(start, end) for start, end in found if first <= _workday(start, 1) and last >= _workday(end, -1)}
    running = dt.date(last.year, 1, 1)
    if first <= _workday(running, 1) and (running, _end(running, 12)) not in covered:
        covered.add((running, last))
    return sorted(covered)


def _end(start: dt.date, months: int) -> dt.date:
    at = start.year * 12 + start.month - 1 + months
    return dt.date(at // 12, at % 12 + 1, 1) - dt.timedelta(1)


def _workday(day: dt.date, step: int) -> dt.date:
    """Return the day, or the nearest one in the direction of `step` that is no weekend and no New Year's Day."""
    while day.weekday() >= 5 or (day.month, day.day) == (1, 1):
        day += dt.timedelta(step)
    return day


def _member(archive: RawFile, scratch: Path) -> tuple[Path, str]:
    found = [p for p in read.members(archive.path, archive.name, scratch) if p.suffix == ".csv"]
    if len(found) != 1:
        raise SourceError(
            f"holds {len(found)} CSV files where one is promised",
            source="ecb_rates",
            file=archive.name,
            rule="one table",
            mend="fetch eurofxref-hist.zip, not the file of one day",
        )
    return found[0], f"{archive.name}/{found[0].name}"


def _load(connection: "duckdb.DuckDBPyConnection", path: Path, name: str, reading: read.Reading) -> None:
    """Fill `quote` with one row per day and currency, as text. A line that no date tells ends the part."""
    import pyarrow as pa

    with path.open(encoding="utf-8-sig", errors="replace") as file:
        header = [cell.strip() for cell in file.readline().split(",")]
    known = RAW["rate"]
    currencies = tuple(dict.fromkeys(cell for cell in header if re.fullmatch("[A-Z]{3}", cell)))
    dated = RawTable(("Date",), known.core, known.key, optional=currencies)
    # Lines are days, and the books count means: what is read of a line is checked here, not in the books.
    lines = read.Reading()
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE quote
        (day_ VARCHAR, currency VARCHAR, text_ VARCHAR, line BIGINT, problem_ VARCHAR)"""
    )
    for batch in read.delimited(path, dated, name, lines, ","):
        rows = pa.Table.from_batches([batch])  # noqa: F841  (DuckDB reads it by name)
        for currency in currencies:
            connection.execute(
                f"""INSERT INTO quote SELECT "Date", '{currency}', "{currency}", _line, _problem FROM rows"""
            )
    # Only now, when the file is known to be the table and no web page, is its want of a currency to the point.
    _, new = read.columns([cell for cell in header if cell], known, name)
    reading.warnings += new
    bad = connection.execute(
        "SELECT line, coalesce(problem_, concat('no date: ', day_)) FROM quote WHERE problem_ IS NOT NULL "
        "OR day(day_) IS NULL ORDER BY line LIMIT 1"
    ).fetchall()
    if bad:
        raise SourceError(
            f"a line that belongs to no day: {bad[0][1]}",
            source="ecb_rates",
            file=name,
            line=bad[0][0],
            rule="one line a day",
            mend="fetch it again (iur ingest ecb_rates --force): a mean without that day would be wrong",
        )


def _span(connection: "duckdb.DuckDBPyConnection", name: str) -> tuple[dt.date, dt.date]:
    ((first, last),) = connection.execute("SELECT min(day(day_)), max(day(day_)) FROM quote").fetchall()
    if first is None:
        raise SourceError(
            "has no rate",
            source="ecb_rates",
            file=name,
            rule="balance",
            mend="fetch it again (iur ingest ecb_rates --force); the publisher's table is never empty",
        )
    return first, last


# A day that stands twice counts once; where the two differ, the periods with that day are refused.
_MEANS = """
    WITH cell AS (
        SELECT
            day(day_) AS day_,
            currency,
            nullif(nullif(trim(text_), ''), 'N/A') AS text_,
            line
        FROM quote
    ),
    daily AS (
        SELECT
            day_,
            currency,
            min(line) AS line,
            min(TRY_CAST(text_ AS DECIMAL(24, 10))) AS rate,
            CASE
                WHEN count(DISTINCT coalesce(text_, 'N/A')) > 1 THEN concat(currency, ': two rates for ', day_)
                WHEN coalesce(min(TRY_CAST(text_ AS DECIMAL(24, 10))), 0) <= 0 AND count(text_) > 0 THEN
                    concat(currency, ': ', left(min(text_), 40), ' of ', day_, ' is not a rate')
            END AS problem_
        FROM cell
        GROUP BY day_, currency
    ),
    -- Days of the file are numbered, so that holidays are no silence.
    numbered AS (SELECT *, dense_rank() OVER (ORDER BY day_) AS place FROM daily),
    within AS (
        SELECT
            p.period_start,
            p.period_end,
            n.*,
            min(place) OVER whole AS first_place,
            max(place) OVER whole AS last_place
        FROM numbered AS n
        JOIN period AS p ON n.day_ BETWEEN p.period_start AND p.period_end
        WINDOW whole AS (PARTITION BY p.period_start, p.period_end)
    ),
    quoted AS (
        SELECT
            *,
            place - coalesce(lag(place) OVER series, first_place - 1) - 1 AS silent_before,
            CASE WHEN lead(place) OVER series IS NULL THEN last_place - place ELSE 0 END AS silent_after
        FROM within
        WHERE rate IS NOT NULL OR problem_ IS NOT NULL
        WINDOW series AS (PARTITION BY period_start, period_end, currency ORDER BY place)
    ),
    mean AS (
        SELECT
            currency,
            period_start,
            period_end,
            CAST(sum(rate) AS DOUBLE) / count(rate) AS rate,
            coalesce(min(line) FILTER (problem_ IS NOT NULL), min(line)) AS _line,
            string_agg(problem_, '; ' ORDER BY line) AS _problem
        FROM quoted
        GROUP BY ALL
        HAVING max(silent_before) <= {silence} AND max(silent_after) <= {silence}
        UNION ALL
        SELECT 'EUR', period_start, period_end, 1.0, min(line), NULL
        FROM within
        GROUP BY ALL
    )
    SELECT *, {file} AS _file, NULL::VARCHAR AS _dropped
    FROM mean
    ORDER BY currency, period_start, period_end
"""
