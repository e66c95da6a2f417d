"""Tokens: words with what the registry's names know of them, glued words, capitals; worked out by hand."""

import time

import pytest

from pipelines.link import names
from pipelines.link import tokens as module
from pipelines.link.lexicon import Lexicon
from pipelines.link.tokens import FIGURES, UNKNOWN, Tokens, canonical
from tests.link.test_link_lexicon import simulated

FAST = 0.5
"""Seconds that the longest string may take."""


@pytest.fixture(scope="module")
def tokens(registry) -> Tokens:
    return Lexicon.build(registry).tokens


def test_places_are_known_by_their_last_word(tokens):
    assert tokens.ends["states"] == (2,)  # United States
    assert tokens.ends["america"] == (4,)  # United States of America
    assert tokens.ends["virginia"] == (2, 1)  # West Virginia before Virginia
    assert tokens.ends["mexico"] == (2, 1)  # New Mexico before Mexico


def test_cities_are_known_by_their_first_word(tokens):
    assert tokens.city["munich"] == 1
    assert "university" not in tokens.city
    assert Lexicon.build(simulated("Marlin College")).tokens.city == {"springfield": 1}


@pytest.mark.parametrize(
    ("text", "form", "gain"),
    [
        ("of", "of", 0.0),  # a small word weighs nothing
        ("zzyzx", "zzyzx", FIGURES),  # no name has it
        ("12345", "12345", FIGURES),
    ],
)
def test_a_word_that_tells_nothing_weighs_little(tokens, text, form, gain):
    assert tokens.word(text, form).gain == gain


def test_a_word_weighs_what_its_form_does_and_one_with_figures_no_more_than_a_number():
    known = Tokens({"marlin": 1, "b52": 2, "reef": 3}, {"marlin": 7.5, "b52": 8.0}, {}, {})
    assert known.word("marlins", "marlin").gain == 7.5
    assert known.word("b52", "b52").gain == FIGURES
    assert known.word("reef", "reef").gain == UNKNOWN


def test_a_word_counts_as_what_it_says(tokens):
    def counted(text):
        word = tokens.word(text, canonical(text))
        return word.counts, word.unit, word.school, word.hazard

    assert counted("univ") == (1, 0, 1, 0)
    assert counted("department")[:2] == (1, 1)
    assert counted("of") == (0, 0, 0, 0)
    assert all(tokens.word(hazard, hazard).hazard for hazard in names.words().hazard - names.words().stop)


@pytest.mark.parametrize(
    ("written", "parted"),
    [
        ("SciencesMacquarie", "Sciences Macquarie"),
        ("Box425888DentonTexas76204", "Box 425888 Denton Texas 76204"),
        ("UniversitéParis", "Université Paris"),
        ("MacQuarie", "Mac Quarie"),
        ("McGill", "McGill"),  # two letters are no word
        ("OXFORD", "OXFORD"),
        ("oxford", "oxford"),
        ("A12", "A12"),  # two figures may belong to a name
        ("4You", "4 You"),
        ("", ""),
    ],
)
def test_words_that_lost_their_blank_are_parted(tokens, written, parted):
    assert tokens.parted(written) == parted


def test_a_word_of_the_registry_is_not_parted():
    assert Lexicon.build(simulated("DeepMind")).tokens.parted("DeepMind") == "DeepMind"


def test_a_token_knows_its_words(tokens):
    univ, of = tokens.read("Univ.of").words
    assert (univ.text, univ.form, univ.number) == ("univ", "university", tokens.number["university"])
    assert (of.text, of.form) == ("of", "of")
    assert (univ.is_small, of.is_small) == (False, True)


@pytest.mark.parametrize(
    ("written", "capitals", "may_be_state", "is_parted"),
    [
        ("Oxford", (), False, False),
        ("CNRS", ("cnrs",), False, False),
        ("CNRS/LMU", ("cnrs", "lmu"), False, False),
        ("WI", ("wi",), True, False),
        ("TX76204", ("tx",), True, True),
        ("KOChester", ("kochester",), False, False),
        ("Muenchen", (), False, False),
    ],
)
def test_a_token_knows_its_capitals(tokens, written, capitals, may_be_state, is_parted):
    token = tokens.read(written)
    assert (token.capitals, token.may_be_state, token.is_parted) == (capitals, may_be_state, is_parted)


def test_figures_after_a_word_are_a_word_of_their_own(tokens):
    assert tokens.read("Denton76204").words[0].text == "denton"
    assert tokens.read("Denton76204").words[1].text == "76204"


def test_a_token_is_read_once(tokens):
    assert tokens.read("Oxford,") is tokens.read("Oxford,")


def test_what_is_remembered_has_an_end(tokens, monkeypatch):
    monkeypatch.setattr(module, "KEPT", 5)
    for n in range(50):
        tokens.read(f"word{n}")
    assert len(tokens.known) <= 5


def test_a_long_token_is_not_remembered(tokens):
    tokens.read("x" * 1000)
    assert "x" * 1000 not in tokens.known


@pytest.mark.parametrize("text", ["aB" * 50_000, "a" * 100_000 + "B", "a1" * 50_000, "É" * 100_000])
def test_a_long_token_is_read_in_bounded_time(tokens, text):
    begin = time.process_time()
    tokens.read(text)
    assert time.process_time() - begin < FAST


def test_canonical_words_are_those_of_the_vocabulary():
    assert canonical("univ") == names.words().canonical["univ"] == "university"
    assert canonical("oxford") == "oxford"
