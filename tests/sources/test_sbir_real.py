"""The real SBIR.gov rows: all 1,300, held against what Python's own reader finds in the file."""

import csv
from collections import Counter
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from pipelines import steps
from warehouse.store import Home

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def raw(real):
    csv.field_size_limit(1 << 24)
    with (real / "sbir" / "award_data.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def ingested(real, tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("sbir"))
    (outcome,) = steps.ingest(home, "sbir", real)
    assert not outcome.failed, outcome.failed
    return home, outcome


def table(ingested, name):
    return pq.read_table(ingested[0].core / name / "sbir--all.parquet").to_pylist()


def test_every_row_is_kept_and_the_books_balance(ingested, raw):
    books = ingested[1].manifest["balance"]
    assert (books["award"]["read"], books["award"]["kept"]) == (1_300, 1_300) == (len(raw), len(raw))
    party = books["award_party"]
    # A company each, and 206 research institutions, of which 14 are "Stub".
    assert (party["read"], party["kept"], party["dropped"]) == (1_506, 1_492, {"placeholder_institution": 14})
    assert books["award_programme"]["kept"] == 1_300
    assert not any(book["quarantined"] for book in books.values())
    assert not [said for said in ingested[1].warnings if "column" in said]


def test_programmes_years_and_money_are_those_of_the_rows(ingested, raw):
    awards = table(ingested, "award")
    assert Counter(a["scheme"].split()[0] for a in awards) == {"SBIR": 1_107, "STTR": 193}
    assert Counter(a["reporting_year"] for a in awards) == Counter(int(r["Award Year"]) for r in raw)
    assert sum(a["starts_on"] is None for a in awards) == sum(not r["Proposal Award Date"] for r in raw) == 136
    other_year = sum(a["starts_on"] is not None and a["starts_on"].year != a["reporting_year"] for a in awards)
    assert other_year == 156
    told = sum(Decimal(r["Award Amount"] or 0) for r in raw)
    assert sum(Decimal(str(a["amount"] or 0)) for a in awards) == told == Decimal("503580760.43")
    assert sum(a["amount"] is None for a in awards) == 2  # one blank, one 0
    assert len({a["award_id"] for a in awards}) == 1_300


def test_sttr_names_its_institution_and_sbir_hardly_ever(ingested):
    programme = {a["award_id"]: a["scheme"].split()[0] for a in table(ingested, "award")}
    parties = table(ingested, "award_party")
    partners = [p for p in parties if p["role"] != "awardee"]
    assert Counter(programme[p["award_id"]] for p in partners) == {"STTR": 191, "SBIR": 1}
    assert {p["name"] for p in partners if p["role"] == "federal_laboratory"} == {
        "PNNL",
        "Argonne National Laboratory",
        "Fermi National Accelerator Laboratory",
        "Lawrence Berkeley National Laboratory",
    }
    # Of the companies' numbers 108 are blank and seven are nine zeros; five have lost one zero or two.
    numbers = [p["source_org_id"] for p in parties if p["role"] == "awardee"]
    assert Counter(len(n or "") for n in numbers) == {14: 1_300 - 108 - 7, 0: 115}
    assert "duns:009485124" in numbers  # 9485124 in the file


def test_phases_under_one_contract_stay_awards_of_their_own(ingested):
    ids = {a["award_id"] for a in table(ingested, "award")}
    assert {"sbir:DOE-DE-AR0000935-1738-1524-I", "sbir:DOE-DE-AR0000935-1738-1524-II"} <= ids
    assert {"sbir:DOE-DE-SC0019526-242719-I", "sbir:DOE-DE-SC0019526-250328-II"} <= ids  # STTR, then SBIR
