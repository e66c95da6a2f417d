"""Chains of title worked out by hand: order, what changes title, who holds it; and that size costs time only."""

import datetime as dt
import itertools

import duckdb
import pyarrow as pa

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.patents import title
from warehouse import scratch

ALMA, BETA, CARA, DELTA = (f"https://ror.org/0{n:06d}0{n}" for n in (1, 2, 3, 4))
FIRM = "local:us:00000000000000aa"
NAMES = {ALMA: "UNIVERSITY OF ALMERE", BETA: "BETA INC", CARA: "CARA INC", DELTA: "DELTA LLC", FIRM: "FIRM INC"}
NAMES[FIRM.replace("local:us:", "local::")] = "FIRM INC"
PERSON, STRANGER = "person", "stranger"
"""A party that is a person, and one whose name nobody knows."""


class Book:
    """Conveyances written down one after another, with frames in that order."""

    def __init__(self):
        self.frames = itertools.count(1)
        self.rows = {"transfer": [], "transfer_party": [], "transfer_patent": [], "linked_party": [], "patent": []}

    def add(self, day, grantors, grantees, kind="assignment", recorded=None, **more):
        """Write a conveyance of application 1 (or of `application`, `patent`); a day is a number in January 2015."""
        id_ = f"uspto:012345/{next(self.frames):04d}"
        executed = dt.date(2015, 1, day) if day else None
        self.rows["transfer"].append(
            {"transfer_id": id_, "kind": kind, "rule": kind, "executed_on": executed,
             "recorded_on": recorded or dt.date(2016, 1, 1), "is_purged": more.get("purged", False)}
        )  # fmt: skip
        sides = (("grantor", 1, grantors), ("grantee", 100_001, grantees))
        for role, first, parties in sides:
            for no, party in enumerate(parties, start=first):
                name = {PERSON: None, STRANGER: "STRANGE THINGS"}.get(party) or NAMES.get(party)
                self.rows["transfer_party"].append(
                    {"transfer_id": id_, "party_no": no, "role": role, "name": name, "is_person": party == PERSON}
                )
                if name:
                    self.rows["linked_party"].append(
                        {"record_table": "transfer", "record_id": id_, "party_no": no, "role": role, "name": name,
                         "organisation_id": None if party == STRANGER else party}
                    )  # fmt: skip
        self.rows["transfer_patent"].append(
            {"transfer_id": id_, "property_no": 1, "application_id": more.get("application", "us-app:00000001"),
             "patent_id": more.get("patent"), "filed_on": more.get("filed")}
        )  # fmt: skip
        return id_

    def chain(self):
        """Return the chain's rows, in order."""
        with duckdb.connect() as connection:
            for name, told in self.rows.items():
                schema = arrow_schema(table(name))
                rows = [{"source": "uspto_assignments", "part": "all", **row} for row in told]
                there = pa.Table.from_pylist(rows, schema)  # noqa: F841  (DuckDB reads it by name)
                connection.execute(f"CREATE TABLE {name} AS SELECT * FROM there")
            title.write(connection)
            found = connection.sql("SELECT * FROM title_chain").to_arrow_table()
        assert found.schema.names == [c.name for c in table("title_chain").columns]
        return found.to_pylist()

    def told(self):
        """Return of each step its frame, whether it changes title, and who holds it then."""
        return [(int(r["transfer_id"][-4:]), r["changes_title"], r["holder_id"]) for r in self.chain()]


def test_an_invention_goes_from_its_inventors_to_the_university_and_on_to_a_company():
    book = Book()
    book.add(20, [ALMA], [BETA])  # recorded first, signed last
    book.add(5, [PERSON, PERSON], [ALMA], "employer_assignment")
    first, second = book.chain()
    assert (first["transfer_id"], first["step"], first["kind"]) == ("uspto:012345/0002", 1, "employer_assignment")
    assert (first["grantor_ids"], first["grantee_ids"], first["from_persons"]) == ([], [ALMA], True)
    assert (first["changes_title"], first["holder_id"], first["executed_on"]) == (True, ALMA, dt.date(2015, 1, 5))
    assert (second["grantor_ids"], second["grantee_ids"], second["from_persons"]) == ([ALMA], [BETA], False)
    assert (second["changes_title"], second["holder_id"], second["step"]) == (True, BETA, 2)
    assert {r["property_id"] for r in (first, second)} == {"us-app:00000001"}


def test_what_is_no_transfer_changes_nothing():
    book = Book()
    book.add(1, [PERSON], [ALMA], "employer_assignment")
    for day, kind in enumerate(("licence", "confirmatory_licence", "option", "security", "release", "termination",
                                "government_interest", "other"), start=2):  # fmt: skip
        book.add(day, [ALMA], [CARA], kind)
    assert book.told() == [(1, True, ALMA), *((frame, False, ALMA) for frame in range(2, 10))]


def test_of_a_chain_on_one_day_the_last_step_alone_changes_title():
    book = Book()
    book.add(9, [BETA], [CARA])  # recorded before the step that comes first
    book.add(9, [ALMA], [BETA])
    book.add(9, [CARA], [DELTA])
    assert book.told() == [(2, False, BETA), (1, False, CARA), (3, True, DELTA)]


def test_a_chain_of_a_day_is_seen_among_those_whom_nobody_knows():
    book = Book()
    book.add(9, [STRANGER], [BETA])
    book.add(9, [ALMA], [STRANGER])
    assert book.told() == [(2, False, None), (1, True, BETA)]


def test_a_company_known_by_its_name_is_one_with_an_address_and_without():
    """Grantors have none: as a grantee it is `local:us:…`, as a grantor `local::…`."""
    book = Book()
    giving = FIRM.replace("local:us:", "local::")
    book.add(9, [giving], [BETA])
    book.add(9, [ALMA], [FIRM])
    book.add(10, [giving], [CARA], "name_change")  # of the one in between, which holds nothing any more
    assert book.told() == [(2, False, FIRM), (1, True, BETA), (3, False, BETA)]
    assert [r["grantor_ids"] for r in book.chain()] == [[ALMA], [giving], [giving]]


def test_there_and_back_on_one_day_goes_by_the_record():
    book = Book()
    book.add(9, [ALMA], [BETA])
    book.add(9, [BETA], [ALMA])
    assert book.told() == [(1, False, BETA), (2, True, ALMA)]


def test_two_on_one_day_that_have_nothing_to_do_with_each_other_are_two():
    book = Book()
    book.add(9, [ALMA], [BETA])
    book.add(9, [CARA], [DELTA])
    assert book.told() == [(1, True, BETA), (2, True, DELTA)]


def test_a_merger_and_a_new_name_change_who_the_holder_is_and_not_the_title():
    book = Book()
    book.add(1, [PERSON], [BETA], "employer_assignment")
    book.add(2, [BETA], [CARA], "merger")
    book.add(3, [CARA], [DELTA], "name_change")
    assert book.told() == [(1, True, BETA), (2, False, CARA), (3, False, DELTA)]


def test_a_seller_that_changes_its_name_afterwards_holds_nothing_again():
    book = Book()
    book.add(1, [BETA], [ALMA])
    book.add(2, [BETA], [CARA], "name_change")
    book.add(3, [STRANGER], [DELTA], "merger")
    assert book.told() == [(1, True, ALMA), (2, False, ALMA), (3, False, ALMA)]


def test_a_chain_may_begin_with_a_merger():
    book = Book()
    book.add(1, [BETA], [CARA], "merger")
    assert book.told() == [(1, False, CARA)]


def test_what_is_recorded_late_goes_on_from_the_holder_or_mends_the_past():
    book = Book()
    book.add(1, [PERSON], [ALMA], "employer_assignment")
    book.add(2, [ALMA], [BETA], "nunc_pro_tunc")
    book.add(3, [BETA], [CARA])
    book.add(4, [ALMA], [BETA], "nunc_pro_tunc")  # once more, when the title has long gone on
    assert book.told() == [(1, True, ALMA), (2, True, BETA), (3, True, CARA), (4, False, CARA)]


def test_a_correction_adds_nothing_but_may_tell_who_received():
    book = Book()
    book.add(5, [ALMA], [BETA])
    book.add(5, [ALMA], [CARA], "correction")  # bears the day of what it corrects
    book.add(8, [ALMA], [DELTA], "correction")  # bears another: nobody knows what it corrects
    assert book.told() == [(1, True, BETA), (2, False, CARA), (3, False, CARA)]


def test_inventors_who_assign_to_different_organisations_leave_several_holders():
    book = Book()
    book.add(1, [PERSON], [ALMA], "employer_assignment")
    book.add(2, [PERSON], [BETA], "employer_assignment")
    book.add(3, [PERSON], [ALMA], "employer_assignment")
    book.add(4, [ALMA], [BETA])
    assert book.told() == [(1, True, ALMA), (2, True, None), (3, True, None), (4, True, BETA)]


def test_several_receivers_a_person_or_nobody_known_leave_no_one_holder():
    book = Book()
    book.add(1, [ALMA], [CARA, BETA])
    book.add(2, [BETA], [BETA, PERSON])
    book.add(3, [BETA], [STRANGER])
    book.add(4, [BETA], [])
    rows = book.chain()
    assert [r["holder_id"] for r in rows] == [None] * 4
    assert [r["grantee_ids"] for r in rows] == [[BETA, CARA], [BETA], [], []]


def test_what_the_office_took_back_is_no_step():
    book = Book()
    book.add(1, [PERSON], [ALMA], "employer_assignment")
    book.add(2, [ALMA], [BETA], purged=True)
    assert book.told() == [(1, True, ALMA)]


def test_a_day_of_recording_stands_for_one_of_execution():
    book = Book()
    book.add(None, [ALMA], [BETA], recorded=dt.date(2015, 1, 7))
    book.add(8, [BETA], [CARA])
    book.add(6, [PERSON], [ALMA], "employer_assignment")
    assert [(f, h) for f, _, h in book.told()] == [(3, ALMA), (1, BETA), (2, CARA)]
    assert book.chain()[1]["executed_on"] == dt.date(2015, 1, 7)


def test_a_patent_gathers_what_was_recorded_of_its_application():
    """By the patent itself, by another conveyance that names both, and else by the application."""
    book = Book()
    book.rows["patent"].append(
        {"patent_id": "us:9000001", "number": "us:9000001", "office": "US", "application_id": "us-app:00000001",
         "filed_on": dt.date(2014, 5, 1), "is_granted": True}
    )  # fmt: skip
    book.add(1, [PERSON], [ALMA], "employer_assignment", application="us-app:00000001")
    book.add(2, [ALMA], [BETA], application=None, patent="us:9000001")
    book.add(1, [PERSON], [CARA], "employer_assignment", application="us-app:00000002", filed=dt.date(2014, 6, 1))
    book.add(3, [CARA], [DELTA], application="us-app:00000002", patent="us:9000002")
    book.add(1, [PERSON], [DELTA], "employer_assignment", application="us-app:00000003")
    book.add(1, [PERSON], [DELTA], "employer_assignment", application=None)  # a deed that names no property
    found = [(r["property_id"], r["step"], r["filed_on"], r["holder_id"]) for r in book.chain()]
    assert found == [
        ("us-app:00000003", 1, None, DELTA),
        ("us:9000001", 1, dt.date(2014, 5, 1), ALMA),
        ("us:9000001", 2, dt.date(2014, 5, 1), BETA),
        ("us:9000002", 1, dt.date(2014, 6, 1), CARA),
        ("us:9000002", 2, dt.date(2014, 6, 1), DELTA),
    ]


def test_an_application_that_conveyances_give_two_patents_stays_one():
    book = Book()
    book.add(1, [PERSON], [ALMA], "employer_assignment")
    book.add(2, [ALMA], [BETA], patent="us:9000001")
    book.add(3, [BETA], [CARA], patent="us:9000002")
    assert [r["property_id"] for r in book.chain()] == ["us-app:00000001", "us:9000001", "us:9000002"]


def test_a_property_named_twice_in_a_deed_is_conveyed_once():
    book = Book()
    id_ = book.add(1, [PERSON], [FIRM], "employer_assignment")
    book.rows["transfer_patent"].append(
        {"transfer_id": id_, "property_no": 2, "application_id": "us-app:00000001", "patent_id": None}
    )
    assert book.told() == [(1, True, FIRM)]


def test_without_any_conveyance_the_table_is_empty():
    assert Book().chain() == []


def test_many_chains_are_all_whole(tmp_path):
    """Each of 10,000 properties is assigned by its inventors, sold, and its holder renamed."""
    with scratch.connect(tmp_path) as connection:
        many(connection, 30_000)
        title.write(connection)
        found = connection.execute(
            "SELECT count(*), count(DISTINCT property_id), count(*) FILTER (changes_title), count(holder_id) "
            "FROM title_chain"
        ).fetchall()
    assert found == [(30_000, 10_000, 20_000, 30_000)]


def many(connection, count):
    """Write so many conveyances in a row, three of each property."""
    for name in Book().rows:
        rows = arrow_schema(table(name)).empty_table()  # noqa: F841  (DuckDB reads it by name)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM rows")
    id_ = "printf('uspto:%06d/%04d', i // 9000, i % 9000)"
    each = f"FROM range({count}) AS t(i)"
    for name, query in (
        ("transfer",
         f"""SELECT {id_} AS transfer_id, false AS is_purged, DATE '2001-01-01' + (i % 3)::INTEGER AS executed_on,
            ['employer_assignment', 'assignment', 'name_change'][1 + i % 3] AS kind {each}"""),
        ("transfer_patent",
         f"SELECT {id_} AS transfer_id, 1 AS property_no, printf('us-app:%08d', i // 3) AS application_id {each}"),
        ("transfer_party",
         f"""SELECT {id_} AS transfer_id, 1 AS party_no, 'grantor' AS role, i % 3 = 0 AS is_person,
            'F' || (i // 3 % 5000 + i % 3 - 1)::VARCHAR AS name {each}
            UNION ALL
            SELECT {id_}, 100001, 'grantee', false, 'F' || (i // 3 % 5000 + i % 3)::VARCHAR {each}"""),
        ("linked_party",
         """SELECT 'transfer' AS record_table, transfer_id AS record_id, party_no, role, name,
            'local:us:' || md5(name) AS organisation_id FROM transfer_party WHERE NOT is_person"""),
    ):  # fmt: skip
        connection.execute(f"INSERT INTO {name} BY NAME {query}")
