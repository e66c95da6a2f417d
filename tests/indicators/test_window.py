"""Windows on request: formed from a release's tables, equal to what the engine forms, refused where senseless."""

from dataclasses import replace

import pytest

from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.compute import compute
from pipelines.indicators.explain import explain
from pipelines.indicators.reason import facts_of
from pipelines.indicators.window import WindowError, formed, windowed
from tests.indicators import hand_worked, hand_worked_survey
from tests.indicators.hand_worked import ror

ALMA = ror("alma")


def possible(id_, years):
    try:
        return windowed(catalogue()[id_], years)
    except WindowError:
        return None


def told(world, indicator, year, window):
    return explain(world, ALMA, indicator, year, window=window, sources=hand_worked.SOURCES)


def test_a_flow_is_added_up(world):
    # Alma's joint grants: 2 in 2015, 2 in 2016, 1 in 2017.
    answer = told(world, "joint.grants", 2017, 3)
    (value,) = answer.values
    assert (value.value, value.window_years, value.status, value.years_used) == (5, 3, "published", 3)
    # Exact Poisson of five: half of χ²(10) at 2.5 %, of χ²(12) at 97.5 %.
    assert (value.lower, value.upper) == (pytest.approx(3.247 / 2, abs=1e-3), pytest.approx(23.337 / 2, abs=1e-3))
    assert {r.acronym for r in answer.records} == {"A01", "A02", "A05", "A06", "A08"}
    assert answer.formula.endswith("the years y−2 to y")


def test_distinct_partners_are_counted_over_the_window(world):
    # 2015: acme, bolt; 2016: bolt, cedar; 2017: acme (consortia are left out).
    assert told(world, "joint.partners", 2017, 3).values[0].value == 3


def test_a_ratio_is_one_of_sums(world):
    # 2015–2017: A01, A02, A05, A06, A08 of those and A03, A04.
    (value,) = told(world, "joint.grant_share", 2017, 3).values
    assert (value.numerator, value.denominator) == (5, 7)


def test_a_stock_is_averaged(world):
    reported = hand_worked_survey
    connection = reported.build()
    compute(connection, reported.SOURCES, reported.PARTS, [catalogue()["transfer.licences"]])
    answer = explain(connection, reported.ror("alba"), "transfer.licences", 2021, window=3, sources=reported.SOURCES)
    assert answer.values[0].value == (10 + 12 + 17) / 3
    assert answer.calculation == {"census": "(10 + 12 + 17) ÷ 3 = 13 licences"}


@pytest.mark.parametrize("years", [3])
@pytest.mark.parametrize(
    ("fixture", "home", "org"), [("world", hand_worked, "alma"), ("reported", hand_worked_survey, "alba")]
)
def test_a_window_formed_from_a_release_is_what_the_engine_forms(request, fixture, home, org, years):
    chosen = [i for id_ in catalogue() if (i := possible(id_, years)) and i.is_reported == (fixture == "reported")]
    release, institution = request.getfixturevalue(fixture), home.ror(org)
    fresh = home.build()
    compute(fresh, home.SOURCES, home.PARTS, chosen)
    query = "SELECT * FROM indicator WHERE institution_id = ? AND rollup = 'direct' ORDER BY ALL"
    expected = fresh.execute(query, [institution]).fetchall()
    fresh.close()
    with formed(release, chosen, institution, facts_of(release, home.SOURCES), home.SOURCES) as scratch:
        assert scratch.execute(query, [institution]).fetchall() == expected
    assert {row[8] for row in expected} == {years}


def test_base_years_of_its_own_move_with_the_window():
    """Projects that end in three years, of seven in which they started; patents of a year, four years later."""
    early, kept = catalogue()["challenge.early_end"], catalogue()["transfer.maintained_share"]
    assert (windowed(early, 1).base_looks_back, windowed(early, 1).looks_back) == ((0, 0), (0, 5))
    assert (windowed(kept, 3).base_looks_back, windowed(kept, 3).looks_back) == ((0, 2), (-4, 2))
    assert windowed(early, 3) == early


def test_only_what_compares_years_of_its_own_is_refused():
    refused = {id_ for id_ in catalogue() for years in (1, 3, 4) if possible(id_, years) is None}
    assert refused == {
        i.id for i in catalogue().values() if i.is_own_sql or i.aggregate in ("peak_share", "triple_helix")
    }


@pytest.mark.parametrize(
    ("id_", "years", "why"),
    [
        ("challenge.retention", 1, "it compares years of its own"),
        ("joint.grants", 2, "there are 1, 3, 4"),
        ("transfer.income_top_year_share", 1, "the largest of one year is all of it"),
    ],
)
def test_refusals(id_, years, why):
    with pytest.raises(WindowError, match=why):
        windowed(catalogue()[id_], years)


def test_the_own_window_is_the_release_s_own_row(world):
    assert windowed(catalogue()["joint.grants"], 1) is catalogue()["joint.grants"]
    assert told(world, "joint.grants", 2015, 1).values == told(world, "joint.grants", 2015, None).values


def test_synergy_is_of_the_whole_country():
    synergy = replace(catalogue()["joint.grants"], id="joint.test", aggregate="triple_helix", interval="none",
                      counting=("whole",), sized=())  # fmt: skip
    with pytest.raises(WindowError, match="all records of the country"):
        windowed(synergy, 3)
