"""The simulated Gateway to Research answers as the real one, oddities and all, and is read whole over loopback."""

import re

import duckdb
import pytest
import requests

from pipelines import steps
from pipelines.demo.faults import Fault
from pipelines.demo.publisher import Book
from pipelines.demo.publishers import books, gtr
from pipelines.demo.records import World
from pipelines.demo.uk.gateway import gateway, guid, midnight
from warehouse.store import Home

WORLD = World(projects=200)
SOURCE = "gtr"
VENDOR = {"Accept": "application/vnd.rcuk.gtr.json-v7"}


def ask(publisher, path, headers=VENDOR, **query):
    return requests.get(f"{publisher.base}/gtr/api/{path}", params=query, headers=headers)


def told(home, query):
    return duckdb.sql(re.sub(r"\{(\w+)\}", rf"'{home.core}/\1/gtr--*.parquet'", query)).fetchall()


def booked(outcome) -> dict[str, Book]:
    return {
        table: Book(b["read"], b["kept"], b["quarantined"], dict(b["dropped"]))
        for table, b in outcome.manifest["balance"].items()
    }


def test_a_page_has_its_envelope_and_addresses_with_a_port(publisher):
    page = ask(publisher, "projects", p=2, s=10, sf="pro.sd", so="A").json()
    assert {k: v for k, v in page.items() if k != "project"} == {
        "page": 2, "size": 10, "totalPages": 12, "totalSize": 120,
    }  # fmt: skip
    assert [p["id"] for p in page["project"]] == [guid(1, n) for n in range(10, 20)]
    hrefs = [link["href"] for p in page["project"] for link in p["links"]["link"]]
    assert all(href.startswith("http://gtr.ukri.org:80/gtr/api/") for href in hrefs)
    assert any("api//" in href for href in hrefs)
    assert any("&amp;" in p["title"] for p in page["project"])


def test_without_the_vendors_type_the_shape_is_an_old_one(publisher):
    old = ask(publisher, "projects", {"Accept": "application/json"}, p=1, s=10)
    assert old.status_code == 200
    assert "totalSize" not in old.json()
    assert "project" not in old.json()


@pytest.mark.parametrize(("size", "status"), [(9, 400), (10, 200), (100, 200), (101, 400), ("x", 400)])
def test_a_page_has_ten_to_a_hundred_records(publisher, size, status):
    assert ask(publisher, "funds", p=1, s=size, sf="fu.sd").status_code == status


def test_beyond_the_last_page_and_of_nothing_there_is_404(publisher):
    beyond = ask(publisher, "projects", p=13, s=10, sf="pro.sd")
    assert (beyond.status_code, beyond.json()["text"]) == (404, "Page requested exceeds maximum available: 12")
    nothing = ask(publisher, "projects", p=1, s=10, q="widgets")
    assert (nothing.status_code, nothing.json()["text"]) == (404, "Page requested exceeds maximum available: 0")


def test_an_unknown_project_is_answered_with_another_one(publisher):
    known = ask(publisher, f"projects/{guid(1, 5)}")
    assert known.json()["id"] == guid(1, 5)
    unknown = ask(publisher, f"projects/{guid(1, 5_000_000)}")
    assert unknown.status_code == 200
    assert unknown.json()["id"] == guid(1, 0)
    assert ask(publisher, f"organisations/{guid(2, 5_000_000)}").status_code == 404
    assert ask(publisher, f"funds/{guid(3, 2 * 13 + 1)}").json()["category"] == "EXPENDITURE_ACTUAL"
    assert ask(publisher, f"funds/{guid(3, 2 * 12 + 1)}").status_code == 404


def test_without_a_sort_field_the_order_is_another_each_time(publisher):
    def ids(**query):
        return [p["id"] for p in ask(publisher, "projects", p=1, s=20, **query).json()["project"]]

    assert ids() != ids()
    assert ids(sf="pro.sd", so="A") == ids(sf="pro.sd", so="A")
    assert ids(sf="pro.sd", so="D")[0] == guid(1, 119)


def test_summer_midnights_are_an_hour_early():
    import datetime as dt

    # The fund sample's 1 September 2015, and the two Sundays of 2015 on which clocks changed at one o'clock.
    assert midnight(dt.date(2015, 9, 1)) == 1_441_062_000_000
    assert midnight(dt.date(2015, 3, 29)) % 86_400_000 == 0
    assert midnight(dt.date(2015, 3, 30)) % 86_400_000 == 82_800_000
    assert midnight(dt.date(2015, 10, 25)) % 86_400_000 == 82_800_000
    assert midnight(dt.date(2015, 10, 26)) % 86_400_000 == 0


def test_the_books_are_the_worlds(ingested, publisher):
    for outcome in steps.ingest(ingested, "gtr"):
        assert booked(outcome) == books(WORLD, ["gtr"])["gtr", outcome.part]


def test_a_night_with_nothing_new_asks_for_the_totals_only(ingested, publisher):
    outcomes = steps.ingest(ingested, "gtr")
    assert {(o.fetched, o.built, o.failed) for o in outcomes} == {(False, False, "")}
    assert len(publisher.requests) == len(gtr.LISTS)


def test_what_was_published_is_what_is_told(ingested):
    there = gateway(WORLD)
    given = [float(amount) for amount in there.amount[: there.size] if amount]
    assert told(ingested, "SELECT count(*), sum(amount) FROM {award}") == [(there.size, sum(given))]
    # What participants are offered, and what leads hold, is the same money once more, and no more.
    assert told(ingested, "SELECT sum(amount) FROM {award_party}") == [(sum(given),)]
    assert told(ingested, "SELECT DISTINCT day(starts_on) FROM {award}") == [(1,)]
    assert told(ingested, "SELECT count(*) FROM {award} WHERE contains(title, '&amp;')") == [(0,)]
    assert told(ingested, f"SELECT count(*) FROM {{award}} WHERE project_id = 'gtr:{guid(1, 30)}'") == [(3,)]
    assert told(ingested, "SELECT DISTINCT country FROM {award_party} ORDER BY 1") == [("DE",), ("GB",)]
    twice = told(ingested, "SELECT count(*) - count(DISTINCT output_id) FROM {award_output}")
    assert twice[0][0] > 0
    assert told(ingested, "SELECT DISTINCT is_licensed FROM {award_output} WHERE licence_status = 'Yes'") == [(True,)]
    assert told(ingested, "SELECT DISTINCT country, registration_number IS NULL FROM {venture} ORDER BY 1") == [
        ("GB", False), (None, True),
    ]  # fmt: skip


def test_a_new_edition_is_brought_where_a_total_moved(ingested, publisher, tmp_path):
    import shutil

    home = Home(tmp_path / "home")
    shutil.copytree(ingested.root, home.root, symlinks=True)
    publisher.publish(WORLD.next())
    done = {o.part: o for o in steps.ingest(home, "gtr")}
    assert {part for part, o in done.items() if o.fetched} == {"projects", "spinouts"}
    for part, outcome in done.items():
        assert booked(outcome) == books(WORLD.next(), ["gtr"])["gtr", part]


def test_a_quarter_later_all_is_brought_again(ingested, publisher, monkeypatch):
    import datetime as dt

    from pipelines.sources import gtr as source

    class Later(dt.date):
        @classmethod
        def today(cls):
            return cls(2031, 12, 31)

    monkeypatch.setattr(source.dt, "date", Later)
    offers = source.parts(steps.Session())
    assert {offer.version.partition(":")[0] for offer in offers} == {"2031Q4"}


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault(cap=7), "announced 120 records and gave 7"),
        (Fault(moves=2), "announced 120 records at first and 122 at record 100"),
        (Fault(repeats=True), "announced 120 records and gave 10"),
        (Fault(is_empty=True), "has no records"),
    ],
)
def test_a_list_that_is_not_whole_fails(home, publisher, fault, says):
    publisher.fail("gtr/projects", fault)
    (outcome,) = [o for o in steps.ingest(home, "gtr", fetch_only=True) if o.part == "projects"]
    assert says in outcome.failed


def test_a_list_of_any_length_is_written_page_by_page():
    endpoints = {e.name: e for e in gtr.endpoints(WORLD, projects=1_000_000)}
    from pipelines.demo.publisher import Question

    question = Question("GET", "/gtr/api/projects", {"p": ["10000"], "s": ["100"], "sf": ["pro.sd"]},
                        {"accept": VENDOR["Accept"]}, b"")  # fmt: skip
    body = endpoints["gtr/projects"].answer(question, Fault()).body
    assert body.count(b'"grantCategory"') == 100
    assert b'"totalSize":1000000,' in body
