"""Measures of patents look across parts and sources; what of their evidence stands when one part changes."""

import datetime as dt

import duckdb
import pyarrow as pa
import pytest

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.indicators import evidence, money, reuse, rooms, series
from pipelines.indicators.measure import Idea, Measure
from pipelines.indicators.observe import Part
from warehouse.reuse import Reuse

UNI = "https://ror.org/052gg0110"
VIEW, WEEK, HEALTH, SCIENCE = (
    ("patentsview", "all"), ("uspto_grants", "20250923"), ("nih_reporter", "2005"), ("nsf_awards", "2006"),
)  # fmt: skip
FACTS: dict[Part, frozenset[str]] = {
    VIEW: frozenset({"us_patents", "patent_owners"}),
    WEEK: frozenset({"us_patents"}),
    HEALTH: frozenset({"partners"}),
    SCIENCE: frozenset({"partners"}),
}


def _measure(name: str, needs: str, sql: str, *uses: Idea, record_table: str = "patent") -> Measure:
    return Measure(name, "record", name, frozenset({needs}), "count", sql, uses, record_table)


_ROW = "'' AS partner_id, 1 AS amount, 1 AS share, NULL AS currency, 'all' AS partner, 'n/a' AS intensity"
OWNED = Idea(
    "owned",
    "institution and patent",
    """SELECT p.source, p.part, l.organisation_id AS institution_id, p.patent_id, p.granted_on, p.title
    FROM patent AS p
    JOIN linked_party AS l ON l.record_table = 'patent' AND l.record_id = p.patent_id""",
)
_PATENTS = f"""SELECT o.source, o.part, o.institution_id, extract(year FROM o.granted_on) AS year,
    'patent' AS record_table, o.patent_id AS record_id, {_ROW} FROM owned AS o"""
PATENTS = _measure("patents", "us_patents", _PATENTS, OWNED)
DISAMBIGUATED = _measure("disambiguated", "patent_owners", _PATENTS, OWNED)
INVENTIVE = _measure(
    "inventive",
    "partners",
    f"""SELECT a.source, a.part, l.organisation_id AS institution_id, extract(year FROM a.starts_on) AS year,
    'award' AS record_table, a.award_id AS record_id, {_ROW}
    FROM award AS a
    JOIN linked_party AS l ON l.record_table = 'award' AND l.record_id = a.award_id
    WHERE a.award_id IN (
        SELECT t.award_id FROM award_patent AS t JOIN owned AS o ON o.patent_id = t.patent_id WHERE o.title <> 'void'
    )""",
    OWNED,
    record_table="award",
)
PARTIES = _measure(
    "parties",
    "partners",
    f"""SELECT l.source, l.part, l.organisation_id AS institution_id, 2005 AS year, 'award' AS record_table,
    l.record_id, {_ROW} FROM linked_party AS l WHERE l.record_table = 'award'""",
    record_table="award",
)
MEASURES = (PATENTS, DISAMBIGUATED, INVENTIVE, PARTIES)


def build() -> duckdb.DuckDBPyConnection:
    """Four patents, two awards; of one award came a patent of each source."""

    def of(part: Part, **row: object) -> dict:
        return {"source": part[0], "part": part[1], **row}

    def patent(part: Part, id_: str, year: int) -> dict:
        return of(part, patent_id=id_, office="US", is_granted=True, granted_on=dt.date(year, 5, 4), title=id_)

    def award(part: Part, id_: str) -> dict:
        return of(part, award_id=id_, period="all", funder="F", starts_on=dt.date(2005, 1, 1))

    def party(part: Part, name: str, id_: str) -> dict:
        return of(part, record_table=name, record_id=id_, period="all", party_no=1, role="x", name="U", country="US",
                  organisation_id=UNI, credited_id=UNI, sector="university", is_institution=True)  # fmt: skip

    patents = [patent(VIEW, "us:1", 2010), patent(VIEW, "us:2", 2011), patent(WEEK, "us:3", 2025)]
    awards = [award(HEALTH, "nih:1"), award(HEALTH, "nih:2"), award(SCIENCE, "nsf:1")]
    rows = {
        "patent": patents,
        "award": awards,
        "linked_party": [party((r["source"], r["part"]), "patent", r["patent_id"]) for r in patents]
        + [party((r["source"], r["part"]), "award", r["award_id"]) for r in awards],
        "award_patent": [
            of(HEALTH, award_id="nih:1", patent_id=id_, rule="nih_list", is_known=True) for id_ in ("us:1", "us:3")
        ],
    }
    connection = duckdb.connect()
    for name in (*evidence.TABLES, "exchange_rate"):
        held = pa.Table.from_pylist(rows.get(name, []), schema=arrow_schema(table(name)))
        connection.register("_rows", held)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _rows")
    connection.execute("CREATE SCHEMA iur_work")
    money.rates(connection)
    return connection


def gathered(connection: duckdb.DuckDBPyConnection, *gone: Part) -> list[tuple[str, str, str]]:
    """Return measure, part and record of the evidence, of some parts alone if they are given."""
    schemas = connection.execute("SELECT schema_name FROM information_schema.schemata").fetchall()
    for (schema,) in schemas:
        if schema.startswith("iur_seen"):
            connection.execute(f"DROP SCHEMA {schema} CASCADE")
    connection.execute("DROP SCHEMA iur_work CASCADE")
    connection.execute("CREATE SCHEMA iur_work")
    money.rates(connection)
    former = evidence.Former({}, frozenset(gone)) if gone else None
    evidence.gather(connection, MEASURES, FACTS, '"memory"."main"', former)
    made = "evidence_anew" if gone else "evidence"
    found = connection.execute(f"SELECT measure, source, record_id FROM {made} ORDER BY ALL").fetchall()
    connection.execute(f"DROP {'VIEW' if gone else 'TABLE'} evidence")
    return found


WHOLE = [
    ("disambiguated", "patentsview", "us:1"),
    ("disambiguated", "patentsview", "us:2"),
    ("inventive", "nih_reporter", "nih:1"),
    ("parties", "nih_reporter", "nih:1"),
    ("parties", "nih_reporter", "nih:2"),
    ("parties", "nsf_awards", "nsf:1"),
    ("patents", "patentsview", "us:1"),
    ("patents", "patentsview", "us:2"),
    ("patents", "uspto_grants", "us:3"),
]


def test_a_measure_looks_across_if_it_or_its_ideas_read_patents():
    assert [m.name for m in MEASURES if rooms.looks_across(m)] == ["patents", "disambiguated", "inventive"]
    # Patents that a funder lists are outputs of awards.
    claimed = _measure("claimed", "partners", "SELECT * FROM award_output WHERE kind = 'patent'")
    assert not rooms.looks_across(claimed)


def test_rows_are_kept_of_parts_that_tell_what_is_needed():
    assert gathered(build()) == WHOLE


@pytest.mark.parametrize("gone", [(VIEW, WEEK), (HEALTH,), (SCIENCE,), (HEALTH, SCIENCE), (VIEW, WEEK, HEALTH)])
def test_some_parts_alone_give_their_own_rows_and_no_others(gone):
    sources = {source for source, _ in gone}
    assert gathered(build(), *gone) == [row for row in WHOLE if row[1] in sources]


def test_evidence_speaks_of_the_series_that_a_source_goes_on_with(tmp_path):
    """A weekly grant counts under PatentsView, by its own part; and is gone from there when its part is."""
    connection, heads = build(), {WEEK[0]: VIEW[0]}
    evidence.gather(connection, MEASURES, FACTS, '"memory"."main"', None, heads)
    mine = "SELECT source, part, record_id FROM evidence WHERE measure = 'patents' ORDER BY ALL"
    whole = [(*VIEW, "us:1"), (*VIEW, "us:2"), (VIEW[0], WEEK[1], "us:3")]
    assert sorted(connection.execute(mine).fetchall()) == sorted(whole)
    path = tmp_path / "patents.parquet"
    connection.execute(f"COPY (SELECT * FROM evidence WHERE measure = 'patents') TO '{path}'")
    former = evidence.Former({"patents": path}, frozenset({WEEK}), heads)
    standing = connection.execute(former.rows("record_id", stand=True)).fetchall()
    assert sorted(standing) == [("us:1",), ("us:2",)]
    assert series.joined(FACTS, heads)[VIEW[0], WEEK[1]] == FACTS[WEEK]


def moved(statement: str) -> set[str]:
    """Return the sources of the parts whose evidence is computed anew after a change."""
    connection = build()

    def keys() -> dict[str, str]:
        noted = Reuse()
        for part in FACTS:
            noted.note(f"award/{'--'.join(part)}.parquet", "0")
        reuse.plan(connection, noted, MEASURES, FACTS)
        return noted.keys["evidence"]

    before = keys()
    connection.execute(statement)
    after = keys()
    return {name.partition("--")[0] for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


PATENT_SOURCES = {"patentsview", "uspto_grants"}


@pytest.mark.parametrize(
    ("statement", "sources"),
    [
        # An award that no patent came of is nobody else's business; its own file tells its part.
        ("UPDATE award SET amount = 5 WHERE award_id IN ('nih:2', 'nsf:1')", set()),
        ("UPDATE award SET amount = 5 WHERE award_id = 'nih:1'", PATENT_SOURCES),
        ("UPDATE linked_party SET name = 'V' WHERE record_id = 'nsf:1'", {"nsf_awards"}),
        ("UPDATE linked_party SET name = 'V' WHERE record_id = 'nih:1'", PATENT_SOURCES | {"nih_reporter"}),
        ("UPDATE linked_party SET name = 'V' WHERE record_id = 'us:2'", PATENT_SOURCES),
        ("UPDATE linked_party SET name = 'V' WHERE record_id = 'us:3'", PATENT_SOURCES | {"nih_reporter"}),
        ("UPDATE patent SET title = 'void' WHERE patent_id = 'us:1'", {"nih_reporter"}),
        ("UPDATE patent SET title = 'void' WHERE patent_id = 'us:2'", set()),
        (
            "INSERT INTO award_patent VALUES ('nsf_awards', '2006', 'nsf:1', 'us:2', NULL, 'statement_nsf', true)",
            PATENT_SOURCES | {"nsf_awards"},
        ),
        ("DELETE FROM award_patent WHERE patent_id = 'us:3'", PATENT_SOURCES | {"nih_reporter"}),
    ],
)
def test_what_a_change_touches(statement, sources):
    """The checksums of core files, which tell a part's own changes, are the same here throughout."""
    assert moved(statement) == sources


def test_all_parts_of_sources_of_patents_belong_together():
    assert reuse.joined(build(), MEASURES, FACTS) == [(VIEW, WEEK)]
