"""The lexicon: sums of words, rare words and misspelt words, on a small registry worked out by hand."""

from math import log

import pytest

from pipelines.link import lexicon as module
from pipelines.link import rarity
from pipelines.link.lexicon import Lexicon
from pipelines.link.registry import Registry
from tests.link.small_registry import tables


def simulated(*names_: str) -> Registry:
    """Return a registry of simulated organisations of these names."""
    rows = [(f"0sim{n:05}", name, "US", "Springfield", "education", "active", ()) for n, name in enumerate(names_)]
    return Registry.build(*tables(rows, ()))


def shared(lexicon, *words):
    """Return the names that share some rare words, in order."""
    return [index for _, index in lexicon.sharing(list(words))]


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


def test_cities_tell_their_countries(lexicon):
    assert lexicon.cities["newcastle"] == {"GB", "AU"}
    assert lexicon.cities["munich"] == {"DE"}


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


def test_what_is_remembered_has_an_end(lexicon, monkeypatch):
    monkeypatch.setattr(module, "KEPT", 5)
    for n in range(26):
        lexicon.near("oxfor" + chr(ord("a") + n))
    assert len(lexicon.slips) <= 5


def test_names_that_share_more_rare_words_come_first(lexicon):
    first, *rest = shared(lexicon, "leiden", "medical")
    assert lexicon.keys[first] == "center leiden medical university"
    assert [lexicon.keys[i] for i in rest] == ["leiden university"]


def test_a_name_lacks_the_words_that_it_does_not_share(lexicon):
    weight = lexicon.weight
    both, one = lexicon.sharing(["leiden", "medical"])
    assert both[0] == pytest.approx(0)
    assert one[0] == pytest.approx(weight["medical"])
    assert [lacks for lacks, _ in lexicon.sharing(["leiden"])] == [0, 0]


def test_names_that_share_one_rare_word_come_in_their_order():
    lexicon = Lexicon.build(simulated(*(f"Marlin {chr(97 + n)}x" for n in range(26))))
    assert shared(lexicon, "marlin") == list(range(module.NEAREST))


def test_names_are_looked_up_by_the_rarest_words_only(monkeypatch):
    monkeypatch.setattr(rarity, "SMALL", 0)
    lexicon = Lexicon.build(simulated("Marlin Reef", "Coral Reef", "Sunken Reef", "Harbour Reef"))
    # Each of one name: the first three by their letters.
    assert {lexicon.keys[i] for i in shared(lexicon, "coral", "harbour", "marlin", "sunken")} == {
        "coral reef",
        "harbour reef",
        "marlin reef",
    }


def test_a_word_of_many_names_is_left_out_beside_a_rarer_one(monkeypatch):
    monkeypatch.setattr(rarity, "SMALL", 0)
    monkeypatch.setattr(module, "LOOKED", 3)
    lexicon = Lexicon.build(simulated("Marlin Reef", "Coral Reef", "Sunken Reef", "Harbour Reef"))
    assert [lexicon.keys[i] for i in shared(lexicon, "marlin", "reef")] == ["marlin reef"]


def test_the_rarest_word_counts_however_many_names_it_has(lexicon, monkeypatch):
    monkeypatch.setattr(module, "LOOKED", 0)
    assert [lexicon.keys[i] for i in shared(lexicon, "lanzhou", "physics")] == ["chemical institute lanzhou physics"]


def test_two_words_shared_count_more_than_a_rarer_one(monkeypatch):
    monkeypatch.setattr(rarity, "SMALL", 0)
    lexicon = Lexicon.build(simulated("Coral Beach", "Marlin Reef"))
    assert [lexicon.keys[i] for i in shared(lexicon, "coral", "marlin", "reef")] == ["marlin reef", "beach coral"]


def test_no_more_names_are_compared_of_two_words_than_of_one():
    lexicon = Lexicon.build(simulated(*(f"Marlin {chr(97 + n)}x" for n in range(26)), "Coral Reef"))
    assert len(shared(lexicon, "coral", "marlin")) == module.NEAREST


def test_a_registry_without_names_has_a_lexicon():
    lexicon = Lexicon.build(simulated())
    assert (lexicon.keys, lexicon.near("oxford"), lexicon.tokens.read("Oxford").words[0].number) == ([], "", None)
