"""The measuring side of linking: metric, folds, seam and baselines, on figures worked out by hand."""

from dataclasses import dataclass, field

import pytest

from pipelines.link.training.labels import Label, ids
from tests.benchmarks import folds, link_page, trial
from tests.benchmarks.baselines import exact, names, ngrams, places, token_set
from tests.benchmarks.baselines.names import Name
from tests.benchmarks.measures import Reached, Scored, calibration_error, curve, reached

A, B, C = (f"https://ror.org/{tail}" for tail in ("052gg0110", "013meh722", "02kkvpp62"))
KNOWN = [
    Name("university of oxford", A, "GB", "label"),
    Name("oxford university", A, "GB", "alias"),
    Name("university of cambridge", B, "GB", "label"),
    Name("technical university of munich", C, "DE", "label"),
    Name("tum", C, "DE", "acronym"),
]


def label(name, *right, country=""):
    return Label(name, frozenset(right), country)


def test_pairs_are_counted_over_all_strings():
    labels = [label("one", A, B), label("two", C), label("three")]
    got = reached(labels, [frozenset({A, C}), frozenset(), frozenset({B})])
    assert got == Reached(right=1, said=3, wanted=3)
    assert (got.precision, got.recall) == (1 / 3, 1 / 3)


def test_f_half_weighs_precision():
    """Precision 3/4, recall 1/2: F1 = 0.6; F0.5 = 1.25 × 0.375 / (0.1875 + 0.5) = 15/22."""
    got = Reached(right=3, said=4, wanted=6)
    assert got.f(1) == pytest.approx(0.6)
    assert got.f(0.5) == pytest.approx(15 / 22)
    assert Reached(0, 0, 3).f(1) == 0


def test_no_match_is_no_id():
    assert ids("NP", "", A) == {A}


def test_precision_and_share_answered_by_threshold():
    labels = [label("one", A), label("two", B), label("three", C), label("four")]
    said = [
        Scored(frozenset({A}), 0.9),
        Scored(frozenset({A}), 0.7),
        Scored(frozenset(), None),
        Scored(frozenset({C}), 0.6),
    ]
    assert curve(labels, said, (0.5, 0.7, 0.95)) == [(0.5, 1 / 3, 0.75), (0.7, 0.5, 0.5), (0.95, 0.0, 0.0)]


def test_calibration_error_is_the_gap_between_score_and_truth():
    """Two bins of two pairs: |0.5 + 0.5 - 1| = 0 and |0.9 + 0.9 - 1| = 0.8; over four pairs 0.2."""
    labels = [label("a", A), label("b", A), label("c", A), label("d", A)]
    said = [Scored(frozenset({id_}), score) for id_, score in ((A, 0.5), (B, 0.5), (A, 0.9), (B, 0.9))]
    assert calibration_error(labels, said, bins=2) == pytest.approx(0.2)
    assert calibration_error(labels, [Scored(frozenset(), None)] * 4) == 0


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Dept. of Physics, Université de X, 75005 Paris", "dept of physics - UNIVERSITE DE X - Paris"),
        ("University of X, University of X", "of X University"),
        ("Universität X", "Universitat X"),
    ],
)
def test_near_duplicates_share_a_fold(left, right):
    assert folds.key(left) == folds.key(right)
    assert folds.fold(left) == folds.fold(right)


def test_different_names_and_numbers_alone_keep_their_keys():
    assert folds.key("University of York") != folds.key("University of New York")
    assert folds.key("3M") != folds.key("4M")


def test_every_label_is_held_back_once():
    labels = [label(f"name {chr(97 + n)}") for n in range(26)]
    split = folds.split(labels)
    assert sorted(i for _, held in split for i in held) == list(range(26))
    assert all(not set(train) & set(held) and len(train) + len(held) == 26 for train, held in split)


@dataclass
class Memoriser:
    """A system that answers with what it saw in training: out of fold it must know nothing."""

    learns: str
    name: str = "memoriser"
    strings: int | None = None
    seen: dict = field(default_factory=dict)

    def fit(self, train):
        self.seen = {folds.key(one.name): one.right for one in train}

    def answer(self, labels):
        return [self.seen.get(folds.key(one.name), frozenset()) for one in labels]

    def forget(self):
        pass


@pytest.mark.parametrize("learns", ["set", "all"])
def test_what_was_learned_by_heart_does_not_show(learns):
    """The same strings, written a little differently, in two sets: none is recalled."""
    first = [label(f"University of {chr(97 + n)}x", A) for n in range(26)]
    second = [label(f"{one.name.upper()}, 12345", A) for one in first] + [label("of AX university", A)]
    system = Memoriser(learns)
    found = trial.out_of_fold(system, {"first": first, "second": second}, system.answer)
    assert {name: len(held) for name, held in found.items()} == {"first": 26, "second": 27}
    assert set().union(*found["first"], *found["second"]) == set()


def test_a_draw_is_the_same_every_time_and_whole_when_small():
    labels = [label(f"name {n}") for n in range(30)]
    assert trial.drawn(labels, 7) == trial.drawn(list(reversed(labels)), 7)
    assert trial.drawn(labels, None) == trial.drawn(labels, 30) == labels


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dept of X, Univ of Y, 80333 Munich, Germany", {"DE"}),
        ("Austin, TX 78712", {"US"}),
        ("A, UK; B, P. R. China.", {"GB", "CN"}),
        ("University of New Mexico", set()),
    ],
)
def test_countries_are_told_by_segments_of_their_own(text, expected):
    assert places.countries(text) == expected


def test_exact_names_whole_or_as_a_segment_in_the_country_told():
    system = exact.system(KNOWN)
    system.setting = ("label", "alias")
    asked = [
        "Dept of X, OXFORD UNIVERSITY, Oxford, UK",
        "Oxford University, Germany",
        "TUM",
        "University of Oxford Press",
    ]
    assert system.answer([label(name) for name in asked]) == [{A}, set(), set(), set()]


def test_the_longest_run_of_words_is_taken():
    known = [*KNOWN, Name("university of munich", B, "DE", "label")]
    system = ngrams.system(known)
    system.setting = ngrams.Setting(words=2, letters=0, has_aliases=True, take="all")
    asked = "Physics Technical University of Munich and University of Oxford"
    assert system.answer([label(asked), label(asked + ", Germany")]) == [{A, C}, {C}]


def test_a_settings_choice_follows_the_labels():
    """Where only labels are right, aliases are not taken."""
    system = exact.system([*KNOWN, Name("cambridge college", B, "GB", "alias")])
    system.fit([label("University of Oxford", A), label("Cambridge College")])
    assert system.setting == ("label",)
    system.fit([label("Oxford University", A), label("Cambridge College", B)])
    assert system.setting == ("label", "alias")


def test_token_sets_are_compared_within_the_country():
    system = token_set.system(KNOWN)
    system.setting = (100.0, 2, 0.0)
    asked = [label("Department of Law of the University of Oxford"), label("University of Oxford", country="DE")]
    assert system.answer(asked) == [{A}, set()]


def test_tf_idf_finds_a_name_with_a_slip_of_the_pen():
    pytest.importorskip("sklearn", reason="needs the bench extra: pip install -e '.[bench]'")
    from tests.benchmarks.baselines import tfidf

    system = tfidf.system(KNOWN)
    system.setting = (98.0, 14, "all")
    assert system.answer([label("Dept of Law, Univesity of Oxford"), label("Oxford Street")]) == [{A}, set()]


def test_names_are_folded():
    assert names.fold("Université  d'Été & Co.") == "universite d ete and co"
    assert names.segments("A (B), C - D; E-F") == ["a", "b", "c", "d", "e f"]


def test_a_table_replaces_the_one_between_its_markers(tmp_path):
    page = tmp_path / "linking.md"
    page.write_text("before\n<!-- bench: written by the bench -->\nold\n<!-- end of bench -->\nafter\n", "utf-8")
    link_page.write({"bench": "new"}, page)
    link_page.write({"bench": r"newer \1"}, page)
    assert page.read_text("utf-8") == (
        "before\n<!-- bench: written by the bench -->\n\nnewer \\1\n\n<!-- end of bench -->\nafter\n"
    )
    with pytest.raises(ValueError, match="no markers"):
        link_page.write({"scores": "x"}, page)


def test_a_row_tells_what_was_asked_in_part():
    row = link_page.Row("set", "system", 200, 3000, Reached(3, 4, 6), 1234.5)
    assert link_page.line(row) == "| set | system | 200* | 0.750 | 0.500 | 0.600 | 0.682 | 1,200 |"
