"""Legal forms in every script come off the ends of names, and nothing else does."""

import csv

import pytest

from pipelines.link import company, names
from pipelines.link.seeds import SHIPPED


def left(name, country=""):
    return names.strip_legal(names.normal(name).split(), country)[0]


@pytest.mark.parametrize(
    ("name", "country", "words", "form"),
    [
        ("株式会社東芝", "JP", ["東芝"], "kk"),
        ("東芝株式会社", "JP", ["東芝"], "kk"),
        ("㈱東芝", "JP", ["東芝"], "kk"),
        ("华为技术有限公司", "CN", ["华为技术"], "coltd"),
        ("台積電股份有限公司", "TW", ["台積電"], "coltd"),
        ("주식회사 삼성전자", "KR", ["삼성전자"], "coltd"),
        ("삼성전자(주)", "KR", ["삼성전자"], "coltd"),
        ("ООО «Ромашка»", "RU", ["ромашка"], "ooo"),
        ("АО «Ромашка»", "RU", ["ромашка"], "ao"),
        ("Ромашка ООД", "BG", ["ромашка"], "ood"),
        ('חברה בע"מ', "IL", ["חברה"], "ltd"),
        ("Coflex S.A. de C.V.", "MX", ["coflex"], "sadecv"),
        ("Deere & Company", "US", ["deere"], "co"),
        ("Behr GmbH & Co. KG", "DE", ["behr"], "gmbhcokg"),
        ("Pharma Consult Ges.m.b.H.", "AT", ["pharma", "consult"], "gmbh"),
        ("HCH Spólka z o.o.", "PL", ["hch"], "spzoo"),
        ("SC FOO SRL", "RO", ["foo"], "srl"),
        ("UAB Foo", "LT", ["foo"], "uab"),
        ("AB Foo", "SE", ["foo"], "ab"),
        ("Aktiebolaget Foo", "", ["foo"], "ab"),
        ("Oy Foo Ab", "FI", ["foo"], "ab"),
        ("S. R. L. FOO S.R.L.", "IT", ["srl", "foo"], "srl"),
    ],
)
def test_forms_of_all_scripts_and_spellings(name, country, words, form):
    assert left(name, country) == words
    assert names.legal_form(name, country) == form


@pytest.mark.parametrize(
    ("name", "country", "words"),
    [
        ("THALES ALENIA SPACE UK LTD", "GB", "thales alenia space uk"),  # cleanco takes the national arm's UK off
        ("VISION RT LIMITED", "GB", "vision rt"),
        ("LC Vision, LLC", "US", "lc vision"),  # rigour takes the first word off
        ("S.A.C.M.E. Srl", "IT", "sacme"),
        ("Poseidon Resources IP LLC", "US", "poseidon resources ip"),
        ("UAB Foundation", "US", "uab foundation"),
        ("AB Foo Oy", "FI", "ab foo"),
        ("Plan A", "US", "plan a"),  # folded, the Greek AE is the letter A
        ("华为集团有限公司", "CN", "华为集团"),
        ("株木建設", "JP", "株木建設"),
        ("株式会社", "JP", "株式会社"),
        ("Limited", "GB", "limited"),
    ],
)
def test_words_that_are_no_form_stay(name, country, words):
    assert " ".join(left(name, country)) == names.normal(words)


def test_a_form_has_one_short_spelling_in_every_language_and_length():
    assert company.local_id("FOO KORLATOLT FELELOSSEGU TARSASAG", "HU") == company.local_id("Foo Kft.", "HU")
    assert company.local_id("FOO ANONYMI ETAIREIA", "GR") == company.local_id("FOO A.E.", "GR")
    assert company.local_id("株式会社東芝", "JP") == company.local_id("東芝(株)", "JP")
    assert company.local_id("UAB Foo", "LT") == company.local_id("Foo, UAB", "LT")
    assert company.local_id("UAB Foo", "US") != company.local_id("Foo, UAB", "US")


def test_initials_are_no_umlaut():
    assert company.local_id("U.E. Systems, Inc.", "US") != company.local_id("U-Systems, Inc.", "US")
    assert company.local_id("Dürr Systems GmbH", "DE") == company.local_id("Duerr Systems GmbH", "DE")


def test_alike_forms_are_forms():
    """Both sides of the seed `legal_alike` are short spellings of the seed `legal_forms`."""
    known = names.words().legal
    forms = {*known.end.values(), *known.start.values(), *(form for _, form in known.glued)}
    forms |= {form for held in (known.home_end, known.home_start) for some in held.values() for form in some.values()}
    assert {form for _, form in known.alike} | set(known.alike.values()) <= forms
    assert not {(c, f) for (c, f) in known.alike if (c, known.alike[c, f]) in known.alike}


def test_every_row_has_a_place_and_a_reason():
    with (SHIPPED / "legal_forms.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {r["place"] for r in rows} == {"end", "start", "glued", "end_home", "start_home"}
    assert all(r["reason"] and (r["country"] or "_home" not in r["place"]) for r in rows)
    keys = [(r["form"], r["place"], r["country"]) for r in rows]
    assert len(keys) == len(set(keys))
