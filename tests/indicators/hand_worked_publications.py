"""Publications of five institutions, small enough to work out every figure by hand.

Source `works` is told as OpenAlex is: a part a year of publication, 2016 to 2020, a row for an institution and
sector, none where there is no such work. All parts were asked for on 2021-03-01, and works of a year come in for 180
days: 2016–2019 are complete and 2020 is not.
"""

import datetime as dt

import duckdb
import pyarrow as pa

from expectations.contract import arrow_schema
from expectations.tables import table
from tests.indicators import hand_worked

SOURCES = {
    "works": hand_worked.source(
        "works",
        lag_days=180,
        part_kind="period",
        first_part="2016",
        part_years=(0, 0),
        tables=("publication_share",),
        observes={
            "publications": "publication_share.publications WHERE sector = 'all'",
            "industry_publications": "publication_share.publications WHERE sector = 'company'",
            "non_academic_publications": "publication_share.publications WHERE sector = 'non_academic'",
        },
    )
}
YEARS = (2016, 2017, 2018, 2019, 2020)
PARTS = [("works", str(year)) for year in YEARS]

PUBLICATIONS = {
    # institution: (all, with a company, with anybody non-academic) of 2016 to 2020
    "alma": ((100, 10, 30), (120, 12, 36), (80, 0, 20), (100, 8, 34), (50, 5, 10)),
    # a child of Alma: some of its works are Alma's as well, and no row tells which
    "almed": ((40, 4, 40), (40, 4, 40), (40, 4, 40), (40, 4, 40), (40, 4, 40)),
    # 16 in four years
    "beta": ((4, 1, 2), (4, 1, 2), (4, 1, 2), (4, 1, 2), (4, 1, 2)),
    # more than a thousand
    "echo": ((25_000, 2_500, 9_000), (24_000, 2_400, 9_000), (26_000, 2_600, 9_000), (25_000, 2_500, 9_000), (0, 0, 0)),
    # ROR calls it nonprofit: every work of its own has a non-academic author
    "gamma": ((50, 20, 50), (50, 20, 50), (50, 20, 50), (50, 20, 50), (50, 20, 50)),
}
REASON = {"gamma": "research_institute_seed"}
SECTORS = ("all", "company", "non_academic")


def build() -> duckdb.DuckDBPyConnection:
    """Return a connection with the tables that `compute` reads."""
    connection = hand_worked.build(())
    _add(connection, "publication_share", _shares())
    _add(connection, "linked_party", _linked())
    _add(
        connection,
        "institution",
        [
            {
                "organisation_id": hand_worked.ror(org),
                "name": org,
                "kind": hand_worked.SECTOR[org],
                "reason": REASON.get(org, "ror_type"),
            }
            for org in PUBLICATIONS
        ],
    )
    return connection


def _add(connection: duckdb.DuckDBPyConnection, name: str, rows: list[dict]) -> None:
    connection.register("_rows", pa.Table.from_pylist(rows, schema=arrow_schema(table(name))))
    connection.execute(f"INSERT INTO {name} SELECT * FROM _rows")
    connection.unregister("_rows")


def _shares() -> list[dict]:
    return [
        {
            "source": "works",
            "part": str(year),
            "institution_id": hand_worked.ror(org),
            "year": year,
            "sector": sector,
            "publications": works,
            "updated_on": dt.date(2021, 3, 1),
        }
        for org, years in PUBLICATIONS.items()
        for year, told in zip(YEARS, years, strict=True)
        for sector, works in zip(SECTORS, told, strict=True)
        if works
    ]


def _linked() -> list[dict]:
    """Return the institution as the author of its publications of a year, as releases link them."""
    return [
        {
            "source": "works",
            "part": str(year),
            "record_table": "publication_share",
            "record_id": f"works:{hand_worked.ror(org).rpartition('/')[2]}:{year}",
            "period": "all",
            "party_no": 1,
            "role": "author",
            "name": org,
            "country": "NL",
            "organisation_id": hand_worked.ror(org),
            "sector": hand_worked.SECTOR[org],
            "is_institution": True,
        }
        for org, years in PUBLICATIONS.items()
        for year, (works, _, _) in zip(YEARS, years, strict=True)
        if works
    ]
