"""Owners of patents, sides of conveyances, institutions that publish: linked, and owning together, by hand."""

import datetime as dt

import duckdb
import pyarrow as pa
import pytest

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.link import match, parties
from pipelines.link.company import local_id
from tests.link.small_registry import ORGANISATIONS, RELATIONS, ROR, tables

OXFORD, MADISON, WARF, HEBREW, SIEMENS = (
    ROR + t for t in ("052gg0110", "01y2jtd41", "00hwxbz16", "03qxff017", "059mq0909")
)
HEBREW_UNIVERSITY = ("03qxff017", "Hebrew University of Jerusalem", "IL", "Jerusalem", "education", "active", ())
FOUNDATION, ISIS = "Wisconsin Alumni Research Foundation", "Isis Innovation Limited"
YISSUM = "Yissum Research Development Company of the Hebrew University of Jerusalem Ltd."
# patent, granted in, number in the normal form, withdrawn
PATENTS = (
    ("us:1", 2010, "us:1", False),
    ("us:2", 2011, "us:2", False),
    ("us:3", 2012, "us:3", False),
    ("us:4", 2012, "us:4", False),
    ("us:5", 2012, "us:5", True),
    ("us:6", 2013, "us:6", False),
    ("us:7", 2013, "us:7", False),
    ("us:8", 1938, "us:8", False),
    ("epo:EP.24.A1", None, None, None),
    ("epo:EP.24.B1", 2014, "ep:24", None),
    ("epo:US.2.B2", 2011, "us:2", None),
)
# patent, role, name (None: a person), country, state, city, publisher's type code
OWNERS = (
    ("us:1", "assignee", FOUNDATION, "US", "WI", "Madison", "2"),
    ("us:1", "assignee", "Foo Limited", "GB", None, "London", "3"),
    ("us:1", "inventor", None, "US", "WI", "Madison", None),
    ("us:2", "assignee", ISIS, "GB", None, "Summertown", "3"),
    ("us:2", "assignee", "Siemens AG", "DE", None, "Munich", "3"),
    ("us:3", "assignee", YISSUM, "IL", None, "Jerusalem", "3"),
    ("us:4", "assignee", "University of Oxford", "GB", None, "Oxford", "3"),
    ("us:4", "assignee", None, "GB", None, "Oxford", "5"),
    ("us:5", "assignee", ISIS, "GB", None, "Oxford", "3"),
    ("us:5", "assignee", "Siemens AG", "DE", None, "Munich", "3"),
    # The applicant has given its right away before the grant.
    ("us:6", "assignee", ISIS, "GB", None, "Oxford", "3"),
    ("us:6", "applicant", "Siemens AG", "DE", None, "Munich", None),
    # A university and its holder are one.
    ("us:7", "assignee", FOUNDATION, "US", "WI", "Madison", "2"),
    ("us:7", "assignee", "University of Wisconsin-Madison", "US", "WI", "Madison", "2"),
    ("us:8", "assignee", "Quorvane Works", "US", "WI", "Madison", "2"),
    ("us:8", "assignee", FOUNDATION, "US", "WI", "Madison", "2"),
    ("epo:EP.24.A1", "applicant", "UNIVERSITY OF OXFORD", "GB", None, None, None),
    ("epo:EP.24.A1", "applicant", "SIEMENS AG", "DE", None, None, None),
    ("epo:EP.24.B1", "applicant", "UNIVERSITY OF OXFORD", "GB", None, None, None),
    ("epo:EP.24.B1", "applicant", "SIEMENS AG", "DE", None, None, None),
    ("epo:US.2.B2", "applicant", "ISIS INNOVATION LTD", "GB", None, None, None),
    ("epo:US.2.B2", "applicant", "SIEMENS AG", "DE", None, None, None),
)
# conveyance, role, name, country, state
SIDES = (
    ("uspto:000001/0001", "grantor", FOUNDATION.upper(), None, None),
    ("uspto:000001/0001", "grantor", None, None, None),
    ("uspto:000001/0001", "grantee", "QUORVANE OPTICS, INC.", None, "WI"),
    ("uspto:000001/0001", "grantee", "ISIS INNOVATION LIMITED", "GB", None),
    ("uspto:000001/0001", "grantee", "UNIVERSITY OF NOWHERE", None, "PR"),
)
# award, number, name, PIC: two projects claim one family
APPLICANTS = (
    ("cordis:1", 1, "THE CHANCELLOR, MASTERS AND SCHOLARS OF THE UNIVERSITY OF OXFORD", "pic:1"),
    ("cordis:1", 2, "Foo Ltd.", "pic:2"),
    ("cordis:2", 1, "THE CHANCELLOR, MASTERS AND SCHOLARS OF THE UNIVERSITY OF OXFORD", "pic:1"),
    ("cordis:2", 2, "Quorvane SA", None),
)


def _source(patent: str) -> dict[str, str]:
    return {"source": "epo_ops" if patent.startswith("epo") else "patentsview", "part": "all"}


def world() -> duckdb.DuckDBPyConnection:
    """A connection with the core tables that linking reads."""
    patent = [
        _source(id_) | {"patent_id": id_, "office": "US", "number": number, "is_granted": year is not None,
                        "is_withdrawn": withdrawn, "granted_on": dt.date(year, 5, 4) if year else None}
        for id_, year, number, withdrawn in PATENTS
    ]  # fmt: skip
    owner = [
        _source(id_) | {"patent_id": id_, "party_no": n, "role": role, "sequence": n, "name": name, "type_code": code,
                        "is_person": name is None, "country": country, "state": state, "city": city}
        for n, (id_, role, name, country, state, city, code) in enumerate(OWNERS, 1)
    ]  # fmt: skip
    side = [
        {"source": "uspto_assignments", "part": "20240102", "transfer_id": id_, "party_no": n, "role": role,
         "name": name, "is_person": name is None, "country": country, "state": state}
        for n, (id_, role, name, country, state) in enumerate(SIDES, 1)
    ]  # fmt: skip
    share = [
        {"source": "openalex", "part": "all", "institution_id": OXFORD, "institution_name": "Not a name of it",
         "country": "GB", "year": year, "sector": sector, "publications": 3}
        for year in (2021, 2022)
        for sector in ("all", "company")
    ]  # fmt: skip
    funded = [
        {"source": "cordis", "part": "h2020", "award_id": "cordis:1", "period": "all", "party_no": n, "name": name,
         "role": "participant", "country": "GB", "source_type": kind, "source_org_id": f"pic:{n}"}
        for n, name, kind in ((1, "UNIVERSITY OF OXFORD", "HES"), (2, "FOO LIMITED", "PRC"))
    ]  # fmt: skip
    applicant = [
        {"source": "cordis", "part": "h2020projectirps", "award_id": award, "output_id": "docdb:77", "party_no": n,
         "role": "applicant", "name": name, "source_org_id": pic}
        for award, n, name, pic in APPLICANTS
    ]  # fmt: skip
    rows = {"patent": patent, "patent_party": owner, "transfer_party": side, "publication_share": share,
            "award_party": funded, "award_output_party": applicant}  # fmt: skip
    empty = ("transfer", "award", "survey_value", "directory_institution", "directory_identifier")
    registry = tables((*ORGANISATIONS, HEBREW_UNIVERSITY), RELATIONS)
    held = dict(zip(("registry_organisation", "registry_name", "registry_relation"), registry, strict=True))
    held |= {n: pa.Table.from_pylist(rows.get(n, []), schema=arrow_schema(table(n))) for n in (*rows, *empty)}
    connection = duckdb.connect()
    for name, content in held.items():
        connection.register("_rows", content)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _rows")
    return connection


@pytest.fixture(scope="module")
def linked() -> duckdb.DuckDBPyConnection:
    connection = world()
    parties.link(connection)
    return connection


@pytest.mark.parametrize("name", ["name_link", "organisation", "linked_party", "collaboration"])
def test_tables_hold_their_contract(linked, name):
    contract = table(name)
    assert linked.sql(f"SELECT * FROM {name}").to_arrow_table().schema.names == arrow_schema(contract).names
    for rule in contract.rules:
        assert linked.sql(f"SELECT count(*) FROM {name} WHERE NOT ({rule.sql})").fetchall() == [(0,)], rule.name
    key = ", ".join(contract.key)
    assert linked.sql(f"SELECT {key} FROM {name} GROUP BY {key} HAVING count(*) > 1").fetchall() == []


def test_organisations_are_parties_and_persons_and_inventors_are_not(linked):
    found = linked.sql("SELECT record_table, count(*) FROM linked_party GROUP BY 1 ORDER BY 1").fetchall()
    # 22 rows of owners, of which one is an inventor and one a person; 5 sides, of which one is a person; 2 years.
    # Three organisations applied for a project's patent, and two take part in the project.
    assert found == [("award", 2), ("award_output", 3), ("patent", 20), ("publication_share", 2), ("transfer", 4)]


@pytest.mark.parametrize(
    ("name", "country", "institution", "named"),
    [
        (FOUNDATION, "US", MADISON, WARF),
        (FOUNDATION.upper(), "", MADISON, WARF),
        (ISIS, "GB", OXFORD, None),
        ("ISIS INNOVATION LTD", "GB", OXFORD, None),
        (YISSUM, "IL", HEBREW, None),
    ],
)
def test_the_patents_of_a_holder_are_its_universitys(linked, name, country, institution, named):
    found = linked.execute(
        """SELECT DISTINCT credited_id, named_id, sector, is_institution FROM linked_party
        WHERE name = ? AND country = ?""",
        [name, country],
    ).fetchall()
    assert found == [(institution, named, "university", True)]


def test_applicants_of_a_projects_patent_stand_once_and_are_who_they_are_in_the_project(linked):
    found = linked.sql(
        """SELECT record_id, period, party_no, role, country, organisation_id FROM linked_party
        WHERE record_table = 'award_output' ORDER BY party_no"""
    ).fetchall()
    assert found == [
        ("docdb:77", "all", 1, "applicant", "GB", OXFORD),
        ("docdb:77", "all", 2, "applicant", "GB", local_id("FOO LIMITED", "GB")),
        ("docdb:77", "all", 3, "applicant", "", local_id("Quorvane SA", "")),
    ]


def test_the_type_code_decides_nothing_and_the_legal_form_does(linked):
    """Foo Limited and Quorvane Works both have the code of a company; only one of them says that it is one."""
    owners = "record_table IN ('patent', 'transfer') AND credited_id IS NULL"
    found = dict(linked.sql(f"SELECT name, sector FROM linked_party WHERE {owners}").fetchall())
    assert found == {
        "Foo Limited": "company",
        "Quorvane Works": "unknown",
        "QUORVANE OPTICS, INC.": "company",
        "UNIVERSITY OF NOWHERE": "unknown",
    }


def test_the_country_of_a_party_without_one_is_told_by_its_us_state(linked):
    found = linked.sql("SELECT role, name, country FROM linked_party WHERE record_table = 'transfer' ORDER BY party_no")
    assert found.fetchall() == [
        ("grantor", FOUNDATION.upper(), ""),
        ("grantee", "QUORVANE OPTICS, INC.", "US"),
        ("grantee", "ISIS INNOVATION LIMITED", "GB"),
        ("grantee", "UNIVERSITY OF NOWHERE", "PR"),
    ]


def test_an_institution_that_publishes_is_known_by_its_id(linked):
    found = linked.sql(
        """SELECT record_id, role, party_no, credited_id FROM linked_party
        WHERE record_table = 'publication_share' ORDER BY 1"""
    ).fetchall()
    assert found == [(f"openalex:052gg0110:{year}", "author", 1, OXFORD) for year in (2021, 2022)]
    link = linked.sql("SELECT method, score, records, context FROM name_link WHERE source = 'openalex'").fetchall()
    assert link == [("identifier", match.SCORES["identifier"], 2, f"id:ror:{OXFORD}")]


def test_who_owns_a_patent_together(linked):
    """us:1, us:2, us:8 and the European patent; no patent withdrawn, no application, nothing told twice."""
    found = linked.sql(
        """SELECT record_table, record_id, institution_id, partner_id, partner_sector, year, organisations, intensity
        FROM collaboration WHERE record_table <> 'award' ORDER BY record_id"""
    ).fetchall()
    foo, works = local_id("Foo Limited", "GB"), local_id("Quorvane Works", "US")
    assert found == [
        ("patent", "epo:EP.24.B1", OXFORD, SIEMENS, "company", 2014, 2, "bilateral"),
        ("patent", "us:1", MADISON, foo, "company", 2010, 2, "bilateral"),
        ("patent", "us:2", OXFORD, SIEMENS, "company", 2011, 2, "bilateral"),
        ("patent", "us:8", MADISON, works, "unknown", None, 2, "bilateral"),
    ]
