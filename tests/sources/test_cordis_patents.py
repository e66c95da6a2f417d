"""Patents of CORDIS projects: families, applicants, what is dropped and what is refused, in rows written by hand."""

import csv
import datetime as dt
import io

import pyarrow.parquet as pq
import pytest

from pipelines import mirror as mirrored
from pipelines import steps
from pipelines.demo.cordis_patents import HEADER
from pipelines.sources import cordis
from tests import small_world

DELFT, QUORVANE, LEUVEN = (
    ("999977366.0", "TECHNISCHE UNIVERSITEIT DELFT"),
    ("900000001.0", "QUORVANE SYSTEMS BV"),
    ("999991334.0", "KATHOLIEKE UNIVERSITEIT LEUVEN"),
)


def row(project, who, applied, family, document="", awarded="", kind="FOREGROUND", priority="", type_="PATENT"):
    """A row as the publisher writes one; a document is country, number and kind, apart by blanks."""
    prefix, number, of = document.split() if document else ("", "", "")
    return [project, type_, "Widget, improved", *who, applied, "EP", "2016012345", "A", "https://example.org/a",
            priority, kind, awarded, prefix, number, of, "", family]  # fmt: skip


ROWS = (
    row("101", DELFT, "2016-05-01", "11.0", "EP 3000001 A1", "2017-11-08", priority="2015-05-01"),
    row("101", DELFT, "2016-09-01", "11.0", "US 9999990 B2", "2019-03-05", priority="2015-05-01"),
    row("101", QUORVANE, "2016-05-01", "11.0", "EP 3000001 A1", "2017-11-08"),
    row("102", LEUVEN, "2009-01-01", "12.0", "EP 2000001 B1", "2012-01-04", kind="BACKGROUND"),
    row("103", DELFT, "2018-02-01", "13.0", "FR 3034721 B1", "2020-10-12"),
    row("103", ("", ""), "2018-06-01", ""),
    row("103", DELFT, "2018-06-01", "14.0", type_="TRADEMARK"),
    row("104", LEUVEN, "2018-06-01", "15.0", kind=""),
    row("101", LEUVEN, "2017-01-01", "13.0", "FR 3034721 B1", "2020-10-12"),
)


def write(mirror, rows=ROWS, name="cordis-h2020projectIrps.csv"):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEADER, *rows])
    (mirror / "cordis").mkdir(parents=True, exist_ok=True)
    (mirror / "cordis" / name).write_text(text.getvalue(), encoding="utf-8")


def read(home, name):
    return pq.read_table(home.core / name / "cordis--h2020projectirps.parquet").to_pylist()


@pytest.fixture
def done(home, tmp_path):
    write(tmp_path / "m")
    (outcome,) = steps.ingest(home, "cordis", tmp_path / "m")
    assert not outcome.failed
    return outcome


def day(text):
    return dt.date.fromisoformat(text) if text else None


def test_a_family_is_one_output_of_a_project_whatever_its_documents(home, done):
    found = {(r["award_id"], r["output_id"]): r for r in read(home, "award_output")}
    assert {key: (r["filed_on"], r["priority_on"], r["year"], r["family_id"]) for key, r in found.items()} == {
        # Filed first in May 2016; the grant is the American one of 2019, the European document an application.
        ("cordis:101", "docdb:11"): (day("2016-05-01"), day("2015-05-01"), 2019, "11"),
        ("cordis:101", "docdb:13"): (day("2017-01-01"), None, 2020, "13"),
        ("cordis:103", "docdb:13"): (day("2018-02-01"), None, 2020, "13"),
        ("cordis:103", "application:ep-app:2016012345"): (day("2018-06-01"), None, None, None),
    }
    assert {r["kind"] for r in found.values()} == {"patent"}
    one = found["cordis:101", "docdb:11"]
    assert (one["title"], one["patent_number"]) == ("Widget, improved", "EP 3000001 A1; US 9999990 B2")


def test_who_applied_stands_once_with_the_number_it_takes_part_under(home, done):
    found = [(r["award_id"], r["output_id"], r["party_no"], r["name"], r["source_org_id"])
             for r in read(home, "award_output_party")]  # fmt: skip
    assert sorted(found) == [
        ("cordis:101", "docdb:11", 1, DELFT[1], "pic:999977366"),
        ("cordis:101", "docdb:11", 2, QUORVANE[1], "pic:900000001"),
        ("cordis:101", "docdb:13", 1, LEUVEN[1], "pic:999991334"),
        ("cordis:103", "docdb:13", 1, DELFT[1], "pic:999977366"),
    ]


def test_the_books_say_what_became_of_every_row(done):
    book = done.manifest["balance"]["award_output"]
    assert (book["read"], book["kept"], book["quarantined"]) == (9, 4, 0)
    assert dict(book["dropped"]) == {"background_patent": 1, "kind_not_told": 1, "no_patent": 1, "same_family": 2}


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        (row("101", DELFT, "2016-13-01", "11.0"), "applicationDate: 2016-13-01 is not a date"),
        (row("abc", DELFT, "2016-01-01", "11.0"), "projectID: abc is not a project number"),
        (row("101", ("xx", "Y"), "2016-01-01", "11.0"), "organisationID: xx is not a PIC"),
        (row("101", DELFT, "2016-01-01", "11.0", kind="MIDDLEGROUND"), "patentType: MIDDLEGROUND"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_its_line(home, tmp_path, spoilt, said):
    many = [row("101", DELFT, "2016-05-01", f"{n}.0") for n in range(200)]
    write(tmp_path / "m", [*many, spoilt])
    (outcome,) = steps.ingest(home, "cordis", tmp_path / "m")
    assert not outcome.failed
    (refused,) = pq.read_table(home.quarantine / "award_output" / "cordis--h2020projectirps.parquet").to_pylist()
    assert said in refused["reason"]
    assert refused["_line"] == 202
    assert outcome.manifest["balance"]["award_output"]["kept"] == 200


def test_semicolons_as_in_the_tables_beside_are_no_such_table(home, tmp_path):
    write(tmp_path / "m")
    path = tmp_path / "m" / "cordis" / "cordis-h2020projectIrps.csv"
    path.write_text(path.read_text().replace(",", ";"))
    (outcome,) = steps.ingest(home, "cordis", tmp_path / "m")
    assert "column missing" in outcome.failed


def test_the_table_is_a_part_beside_the_zip_of_its_programme(tmp_path):
    small_world.cordis(tmp_path)
    write(tmp_path)
    write(tmp_path, name="cordis-fp7projectIrps.csv")
    warnings: list[str] = []
    found = [offer.part for offer in mirrored.offers(cordis.SOURCE, tmp_path, warnings)]
    assert (found, warnings) == (["fp7projectirps", "h2020", "h2020projectirps"], [])


@pytest.mark.real
def test_lines_as_printed_from_the_publishers_file(home, real, tmp_path):
    """The first lines of H2020's table, all of which are of the background, between blank lines of the print-out."""
    printed = (real / "cordis" / "odd" / "cell09_projectIrps_first5_raw_lines.txt").read_text("utf-8")
    lines = [line for line in printed.splitlines() if line.count(",") >= 17]
    assert len(lines) == 5
    ours = [
        ",".join(row("641518", ("996169922.0", "GEONUMERICS SL"), "2013-07-22", "47528706.0")).replace("Widget, ", "")
    ]
    (tmp_path / "m" / "cordis").mkdir(parents=True)
    (tmp_path / "m" / "cordis" / "cordis-h2020projectIrps.csv").write_text("\n".join([*lines, *ours]) + "\n")
    (outcome,) = steps.ingest(home, "cordis", tmp_path / "m")
    assert not outcome.failed
    assert dict(outcome.manifest["balance"]["award_output"]["dropped"]) == {"background_patent": 4}
    (kept,) = read(home, "award_output")
    assert kept["output_id"] == "docdb:47528706"
