"""No label is looked up: no labelled string stands in a seed, a data file or the code that linking reads.

Excepted are names of the registry, holders with a citation of their own, single common words and places
(leaks.GENERIC), and what linking never reads (leaks.ELSEWHERE), each with its reason.
"""

import shutil
from pathlib import Path

import pytest

from pipelines.link import holders, patterns, seeds
from pipelines.link.training import labels
from tests.benchmarks.baselines import names as registry_names
from tests.link import leaks

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def labelled(real) -> set[str]:
    return {label.name for held in labels.read(real / "labels").values() for label in held}


@pytest.fixture(scope="module")
def of_ror(real) -> set[str]:
    dump = next((real / "ror").glob("*.zip"))
    return set().union(*(leaks.keys(name) for name in registry_names.written(dump)))


def _shown(found) -> str:
    return "\n".join(sorted({f"{one.where}: {one.text}" for one in found}))


@pytest.mark.real
def test_no_seed_holds_a_labelled_string(labelled, of_ror):
    found = leaks.leaks(leaks.of_seeds(seeds.SHIPPED), labelled, of_ror)
    assert not found, _shown(found)


@pytest.mark.real
def test_no_data_file_holds_a_labelled_string(labelled, of_ror):
    found = leaks.leaks(leaks.of_data(ROOT / "pipelines"), labelled, of_ror)
    assert not found, _shown(found)


@pytest.mark.real
def test_no_literal_of_the_code_is_a_labelled_string(labelled, of_ror):
    found = leaks.leaks(leaks.of_code(ROOT / "pipelines"), labelled, of_ror)
    assert not found, _shown(found)


@pytest.mark.real
def test_a_real_label_planted_in_a_copy_of_the_seeds_is_found(labelled, of_ror, tmp_path):
    planted = next(name for name in sorted(labelled) if not leaks.keys(name) & of_ror and len(name) > 40)
    shutil.copytree(seeds.SHIPPED, tmp_path / "seeds")
    with (tmp_path / "seeds" / "herd_names.csv").open("a", encoding="utf-8") as file:
        file.write(f'XX,"{planted.upper().replace(chr(34), "")}",,,planted\n')
    found = leaks.leaks(leaks.of_seeds(tmp_path / "seeds"), labelled, of_ror)
    assert any(one.where.startswith("herd_names.csv") for one in found)


IN_PART = {"organisation_ids": "name", "holder_patterns": "inside"}
"""Seeds that linking reads but for one column."""


def test_what_is_excepted_as_read_elsewhere_is_not_read_by_linking():
    for where, column in leaks.ELSEWHERE:
        stem = where.removesuffix(".csv")
        assert not where.startswith("pipelines/link/")
        assert stem not in seeds.FILES or IN_PART[stem] == column


def test_the_columns_excepted_are_not_read(linker):
    """Patterns and ids lead to the same with those columns blank."""
    loaded = seeds.load()
    blank = {stem: tuple(row | {column: ""} for row in loaded[stem]) for stem, column in IN_PART.items()}
    assert patterns.compiled(blank["holder_patterns"]) == patterns.compiled(loaded["holder_patterns"])
    without = seeds.Seeds({**loaded.rows, **blank}, loaded.digest)
    assert holders.curate(linker.registry, without) == linker.curated


LABELLED = ["Bord of Trustees, Foo Univ", "University of Oxford", "University"]
REGISTRY = {"university of oxford", "universityofoxford"}


@pytest.mark.parametrize(
    ("file", "row", "is_found"),
    [
        ("link_overrides.csv", "Bord of Trustees & Foo Univ,x,x", False),
        ("link_overrides.csv", "bord of trustees foo univ,x,x", True),
        ("link_overrides.csv", "Other|BORD OF TRUSTEES - FOO UNIV,x,x", True),
        ("link_overrides.csv", "University of Oxford,x,x", False),
        ("name_words.csv", "university,x,x", False),
        ("ip_holders.csv", "Bord of Trustees Foo Univ,x,curator's general knowledge", True),
        ("ip_holders.csv", "Bord of Trustees Foo Univ,x,Foo University's own page on its patents", False),
        ("link_overrides.csv", "Bord of Trustees Foo Univ,x,Foo University's own page on its patents", True),
    ],
)
def test_a_label_planted_in_a_seed_is_found(tmp_path, file, row, is_found):
    (tmp_path / file).write_text(f"names,id,source\n{row}\n", "utf-8")
    assert bool(leaks.leaks(leaks.of_seeds(tmp_path), LABELLED, REGISTRY)) is is_found


def test_a_label_planted_in_code_or_data_is_found(tmp_path):
    folder = tmp_path / "pipelines"
    folder.mkdir()
    (folder / "rules.py").write_text('"""Nothing."""\nANSWER = {"bord of trustees FOO univ": 1}\n', "utf-8")
    (folder / "weights.json").write_text('{"bord of trustees, foo univ": 0.5, "bias": 1}', "utf-8")
    (folder / "words.txt").write_text("harmless\nBord of Trustees, Foo Univ\n", "utf-8")
    assert {one.where for one in leaks.leaks(leaks.of_code(folder), LABELLED, REGISTRY)} == {"pipelines/rules.py:2"}
    assert {one.where for one in leaks.leaks(leaks.of_data(folder), LABELLED, REGISTRY)} == {
        "pipelines/weights.json:1",
        "pipelines/words.txt:2",
    }
