"""Peers: profiles and classes of size, percentiles with ties, places, and the nearest neighbours."""

import math

import numpy as np
import pytest

from pipelines.indicators import headline, neighbours, profile, ranking, together
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.place import agreement, percentiles, places
from tests.indicators.hand_worked_peers import build, grant, institution, ror, rows, seen, spent, value, years

NAN = float("nan")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # 1 has none below and itself: half of one in four. The twos have one below and two equal: (1 + 1) / 4.
        ([3, 1, 2, 2], [87.5, 12.5, 50, 50]),
        ([5, 5, 5], [50, 50, 50]),
        ([7], [50]),
        # What is missing is neither below anyone nor counted.
        ([NAN, 1, 3], [NAN, 25, 75]),
        ([NAN, NAN], [NAN, NAN]),
    ],
)
def test_percentiles_are_of_the_middle_of_equal_values(values, expected):
    np.testing.assert_allclose(percentiles(values), expected)


def test_percentiles_work_along_the_last_axis():
    np.testing.assert_allclose(percentiles([[1, 2], [2, 2]]), [[25, 75], [50, 50]])


def test_places_count_from_the_largest_and_equal_values_share_the_middle():
    np.testing.assert_allclose(places([3, 1, 2, 2, NAN]), [1, 4, 2.5, 2.5, NAN])


def test_rank_correlation():
    # Differences of places 0, 1, 1: 1 − 6 × 2 / (3 × 8) = 1/2.
    assert agreement([1, 2, 3], [1, 3, 2]) == pytest.approx(0.5)
    assert agreement([1, 2, 3, NAN], [9, 4, 1, 5]) == pytest.approx(-1)
    # Two pairs say nothing, and neither does a side in which all are equal.
    assert math.isnan(agreement([1, 2, NAN], [2, 1, 3]))
    assert math.isnan(agreement([1, 2, 3], [4, 4, 4]))


def classes(*evidence, **tables):
    connection = build(
        institution=[institution(n) for n in range(12)],
        coverage=years("ncses_herd", 2015, 2030),
        evidence=evidence,
        **tables,
    )
    profile.write(connection)
    return rows(connection, "SELECT * FROM peer_group ORDER BY year, size, institution_id")


def test_terciles_are_exact_thirds():
    found = classes(*(spent(n, 2020, 100 + n) for n in range(9)))
    assert [r["size_class"] for r in found] == ["small"] * 3 + ["medium"] * 3 + ["large"] * 3
    # Two years back: what was spent in 2020 says who is large in 2022.
    assert {r["year"] for r in found} == {2022}
    assert found[0] | {"institution_id": ror(0)} == found[0]
    assert {(r["profile"], r["size_basis"], r["currency"]) for r in found} == {("us", "rd_expenditure", "USD")}


def test_of_four_the_middle_two_are_medium():
    # Mid-ranks 1/8, 3/8, 5/8, 7/8.
    found = classes(*(spent(n, 2020, 100 + n) for n in range(4)))
    assert [r["size_class"] for r in found] == ["small", "medium", "medium", "large"]


def test_equal_sizes_stand_in_one_class():
    # Of six, four are equal at the low end: their mid-rank is 2/6, exactly a third; the others' 4.5/6 and 5.5/6.
    found = classes(*(spent(n, 2020, 100 if n < 4 else 100 + n) for n in range(6)))
    assert [r["size_class"] for r in found] == ["small"] * 4 + ["large"] * 2


def test_a_size_that_is_withheld_is_no_small_one():
    found = classes(*(spent(n, 2020, 100 + n) for n in range(3)), spent(3, 2020, None))
    assert [r["institution_id"] for r in found] == [ror(0), ror(1), ror(2)]
    assert [r["size_class"] for r in found] == ["small", "medium", "large"]


def test_each_system_has_its_own_size_and_classes():
    grants = [grant(n, 20 + n, 2015, 1000 + n) for n in range(3)] + [grant(9, 20, 2014, 5), grant(8, 21, 2020, 9e9)]
    connection = build(
        institution=[institution(1), institution(2, "GB"), *(institution(20 + n, "NL") for n in range(3)),
                     institution(30, "JP")],
        coverage=[*years("cordis", 2013, 2020), *years("ncses_herd", 2016, 2019), *years("hesa", 2016, 2019)],
        coverage_institution=[*seen("cordis", {20: 2, 21: 2, 22: 1, 2: 7, 1: 1}), *seen("openalex", {30: 1})],
        evidence=[spent(1, 2016, 5.0), spent(2, 2016, 7.0, "GBP")],
        award=[a for a, _ in grants],
        linked_party=[p for _, p in grants],
    )  # fmt: skip
    profile.write(connection)
    told = connection.execute("SELECT institution_id, profile FROM iur_profile ORDER BY 1").fetchall()
    # A UK university stays in the UK's, whatever CORDIS has of it; Japan's is in none.
    assert told == [(ror(1), "us"), (ror(2), "uk"), (ror(20), "eu"), (ror(21), "eu"), (ror(22), "eu"), (ror(30), None)]
    found = {(r["institution_id"], r["year"]): r for r in rows(connection, "SELECT * FROM peer_group")}
    assert found[ror(2), 2018]["size_basis"] == "research_income"
    # The first five whole years are 2013 to 2017, and stand for 2019. Institution 20: 1,000 in 2015 and 5 in 2014.
    assert {year for id_, year in found if id_ == ror(20)} == {2019, 2020}
    assert [found[ror(n), 2019]["size"] for n in (20, 21, 22)] == [1005, 1001, 1002]
    assert [found[ror(n), 2019]["size_class"] for n in (20, 21, 22)] == ["large", "small", "medium"]


def ranked(values, *, institutions=None, evidence=(), **tables):
    connection = build(
        institution=institutions or [institution(n) for n in range(40)],
        coverage=years("ncses_herd", 2015, 2025),
        indicator=values,
        evidence=evidence,
        **tables,
    )
    headline.show(connection, catalogue().values())
    profile.write(connection)
    neighbours.write(connection)
    ranking.write(connection)
    return connection


def share(number, amount, **facts):
    return value(number, "contract.business_share", 2022, "ncses_herd", amount, **facts)


def test_a_class_of_fifteen_is_compared_and_a_smaller_one_gives_way_to_the_country():
    # 45 sizes: 15 in each class. Of the large ones one has no published value, so that they are 14: among all 44.
    sizes = [spent(n, 2020, 100 + n) for n in range(45)]
    values = [share(n, n / 100) for n in range(44)] + [share(44, 0.9, status="small_base")]
    connection = ranked(values, institutions=[institution(n) for n in range(45)], evidence=sizes)
    found = {r["institution_id"]: r for r in rows(connection, "SELECT * FROM ranking WHERE peers = 'group'")}
    assert ror(44) not in found
    assert found[ror(0)] | {
        "peer_group": "US:small", "members": 15, "place": 15, "percentile": 100 * 0.5 / 15, "median": 0.07,
    } == found[ror(0)]  # fmt: skip
    assert found[ror(20)]["peer_group"] == "US:medium"
    # The best of all: 43 below it and itself.
    assert found[ror(43)] | {"peer_group": "US", "members": 44, "place": 1} == found[ror(43)]
    assert found[ror(43)]["percentile"] == pytest.approx(100 * 43.5 / 44)


def test_equal_values_share_the_middle_of_their_places_and_one_percentile():
    # 0.3, 0.2, 0.2, 0.1 in a country of four: the profile is compared, which is the same four.
    connection = ranked([share(0, 0.3), share(1, 0.2), share(2, 0.2), share(3, 0.1)])
    found = rows(connection, "SELECT * FROM ranking WHERE peers = 'group' ORDER BY institution_id")
    assert [r["place"] for r in found] == [1, 2.5, 2.5, 4]
    assert [r["percentile"] for r in found] == [87.5, 50, 50, 12.5]
    assert {r["peer_group"] for r in found} == {"us"}


def test_who_is_alone_has_no_percentile():
    (found,) = rows(ranked([share(0, 0.3)]), "SELECT * FROM ranking")
    assert found["percentile"] is None
    assert (found["place"], found["members"]) == (1, 1)


def test_money_without_a_rate_is_compared_within_its_currency():
    money = [
        value(n, "contract.business_funded", 2022, "ncses_herd", None, value_national=10.0 * n, currency=currency)
        for n, currency in ((1, "USD"), (2, "USD"), (3, "CAD"))
    ]
    found = rows(ranked(money), "SELECT * FROM ranking WHERE peers = 'group' ORDER BY institution_id")
    assert [(r["place"], r["members"]) for r in found] == [(2, 2), (1, 2), (1, 1)]


def test_distances_are_in_standard_deviations():
    # One feature 0, 0, 3, 3 (mean 1.5, spread 1.5), another in which nobody differs.
    figures = np.array([[0.0, 7], [0, 7], [3, 7], [3, 7]])
    standard = neighbours.standardised(figures)
    apart = neighbours.distances(standard, standard)
    np.testing.assert_allclose(apart[0], [0, 0, 2, 2])
    # Two features: the mean of the squares is taken, √((2² + 0²) / 2).
    figures = np.array([[0.0, 1], [0, 5], [3, 1], [3, 5]])
    standard = neighbours.standardised(figures)
    assert neighbours.distances(standard[:1], standard)[0, 2] == pytest.approx(math.sqrt(2))


@pytest.mark.parametrize("held", [1, 8, 1_000])
def test_the_nearest_are_the_same_however_many_are_looked_at_together(monkeypatch, held):
    # On a line at 0, 1, 1, 3: from 0 both ones are one away and the first comes first; from 3 they are two away.
    monkeypatch.setattr(neighbours, "PIECE", held)
    places, far = neighbours.nearest(np.array([[0.0], [1], [1], [3]]), 2)
    assert places.tolist() == [[1, 2], [2, 0], [1, 0], [1, 2]]
    assert far.tolist() == [[1, 1], [0, 1], [0, 1], [2, 2]]


def test_neighbours_are_near_in_size_and_in_records_per_size_and_compared_with():
    # Millions times 1, e, e², e³: their logarithms are one apart. None has an award, of which another has three.
    sizes = [1e6 * math.exp(n) for n in range(4)]
    awards = [{"source": "nsf_awards", "part": "a", "award_id": "nsf:1", "period": "all"}]
    connection = ranked(
        [share(n, 0.1 * n) for n in range(4)],
        evidence=[spent(n, 2020, size) for n, size in enumerate(sizes)],
        award=awards,
        coverage_institution=seen("nsf_awards", {30: 3}),
    )
    found = rows(connection, f"SELECT * FROM peer WHERE institution_id = '{ror(0)}' ORDER BY place")
    assert [r["neighbour_id"] for r in found] == [ror(1), ror(2), ror(3)]
    # Logarithms of size have a spread of √1.25, and so has what is left of none when the size is taken away; neighbours
    # differ by one in both: √((1/1.25 + 1/1.25) / 2).
    assert found[0]["distance"] == pytest.approx(1 / math.sqrt(1.25))
    assert found[0]["features"] == 2
    placed = rows(connection, "SELECT * FROM ranking WHERE peers = 'neighbours' ORDER BY institution_id")
    assert [(r["place"], r["members"]) for r in placed] == [(4, 4), (3, 4), (2, 4), (1, 4)]


def test_two_releases_of_the_same_have_the_same_rows_whatever_the_order():
    def formed(values):
        connection = build(
            institution=[institution(n) for n in range(6)],
            coverage=years("ncses_herd", 2015, 2025),
            indicator=values,
            evidence=[spent(n, 2020, 10 + n) for n in range(6)],
        )
        together.form(connection, {})
        return {name: connection.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall() for name in together.TABLES}

    values = [share(n, n / 100) for n in range(6)]
    assert formed(values) == formed(values[::-1])
