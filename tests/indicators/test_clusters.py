"""Awards that pay for one project are one unit of every interval, and single records of every sum."""

import numpy as np
import pytest

from pipelines.indicators import interval
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.compute import compute
from pipelines.indicators.interval_records import ratio
from tests.indicators import hand_worked
from tests.indicators.hand_worked import Grant, P, look_up


def world(grants, siblings, *ids):
    """Compute with awards of one project, given as a list of lists of grants."""
    connection = hand_worked.build(grants)
    for project in siblings:
        for grant in project:
            connection.execute(
                "UPDATE award SET project_id = ? WHERE award_id = ?", [f"alpha:{min(project)}", f"alpha:{grant}"]
            )
    compute(connection, hand_worked.SOURCES, [("alpha", "new")], [catalogue()[i] for i in ids])
    return connection


def joint(n, amount=10.0):
    return Grant(f"S{n}", "2016-01-01", (P("alma", amount), P("acme", 10 - amount / 2)))


SINGLE = Grant("S9", "2016-05-01", (P("alma", 5),))


def test_a_count_of_awards_of_two_projects():
    # S1, S2, S3 are one project and S4 its own: four awards, Σ n² = 9 + 1.
    connection = world([joint(n) for n in (1, 2, 3, 4)], [["S1", "S2", "S3"]], "joint.grants")
    row = look_up(connection, "joint.grants", "alma", 2016)
    low, high = interval.clustered(4, 10)
    assert (row["value"], row["lower"], row["upper"]) == (4, pytest.approx(float(low)), pytest.approx(float(high)))
    # By shares: three halves together and one, (3/2)² + (1/2)² = 5/2, which is more than the total of 2.
    row = look_up(connection, "joint.grants", "alma", 2016, counting="fractional")
    low, high = interval.clustered(2, 2.5)
    assert (row["value"], row["lower"], row["upper"]) == (2, pytest.approx(float(low)), pytest.approx(float(high)))


def test_a_share_has_the_effective_number_of_projects():
    # Four joint awards and S9 alone, of three projects: (Σ n)² / Σ n² = 25 / (9 + 1 + 1).
    connection = world([*(joint(n) for n in (1, 2, 3, 4)), SINGLE], [["S1", "S2", "S3"]], "joint.grant_share")
    row = look_up(connection, "joint.grant_share", "alma", 2016)
    low, high = interval.wilson_weighted(4, 5, 11)
    assert (row["value"], row["lower"], row["upper"]) == (0.8, pytest.approx(float(low)), pytest.approx(float(high)))


def test_without_siblings_every_record_is_a_unit():
    connection = world([*(joint(n) for n in (1, 2, 3, 4)), SINGLE], [["S1"]], "joint.grant_share", "joint.grants")
    row = look_up(connection, "joint.grant_share", "alma", 2016)
    low, high = interval.wilson(4, 5)
    assert (row["lower"], row["upper"]) == (pytest.approx(float(low)), pytest.approx(float(high)))
    assert look_up(connection, "joint.grants", "alma", 2016)["upper"] == pytest.approx(float(interval.poisson(4)[1]))


def test_money_squares_projects():
    # Thirty awards of 10 euro in fifteen pairs: Σ (20)² = 6,000.
    pairs = [[f"S{n}", f"S{n + 15}"] for n in range(100, 115)]
    connection = world([joint(n) for n in range(100, 130)], pairs, "joint.funding")
    row = look_up(connection, "joint.funding", "alma", 2016)
    low, high = interval.money(300, 6000, 30)
    assert (row["value"], row["lower"], row["upper"]) == (300, pytest.approx(float(low)), pytest.approx(float(high)))


def test_a_ratio_of_sums_resamples_projects():
    # Sixteen awards of eight projects: under eight units there would be no interval, by awards there are sixteen.
    grants = [joint(n, amount=float(n % 7 + 1)) for n in range(10, 26)]
    pairs = [[f"S{n}", f"S{n + 8}"] for n in range(10, 18)]
    # A grant of 2018 takes the source that far.
    later = Grant("S99", "2018-01-01", (P("beta", 1), P("bolt", 1)))
    connection = world([*grants, later], pairs, "challenge.budget_split")
    row = look_up(connection, "challenge.budget_split", "alma", 2018)
    own = np.array([n % 7 + 1 for n in range(10, 26)], dtype=float)
    theirs = 10 - own / 2
    x, y = theirs, theirs + own
    low, high = ratio(x[:8] + x[8:], y[:8] + y[8:], [0, 8])
    assert (row["basis"], row["lower"], row["upper"]) == ("bootstrap", pytest.approx(low[0]), pytest.approx(high[0]))
    one = [[f"S{n}" for n in range(10, 25)]]
    fewer = world([*grants, later], one, "challenge.budget_split")
    assert look_up(fewer, "challenge.budget_split", "alma", 2018)["lower"] is None
