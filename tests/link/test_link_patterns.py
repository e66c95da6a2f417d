"""Forms of words around a name, by country: every row by its own example, and what they must leave alone."""

import pytest

from pipelines.link import match, names, patterns, seeds, wrappers

ROWS = seeds.load()["holder_patterns"]
KINDS = {"body": "governing_body", "system": "governing_body", "holder": "holder_pattern"}


def _read(text: str) -> list[list[wrappers.Unwrapped]]:
    """Unwrap a name as written, and without its company form: names are tried both ways."""
    folded = names.normal(text).split()
    return [wrappers.unwrap(" ".join(words)) for words in (folded, names.strip_legal(folded)[0])]


def test_every_row_has_a_reason_a_source_and_a_place():
    for row in ROWS:
        assert all(row[column] for column in ("words", "reason", "source", "example", "inside")), row
        assert row["kind"] in KINDS, row
        assert row["place"] in ("start", "end", "both", "tail"), row
        assert row["needs"] in ("", "academic"), row
        assert len(row["country"]) in (0, 2), row
    assert len({(row["country"], row["place"], row["words"]) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['country']} {row['words'][:40]}")
def test_a_rows_example_is_unwrapped_first(row):
    first = [found[0] for found in _read(row["example"]) if found]
    assert names.normal(row["inside"]) in [found.text for found in first]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['country']} {row['words'][:40]}")
def test_a_row_itself_knows_its_example(row):
    """Broken or never reached, a row would hide behind another one that knows its example too."""
    folded = names.normal(row["example"]).split()
    alone = patterns.compiled((row,))
    texts = (" ".join(folded), " ".join(names.strip_legal(folded)[0]))
    found = [inner for text in texts for inner, _ in alone.find(wrappers.without_clause(text))]
    assert names.normal(row["inside"]) in found


@pytest.mark.parametrize(
    ("text", "inside", "country"),
    [
        # Facts of Korea's act on industrial education, art. 25: one body a university.
        ("Industry-Academic Cooperation Foundation, Yonsei University", "yonsei university", "KR"),
        ("Gachon University of Industry-Academic Cooperation Foundation", "gachon university", "KR"),
        ("Daegu National University of Education Industry-Academic Cooperation Foundation",
         "daegu national university of education", "KR"),
        ("충남대학교산학협력단", "충남대학교", "KR"),
        ("国立大学法人 京都大学", "京都大学", "JP"),
        ("National University Corporation Kyushu Institute of Technology", "kyushu institute of technology", "JP"),
        # The words of the name itself stay: it is a university of science.
        ("Tokyo University of Science Foundation", "tokyo university of science", ""),
        ("The Board of Trustees of Western Michigan University", "western michigan university", "US"),
    ],
)  # fmt: skip
def test_what_is_inside_and_where(text, inside, country):
    found = wrappers.unwrap(names.normal(text))
    assert (found[0].text, found[0].country) == (names.normal(inside), country)


def test_a_holder_is_a_body_of_its_own_and_a_legal_form_is_not():
    holder, form = (
        wrappers.unwrap(names.normal(text))[0]
        for text in ("University of Louisville Research Foundation", "School Corporation Kansai University")
    )
    assert (holder.is_holder, holder.method) == (True, "holder_pattern")
    assert (form.is_holder, form.method) == (False, "governing_body")


def test_the_one_acted_for_wins_over_who_acts():
    text = "The Example State Board, a body corporate, acting for and on behalf of Portland State University"
    assert wrappers.unwrap(names.normal(text))[0] == wrappers.Unwrapped("portland state university", "on_behalf")


@pytest.mark.parametrize(
    "name",
    ["Universal Robots", "Foundation Medicine", "Lam Research", "Michelin Recherche et Technique", "Trustees", ""],
)
def test_what_is_no_wrapper(name):
    assert all("univers" not in found.text for found in wrappers.unwrap(names.normal(name)))


def test_a_holders_name_without_the_word_is_read_as_a_universitys_too():
    for text in ("Hallym Industry-Academic Cooperation Foundation", "Juntendo Educational Foundation"):
        first, second = wrappers.unwrap(names.normal(text))[:2]
        assert second.text == f"{first.text} university"


def test_nothing_is_cut_in_the_middle_of_a_name():
    """ "Science foundation" is no wrapper where "university of" would be left."""
    read = [found.text for found in wrappers.unwrap(names.normal("Tokyo University of Science Research Foundation"))]
    assert read[0] == "tokyo university of science"
    assert not any(text.endswith(" of") for text in read)
    assert patterns.load().find("university of foundation") == []


def test_a_form_that_needs_an_academic_word_leaves_others_alone():
    assert wrappers.unwrap("barnes research foundation") == []
    assert wrappers.unwrap("oxford instruments innovation") == []


def test_a_form_of_another_country_does_not_count(linker):
    """A Korean cooperation body is in Korea, whatever the record says or leaves open."""
    name = "Dongguk University Industry-Academic Cooperation Group"
    assert [bool(match.one(linker, name, country).credited_ids) for country in ("KR", "", "US")] == [True, True, False]
    name = "University of Oxford Industry-Academic Cooperation Foundation"  # no such body: Oxford is not in Korea
    assert [match.one(linker, name, country).credited_ids for country in ("", "GB")] == [(), ()]
