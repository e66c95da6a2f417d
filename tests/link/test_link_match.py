"""Each rule of linking, by a record that taught it; and what must stay unlinked."""

import pyarrow as pa
import pytest

from pipelines.link import context, decide, match

ROR = "https://ror.org/"
# name, country, context, tail named ('' none), tail credited, method
LINKED = (
    ("anything", "DE", "id:grid:02kkvpp62", "02kkvpp62", "02kkvpp62", "identifier"),
    ("STICHTING X", "", f"id:ror:{ROR}027bh9e22", "027bh9e22", "027bh9e22", "identifier"),
    # the first organisation of the registry
    ("anything", "", f"id:ror:{ROR}001anga17", "001anga17", "057qpr032", "identifier"),
    ("WARF", "US", "", "00hwxbz16", "01y2jtd41", "holder"),
    ("Wisconsin Alumni Research Foundation, Inc.", "US", "", "00hwxbz16", "01y2jtd41", "holder"),
    ("Isis Innovation Limited", "GB", "type:PRC", "", "052gg0110", "holder"),
    ("KOBENHAVNS UNIVERSITET", "DK", "", "035b05819", "035b05819", "exact"),
    ("PANEPISTIMIO PATRON", "GR", "", "017wvtq80", "017wvtq80", "exact"),
    ("University of Munich", "DE", "", "05591te55", "05591te55", "exact"),
    ("SIEMENS AKTIENGESELLSCHAFT", "DE", "type:PRC", "059mq0909", "059mq0909", "wording"),
    ("UNIVERSITAET KOPENHAGEN", "DK", "", "", "", "none"),
    ("Univ. Leiden", "NL", "", "027bh9e22", "027bh9e22", "word_order"),
    ("THE CHANCELLOR, MASTERS AND SCHOLARS OF THE UNIVERSITY OF OXFORD", "GB", "type:HES", "052gg0110",
     "052gg0110", "governing_body"),
    ("Arizona Board of Regents on behalf of Arizona State University", "US", "", "03efmqc40", "03efmqc40",
     "on_behalf"),
    ("Arizona Board of Regents", "US", "", "0054f1w39", "0054f1w39", "holder"),
    ("The Board of Trustees of the University of Illinois", "US", "",
     "05e94g991", "05e94g991", "governing_body"),
    ("Dongguk University Industry-Academic Cooperation Foundation", "KR", "", "",
     "057q6n778", "holder_pattern"),
    ("Industry-University Cooperation Foundation Dongguk University", "", "", "",
     "057q6n778", "holder_pattern"),
    ("CENTRE NATIONAL DE LA RECHERCHE SCIENTIFIQUE CNRS", "FR", "type:REC", "02feahw73", "02feahw73",
     "part_of_name"),
    ("Department of Physics, University of Cambridge, UK", "", "type:HES", "013meh722", "013meh722", "segment"),
    ("Lanzhou Institute of Chemical Physics, Chinese Academy of Sciences", "", "type:REC", "007ffzr57", "007ffzr57",
     "segment"),
    ("Arizone State University", "US", "type:HES", "03efmqc40", "03efmqc40", "similar"),
    ("Department of Physics, University of Cambridge, UK", "", "", "013meh722", "013meh722", "scored"),
    ("Arizone State University", "US", "", "03efmqc40", "03efmqc40", "scored"),
    ("Université Bordeaux I", "FR", "", "001anga17", "057qpr032", "exact"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "country", "about", "named", "credited", "method"), LINKED)
def test_rule(linker, name, country, about, named, credited, method):
    link = match.one(linker, name, country, about)
    assert link.method == method
    assert link.named_ids == ((ROR + named,) if named else ())
    assert link.credited_ids == ((ROR + credited,) if credited else ())
    if method == "scored":
        assert decide.LEAST <= link.score < 1
    else:
        assert link.score == match.SCORES.get(method)


def test_every_rule_that_answers_has_a_probability():
    assert {row[5] for row in LINKED} - {"none", "scored"} <= set(match.SCORES)
    assert all(0.8 <= score < 1 for score in match.SCORES.values())


@pytest.mark.parametrize(
    ("name", "country", "about"),
    [
        ("TUM", "DE", ""),  # a lone acronym
        ("CNRS", "", ""),
        ("University", "GB", ""),  # generic
        ("Institute of Technology", "", ""),
        ("University of Oxford", "US", ""),  # no such university there
        ("Oxford University Press", "GB", "type:PRC"),  # another organisation
        ("Friends of the University of Oxford", "GB", "type:OTH"),
        ("University of Cambridge Students Union", "GB", "type:OTH"),
        ("Medical University of Munich", "DE", "type:HES"),
        ("Leiden University Hospital", "NL", "type:HES"),
        ("University Medical Center of Leiden Suppliers BV", "NL", "type:PRC"),
        ("Fund Ltd", "BE", "type:PRC"),
        ("", "DE", ""),
    ],
)
def test_stays_unlinked(linker, name, country, about):
    assert match.one(linker, name, country, about).credited_ids == ()


def test_an_empty_name_is_no_organisation(linker):
    assert match.one(linker, " - ", "DE").status == "no_organisation"


def test_country_decides_between_namesakes(linker):
    assert match.one(linker, "University of Newcastle", "AU").credited_ids == (f"{ROR}00eae9z71",)
    assert match.one(linker, "Newcastle University", "GB").credited_ids == (f"{ROR}01kj2bm70",)


def test_bulk_keeps_rows_and_order(linker):
    asked = [("University of Oxford", "GB", ""), ("Nobody Ltd", "GB", ""), ("University of Oxford", "GB", "")]
    columns = {n: [row[i] for row in asked] for i, n in enumerate(("name", "country", "context"))}
    found = match.match(pa.table(columns), linker)
    assert found["name"].to_pylist() == [row[0] for row in asked]
    assert found["credited_id"].to_pylist() == [f"{ROR}052gg0110", None, f"{ROR}052gg0110"]
    assert found["status"].to_pylist() == ["linked", "unlinked", "linked"]


def test_context_is_read_as_it_was_written():
    about = context.Context(short="A | B", type="HES", city="PARIS", id="pic:999")
    written = context.write(about)
    assert written == "short:A / B | type:HES | city:PARIS | id:pic:999"
    assert context.read(written) == context.Context(short="A / B", type="HES", city="PARIS", id="pic:999")
    assert context.read("") == context.Context()
