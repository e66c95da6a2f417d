"""SBIR.gov: both vintages of its columns, its spellings, and what counts; expected values are worked out by hand."""

import datetime as dt

import pyarrow.parquet as pq
import pytest

from pipelines import steps
from tests import small_sbir as sbir
from tests.golden import told
from tests.small_sbir import award


def table(home, name):
    return pq.read_table(home.core / name / "sbir--all.parquet").to_pylist()


@pytest.fixture
def ingest(home, tmp_path):
    """Ingest a file with some awards, and return the outcome."""

    def run(*awards, columns=sbir.NEW, content=None):
        sbir.write(tmp_path / "mirror", content or sbir.text(list(awards), columns))
        (outcome,) = steps.ingest(home, "sbir", tmp_path / "mirror")
        return outcome

    return run


AWARD = {
    "source": "sbir",
    "part": "all",
    "award_id": "sbir:DOD-N68335-20-C-0001-N20-001-I",
    "period": "all",
    "funder": "US Department of Defense",
    "programme": "Department of Defense / Navy",
    "scheme": "STTR Phase I",
    "form": "joint_research",
    "title": "Widgets that see",
    "starts_on": dt.date(2020, 2, 21),
    "ends_on": dt.date(2020, 8, 20),
    "awarded_on": dt.date(2020, 2, 21),
    "reporting_year": 2020,
    "amount": 124_999.0,
    "currency": "USD",
    "topic": "N20A-T001",
    "reference": "N68335-20-C-0001",
    "tracking_number": "N20-001",
}


@pytest.mark.parametrize("columns", [sbir.NEW, sbir.OLD, tuple(reversed(sbir.NEW))], ids=["2026", "2021", "other"])
def test_an_award_is_read_by_the_names_of_its_columns(ingest, home, columns):
    outcome = ingest(award(), columns=columns)
    assert not outcome.failed, outcome.failed
    assert not [w for w in outcome.warnings if "column" in w]
    assert [told(row) for row in table(home, "award")] == [AWARD]


def test_the_company_is_paid_and_the_research_institution_is_not(ingest, home):
    ingest(award())
    company, institution = (told(row) for row in table(home, "award_party"))
    assert company == {
        "source": "sbir", "part": "all", "award_id": AWARD["award_id"], "period": "all", "party_no": 1,
        "role": "awardee", "name": "Quorvane Optics, Inc.", "country": "US", "city": "Springfield", "state": "IL",
        "source_org_id": "duns:012345678", "source_type": "SMALL_BUSINESS", "is_sme": True, "amount": 124_999.0,
        "currency": "USD",
    }  # fmt: skip
    assert institution == {
        "source": "sbir", "part": "all", "award_id": AWARD["award_id"], "period": "all", "party_no": 2,
        "role": "research_institution", "name": "University of Almere", "country": "US",
    }  # fmt: skip


def test_the_programme_and_phase_are_the_code(ingest, home):
    ingest(award(), award(Program="SBIR", Phase="Phase II", RI_Name=""))
    found = [(r["code"], r["form"], r["requires_industry"]) for r in table(home, "award_programme")]
    assert found == [("STTR Phase I", "joint_research", True), ("SBIR Phase II", "sme_programme", False)]


def test_persons_and_how_to_reach_them_stay_out_of_core_and_quarantine(ingest, home):
    ingest(*sbir.many(), award(Award_Year="soon"))
    for path in [*home.core.rglob("*.parquet"), *home.quarantine.rglob("*.parquet")]:
        held = path.read_bytes() + repr(pq.read_table(path).to_pylist()).encode()
        assert not [said for said in (sbir.PHONE, sbir.MAIL, sbir.PERSON) if said.encode() in held], path


@pytest.mark.parametrize(
    ("written", "amount"),
    [("124999", 124_999.0), ("124999.50", 124_999.5), ("171,433", 171_433.0), ("$850,000", 850_000.0),
     ("", None), ("0", None), ("$0.00", None)],
)  # fmt: skip
def test_amounts_are_spelt_in_four_ways_and_zero_is_unknown(ingest, home, written, amount):
    assert not ingest(award(Award_Amount=written)).failed
    (row,) = table(home, "award")
    assert (row["amount"], row["currency"]) == (amount, "USD" if amount else None)


@pytest.mark.parametrize(
    ("written", "day"),
    [("10-16-2018", dt.date(2018, 10, 16)), ("05/07/2018", dt.date(2018, 5, 7)), ("2018-03-01", dt.date(2018, 3, 1)),
     ("October 16, 2018", dt.date(2018, 10, 16)), ("", None), ("00/00/0000", None)],
)  # fmt: skip
def test_dates_are_spelt_in_four_ways(ingest, home, written, day):
    outcome = ingest(award(Proposal_Award_Date=written))
    assert not outcome.failed, outcome.failed
    (row,) = table(home, "award")
    assert (row["starts_on"], row["awarded_on"]) == (day, day)
    assert row["reporting_year"] == 2020  # whatever the date says


def test_swapped_dates_are_put_in_order_and_counted(ingest, home):
    outcome = ingest(award(Proposal_Award_Date="08-20-2020", Contract_End_Date="02-21-2020"))
    (row,) = table(home, "award")
    assert (row["starts_on"], row["ends_on"]) == (dt.date(2020, 2, 21), dt.date(2020, 8, 20))
    assert "award_data.csv: 1 awards end before they begin: the two dates are put in order" in outcome.warnings


def test_dates_that_cannot_be_are_unknown_and_counted(ingest, home):
    outcome = ingest(award(Proposal_Award_Date="01-01-1900"), award(Contract="2", Proposal_Award_Date="01-01-2099",
                                                                     Contract_End_Date="01-01-2099"))  # fmt: skip
    assert [row["starts_on"] for row in table(home, "award")] == [None, None]
    assert any("2 dates of awards cannot be" in w for w in outcome.warnings)


def test_what_cannot_be_read_is_quarantined_with_its_parties(ingest, home):
    outcome = ingest(*sbir.many(300), award(Award_Amount="plenty"), award(Award_Year="", Contract="other"),
                     award(Proposal_Award_Date="next week", Contract="third"))  # fmt: skip
    assert not outcome.failed, outcome.failed
    books = outcome.manifest["balance"]
    assert (books["award"]["read"], books["award"]["kept"], books["award"]["quarantined"]) == (303, 300, 3)
    assert books["award_party"]["dropped"] == {"parent_quarantined": 6}
    reasons = {r["reason"] for r in pq.read_table(home.quarantine / "award" / "sbir--all.parquet").to_pylist()}
    assert reasons == {
        "Award Amount: plenty is not an amount",
        "Award Year:  is not a year",
        "Proposal Award Date: next week is not a date",
    }


@pytest.mark.parametrize("written", ["Stub", "N/A", "None", "n/a", "STUB ", "-", "Not Applicable"])
def test_a_placeholder_is_no_research_institution(ingest, home, written):
    outcome = ingest(award(RI_Name=written))
    assert [row["role"] for row in table(home, "award_party")] == ["awardee"]
    assert outcome.manifest["balance"]["award_party"]["dropped"] == {"placeholder_institution": 1}


@pytest.mark.parametrize(
    ("written", "role"),
    [("PNNL", "federal_laboratory"), ("Argonne National Laboratory", "federal_laboratory"),
     ("University of California, Lawrence Berkeley National Lab", "federal_laboratory"),
     ("MIT Lincoln Laboratory", "federal_laboratory"), ("NASA Jet Propulsion Laboratory", "federal_laboratory"),
     ("Massachusetts Institute of Technology", "research_institution"),
     ("Lincoln University", "research_institution"), ("Argonne University", "research_institution"),
     ("Southwest Research Institute", "research_institution")],
)  # fmt: skip
def test_federally_funded_centres_are_told_apart(ingest, home, written, role):
    ingest(award(RI_Name=written))
    assert table(home, "award_party")[1]["role"] == role


def test_phases_are_awards_of_their_own_and_repeats_are_one(ingest, home):
    """Contract numbers stay the same from phase I to II (DE-SC0017180), and one tracking number too (1738-1524)."""
    outcome = ingest(award(), award(), award(Phase="Phase II"), award(Agency_Tracking_Number="N20-002"),
                     award(Contract=""), award(Contract="", Agency_Tracking_Number=""))  # fmt: skip
    assert not outcome.failed, outcome.failed
    ids = [row["award_id"].removeprefix("sbir:DOD-") for row in table(home, "award")]
    assert len(ids[0]) == 18  # 16 figures of a sum over company, title, year, phase and amount, then the phase
    assert ids[1:] == ["N20-001-I", "N68335-20-C-0001-N20-001-I", "N68335-20-C-0001-N20-001-II",
                       "N68335-20-C-0001-N20-002-I"]  # fmt: skip
    assert outcome.manifest["balance"]["award"]["dropped"] == {"duplicate_row": 1}
    assert outcome.manifest["balance"]["award_party"]["dropped"] == {"duplicate_row": 2}


def test_one_award_told_in_two_ways_is_quarantined_with_the_places(ingest, home):
    outcome = ingest(*sbir.many(300), award(), award(Award_Amount="130000"))
    assert not outcome.failed, outcome.failed
    book = outcome.manifest["balance"]["award"]
    assert (book["read"], book["kept"], book["quarantined"]) == (302, 300, 2)
    refused = pq.read_table(home.quarantine / "award" / "sbir--all.parquet").to_pylist()
    assert {r["reason"] for r in refused} == {
        # The header is one line, and each award two: its abstract has a line end.
        "several rows with one key and different values: award_data.csv line 602, award_data.csv line 604"
    }


@pytest.mark.parametrize("label", ["Department of Defense", "DOD", "Department of War", "DOW"])
def test_an_agency_is_the_same_under_its_labels(ingest, home, label):
    ingest(award(Agency=label))
    (row,) = table(home, "award")
    assert (row["award_id"], row["funder"]) == (AWARD["award_id"], "US Department of Defense")


def test_an_agency_the_seed_does_not_know_is_kept_and_said(ingest, home):
    outcome = ingest(award(Agency="Department of Tides"))
    (row,) = table(home, "award")
    assert (row["award_id"][:26], row["funder"]) == ("sbir:DEPARTMENT_OF_TIDES-N", "Department of Tides")
    assert any("1 awards are of agencies that the seed sbir_agencies does not know" in w for w in outcome.warnings)


@pytest.mark.parametrize(
    ("written", "state", "country"),
    [("IL", "IL", "US"), ("Illinois", "IL", "US"), ("new york", "NY", "US"), ("Puerto Rico", "PR", "PR"),
     ("", None, "US")],
)  # fmt: skip
def test_states_are_written_by_code_or_in_full(ingest, home, written, state, country):
    ingest(award(State=written))
    assert (table(home, "award_party")[0]["state"], table(home, "award_party")[0]["country"]) == (state, country)


@pytest.mark.parametrize(
    ("uei", "duns", "id_"),
    [("QRV123456789", "012345678", "uei:QRV123456789"), ("", "12345678", "duns:012345678"),
     ("", "12-345-6789", "duns:123456789"), ("", "000000000", None), ("QRV12", "", None)],
)  # fmt: skip
def test_a_company_is_known_by_uei_else_duns_with_its_zeros(ingest, home, uei, duns, id_):
    ingest(award(UEI=uei, Duns=duns))
    assert table(home, "award_party")[0]["source_org_id"] == id_


def test_text_is_cleared_of_what_workbooks_and_pages_left(ingest, home):
    ingest(award(Award_Title="R&D; of  Widgets_x000D_\nthat &quot;see&quot; &amp; children&#039;s"))
    assert table(home, "award")[0]["title"] == 'R&D of Widgets that "see" & children\'s'


def test_bytes_that_are_no_utf8_are_replaced_and_counted(ingest, home):
    content = sbir.text([award(Award_Title="Wid@gets", Abstract="@@ of long @" + "x" * 200_000)])
    outcome = ingest(content=content.replace(b"@", b"\x92"))
    assert not outcome.failed, outcome.failed
    assert table(home, "award")[0]["title"] == "Wid\ufffdgets"
    # The addresses of persons hold the sign as well: Contact Email and PI Email, on the same two lines.
    assert any("bytes that are not UTF-8" in w and w.startswith("award_data.csv: 6 ") for w in outcome.warnings)


def test_a_column_that_is_missing_fails_the_part(ingest):
    outcome = ingest(award(), columns=tuple(name for name in sbir.NEW if name != "RI Name"))
    assert "column missing: RI Name" in str(outcome.failed)


def test_a_file_that_breaks_off_fails_the_part(ingest):
    outcome = ingest(content=sbir.text([award()])[:-40])
    assert "the file is cut" in str(outcome.failed)
