"""Hostile names neither crash nor match, in bounded time: 10,000 of them, from a fixed seed."""

import random
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.link import match, presentable, seeds

MANY, OF_THE_REAL = 10_000, 2_000
MEGABYTE = 1_000_000

WRITTEN = (
    "", " ", "\t\n\r\x0b\x0c", "\u00a0\u2003\u3000", "\x00", "\x00" * 50, "\x07\x1b[31mred\x1b[0m", "\x7f\x80\x9f",
    "\ud800", "\udfff\ud800", "a\udc80b", "\ufffe\uffff", "\U0010ffff", "\ufdd0", "\ufeff", "\u200b" * 90,
    "\u202egnirts desrever\u202c", "\u2066isolated\u2069", "\u200e\u200f\u061c", "שלום עולם", "مرحبا بالعالم",
    "🎓", "👩‍🔬👨‍🏫", "🏳️‍🌈" * 40, "🇬🇧", "Ⓤⓝⓘ", "ﷺ" * 2000, "ﬀ" * 999, "İ" * 99, "ß" * 99, "e" + "\u0301" * 5000,
    "a" + "\u0316\u0301\u0345" * 600, "'; DROP TABLE organisation; --", "1' OR '1'='1", "\" OR 1=1 --",
    "UNION SELECT 1,2,3",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!DOCTYPE html><html></html>", "&lt;b&gt;&amp;",
    "&#0;&#x110000;&#xD800;&#99999999999;", "]]>", "{\"a\": [1, null]}", "{{7*7}}", "${jndi:ldap://x/a}", "$(reboot)",
    "`ls`",
    "../../etc/passwd", "C:\\Windows\\System32", "/dev/null", "file:///etc/hosts", "0", "-1", "1e309", "NaN", "null",
    "None",
    "undefined", "true", "0x1F", "1/0", "00-00-0000", "12345 67890", "１２３", "٣٤٥", "%s%n%x", "%d" * 99,
    "{0.__class__}",
    "{}" * 99, "\\", "\\u0041", "\\x00", "=1+1", "=HYPERLINK(\"x\")", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3",
    "someone@example.org", "https://example.org/?q=1", "www.example.com", "10.1234/abc", "-", "---", "...", "?",
    "n/a", "N/A",
    "unknown", "Unknown", "none", "test", "self", "individual", "(", ")", "((((", "[]", "()" * 500, ",,,,", ";;;;",
    "||||",
    "a" * MEGABYTE, " " * MEGABYTE, "(" * MEGABYTE, "a " * (MEGABYTE // 2),
    "." * MEGABYTE, "a." * (MEGABYTE // 2), "\u0301" * MEGABYTE,
    "\x00" * MEGABYTE, "&" * MEGABYTE, "&amp;" * 200_000, "\n" * MEGABYTE, "x,\n" * 300_000, "\U0001f393" * MEGABYTE,
)  # fmt: skip
"""Strings that have broken readers of text somewhere."""

WORDS = ("gmbh", "ltd", "inc", "foundation", "research", "university", "of the", "board of regents of", "on behalf of",
         "industry academic cooperation", "office of technology transfer", "as represented by the", "and", "'s", "S.A.",
         "institute for", "a corporation", "chancellor", "development")  # fmt: skip
"""Words of the rules: each is repeated, up to a hundred thousand times."""

GENERIC = (
    "University", "The University", "Universität", "Université", "Universidad", "Universidade", "Università",
    "Universiteit",
    "College", "Institute", "Institut", "Institute of Technology", "Department of Physics", "Department of Chemistry",
    "Faculty of Medicine", "School of Medicine", "School of Engineering", "Faculty of Science", "Graduate School",
    "Hospital",
    "University Hospital", "General Hospital", "Children's Hospital", "Research Center", "Research Centre",
    "Research Institute",
    "Laboratory", "National Laboratory", "Centre", "Center", "Foundation", "Research Foundation", "Academy of Sciences",
    "Ministry of Health", "Ministry of Education", "Department", "Division", "Section", "Office", "Company", "Group",
    "Technologies", "Holding", "Consulting", "Engineering", "Systems", "Medical School", "Polytechnic", "School",
    "Museum",
    "Library", "Dept. of Biology", "Institute of Physics and Mathematics", "Technical University", "State University",
    "Technology Transfer Office", "Board of Regents", "Board of Trustees", "The Regents",
    "Chancellor, Masters and Scholars",
)  # fmt: skip
PLACES = (
    "Paris", "London", "Berlin", "Beijing", "Tokyo", "Madrid", "Rome", "Vienna", "Zurich", "Boston", "Chicago",
    "Munich",
    "Copenhagen", "Patras", "Madison", "Leiden", "Germany", "France", "United Kingdom", "UK", "USA", "United States",
    "China",
    "Japan", "Italia", "Deutschland", "Paris, France", "London, UK", "Boston, MA, USA", "75005 Paris, France",
    "Bavaria",
)  # fmt: skip
ACRONYMS = (
    "OU",
    "TUM",
    "LMU",
    "CNRS",
    "MIT",
    "UCLA",
    "ETH",
    "NIH",
    "CAS",
    "UW",
    "ABC",
    "IBM-X",
    "U.S.A.",
    "I.N.C.",
    "A",
    "AA",
    "X1",
)
ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz ", "ABCDEF .,-()/&'", "0123456789 -", "<>&;'\"=/\\ abc", "\x00\x01\x02\x1b\x7f\x85 ab",
    "\u0300\u0301\u0316\u0345\u20dd ae", "אבגדהו ", "ابتثج ", "αβγδυου ", "абвгд ъь", "漢字大学 研究所",
    "กขค ", "किखग ",
    "🎓🧪👩‍🔬 ", "\u200b\u200e\u202e\ufeff ab", "\ud800\udbff\udc00\udfff ab", "İıßſŒæ ",
    ".. a b", "%sd{}$n ", "；，｜（） ",
)  # fmt: skip


def hostile(count: int) -> list[str]:
    """Return so many strings, the same each time; half are random, in many scripts."""
    dice = random.Random(20260605)
    found = [*WRITTEN, *GENERIC, *PLACES, *ACRONYMS]
    found += [f"{word} " * times for word in WORDS for times in (2, 60, 150, 100_000)]
    found += [word.upper() for word in GENERIC] + [f" {word}, " for word in GENERIC]
    forms = sorted({row["form"] for row in seeds.load()["legal_forms"]})
    found += forms + [form.upper() for form in forms]
    found += [f"{a} {b}" for a, b in zip(forms, reversed(forms), strict=True)]
    found += [f"<{row['word']}>" for row in seeds.load()["name_words"] if row["kind"] in ("stop", "unit", "generic")]
    while len(found) < count:
        alphabet = dice.choice(ALPHABETS)
        found.append("".join(dice.choices(alphabet, k=dice.choice((1, 2, 5, 12, 30, 30, 60, 200)))))
    return found[:count]


def _wrong(linker, names):
    wrong = []
    for name in names:
        link = match.one(linker, name)
        ids = (*link.named_ids, *link.credited_ids)
        if ids or link.status == "linked":
            wrong.append((name[:60], link.method, ids))
        else:
            assert link.status in ("unlinked", "ambiguous", "no_organisation")
    return wrong


def test_ten_thousand_hostile_names_match_nothing(linker):
    names = hostile(MANY)
    assert len(names) == MANY
    assert _wrong(linker, names) == []


A_NAME_TOO = "fondation de cooperation scientifique"
"""A French legal form, and the whole name of a foundation in ROR."""


@pytest.mark.real
def test_hostile_names_match_nothing_of_the_real_registry(real_linker):
    names = [name for name in hostile(OF_THE_REAL) if A_NAME_TOO not in name.casefold()]
    assert _wrong(real_linker, names) == []


def test_countries_and_contexts_may_be_hostile_too(linker):
    for text in hostile(600):
        link = match.one(
            linker, "Nobody knows this", text[:40], f"city:{text} | state:{text} | type:{text} | id:{text}"
        )
        assert link.credited_ids == ()


SOME = settings(max_examples=200, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


@SOME
@given(name=st.text(st.characters(exclude_categories=()), max_size=300))
def test_any_text_is_answered(linker, name):
    assert match.one(linker, name).credited_ids == ()


@SOME
@given(name=st.text(st.characters(exclude_categories=()), max_size=300))
def test_what_is_presentable_stays_so_and_holds_nothing_unseen(name):
    once = presentable.presentable(name)
    assert presentable.presentable(once) == once
    assert len(once) <= len(name)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") and c != "\n" for c in once)


def test_a_name_longer_than_names_are_is_none(linker):
    longest = "University of Oxford" + " " * (presentable.LONGEST - 20)
    assert match.one(linker, longest, "GB").credited_ids == ("https://ror.org/052gg0110",)
    assert match.one(linker, longest + " ", "GB") == match.Link(status="no_organisation", method="no_name")


def test_marks_that_nobody_sees_do_not_hide_a_name(linker):
    name = "\ufeffUniver\u00adsity\x00of\u200b Oxford\u200e"
    assert match.one(linker, name, "GB").credited_ids == ("https://ror.org/052gg0110",)
