"""Scenes: how a string is read into words, segments, acronyms and places, on a small registry worked out by hand."""

import time
from dataclasses import replace

import pytest

from pipelines.link import scene
from pipelines.link.context import Context
from pipelines.link.lexicon import Lexicon

FAST = 0.5
"""Seconds that the longest string may take."""


@pytest.fixture(scope="module")
def lexicon(registry) -> Lexicon:
    return Lexicon.build(registry)


@pytest.fixture
def read(registry, lexicon):
    """Return the scene of a string."""

    def ask(name, country="", state="") -> scene.Scene:
        return scene.read(registry, lexicon, name, country, Context(state=state))

    return ask


def marked(words, marks):
    return [word for word, mark in zip(words, marks, strict=True) if mark]


def mended(found):
    return [word for word, form in zip(found.words, found.canonical, strict=True) if word != form]


def test_words_are_folded_and_parted_by_segment(read):
    found = read("Dept. of Physics, Universität Zürich (CH) - Irchel")
    assert found.words == ("dept", "of", "physics", "universitat", "zurich", "ch", "irchel")
    assert found.canonical == ("department", "of", "physics", "university", "zurich", "ch", "irchel")
    assert found.segment == [0, 0, 0, 1, 1, 2, 3]


def test_a_segment_without_words_still_counts(read):
    assert read("Oxford, ***, Cambridge").segment == [0, 2]


def test_small_words_are_marked(read):
    found = read("The University of Oxford")
    assert marked(found.words, found.small) == ["the", "of"]


def test_words_have_the_numbers_of_the_lexicon(read, lexicon):
    number = lexicon.number
    assert read("Oxford Univ. Zzyzx").numbers == (number["oxford"], number["university"], None)


def test_every_word_has_every_mark(read):
    found = read("Dept. of Physics, University of Cambrigde, Cambridge, Vermont, USA")
    marks = (
        found.canonical, found.numbers, found.small, found.gains, found.counts, found.units, found.schools,
        found.hazards, found.ends, found.city_words, found.segment, found.place,
    )  # fmt: skip
    assert {len(held) for held in marks} == {found.size} == {9}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("U. S. A.", ["usa"]),
        ("U.S.A.", ["usa"]),
        ("S.\u00a0N. Bose Centre", ["sn", "bose", "centre"]),
        ("St. A Foundation", ["st", "a", "foundation"]),  # "St" is no initial
        ("King's College", ["kings", "college"]),
        ("Texas A&amp;M University", ["texas", "a", "and", "m", "university"]),
        ("AT & T", ["at", "and", "t"]),
        ("Universit&eacute; de Lyon", ["universite", "de", "lyon"]),
        ("Ｔｏｋｙｏ　Ｕｎｉｖｅｒｓｉｔｙ", ["tokyo", "university"]),
        ("School of SciencesMacquarie University", ["school", "of", "sciences", "macquarie", "university"]),
        ("Box425888DentonTexas76204", ["box", "425888", "denton", "texas", "76204"]),
    ],
)
def test_tokens_are_read_as_the_name_would_be(read, name, words):
    assert list(read(name).words) == words


def test_a_slip_is_mended_in_a_short_string(read, lexicon):
    found = read("Oxferd")
    assert (found.words, found.canonical) == (("oxferd",), ("oxford",))
    assert found.numbers == (lexicon.number["oxford"],)


def test_a_slip_is_mended_in_ten_words_without_an_institution(read):
    assert mended(read("a b c d e f g h i Oxferd")) == ["oxferd"]


def test_a_slip_is_mended_in_a_long_string_beside_an_institution_only(read):
    assert mended(read("a b c d e f g h i, Cambrigde, University of Oxferd")) == ["oxferd"]


@pytest.mark.parametrize(
    ("name", "capitals"),
    [
        ("CNRS Paris", {"cnrs"}),
        ("Cnrs Paris", set()),
        ("McGill University", {"mcgill"}),  # two capitals in a word: the registry will know
        ("LMU, TUM, CNRS, OU, LU, UC, UI", {"lmu", "tum", "cnrs", "ou", "lu", "uc", "ui"}),
        ("THE UNIVERSITY OF OXFORD DEPARTMENT OF ZOOLOGY SOUTH PARKS ROAD", set()),  # all is in capitals
    ],
)
def test_capitals_tell_where_not_all_is_in_capitals(read, name, capitals):
    assert read(name).capitals == capitals


@pytest.mark.parametrize(
    ("name", "countries"),
    [
        ("University of Oxford, UK", ("GB",)),
        ("University of Oxford, United States of America", ("US",)),
        ("CNRS, France; University of Oxford, England", ("GB", "FR")),  # the last place's first
        ("Oxford, England, United Kingdom", ("GB",)),  # each once
        ("Seoul, South Korea", ("KR",)),
        ("Hong, Kong", ()),  # a place does not reach over a comma
        ("Zzyzx", ()),
    ],
)
def test_countries_are_read_from_the_end(read, name, countries):
    assert read(name).countries == countries


def test_the_longest_name_of_a_place_counts(read):
    found = read("Kingdom of Saudi Arabia")
    assert found.countries == ("SA",)
    assert found.place == [True] * 4


def test_the_words_of_places_are_marked(read):
    found = read("University of Oxford, United Kingdom")
    assert marked(found.words, found.place) == ["united", "kingdom"]


@pytest.mark.parametrize(
    ("name", "states", "countries"),
    [
        ("Columbus, OH 43210, USA", {"OH"}, ("US",)),
        ("Columbus, OH 43210", {"OH"}, ("US",)),  # with its postal code
        ("Columbus, OH", {"OH"}, ("US",)),  # at the end
        ("Columbus, OH&nbsp;43210, Franklin County", {"OH"}, ("US",)),  # with its blank written as an entity
        ("Madison, WI53706", {"WI"}, ("US",)),  # without the blank
        ("Columbus, Ohio", {"OH"}, ("US",)),
        ("Charleston, West Virginia", {"WV"}, ("US",)),  # not Virginia
        ("Albuquerque, New Mexico", {"NM"}, ("US",)),  # not the country
        ("Columbus, oh", set(), ()),  # a word
        ("Columbus, XX 43210", set(), ()),  # no state
        ("Munich, DE 80333, Deutschland", set(), ("DE",)),  # Delaware is not in Germany
        ("IN THE MIDDLE of it", set(), ()),  # neither at the end of a place nor before a code
    ],
)
def test_states_are_read_by_name_and_by_code(read, name, states, countries):
    found = read(name)
    assert (found.states, found.countries) == (states, countries)


@pytest.mark.parametrize(
    ("name", "countries", "states"),
    [
        ("Tbilisi, Georgia", ("GE",), set()),
        ("Atlanta, Georgia, USA", ("US",), {"GA"}),
        ("Georgia, Turkey", ("TR", "GE"), set()),
    ],
)
def test_georgia_is_a_state_where_the_united_states_are_told(registry, name, countries, states):
    knows = replace(registry, country_names={**registry.country_names, "georgia": "GE"})
    found = scene.read(knows, Lexicon.build(knows), name, "", Context())
    assert (found.countries, found.states) == (countries, states)


def test_the_country_of_the_record_overrules_the_string(read):
    told, untold = read("Oxford, UK", country="US"), read("Oxford, UK")
    assert (told.countries, told.is_told) == (("US",), True)
    assert (untold.countries, untold.is_told) == (("GB",), False)


def test_the_state_of_the_record_overrules_the_string(read):
    assert read("Columbus, Ohio", state="GA").states == {"GA"}


def test_a_long_string_is_read_up_to_its_ninetieth_word(read):
    found = read("oxford " * 200)
    assert found.size == len(found.numbers) == len(found.place) == scene.LONGEST


def test_a_string_is_read_up_to_a_number_of_characters(read):
    assert read(" " * scene.FARTHEST + "Oxford").words == ()


@pytest.mark.parametrize("name", ["", " ", ",;()", "\x00", "\x00\x1f\x7f", "\u200b", "...", "\ud800"])
def test_a_string_without_words_is_an_empty_scene(read, name):
    found = read(name)
    assert (found.words, found.segment, found.countries) == ((), [], ())


@pytest.mark.parametrize(
    "name",
    [
        "Zzyzxqw University " * 10_000,
        "a, " * 100_000,
        "A. B. " * 50_000,
        "aB" * 500_000,
        " " * 1_000_000,
        "(" * 1_000_000,
        "&amp;" * 200_000,
        "OH " * 100_000,
        "\u0301" * 1_000_000,
        "東" * 1_000_000,
    ],
)
def test_hostile_strings_are_read_in_bounded_time(read, name):
    begin = time.process_time()
    assert read(name).size <= scene.LONGEST
    assert time.process_time() - begin < FAST
