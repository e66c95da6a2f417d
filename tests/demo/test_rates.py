"""The simulated history of exchange rates: the ECB's layout and days, plausible levels, no rate of anybody's."""

import datetime as dt
import zipfile

import numpy as np
import pytest

from pipelines.demo.publishers import ecb_rates
from pipelines.demo.records import World


def _table(world: World, path) -> tuple[list[str], dict[dt.date, dict[str, str]]]:
    ecb_rates.write(world, path)
    with zipfile.ZipFile(path) as archive:
        assert archive.comment.startswith(b"Simulated")
        assert archive.namelist() == ["eurofxref-hist.csv"]
        lines = archive.read("eurofxref-hist.csv").decode().splitlines()
    assert all(line.endswith(",") for line in lines)
    header = lines[0].split(",")[1:-1]
    rows = [line.split(",") for line in lines[1:]]
    return header, {dt.date.fromisoformat(day): dict(zip(header, cells, strict=False)) for day, *cells in rows}


@pytest.fixture(scope="module")
def history(world, tmp_path_factory) -> tuple[list[str], dict[dt.date, dict[str, str]]]:
    return _table(world, tmp_path_factory.mktemp("ecb") / "one.zip")


def test_days_are_target_days_from_the_newest_back_to_january_1999(history):
    _, days = history
    there = list(days)
    assert there == sorted(there, reverse=True)
    assert (there[-1], there[0]) == (dt.date(1999, 1, 4), dt.date(2026, 1, 14))
    assert {day.weekday() for day in there} == {0, 1, 2, 3, 4}
    # Good Friday and Easter Monday of 2024, Labour Day, Boxing Day.
    for closed in ((2024, 3, 29), (2024, 4, 1), (2024, 5, 1), (2024, 12, 26)):
        assert dt.date(*closed) not in days
    # Weekdays of these years less the holidays among them: 262 − 3, 261 − 4, 262 − 6.
    assert [sum(day.year == year for day in there) for year in (2004, 2016, 2024)] == [259, 257, 256]


def test_about_thirty_currencies_are_quoted_today_and_others_were(history):
    header, days = history
    assert len(header) == 41
    quoted = {c for c, rate in days[dt.date(2026, 1, 14)].items() if rate != "N/A"}
    assert 28 <= len(quoted) <= 31
    assert {"USD", "GBP", "CHF", "NOK"} <= quoted
    assert not {"HRK", "RUB", "BGN", "EEK", "TRL"} & quoted
    assert (days[dt.date(2022, 3, 1)]["RUB"] == "N/A", days[dt.date(2022, 3, 2)]["RUB"] == "N/A") == (False, True)
    assert days[dt.date(2010, 6, 1)]["ISK"] == "N/A" != days[dt.date(2008, 6, 2)]["ISK"]


def test_rates_walk_in_small_steps_around_their_level(history):
    _, days = history
    for currency, level in (("USD", 1.15), ("GBP", 0.85), ("JPY", 130), ("DKK", 7.45)):
        rates = np.array([float(row[currency]) for row in days.values()])
        assert 0.5 * level < rates.min() < rates.max() < 2 * level
        assert np.abs(np.diff(np.log(rates))).max() < 0.03
    assert np.std([float(row["DKK"]) for row in days.values()]) < 0.05


def test_a_next_edition_has_a_day_and_a_currency_more(history, world, tmp_path):
    header, days = history
    later, more = _table(world.next(), tmp_path / "two.zip")
    assert later == [*header, "XTS"]
    assert set(more) - set(days) == {dt.date(2026, 1, 15)}
    assert more[dt.date(2026, 1, 15)]["XTS"] != "N/A"
    for day, rates in days.items():
        assert more[day] == rates | {"XTS": "N/A"}


def test_rates_go_up_to_the_day_before_today(tmp_path):
    _, days = _table(World(projects=200, today=dt.date(2026, 11, 30)), tmp_path / "three.zip")
    assert max(days) == dt.date(2026, 11, 27)  # the 30th is a Monday


def test_means_that_must_be_told_are_counted_by_hand():
    """From 4 January 1999 to 14 January 2026 there are 324 months, and years that begin in four months."""
    days = ecb_rates._days(World(projects=200))
    periods = ecb_rates._periods(days, ecb_rates._calendar(World(projects=200)))
    months = [p for p in periods if p[1] - p[0] < 32 and p[0] != np.datetime64("2026-01-01")]
    assert len(months) == 27 * 12
    years = [str(start)[5:] for start, end in periods if end - start > 300]
    assert [years.count(begin) for begin in ("01-01", "07-01", "08-01", "10-01")] == [27, 26, 26, 26]
    assert periods[-1] == (np.datetime64("2026-01-01"), np.datetime64("2026-01-14"))
    assert len(periods) == 324 + 105 + 1
