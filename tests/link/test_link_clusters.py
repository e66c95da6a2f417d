"""Spellings of companies: joined by a rule and a fact, kept apart against evidence; their size by date."""

import datetime as dt
from collections import Counter

import duckdb
import pyarrow as pa
import pytest

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.link import clusters, likeness, sme
from pipelines.link.company import local_id

# source, name, country, city, publisher's id
NAMES = (
    ("a", "Quorvane Optics Ltd", "GB", "York", "pic:1"),
    ("a", "Fremtex Optical Limited", "GB", "York", "pic:1"),  # renamed: the publisher's id goes on
    ("a", "X FAB GmbH", "DE", "Erfurt", ""),
    ("b", "XFAB GmbH", "DE", "Ulm", ""),
    ("a", "Tarnholm", "DK", "Odense", ""),
    ("b", "Tarnholm ApS", "DK", "Aarhus", ""),
    ("a", "Velmora", "FR", "Lyon", ""),  # two forms: nobody knows which of them it is
    ("a", "Velmora SAS", "FR", "Lyon", ""),
    ("a", "Velmora SA", "FR", "Lyon", ""),
    ("b", "ORDIVANT INC", "", "", ""),
    ("a", "Ordivant, Inc.", "US", "Reno", ""),
    ("b", "BELCAMP INC", "", "", ""),  # in two countries: whose it is nobody knows
    ("a", "Belcamp Inc.", "US", "Reno", ""),
    ("a", "Belcamp Inc.", "CA", "Ottawa", ""),
    ("a", "Megaltherm Systems BV", "NL", "Delft", ""),
    ("b", "Megaltehrm Systems BV", "NL", "DELFT", ""),
    ("b", "Megalterm Systems BV", "NL", "Breda", ""),  # another city
    ("a", "Norvik Fund II AS", "NO", "Oslo", ""),
    ("a", "Norvik Fund III AS", "NO", "Oslo", ""),
    ("a", "Castlemere Pharma UK Ltd", "GB", "York", ""),
    ("a", "Castlemere Pharma Ltd", "GB", "York", ""),
    ("a", "Skandor CV AB", "SE", "Lund", ""),  # a firm of Skandor AB's
    ("a", "Skandor AB", "SE", "Lund", ""),
    ("a", "Stichting Veldhorst BV", "NL", "Delft", ""),
    ("a", "Veldhorst BV", "NL", "Delft", ""),
    ("a", "Oy Pohjava Ltd", "FI", "Espoo", ""),  # the form in two languages
    ("a", "Pohjava Oy", "FI", "Espoo", ""),
    ("a", "Duovex Trading Ltd", "IE", "Cork", "pic:7"),
    ("a", "Duovx Trading Ltd", "IE", "Cork", "pic:8"),  # the publisher tells two firms
    ("s", "Lumet LLC", "US", "Provo", "duns:080255019"),
    ("s", "Quillmark Medisys LLC", "US", "Provo", "duns:038379579"),  # typed by mistake
    ("s", "Securabond Inc", "US", "Provo", "duns:038379579"),
    ("s", "Lumet Labs LLC", "US", "Provo", "duns:802550190"),
    ("a", "Kanto Denki Kabushiki Kaisha", "JP", "Kobe", ""),
    ("b", "Kanto Denki Co., Ltd.", "JP", "Kobe", ""),
    *(("a", f"Vendor{one}{two} Technologies Inc", "US", "", "") for one in "aeiou" for two in "bcdfglmr"),
    ("a", "Vendorab Technolgies, Inc.", "US", "", ""),
    ("a", "Vendorac Technolgies GmbH", "DE", "", ""),  # another country, another form
)  # fmt: skip


@pytest.fixture(scope="module")
def spelt() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    ids = [local_id(name, country) for _, name, country, _, _ in NAMES]
    columns = dict(zip(("source", "name", "country", "city", "source_org_id"), zip(*NAMES, strict=True), strict=True))
    rows = pa.table({k: list(v) for k, v in columns.items()} | {"local_id": ids})
    connection.register("_rows", rows)
    connection.execute(
        """CREATE TABLE _party AS SELECT *, country AS link_country FROM _rows;
        CREATE TABLE _link AS SELECT source, name, country, '' AS context, 1 AS records FROM _rows;
        CREATE TABLE name_link AS SELECT *, CAST(NULL AS VARCHAR) AS credited_id FROM _link;
        CREATE TEMP TABLE _local_name AS
        SELECT name, country, local_id AS organisation_id, true AS is_firm, count(*) AS records
        FROM _rows GROUP BY ALL"""
    )
    clusters.write(connection)
    return connection


def cluster(spelt, name, country):
    query = "SELECT DISTINCT organisation_id FROM organisation_spelling WHERE name = ? AND country = ?"
    return spelt.execute(query, [name, country]).fetchall()[0][0]


@pytest.mark.parametrize(
    ("one", "other", "rule", "evidence"),
    [
        (("Quorvane Optics Ltd", "GB"), ("Fremtex Optical Limited", "GB"), "same_id", "pic:1"),
        (("Lumet LLC", "US"), ("Lumet Labs LLC", "US"), "same_id", "duns:80255019"),
        (("X FAB GmbH", "DE"), ("XFAB GmbH", "DE"), "same_letters", "xfab gmbh"),
        (("Kanto Denki Kabushiki Kaisha", "JP"), ("Kanto Denki Co., Ltd.", "JP"), "same_letters", "kantodenki coltd"),
        (("Oy Pohjava Ltd", "FI"), ("Pohjava Oy", "FI"), "same_letters", "pohjava oy"),
        (("Tarnholm", "DK"), ("Tarnholm ApS", "DK"), "legal_form", "tarnholm aps"),
        (("ORDIVANT INC", ""), ("Ordivant, Inc.", "US"), "one_country", "ordivant inc in US"),
        (
            ("Megaltherm Systems BV", "NL"),
            ("Megaltehrm Systems BV", "NL"),
            "slip",
            "megaltehrmsystems ~ megalthermsystems in DELFT",
        ),
        (
            ("Vendorab Technolgies, Inc.", "US"),
            ("Vendorab Technologies Inc", "US"),
            "misspelt",
            "technolgies for technologies",
        ),
    ],
)
def test_spellings_of_one_firm_are_joined_and_say_why(spelt, one, other, rule, evidence):
    assert cluster(spelt, *one) == cluster(spelt, *other)
    found = spelt.execute(
        "SELECT DISTINCT rule, evidence FROM organisation_spelling WHERE (name, country) IN ((?, ?), (?, ?))",
        [*one, *other],
    ).fetchall()
    assert found == [(rule, evidence)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Velmora", "FR"), ("Velmora SAS", "FR")),
        (("Velmora SA", "FR"), ("Velmora SAS", "FR")),
        (("BELCAMP INC", ""), ("Belcamp Inc.", "US")),
        (("Belcamp Inc.", "CA"), ("Belcamp Inc.", "US")),
        (("Megaltherm Systems BV", "NL"), ("Megalterm Systems BV", "NL")),
        (("Norvik Fund II AS", "NO"), ("Norvik Fund III AS", "NO")),
        (("Castlemere Pharma UK Ltd", "GB"), ("Castlemere Pharma Ltd", "GB")),
        (("Duovex Trading Ltd", "IE"), ("Duovx Trading Ltd", "IE")),
        (("Skandor CV AB", "SE"), ("Skandor AB", "SE")),
        (("Stichting Veldhorst BV", "NL"), ("Veldhorst BV", "NL")),
        (("Quillmark Medisys LLC", "US"), ("Securabond Inc", "US")),
        (("Vendorac Technolgies GmbH", "DE"), ("Vendorac Technologies Inc", "US")),
    ],
)
def test_firms_that_evidence_tells_apart_stay_apart(spelt, one, other):
    assert cluster(spelt, *one) != cluster(spelt, *other)


def test_the_table_holds_its_contract_and_every_name_once(spelt):
    contract = table("organisation_spelling")
    assert spelt.sql("SELECT count(*) FROM organisation_spelling").fetchall() == [(len(NAMES),)]
    for rule in contract.rules:
        assert spelt.sql(f"SELECT count(*) FROM organisation_spelling WHERE NOT ({rule.sql})").fetchall() == [(0,)]
    assert cluster(spelt, "ORDIVANT INC", "").startswith("local:us:")


def test_two_words_that_firms_bear_are_no_slip():
    uses = Counter(system=4, systems=9, sytems=1)
    assert likeness.is_slip(("foo", "sytems"), ("foo", "systems"), uses)
    assert not likeness.is_slip(("foo", "system"), ("foo", "systems"), uses)
    assert not likeness.is_slip(("alfa", "foo"), ("alma", "foo"), Counter())


def test_a_word_is_misspelt_where_far_more_names_have_the_right_one():
    uses = Counter(solutions=700, solution=40, soluitons=2, carlson=50, karlson=1, systems=900, sdi=2, kintec=1)
    known = likeness.Misspellings(uses)

    def meant(*words):
        return [found for found, _, _ in known.meant(words)]

    assert meant("kintec", "soluitons") == [("kintec", "solutions")]
    assert meant("kintec", "solution") == []
    assert meant("karlson", "systems") == []  # nothing else tells the firm
    assert meant("karlson", "sdi") == [("carlson", "sdi")]
    assert meant("karlson") == []


def test_the_size_of_a_firm_is_told_with_its_day():
    """CORDIS says yes in 2016 and no in 2019; NSF's award of 2008 is small by law; a full fee says nothing."""
    firm, other = local_id("Foo Ltd", "GB"), local_id("Bar Inc", "US")
    connection = duckdb.connect()
    party = {"part": "all", "period": "all", "country": "", "sector": "company", "is_institution": False}
    rows = {
        "award": [
            {"source": s, "part": "all", "award_id": id_, "period": "all", "funder": "F", "starts_on": day}
            for s, id_, day in (("cordis", "cordis:1", dt.date(2016, 3, 1)),
                                ("cordis", "cordis:2", dt.date(2019, 3, 1)),
                                ("nsf_awards", "nsf:1", dt.date(2008, 2, 29)), ("cordis", "cordis:3", None))
        ],
        "award_programme": [{"source": "nsf_awards", "part": "2008", "award_id": "nsf:1", "form": "sme_programme"}],
        "linked_party": [
            party | {"source": s, "record_table": t, "record_id": r, "party_no": 1, "role": role, "name": "n",
                     "organisation_id": o, "is_sme": flag}
            for s, t, r, role, o, flag in (
                ("cordis", "award", "cordis:1", "participant", firm, True),
                ("cordis", "award", "cordis:2", "participant", firm, False),
                ("cordis", "award", "cordis:3", "participant", firm, True),  # no day
                ("nsf_awards", "award", "nsf:1", "awardee", other, None),
                ("patentsview", "patent", "us:1", "assignee", other, None),
                ("patentsview", "patent", "us:2", "assignee", firm, None),
            )
        ],
        "patent_fee": [
            {"source": "uspto_maintenance", "part": "all", "patent_id": p, "event_on": dt.date(2012, 5, 4), "code": "M",
             "kind": "paid", "entity_size": size}
            for p, size in (("us:1", "small"), ("us:2", "large"))
        ],
    }  # fmt: skip
    for name in (*rows, "transfer", "transfer_patent"):
        held = pa.Table.from_pylist(rows.get(name, []), schema=arrow_schema(table(name)))
        connection.register("_held", held)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _held")
    sme.write(connection)
    found = connection.sql("SELECT * EXCLUDE (organisation_id), organisation_id FROM company_size ORDER BY observed_on")
    day = dt.date
    assert found.fetchall() == [
        ("nsf_awards", "award", "nsf:1", day(2008, 2, 29), day(2006, 2, 28), day(2010, 2, 28), True, "us_500",
         "by_law", other),
        ("uspto_maintenance", "patent_fee", "us:1", day(2012, 5, 4), day(2010, 5, 4), day(2014, 5, 4), True, "us_500",
         "fee", other),
        ("cordis", "award", "cordis:1", day(2016, 3, 1), day(2014, 3, 1), day(2018, 3, 1), True, "eu_250", "declared",
         firm),
        ("cordis", "award", "cordis:2", day(2019, 3, 1), day(2017, 3, 1), day(2021, 3, 1), False, "eu_250", "declared",
         firm),
    ]  # fmt: skip
