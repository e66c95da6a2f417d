"""Records that come by pages come all, each once, or the part fails."""

import json
from dataclasses import dataclass, field

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipelines import paging
from pipelines.http import Session
from pipelines.source import SourceError


@dataclass
class Shop:
    """A publisher of the numbers below `rows`, three a page, and what is wrong with it."""

    rows: int = 8
    gives: int | None = None  # beyond this many records of a query: empty pages
    totals: dict[int, list[int]] = field(default_factory=dict)  # announced at an offset, before the true one
    pages: dict[int, list[list[int]]] = field(default_factory=dict)  # given at an offset, before the true page
    bodies: list[bytes] = field(default_factory=list)  # sent, answer by answer, before anything else
    asked: list[tuple[int, int, int]] = field(default_factory=list)

    def answer(self, request: Request) -> Response:
        low, high, at = (int(request.args[name]) for name in ("low", "high", "at"))
        self.asked.append((low, high, at))
        if self.bodies:
            return Response(self.bodies.pop(0))
        mine = list(range(low, min(high, self.rows)))
        total = self.totals[at].pop(0) if self.totals.get(at) else len(mine)
        given = self.pages[at].pop(0) if self.pages.get(at) else mine[: self.gives][at : at + 3]
        return Response(json.dumps({"total": total, "rows": given}))


@dataclass(frozen=True)
class Numbers:
    """How the shop is read: a query is a range of numbers, cut in halves."""

    url: str
    cap: int | None = None
    ways: int = 1
    size: int = 3
    counts_to: int = 1_000

    def ask(self, query, offset):
        return paging.Ask(f"{self.url}?low={query[0]}&high={query[1]}&at={offset}")

    def read(self, body):
        said = json.loads(body)
        total = min(said["total"], self.counts_to)
        return paging.Page([str(n) for n in said["rows"]], total, is_least=total == self.counts_to)

    def split(self, query):
        low, high = query
        middle = (low + high) // 2
        if self.ways != 1:
            yield [(low, middle - 1)]  # a way that leaves records out
        if self.ways:
            yield [(low, middle), (middle, high)]

    def is_empty(self, status, body):
        return status == 404 and b"nothing" in body


@pytest.fixture
def brought(tmp_path, monkeypatch):
    """Return a function that collects a shop's numbers: (those brought, the number announced)."""
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")

    def collect(shop, **more):
        with HTTPServer() as server:
            server.expect_request("/numbers").respond_with_handler(shop.answer)
            into = tmp_path / "numbers.json"
            found = paging.collect(Session(tmp_path), Numbers(server.url_for("/numbers"), **more), (0, 16), into)
        lines = into.read_text().splitlines()
        return [n for line in lines for n in json.loads(line)["rows"]], found.announced

    return collect


def test_pages_are_kept_as_they_came_with_the_number_announced(brought):
    shop = Shop()
    assert brought(shop) == (list(range(8)), 8)
    assert shop.asked == [(0, 16, 0), (0, 16, 3), (0, 16, 6)]


def test_a_full_last_page_ends_it(brought):
    shop = Shop(rows=6)
    assert brought(shop) == (list(range(6)), 6)
    assert len(shop.asked) == 2


def test_a_query_over_the_cap_is_cut_until_it_fits(brought):
    found, announced = brought(Shop(rows=13, gives=4), cap=4)
    assert (sorted(found), announced) == (list(range(13)), 13)


def test_a_way_of_cutting_that_leaves_records_out_is_not_taken(brought):
    found, announced = brought(Shop(rows=8, gives=4), cap=4, ways=2)
    assert (sorted(found), announced) == (list(range(8)), 8)


def test_what_no_way_cuts_fails(brought):
    with pytest.raises(SourceError, match="announces 8 records, gives 4 at most") as failed:
        brought(Shop(), cap=4, ways=0)
    assert failed.value.rule == "result window"
    assert not failed.value.transient


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param({"totals": {3: [9] * 3}}, "announced 8 records at first and 9", id="the total moves"),
        pytest.param({"gives": 5}, r"announced 8 records and gave 5", id="a cap nobody mentions"),
        pytest.param({"gives": 6}, r"announced 8 records and gave 6", id="a cap at a page's end"),
        pytest.param({"pages": {3: [[0, 1, 2]] * 3}}, "gave the page before again", id="a page repeats"),
        pytest.param({"pages": {3: [[2, 3, 4]] * 3, 6: [[5, 6]] * 3}}, "gave 1 of 8 records twice", id="pages overlap"),
    ],
)
def test_what_does_not_agree_with_what_is_announced_fails_and_may_be_tried_again(brought, wrong, said):
    with pytest.raises(SourceError, match=said) as failed:
        brought(Shop(**wrong))
    assert failed.value.rule == "records announced"
    assert failed.value.transient


@pytest.mark.parametrize("wrong", [{"totals": {3: [9]}}, {"pages": {3: [[0, 1, 2]]}}])
def test_what_moved_once_is_read_again_from_the_first_page(brought, wrong):
    assert brought(Shop(**wrong)) == (list(range(8)), 8)


@pytest.mark.parametrize("body", [b"<html>Back soon</html>", b"", b'{"rows": []}', b"[]", b'{"total": 3, "ro'])
def test_a_body_that_is_no_page_fails(brought, body):
    with pytest.raises(SourceError, match="not a page of records") as failed:
        brought(Shop(bodies=[body]))
    assert failed.value.rule == "page of records"


def test_nothing_at_all_fails(brought):
    with pytest.raises(SourceError, match="has no records"):
        brought(Shop(rows=0))


def test_a_failure_leaves_no_file(brought, tmp_path):
    with pytest.raises(SourceError):
        brought(Shop(gives=5))
    assert not (tmp_path / "numbers.json").exists()


def test_a_total_that_stops_counting_is_cut_until_all_are_told(brought):
    """Thirteen numbers are announced as ten at least: what the halves announce may be more."""
    found, announced = brought(Shop(rows=13, gives=4), cap=4, counts_to=10)
    assert (sorted(found), announced) == (list(range(13)), 13)


def test_a_total_that_stops_is_never_taken_for_all(brought):
    """The cap is above where counting stops: the query is cut all the same."""
    shop = Shop(rows=13)
    assert brought(shop, cap=12, counts_to=10)[1] == 13
    assert (0, 8, 0) in shop.asked
