"""The ECB's rates: means over periods, worked by hand; lines that are not there, and lines that should not be.

The rates are simulated: constant over stretches, so that a mean needs no more than the number of days.
"""

import datetime as dt
import json

import pyarrow.parquet as pq
import pytest
from werkzeug import Response

from pipelines import steps
from pipelines.sources import ecb_rates
from tests import small_world as world
from warehouse import files

CURRENCIES = (*ecb_rates.RAW["rate"].columns[1:], *ecb_rates.RAW["rate"].optional)
# New Year, Good Friday, Easter Monday, as far as they are no weekend; Labour Day and Christmas are.
HOLIDAYS = {dt.date(2021, 1, 1), dt.date(2021, 4, 2), dt.date(2021, 4, 5), dt.date(2022, 4, 15), dt.date(2022, 4, 18)}
FIRST, LAST = dt.date(2020, 12, 31), dt.date(2022, 10, 3)


def days(first=FIRST, last=LAST):
    every = (first + dt.timedelta(n) for n in range((last - first).days + 1))
    return [day for day in every if day.weekday() < 5 and day not in HOLIDAYS]


def rate(currency: str, day: dt.date) -> str:
    """Dollar: 1.10 in the first half of 2021, 1.20 in the second, 1.00 after. Pound: 0.85 until Easter 2021, 0.9."""
    if currency == "USD":
        return "1.1000" if day < dt.date(2021, 7, 1) else "1.2000" if day.year == 2021 else "1.0000"
    if currency == "GBP":
        return "0.85000" if day <= dt.date(2021, 4, 1) else "0.90000"
    if currency == "ISK":  # not quoted from December 2021 on
        return "140" if day < dt.date(2021, 12, 1) else "N/A"
    return "2"


def text(lines=None, currencies=CURRENCIES, change=rate, end=","):
    """A file as published: newest day first, a comma at the end of every line."""
    rows = [[str(day), *(change(c, day) for c in currencies)] for day in (lines or days())]
    return "".join(",".join(row) + end + "\n" for row in [["Date", *currencies], *sorted(rows, reverse=True)])


@pytest.fixture
def ingest(home, tmp_path):
    """Ingest a text as the history; return the outcome and the rows by currency, start and end."""

    def run(content: str | None, **members: str):
        there = {"eurofxref-hist.csv": content} if content is not None else {}
        there |= {name.replace("_", "."): body for name, body in members.items()}
        world.archive(tmp_path / "mirror" / "ecb_rates" / "eurofxref-hist.zip", there)
        (outcome,) = steps.ingest(home, "ecb_rates", tmp_path / "mirror")
        return outcome, rows(home)

    return run


def rows(home):
    path = home.core / "exchange_rate" / "ecb_rates--all.parquet"
    found = pq.read_table(path).to_pylist() if path.exists() else []
    return {(r["currency"], str(r["period_start"]), str(r["period_end"])): r["rate"] for r in found}


@pytest.mark.parametrize(
    ("start", "end", "mean"),
    [
        # A calendar year: 126 days at 1.10 (129 weekdays, less New Year and two of Easter), 132 at 1.20.
        ("2021-01-01", "2021-12-31", (126 * 1.1 + 132 * 1.2) / 258),
        # A UK academic year: 110 days of August to December at 1.20, 148 of January to July at 1.00.
        ("2021-08-01", "2022-07-31", (110 * 1.2 + 148) / 258),
        # A US federal fiscal year: 66 days of October to December at 1.20, 193 of January to September at 1.00.
        ("2021-10-01", "2022-09-30", (66 * 1.2 + 193) / 259),
        # A year of most US institutions: 132 days of July to December at 1.20, 127 of January to June at 1.00.
        ("2021-07-01", "2022-06-30", (132 * 1.2 + 127) / 259),
        # The running year, up to the newest rate.
        ("2022-01-01", "2022-10-03", 1.0),
    ],
)
def test_the_mean_of_a_year_is_that_of_its_days(ingest, start, end, mean):
    outcome, found = ingest(text())
    assert not outcome.failed
    assert found["USD", start, end] == pytest.approx(mean, abs=1e-12)


def test_a_month_over_easter_is_the_mean_of_the_days_with_a_rate(ingest):
    # April 2021 has 20 lines: the 1st at 0.85, 19 from the 6th on at 0.90. Carrying the 1st over would give 0.892.
    _, found = ingest(text())
    assert found["GBP", "2021-04-01", "2021-04-30"] == pytest.approx(0.8975, abs=1e-12)


def test_only_what_the_file_covers_is_there_and_the_euro_is_one_in_each(ingest):
    _, found = ingest(text())
    euro = {key[1:]: value for key, value in found.items() if key[0] == "EUR"}
    assert set(euro.values()) == {1.0}
    assert {key[1:] for key in found if key[0] == "USD"} == set(euro)
    years = {(start, end) for start, end in euro if start[:7] != end[:7]}
    assert years == {
        ("2021-01-01", "2021-12-31"),
        ("2021-07-01", "2022-06-30"),
        ("2021-08-01", "2022-07-31"),
        ("2021-10-01", "2022-09-30"),
        ("2022-01-01", "2022-10-03"),
    }
    months = sorted(start for start, end in euro if start[:7] == end[:7])
    assert (months[0], months[-1], len(months)) == ("2021-01-01", "2022-09-01", 21)


@pytest.mark.parametrize(
    ("first", "last", "covered"),
    [
        ("1999-01-04", "1999-12-31", True),  # the euro's first rate: New Year and a weekend came before
        ("1999-01-05", "1999-12-31", False),
        ("1999-01-04", "1999-12-30", False),
        ("2022-01-03", "2022-12-30", True),  # Monday to Friday; the year ends on a Saturday
        ("2022-01-03", "2022-12-29", False),
    ],
)
def test_a_year_is_covered_when_no_working_day_of_it_is_missing(first, last, covered):
    found = ecb_rates.periods(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    year = first[:4]
    assert ((dt.date(int(year), 1, 1), dt.date(int(year), 12, 31)) in found) is covered
    assert ((dt.date(int(year), 1, 1), dt.date.fromisoformat(last)) in found) is (
        last[5:] == "12-31" if covered else first[5:] != "01-05"
    )


def test_a_running_year_that_is_one_whole_month_stands_once():
    found = ecb_rates.periods(dt.date(2022, 1, 3), dt.date(2022, 1, 31))
    assert found == [(dt.date(2022, 1, 1), dt.date(2022, 1, 31))]


def test_a_currency_that_is_no_longer_quoted_has_no_mean_of_the_broken_year(ingest):
    _, found = ingest(text())
    krona = {key[1:] for key in found if key[0] == "ISK"}
    assert ("2021-11-01", "2021-11-30") in krona
    assert ("2021-12-01", "2021-12-31") not in krona
    assert ("2021-01-01", "2021-12-31") not in krona  # 23 of its days have no rate


def test_a_single_day_without_a_rate_is_not_in_the_mean(ingest):
    def change(currency, day):
        return "N/A" if (currency, str(day)) == ("GBP", "2021-04-01") else rate(currency, day)

    outcome, found = ingest(text(change=change))
    assert not outcome.failed
    assert found["GBP", "2021-04-01", "2021-04-30"] == pytest.approx(0.9, abs=1e-12)


@pytest.mark.parametrize(
    "content",
    [
        text(currencies=CURRENCIES[::-1]),
        text(end=""),
        "\ufeff" + text().replace("\n", "\r\n"),
        text().replace(",", ", "),
        text(lines=[*days(), *days()[40:60]]),  # twenty days twice
        text(lines=days()[::-1]),
    ],
    ids=["order", "no last comma", "mark and line ends", "blanks", "twice", "oldest first"],
)
def test_the_same_rates_written_otherwise_give_the_same_means(ingest, home, content):
    _, expected = ingest(text())
    outcome, found = ingest(content)
    assert not outcome.failed
    assert found == expected


def test_a_new_currency_is_read_and_told(ingest):
    outcome, found = ingest(text(currencies=(*CURRENCIES, "XDR")))
    assert any("new column XDR" in w for w in outcome.warnings)
    assert found["XDR", "2021-01-01", "2021-12-31"] == 2


@pytest.mark.parametrize("cell", ['"1,1"', "x", "-1.1", "0", "1.1.1"])
def test_a_cell_that_is_no_rate_takes_its_periods_out_and_no_other(ingest, home, cell):
    def change(currency, day):
        return cell if (currency, str(day)) == ("USD", "2021-12-10") else rate(currency, day)

    outcome, found = ingest(text(change=change))
    assert not outcome.failed, outcome.failed
    books = outcome.manifest["balance"]["exchange_rate"]
    # The calendar year, three other years and the month.
    assert books["quarantined"] == 5
    assert books["read"] == books["kept"] + 5
    assert ("USD", "2021-12-01", "2021-12-31") not in found
    assert ("USD", "2021-11-01", "2021-11-30") in found
    assert ("JPY", "2021-12-01", "2021-12-31") in found
    refused = pq.read_table(home.quarantine / "exchange_rate" / "ecb_rates--all.parquet").to_pylist()
    line = next(n for n, row in enumerate(text().splitlines(), start=1) if row.startswith("2021-12-10"))
    assert {(r["_line"], "of 2021-12-10 is not a rate" in r["reason"]) for r in refused} == {(line, True)}


def test_two_rates_of_one_day_are_refused_for_nobody_can_say_which_is_right(ingest, home):
    twice = text(lines=[dt.date(2021, 12, 10)], change=lambda c, d: "9" if c == "USD" else rate(c, d))
    outcome, found = ingest(text() + twice.splitlines()[1] + "\n")
    assert not outcome.failed, outcome.failed
    assert outcome.manifest["balance"]["exchange_rate"]["quarantined"] == 5
    assert ("USD", "2021-12-01", "2021-12-31") not in found
    assert ("GBP", "2021-12-01", "2021-12-31") in found


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (text() + ",1,2\n", "cells where the header has"),
        (text().replace("2021-12-10", "10/12/2021"), "no date: 10/12/2021"),
        (text().replace("2021-12-10", ""), "no date: "),
        (text().replace("GBP", "XGBP"), "column missing: GBP"),
        (text().splitlines()[0] + "\n", "has no rate"),
        ("", "column missing: Date"),
        ("<!DOCTYPE html><html>", "is a web page"),
        (None, "empty archive"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_whole_fails_and_the_last_one_stands(ingest, home, content, says):
    _, before = ingest(text())
    outcome, after = ingest(content)
    assert says in outcome.failed
    assert "mend:" in outcome.failed or "rule" in outcome.failed
    assert after == before


def test_a_corrupt_archive_and_one_of_two_tables_fail(home, ingest, tmp_path):
    outcome, _ = ingest(text(), second_csv=text())
    assert "holds 2 CSV files" in outcome.failed
    path = tmp_path / "mirror" / "ecb_rates" / "eurofxref-hist.zip"
    path.write_bytes(path.read_bytes()[:-40])
    (outcome,) = steps.ingest(home, "ecb_rates", tmp_path / "mirror")
    assert "is not a whole zip archive" in outcome.failed


@pytest.mark.parametrize(("age", "warned"), [(7, False), (8, True)])
def test_an_outdated_file_is_told(ingest, age, warned):
    newest = dt.datetime.now(dt.UTC).date() - dt.timedelta(age)
    outcome, _ = ingest(text(lines=[newest - dt.timedelta(400), newest]))
    assert any("more than 7 days before the file was brought" in w for w in outcome.warnings) is warned


def test_the_history_is_fetched_once_and_then_asked_for(home, tmp_path, monkeypatch, httpserver):
    body = world.archive(tmp_path / "hist.zip", {"eurofxref-hist.csv": text()}).read_bytes()

    def answer(request):
        if request.headers.get("If-None-Match") == '"1"':
            return Response(status=304)
        return Response(body, headers={"ETag": '"1"'})

    httpserver.expect_request("/hist.zip").respond_with_handler(answer)
    monkeypatch.setenv("IUR_ECB_RATES_URL", httpserver.url_for("/hist.zip"))
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
    first, second = (steps.ingest(home, "ecb_rates")[0] for _ in range(2))
    assert (first.fetched, first.built, second.fetched, second.built) == (True, True, False, False)
    assert [answered.status_code for _, answered in httpserver.log] == [200, 304]
    assert rows(home)["GBP", "2021-04-01", "2021-04-30"] == pytest.approx(0.8975)


def test_golden_sample(ingest):
    """Change VERSION in pipelines/sources/ecb_rates.py together with this digest."""
    _, found = ingest(text())
    assert (ecb_rates.VERSION, files.digest(json.dumps([*found.items()]))[:16]) == GOLDEN


GOLDEN = (1, "2332f8e6b3dcb908")
