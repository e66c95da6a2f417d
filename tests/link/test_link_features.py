"""Features of candidates, from facts of a small registry worked out by hand."""

import math

import pytest

from pipelines.link import candidates, context, facts, features, scene
from pipelines.link.lexicon import Lexicon
from pipelines.link.registry import Registry
from tests.link.small_registry import ORGANISATIONS, tables

CITIES = ("023b0x485", "Springfield Museum", "US", "Springfield", "nonprofit", "active", ())
STATES = ("01a2b3c40", "Columbia College - South Carolina", "US", "", "education", "active", ())
RIVAL = ("01a2b3c41", "Columbia College - Missouri", "US", "", "education", "active", ())
HEIR = ("01a2b3c42", "Columbia College", "US", "", "education", "withdrawn", ())


@pytest.fixture(scope="module")
def registry() -> Registry:
    more = (CITIES, STATES, RIVAL, HEIR)  # simulated: ROR's way of telling namesakes apart by a place
    return Registry.build(*tables((*ORGANISATIONS, *more)))


@pytest.fixture(scope="module")
def reader(registry) -> features.Reader:
    return features.Reader(registry, Lexicon.build(registry))


@pytest.fixture
def told(registry, reader):
    """Return the features of the candidates of a string by organisation; of one found twice, the longest span's."""

    def ask(name, country="", about=""):
        read = scene.read(registry, reader.lexicon, name, country, context.read(about))
        found = candidates.find(registry, reader.lexicon, read)
        rows = [dict(zip(features.NAMES, row, strict=True)) for row in reader.rows(read, found)]
        pairs = sorted(zip(found, rows, strict=True), key=lambda pair: pair[0].end - pair[0].start)
        return {registry.display[one.organisation]: row for one, row in pairs}

    return ask


def test_every_feature_has_a_name_of_its_own():
    assert len(set(features.NAMES)) == len(features.NAMES)


def test_a_string_without_candidates_has_no_rows(reader):
    assert reader.rows(scene.Scene(""), []) == []
    assert features.matrix([]).shape == (0, len(features.NAMES))


def test_a_matrix_holds_the_rows_as_they_are():
    rows = [tuple(range(len(features.NAMES))), (0.5,) * len(features.NAMES)]
    matrix = features.matrix(rows)
    assert matrix.shape == (2, len(features.NAMES))
    assert [tuple(row) for row in matrix.tolist()] == rows


def test_the_words_around_a_name_are_counted_in_its_segment(told):
    row = told("Department of Physics, old University of Oxford library, Oxford, United Kingdom")[
        "University of Oxford"
    ]
    assert row["segment_number"] == 1
    assert row["from_the_end"] == 2
    assert (row["left_words"], row["right_words"]) == (1, 1)
    assert not row["fills_segments"]


def test_the_words_of_a_place_are_words_and_weigh_nothing(told):
    row = told("University of Oxford United Kingdom")["University of Oxford"]
    assert (row["right_words"], row["right_weight"], row["share_of_string"]) == (2, 0, 1)


def test_a_name_that_is_the_segment_fills_it(told):
    row = told("Department of Physics, University of Oxford")["University of Oxford"]
    assert row["fills_segments"]
    assert row["left_words"] == row["right_words"] == 0
    assert row["like_span"] == row["like_segments"] == 100


def test_places_told_agree_or_differ(told):
    at_home = told("University of Oxford, Oxford, United Kingdom")["University of Oxford"]
    assert [at_home[f] for f in ("country_agrees", "country_differs", "city_agrees", "city_follows")] == [1, 0, 1, 1]
    abroad = told("University of Oxford, Tempe, USA")["University of Oxford"]
    assert [abroad[f] for f in ("country_agrees", "country_differs", "city_agrees", "city_elsewhere")] == [0, 1, 0, 1]


def test_a_city_within_the_name_alone_is_no_place_told(told):
    row = told("University of Oxford")["University of Oxford"]
    assert row["city_within"]
    assert not row["city_agrees"]


@pytest.mark.parametrize(("state", "evidence"), [("WI", 1), ("IL", -1)])
def test_a_state_in_the_name_speaks_for_it_or_against_it(told, state, evidence):
    row = told("University of Wisconsin-Madison", "US", f"state:{state}")["University of Wisconsin–Madison"]
    assert row["state_evidence"] == evidence


def test_an_organisation_of_unknown_state_has_no_evidence(told):
    assert told("Columbia College", "US", "state:SC")["Columbia College"]["state_evidence"] == 0


def test_the_tail_of_a_display_name_tells_namesakes_apart_by_state(told):
    rows = told("Columbia College", "US", "state:SC")
    ours, theirs = rows["Columbia College - South Carolina"], rows["Columbia College - Missouri"]
    assert (ours["state_evidence"], theirs["state_evidence"]) == (1, -1)
    assert (ours["lead_in_state"], theirs["lead_in_state"]) == (1, -2)
    assert ours["rivals_in_span"] == 3


def test_of_namesakes_the_one_displayed_so_is_likest(told):
    rows = told("Columbia College", "US")
    assert rows["Columbia College"]["like_span"] == 100
    # 16 letters of 16 + 25: "columbia college" and "columbia college missouri", 2 * 16 / 41.
    assert rows["Columbia College - Missouri"]["like_span"] == pytest.approx(100 * 32 / 41, abs=0.01)
    assert rows["Columbia College - Missouri"]["lead_in_likeness"] == pytest.approx(100 * (32 / 41 - 1), abs=0.01)
    assert rows["Columbia College"]["lead_in_likeness"] == pytest.approx(100 * (1 - 32 / 41), abs=0.01)


def test_a_name_within_a_longer_one_is_told(told):
    rows = told("Leiden University Medical Center, the Netherlands")
    inner, outer = rows["Leiden University"], rows["Leiden University Medical Center"]
    assert [inner["is_within_longer"], outer["is_within_longer"]] == [1, 0]
    assert inner["weight_lead_over_overlapping"] < 0 < outer["weight_lead_over_overlapping"]
    assert inner["right_units"] == 1  # "center"


def test_a_name_written_as_the_registry_displays_it_is_told(told):
    assert told("Siemens, Munich")["Siemens (Germany)"]["is_written_so"]  # the country is ROR's addition
    assert not told("SIEMENS, Munich")["Siemens (Germany)"]["is_written_so"]
    rows = told("Columbia College", "US")
    assert rows["Columbia College"]["is_written_so"]
    assert rows["Columbia College - Missouri"]["rival_is_written_so"]


def test_parents_and_children_named_are_told(told):
    rows = told("Lanzhou Institute of Chemical Physics, Chinese Academy of Sciences")
    assert rows["Lanzhou Institute of Chemical Physics"]["parent_is_named"]
    assert rows["Chinese Academy of Sciences"]["child_is_named"]
    assert rows["Chinese Academy of Sciences"]["children"] == pytest.approx(math.log1p(1))


def test_the_name_beside_an_acronym_is_told(told):
    row = told("Laser group TUM of old, Technical University of Munich")["Technical University of Munich"]
    assert not row["full_stands_by"]  # of the name itself, which is the longer


def test_an_organisation_that_is_no_more_knows_its_successor(told):
    row = told("Université Bordeaux-I")["Université Bordeaux-I"]
    assert row["has_successor"]
    assert not row["is_active"]


def test_facts_are_forgotten_when_there_are_many_and_stay_the_same(registry, monkeypatch):
    monkeypatch.setattr(facts, "KEPT", 2)
    few = facts.Facts(registry, Lexicon.build(registry))
    first = few.organisation(0)
    for number in range(5):
        few.organisation(number)
    assert few.organisation(0) == first
