"""The composite: three institutions by hand, draws that can be drawn again, and what may be weighed at all."""

import math

import numpy as np
import pytest

from expectations.tables import table
from pipelines.indicators import components, composite, draws, headline, profile, together, weights
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.interval import wilson
from pipelines.indicators.weights import Weighed
from tests.indicators.hand_worked_peers import build, institution, ror, rows, seen, spent, value, years

NAN = float("nan")
SHARE = Weighed("us", "ncses_herd", "contract.business_share", "paid by business", 1, 3)
INCOME = Weighed("us", "autm", "transfer.income_share_rd", "licence income", 3, 1)


def of_share(number, amount, **facts):
    return value(number, SHARE.indicator, 2022, SHARE.source, amount, **facts)


def of_income(number, amount, **facts):
    return value(number, INCOME.indicator, 2022, INCOME.source, amount, **facts)


def formed(values, weighed=(SHARE, INCOME), institutions=range(60), **tables):
    connection = build(
        institution=[institution(n) for n in institutions],
        coverage=years("ncses_herd", 2015, 2025),
        indicator=values,
        **tables,
    )
    headline.show(connection, catalogue().values())
    profile.write(connection)
    composite.write(connection, weighed)
    return connection


# Institution 1 has least from business and most from licences; 3 tells nothing of licences.
THREE = [of_share(1, 0.1), of_share(2, 0.2), of_share(3, 0.2), of_income(1, 0.9), of_income(2, 0.5)]


@pytest.fixture(scope="module")
def three():
    return formed(THREE)


def test_three_institutions_by_hand(three):
    found = rows(three, "SELECT * FROM composite_rank ORDER BY institution_id")
    # Percentiles of the share: 1/6 of 100 for the first; the others have one below and two equal, 2/3. Of income, of
    # two: 75 and 25. Weights 3 to 1: 0.75 × 100/6 + 0.25 × 75; 0.75 × 200/3 + 0.25 × 25; of the third the share alone.
    assert [r["score"] for r in found] == pytest.approx([31.25, 56.25, 200 / 3])
    assert [r["place"] for r in found] == [3, 2, 1]
    assert [r["weight_told"] for r in found] == [1, 1, 0.75]
    assert {(r["profile"], r["peer_group"], r["members"], r["draws"]) for r in found} == {("us", "us", 3, 1000)}
    parts = rows(three, f"SELECT * FROM composite_part WHERE institution_id = '{ror(1)}' ORDER BY indicator")
    assert [(p["indicator"], p["weight"]) for p in parts] == [(SHARE.indicator, 0.75), (INCOME.indicator, 0.25)]
    assert [p["percentile"] for p in parts] == pytest.approx([100 / 6, 75])
    assert [p["adds"] for p in parts] == pytest.approx([12.5, 18.75])


def test_what_the_places_hang_on_by_hand(three):
    found = {r["choice"]: r for r in rows(three, "SELECT * FROM sensitivity")}
    # Without the share, income alone: the first is first (it was third), the second stays, the third has no place.
    one = found["without:contract.business_share"]
    assert (one["mean_shift"], one["largest_shift"], one["agreement"]) == (pytest.approx(2 / 3), 2, None)
    # Without income the second and third are equal, at 1.5 instead of 2 and 1: places (3, 1.5, 1.5) beside (3, 2, 1).
    other = found["without:transfer.income_share_rd"]
    assert (other["mean_shift"], other["largest_shift"]) == (pytest.approx(1 / 3), 0.5)
    assert other["agreement"] == pytest.approx(1.5 / math.sqrt(2 * 1.5))
    # Geometric: (100/6)^¾ × 75^¼ = 24.3, (200/3)^¾ × 25^¼ = 52.2 and 66.7 keep the order. No value has an interval.
    assert found["aggregation"]["mean_shift"] == found["values"]["mean_shift"] == 0
    assert found["aggregation"]["agreement"] == 1
    assert found.keys() == {
        "weights", "normalisation", "aggregation", "values", "all", "without:contract.business_share",
        "without:transfer.income_share_rd",
    }  # fmt: skip


def test_under_half_of_the_weight_there_is_no_score():
    # Of the third, only licences: a quarter of the weight. Of the fourth, exactly half by other weights.
    values = [*THREE[:2], *THREE[3:], of_share(4, 0.3), of_income(5, 0.3)]
    scored = {r["institution_id"] for r in rows(formed(values), "SELECT * FROM composite_rank")}
    assert scored == {ror(1), ror(2), ror(4)}
    even = (SHARE, Weighed(INCOME.profile, INCOME.source, INCOME.indicator, INCOME.concept, 3, 3))
    connection = formed(values, even)
    assert {r["institution_id"] for r in rows(connection, "SELECT * FROM composite_rank")} == {
        ror(1), ror(2), ror(4), ror(5)
    }  # fmt: skip
    connection = formed(values)
    (none,) = rows(connection, f"SELECT * FROM composite_value WHERE institution_id = '{ror(5)}'")
    assert (none["value"], none["status"], none["basis"]) == (None, "no_data", "none")
    (part,) = rows(connection, f"SELECT * FROM composite_part WHERE institution_id = '{ror(5)}'")
    assert (part["value"], part["percentile"], part["adds"]) == (0.3, None, None)


def test_a_small_base_is_no_data_and_two_institutions_are_no_comparison():
    values = [of_share(1, 0.1), of_share(2, 0.2), of_share(3, 0.3, status="small_base")]
    connection = formed(values)
    assert rows(connection, "SELECT * FROM composite_rank") == []
    assert {r["status"] for r in rows(connection, "SELECT * FROM composite_value")} == {"no_data"}


def test_never_across_systems():
    weighed = (SHARE, INCOME, Weighed("uk", "hebci", "contract.income_share", "services", 1, 1))
    uk = [value(n, "contract.income_share", 2022, "hebci", n / 100) for n in range(51, 54)]
    # A UK university that reports to a US survey is weighed by the UK's indicators alone.
    connection = build(
        institution=[*(institution(n) for n in range(5)), *(institution(n, "GB") for n in range(51, 54))],
        coverage=years("ncses_herd", 2015, 2025),
        indicator=[*THREE, *uk, of_share(51, 0.99)],
    )
    headline.show(connection, catalogue().values())
    profile.write(connection)
    composite.write(connection, weighed)
    found = {r["institution_id"]: r for r in rows(connection, "SELECT * FROM composite_rank")}
    assert found[ror(51)]["score"] == pytest.approx(100 / 6)
    assert {found[ror(n)]["profile"] for n in (51, 52, 53)} == {"uk"}
    alone = {r["institution_id"]: r for r in rows(formed(THREE), "SELECT * FROM composite_rank")}
    assert [found[ror(n)] for n in (1, 2, 3)] == [alone[ror(n)] for n in (1, 2, 3)]


def test_a_class_of_fifteen_is_compared_within_itself():
    values = [of_share(n, n / 100) for n in range(45)]
    sizes = [spent(n, 2020, 100.0 + n) for n in range(45)]
    found = {
        r["institution_id"]: r for r in rows(formed(values, (SHARE,), evidence=sizes), "SELECT * FROM composite_rank")
    }
    # The largest of the small: fourteen below it and itself, of fifteen. With one fewer, all are compared.
    assert found[ror(14)]["peer_group"] == "US:small"
    assert found[ror(14)]["score"] == pytest.approx(100 * 14.5 / 15)
    fewer = {
        r["institution_id"]: r
        for r in rows(formed(values[1:], (SHARE,), evidence=sizes), "SELECT * FROM composite_rank")
    }
    assert (fewer[ror(14)]["peer_group"], fewer[ror(14)]["members"]) == ("US", 44)
    assert fewer[ror(14)]["score"] == pytest.approx(100 * 13.5 / 44)
    assert (fewer[ror(20)]["peer_group"], fewer[ror(20)]["members"]) == ("US:medium", 15)


def test_single_years_are_added_up_over_a_covered_base():
    grants = Weighed("us", "sbir", "joint.grant_share", "grants", 3, 1)
    values = [
        value(n, "joint.grant_share", year, "sbir", part / 10, numerator=part, denominator=10.0, status="small_base")
        for n in range(3)
        for year, part in ((2020, 3.0), (2021, 4.0), (2022, 5.0))
    ]
    parts = rows(
        formed(values, (grants,)), f"SELECT * FROM composite_part WHERE institution_id = '{ror(1)}' ORDER BY year"
    )
    # 2020 is one year of three; 2021 has two of three, 7 of 20, the least base; 2022 all, 12 of 30.
    assert [(p["year"], p["value"]) for p in parts] == [(2021, 0.35), (2022, 0.4)]
    lower, upper = wilson(12, 30)
    assert (parts[1]["lower"], parts[1]["upper"]) == (pytest.approx(float(lower)), pytest.approx(float(upper)))


def test_of_two_that_tell_one_thing_the_lighter_goes():
    def kept(number):
        values = [row for n in range(number) for row in (of_share(n, n / 100), of_income(n, n / 50 + 1))]
        return {r["indicator"] for r in rows(formed(values), "SELECT DISTINCT indicator FROM composite_part")}

    # The same order throughout, a correlation of 1; under fifteen pairs nothing is concluded from it.
    assert kept(15) == {SHARE.indicator}
    assert kept(14) == {SHARE.indicator, INCOME.indicator}
    assert components.apart([np.column_stack([np.arange(20), np.arange(20)])], [1, 2]) == [1]
    assert components.apart([np.column_stack([np.arange(20), -np.arange(20)])], [1, 1]) == [0, 1]


@pytest.mark.parametrize(
    ("scaled", "given", "how", "expected"),
    [
        ([50, 0], [1, 1], "geometric", 0),
        ([50, 0], [1, 0], "geometric", 50),
        ([25, 100], [1, 1], "geometric", 50),
        ([50, 0], [1, 1], "arithmetic", 25),
        ([50, NAN], [1, 3], "arithmetic", 50),
        ([NAN, NAN], [1, 1], "geometric", NAN),
        ([NAN, 10], [1, 0], "arithmetic", NAN),
    ],
)
def test_means(scaled, given, how, expected):
    found = draws.aggregate(np.array([scaled], dtype=float), np.array(given, dtype=float), how)
    np.testing.assert_allclose(found, [expected])


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("percentiles", [12.5, 50, 50, 87.5, NAN]),
        ("minmax", [0, 25, 25, 100, NAN]),
        # Mean 1.5 and spread √((2.25 + 0.25 + 0.25 + 6.25) / 4) = 1.5: one, a third, and 5/3 spreads from the mean.
        ("standard", [50 - 50 / 3, 50 - 50 / 9, 50 - 50 / 9, 50 + 250 / 9, NAN]),
    ],
)
def test_normalisations(how, expected):
    found = draws.normalise(np.array([[0.0], [1], [1], [4], [NAN]]), how)
    np.testing.assert_allclose(found[:, 0], expected)
    np.testing.assert_allclose(draws.normalise(np.array([[2.0], [2]]), how)[:, 0], [50, 50])


def some(number=20, many=3, half=0.1):
    held = np.random.Generator(np.random.PCG64(7)).random((number, many))
    return draws.Group(held, held - half, held + half / 2, np.array([2.0, 1, 1]) / 4)


def assert_same(one, other):
    for name, held in vars(one[0]).items():
        np.testing.assert_array_equal(held, getattr(other[0], name))
    assert one[1] == other[1]


def test_draws_can_be_drawn_again_and_others_are_others():
    one, again, other = (draws.choose(some(), seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.weights, again.weights)
    np.testing.assert_array_equal(one.moved, again.moved)
    assert not np.array_equal(one.weights, other.weights)
    assert_same(draws.play(some(), 5), draws.play(some(), 5))
    assert some().seed("us") == some().seed("us")
    assert len({some().seed("us"), some().seed("uk"), some(half=0.2).seed("us")}) == 3


def test_weights_scatter_about_the_seeds_as_a_dirichlet_of_fifty_does():
    made = draws.choose(some(), 3)
    whole = made.weights[made.left_out < 0]
    np.testing.assert_allclose(whole.sum(axis=1), 1)
    np.testing.assert_allclose(whole.mean(axis=0), [0.5, 0.25, 0.25], atol=0.02)
    # The variance of a part w is w (1 − w) / 51: 0.0700 and 0.0606 for a half and a quarter.
    np.testing.assert_allclose(whole.std(axis=0), [0.0700, 0.0606, 0.0606], atol=0.008)
    # None is left out as often as any of the three: a quarter of 1,000, give or take three standard deviations of 13.7.
    assert [abs(int((made.left_out == i).sum()) - 250) < 42 for i in (-1, 0, 1, 2)] == [True] * 4
    assert (made.weights[made.left_out == 1, 1] == 0).all()


def test_values_stay_within_their_intervals():
    group = some()
    by = draws.choose(group, 4).moved
    found = draws.moved(group, by)
    assert (found >= group.lower - 1e-12).all()
    assert (found <= group.upper + 1e-12).all()
    # At 1.96 standard deviations stands the end; of the normal 2.5 % lie beyond either, and are cut off there.
    np.testing.assert_allclose(draws.moved(group, np.full((1, 20, 3), -1.959963984540054))[0], group.lower)
    assert abs(float((found == group.upper).mean()) - 0.025) < 0.005
    fixed = draws.Group(group.values, group.values, group.values, group.weights)
    np.testing.assert_array_equal(draws.moved(fixed, by)[0], group.values)
    # Of an indicator without any interval nothing is drawn.
    half = draws.Group(
        group.values, np.where([True, False, False], group.lower, group.values), group.values, group.weights
    )
    assert draws.choose(half, 4).moved.shape == (1000, 20, 1)
    assert draws.loose(half).tolist() == [True, False, False]


def test_who_leads_in_everything_is_first_in_every_draw():
    held = np.array([[9.0, 9], [1, 2], [2, 1], [3, 3]])
    outcome, _ = draws.play(draws.Group(held, held, held, np.array([0.5, 0.5])), 1)
    assert (outcome.place_low[0], outcome.place_median[0], outcome.place_high[0]) == (1, 1, 1)
    # The second and third are mirror images: each is third in some draws and fourth in others.
    assert (outcome.place_low[1], outcome.place_high[1]) == (3, 4)
    # Without intervals, its score on its own scale is the same whatever the weights: 3.5 of 4.
    assert (outcome.score_low[0], outcome.score_high[0]) == (87.5, 87.5)


def test_draws_come_in_pieces_without_a_difference(monkeypatch):
    whole = draws.play(some(), 9)
    monkeypatch.setattr(draws, "_CELLS", 4000)
    assert_same(draws.play(some(), 9), whole)


def test_the_composite_stands_among_the_indicators_and_keeps_its_contract():
    connection = build(
        institution=[institution(n) for n in range(20)],
        coverage=years("ncses_herd", 2015, 2025),
        coverage_institution=seen("ncses_herd", dict.fromkeys(range(20), 3)),
        evidence=[spent(n, 2020, 100.0 + n) for n in range(20)],
        indicator=[of_share(n, n / 40, lower=n / 50, upper=n / 30) for n in range(20)]
        + [value(n, "transfer.patents_per_100m", 2022, "patentsview", 2.0 + n % 7) for n in range(20)]
        + [value(n, "joint.co_publication_share", 2022, "openalex", 0.5 - (n % 3) / 10) for n in range(20)],
    )
    together.form(connection, {})
    found = rows(connection, "SELECT * FROM indicator WHERE indicator = 'composite.iur'")
    assert len(found) == 20
    assert {(r["status"], r["basis"], r["source"], r["unit"]) for r in found} == {
        ("published", "monte_carlo", "us", "points")
    }
    assert any(r["upper"] - r["lower"] > 5 for r in found)
    for name in (*together.TABLES, "indicator"):
        contract = table(name)
        key = ", ".join(contract.key)
        assert connection.execute(f"SELECT {key} FROM {name} GROUP BY {key} HAVING count(*) > 1").fetchall() == []
        for rule in contract.rules:
            if name == "indicator" and rule.name.startswith("coverage"):
                continue
            broken = connection.execute(f"SELECT count(*) FROM {name} WHERE NOT ({rule.sql})").fetchall()
            assert broken == [(0,)], (name, rule.name)


def test_the_seed_weighs_only_what_may_be_weighed():
    seed = list(weights.weights())
    assert {w.profile for w in seed} == {"us", "uk", "eu"}
    refused = {
        "joint.grants": "grows with the size",
        "challenge.retention": "challenges are left out",
        "joint.nothing": "no such indicator",
    }
    for id_, why in refused.items():
        assert why in weights._refused(Weighed("us", "x", id_, "c", 1, 1), [])
    assert "only shares" in weights._refused(Weighed("us", "x", "transfer.patents_per_100m", "c", 4, 1), [])
    twice = [Weighed("us", "x", "contract.business_share", "c", 1, 1)] * 2
    assert "one indicator a concept" in weights._refused(twice[0], twice)
