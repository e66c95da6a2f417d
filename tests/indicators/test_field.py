"""Fields of records: a row for all of them always, and one per field for an indicator that declares it."""

from dataclasses import replace

import pytest

from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.compute import compute
from tests.indicators import hand_worked, hand_worked_patents
from tests.indicators.hand_worked import ror

# A01 is chemistry, A02 chemistry and law, A03 and A04 law. The other grants have no field.
FIELDS = [("A01", "chemistry"), ("A02", "chemistry"), ("A02", "law"), ("A03", "law"), ("A04", "law")]


def by_field(id_, **facts):
    return replace(catalogue()[id_], by_field=True, **facts)


@pytest.fixture(scope="module")
def value():
    connection = hand_worked.build()
    connection.execute("CREATE TABLE record_field (record_table VARCHAR, record_id VARCHAR, field VARCHAR)")
    for grant, field in FIELDS:
        connection.execute("INSERT INTO record_field VALUES ('award', ?, ?)", [f"alpha:{grant}", field])
    chosen = [
        by_field("joint.grants"),
        by_field("joint.grant_share"),
        by_field("joint.funding"),
        by_field("joint.partners"),
        by_field("challenge.repeat_share"),
        catalogue()["joint.tripartite_grants"],
    ]
    compute(connection, hand_worked.SOURCES, hand_worked.PARTS, chosen)

    def look(indicator, field, org="alma", year=2015, **dimensions):
        wanted = {
            "counting": "whole",
            "rollup": "direct",
            "partner": "all",
            "intensity": catalogue()[indicator].intensity,
            **dimensions,
        }
        rows = connection.execute(
            f"""SELECT value, numerator, denominator, status FROM indicator
            WHERE indicator = ? AND institution_id = ? AND year = ? AND field = ?
            AND {" AND ".join(f"{k} = ?" for k in wanted)}""",
            [indicator, ror(org), year, field, *wanted.values()],
        ).fetchall()
        assert len(rows) <= 1
        return rows[0] if rows else None

    yield look
    connection.close()


def test_counts_by_field(value):
    assert value("joint.grants", "all")[0] == 2
    assert value("joint.grants", "chemistry")[0] == 2
    assert value("joint.grants", "law")[0] == 1  # A02 counts in each of its fields
    assert value("joint.grants", "law", counting="fractional")[0] == pytest.approx(1 / 3)


def test_ratios_by_field(value):
    assert value("joint.grant_share", "law")[1:3] == (1, 3)  # A02 of A02, A03, A04
    assert value("joint.grant_share", "chemistry")[1:3] == (2, 2)
    assert value("joint.grant_share", "all")[1:3] == (2, 4)


def test_money_and_partners_by_field(value):
    assert value("joint.funding", "law")[0] == 250  # A02
    assert value("joint.partners", "law")[0] == 1  # bolt
    assert value("joint.partners", "chemistry")[0] == 2
    assert value("challenge.repeat_share", "law")[1:3] == (0, 1)


def test_by_field_there_is_the_headline_alone(value):
    assert value("joint.grants", "all", intensity="bilateral")[0] == 2
    assert value("joint.grants", "law", intensity="bilateral") is None
    assert value("joint.grants", "all", partner="sme")[0] == 1
    assert value("joint.grants", "chemistry", partner="sme") is None
    assert value("joint.partners", "chemistry", intensity="all") is None


def test_patents_by_field():
    # Alma's of 2005 in biotechnology: P7 alone, P8 with Beta, P10 with Bolt's company; P8 is in measurement as well.
    told = [("P7", "biotechnology"), ("P8", "biotechnology"), ("P10", "biotechnology"), ("P8", "measurement")]
    connection = hand_worked_patents.build()
    connection.execute("CREATE TABLE record_field (record_table VARCHAR, record_id VARCHAR, field VARCHAR)")
    rows = [("patent", hand_worked_patents.number(id_), f"wipo:{field}") for id_, field in told]
    # The family of Alma's first document, whose priority is of 2004.
    rows.append(("patent", "epo:EP.1.A1", "wipo:biotechnology"))
    connection.executemany("INSERT INTO record_field VALUES (?, ?, ?)", rows)
    ids = ("transfer.patents_granted", "joint.co_patents", "joint.co_patent_share", "transfer.families")
    compute(connection, hand_worked_patents.SOURCES, hand_worked_patents.PARTS, [catalogue()[id_] for id_ in ids])

    def look(id_, year, field, **more):
        row = hand_worked_patents.look_up(connection, id_, "alma", year, field=f"wipo:{field}", **more)
        return row and row["value"]

    assert look("transfer.patents_granted", 2005, "biotechnology") == 3
    assert look("transfer.patents_granted", 2005, "biotechnology", counting="fractional") == 1 + 1 / 2 + 1 / 2
    assert look("transfer.patents_granted", 2005, "measurement") == 1
    assert look("joint.co_patents", 2005, "biotechnology") == 1
    assert look("joint.co_patent_share", 2005, "biotechnology") == pytest.approx(1 / 3)
    assert look("joint.co_patents", 2005, "measurement") is None
    assert look("transfer.families", 2004, "biotechnology") == 1


def test_what_is_told_by_field():
    """INDICATORS §2: a row per field for counts, money and partners, not for figures of surveys."""
    told = {id_ for id_, indicator in catalogue().items() if indicator.by_field}
    assert told == {
        "joint.grants", "joint.grant_share", "joint.funding", "joint.partners", "joint.co_patents",
        "joint.co_patent_share", "transfer.patents_granted", "transfer.families", "synergy.field",
    }  # fmt: skip


def test_fields_without_evidence_have_no_row(value):
    assert value("joint.grants", "law", year=2016) is None
    assert value("joint.grants", "all", year=2016)[0] == 2


def test_only_what_declares_it_is_given_by_field(value):
    assert value("joint.tripartite_grants", "all")[0] == 1
    assert value("joint.tripartite_grants", "law") is None


def test_without_fields_there_is_the_row_for_all():
    connection = hand_worked.build()
    compute(connection, hand_worked.SOURCES, hand_worked.PARTS, [by_field("joint.grants")])
    assert connection.execute("SELECT DISTINCT field FROM indicator").fetchall() == [("all",)]
