"""Which scored candidates are answers, which are asked about."""

from pipelines.link import decide
from pipelines.link.candidates import SEQUENCE, Candidate
from tests.link.small_registry import ROR


def candidate(organisation, start, end):
    return Candidate(start, end, organisation, 0, SEQUENCE, ("name",), 1, 1)


def organisations(found, probabilities, least=0.8):
    return [one.organisation for one, _ in decide.chosen(found, probabilities, least)]


def test_names_apart_are_all_answers_the_surest_first():
    assert organisations([candidate(1, 0, 2), candidate(2, 3, 5)], [0.85, 0.9]) == [2, 1]


def test_of_names_that_share_words_the_surest_is_the_answer():
    found = [candidate(1, 0, 2), candidate(2, 0, 4), candidate(3, 3, 5)]
    assert organisations(found, [0.85, 0.9, 0.95]) == [3, 1]


def test_an_organisation_is_answered_once():
    assert organisations([candidate(1, 0, 2), candidate(1, 3, 5)], [0.9, 0.95]) == [1]


def test_the_least_probability_is_enough_and_less_is_not():
    assert organisations([candidate(1, 0, 2)], [0.8]) == [1]
    assert organisations([candidate(1, 0, 2)], [0.79]) == []


def test_equal_probabilities_are_told_apart_by_place_then_number():
    found = [candidate(2, 0, 2), candidate(1, 0, 2), candidate(3, 1, 3)]
    assert organisations(found, [0.9, 0.9, 0.9]) == [1]


def test_nothing_found_is_no_answer():
    assert decide.chosen([], []) == []
    assert decide.doubtful([], [], []) == []


def test_rivals_below_the_least_are_asked_about_the_likeliest_first():
    found, probabilities = [candidate(1, 0, 2), candidate(2, 0, 2), candidate(3, 0, 2)], [0.4, 0.5, 0.01]
    assert decide.doubtful(found, probabilities, []) == [2, 1]


def test_words_that_are_answered_are_not_asked_about():
    found, probabilities = (
        [candidate(1, 0, 2), candidate(2, 1, 3), candidate(3, 4, 5), candidate(1, 5, 6)],
        [0.95, 0.6, 0.5, 0.4],
    )
    taken = decide.chosen(found, probabilities, 0.8)
    assert decide.doubtful(found, probabilities, taken) == [3]


def test_an_organisation_that_is_no_more_stays_and_a_withdrawn_record_does_not(registry):
    gone, heir = registry.number[ROR + "001anga17"], registry.number[ROR + "057qpr032"]
    assert registry.status[gone] == "inactive"
    assert decide.standing(registry, gone) == gone
    registry.status[gone] = "withdrawn"
    try:
        assert decide.standing(registry, gone) == heir
    finally:
        registry.status[gone] = "inactive"
