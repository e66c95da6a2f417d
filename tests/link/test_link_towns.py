"""A company known by name is where its records say, else in the middle of the registry's organisations of its town."""

import datetime as dt

import duckdb
import pyarrow as pa
import pytest

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.link import parties, towns
from tests.link.small_registry import NO_RECORDS, tables

PLACES = (
    # Three of Delft: the middle one by latitude and by longitude.
    ("Delft", "NL", 52.00, 4.36),
    ("Delft", "NL", 52.01, 4.35),
    ("Delft", "NL", 51.99, 4.40),
    # A Delft in South Africa is no Dutch one.
    ("Delft", "ZA", -33.97, 18.64),
    # Springfield: half in Massachusetts, half in Illinois, 1,400 km apart.
    ("Springfield", "US", 42.1, -72.6),
    ("Springfield", "US", 39.8, -89.6),
    # Nine in Boston and one mistaken: nine tenths lie together.
    *(("Boston", "US", 42.36, -71.06) for _ in range(9)),
    ("Boston", "US", 51.0, 0.0),
    # Seven of eight are less than nine tenths.
    *(("Salem", "US", 44.9, -123.0) for _ in range(7)),
    ("Salem", "US", 42.5, -70.9),
    ("Århus", "DK", 56.15, 10.2),
    ("Nowhere", "NL", None, None),
)


def registry() -> pa.Table:
    """The small registry, with towns that have organisations of their own."""
    schema = arrow_schema(table("registry_organisation"))
    (first, *_) = tables()[0].to_pylist()
    rows = [
        first | {"organisation_id": f"https://ror.org/0town{n:02d}00", "name": f"Somebody {n}", "city": city,
                 "country": country, "latitude": latitude, "longitude": longitude, "types": ["other"]}
        for n, (city, country, latitude, longitude) in enumerate(PLACES)
    ]  # fmt: skip
    return pa.concat_tables([tables()[0], pa.Table.from_pylist(rows, schema=schema)])


@pytest.fixture(scope="module")
def connection():
    found = duckdb.connect()
    found.register("_rows", registry())
    found.execute("CREATE TABLE registry_organisation AS SELECT * FROM _rows")
    return found


@pytest.mark.parametrize(
    ("town", "country", "place"),
    [
        ("delft", "NL", (52.00, 4.36)),
        ("delft", "ZA", (-33.97, 18.64)),
        ("springfield", "US", None),
        ("boston", "US", (42.36, -71.06)),
        ("salem", "US", None),
        ("arhus", "DK", (56.15, 10.2)),
        ("nowhere", "NL", None),
    ],
)
def test_a_town_is_where_its_organisations_are_together(connection, town, country, place):
    found = connection.execute(
        f"SELECT latitude, longitude FROM ({towns.TOWN}) WHERE town = ? AND country = ?", [town, country]
    ).fetchall()
    assert found == ([place] if place else [])


def test_a_company_known_by_name_stands_in_its_town_unless_it_tells_its_own_place():
    said = {
        "AVELTA BV": ("NL", "DELFT", None, None),
        "BOREAS INC": ("US", "Springfield", None, None),
        "CORVIN GMBH": ("DE", "Delft", None, None),
        "DUNMERE BV": ("NL", "Delft", 51.5, 4.0),
        "ELSTREE AS": ("DK", "ARHUS", None, None),
    }
    parts = {"source": "demo", "part": "all", "period": "all", "award_id": "demo:a"}
    party = [
        parts | {"party_no": n, "role": "participant", "name": name, "country": country, "city": city,
                 "latitude": latitude, "longitude": longitude, "source_type": "PRC"}
        for n, (name, (country, city, latitude, longitude)) in enumerate(said.items(), 1)
    ]  # fmt: skip
    held = dict(zip(("registry_organisation", "registry_name", "registry_relation"), tables(), strict=True))
    held["registry_organisation"] = registry()
    for name in ("survey_value", "directory_institution", "directory_identifier", *NO_RECORDS):
        held[name] = arrow_schema(table(name)).empty_table()
    award = [parts | {"funder": "F", "starts_on": dt.date(2015, 1, 1)}]
    held["award"] = pa.Table.from_pylist(award, schema=arrow_schema(table("award")))
    held["award_party"] = pa.Table.from_pylist(party, schema=arrow_schema(table("award_party")))
    connection = duckdb.connect()
    for name, rows in held.items():
        connection.register(f"_{name}", rows)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _{name}")
    parties.link(connection)
    found = connection.sql("SELECT name, (latitude, longitude) FROM organisation WHERE status = 'named'").fetchall()
    assert dict(found) == {
        "AVELTA BV": (52.00, 4.36),
        "BOREAS INC": (None, None),
        "CORVIN GMBH": (None, None),
        "DUNMERE BV": (51.5, 4.0),
        "ELSTREE AS": (56.15, 10.2),
    }
