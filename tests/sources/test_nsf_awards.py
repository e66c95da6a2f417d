"""NSF awards: both forms of both vintages, codes, money and names; expected values are worked out from the awards."""

import datetime as dt
import json
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from pipelines import steps
from pipelines.http import Session
from pipelines.sources import nsf_awards
from pipelines.window import Window
from tests import golden
from tests import small_nsf as nsf
from tests.small_nsf import ALMA, AWARDS, Award, Place

TABLES = nsf_awards.SOURCE.tables


def table(home, name, part="2008"):
    return pq.read_table(home.core / name / f"nsf_awards--{part}.parquet").to_pylist()


def ingest(home, mirror, awards=AWARDS, form=nsf.xml, **more):
    nsf.write(mirror, {**nsf.members(awards, form), **more})
    (outcome,) = steps.ingest(home, "nsf_awards", mirror)
    assert not outcome.failed, outcome.failed
    return outcome


@pytest.fixture
def mirror(tmp_path):
    return tmp_path / "mirror"


@pytest.fixture
def core(home, mirror):
    """The tables of the small zip, by award."""
    ingest(home, mirror)
    return {name: [(r["award_id"], r) for r in table(home, name)] for name in TABLES}


def of(core, name, award):
    return [row for award_id, row in core[name] if award_id == f"nsf:{award}"]


def test_an_award_is_what_its_document_says(core):
    (row,) = of(core, "award", "0899001")
    assert golden.told(row) == {
        "source": "nsf_awards",
        "part": "2008",
        "award_id": "nsf:0899001",
        "period": "all",
        "funder": "US National Science Foundation",
        "programme": "Directorate For Engineering / Div Of Civil, Mechanical, & Manufact Inn",
        "scheme": "Standard Grant",
        "form": "joint_research",
        "project_id": "nsf:0899001",
        "title": "Collaborative Research:  Widgets & Gadgets",
        "starts_on": dt.date(2008, 9, 1),
        "ends_on": dt.date(2011, 8, 31),
        "awarded_on": dt.date(2008, 8, 20),
        "amount": 300_000.0,
        "currency": "USD",
        "updated_on": dt.date(2010, 6, 15),
        "record_url": "https://www.nsf.gov/awardsearch/showAward?AWD_ID=0899001",
    }


def test_an_awardee_that_performs_is_one_party(core):
    (row,) = of(core, "award_party", "0899001")
    assert (row["party_no"], row["role"], row["source_org_id"]) == (1, "awardee", "uei:ALM1234567X9")
    # Escaped twice in the document.
    assert (row["name"], row["legal_name"]) == ("University of Almere & Weesp", "THE REGENTS OF ALMERE")
    assert (row["city"], row["state"], row["country"]) == ("SPRINGFIELD", "IL", "US")


def test_a_performer_of_another_name_is_the_second_party(core):
    awardee, performer = of(core, "award_party", "0899002")
    assert (awardee["party_no"], awardee["name"], awardee["source_org_id"]) == (
        1,
        "Borneo Research Foundation",
        "duns:012345678",
    )
    assert (performer["party_no"], performer["role"], performer["name"]) == (2, "performer", "Borneo State University")
    assert performer["source_org_id"] is None


@pytest.mark.parametrize(
    ("awardee", "performer"),
    [
        ("Johns Hopkins University", "JOHNS HOPKINS UNIVERSITY, THE"),
        ("Widget & Co", "Widget and Co."),
        ("Almere University", "THE REGENTS OF ALMERE"),  # its legal name
    ],
)
def test_spellings_of_the_awardee_are_no_performer(home, mirror, awardee, performer):
    place = Place(awardee, legal="THE REGENTS OF ALMERE")
    outcome = ingest(home, mirror, [replace(AWARDS[0], institution=place, performer=Place(performer))])
    assert [r["role"] for r in table(home, "award_party")] == ["awardee"]
    assert outcome.manifest["balance"]["award_party"]["dropped"] == {"performer_is_awardee": 1}


def test_an_award_without_institution_has_no_party(core):
    (row,) = of(core, "award", "49100408C0020")
    assert (row["title"], row["scheme"], row["form"]) == ("Services of a library", "Contract", None)
    assert of(core, "award_party", "49100408C0020") == []


def test_countries_go_by_their_names_and_territories_are_countries(home, mirror):
    places = {
        "0800001": Place("Universidad de Asunción", "ASUNCION", "", "Paraguay", code="PA"),  # ISO's PA is Panama
        "0800002": Place("University of Puerto Rico", "SAN JUAN", "PR"),
        "0800003": Place("Institute of Atlantis", "ATLANTIS", "", "Atlantis"),
        "0800004": Place("Ohio State University Research Foundation -DO NOT USE", "COLUMBUS", "OH"),
    }
    outcome = ingest(home, mirror, [Award(id_, "Title", institution=p) for id_, p in places.items()])
    found = {r["award_id"][4:]: (r["country"], r["state"], r["name"]) for r in table(home, "award_party")}
    assert found == {
        "0800001": ("PY", None, "Universidad de Asunción"),
        "0800002": ("PR", "PR", "University of Puerto Rico"),
        "0800003": (None, None, "Institute of Atlantis"),
        "0800004": ("US", "OH", "Ohio State University Research Foundation"),
    }
    assert "2008.zip: country names that the seed country_names does not know: Atlantis 1" in outcome.warnings


def test_json_gives_the_same_rows_as_xml(home, mirror, core):
    before = {name: table(home, name) for name in TABLES}
    assert all(before.values())
    ingest(home, mirror, form=nsf.record)
    assert {name: table(home, name) for name in TABLES} == before


def test_a_zip_may_hold_both_forms(home, mirror, core):
    before = {name: table(home, name) for name in TABLES}
    ingest(home, mirror, AWARDS[:3], **nsf.members(AWARDS[3:], nsf.record))
    assert {name: table(home, name) for name in TABLES} == before


def test_lists_and_nulls_of_json(home, mirror):
    lone = nsf.record(AWARDS[0])
    first = lone | {"awd_id": "0800001", "inst": [lone["inst"]]}
    second = lone | {"awd_id": "0800002", "inst": [lone["inst"], lone["inst"] | {"inst_name": "Corwen College"}]}
    empty = lone | {"awd_id": "0800003", "inst": None, "perf_inst": None, "pgm_ele": None, "pgm_ref": None,
                    "oblg_fy": None, "pi": None}  # fmt: skip
    documents = {f"{r['awd_id']}.json": json.dumps(r) for r in (first, second, empty)}
    ingest(home, mirror, (), **documents)
    parties = [(r["award_id"][4:], r["party_no"], r["name"]) for r in table(home, "award_party")]
    assert parties == [
        ("0800001", 1, "University of Almere & Weesp"),
        ("0800002", 1, "University of Almere & Weesp"),
        ("0800002", 3, "Corwen College"),  # odd numbers are awardees
    ]
    (money,) = [r for r in table(home, "award_obligation") if r["award_id"] == "nsf:0800003"]
    assert (money["fiscal_year"], money["amount"], money["is_assumed"]) == (2008, 300_000, True)


def test_obligations_by_fiscal_year(core):
    first, second = of(core, "award_obligation", "0899001")
    assert (first["fiscal_year"], first["amount"], first["is_assumed"]) == (2008, 200_000, False)
    assert (first["period_start"], first["period_end"]) == (dt.date(2007, 10, 1), dt.date(2008, 9, 30))
    assert (second["fiscal_year"], second["amount"], second["currency"]) == (2010, 100_000, "USD")


@pytest.mark.parametrize(
    ("starts", "year", "first", "last"),
    [
        ("2008-09-30", 2008, "2007-10-01", "2008-09-30"),
        ("2008-10-01", 2009, "2008-10-01", "2009-09-30"),
        ("1976-10-01", 1977, "1976-10-01", "1977-09-30"),
        ("1976-08-01", 1976, "1975-07-01", "1976-09-30"),  # the quarter between the old and the new years
        ("1975-07-01", 1976, "1975-07-01", "1976-09-30"),
        ("1975-06-30", 1975, "1974-07-01", "1975-06-30"),
    ],
)
def test_where_no_obligation_is_published_the_amount_stands_in_the_year_of_the_start(
    home, mirror, starts, year, first, last
):
    ingest(home, mirror, [Award("0800001", "Title", starts=starts, institution=ALMA, is_old=True)])
    (row,) = table(home, "award_obligation")
    assert (row["fiscal_year"], row["amount"], row["is_assumed"]) == (year, 300_000, True)
    assert (row["period_start"].isoformat(), row["period_end"].isoformat()) == (first, last)


def test_years_that_come_twice_are_summed_and_money_may_be_taken_back(home, mirror):
    money = ((2008, "100000"), (2009, "0.10"), (2008, "-40000.50"), (2009, "0.20"))
    outcome = ingest(home, mirror, [replace(AWARDS[0], obligations=money)])
    found = [(r["fiscal_year"], r["amount"]) for r in table(home, "award_obligation")]
    assert found == [(2008, 59_999.5), (2009, 0.3)]  # 0.1 + 0.2 in decimal, not 0.30000000000000004
    book = outcome.manifest["balance"]["award_obligation"]
    assert (book["read"], book["kept"], book["dropped"]) == (4, 2, {"summed_with_its_year": 2})


def test_siblings_are_one_project_and_namesakes_are_not(core):
    projects = {award_id[4:]: row["project_id"][4:] for award_id, row in core["award"]}
    assert projects == {
        "0899001": "0899001",
        "0899002": "0899001",
        "0899003": "0899001",
        "0899004": "0899004",  # two fellowships of one title and day are two projects
        "0899005": "0899005",
        "49100408C0020": "49100408C0020",
    }


def test_siblings_start_together_and_one_of_them_says_so(home, mirror):
    titles = ("GOALI/Collaborative Research: A", "Collaborative Research: GOALI: A", "GOALI: A", "GOALI: B")
    awards = [Award(f"080000{n}", title, institution=ALMA) for n, title in enumerate(titles)]
    awards.append(replace(awards[0], id="0800009", starts="2008-10-01"))
    ingest(home, mirror, awards)
    projects = [r["project_id"][-1] for r in table(home, "award")]
    assert projects == ["0", "0", "0", "3", "9"]


def test_codes_are_cut_to_their_old_length_and_stand_once(home, mirror):
    lengthened = (("247Y00", "Core"), ("247Y", "Core: Large"), ("8023", "X"), ("", "nothing"), ("123400", ""))
    outcome = ingest(home, mirror, [replace(AWARDS[0], elements=lengthened, references=(("900000", "R"),))])
    found = [(r["kind"], r["code"], r["label"]) for r in table(home, "award_programme")]
    assert found == [
        ("element", "1234", None),
        ("element", "247Y", "Core"),
        ("element", "8023", "X"),
        ("reference", "900000", "R"),  # references were never lengthened
    ]
    assert outcome.manifest["balance"]["award_programme"]["dropped"] == {"code_repeated": 1, "no_code": 1}


@pytest.mark.parametrize(
    ("year", "elements", "references", "form"),
    [
        (2008, ("1504", "GRANT OPP FOR ACAD LIA W/INDUS"), None, "joint_research"),
        (2008, ("5761", "INDUSTRY/UNIV COOP RES CENTERS"), None, "industry_centre"),
        (2008, ("7609", "IUCRC FUNDAMENTAL RESEARCH"), ("5761", "INDUSTRY/UNIV COOP RES CENTERS"), "joint_research"),
        (2008, ("1480", "ERC-Eng Research Centers"), ("1049", "INDUSTRY-UNIV COOPERATIVE RSCH PROJECTS"), "centre"),
        # A firm that is a member of a centre stays a firm with an SBIR award.
        (2008, ("5373", "SBIR Phase II"), ("5761", "INDUSTRY/UNIV COOP RES CENTERS"), "sme_programme"),
        (2008, ("1417", "Widgets"), ("9110", "INDUSTRY/UNIV COOP RESEAR"), "joint_research"),
        (2008, ("5761", "IUCRC-Indust-Univ Coop Res Ctr"), ("5370", "SMALL BUSINESS INNOVATION PROG"),
         "industry_centre"),
        (2008, ("5370", "SBIR/STTR Operations"), None, "excluded"),
        # The same codes, reused.
        (2008, ("8023", "Health Care Enterprise Systems"), None, None),
        (2012, ("8023", "I-Corps"), None, "incubation"),
        (2008, ("8046", "I-Corps - Sites"), None, None),
        (2012, ("8046", "I-Corps - Sites"), None, "incubation"),
        (2008, ("5761", "Something else"), None, None),
        (2008, ("5761", ""), None, None),
    ],
)  # fmt: skip
def test_the_form_follows_from_code_label_and_year(home, mirror, year, elements, references, form):
    award = replace(AWARDS[0], starts=f"{year}-09-01", ends=f"{year + 3}-08-31", elements=(elements,),
                    references=(references,) if references else ())  # fmt: skip
    ingest(home, mirror, [award])
    (row,) = table(home, "award")
    assert row["form"] == form


def test_a_programme_says_what_it_stands_for(home, mirror):
    ingest(home, mirror, [replace(AWARDS[1], elements=(("1480", "ERC-Eng Research Centers"), ("1417", "Widgets")))])
    found = [(r["code"], r["form"], r["centre_type"], r["requires_industry"]) for r in table(home, "award_programme")]
    assert found == [("1417", None, None, None), ("1480", "centre", "ERC", True)]


def test_codes_and_seed_that_do_not_know_each_other_are_counted(home, mirror):
    elements = (("1417", "Widget Systems"), ("8023", "Health Care Enterprise Systems"))
    outcome = ingest(home, mirror, [replace(a, elements=elements, references=()) for a in AWARDS])
    unknown, other = (w for w in outcome.warnings if "programme_codes" in w)
    assert unknown.endswith("does not know, 6 times: element 1417 Widget Systems 6")
    assert other.startswith("2008.zip: 1 codes of the seed")
    assert other.endswith("element 8023 Health Care Enterprise Systems 6")


def test_nobody_and_no_address_reaches_core(home, core):
    text = json.dumps(core, default=str)
    assert "Borneo" in text
    for secret in (nsf.PHONE, nsf.MAIL, nsf.PERSON, "MAIN ST", "000000000", "Of widgets"):
        assert secret not in text


def test_what_it_tells(home, mirror):
    outcome = ingest(home, mirror)
    told = ["awardees", "centres", "dates", "icorps", "industry_programmes", "obligations", "programme_codes", "scheme"]
    told.append("training")
    assert outcome.manifest["observes"] == told  # and no partners
    old = [replace(a, is_old=True, elements=(), references=()) for a in AWARDS]
    assert ingest(home, mirror, old).manifest["observes"] == ["awardees", "dates", "scheme"]


def test_a_changed_seed_builds_the_part_anew(home, mirror, monkeypatch, tmp_path):
    ingest(home, mirror)
    (again,) = steps.ingest(home, "nsf_awards", mirror)
    assert not again.built
    monkeypatch.setattr(nsf_awards, "SEEDS", ("country_names",))
    (again,) = steps.ingest(home, "nsf_awards", mirror)
    assert again.built


def test_parts_are_years_and_what_was_before(monkeypatch):
    monkeypatch.setenv("IUR_NSF_AWARDS_URL", "http://127.0.0.1:1/{year}.zip")
    offers = nsf_awards.parts(Session())
    assert [o.part for o in offers[:2]] == ["historical", "1976"]
    assert offers[-1].part == str(dt.date.today().year)
    assert [o.urls for o in offers[:2]] == [("http://127.0.0.1:1/Historical.zip",), ("http://127.0.0.1:1/1976.zip",)]
    assert len(offers) == dt.date.today().year - 1976 + 2
    monkeypatch.delenv("IUR_NSF_AWARDS_URL")
    assert "DownloadFileName=1976&All=true" in nsf_awards.parts(Session())[1].urls[0]


def test_a_year_is_fetched_when_it_changed(home, mirror, httpserver, monkeypatch):
    body = nsf.write(mirror, nsf.members(AWARDS)).read_bytes()
    monkeypatch.setenv("IUR_NSF_AWARDS_URL", httpserver.url_for("/{year}").replace("%7B", "{").replace("%7D", "}"))
    httpserver.expect_ordered_request("/2008").respond_with_data(body, headers={"ETag": '"a"'})
    httpserver.expect_ordered_request("/2008", headers={"If-None-Match": '"a"'}).respond_with_data("", status=304)
    (outcome,) = steps.ingest(home, "nsf_awards", window=Window("2008", "2008"))
    assert (outcome.part, outcome.fetched, outcome.built, outcome.failed) == ("2008", True, True, "")
    assert len(table(home, "award")) == 6
    (outcome,) = steps.ingest(home, "nsf_awards", window=Window("2008", "2008"))
    assert (outcome.fetched, outcome.built, outcome.failed) == (False, False, "")
    httpserver.check_assertions()


def test_golden_sample(home, core):
    """Change VERSION in pipelines/sources/nsf_awards.py together with these digests."""
    digests = {t: golden.digest(table(home, t)) for t in TABLES}
    assert (nsf_awards.VERSION, digests) == GOLDEN


GOLDEN = (
    1,
    {
        "award": "cea23607b0c966cb",
        "award_party": "d59c9d54247ea413",
        "award_programme": "b4bf400d42781a6d",
        "award_obligation": "87314f9e1e60d5dd",
    },
)
