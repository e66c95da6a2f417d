"""What moved a value: both sides of a ratio taken apart exactly, records counted, and what is worth telling."""

import pytest

from pipelines import movement
from pipelines.indicators.catalogue import catalogue

SHARE = catalogue()["joint.grant_share"]
GRANTS = catalogue()["joint.grants"]


def row(value, **facts):
    unknown = ("value_national", "currency", "numerator", "denominator", "lower", "upper", "records", "percentile")
    told = {"source": "alpha", "year": 2020, "value": value, "unit": "grants", "status": "published"}
    return dict.fromkeys(unknown) | told | facts


def test_a_ratio_is_taken_apart_exactly():
    # 12/40 = 0.30 became 18/45 = 0.40. The numerator alone: 18/40 = 0.45, +0.15; the denominator took 0.05 of it back.
    now = row(0.4, unit="fraction", numerator=18.0, denominator=45.0, percentile=70.0)
    before = row(0.3, unit="fraction", numerator=12.0, denominator=40.0, percentile=55.0, lower=0.18, upper=0.45)
    found = movement.moved(SHARE, now, before)
    assert found.by_numerator == pytest.approx(0.15)
    assert found.by_denominator == pytest.approx(-0.05)
    assert found.by_numerator + found.by_denominator == pytest.approx(found.change)
    assert found.gained == 15
    assert found.is_beyond is False
    assert found.says == (
        "joint.grant_share (alpha) 2020: 40 % after 30 %: "
        f"{SHARE.numerator.meaning} 12 → 18; {SHARE.denominator.meaning} 40 → 45; "
        "the first alone would have made it 45 %"
    )


def test_a_scale_is_kept():
    # Patents per 100 M: 3 over 150 M is 2; 4 over 100 M is 4. The numerator alone: 4 over 150 M, 2.67.
    scaled = catalogue()["transfer.patents_per_100m"]
    now = row(4.0, unit=scaled.unit, numerator=4.0, denominator=1e8)
    before = row(2.0, unit=scaled.unit, numerator=3.0, denominator=1.5e8)
    found = movement.moved(scaled, now, before)
    assert found.by_numerator == pytest.approx(2 / 3)
    assert found.by_denominator == pytest.approx(4 / 3)


def test_a_share_that_rose_from_nothing():
    now = row(0.5, unit="fraction", numerator=1.0, denominator=2.0)
    before = row(0.0, unit="fraction", numerator=0.0, denominator=4.0)
    found = movement.moved(SHARE, now, before)
    assert (found.by_numerator, found.by_denominator) == (0.25, 0.25)


def test_a_count_says_its_records():
    found = movement.moved(GRANTS, row(7.0, records=7), row(4.0, records=4, lower=1.09, upper=10.24))
    assert found.says == "joint.grants (alpha) 2020: 7 after 4: 4 → 7 records"
    assert (found.by_numerator, found.is_beyond) == (None, False)
    assert movement.moved(GRANTS, row(4.0, records=4), row(4.0, records=4)).says.endswith("no change")


def test_without_a_value_on_either_side_nothing_moved():
    assert movement.moved(GRANTS, row(4.0), row(None, status="no_data")) is None
    assert movement.moved(GRANTS, row(4.0, status="suppressed"), row(4.0)) is None


def test_money_without_a_rate_moves_in_its_own_currency():
    money = catalogue()["contract.business_funded"]
    now = row(None, value_national=3e6, currency="USD", unit="EUR")
    before = row(1.8e6, value_national=2e6, currency="USD", unit="EUR")
    assert movement.moved(money, now, before).says == (
        "contract.business_funded (alpha) 2020: 3 M USD after 2 M USD, as reported"
    )


def test_what_is_told_first_is_what_changed_the_place_most_beyond_its_interval():
    def one(indicator, gained, beyond=None):
        return movement.Movement(indicator, "alpha", 2020, 1.0, 0.0, None, None, 50.0 + gained, 50.0, beyond, "")

    still = movement.Movement("e", "alpha", 2020, 1.0, 0.0, None, None, 50.0, None, None, "")
    found = movement.most([one("a", 5), one("b", -30), one("c", 40, False), one("d", 20, True), one("f", 0), still])
    assert [m.indicator for m in found] == ["b", "d", "a"]
