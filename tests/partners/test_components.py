"""Each component, from records of which the score is worked out by hand."""

from math import log, sqrt

import numpy as np
import pytest

from pipelines.partners import weights
from pipelines.partners.component import Component
from pipelines.partners.field_records import percentile
from pipelines.partners.sphere import great_circle, on_sphere
from tests.partners.hand_made import EAST, FAR, LARGE, OTHER, SMALL, WEST


def component(row, name):
    return row["components"][name]


def test_fit_is_the_cosine_of_profiles_times_fullness_over_the_best(world, ask):
    # East holds battery in two titles and electrolyte in one; West battery and laser in one.
    world.award(1, 2023, "Battery electrolytes", (EAST, None, None))
    world.award(2, 2023, "A battery", (EAST, None, None))
    world.award(3, 2023, "Batteries and lasers", (WEST, None, None))
    # Both of two profiles hold battery: ln(1 + 2/2); one holds each of the others: ln(1 + 2/1).
    both, one = log(2), log(3)
    east = sqrt(((1 + log(2)) * both) ** 2 + one**2)
    west = sqrt(both**2 + one**2)
    # The query: electrolyte and battery, once each.
    query = sqrt(both**2 + one**2)
    cosine_east = ((1 + log(2)) * both * both + one * one) / (east * query)
    cosine_west = both * both / (west * query)
    mean = (east**2 + west**2) / 2
    full_east, full_west = sqrt(east**2 / (east**2 + mean)), sqrt(west**2 / (west**2 + mean))
    found = ask(text="battery electrolyte")
    facts = component(found[EAST], "fit")["facts"]
    assert facts["cosine"] == pytest.approx(cosine_east)
    assert facts["fullness"] == pytest.approx(full_east)
    assert component(found[EAST], "fit")["score"] == 1
    expected = cosine_west * full_west / (cosine_east * full_east)
    assert component(found[WEST], "fit")["score"] == pytest.approx(expected)
    assert "electrolyte" in component(found[EAST], "fit")["says"]


def test_a_source_without_titles_is_said_and_not_taken_for_a_bad_fit_in_silence(world, ask):
    world.award(1, 2023, None, (EAST, None, None), (SMALL, True, 1.0))
    world.award(2, 2023, "Battery", (WEST, None, None))
    world.patent(1, 2023, "Battery", [SMALL])
    found = ask(company="Quorvane Systems BV")
    assert component(found[EAST], "fit")["says"] == "no title or class of its records is told: no profile"


def test_a_percentile_counts_ties_half_and_nothing_as_nothing():
    # Of three others: nobody has less than nothing; one has less than 1 and one the same (1 + ½); all less than 3.
    assert percentile(np.array([0.0, 1.0, 1.0, 3.0])).tolist() == [0, 0.5, 0.5, 1]
    assert percentile(np.array([2.0])).tolist() == [1]


def test_strength_shrinks_experience_and_willingness(world, ask):
    # In the field: East two, one with a company; West one, without; in all one of three with a company.
    world.award(1, 2023, "Battery", (EAST, None, None), (SMALL, True, 1.0))
    world.award(2, 2023, "Battery", (EAST, None, None))
    world.award(3, 2023, "Battery", (WEST, None, None))
    # Families: East two, West one; one deal, of East, with a peer rate of 1/3 (institutes are other peers).
    world.patent(1, 2023, "Laser", [EAST])
    world.patent(2, 2022, "Laser", [EAST])
    world.patent(3, 2022, "Laser", [WEST])
    world.deal(1, 2021, EAST, SMALL)
    world.deal(2, 2019, EAST, SMALL)  # six years ago: too old
    found = ask(text="battery")
    facts = component(found[EAST], "strength")["facts"]
    assert (facts["records_in_field"], facts["records_with_other_side"]) == (2, 1)
    # The institute has none, so that East has more than both others, West more than one of two.
    assert facts["percentile"] == 1
    experience = (1 + 5 * (1 / 3)) / (2 + 5)
    assert facts["experience_shrunk"] == pytest.approx(experience)
    assert (facts["deals"], facts["families"]) == (1, 2)
    willing = (1 + 10 * (1 / 3)) / (2 + 10)
    assert facts["willingness_shrunk"] == pytest.approx(willing)
    score = 0.5 * 1 + 0.25 * experience + 0.25 * willing / (willing + 1 / 3)
    assert component(found[EAST], "strength")["score"] == pytest.approx(score)
    assert component(found[WEST], "strength")["facts"]["percentile"] == 0.5


def test_records_of_a_source_that_names_no_partners_say_nothing_of_experience(world, ask):
    world.award(1, 2023, "Battery", (EAST, None, None), source="nsf_awards", programme="NSF")
    found = ask(text="battery")
    facts = component(found[EAST], "strength")["facts"]
    assert (facts["records_in_field"], facts["records_that_tell_partners"]) == (1, 0)
    assert "with whom is not told" in component(found[EAST], "strength")["says"]


def test_a_class_and_two_words_of_a_title_make_the_field(world, ask):
    world.patent(1, 2023, "Something else", [EAST], "H01M", "H01B")
    world.award(1, 2023, "Solid state physics", (EAST, None, None))
    world.award(2, 2023, "Solid waste", (EAST, None, None))  # one of the words alone
    found = ask(text="solid state battery", cpc=("H01M10/0525",))
    assert component(found[EAST], "strength")["facts"]["records_in_field"] == 2


def test_words_bring_the_classes_of_the_patents_whose_titles_hold_them(world, ask):
    for number in (1, 2, 3):
        world.patent(number, 2023, "Solid battery", [EAST], "H01M")
    # No word of the query in its title; its class is theirs.
    world.patent(4, 2023, "Accumulator", [WEST], "H01M")
    found = ask(text="solid battery")
    assert component(found[WEST], "strength")["facts"]["records_in_field"] == 1


def test_common_records_decay_and_count_more_than_those_with_others(world, ask):
    world.award(1, 2019, "Laser", (EAST, None, None), (SMALL, True, 1.0))  # five years before 2024: a half
    world.award(2, 2024, "Battery", (WEST, None, None), (OTHER, None, 1.0))
    world.award(3, 2024, "Battery", (SMALL, True, 1.0))
    found = ask(company=SMALL)
    together = component(found[EAST], "history")
    assert together["facts"]["common_records"] == 1
    assert together["facts"]["last_common_year"] == 2019
    assert together["score"] == pytest.approx(0.5 + 0.5 * 0.5 / 1.5)
    # West never met it; one record of this year in the field with a firm of untold size: ½ · 1 ÷ (1 + 3).
    alike = component(found[WEST], "history")
    assert alike["facts"]["last_common_year"] is None
    assert alike["score"] == pytest.approx(0.125)


def test_a_group_is_one_company_in_history(world, ask):
    world.rows["organisation"][4]["ultimate_parent_id"] = SMALL  # the German firm belongs to the Dutch one
    world.award(1, 2024, "Battery", (EAST, None, None), (LARGE, False, 1.0))
    world.award(2, 2024, "Battery", (SMALL, True, 1.0))
    assert component(ask(company=SMALL)[EAST], "history")["facts"]["common_records"] == 1


def test_distances_are_those_of_the_great_circle():
    degree = 6371.0088 * np.pi / 180
    there = on_sphere(np.array([0.0, 0.0, 90.0, np.nan]), np.array([1.0, 180.0, 0.0, 0.0]))
    found = great_circle(on_sphere(np.array(0.0), np.array(0.0)), there)
    assert found[:3] == pytest.approx([degree, 180 * degree, 90 * degree])
    assert np.isnan(found[3])


def test_proximity_halves_every_160_km(world, ask):
    for number, institution in enumerate((EAST, WEST, FAR)):
        world.award(number, 2023, "Battery", (institution, None, None))
    found = ask(text="battery", near="Oostdorp")
    degree = 6371.0088 * np.pi / 180
    assert component(found[EAST], "proximity")["score"] == 1
    assert component(found[WEST], "proximity")["score"] == pytest.approx(0.5 ** (degree / 160))
    assert component(found[FAR], "proximity")["score"] < 1e-18
    assert component(found[WEST], "proximity")["says"] == "111 km from Oostdorp"


def test_support_counts_funded_places_of_the_kind_in_programmes_open_to_the_country(world, ask):
    world.award(1, 2024, "Battery", (EAST, None, None), (SMALL, True, 5.0), (OTHER, None, 5.0), (LARGE, False, 5.0))
    world.award(2, 2024, "Battery", (EAST, None, None), (LARGE, False, 5.0), programme="GERMAN")
    world.award(3, 2024, "Battery", (EAST, None, None), (SMALL, True, None))  # no money
    world.award(4, 2021, "Battery", (EAST, None, None), (SMALL, True, 5.0))  # not of the last three years
    # An SME of the Netherlands: its own place and that of the firm of untold size, in HORIZON.
    found = ask(company=SMALL)
    assert component(found[EAST], "support")["facts"]["funded_places"] == 2
    assert component(found[EAST], "support")["score"] == pytest.approx(2 / 7)
    # A large German firm: of HORIZON its own place and the untold one, and the German programme.
    assert component(ask(company=LARGE)[EAST], "support")["facts"]["funded_places"] == 3
    # Whoever tells neither size nor country: all places.
    assert component(ask(text="battery")[EAST], "support")["facts"]["funded_places"] == 4


def test_small_instruments_come_first_and_those_without_money_not_at_all(world, ask):
    world.award(1, 2024, "Battery", (EAST, None, None), (SMALL, True, 1.0), scheme="RIA", amount=3e6)
    world.award(2, 2024, "Battery", (EAST, None, None), (SMALL, True, 1.0), scheme="Voucher", amount=2e4)
    world.award(3, 2023, "Battery", (EAST, None, None), (OTHER, None, 1.0), scheme="Voucher", amount=4e4)
    world.award(4, 2024, "Battery", (EAST, None, None), (SMALL, True, 1.0), scheme="Studentship", amount=0)
    world.award(5, 2024, "Battery", (EAST, None, None), (LARGE, False, 1.0), scheme="Large firms", amount=1e3)
    listed = ask(company=SMALL)[EAST]["start_small"]
    assert [one["instrument"] for one in listed] == ["Voucher", "RIA"]
    assert listed[0] | {"record_url": ""} == {
        "source": "cordis", "instrument": "Voucher", "currency": "EUR", "projects": 2, "median_amount": 3e4,
        "median_amount_eur": 3e4, "last_year": 2024, "smallest_id": "cordis:2", "smallest_amount": 2e4,
        "record_url": "",
    }  # fmt: skip


def test_amounts_of_other_currencies_are_ordered_in_euro(world, ask):
    world.award(1, 2024, "Battery", (EAST, None, None), (SMALL, True, 1.0), scheme="Pound", amount=100)
    world.rows["award"][-1]["currency"] = "GBP"
    year = {"period_start": "2024-01-01", "period_end": "2024-12-31"}
    import datetime as dt

    year = {name: dt.date.fromisoformat(day) for name, day in year.items()}
    world.rows["exchange_rate"].append({"source": "ecb_rates", "currency": "GBP", "rate": 0.8, **year})
    world.award(2, 2024, "Battery", (EAST, None, None), (SMALL, True, 1.0), scheme="Euro", amount=110)
    # 100 pounds are 125 euro.
    listed = ask(company=SMALL)[EAST]["start_small"]
    assert [(one["instrument"], one["median_amount_eur"]) for one in listed] == [("Euro", 110), ("Pound", 125)]


def test_the_total_is_the_weighted_mean_of_what_is_told(world, ask):
    world.award(1, 2024, "Battery", (EAST, None, None), (SMALL, True, 1.0))
    (row,) = [ask(text="battery")[EAST]]
    parts = row["components"]
    assert parts["proximity"]["score"] is None
    assert sum(one["weight"] for one in parts.values()) == pytest.approx(1)
    assert parts["fit"]["weight"] == pytest.approx(0.35 / 0.9)
    expected = sum(one["weight"] * one["score"] for one in parts.values() if one["score"] is not None)
    assert row["score"] == pytest.approx(expected)


@pytest.mark.parametrize("name", weights.DEFAULT)
def test_more_of_any_component_is_never_worse(name):
    rng = np.random.default_rng(5)
    scores = {n: rng.random(50) for n in weights.DEFAULT}

    def total(given):
        return weights.total(weights.DEFAULT, [Component(n, s, {}, str) for n, s in given.items()])

    more = scores | {name: scores[name] + (1 - scores[name]) * rng.random(50)}
    assert (total(more) > total(scores)).all()


@pytest.mark.parametrize(
    ("better", "of"),
    [
        ((1, 2024, "Battery"), "fit"),  # a title about it
        ((1, 2024, "Laser"), "history"),  # one more record with the company
    ],
)
def test_one_more_record_never_lowers_what_it_is_about(world, ask, better, of):
    world.award(8, 2020, "Battery laser", (EAST, None, None), (SMALL, True, 1.0))
    world.award(9, 2020, "Battery laser", (WEST, None, None))
    world.patent(1, 2024, "Battery", [SMALL])
    before = component(ask(company=SMALL, text="battery")[EAST], of)["score"]
    world.award(*better, (EAST, None, None), (SMALL, True, 1.0))
    assert component(ask(company=SMALL, text="battery")[EAST], of)["score"] >= before
