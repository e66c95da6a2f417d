"""The learned weights: what they know, that they can be learned again, and what can never be an answer of theirs."""

import json

import numpy as np
import pytest

from pipelines.link import candidates, features, match, rarity, scorer
from pipelines.link.candidates import SEQUENCE, SHORT, Candidate
from pipelines.link.scene import Scene
from pipelines.link.training import labels, learn
from pipelines.link.training.labels import Label
from warehouse import files

ROR = "https://ror.org/"
OXFORD, CAMBRIDGE = f"{ROR}052gg0110", f"{ROR}013meh722"


def test_the_shipped_weights_know_the_features_there_are():
    assert tuple(scorer.shipped().trees.feature_names) == features.NAMES


def test_weights_of_other_features_are_refused(tmp_path):
    card = json.loads(scorer.CARD.read_text("utf-8"))
    assert card["features"] == list(features.NAMES)
    import xgboost

    data = xgboost.DMatrix(np.zeros((4, 2)), np.array([0, 1, 0, 1]), feature_names=["is_right", "is_wrong"])
    xgboost.train({"nthread": 1}, data, 1).save_model(tmp_path / "other.ubj")
    with pytest.raises(ValueError, match=r"pipelines\.link\.training"):
        scorer.Scorer.read(tmp_path / "other.ubj")


def test_the_weights_are_small():
    assert sum(path.stat().st_size for path in scorer.WEIGHTS.parent.iterdir()) < 1_500_000


def _read(*words: str) -> Scene:
    return Scene(" ".join(words), words=list(words))


@pytest.mark.parametrize(
    ("words", "start", "end", "how", "says"),
    [
        (("cnrs",), 0, 1, SHORT, False),  # a lone acronym
        (("cnrs", "fr", "75"), 0, 1, SHORT, False),
        (("cnrs", "institut", "neel"), 0, 1, SHORT, True),
        (("a", "b", "c"), 0, 3, SEQUENCE, False),  # a heap of letters
        (("ibm", "research"), 0, 2, SEQUENCE, True),
        (("北京大学",), 0, 1, SEQUENCE, True),
    ],
)
def test_what_says_too_little_is_no_candidate(words, start, end, how, says):
    one = Candidate(start, end, 0, 0, how, words[start:end], 1, 0)
    assert scorer._says_enough(_read(*words), one) is says


LABELS = [
    Label("Department of Physics, University of Oxford, UK", frozenset({OXFORD})),
    Label("Department of Physics, University of Cambridge, UK", frozenset({CAMBRIDGE})),
    Label("Oxford Instruments, Abingdon, UK", frozenset()),
    Label("Cambridge Consultants, Cambridge, UK", frozenset()),
]


@pytest.fixture(scope="module")
def examples(linker) -> list[learn.Example]:
    return [one for label in LABELS for one in learn.examples(linker.retrieval, label)]


def test_a_candidate_is_right_where_the_label_holds_it_and_a_country_is_told_once_more(linker):
    label = Label("Department of Physics, University of Oxford", frozenset({OXFORD}))
    as_it_stands, told = learn.examples(linker.retrieval, label)
    assert any(as_it_stands.right)
    assert told.weight == as_it_stands.weight * learn.TOLD
    untold = features.NAMES.index("country_untold")
    assert {row[untold] for row in as_it_stands.rows} == {1}
    assert {row[untold] for row in told.rows} == {0}


def test_a_successor_of_a_candidate_is_right_too(linker):
    label = Label("Laboratoire de Physique, Université Bordeaux I", frozenset({f"{ROR}057qpr032"}))
    assert any(any(one.right) for one in learn.examples(linker.retrieval, label))


def test_the_same_examples_give_the_same_weights(examples):
    first, second = (learn.fit(examples, 5).trees.save_raw("ubj") for _ in range(2))
    assert first == second


def test_names_are_answered_the_same_one_by_one_and_together(linker):
    asked = [(label.name, "", "") for label in LABELS]
    assert list(match.many(linker, asked)) == [match.one(linker, *key) for key in asked]


def test_no_candidates_no_answer(linker):
    [answer] = scorer.answers(linker.retrieval, scorer.shipped(), [learn.query(Label("Zzyzx Qwfp", frozenset()))])
    assert answer == scorer.Answer((), None, ())


def test_a_small_registry_knows_which_words_are_common_elsewhere():
    weights = rarity.weights(["oxford university"])
    assert weights["university"] < 3 < 9 < weights["oxford"]


def test_a_large_registry_counts_its_own_words(monkeypatch):
    monkeypatch.setattr(rarity, "SMALL", 2)
    weights = rarity.weights(["oxford university", "york university"])
    assert weights["university"] == pytest.approx(0)
    assert weights["oxford"] == pytest.approx(np.log(2))


@pytest.mark.real
@pytest.mark.slow
def test_the_shipped_weights_are_those_that_the_command_learns(real_linker, real):
    """Learned again from the labels, they give the same probabilities."""
    told = scorer.card()["learned_from"]["labels"]
    assert told == {path.name: files.sha256(path) for path in sorted((real / "labels").iterdir())}
    sets = labels.read(real / "labels")
    again = learn.fit([e for some in sets.values() for one in some for e in learn.examples(real_linker.retrieval, one)])
    rows = [r for one in sets["api_logs"] for r in real_linker.retrieval.rows(learn.query(one))[1]]
    matrix = features.matrix(rows)
    shipped = scorer.shipped().probabilities(matrix)
    assert len(shipped) > 1000
    assert again.probabilities(matrix) == pytest.approx(shipped, abs=0.02)


def test_every_candidate_has_every_feature(linker):
    found, rows = linker.retrieval.rows(learn.query(LABELS[0]))
    assert len(found) == len(rows) > 0
    assert {len(row) for row in rows} == {len(features.NAMES)}
    assert isinstance(found[0], candidates.Candidate)
