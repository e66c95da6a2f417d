"""Awards that stand in two sources: which are one, and that measures count them once. Worked out by hand."""

import datetime as dt

import duckdb
import pyarrow as pa
import pytest

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines import same
from pipelines.indicators import award_holder, evidence, grant, helix, money
from pipelines.indicators.joint_evidence import GRANTS, JOINT_FUNDING, JOINT_GRANTS
from tests.indicators import hand_worked

ALMA, ACME = (hand_worked.ror(org) for org in ("alma", "acme"))
PART = {"nih_reporter": "2020", "nsf_awards": "2020", "sbir": "all", "gtr": "projects", "cordis": "horizon"}


def award(id_, **told):
    source = {"nih": "nih_reporter", "nsf": "nsf_awards"}.get(id_.partition(":")[0], id_.partition(":")[0])
    return {"source": source, "part": PART[source], "award_id": id_, "period": "all", "funder": "Funder", **told}


def party(id_, org, **told):
    """A row of linked_party: alma is a university, acme a company."""
    own = award(id_)
    return {
        "source": own["source"], "part": own["part"], "record_table": "award", "record_id": id_, "period": "all",
        "party_no": 1, "role": "participant", "name": org, "country": "GB", "organisation_id": hand_worked.ror(org),
        "sector": "university" if org == "alma" else "company", "is_institution": org == "alma", **told,
    }  # fmt: skip


def coded(id_, code):
    own = award(id_)
    return {
        "source": own["source"],
        "part": own["part"],
        "award_id": id_,
        "period": "all",
        "kind": "element",
        "code": code,
    }


def connected(awards, codes=(), parties=()):
    """A connection with these rows, and `award_same` made from them."""
    connection = hand_worked.build(())
    for name, rows in (("award", awards), ("award_programme", codes), ("linked_party", parties)):
        connection.register("_rows", pa.Table.from_pylist(list(rows), schema=arrow_schema(table(name))))
        connection.execute(f"INSERT INTO {name} SELECT * FROM _rows")
        connection.unregister("_rows")
    same.write(connection)
    return connection


def pairs(connection):
    return connection.execute("SELECT award_id, same_as, rule FROM award_same ORDER BY ALL").fetchall()


@pytest.mark.parametrize(
    ("core", "contract", "tracking", "is_same"),
    [
        ("R43CA246950", "1R43CA246950-01", "R43CA246950", True),
        ("R44CA088684", "2R44CA088684-05", "CA088684", True),  # an older tracking number lacks the activity
        ("R41AG062023", None, "R41AG062023", True),
        ("R42MH123368", "1 R42 MH123368-01", "n/a", True),
        ("U44TR002572", "2U44TR002572-02", "U44TR002572", True),
        ("SB1AI147744", "4SB1AI147744-02", None, True),
        ("N43DA190069", "75N95019C00069", "N43DA190069", True),
        ("R44CA246950", "1R43CA246950-01", "R43CA246950", False),  # phase II is a project of its own
        ("R01CA246950", "1R01CA246950-01", None, False),  # no programme for small businesses
        ("R43CA246950", "75N91020C00048", "75N91020C00048-0-9999-0", False),
        ("R43CA246950", "CA246950", "CA246950", False),
    ],
)
def test_an_nih_project_is_the_award_whose_number_holds_its_core(core, contract, tracking, is_same):
    found = connected([award(f"nih:{core}", period="2020-1"), award(f"nih:{core}", period="2021-2", part="2021"),
                       award("sbir:HHS-x", reference=contract, tracking_number=tracking)])  # fmt: skip
    assert pairs(found) == ([(f"nih:{core}", "sbir:HHS-x", "nih_number")] if is_same else [])


def test_a_number_of_another_agency_is_no_nih_project():
    found = connected([award("nih:R43CA246950"), award("sbir:DOD-x", reference="1R43CA246950-01")])
    assert pairs(found) == []


@pytest.mark.parametrize(
    ("number", "code", "contract", "tracking", "is_same"),
    [
        ("0843843", "5371", "0843843", "0843843", True),
        ("0924549", "5373", "0924549", "0810693", True),
        ("0810693", "5371", "0924549", "0810693", False),  # the proposal of phase I: the contract is phase II
        ("0216213", "1505", None, "0216213", True),
        ("0216213", "1591", "216213", None, True),  # a workbook took the zero
        ("0216213", "1591", "IIP-0216213", None, True),
        ("0216213", "1417", "0216213", None, False),  # not under a code of the programmes
    ],
)
def test_an_nsf_award_is_the_one_whose_contract_is_its_number(number, code, contract, tracking, is_same):
    id_ = f"nsf:{number}"
    found = connected(
        [award(id_), award("sbir:NSF-x", reference=contract, tracking_number=tracking)], [coded(id_, code)]
    )
    assert pairs(found) == ([(id_, "sbir:NSF-x", "nsf_number")] if is_same else [])


GUARANTEE = {"funder": "Horizon Europe Guarantee", "starts_on": dt.date(2023, 5, 1)}
TITLE = "Photonic widgets for the cold universe"
EUROPEAN = award("cordis:101096150", title=TITLE, acronym="WIDE", starts_on=dt.date(2023, 4, 1))
BOTH = (party("gtr:A", "alma"), party("cordis:101096150", "alma"))


@pytest.mark.parametrize(
    ("written", "parties", "rule"),
    [
        ({"title": "Guarantee for grant 101096150"}, (), "guarantee_number"),
        ({"title": "Widgets", "reference": "101096150"}, (), "guarantee_number"),
        ({"title": "Widgets", "record_url": "https://gtr.ukri.org/projects?ref=101096150"}, (), "guarantee_number"),
        ({"title": "Widgets", "reference": "10109615"}, BOTH, None),  # eight digits: Innovate UK's own numbers
        ({"title": TITLE}, BOTH, "guarantee_title"),
        ({"title": f"WIDE: {TITLE.upper()}"}, BOTH, "guarantee_title"),
        ({"title": f"{TITLE} (WIDE)"}, BOTH, "guarantee_title"),
        ({"title": TITLE}, (), None),  # no organisation stands in both
        ({"title": TITLE}, (party("gtr:A", "alma"), party("cordis:101096150", "acme")), None),
        ({"title": f"More {TITLE}"}, BOTH, None),
        ({"title": TITLE, "funder": "EPSRC"}, BOTH, None),  # not the guarantee: its own grant
    ],
)
def test_a_guarantee_is_the_grant_whose_number_or_title_it_bears(written, parties, rule):
    found = connected([EUROPEAN, award("gtr:A", **(GUARANTEE | written))], parties=parties)
    assert pairs(found) == ([("gtr:A", "cordis:101096150", rule)] if rule else [])


def test_a_short_title_and_one_of_two_grants_say_nothing():
    short = EUROPEAN | {"title": "Cold widgets"}
    assert pairs(connected([short, award("gtr:A", title="Cold widgets", **GUARANTEE)], parties=BOTH)) == []
    twin = EUROPEAN | {"award_id": "cordis:101000001"}
    assert pairs(connected([EUROPEAN, twin, award("gtr:A", title=TITLE, **GUARANTEE)], parties=BOTH)) == []


def measured(connection, *measures):
    """The evidence of measures over all parts: measure, record, source, institution, year, amount, currency."""
    connection.execute("CREATE SCHEMA iur_work")
    money.rates(connection)
    told = frozenset({"partners", "amounts"})
    parts = connection.execute("SELECT DISTINCT source, part FROM award").fetchall()
    evidence.gather(connection, measures, dict.fromkeys(parts, told), '"memory"."main"')
    return connection.execute(
        "SELECT measure, record_id, source, institution_id, year, amount, currency FROM evidence ORDER BY ALL"
    ).fetchall()


def test_a_guarantee_counts_as_cordis_tells_it_with_the_money_of_gtr():
    """CORDIS has alma without money beside acme; GtR has alma's 80,000 pounds under the same title."""
    rows = (
        party("cordis:101096150", "alma", amount=0.0, currency="EUR", role="associated_partner"),
        party("cordis:101096150", "acme", party_no=2, amount=50_000.0, currency="EUR"),
        party("gtr:A", "alma", amount=80_000.0, currency="GBP", role="lead"),
        # Who is not in the European grant does not come into it by the guarantee.
        party("gtr:A", "beta", party_no=2, amount=1_000.0, currency="GBP", is_institution=True, sector="university"),
    )
    found = connected([EUROPEAN, award("gtr:A", title=TITLE, **GUARANTEE)], parties=rows)
    record = ("cordis:101096150", "cordis", ALMA, 2023)
    assert measured(found, GRANTS, JOINT_GRANTS, JOINT_FUNDING) == [
        ("grants", *record, 1.0, None),
        ("joint_funding", *record, 80_000.0, "GBP"),
        ("joint_grants", *record, 1.0, None),
    ]


def test_without_its_twin_a_guarantee_is_a_grant_of_its_own():
    rows = (party("gtr:A", "alma", amount=80_000.0, currency="GBP"),)
    found = connected([award("gtr:A", title=TITLE, **GUARANTEE)], parties=rows)
    assert measured(found, GRANTS) == [("grants", "gtr:A", "gtr", ALMA, 2023, 1.0, None)]


def test_an_sttr_award_counts_once_by_its_award_year_and_its_money_is_no_institutions():
    """NIH tells the same award of acme's, and would date it by its start, in 2019."""
    rows = (
        party("sbir:HHS-x", "acme", role="awardee", amount=150_000.0, currency="USD", is_sme=True),
        party("sbir:HHS-x", "alma", party_no=2, role="research_institution"),
        party("nih:R41AG062023", "acme", role="awardee", amount=150_000.0, currency="USD"),
        party("nih:R41AG062023", "alma", party_no=2, role="performer"),
    )
    found = connected(
        [award("sbir:HHS-x", reference="1R41AG062023-01", reporting_year=2020, starts_on=None),
         award("nih:R41AG062023", starts_on=dt.date(2019, 9, 1))],
        parties=rows,
    )  # fmt: skip
    record = ("sbir:HHS-x", "sbir", ALMA, 2020)
    assert measured(found, JOINT_GRANTS, JOINT_FUNDING) == [
        ("joint_funding", *record, None, None),
        ("joint_grants", *record, 1.0, None),
    ]
    ((holders,),) = found.execute(f"SELECT count(*) FROM ({award_holder.AWARD_HOLDER.sql})").fetchall()
    assert holders == 0  # the performer of the award that is left out
    assert {row[2] for row in found.execute(helix.RECORDS).fetchall()} == {"sbir:HHS-x"}


def test_the_ideas_that_leave_awards_out_are_those_that_measures_begin_with():
    """Whatever measures grants goes through one of these: a new beginning must heed award_same as well."""
    for idea in (grant.GRANT_START, award_holder.AWARD_HOLDER):
        assert "award_same" in idea.sql


def test_sources_that_are_not_there_leave_it_empty():
    with duckdb.connect() as connection:
        empty = arrow_schema(table("award")).empty_table()  # noqa: F841
        connection.execute("CREATE TABLE award AS SELECT * FROM empty")
        same.write(connection)
        assert pairs(connection) == []
