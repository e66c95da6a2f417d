"""NSF's simulated zips: two vintages and two shapes of the same records, money that adds up, nobody's awards."""

import datetime as dt
import json
import re
import zipfile
from collections import Counter, defaultdict
from xml.etree import ElementTree

import pytest

from pipelines.demo.cast import is_university
from pipelines.demo.publishers import nsf_awards
from pipelines.demo.records import World
from pipelines.demo.us.awards import awards
from pipelines.demo.us.files import title_of
from pipelines.demo.us.kinds import KINDS


def _members(world: World, year: int, path) -> dict[str, str]:
    (file,) = [f for f in nsf_awards.files(world) if f.part == str(year)]
    file.write(path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.fixture(scope="module")
def whole() -> World:
    """The world of scale 1: smaller ones have no document that is ill-formed."""
    return World()


@pytest.fixture(scope="module")
def members(whole, tmp_path_factory) -> dict[int, dict[str, str]]:
    path = tmp_path_factory.mktemp("us") / "one.zip"
    return {year: _members(whole, year, path) for year in range(2008, 2026)}


@pytest.fixture(scope="module")
def documents(members) -> dict[str, ElementTree.Element]:
    """The well-formed XML documents by name."""
    found = {}
    for year in range(2008, 2025):
        for name, text in members[year].items():
            if "K< = 0" not in text:
                found[name] = ElementTree.fromstring(text).find("Award")
    return found


def test_there_are_about_1500_awards_in_eighteen_zips(members):
    counts = {year: len(found) for year, found in members.items()}
    assert 1_450 <= sum(counts.values()) <= 1_550
    assert counts.pop(2015) > 100
    assert len(set(counts.values())) == 1
    assert {re.sub(r".*\.", "", name) for year, found in members.items() for name in found if year < 2025} == {"xml"}
    assert {re.sub(r".*\.", "", name) for name in members[2025]} == {"json"}


def test_there_is_a_small_zip_of_each_year_up_to_todays():
    for today, last in ((dt.date(2026, 1, 15), 2026), (dt.date(2028, 5, 1), 2028), (dt.date(2025, 1, 1), 2025)):
        assert [f.part for f in nsf_awards.files(World(today=today))] == [str(y) for y in range(2008, last + 1)]
    of = World(today=dt.date(2028, 5, 1))
    assert [nsf_awards.books(of)[year]["award"].read for year in ("2026", "2027", "2028")] == [8, 8, 8]


def test_names_of_documents_are_award_numbers_nobody_has(members):
    for year, found in members.items():
        for name in found:
            assert re.fullmatch(rf"{year % 100:02d}[7-9]\d{{4}}\.\w+", name) or name == "49100424C9002.xml"
    assert "49100424C9002.xml" in members[2024]
    assert "<Value>Contract</Value>" in members[2024]["49100424C9002.xml"]
    assert "<Institution>" not in members[2024]["49100424C9002.xml"]


def test_one_document_is_not_well_formed(members):
    bad = []
    for year in range(2008, 2025):
        for name, text in members[year].items():
            try:
                ElementTree.fromstring(text)
            except ElementTree.ParseError:
                bad.append((year, name))
    assert bad == [(2015, "1570000.xml")]


def test_two_vintages_lie_side_by_side(documents):
    old = [d for d in documents.values() if d.find("AGENCY") is None]
    assert 0.08 < len(old) / len(documents) < 0.2
    for award in old:
        assert not award.findall("FUND_OBLG")
        assert award.find("Performance_Institution") is None
        assert award.find("Institution/ORG_LGL_BUS_NAME") is None
    numbered = Counter(
        "uei" if d.find("Institution/ORG_UEI_NUM") is not None else "duns"
        for d in documents.values()
        if d.find("Institution/ORG_LGL_BUS_NAME") is not None
    )
    assert numbered["uei"] > 2 * numbered["duns"] > 100


def test_obligations_add_up_to_the_amount_to_date(documents, members):
    told = 0
    for award in documents.values():
        paid = [entry.text.split("~") for entry in award.findall("FUND_OBLG")]
        assert len({year for year, _ in paid}) == len(paid)
        if paid:
            assert sum(int(amount) for _, amount in paid) == int(award.findtext("AwardAmount"))
            told += 1
    assert told > 1_000
    for text in members[2025].values():
        award = json.loads(text)
        assert sum(entry["fund_oblg_amt"] for entry in award["oblg_fy"]) == award["awd_amount"]
    spread = Counter(len(d.findall("FUND_OBLG")) for d in documents.values())
    assert spread[1] > 500
    assert sum(n for years, n in spread.items() if years > 2) > 200


def test_the_first_obligation_is_in_the_fiscal_year_of_the_award(documents):
    for award in documents.values():
        month, _, year = award.findtext("MinAmdLetterDate").split("/")
        years = [int(entry.text.split("~")[0]) for entry in award.findall("FUND_OBLG")]
        assert not years or min(years) == int(year) + (int(month) >= 10)


def test_siblings_share_title_and_start_and_are_of_several_universities(documents):
    groups = defaultdict(list)
    for award in documents.values():
        title = award.findtext("AwardTitle").replace("&amp;", "&")
        if title.startswith("Collaborative Research: "):
            groups[title].append(award)
    assert len(groups) > 50
    for title, group in groups.items():
        if "no. 1570000" in title:
            continue  # its first is not well formed
        assert len({d.findtext("AwardEffectiveDate") for d in group}) == 1
        assert len({d.findtext("Institution/Name") for d in group}) == len(group) >= 2


def test_fellowships_of_one_title_are_no_siblings(whole):
    held = awards(whole)
    plain = [row for row in range(len(held.lead)) if KINDS[held.kind[row]].is_plain]
    assert len({title_of(held, row) for row in plain}) == 2 < len(plain)
    assert all(held.lead[row] == row for row in plain)


def test_companies_hold_small_business_awards_and_universities_the_others(whole):
    held = awards(whole)
    for row, holder in enumerate(held.awardee.tolist()):
        to = KINDS[held.kind[row]].to
        if to == "nobody":
            assert holder == -1
            continue
        organisation = whole.cast[holder]
        assert organisation.country == "US"
        if to == "company":
            assert organisation.activity == "PRC"
            assert organisation.since <= min(held.file_year[row], 2025) <= organisation.until
        else:
            assert is_university(organisation, "US")
    kinds = Counter(KINDS[kind].name for kind in held.kind.tolist())
    assert set(kinds) == {kind.name for kind in KINDS}


def test_real_universities_are_written_as_nsf_writes_them_and_work_under_their_own_name(documents):
    pairs = {(d.findtext("Institution/Name"), d.findtext("Performance_Institution/Name")) for d in documents.values()}
    assert ("Georgia Tech Research Corporation", "Georgia Institute of Technology") in pairs
    assert any(a and a.startswith("Simulated") and a.endswith("Research Foundation") for a, _ in pairs)
    names = {name for name, _ in pairs}
    assert {"University of California-Berkeley", "Regents of the University of Michigan - Ann Arbor"} <= names
    assert sum(a is not None and b is not None and a != b for a, b in pairs) > 10


def test_codes_are_two_characters_longer_from_2024_on(documents, members):
    for name, award in documents.items():
        if name[:2].isdigit() and not name.startswith("49"):
            length = 6 if name[:2] == "24" else 4
            assert {len(e.text) for e in award.findall("ProgramElement/Code")} <= {length}
            assert {len(e.text) for e in award.findall("ProgramReference/Code")} <= {4}
    codes = {e["pgm_ele_code"] for text in members[2025].values() for e in json.loads(text)["pgm_ele"] or []}
    assert {len(code) for code in codes} == {6}
    told = {code.text for award in documents.values() for code in award.iter("Code")}
    assert {"1504", "5761", "1480", "8023", "1662", "5371", "1505", "7172", "1335"} <= told


def test_every_award_says_that_it_is_simulated(documents, members):
    for award in documents.values():
        assert "Simulated" in award.findtext("AwardTitle")
        assert award.findtext("AbstractNarration").startswith("Simulated award; nobody does this.")
        for element in award.iter():
            if element.tag in ("EmailAddress", "PO_EMAI"):
                assert element.text.endswith("@example.org")
    assert all("Simulated" in json.loads(text)["awd_titl_txt"] for text in members[2025].values())


def test_a_next_edition_amends_one_award(world, tmp_path):
    now, then = (_members(w, 2023, tmp_path / "one.zip") for w in (world, world.next()))
    assert list(now) == list(then)
    changed = [name for name in now if now[name] != then[name]]
    assert changed == ["2370000.xml"]
    amounts = [int(ElementTree.fromstring(t[changed[0]]).findtext("Award/AwardAmount")) for t in (now, then)]
    assert amounts[1] - amounts[0] == 10_000
    held = [awards(w) for w in (world, world.next())]
    assert (held[0].amounts != held[1].amounts).sum() == 1


@pytest.mark.real
def test_elements_and_keys_are_the_publishers_own(documents, members, real):
    with zipfile.ZipFile(real / "nsf_awards" / "2008.zip") as archive:
        paths = set()
        for name in archive.namelist()[:2_000]:
            root = ElementTree.fromstring(archive.read(name))
            paths |= {e.tag for e in root.iter()}
    assert {e.tag for award in documents.values() for e in award.iter()} <= paths
    (sample,) = (real / "nsf_awards" / "json_2025").glob("*.json")
    theirs = json.loads(sample.read_text(encoding="utf-8"))
    for text in members[2025].values():
        mine = json.loads(text)
        assert list(mine) == list(theirs)
        for part in ("inst", "perf_inst"):
            assert mine[part] is None or set(mine[part]) == set(theirs[part])


@pytest.mark.real
def test_names_of_real_awardees_are_nsfs_own(real):
    pairs = set()
    with zipfile.ZipFile(real / "nsf_awards" / "2008.zip") as archive:
        for name in archive.namelist():
            award = ElementTree.fromstring(archive.read(name)).find("Award")
            there = [award.findtext(p) for p in ("Institution/Name", "Institution/ORG_LGL_BUS_NAME")]
            pairs.add(tuple(there))
    for organisation in World().cast:
        if organisation.is_real and organisation.country == "US" and organisation.reports_as:
            assert organisation.reports_as[:2] in pairs
