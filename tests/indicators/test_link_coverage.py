"""What became of the names of party rows, counted by hand over a dozen rows."""

import duckdb
import pyarrow as pa
import pytest

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.indicators import link_coverage

UNIVERSITY, FIRM, AGENCY = (f"https://ror.org/0{n}0000000"[:25] for n in "123")

# record, country, name, status, score, organisation, sector, is_institution, amount, currency
ROWS = (
    ("a", "DE", "U", "linked", 0.9, UNIVERSITY, "university", True, 100.0, "EUR"),
    ("a", "DE", "U", "linked", 0.9, UNIVERSITY, "university", True, None, None),  # the same name twice: one name
    ("a", "DE", "F", "linked", 0.6, FIRM, "company", False, 50.0, "EUR"),
    ("a", "DE", "G", "linked", 0.3, AGENCY, "government", False, None, None),
    ("a", "DE", "G laboratory", "linked", 0.6, None, "government", False, None, None),  # named, and nobody credited
    ("a", "DE", "N GmbH", "unlinked", None, "local:de:01", "company", False, 25.0, "EUR"),
    ("a", "DE", "Two of them", "ambiguous", None, "local:de:02", "company", False, 5.0, "EUR"),
    ("a", "DE", "Hidden School", "unlinked", None, "local:de:03", "university", False, 10.0, "USD"),
    ("a", "DE", "-", "no_organisation", 0.99, None, "unknown", False, None, None),
    ("b", "", "Hidden School", "unlinked", None, "local::03", "unknown", False, 10.0, "JPY"),  # a currency without rate
    ("c", "DE", "U", "linked", 0.9, UNIVERSITY, "university", True, 100.0, "USD"),  # a record without a year
)


@pytest.fixture(scope="module")
def rows():
    connection = duckdb.connect()
    party = [
        {"source": "demo", "part": "all", "record_table": "award", "record_id": record, "period": "all", "party_no": n,
         "role": "participant", "name": name, "country": country, "link_status": status, "link_score": score,
         "organisation_id": id_, "sector": sector, "is_institution": is_institution, "amount": amount,
         "currency": currency}
        for n, (record, country, name, status, score, id_, sector, is_institution, amount, currency)
        in enumerate(ROWS, 1)
    ]  # fmt: skip
    output = {"source": "demo", "part": "all", "award_id": "a", "output_id": "o", "kind": "patent", "year": 2019}
    party.append({**party[0], "record_table": "award_output", "record_id": "o", "amount": None, "currency": None})
    held = {"linked_party": party, "award_output": [output]}
    for name, told in held.items():
        connection.register("_told", pa.Table.from_pylist(told, schema=arrow_schema(table(name))))
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _told")
    connection.execute("CREATE SCHEMA iur_work")
    connection.execute(
        """CREATE TABLE iur_work.record_year AS
        SELECT * FROM (VALUES ('award', 'a', 2016), ('award', 'b', 2016), ('award', 'c', NULL))
            AS v(record_table, record_id, year)"""
    )
    connection.execute(
        """CREATE TABLE iur_work.rate AS
        SELECT 'USD' AS currency, DATE '2016-01-01' AS period_start, DATE '2016-12-31' AS period_end, 1.25 AS rate"""
    )
    link_coverage.write(connection)
    return connection.sql("SELECT * FROM link_coverage").to_arrow_table()


def test_it_holds_its_contract(rows):
    contract = table("link_coverage")
    assert [(f.name, f.type) for f in rows.schema] == [(f.name, f.type) for f in arrow_schema(contract)]
    with duckdb.connect() as connection:
        connection.register("link_coverage", rows)
        for rule in contract.rules:
            broken = connection.sql(f"SELECT count(*) FROM link_coverage WHERE NOT ({rule.sql})").fetchall()
            assert broken == [(0,)], rule.name


def test_outcomes_are_told_by_source_country_and_year_and_add_up(rows):
    found = {
        (r["country"], r["year"]): (r["names"], r["party_rows"], *(r[f"{o}_rows"] for o in link_coverage.OUTCOMES))
        for r in rows.to_pylist()
    }
    assert found == {
        ("", 2016): (1, 1, 0, 0, 0, 0, 0, 1, 0),
        ("DE", 0): (1, 1, 1, 0, 0, 0, 0, 0, 0),
        ("DE", 2016): (8, 9, 2, 1, 2, 1, 1, 1, 1),
        ("DE", 2019): (1, 1, 1, 0, 0, 0, 0, 0, 0),
    }
    assert sum(r["party_rows"] for r in rows.to_pylist()) == len(ROWS) + 1
    assert all(counted[1] == sum(counted[2:]) for counted in found.values())


def test_shares_precision_and_money_of_a_year(rows):
    (year,) = [r for r in rows.to_pylist() if (r["country"], r["year"]) == ("DE", 2016)]
    assert year["linked_share"] == pytest.approx(5 / 9)
    assert year["open_share"] == pytest.approx(2 / 9)  # one ambiguous, one school that nobody found
    assert year["expected_precision"] == pytest.approx((0.9 + 0.9 + 0.6 + 0.3 + 0.6) / 5)
    # 100 + 50 + 25 + 5 euro, and 10 dollars at 1.25 to the euro.
    assert (year["amount_eur"], year["linked_amount_eur"], year["open_amount_eur"]) == (188.0, 150.0, 13.0)


def test_money_without_a_year_or_a_rate_is_left_out_and_no_name_has_no_precision(rows):
    found = {(r["country"], r["year"]): (r["amount_eur"], r["expected_precision"]) for r in rows.to_pylist()}
    assert found["", 2016] == (None, None)
    assert found["DE", 0] == (None, pytest.approx(0.9))
