"""A country of 700 grants, whose T can be worked out by hand: a bit three times over, and what each institution adds.

2016: 200 grants of Beta with Acme and the agency, 100 of Alma with the same two, 200 of strangers. 2019: 200 of
strangers. Half of Beta's grants and half of the strangers' of 2019 are about law; Alma's, and half a hundred of the
strangers' of 2016, about chemistry.
"""

import duckdb

from pipelines.indicators.catalogue import catalogue
from tests.indicators import hand_worked
from tests.indicators.hand_worked import Grant, P

INDICATORS = [catalogue()[id_] for id_ in ("synergy.country", "synergy.field", "joint.synergy")]


def grants(year: int, kind: str, number: int, *orgs: str) -> tuple[Grant, ...]:
    """A number of grants with the same organisations; one without an organisation is a stranger's."""
    parties = tuple(P(org) if org else P("", name="Stranger") for org in orgs)
    return tuple(Grant(f"{kind}{year}-{n:03d}", f"{year}-02-01", parties) for n in range(number))


GRANTS = (
    *grants(2016, "B", 200, "beta", "acme", "agency"),
    *grants(2016, "A", 100, "alma", "acme", "agency"),
    *grants(2016, "S", 200, ""),
    *grants(2019, "S", 200, ""),
)
FIELDS = {
    "law": [g.id for g in GRANTS if g.id[:5] in ("B2016", "S2019") and int(g.id[-3:]) < 100],
    "chemistry": [g.id for g in GRANTS if g.id[0] == "A" or (g.id[:5] == "S2016" and int(g.id[-3:]) < 50)],
}


def build() -> duckdb.DuckDBPyConnection:
    """Return a connection with the tables that `compute` reads, and the fields of the grants."""
    connection = hand_worked.build(GRANTS)
    connection.execute("CREATE TABLE record_field (record_table VARCHAR, record_id VARCHAR, field VARCHAR)")
    rows = [("award", f"alpha:{grant}", field) for field, ids in FIELDS.items() for grant in ids]
    connection.executemany("INSERT INTO record_field VALUES (?, ?, ?)", rows)
    return connection


def look_up_country(
    connection: duckdb.DuckDBPyConnection,
    indicator: str,
    year: int,
    field: str = "all",
    window_years: int | None = None,
) -> hand_worked.Row | None:
    """Return the row of the Netherlands, in its default window unless another is given; None without one."""
    found = connection.execute(
        """SELECT * FROM country_indicator
        WHERE indicator = ? AND year = ? AND field = ? AND window_years = ? AND country = 'NL'""",
        [indicator, year, field, window_years or catalogue()[indicator].window_years],
    )
    names = [column[0] for column in found.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert len(rows) <= 1
    return rows[0] if rows else None
