"""NIH's real records, held against figures that Python's csv and json modules give, read by nothing of ours.

The files: 100 rows of fiscal year 2014, 38,496 links of patents, a web export of 1,613 rows, six records by
interface.
"""

import csv
import datetime as dt
import io
import json
import re
import shutil
import zipfile
from collections import Counter, defaultdict

import pyarrow.parquet as pq
import pytest

from pipelines import steps
from warehouse.store import Home

pytestmark = pytest.mark.real

TABLES = ("award", "award_party", "award_programme")


def table(home, name, part):
    return pq.read_table(home.core / name / f"nih_reporter--{part}.parquet").to_pylist()


def zipped(real, name):
    with zipfile.ZipFile(real / "nih_reporter" / f"{name}.zip") as archive:
        return list(csv.DictReader(io.TextIOWrapper(archive.open(f"{name}.csv"), "utf-8", newline="")))


@pytest.fixture(scope="module")
def home(real, tmp_path_factory):
    """The real mirror, as it is, in a home of its own; what became of its parts."""
    home = Home(tmp_path_factory.mktemp("nih"))
    outcomes = {o.part: o for o in steps.ingest(home, "nih_reporter", real)}
    assert set(outcomes) == {"2014", "patents"}
    assert not [o.failed for o in outcomes.values() if o.failed]
    return home, outcomes


@pytest.fixture(scope="module")
def year(real):
    return zipped(real, "RePORTER_PRJ_C_FY2014")


@pytest.fixture(scope="module")
def export(real):
    csv.field_size_limit(16_000_000)
    with (real / "nih_reporter" / "samples" / "web_export_2021.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def web(real, tmp_path_factory):
    """The samples, under the names a mirror has for them, in a home of their own; what became of them."""
    folder = tmp_path_factory.mktemp("samples")
    (folder / "nih_reporter").mkdir()
    for sample, name in (
        ("web_export_2021.csv", "RePORTER_WEB_2021.csv"),
        ("api_v2_one_project.json", "RePORTER_API_FY2023.json"),
        ("api_v2_five_projects.json", "RePORTER_API_FY2026.json"),
    ):
        shutil.copyfile(real / "nih_reporter" / "samples" / sample, folder / "nih_reporter" / name)
    home = Home(folder / "home")
    return home, {o.part: o for o in steps.ingest(home, "nih_reporter", folder)}


def balanced(outcome):
    for name, book in outcome.manifest["balance"].items():
        assert book["read"] == book["kept"] + book["quarantined"] + sum(book["dropped"].values()), name
    return outcome.manifest["balance"]


def test_the_year_is_read_whole(home):
    _, outcomes = home
    books = balanced(outcomes["2014"])
    assert {name: (books[name]["read"], books[name]["kept"]) for name in TABLES} == dict.fromkeys(TABLES, (100, 100))
    assert outcomes["2014"].warnings == []


def test_the_years_money_is_that_of_awards_own_rows(home, year):
    kept, _ = home
    awards = table(kept, "award", "2014")
    own = sum(int(r["TOTAL_COST"] or 0) for r in year if not r["SUBPROJECT_ID"])
    subs = sum(int(r["TOTAL_COST_SUB_PROJECT"] or 0) for r in year)
    assert (own, subs) == (29_677_347, 8_334_125)
    assert sum(r["amount"] or 0 for r in awards) == own
    assert sum(r["subproject_amount"] or 0 for r in awards) == subs
    assert sum(r["amount"] or 0 for r in table(kept, "award_party", "2014")) == own
    # Twenty-four subprojects, and two awards of which no cost is told (I01HX001275, U18FD004667): null, and not 0.
    assert Counter((r["subproject"] is not None, r["amount"] is None) for r in awards) == {
        (True, True): 24, (False, True): 2, (False, False): 74,
    }  # fmt: skip
    assert all(r["subproject_amount"] is None for r in awards if r["subproject"] is None)


def test_every_row_of_the_year_is_an_award_of_its_number(home, year):
    kept, _ = home
    assert {(r["award_id"], r["period"], r["scheme"], r["title"]) for r in table(kept, "award", "2014")} == {
        (f"nih:{r['CORE_PROJECT_NUM']}", f"2014-{r['APPLICATION_ID']}", r["ACTIVITY"], r["PROJECT_TITLE"].strip())
        for r in year
    }
    roles = Counter(r["role"] for r in table(kept, "award_party", "2014"))
    assert roles == {"awardee": 76, "participant": 24}


def test_codes_of_the_year_stand_for_what_they_are(home, year):
    kept, _ = home
    forms = {r["code"]: (r["form"], r["centre_type"]) for r in table(kept, "award_programme", "2014")}
    assert {c for c, (form, _) in forms.items() if form == "sme_programme"} == {"R41", "R43", "R44"}
    assert {c for c, (form, _) in forms.items() if form == "talent"} == {
        "K01", "K08", "KL2", "T32", "T37", "F32", "R25",
    }  # fmt: skip
    assert {c for c, (form, _) in forms.items() if form == "centre"} == {"P20", "P30", "P50", "U54", "U19", "UM1"}
    assert {c for c, (form, _) in forms.items() if form == "excluded"} == {"ZIA", "I01"}
    firms = {r["name"] for r in table(kept, "award_party", "2014") if r["is_sme"]}
    assert firms == {r["ORG_NAME"] for r in year if r["ACTIVITY"] in ("R41", "R43", "R44")}
    assert len(firms) == 4


def test_a_subproject_abroad_is_no_awardee(home):
    """5P50AI098505-03 is held in Mali; 3U19MH098718-03S2 has a subproject in Nigeria."""
    kept, _ = home
    abroad = {r["country"]: (r["award_id"], r["role"]) for r in table(kept, "award_party", "2014")}
    assert abroad["ML"] == ("nih:P50AI098505", "awardee")
    assert abroad["NG"] == ("nih:U19MH098718", "participant")
    nowhere = [r["name"] for r in table(kept, "award_party", "2014") if r["country"] is None]
    assert sorted(nowhere) == ["HEART, LUNG, AND BLOOD INSTITUTE", "NIAID EXTRAMURAL ACTIVITIES"]


def test_patents_are_counted_once_whatever_their_form(home, real):
    kept, outcomes = home
    links = zipped(real, "RePORTER_PATENTS_C_ALL")
    assert len(links) == 38_496
    plain = {(r["PATENT_ID"].split(" ")[0].replace(",", ""), r["PROJECT_ID"]) for r in links}
    plain = {(number, project) for number, project in plain if number != "00000000"}
    book = balanced(outcomes["patents"])["award_output"]
    assert (book["read"], book["kept"], book["quarantined"], book["dropped"]) == (
        38_496, len(plain), 2, {"duplicate_row": 1},
    )  # fmt: skip
    found = table(kept, "award_output", "patents")
    assert {(r["output_id"], r["award_id"]) for r in found} == {(f"us:{n}", f"nih:{p}") for n, p in plain}
    assert sum(bool(re.fullmatch(r"us:(RE|D)\d+", r["output_id"])) for r in found) == 57
    assert {r["kind"] for r in found} == {"patent"}


def test_the_export_is_one_row_an_application(web, export):
    _, outcomes = web
    books = balanced(outcomes["web_2021"])
    applications = {r["Application ID"] for r in export}
    assert (len(export), len(applications)) == (1_613, 1_525)
    for name in TABLES:
        assert (books[name]["read"], books[name]["kept"]) == (1_613, 1_525)
        assert books[name]["dropped"] == {"row_per_institute": 88}


def test_nih_money_is_never_counted_twice(web, export):
    """Adding the rows of the export as they are gives 808.8 million dollars; the awards cost 696.6 million."""
    home, _ = web
    once = {r["Application ID"]: r for r in export}
    naive = sum(int(r["Total Cost"] or 0) for r in export)
    own = sum(int(r["Total Cost"] or 0) for r in once.values())
    subs = sum(int(r["Total Cost (Sub Projects)"] or 0) for r in once.values())
    by_institute = defaultdict(int)
    for r in export:
        by_institute[r["Application ID"]] += int(r["Total Cost IC"] or 0)
    assert (naive, own, subs) == (808_792_318, 696_645_130, 76_227_973)
    assert sum(by_institute.values()) == own  # what institutes pay adds up to it
    awards = table(home, "award", "web_2021")
    assert sum(r["amount"] or 0 for r in awards) == own
    assert sum(r["subproject_amount"] or 0 for r in awards) == subs
    assert sum(r["amount"] or 0 for r in table(home, "award_party", "web_2021")) == own
    assert sum(r["subproject"] is not None for r in awards) == 260
    assert not [r for r in awards if r["subproject"] is not None and r["amount"] is not None]
    assert not [r for r in awards if r["subproject"] is None and r["subproject_amount"] is not None]


def test_an_award_of_several_years_is_one_award_of_several_periods(web, export):
    """U2CAG054397: four fiscal years, seven institutes each: 28 rows of the export."""
    home, _ = web
    rows = [r for r in export if "U2CAG054397" in r["Project Number"]]
    costs = {f"{r['Fiscal Year']}-{r['Application ID']}": int(r["Total Cost"]) for r in rows}
    found = {r["period"]: r["amount"] for r in table(home, "award", "web_2021") if r["award_id"] == "nih:U2CAG054397"}
    assert (len(rows), len(costs)) == (28, 4)
    assert found == costs
    starts = {r["starts_on"] for r in table(home, "award", "web_2021") if r["award_id"] == "nih:U2CAG054397"}
    assert starts == {dt.date(2016, 9, 30)}


def test_the_full_record_of_the_interface(web, real):
    home, outcomes = web
    record = json.loads((real / "nih_reporter" / "samples" / "api_v2_one_project.json").read_text())
    assert sum(ic["total_cost"] for ic in record["agency_ic_fundings"]) == record["award_amount"] == 444_000
    assert len(record) == 45
    assert outcomes["2023"].warnings == []
    (award,), (party,) = table(home, "award", "2023"), table(home, "award_party", "2023")
    assert {k: award[k] for k in ("award_id", "period", "scheme", "programme", "amount", "updated_on", "title")} == {
        "award_id": "nih:R15DE032063",
        "period": "2023-10497514",
        "scheme": "R15",
        "programme": "NATIONAL INSTITUTE OF DENTAL AND CRANIOFACIAL RESEARCH",
        "amount": 444_000.0,
        "updated_on": dt.date(2023, 8, 5),
        "title": "Targeting oncogenic pathways for chemoprevention of head and neck cancer by FLLL12",
    }
    assert (award["starts_on"], award["ends_on"], award["awarded_on"]) == (
        dt.date(2023, 8, 1), dt.date(2026, 7, 31), dt.date(2023, 7, 25),
    )  # fmt: skip
    assert award["record_url"] == record["project_detail_url"]
    assert (party["name"], party["source_org_id"], party["state"], party["country"], party["source_type"]) == (
        "MARSHALL UNIVERSITY", "uei:HH1NQ1B5MPV3", "WV", "US", "SCHOOLS OF PHARMACY",
    )  # fmt: skip


def test_five_records_without_their_numbers_are_no_part(web):
    """Somebody asked the interface for ten fields, and for neither number nor organisation."""
    _, outcomes = web
    assert "column missing: appl_id, subproject_id, organization" in outcomes["2026"].failed
