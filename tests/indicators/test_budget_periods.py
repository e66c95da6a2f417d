"""Awards published by budget period, as NIH's are: one grant, one holder, one start, money of their own rows."""

import duckdb
import pyarrow as pa
import pytest

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.indicators.award_holder import AWARD_HOLDER
from pipelines.indicators.grant import GRANT

PERIODS = (
    ("2013-1", "2012-07-01", "2017-06-30", None, 100.0),
    ("2013-9", None, None, "9001", None),
    ("2014-2", "2012-07-01", "2017-06-30", None, 200.0),
    ("2015-3", "2012-07-01", "2018-06-30", None, 300.0),
)
"""Three budget periods of a centre, and a subproject at a company; the centre moved in the second."""

PARTIES = (
    ("2013-1", "awardee", "alma", True, "university", 100.0),
    ("2013-9", "participant", "acme", False, "company", None),
    ("2014-2", "awardee", "beta", True, "university", 200.0),
    ("2015-3", "awardee", "beta", True, "university", 300.0),
)


@pytest.fixture(scope="module")
def ideas():
    """The tables that start from grants, over one award of three periods."""
    connection = duckdb.connect()
    same = {"source": "nih", "part": "2013"}
    rows = {
        "award": [
            {**same, "part": period[:4], "award_id": "nih:P30DA1", "project_id": "nih:P30DA1", "period": period,
             "funder": "NIH", "scheme": "P30", "starts_on": starts, "ends_on": ends, "subproject": sub,
             "amount": amount}
            for period, starts, ends, sub, amount in PERIODS
        ],
        "linked_party": [
            {**same, "part": period[:4], "record_table": "award", "record_id": "nih:P30DA1", "period": period,
             "party_no": 1, "role": role, "name": name, "country": "US", "organisation_id": f"ror:{name}",
             "sector": sector, "is_institution": known, "amount": amount, "currency": amount and "USD"}
            for period, role, name, known, sector, amount in PARTIES
        ],
        "institution": [
            {"organisation_id": f"ror:{name}", "name": name, "kind": "university", "country": "US",
             "reason": "ror_type"}
            for name in ("alma", "beta")
        ],
        "award_programme": [],
        "award_same": [],
    }  # fmt: skip
    for name, content in rows.items():
        schema = arrow_schema(table(name))
        days = pa.schema([f.with_type(pa.string()) if pa.types.is_date(f.type) else f for f in schema])
        held = pa.Table.from_pylist(content, schema=days).cast(schema)
        connection.register("_held", held)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _held")
        connection.unregister("_held")
    for idea in (*GRANT, AWARD_HOLDER):
        connection.execute(f"CREATE TABLE {idea.name} AS {idea.sql}")
    return connection


def test_an_award_is_one_grant_that_begins_once(ideas):
    assert ideas.execute("SELECT record_id, year FROM grant_start").fetchall() == [("nih:P30DA1", 2012)]


def test_it_is_held_by_who_held_its_first_period(ideas):
    found = ideas.execute("SELECT record_id, institution_id, starts_on, ends_on, part FROM award_holder").fetchall()
    assert [(*ids, str(first), str(last), part) for *ids, first, last, part in found] == [
        ("nih:P30DA1", "ror:alma", "2012-07-01", "2018-06-30", "2013")
    ]


def test_money_is_added_over_periods_and_none_is_a_subprojects(ideas):
    found = dict(ideas.execute("SELECT member_id, amount FROM grant_member").fetchall())
    assert found == {"ror:alma": 100.0, "ror:beta": 500.0, "ror:acme": None}
