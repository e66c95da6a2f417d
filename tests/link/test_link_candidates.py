"""Candidates: the ways in which a string leads to organisations, on a small registry worked out by hand."""

import time

import pytest

from pipelines.link import candidates, scene
from pipelines.link.candidates import SEQUENCE, SET, SHARED, SHORT
from pipelines.link.context import Context
from pipelines.link.lexicon import Lexicon
from pipelines.link.registry import ACRONYM, ALIAS, LABEL, Registry
from tests.link.small_registry import ORGANISATIONS, tables

FAST = 0.5
"""Seconds that the longest string may take."""
TOKYO = (
    ("057zh3y96", "University of Tokyo", "JP", "Tokyo", "education", "active", (("label", "東京大学"),)),
    ("022cvpj02", "University of Tokyo Hospital", "JP", "Tokyo", "healthcare", "active",
     (("label", "東京大学医学部附属病院"),)),
)  # fmt: skip


@pytest.fixture(scope="module")
def ask():
    """Return a function that finds the candidates of a string: `ask(name, country="", registry=...)`."""
    indexed: dict[int, Lexicon] = {}
    usual = Registry.build(*tables((*ORGANISATIONS, *TOKYO)))

    def find(name, country="", registry=usual):
        lexicon = indexed.setdefault(id(registry), Lexicon.build(registry))
        read = scene.read(registry, lexicon, name, country, Context())
        return [
            (registry.display[one.organisation], " ".join(read.words[one.start : one.end]), one)
            for one in candidates.find(registry, lexicon, read)
        ]

    return find


def named(found, how=None):
    return {display for display, _, one in found if how in (None, one.how)}


def simulated(*names_, country="US", others=()) -> Registry:
    """Return a registry of simulated organisations of these names, the last of which have the most names."""
    rows = [
        (f"0sim{n:05}", name, country, "Springfield", "education", "active",
         tuple(("alias", f"{name} {chr(97 + n)}{i}") for i in range(n)))
        for n, name in enumerate(names_)
    ]  # fmt: skip
    return Registry.build(*tables((*rows, *others), ()))


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("University of Oxford", SEQUENCE),
        ("Oxford University", SET),
        ("The Oxford, University", SET),  # over a comma
        ("UNIV OXFORD", SET),  # an abbreviation
        ("Universität Oxford", SET),  # another language
        ("University of the Oxford", SET),  # a small word more
        ("Univresity of Oxford", SET),  # a slip of the pen
    ],
)
def test_a_name_is_found_by_its_words(ask, name, how):
    assert [(display, one.how) for display, _, one in ask(name)] == [("University of Oxford", how)]


def test_a_name_is_found_within_a_string(ask):
    [(display, words, one)] = ask("Department of Zoology, University of Oxford, Oxford OX1 3SZ, UK")
    assert (display, words) == ("University of Oxford", "university of oxford")
    assert one.key == ("oxford", "university")
    assert (one.kind, one.rivals, one.rivals_there) == (LABEL, 1, 1)


@pytest.mark.parametrize(("small", "found"), [(16, {"Leiden University"}), (17, set())])
def test_small_words_within_a_name_have_an_end(ask, small, found):
    assert named(ask("Leiden " + "of " * small + "University"), SET) == found


def test_names_within_names_are_all_found(ask):
    found = {(display, words) for display, words, _ in ask("Leiden University Medical Center")}
    assert found == {
        ("Leiden University", "leiden university"),
        ("Leiden University Medical Center", "leiden university medical center"),
    }


def test_an_unknown_word_parts_names(ask):
    assert named(ask("Oxford Zzyzx University"), SET) == set()
    assert named(ask("Oxford Zzyzx University"), SHARED) == {"University of Oxford"}  # all its words, but apart


def test_candidates_come_in_the_order_of_their_words(ask):
    found = [one for *_, one in ask("Leiden University, CNRS, University of Oxford")]
    assert [one.start for one in found] == [0, 2, 3]


def test_glued_words_are_found(ask):
    assert named(ask("School of SciencesCambridge University")) == {"University of Cambridge"}


def test_the_kind_of_a_name_is_told(ask):
    [(display, _, one)] = ask("University of Newcastle")
    assert (display, one.kind) == ("University of Newcastle Australia", ALIAS)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Siemens", {"Siemens (Germany)"}),  # the whole string
        ("Oxford, Siemens, Munich", {"Siemens (Germany)"}),  # a segment
        ("old SIEMENS works", {"Siemens (Germany)"}),  # in capitals
        ("old Siemens works", set()),
        ("old siemens works", set()),
    ],
)
def test_a_name_of_one_word_stands_alone_or_in_capitals(ask, name, found):
    assert named(ask(name)) == found


def test_a_name_of_one_word_in_another_script_need_not_stand_alone(ask):
    assert named(ask("παλιά Ζίμενς", registry=simulated("Ζίμενς"))) == {"Ζίμενς"}


@pytest.mark.parametrize(("name", "found"), [("Oxa", set()), ("Oxan", {"Oxan"})])
def test_a_name_of_three_letters_is_too_short(ask, name, found):
    assert named(ask(name, registry=simulated(name))) == found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("CNRS, Paris", {"Centre National de la Recherche Scientifique"}),
        ("Laboratory CNRS Paris", {"Centre National de la Recherche Scientifique"}),
        ("cnrs Paris", set()),
        ("Cnrs Paris", set()),
        ("OU Oxford", set()),  # two letters are too few
        ("LMU INSTITUTE FOR OLD GREEK AND LATIN STUDIES", set()),  # all is in capitals
    ],
)
def test_acronyms_count_where_capitals_tell(ask, name, found):
    assert named(ask(name), SHORT) == found


def test_an_acronym_has_its_kind_and_its_key(ask):
    [(_, words, one)] = ask("TUM Munich")
    assert (words, one.kind, one.key) == ("tum", ACRONYM, ("tum",))


def test_a_name_counts_more_than_an_acronym(ask):
    firm = ("0sim99999", "Marlin GmbH", "DE", "Bonn", "company", "active", (("acronym", "MARLIN"),))
    [(_, _, one)] = ask("old MARLIN works", registry=simulated(others=(firm,)))
    assert (one.how, one.kind) == (SET, LABEL)


def test_of_two_spellings_of_a_name_the_better_kind_counts(ask):
    school = ("0sim99999", "Marlin College", "US", "Ohio", "education", "active", (("alias", "MarlinCollege"),))
    [(_, _, one)] = ask("Marlin College", registry=simulated(others=(school,)))
    assert (one.kind, one.rivals) == (LABEL, 1)


@pytest.mark.parametrize("name", ["LeidenUniversity", "leidenuniversity", "Lei den University"])
def test_a_segment_is_found_however_its_blanks_stand(ask, name):
    assert named(ask(f"Physics, {name}")) == {"Leiden University"}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("東京大学", {"University of Tokyo"}),
        ("東京大学理学部", {"University of Tokyo"}),  # its faculty of science: a name it begins with
        ("国立大学法人東京大学", {"University of Tokyo"}),  # a name it ends in
        ("東京大学医学部附属病院内科", {"University of Tokyo Hospital"}),  # the longest name it begins with
        ("東京", set()),
    ],
)
def test_the_longest_name_within_unbroken_letters_is_found(ask, name, found):
    assert named(ask(name)) == found


@pytest.mark.parametrize(
    "name",
    [
        "Lanzhou Institute of Physics",  # without "chemical"
        "Lanzhou Chemical Institute",  # without "physics"
        "Zoology, Lanzhou Institute of Zzyzx Physics",  # with another word instead
        "Chemical Physics Lanzhou Zzyzx",  # without "institute"
    ],
)
def test_a_name_is_found_by_the_rare_words_it_shares(ask, name):
    assert named(ask(name), SHARED) == {"Lanzhou Institute of Chemical Physics"}


@pytest.mark.parametrize(
    "name",
    [
        "Lanzhou",  # one word alone
        "Lanzhou, Institute of Physics",  # in another segment
        "Lanzhou a b c d e f g h i Physics",  # eleven words for a name of four
        "Dongguk Institute",  # less than half of any name's weight but of its own
    ],
)
def test_a_lone_word_leads_to_no_name_that_shares_it(ask, name):
    assert "Lanzhou Institute of Chemical Physics" not in named(ask(name), SHARED)


def test_words_of_a_name_found_lead_to_no_others(ask):
    assert named(ask("Leiden University")) == {"Leiden University"}


def test_a_shared_name_lies_where_its_words_do(ask):
    [(_, words, one)] = ask("Zoology, old Lanzhou Institute of Physics Zzyzx")
    assert words == "lanzhou institute of physics"
    assert one.key == ("chemical", "institute", "lanzhou", "physics")


def test_a_name_that_is_only_like_it_in_another_country_is_anothers(ask):
    assert named(ask("Lanzhou Institute of Physics, France")) == set()
    assert named(ask("Lanzhou Institute of Physics, PR China")) == {"Lanzhou Institute of Chemical Physics"}


def test_the_country_of_the_record_leaves_out_others(ask):
    assert named(ask("University of Oxford", country="GB")) == {"University of Oxford"}
    assert named(ask("University of Oxford", country="US")) == set()


def test_the_country_of_the_string_leaves_out_nobody(ask):
    [(display, _, one)] = ask("University of Oxford, USA")
    assert (display, one.rivals_there) == ("University of Oxford", 0)


@pytest.mark.parametrize(
    ("words", "home", "display"),
    [
        ("Oxford University", "UK", "University of Oxford"),
        ("TUM at Springfield Park", "Germany", "Technical University of Munich"),
    ],
)
def test_in_another_country_than_told_other_words_and_acronyms_name_nobody(ask, words, home, display):
    assert named(ask(f"{words}, {home}")) == {display}
    assert named(ask(f"{words}, USA")) == set()


def test_a_country_holds_what_is_filed_under_another_code(ask):
    """Organisations of Hong Kong are found for China, as `choose.same_country` says."""
    registry = simulated("Marlin College", country="HK")
    assert named(ask("Marlin College", country="CN", registry=registry)) == {"Marlin College"}


def test_of_many_that_bear_a_name_those_of_the_country_come_first(ask):
    abroad = ("0sim99999", "Marlin College", "FR", "Paris", "education", "active", ())
    registry = simulated(*["Marlin College"] * 8, others=(abroad,))
    found = [one for *_, one in ask("Marlin College, France", registry=registry)]
    assert len(found) == candidates.LIKELY
    assert {(one.rivals, one.rivals_there) for one in found} == {(9, 1)}
    assert "FR" in {registry.country[one.organisation] for one in found}


def test_of_many_that_bear_a_name_the_most_prominent_are_kept(ask):
    registry = simulated(*["Marlin College"] * 9)
    found = {registry.prominence[one.organisation] for *_, one in ask("Marlin College", registry=registry)}
    assert found == set(sorted(registry.prominence)[-candidates.LIKELY :])


def test_of_many_names_that_share_rare_words_few_are_kept(ask):
    words = ("Coral", "Sunken", "Harbour", "Northern", "Deep")
    one_name_each = [
        (f"0sim{n:05}", f"Marlin {word} College", "US", "Springfield", "education", "active", ())
        for n, word in enumerate(words)
    ]
    registry = simulated(others=one_name_each)
    found = ask("Marlin Harbourside College of Sunken Zzyzx", registry=registry)
    assert len([one for *_, one in found if one.how == SHARED]) == candidates.PARTIAL
    assert "Marlin Sunken College" in named(found, SHARED)  # shares the most


def test_a_name_of_too_many_words_is_not_slid_over(ask):
    words = "coral sunken harbour northern deep marlin reef island lagoon anchor beacon current tide".split()
    registry = simulated(" ".join(words), " ".join(words[1:]))
    found = ask(" ".join(reversed(words)), registry=registry)
    assert (len(words), candidates.WIDEST) == (13, 12)
    assert named(found, SET) == {" ".join(words[1:])}


def test_each_organisation_is_found_once_on_the_same_words(ask):
    found = [one for *_, one in ask("CNRS, CNRS, Leiden University Medical Center, TUM, University of Oxford")]
    assert len({(one.organisation, one.start, one.end) for one in found}) == len(found)


@pytest.mark.parametrize("name", ["", " ", ",;()", "\x00\x1f\x7f", "\ud800", "...", "&&&&"])
def test_a_string_of_no_words_names_nobody(ask, name):
    assert ask(name) == []


@pytest.mark.parametrize(
    "name",
    [
        "University of Oxford " * 10_000,
        "Oxferd Univresity " * 10_000,
        "Lanzhou Physics, " * 10_000,
        "CNRS " * 10_000,
        "東京大" * 100_000,
        "東京大 " * 100_000,
        "university " * 100_000,
        "\x00\x07" * 100_000,
        "a" * 1_000_000,
    ],
)
def test_hostile_strings_are_searched_in_bounded_time(ask, name):
    ask("Oxferd")  # the lexicon is built, and knows which words are alike
    begin = time.process_time()
    found = ask(name)
    assert time.process_time() - begin < FAST
    assert len(found) <= scene.LONGEST * candidates.WIDEST * candidates.LIKELY
