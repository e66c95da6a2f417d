"""NSF's zips that somebody damaged: a clear failure or a quarantine that names member and line; core untouched."""

import re
import shutil
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from pipelines import nsf_tables, steps
from tests import small_nsf as nsf
from tests.small_nsf import AWARDS, Award
from warehouse import files
from warehouse.store import Home

MANY = nsf.many()
MORE = [replace(award, id=f"07{award.id[2:]}") for award in MANY]


@pytest.fixture
def mirror(tmp_path):
    return tmp_path / "mirror"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A home with a hundred and fifty simulated awards in core."""
    root = tmp_path_factory.mktemp("whole")
    nsf.write(root / "mirror", nsf.members(MANY))
    (outcome,) = steps.ingest(Home(root / "home"), "nsf_awards", root / "mirror")
    assert not outcome.failed, outcome.failed
    return root / "home"


@pytest.fixture
def ingested(whole, home):
    """That home as this test's own, and what its files are."""
    shutil.copytree(whole, home.root)
    return {p: files.sha256(p) for p in home.core.rglob("*.parquet")}


def everywhere(old: str, new: str, awards=MANY, form=nsf.xml) -> dict[str, str]:
    found = {name: text.replace(old, new) for name, text in nsf.members(awards, form).items()}
    assert found != nsf.members(awards, form)
    return found


def without(tag: str) -> dict[str, str]:
    """The documents without an element, whatever is in it."""
    return {
        name: re.sub(rf"<{tag}>.*?</{tag}>\n", "", text, flags=re.DOTALL) for name, text in nsf.members(MANY).items()
    }


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def spoil(path):
    """Change a byte in the midst of a member's packed content."""
    content = bytearray(path.read_bytes())
    content[400] ^= 0xFF
    path.write_bytes(content)


BROKEN = {
    "truncated zip": (lambda m: cut(nsf.write(m, nsf.members(MANY))), ["2008.zip", "not a whole zip"]),
    "a byte changed": (lambda m: spoil(nsf.write(m, nsf.members(MANY))), ["2008.zip", "not a whole zip"]),
    "page instead of a zip": (
        lambda m: nsf.write(m, {}).write_text("<!DOCTYPE html><html><body>We have moved</body></html>"),
        ["2008.zip", "line 1", "is a web page"],
    ),
    "empty zip": (lambda m: nsf.write(m, {}), ["2008.zip", "an archive without a document"]),
    "a zip of something else": (lambda m: nsf.write(m, {"readme.txt": "Hello"}), ["an archive without a document"]),
    "one element renamed": (
        lambda m: nsf.write(m, everywhere("AwardAmount>", "AwardMoney>")),
        ["2008.zip", "element missing in all 150 records: awd_amount or AwardAmount", "not known: AwardMoney"],
    ),
    "one element missing": (
        lambda m: nsf.write(m, without("AwardEffectiveDate")),
        ["element missing in all 150 records: awd_eff_date or AwardEffectiveDate"],
    ),
    "an element of the institutions renamed": (
        lambda m: nsf.write(m, everywhere("CountryName>", "Nation>")),
        ["inst_country_name or CountryName", "perf_ctry_name or CountryName", "Institution/Nation"],
    ),
    "no institution in any award": (
        lambda m: nsf.write(m, without("Institution")),
        ["element missing in all 150 records: inst/Institution"],
    ),
    "programmes under another name": (
        lambda m: nsf.write(m, everywhere("ProgramElement>", "Programme>")),
        ["pgm_ele/ProgramElement", "not known: Programme/Code, Programme/Text"],
    ),
    "a key of JSON renamed": (
        lambda m: nsf.write(m, everywhere('"awd_titl_txt"', '"title"', form=nsf.record)),
        ["awd_titl_txt or AwardTitle", "not known: title"],
    ),
    "another language in every member": (
        lambda m: nsf.write(m, dict.fromkeys(nsf.members(MANY), "name;value\n1;2\n")),
        ["150 of 150 rows of award refused", "2008.zip/0800000.xml", "line 1", "not well-formed XML"],
    ),
    "utf-16 throughout, called utf-8": (
        lambda m: nsf.write(m, {n: t.encode("utf-16-le") for n, t in nsf.members(MANY).items()}),
        ["150 of 150 rows of award refused", "2008.zip/0800000.xml", "line 1"],
    ),
    "a list in every JSON member": (
        lambda m: nsf.write(m, {n: f"[{t}]" for n, t in nsf.members(MANY, nsf.record).items()}),
        ["150 of 150 rows of award refused", "JSON, but not one object"],
    ),
    "two members of one name": (
        lambda m: nsf.write(m, {**nsf.members(MANY), "again/0800007.xml": nsf.xml(MANY[7])}),
        ["2008.zip", "holds two members named 0800007.xml"],
    ),
    "amounts that are none": (
        lambda m: nsf.write(m, everywhere("<AwardAmount>300000", "<AwardAmount>xxxxxxx")),
        ["150 of 150 rows of award refused", "line 3", "awd_amount: xxxxxxx is not a number"],
    ),
    "days and months swapped": (
        lambda m: nsf.write(m, everywhere("08/31/2011", "31/08/2011")),
        ["awd_exp_date: 31/08/2011 is not a date"],
    ),
}


@pytest.mark.parametrize("damage", BROKEN)
def test_a_damaged_year_fails_clearly_and_the_former_files_stay(damage, home, mirror, ingested):
    write, said = BROKEN[damage]
    write(mirror)
    (outcome,) = steps.ingest(home, "nsf_awards", mirror)
    assert outcome.failed
    for words in ["nsf_awards · 2008", *said]:
        assert words in outcome.failed
    assert {p: files.sha256(p) for p in home.core.rglob("*.parquet")} == ingested
    assert ("nsf_awards", "2008") in home.failures()


GOOD = nsf.xml(Award("0899999", "Good"))
AT = GOOD.splitlines().index("<Award>") + 1
LAST = GOOD.splitlines().index("</Award>") + 1
DOCTYPE = '<!DOCTYPE rootTag [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n<rootTag>'

ALONE = {
    "a tag that is never closed": (GOOD.replace("</AwardTitle>", ""), "mismatched tag", LAST),
    "a bare ampersand": (GOOD.replace("NSF<", "N&SF<"), "not well-formed XML", 5),
    "conflict markers": ("<<<<<<< HEAD\n" + GOOD, "not well-formed XML", 1),
    "conflict markers within": (GOOD.replace("<AGENCY>", "=======\n<<<<<<< x\n<AGENCY>"), "not well-formed XML", 6),
    "wrong encoding": (GOOD.replace("Good", "Größe").encode("latin-1"), "not well-formed (invalid token)", 4),
    "nothing": ("", "no element found", 1),
    "entities of its own": (GOOD.replace("<rootTag>", DOCTYPE), "declares a document type", 2),
    "two awards": (GOOD.replace("</Award>", "</Award>\n<Award></Award>"), "2 elements Award where one is due", 2),
    "a page": ("<html><body>Not found</body></html>", "0 elements Award where one is due", 1),
    "cut short": (GOOD[: GOOD.index("</AwardAmount>")], "no element found", 9),
    "a field twice": (GOOD.replace("<AGENCY>", "<AwardAmount>1</AwardAmount>\n<AGENCY>"), "AwardAmount twice: 1", AT),
    "no award number": (GOOD.replace("<AwardID>0899999</AwardID>", "<AwardID/>"), "is not an award number", AT),
    "a day there is none of": (GOOD.replace("09/01/2008", "02/30/2008"), "awd_eff_date: 02/30/2008 is not", AT),
    "an amount that is none": (GOOD.replace(">300000<", ">xxxxxxx<"), "awd_amount: xxxxxxx is not a number", AT),
    "an end before the start": (GOOD.replace("08/31/2011", "08/31/2001"), "starts_on is not after", AT),
    "a year of long ago": (GOOD.replace("09/01/2008", "09/01/0208"), "starts_on is at least", AT),
}
ALONE_JSON = {
    "cut short": ('{"awd_id": "0899999",\n "awd_titl', "not JSON", 2),
    "wrong encoding": ('{"awd_id":\n"Größe"}'.encode("latin-1"), "bytes that are not UTF-8", 2),
    "conflict markers": ("<<<<<<< HEAD\n{}", "not JSON", 1),
    "a list": ("[1, 2]", "JSON, but not one object", 1),
    "an empty object": ("{}", "an object without a key", 1),
    "nested without end": ("[" * 100_000, "", 1),
    "a key twice": ('{"awd_id": "0899999", "awd_amount": 1, "awd_amount": 2}', "awd_amount twice: 1", 1),
}


@pytest.mark.parametrize(
    ("member", "content", "reason", "line"),
    [
        *(pytest.param("0899999.xml", *damage, id=name) for name, damage in ALONE.items()),
        *(pytest.param("0899999.json", *damage, id=f"json {name}") for name, damage in ALONE_JSON.items()),
    ],
)
def test_one_bad_member_is_quarantined_alone(home, mirror, member, content, reason, line):
    nsf.write(mirror, {**nsf.members(MANY), member: content})
    (outcome,) = steps.ingest(home, "nsf_awards", mirror)
    assert not outcome.failed, outcome.failed
    books = outcome.manifest["balance"]
    assert (books["award"]["read"], books["award"]["kept"], books["award"]["quarantined"]) == (151, 150, 1)
    (refused,) = pq.read_table(home.quarantine / "award" / "nsf_awards--2008.parquet").to_pylist()
    assert (refused["_file"], refused["_line"]) == (f"2008.zip/{member}", line)
    assert reason in refused["reason"]
    assert refused["award_id"] == "nsf:0899999"
    for book in books.values():
        assert book["read"] == book["kept"] + book["quarantined"] + sum(book["dropped"].values())
        assert set(book["dropped"]) <= {"parent_quarantined", "performer_is_awardee", "no_amount_or_start"}


def quarantined(home, mirror, table, awards=(), **more):
    """Ingest the simulated awards and others; return what is quarantined of a table."""
    nsf.write(mirror, {**nsf.members([*MANY, *awards]), **more})
    (outcome,) = steps.ingest(home, "nsf_awards", mirror)
    assert not outcome.failed, outcome.failed
    return pq.read_table(home.quarantine / table / "nsf_awards--2008.parquet").to_pylist(), outcome


def test_an_obligation_that_is_none_is_quarantined_alone(home, mirror):
    award = replace(AWARDS[0], obligations=((2008, "100"), (2009, "xxxxxxx"), (20100, "5"), (2010, "7")))
    rows, outcome = quarantined(home, mirror, "award_obligation", [award, *MORE])
    text = nsf.xml(award).splitlines()
    assert [(r["_file"], r["_line"]) for r in rows] == [
        ("2008.zip/0899001.xml", text.index("<FUND_OBLG>2009~xxxxxxx</FUND_OBLG>") + 1),
        ("2008.zip/0899001.xml", text.index("<FUND_OBLG>20100~5</FUND_OBLG>") + 1),
    ]
    assert all("is not a fiscal year and an amount" in r["reason"] for r in rows)
    kept = pq.read_table(home.core / "award_obligation" / "nsf_awards--2008.parquet").to_pylist()
    found = [(r["fiscal_year"], r["amount"]) for r in kept if r["award_id"] == "nsf:0899001"]
    assert found == [(2008, 100), (2010, 7)]
    assert outcome.manifest["balance"]["award_obligation"]["quarantined"] == 2


def test_an_award_in_two_members_is_dropped_where_equal_and_quarantined_where_not(home, mirror):
    twin = nsf.xml(MANY[3])
    other = nsf.xml(replace(MANY[5], amount="299999"))
    rows, outcome = quarantined(home, mirror, "award", MORE, **{"twin.xml": twin, "other.xml": other})
    assert [(r["award_id"], r["_file"], r["rules"]) for r in rows] == [
        ("nsf:0800005", "2008.zip/0800005.xml", ["key.unique"]),
        ("nsf:0800005", "2008.zip/other.xml", ["key.unique"]),
    ]
    assert "2008.zip/other.xml line 3" in rows[0]["reason"]
    books = outcome.manifest["balance"]
    assert (books["award"]["read"], books["award"]["kept"]) == (302, 299)
    assert books["award"]["dropped"] == {"duplicate_row": 1}
    for name in ("award_programme", "award_obligation"):
        per_award = 2 if name == "award_programme" else 1
        assert books[name]["kept"] == 299 * per_award
        assert books[name]["dropped"] == {"duplicate_row": 2 * per_award, "parent_quarantined": per_award}


def test_what_belongs_to_a_refused_award_goes_with_it(home, mirror):
    bad = replace(AWARDS[1], ends="2001-01-01")
    rows, outcome = quarantined(home, mirror, "award", [bad])
    assert [r["award_id"] for r in rows] == ["nsf:0899002"]
    books = outcome.manifest["balance"]
    dropped = {name: book["dropped"].get("parent_quarantined", 0) for name, book in books.items()}
    assert dropped == {"award": 0, "award_party": 2, "award_programme": 1, "award_obligation": 1}


def test_a_new_element_is_a_warning_that_stays(home, mirror):
    content = everywhere("<AGENCY>", "<AwardGrade>A</AwardGrade>\n<AGENCY>")
    nsf.write(mirror, content)
    for _ in range(2):
        (outcome,) = steps.ingest(home, "nsf_awards", mirror)
        assert "2008.zip: new element AwardGrade in 150 places" in outcome.warnings


def test_members_of_another_kind_are_named(home, mirror):
    nsf.write(mirror, {**nsf.members(MANY), "readme.txt": "Hello"})
    (outcome,) = steps.ingest(home, "nsf_awards", mirror)
    assert outcome.manifest["balance"]["award"]["read"] == 150
    assert "2008.zip: member readme.txt is neither XML nor JSON and is not read" in outcome.warnings


def test_a_normaliser_that_loses_rows_fails_the_part(home, mirror, ingested, monkeypatch):
    monkeypatch.setattr(nsf_tables, "PARTY", nsf_tables.PARTY + " LIMIT 9")
    nsf.write(mirror, nsf.members(MANY))
    (outcome,) = steps.ingest(home, "nsf_awards", mirror, force=True)
    assert "award_party: rows normalised is 9, expected 300" in outcome.failed
    assert {p: files.sha256(p) for p in home.core.rglob("*.parquet")} == ingested


def test_files_of_another_name_are_of_no_part(home, mirror):
    nsf.write(mirror, nsf.members(MANY), part="awards-2008")
    (outcome,) = steps.ingest(home, "nsf_awards", mirror)
    assert "the mirror has no file of this source among awards-2008.zip" in outcome.failed
    assert not list(home.core.rglob("*.parquet"))
