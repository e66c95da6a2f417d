"""A backfill from the simulated publisher of NSF's years: several parts at a time, and on from where it stopped."""

import datetime as dt

import pytest

from pipelines import demo, source, steps
from pipelines.window import Window

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def publishers():
    with demo.publish(scale=0.1, sources=("nsf_awards",)) as running:
        yield running


def test_parts_are_brought_two_at_a_time_and_once(home, publishers):
    first = steps.backfill(home, "nsf_awards", Window("2023", "2024"), jobs=2)
    assert [(o.part, o.built, o.failed) for o in first] == [("2023", True, ""), ("2024", True, "")]
    publishers.forget()
    again = steps.backfill(home, "nsf_awards", Window("2022", "2025"), jobs=2)
    assert [(o.part, o.built, o.failed) for o in again] == [
        ("2022", True, ""),
        ("2023", False, ""),
        ("2024", False, ""),
        ("2025", True, ""),
    ]
    assert {part: publishers.count(f"nsf_awards/{part}") for part in ("2022", "2023", "2024", "2025")} == {
        "2022": 1,
        "2023": 0,
        "2024": 0,
        "2025": 1,
    }


def test_a_quiet_night_asks_for_the_recent_years_alone(home, publishers):
    steps.backfill(home, "nsf_awards", Window("2008", "2009"))
    publishers.forget()
    outcomes = steps.ingest(home, "nsf_awards")
    assert not [o.failed for o in outcomes if o.failed]
    this = dt.date.today().year
    newest = range(this - source.load("nsf_awards").SOURCE.recent_parts + 1, this + 1)
    assert [outcome.part for outcome in outcomes] == [str(year) for year in newest]
    assert publishers.count("nsf_awards/2008") == publishers.count("nsf_awards/2009") == 0
