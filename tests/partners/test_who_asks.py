"""Who asks and from where: companies by any of their names, places, and what is unknown or means nothing."""

import click
import pytest

from pipelines.lookup import NotFoundError
from pipelines.partners import company, place, prepared, query, run, weights, words
from pipelines.partners.query import Asked
from tests.partners.hand_made import EAST, LARGE, OTHER, SMALL, WEST


@pytest.fixture
def connection(world):
    world.award(1, 2023, "Battery", (EAST, None, None), (SMALL, True, 1.0))
    world.rows["linked_party"][-1]["name"] = "Quorvane (formerly Quor)"
    return world.connect()


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Solid-state Batteries of 2023", ["battery", "solid", "state"]),
        ("5G, AI & the Städte", ["5g", "ai", "stadte"]),
        ("Glass, analysis and buses", ["analysis", "buse", "glass"]),
        ("SBIR Phase II: A method for", ["ii"]),
        ("Συστήματα", ["συστηματα"]),
        ("123 — …", []),
    ],
)
def test_words_are_told_without_case_accents_endings_and_small_words(connection, text, terms):
    assert words.of_text(connection, text) == terms


@pytest.mark.parametrize("said", ["quorvane systems bv", "Quorvane Systems B.V.", SMALL, "QUORVANE (FORMERLY QUOR)"])
def test_a_company_is_found_by_id_name_and_what_linking_makes_of_it(connection, said, monkeypatch):
    from pipelines.link import company as linking

    # The id that linking gives to a name, in the world's short ids.
    ids = {linking.local_id("QUORVANE SYSTEMS BV", "NL"): SMALL}
    real = linking.local_id
    monkeypatch.setattr(linking, "local_id", lambda name, country: ids.get(real(name, country), ""))
    assert company.find(connection, said)[:2] == (SMALL, "QUORVANE SYSTEMS BV")


def test_a_company_of_the_registry_is_found_without_its_country(world):
    world.rows["organisation"][5] |= {"name": "Brellow (Netherlands)", "status": "active"}
    assert company.find(world.connect(), "Brellow")[0] == OTHER


def test_of_namesakes_the_one_with_more_records_is_taken_and_the_others_are_told(world):
    world.rows["organisation"][4]["name"] = "BRELLOW BV"
    world.award(1, 2023, "Battery", (EAST, None, None), (LARGE, False, 1.0))
    id_, _, note = company.find(world.connect(), "Brellow BV")
    assert id_ == LARGE
    assert OTHER in note
    assert company.find(world.connect(), "Brellow BV", "NL")[0] == OTHER


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("Quorvane Sistems", "nearest: QUORVANE SYSTEMS BV (NL"),
        ("East University", 'its sector is university\n  mend: iur partners --institution "East University"'),
    ],
)
def test_a_company_nobody_knows_is_answered_with_what_is_near(connection, said, says):
    with pytest.raises(NotFoundError) as raised:
        company.find(connection, said)
    assert says in str(raised.value)


@pytest.mark.parametrize(
    ("said", "country", "found"),
    [
        ("oostdorp", "", ("Oostdorp", "NL", 0.0, 1.0)),
        ("Oostdorp, NL", "", ("Oostdorp", "NL", 0.0, 1.0)),
        (" 52.5, -0.25 ", "GB", ("52.5, -0.25", "GB", 52.5, -0.25)),
    ],
)
def test_a_place_is_a_city_of_the_release_or_two_numbers(connection, said, country, found):
    where, note = place.find(connection, said, country)
    assert (where.name, where.country, where.latitude, where.longitude) == found
    assert note == ""


def registered(world, *places):
    """Add organisations of the registry that no record names: city, country, region, latitude; longitude 0."""
    for number, (city, country, region, latitude) in enumerate(places):
        where = {"city": city, "country": country, "region": region, "latitude": latitude, "longitude": 0.0}
        world.rows["registry_organisation"].append({"organisation_id": f"https://ror.org/0ddddd{number}01", **where})
    return world.connect()


def test_of_two_cities_of_one_name_the_larger_is_taken_unless_a_country_or_region_is_told(world):
    connection = registered(
        world,
        ("Cambridge", "GB", "ENG", 52.0),
        ("Cambridge", "GB", "ENG", 52.2),
        ("Cambridge", "US", "MA", 42.0),
        ("Cambridge", "US", "MD", 38.0),
    )
    where, note = place.find(connection, "Cambridge")
    # The middle of two organisations.
    assert (where.country, where.latitude) == ("GB", pytest.approx(52.1))
    assert note == "Cambridge is taken as the one in GB (ENG); also in US (MA); US (MD)"
    assert place.find(connection, "Cambridge, MA")[0].latitude == 42
    assert place.find(connection, "Cambridge", "US")[0].latitude == 42
    assert place.find(connection, "Cambridge, MD")[0].latitude == 38


def test_a_city_is_one_place_though_some_organisations_do_not_tell_their_region(world):
    # Two of three in Boston tell no state; the three are within 50 km of each other, and a Boston in England is not.
    # 42.6 rounds to another degree than the other two.
    connection = registered(
        world, ("Boston", "US", None, 42.3), ("Boston", "US", None, 42.6), ("Boston", "US", "MA", 42.3),
        ("Boston", "GB", "ENG", 53.0),
    )  # fmt: skip
    where, note = place.find(connection, "boston")
    assert (where.name, where.country, where.latitude) == ("Boston", "US", 42.3)
    assert note == "Boston is taken as the one in US (MA); also in GB (ENG)"
    assert place.find(connection, "Boston, MA") == (where, "")


def test_a_city_of_the_registry_alone_is_known_and_a_name_without_a_place_is_said_to_be_one(world):
    connection = registered(world, ("Nairobi", "KE", "30", -1.28), ("Atlantis", "ZA", "WC", None))
    assert place.find(connection, "Nairobi")[0].latitude == -1.28
    with pytest.raises(NotFoundError, match="none tells where that is"):
        place.find(connection, "Atlantis")


@pytest.mark.parametrize(
    ("near", "told"),
    [
        # East University is at 0, 1 and West University at 0, 0: a degree is 111 km.
        ("0,1", None),
        ("0,-1", None),
        ("0,-2", "no candidate is within 160 km of 0, -2: the nearest, West University, is 222 km away"),
        ("Nairobi", "no candidate is within 160 km of Nairobi: the nearest, East University, is 3,988 km away"),
    ],
)
def test_where_nobody_is_near_the_answer_says_how_far_the_nearest_is(world, near, told):
    # Nairobi at 0, 36.8 here: 35.8 degrees from East University, and 1 more from West; FAR has nothing in common.
    world.rows["registry_organisation"].append(
        {"organisation_id": "https://ror.org/0ddddd001", "city": "Nairobi", "country": "KE", "latitude": 0.0,
         "longitude": 36.865}
    )  # fmt: skip
    world.award("a", 2024, "Battery storage", (EAST, None, 1.0), (SMALL, True, 1.0))
    world.award("b", 2024, "Battery recycling", (WEST, None, 1.0), (SMALL, True, 1.0))
    answer = run.answer(world.connect(), Asked(text="battery", near=near), weights.DEFAULT, 1)
    notes = [note for note in answer.ranking.seeker.notes if "no candidate" in note]
    assert notes == ([told] if told else [])
    assert len(answer.chosen) == 1


@pytest.mark.parametrize(
    ("said", "says"),
    [("Oostdrop", "nearest: Oostdorp, NL"), ("Oostdorp, DE", "no place"), ("95, 0", "-90 to 90")],
)
def test_a_place_nobody_knows_is_answered_with_what_is_near(connection, said, says):
    with pytest.raises(NotFoundError) as raised:
        place.find(connection, said)
    assert says in str(raised.value)


@pytest.mark.parametrize(
    "asked",
    [Asked(), Asked(text=""), Asked(text="  "), Asked(company="A", institution="B"), Asked(cpc=("H9",))],
)
def test_what_cannot_be_answered_is_wrong_usage(asked):
    with pytest.raises(click.UsageError):
        query.check(asked)


def test_classes_are_told_as_subclass_or_group():
    assert query.subclasses(("h01m", "H01M10/0525, B82Y")) == ("H01M", "B82Y")


@pytest.mark.parametrize(
    "said", ["fit", "fit=x", "size=1", "fit=-1", "fit=inf", "fit=0,strength=0,history=0,proximity=0,support=0"]
)
def test_weights_that_are_none_are_wrong_usage(said):
    with pytest.raises(click.UsageError):
        weights.read(said)


def test_weights_that_are_not_named_keep_their_default():
    assert weights.read("fit=1, proximity=0") == weights.DEFAULT | {"fit": 1.0, "proximity": 0.0}


def test_words_that_no_record_has_are_answered_with_near_ones(world, ask):
    world.award(1, 2023, "Battery", (EAST, None, None))
    with pytest.raises(NotFoundError) as raised:
        ask(text="battrey")
    assert "nearest: battery" in str(raised.value)
    with pytest.raises(click.UsageError):
        ask(text="of the 123")


def test_a_company_without_records_in_the_last_years_is_known_by_its_older_ones(world, ask):
    world.award(1, 2010, "Battery", (SMALL, True, 1.0))
    world.award(2, 2023, "Battery", (EAST, None, None))
    assert ask(company=SMALL)[EAST]["components"]["fit"]["score"] == 1


def test_a_company_of_which_no_title_is_told_is_compared_by_what_is_known(world, ask):
    world.award(1, 2024, None, (EAST, None, None), (SMALL, True, 1.0))
    row = ask(company=SMALL)[EAST]
    assert row["components"]["fit"]["score"] is None
    assert "in all fields, as none is told" in row["components"]["strength"]["says"]
    assert row["components"]["history"]["score"] == 0.75  # ½ + ½ · 1 ÷ 2


def test_candidates_with_nothing_in_common_are_not_listed(world, ask):
    world.award(1, 2023, "Battery", (EAST, None, None))
    world.award(2, 2023, "Laser", (WEST, None, None))
    assert list(ask(text="battery", near="Westdorf")) == [EAST]


def test_a_company_and_a_place_elsewhere_may_ask_for_candidates_of_a_country(world, ask):
    world.award(1, 2023, "Battery", (WEST, None, None), (SMALL, True, 1.0))
    world.award(2, 2023, "Battery", (EAST, None, None), (SMALL, True, 1.0))
    assert list(ask(company="Quorvane Systems BV", near="Oostdorp", country="DE")) == [WEST]


def test_a_country_is_that_of_the_candidates(world, ask):
    for number, institution in enumerate((EAST, WEST)):
        world.award(number, 2023, "Battery", (institution, None, None))
    assert list(ask(text="battery", country="DE")) == [WEST]
    with pytest.raises(NotFoundError, match="no institution in JP"):
        ask(text="battery", country="JP")


def test_candidates_of_one_score_stand_in_the_order_of_their_ids(world, ask):
    world.award(1, 2023, "Battery", (WEST, None, None))
    world.award(2, 2023, "Battery", (EAST, None, None))
    assert list(ask(text="battery")) == [EAST, WEST]


def test_an_institution_finds_companies_by_the_same_five_scores(world, ask):
    world.award(1, 2024, "Battery", (EAST, None, None), (SMALL, True, 5.0))
    world.award(2, 2024, "Battery", (WEST, None, None), (LARGE, False, 5.0))
    world.award(3, 2024, "Laser", (WEST, None, None), (OTHER, None, 5.0))
    found = ask(institution="East University")
    assert list(found) == [SMALL, LARGE]
    first = found[SMALL]["components"]
    assert first["fit"]["facts"]["cosine"] == pytest.approx(1)
    assert first["history"]["score"] == pytest.approx(0.75)
    assert first["proximity"]["score"] == 1
    assert first["support"]["facts"]["funded_places"] == 1
    assert found[LARGE]["components"]["proximity"]["says"] == "its place is not known"
    assert list(ask(institution="East University", is_sme=True)) == [SMALL]


def test_a_release_of_an_older_form_is_answered_from_what_it_has(world):
    world.award(1, 2023, "Battery", (EAST, None, None))
    connection = world.connect()
    connection.execute("DROP TABLE transfer")
    connection.execute("ALTER TABLE award DROP COLUMN reporting_year")
    prepared.complete(connection, set(world.rows) - {"transfer"})
    found = run.answer(connection, Asked(text="battery"), weights.DEFAULT, 10)
    assert [row["institution_id"] for row in found.rows()] == [EAST]


def test_a_company_whose_words_nobody_shares_is_ranked_by_the_rest(world, ask):
    world.award(1, 2024, None, (EAST, None, None), (SMALL, True, 1.0))
    world.patent(1, 2024, "Zither", [SMALL])
    row = ask(company=SMALL)[EAST]
    assert row["components"]["fit"]["score"] is None
    assert row["components"]["history"]["facts"] | {"records_with_alike_decayed": 1} == {
        "common_records": 1, "common_records_decayed": 1, "last_common_year": 2024, "records_with_alike": 1,
        "records_with_alike_decayed": 1,
    }  # fmt: skip
    with pytest.raises(NotFoundError):
        ask(company=SMALL, text="zither")


def test_what_is_wanted_takes_the_place_of_the_profile_of_an_institution_too(world, ask):
    world.award(1, 2024, "Battery", (EAST, None, None), (SMALL, True, 1.0))
    world.award(2, 2024, "Laser", (WEST, None, None), (LARGE, False, 1.0))
    assert next(iter(ask(institution="East University", text="laser"))) == LARGE
