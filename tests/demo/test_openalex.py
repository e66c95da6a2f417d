"""The simulated OpenAlex answers as the real one is said to, and is read whole over loopback."""

from collections import Counter

import duckdb
import pytest
import requests

from pipelines import steps
from pipelines.demo.faults import Fault
from pipelines.demo.publications import FIRST, LAST, works
from pipelines.demo.publisher import Book, Question
from pipelines.demo.publishers import books, openalex
from pipelines.demo.records import World
from pipelines.window import Window
from warehouse.store import Home

WORLD = World(projects=200)
SOURCE = "openalex"
WINDOW = Window("2022")
BY_ROR = "authorships.institutions.ror"


def ask(publisher, path="works", **query):
    return requests.get(f"{publisher.base}/openalex/{path}", params=query, allow_redirects=False)


def booked(outcome) -> dict[str, Book]:
    return {
        table: Book(b["read"], b["kept"], b["quarantined"], dict(b["dropped"]))
        for table, b in outcome.manifest["balance"].items()
    }


def test_a_chain_of_pages_ends_in_an_empty_one(publisher):
    query = {"filter": "publication_year:2023", "group_by": BY_ROR, "per_page": 20}
    cursor, keys, sizes = "*", [], []
    while cursor:
        page = ask(publisher, **query, cursor=cursor).json()
        assert page["meta"]["page"] is None
        cursor = page["meta"]["next_cursor"]
        sizes.append(page["meta"]["groups_count"])
        keys += [group["key"] for group in page["group_by"]]
    assert keys == sorted(set(keys))
    assert len(keys) > 40
    assert sizes[-1] == 0
    assert set(sizes[:-2]) == {20}


def test_without_a_cursor_the_largest_groups_come(publisher):
    page = ask(publisher, filter="publication_year:2023", group_by=BY_ROR).json()
    counts = [group["count"] for group in page["group_by"]]
    assert counts == sorted(counts, reverse=True)
    assert (len(counts), page["meta"]["page"]) == (openalex.GROUPS, 1)
    assert "next_cursor" not in page["meta"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"per_page": 201}, "per-page parameter must be between 1 and 200."),
        ({"per_page": 200, "page": 51}, "Maximum results size of 10,000 records is exceeded."),
        ({"filter": "is_oa:true"}, "is_oa is not a valid field."),
        ({"group_by": "is_oa"}, "is_oa is not a valid group by field."),
        ({"group_by": BY_ROR, "page": 2}, "Unable to paginate beyond page 1."),
    ],
)
def test_what_the_service_refuses(publisher, query, says):
    refused = ask(publisher, **query)
    assert (refused.status_code, refused.json()["message"]) == (400, says)


def test_records_come_by_numbered_pages_up_to_the_window(publisher):
    page = ask(publisher, per_page=200, page=3).json()
    assert len(page["results"]) == 200
    assert page["meta"]["count"] == len(works(WORLD))


def test_a_merged_institution_is_elsewhere(publisher):
    ((old, new),) = openalex.MERGED.items()
    moved = ask(publisher, f"institutions/{old}")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"/openalex/institutions/{new}")
    assert requests.get(f"{publisher.base}/openalex/institutions/{old}").json()["id"].endswith(new)
    assert ask(publisher, "institutions/I7").status_code == 404


def test_a_small_allowance_without_a_key_is_soon_spent():
    answer = openalex.endpoints(WORLD, allowance=2)[0].answer
    question = Question("GET", "/openalex/works", {"per_page": ["1"]}, {}, b"")
    assert [answer(question, Fault()).status for _ in range(3)] == [200, 200, 429]
    assert b"Insufficient budget" in answer(question, Fault()).body
    keyed = Question("GET", "/openalex/works", {"per_page": ["1"]}, {"authorization": "Bearer x"}, b"")
    assert answer(keyed, Fault()).status == 200


def test_every_night_is_one_call_where_nothing_is_new(ingested, publisher):
    outcomes = steps.ingest(ingested, "openalex", window=Window("2022"))
    assert {(o.fetched, o.built, o.failed) for o in outcomes} == {(False, False, "")}
    assert [asked.path for asked in publisher.requests] == ["/openalex/works"]
    for outcome in outcomes:
        assert booked(outcome) == books(WORLD, ["openalex"])["openalex", outcome.part]


def test_the_newest_years_are_asked_for_by_themselves(home, publisher):
    outcomes = steps.ingest(home, "openalex")
    assert [(o.part, o.failed) for o in outcomes] == [("2023", ""), ("2024", ""), ("2025", "")]


def test_a_new_edition_has_more_of_the_newest_year(publisher, ingested, tmp_path):
    import shutil

    home = Home(tmp_path / "home")
    shutil.copytree(ingested.root, home.root, symlinks=True)
    publisher.publish(WORLD.next())
    done = {o.part: o for o in steps.ingest(home, "openalex", window=Window("2022"))}
    assert {part for part, o in done.items() if o.fetched} == {str(LAST)}
    assert booked(done[str(LAST)]) == books(WORLD.next(), ["openalex"])["openalex", str(LAST)]


def test_what_is_told_is_cwts_definition_of_an_industrial_publication(ingested):
    """Any affiliation of type company, full counting, articles and reviews, over four years."""
    total, industrial = Counter[str](), Counter[str]()
    for work in works(WORLD):
        if work.year < 2022 or work.is_retracted or work.type not in ("article", "review"):
            continue
        authors = [WORLD.cast[n] for n in work.institutions]
        for author in authors:
            total[author.ror_id] += 1
            industrial[author.ror_id] += any(other.kind == "company" for other in authors)
    found = duckdb.sql(
        f"""SELECT institution_id,
            CAST(sum(publications) FILTER (sector = 'all') AS BIGINT),
            CAST(coalesce(sum(publications) FILTER (sector = 'company'), 0) AS BIGINT)
        FROM '{ingested.core}/publication_share/openalex--*.parquet' GROUP BY ALL"""
    ).fetchall()
    assert {key: (works_, company) for key, works_, company in found} == {
        key: (count, industrial[key]) for key, count in total.items()
    }
    assert 0 < sum(industrial.values()) < sum(total.values())


def test_sectors_are_parts_of_the_whole_and_of_what_is_not_academic(ingested):
    query = f"""PIVOT (SELECT institution_id, year, sector, publications
        FROM '{ingested.core}/publication_share/openalex--*.parquet') ON sector USING sum(publications)"""
    told = duckdb.sql(query)
    rows = [dict(zip(told.columns, row, strict=True)) for row in told.fetchall()]
    for row in rows:
        parts = [row[sector] or 0 for sector in ("company", "healthcare", "government", "other")]
        assert max(parts) <= (row["non_academic"] or 0) <= row["all"]
        assert sum(parts) >= (row["non_academic"] or 0)
    assert any((row["healthcare"] or 0) < (row["non_academic"] or 0) < row["all"] for row in rows)


def test_years_of_a_world():
    assert Counter(work.year for work in works(WORLD)).keys() == set(range(FIRST, LAST + 1))
    assert {work.type for work in works(WORLD)} == {"article", "review", "preprint"}
    assert any(work.is_retracted for work in works(WORLD))
