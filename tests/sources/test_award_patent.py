"""Awards that patents came of, by what patents say and what funders list: every rule by hand."""

import datetime as dt

import duckdb
import pyarrow as pa
import pytest

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.patents import crossed

AWARDS = (
    ("nsf_awards", "2008", "nsf:0800014"),
    ("nsf_awards", "2008", "nsf:0123456"),
    ("nsf_awards", "1998", "nsf:9876771"),
    ("nih_reporter", "2005", "nih:R01CA123456"),
    ("nih_reporter", "2006", "nih:R01CA123456"),
    ("nih_reporter", "2005", "nih:R21CA123456"),
    ("nih_reporter", "2005", "nih:P50GM045678"),
    ("gtr", "projects", "gtr:A1"),
    ("cordis", "h2020", "cordis:101"),
)
NSF, NIH, DOE = "National Science Foundation", "National Institutes of Health", "Department of Energy"


def build(funding=(), patents=("us:1",), outputs=()) -> duckdb.DuckDBPyConnection:
    """A connection with `award_patent`; funding as (patent, kind, text), outputs as award_output's columns."""
    held = {
        "award": [
            {"source": s, "part": p, "award_id": a, "period": p, "funder": "F", "starts_on": dt.date(2005, 1, 1)}
            for s, p, a in AWARDS
        ],
        "patent": [
            {"source": "patentsview", "part": "all", "patent_id": id_, "office": "US", "number": number,
             "is_granted": True, "family_id": family}
            for id_, number, family in (p if isinstance(p, tuple) else (p, p, None) for p in patents)
        ],
        "patent_funding": [
            {"source": "patentsview", "part": "all", "patent_id": id_, "kind": kind, "sequence": n,
             {"award": "award_number"}.get(kind, kind): text}
            for n, (id_, kind, text) in enumerate(funding)
        ],
        "award_output": [{"source": "x", "part": "all"} | row for row in outputs],
    }  # fmt: skip
    connection = duckdb.connect()
    for name, rows in held.items():
        connection.register("_rows", pa.Table.from_pylist(rows, schema=arrow_schema(table(name))))
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _rows")
    crossed.write(connection)
    return connection


def crossing(connection) -> list[tuple]:
    return connection.sql("SELECT award_id, patent_id, rule FROM award_patent ORDER BY ALL").fetchall()


def said(number: str, agency: str = "", statement: str = "") -> list[str]:
    """Return the awards of a patent of which a number, an agency and a statement are told."""
    told = (("us:1", "award", number), ("us:1", "agency", agency), ("us:1", "statement", statement))
    return [award for award, _, _ in crossing(build([row for row in told if row[2]]))]


@pytest.mark.parametrize(
    ("number", "agency"),
    [
        ("DMR-0800014", ""),
        ("DMR 0800014", ""),
        ("DMR0800014", ""),
        ("DMR-08-00014", ""),
        ("NSF 0800014", ""),
        ("NSF-DMR 0800014", ""),
        ("NSF DMR-0800014", DOE),
        ("NSF grant no. 0800014", ""),
        ("NSF Award # CHE-0800014.", ""),
        ("Grant No. DMR-800014", ""),  # the zero in front was lost
        ("0800014", NSF),
        ("800014", NSF),
        ("0800014; 0900000", NSF),
        ("0900000, 0800014", NSF),
        ("W911NF-08-1-0001 and DMR-0800014", "US Army"),
    ],
)
def test_a_number_of_nsf(number, agency):
    assert said(number, agency) == ["nsf:0800014"]


@pytest.mark.parametrize(
    ("number", "agency"),
    [
        ("0800014", ""),  # whose?
        ("0800014", DOE),
        ("800014", NIH),
        ("0900000", NSF),  # no award has it
        ("DE-SC0800014", NSF),
        ("SC0800014", NSF),
        ("N00014-0800014", NSF),
        ("W911NF 0800014", NSF),
        ("08000145", NSF),
        ("0800014A", NSF),
        ("CA 123456", NSF),  # an NIH number, though NSF has a 0123456
        ("", NSF),
    ],
)
def test_no_number_of_nsf(number, agency):
    assert said(number, agency) == []


@pytest.mark.parametrize(
    ("number", "award"),
    [
        ("R01CA123456", "R01CA123456"),
        ("R01 CA 123456", "R01CA123456"),
        ("5R01CA123456-03", "R01CA123456"),
        ("5 R01 CA123456-03S1", "R01CA123456"),
        ("NIH R01-CA-123456", "R01CA123456"),
        ("RO1 CA123456", "R01CA123456"),  # a letter for the digit
        ("NIH Grant No. R21 CA123456", "R21CA123456"),
        ("P50GM45678", "P50GM045678"),  # the zero in front was lost
        ("P50 GM45678-01A1", "P50GM045678"),
    ],
)
def test_a_core_number_of_nih(number, award):
    assert said(number) == [f"nih:{award}"]


def test_a_number_without_an_activity_is_the_only_award_that_has_it():
    assert said("GM045678", NIH) == ["nih:P50GM045678"]
    assert said("NIH GM 45678") == ["nih:P50GM045678"]
    # Two awards have CA123456; nobody names NIH; R03 is none of ours, and its number is not another's.
    assert said("CA123456", NIH) == []
    assert said("GM045678") == []
    assert said("R03 GM045678", NIH) == []


def test_several_numbers_in_one_text():
    assert said("R01 CA123456, P50 GM045678 and DMR-0800014") == [
        "nih:P50GM045678", "nih:R01CA123456", "nsf:0800014",
    ]  # fmt: skip


def test_a_statement_tells_numbers_too():
    ours = "This invention was made with government support under {} awarded by the {}. The government has rights."
    assert said("", "", ours.format("Grant No. 0800014", NSF)) == ["nsf:0800014"]
    assert said("", "", ours.format("DMR-0800014 and R01 CA123456", "agencies")) == [
        "nih:R01CA123456", "nsf:0800014",
    ]  # fmt: skip
    assert said("", "", ours.format("Grant No. 0800014", DOE)) == []
    # In a sentence six digits may be an application's.
    assert said("", "", ours.format("Grant 0900000", NSF) + " It claims 60/123456.") == []
    assert said("", "", "The government has a royalty-free license under the Act of 1955.") == []


def test_an_award_of_several_years_stands_once_with_its_first_part():
    found = build([("us:1", "award", "R01CA123456")]).sql("SELECT source, part, award_id FROM award_patent").fetchall()
    assert found == [("nih_reporter", "2005", "nih:R01CA123456")]


def output(award: str, id_: str, kind: str = "patent", **more: object) -> dict:
    return {"award_id": award, "output_id": id_, "kind": kind, **more}


def test_what_nih_lists():
    connection = build(
        [("us:1", "award", "R01CA123456")],
        outputs=[
            output("nih:R01CA123456", "us:1"),
            output("nih:R01CA123456", "us:7"),
            output("nih:R01XX000001", "us:7"),  # no such award
            output("nih:P50GM045678", "us:D7"),
        ],
    )
    # Of us:1 the patent itself says so too, and comes first.
    assert crossing(connection) == [
        ("nih:P50GM045678", "us:D7", "nih_list"),
        ("nih:R01CA123456", "us:1", "statement_nih"),
        ("nih:R01CA123456", "us:7", "nih_list"),
    ]
    assert connection.sql("SELECT patent_id, is_known FROM award_patent ORDER BY 1").fetchall() == [
        ("us:1", True), ("us:7", False), ("us:D7", False),
    ]  # fmt: skip


def test_what_people_claim_at_the_gateway():
    ip = "intellectual_property"
    connection = build(
        patents=("us:9123456", ("epo:EP.2400812.B1", "ep:2400812", "4711")),
        outputs=[
            output("gtr:A1", "gtr:I1", ip, patent_number="US 9,123,456 B2; EP2400812B1"),
            output("gtr:A1", "gtr:I2", ip, patent_number="WO2014/012345"),
            output("gtr:A1", "gtr:I3", ip, patent_number="pending"),
            output("gtr:A1", "gtr:I4", ip, patent_number="EP2400812"),
            output("gtr:A2", "gtr:I1", ip, patent_number="US 9,123,456 B2"),  # no such award
        ],
    )
    found = connection.sql("SELECT award_id, patent_id, family_id, rule, is_known FROM award_patent ORDER BY 2")
    assert found.fetchall() == [
        ("gtr:A1", "ep:2400812", "4711", "gtr_list", True),
        ("gtr:A1", "us:9123456", None, "gtr_list", True),
    ]


def test_what_cordis_lists():
    connection = build(
        patents=("us:9999990", ("epo:EP.2400812.A1", None, "12")),
        outputs=[
            output("cordis:101", "docdb:11", patent_number="EP 3000001 A1; US 9999990 B2", family_id="11"),
            output("cordis:101", "docdb:12", patent_number="FR 3034721 B1", family_id="12"),
            output("cordis:101", "docdb:13", family_id="13"),
            output("cordis:101", "application:ep-app:2018069058", patent_number="WO 2019012095 A1"),
            output("cordis:999", "docdb:11", patent_number="US 9999990 B2", family_id="11"),  # no such award
        ],
    )
    found = connection.sql("SELECT patent_id, family_id, rule, is_known FROM award_patent ORDER BY 1").fetchall()
    # Of family 11 a grant is known by its number; of family 12 the EPO tells an application.
    assert found == [
        ("application:ep-app:2018069058", None, "cordis_list", False),
        ("docdb:12", "12", "cordis_list", True),
        ("docdb:13", "13", "cordis_list", False),
        ("us:9999990", "11", "cordis_list", True),
    ]


def test_the_table_is_as_its_contract_says():
    connection = build([("us:1", "award", "DMR-0800014")])
    contract = table("award_patent")
    found = connection.sql("SELECT * FROM award_patent").to_arrow_table()
    assert [(f.name, f.type) for f in found.schema] == [(f.name, f.type) for f in arrow_schema(contract)]
    for rule in contract.rules:
        assert connection.sql(f"SELECT count(*) FROM award_patent WHERE NOT ({rule.sql})").fetchall() == [(0,)]
