"""Fields of records: a row for all of them always, and one per field for an indicator that declares it."""

from dataclasses import replace

import pytest

from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.compute import compute
from tests.indicators import hand_worked
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
