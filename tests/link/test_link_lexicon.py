"""The lexicon: sums of words, rare words, misspelt words and glued words, on a small registry worked out by hand."""

import time
from math import log

import pytest

from pipelines.link import lexicon as module
from pipelines.link import names, rarity
from pipelines.link.lexicon import Lexicon, canonical
from pipelines.link.registry import Registry
from tests.link.small_registry import tables

FAST = 0.5
"""Seconds that the longest string may take."""


def simulated(*names_: str) -> Registry:
    """Return a registry of simulated organisations of these names."""
    rows = [(f"0sim{n:05}", name, "US", "Springfield", "education", "active", ()) for n, name in enumerate(names_)]
    return Registry.build(*tables(rows, ()))


@pytest.fixture(scope="module")
def lexicon(registry) -> Lexicon:
    return Lexicon.build(registry)


def test_every_name_is_found_by_the_sum_of_its_words(registry, lexicon):
    assert len(lexicon.sums) == len(registry.bag)
    for key in registry.bag:
        total = sum(lexicon.number[word] for word in key.split())
        assert lexicon.keys[lexicon.sums[total]] == key


def test_a_name_and_its_words_are_told_alike(lexicon):
    assert [" ".join(bag) for bag in lexicon.bags] == lexicon.keys


def test_a_word_of_many_names_is_held_once(lexicon):
    words = [word for bag in lexicon.bags for word in bag if word == "university"]
    assert len(words) > 10
    assert len({id(word) for word in words}) == 1


def test_rare_words_lead_to_their_names(lexicon):
    assert [lexicon.keys[i] for i in lexicon.rare["lanzhou"]] == ["chemical institute lanzhou physics"]
    assert {lexicon.keys[i] for i in lexicon.rare["leiden"]} == {
        "leiden university",
        "center leiden medical university",
    }


def test_a_word_of_too_many_names_leads_to_none(monkeypatch):
    monkeypatch.setattr(module, "COMMON", 2)
    rare = Lexicon.build(simulated("Marlin College", "Marlin School")).rare
    assert set(rare) == {"college", "school"}


def test_a_name_weighs_as_much_as_its_words(monkeypatch):
    monkeypatch.setattr(rarity, "SMALL", 0)
    lexicon = Lexicon.build(simulated("Marlin College", "Marlin School"))
    assert list(lexicon.whole) == pytest.approx([log(2), log(2)])  # two names: log(2/1) + log(2/2)


def test_a_word_that_no_name_has_counts_as_rare(lexicon):
    assert lexicon.telling("zzyzx") == 9.0


def test_cities_tell_their_countries(lexicon):
    assert lexicon.cities["newcastle"] == {"GB", "AU"}
    assert lexicon.cities["munich"] == {"DE"}


def test_places_are_known_by_their_last_word(lexicon):
    assert lexicon.ends["states"] == (2,)  # United States
    assert lexicon.ends["america"] == (4,)  # United States of America
    assert lexicon.ends["virginia"] == (2, 1)  # West Virginia before Virginia
    assert lexicon.ends["mexico"] == (2, 1)  # New Mexico before Mexico


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("cambrigde", "cambridge"),  # two letters that changed places are one slip
        ("oxferd", "oxford"),
        ("arizon", "arizona"),
        ("munichh", "munich"),
        ("fundation", "foundation"),  # nine letters, one slip
        ("foundatoni", "foundation"),  # ten letters: a letter left out and one put in are two
        ("copenhagn", "copenhagen"),
    ],
)
def test_a_slip_of_the_pen_is_mended(lexicon, written, meant):
    assert lexicon.near(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "oxfxrx",  # six letters of Oxford with two slips
        "patxxs",  # the same of Patras
        "leide",  # five letters: too short, though Leiden is near
        "axford",  # the first letter is not in doubt
        "oxf0rd",  # figures are no letters
        "",
    ],
)
def test_what_is_too_far_is_not_mended(lexicon, written):
    assert lexicon.near(written) == ""


def test_of_several_near_words_the_nearest_is_meant():
    lexicon = Lexicon.build(simulated("Marlborough College", "Marlborouzh College"))
    assert lexicon.near("marlboroughx") == "marlborough"  # one slip; of the other, two


def test_of_words_equally_near_the_commonest_is_meant(monkeypatch):
    monkeypatch.setattr(rarity, "SMALL", 0)
    lexicon = Lexicon.build(simulated("Marlin College", "Marlin School", "Merlin College"))
    assert lexicon.near("morlin") == "marlin"


def test_of_words_equally_near_and_common_the_last_is_meant():
    lexicon = Lexicon.build(simulated("Marlin College", "Merlin College"))
    assert lexicon.near("morlin") == "merlin"


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
def test_words_that_lost_their_blank_are_parted(lexicon, written, parted):
    assert lexicon.parted(written) == parted


def test_a_word_of_the_registry_is_not_parted():
    assert Lexicon.build(simulated("DeepMind")).parted("DeepMind") == "DeepMind"


def test_a_token_knows_its_words(lexicon):
    token = lexicon.token("Univ.of")
    assert token.words == ("univ", "of")
    assert token.forms == ("university", "of")
    assert token.numbers[0] == lexicon.number["university"]
    assert token.small == (False, True)


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
def test_a_token_knows_its_capitals(lexicon, written, capitals, may_be_state, is_parted):
    token = lexicon.token(written)
    assert (token.capitals, token.may_be_state, token.is_parted) == (capitals, may_be_state, is_parted)


def test_figures_after_a_word_are_a_word_of_their_own(lexicon):
    assert lexicon.token("Denton76204").words == ("denton", "76204")


def test_a_token_is_read_once(lexicon):
    assert lexicon.token("Oxford,") is lexicon.token("Oxford,")


def test_what_is_remembered_has_an_end(lexicon, monkeypatch):
    monkeypatch.setattr(module, "KEPT", 5)
    for n in range(50):
        lexicon.token(f"word{n}")
        lexicon.near("oxfor" + chr(ord("a") + n % 26))
    assert len(lexicon.tokens) <= 5
    assert len(lexicon.slips) <= 5


def test_a_long_token_is_not_remembered(lexicon):
    lexicon.token("x" * 1000)
    assert "x" * 1000 not in lexicon.tokens


def test_names_that_share_more_rare_words_come_first(lexicon):
    first, *rest = lexicon.sharing(["leiden", "medical"])
    assert lexicon.keys[first] == "center leiden medical university"
    assert [lexicon.keys[i] for i in rest] == ["leiden university"]


def test_names_that_share_one_rare_word_come_in_their_order():
    lexicon = Lexicon.build(simulated(*(f"Marlin {chr(97 + n)}x" for n in range(26))))
    assert lexicon.sharing(["marlin"]) == list(range(module.NEAREST))


def test_names_are_looked_up_by_the_rarest_words_only(monkeypatch):
    monkeypatch.setattr(rarity, "SMALL", 0)
    lexicon = Lexicon.build(simulated("Marlin Reef", "Coral Reef", "Sunken Reef", "Harbour Reef"))
    # Each of one name: the first three by their letters.
    assert {lexicon.keys[i] for i in lexicon.sharing(["coral", "harbour", "marlin", "sunken"])} == {
        "coral reef",
        "harbour reef",
        "marlin reef",
    }


def test_a_word_of_many_names_is_left_out_beside_a_rarer_one(monkeypatch):
    monkeypatch.setattr(rarity, "SMALL", 0)
    monkeypatch.setattr(module, "LOOKED", 3)
    lexicon = Lexicon.build(simulated("Marlin Reef", "Coral Reef", "Sunken Reef", "Harbour Reef"))
    assert [lexicon.keys[i] for i in lexicon.sharing(["marlin", "reef"])] == ["marlin reef"]


def test_the_rarest_word_counts_however_many_names_it_has(lexicon, monkeypatch):
    monkeypatch.setattr(module, "LOOKED", 0)
    assert [lexicon.keys[i] for i in lexicon.sharing(["lanzhou", "physics"])] == ["chemical institute lanzhou physics"]


def test_two_words_shared_count_more_than_a_rarer_one(monkeypatch):
    monkeypatch.setattr(rarity, "SMALL", 0)
    lexicon = Lexicon.build(simulated("Coral Beach", "Marlin Reef"))
    assert [lexicon.keys[i] for i in lexicon.sharing(["coral", "marlin", "reef"])] == ["marlin reef", "beach coral"]


def test_no_more_names_are_compared_of_two_words_than_of_one():
    lexicon = Lexicon.build(simulated(*(f"Marlin {chr(97 + n)}x" for n in range(26)), "Coral Reef"))
    assert len(lexicon.sharing(["coral", "marlin"])) == module.NEAREST


@pytest.mark.parametrize("text", ["aB" * 50_000, "a" * 100_000 + "B", "a1" * 50_000, "É" * 100_000])
def test_a_long_token_is_read_in_bounded_time(lexicon, text):
    begin = time.process_time()
    lexicon.token(text)
    assert time.process_time() - begin < FAST


def test_canonical_words_are_those_of_the_vocabulary():
    assert canonical("univ") == names.words().canonical["univ"] == "university"
    assert canonical("oxford") == "oxford"


def test_a_registry_without_names_has_a_lexicon():
    lexicon = Lexicon.build(simulated())
    assert (lexicon.keys, lexicon.near("oxford"), lexicon.token("Oxford").numbers) == ([], "", (None,))
