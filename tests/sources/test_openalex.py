"""Groups of works as OpenAlex gives them: chains of pages, sectors, refusals; every page here is simulated."""

import base64
import datetime as dt
import json
import re
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipelines import source, steps
from pipelines.http import Session
from pipelines.openalex import groups
from pipelines.source import NetworkError, SourceError
from pipelines.sources import openalex
from tests import golden
from warehouse.store import Home

OXFORD, LEIDEN, HOSPITAL = "https://ror.org/052gg0110", "https://ror.org/027bh9e22", "https://ror.org/0aa000011"
GROUPS = {
    "all": {OXFORD: 120, LEIDEN: 80, HOSPITAL: 30},
    "company": {OXFORD: 9, LEIDEN: 4},
    "non_academic": {OXFORD: 40, LEIDEN: 20, HOSPITAL: 30},
    "healthcare": {OXFORD: 25, HOSPITAL: 30},
    "government": {OXFORD: 10, LEIDEN: 5},
    "other": {LEIDEN: 3},
}


def page(told, cursor="end", **meta):
    shown = [{"key": key, "key_display_name": key, "count": count} for key, count in told]
    next_cursor = None if cursor == "end" else cursor
    said = {"count": 200, "page": None, "per_page": 200, "groups_count": len(shown), "next_cursor": next_cursor}
    return {"meta": said | meta, "group_by": shown}


def chain(told, size=2):
    """Return the pages of some groups, in the order of their keys, and the empty one at their end."""
    ordered = sorted(told.items())
    pages = [ordered[at : at + size] for at in range(0, len(ordered), size)]
    return [*(page(groups_, f"after {groups_[-1][0]}") for groups_ in pages), page([])]


@pytest.fixture
def mirror(tmp_path):
    """A mirror of the year 2023."""
    folder = tmp_path / "mirror" / "openalex"
    folder.mkdir(parents=True)
    for sector, told in GROUPS.items():
        write(folder, sector, chain(told))
    return folder


def write(folder, sector, pages):
    text = "\n".join(json.dumps(one) for one in pages)
    (folder / f"works-2023-{sector}.json").write_text(text, encoding="utf-8")


@pytest.fixture
def ingest(home, mirror):
    def run() -> steps.Outcome:
        (outcome,) = steps.ingest(home, "openalex", mirror.parent)
        return outcome

    return run


def rows(home: Home) -> list[dict]:
    query = f"SELECT * FROM '{home.core}/publication_share/openalex--2023.parquet' ORDER BY sector, institution_id"
    columns = [c[0] for c in duckdb.sql(query).description]
    return [dict(zip(columns, row, strict=True)) for row in duckdb.sql(query).fetchall()]


def test_every_group_is_a_row(home, ingest):
    outcome = ingest()
    assert not outcome.failed
    assert {(r["sector"], r["institution_id"]): r["publications"] for r in rows(home)} == {
        (sector, key): count for sector, told in GROUPS.items() for key, count in told.items()
    }
    assert {(r["year"], r["part"], r["source"], r["institution_name"]) for r in rows(home)} == {
        (2023, "2023", "openalex", None)
    }
    assert {r["updated_on"] for r in rows(home)} == {dt.datetime.now(dt.UTC).date()}


def test_golden_sample(home, ingest):
    """Another digest with the same VERSION means that output changed and nothing says so."""
    ingest()
    told = [{k: v for k, v in row.items() if k != "updated_on"} for row in rows(home)]
    assert (openalex.VERSION, golden.digest(told)) == (1, "74104990c4c02b72")


def test_a_sector_is_never_more_than_the_whole(mirror, ingest):
    """The index is renewed between two queries: such a group is refused, and of thirteen one is too many."""
    write(mirror, "company", chain({OXFORD: 121, LEIDEN: 4}))
    assert "more works with the sector than works: 121 of 120" in ingest().failed


def test_groups_of_zero_and_of_nobody_are_dropped_with_a_reason(home, mirror, ingest):
    pages = chain(GROUPS["all"])
    pages[-1] = page([("https://ror.org/0aa000022", 0), ("unknown", 7)])
    write(mirror, "all", pages)
    book = ingest().manifest["balance"]["publication_share"]
    assert book["dropped"] == {"empty_group": 1, "no_institution": 1}
    assert (book["read"], book["kept"]) == (15, 13)


def test_what_the_service_calls_an_institution_is_told(home, mirror, ingest):
    pages = chain(GROUPS["all"])
    pages[1]["group_by"][0]["key_display_name"] = "Simulated Hospital"
    write(mirror, "all", pages)
    ingest()
    assert {r["institution_name"] for r in rows(home) if r["sector"] == "all"} == {None, "Simulated Hospital"}


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda pages: pages[:-1], "0 of 2 pages are the last of their chain"),
        (lambda pages: [*pages, *pages], "2 of 6 pages are the last of their chain"),
        (lambda pages: [page([(OXFORD, 120)], page=1)], "1 of 1 pages were asked for without a cursor"),
        (lambda pages: [{"meta": {"count": 3}, "results": []}], "1 of 1 texts are no page of groups"),
        (lambda pages: [{"error": "Rate limit exceeded", "message": "Insufficient budget"}], "no page of groups"),
        (lambda pages: [page([])], "has no row"),
    ],
)
def test_a_file_that_is_not_a_whole_chain_is_refused(home, mirror, ingest, spoil, says):
    for sector in GROUPS:
        write(mirror, sector, spoil(chain(GROUPS["all"])))
    assert says in ingest().failed


def test_a_part_without_one_of_its_sectors_is_refused(mirror, ingest):
    (mirror / "works-2023-company.json").unlink()
    assert "sectors missing: company" in ingest().failed


def test_an_id_that_is_not_rors_is_refused(home, mirror, ingest):
    write(mirror, "all", chain(GROUPS["all"] | {"https://openalex.org/I40120149": 5}))
    outcome = ingest()
    told = outcome.failed or json.dumps(outcome.manifest["balance"], default=str)
    assert "institution_id" in told


# The service


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
    with HTTPServer() as running:
        monkeypatch.setenv("IUR_OPENALEX_URL", running.url_for("").rstrip("/"))
        yield running


def answering(server, told, largest=None, **meta):
    """Answer with chains of the groups `told`, and without a cursor with the `largest` ones."""
    asked: list[dict[str, str]] = []
    pages = {"*": chain(told)[0]}
    for one, following in zip(chain(told), chain(told)[1:], strict=False):
        pages[one["meta"]["next_cursor"]] = following

    def answer(request: Request) -> Response:
        asked.append(dict(request.args))
        cursor = request.args.get("cursor")
        found = pages[cursor] if cursor else page(sorted((largest or told).items()), page=1)
        return Response(json.dumps({**found, "meta": found["meta"] | meta}), content_type="application/json")

    server.expect_request("/works").respond_with_handler(answer)
    return asked


def test_the_address_asks_for_articles_and_reviews_by_ror_id():
    url = groups.address("https://api.openalex.org", 2023, "non_academic")
    assert parse_qs(urlsplit(url).query) == {
        "filter": [
            "publication_year:2023,type:article|review,is_retracted:false,"
            "authorships.institutions.type:company|government|healthcare|nonprofit|other"
        ],
        "group_by": ["authorships.institutions.ror"],
    }
    assert "institutions.type" not in groups.address("https://api.openalex.org", 2023, "all")
    # The parts of what is not academic are together all of it.
    parts = {
        kind for name in ("company", "healthcare", "government", "other") for kind in groups.SECTORS[name].split("|")
    }
    assert parts == set(groups.SECTORS["non_academic"].split("|"))


def test_a_chain_is_followed_to_its_end(server, tmp_path):
    asked = answering(server, GROUPS["all"])
    url = groups.address(server.url_for("").rstrip("/"), 2023, "all")
    download = groups.collect(Session(), url, tmp_path / "file")
    cursors = [one.get("cursor") for one in asked]
    assert cursors == [None, "*", f"after {OXFORD}", f"after {HOSPITAL}"]
    assert all("per_page" not in one for one in asked)
    kept = [json.loads(line) for line in (tmp_path / "file").read_text().splitlines()]
    assert kept == chain(GROUPS["all"])
    assert download.url == url


@pytest.mark.parametrize(
    ("told", "largest", "meta", "says"),
    [
        (GROUPS["all"], GROUPS["all"] | {"https://ror.org/0aa000033": 500}, {}, "lacks 1 of the 4 largest groups"),
        (GROUPS["all"], GROUPS["all"] | {OXFORD: 140}, {}, "lacks 1 of the 3 largest groups"),
        (GROUPS["all"], None, {"timed_out": True}, "gave up half-way"),
        ({}, None, {}, "has no works"),
    ],
)
def test_a_chain_that_is_not_whole_fails(server, tmp_path, told, largest, meta, says):
    answering(server, told, largest, **meta)
    with pytest.raises(SourceError, match=says):
        groups.collect(Session(), groups.address(server.url_for("").rstrip("/"), 2023, "all"), tmp_path / "file")


def test_a_count_of_shards_may_be_a_little_behind(server, tmp_path):
    answering(server, {OXFORD: 1000}, {OXFORD: 991})
    groups.collect(Session(), groups.address(server.url_for("").rstrip("/"), 2023, "all"), tmp_path / "file")


SPENT = {
    "error": "Rate limit exceeded",
    "message": "Insufficient budget. This request costs $0.0001 but you only have $0 remaining.",
    "retryAfter": 43_200,
}


def test_a_spent_allowance_is_not_asked_again_tonight(server, home):
    server.expect_request("/works").respond_with_json(SPENT, status=429, headers={"Retry-After": "43200"})
    (outcome,) = steps.ingest(home, "openalex")
    assert len(server.log) == 1
    assert "today's allowance is used up: Insufficient budget." in outcome.failed
    assert "IUR_OPENALEX_KEY" in outcome.failed
    with pytest.raises(SourceError) as failed:
        openalex.parts(Session())
    assert not failed.value.transient
    assert not isinstance(failed.value.at("openalex", ""), NetworkError)


def test_too_many_requests_at_once_are_asked_again(server):
    said = {"error": "Rate limit exceeded", "message": "Rate limit exceeded: 100 requests per second."}
    server.expect_ordered_request("/works").respond_with_json(said, status=429, headers={"Retry-After": "0"})
    server.expect_ordered_request("/works").respond_with_json(page([("2023", 200)]))
    assert [offer.part for offer in openalex.parts(Session())] == ["2023"]


def test_a_filter_that_is_not_known_is_said(server):
    said = {"error": "Invalid query parameters error.", "message": "is_retracted is not a valid field."}
    server.expect_request("/works").respond_with_json(said, status=400)
    with pytest.raises(SourceError, match=re.escape("was not understood: is_retracted is not a valid field.")):
        openalex.parts(Session())


SECRET = "k3y-that-nobody-must-read"


def test_the_key_is_in_the_header_and_in_no_address_receipt_or_error(server, home, monkeypatch):
    monkeypatch.setenv("IUR_OPENALEX_KEY", SECRET)
    answering(server, GROUPS["all"])
    server.clear()
    seen: list[Request] = []

    def answer(request: Request) -> Response:
        seen.append(request)
        if request.args["group_by"] == "publication_year":
            return Response(json.dumps(page([("2023", 200)])))
        if request.args.get("cursor"):
            return Response(json.dumps(page(sorted(GROUPS["all"].items()))))
        return Response(json.dumps(page(sorted(GROUPS["all"].items()), page=1)))

    server.expect_request("/works").respond_with_handler(answer)
    assert not [o.failed for o in steps.ingest(home, "openalex", fetch_only=True) if o.failed]
    # One call for the years, and two for each of six sectors.
    assert len(seen) == 13
    assert {request.headers["Authorization"] for request in seen} == {f"Bearer {SECRET}"}
    assert not [request.url for request in seen if SECRET in request.url]
    assert not [path for path in home.root.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    server.clear()
    server.expect_request("/works").respond_with_json({"message": f"no such key: {SECRET}"}, status=400)
    (outcome,) = steps.ingest(home, "openalex")
    assert "no such key: [key]" in outcome.failed


# Parts


@pytest.mark.parametrize(
    ("works", "first_digits"),
    [(7, 7), (99, 99), (142, 140), (5_149_999, 5_100_000), (5_150_000, 5_100_000), (5_200_000, 5_200_000)],
)
def test_a_version_moves_with_the_first_two_digits(works, first_digits):
    assert openalex._rounded(works) == first_digits


def test_the_newest_years_are_renewed_every_quarter_and_older_ones_every_year(server, monkeypatch):
    class Day(dt.date):
        @classmethod
        def today(cls):
            return cls(2031, 11, 5)

    monkeypatch.setattr(openalex.dt, "date", Day)
    told = [(str(year), 5_123_456) for year in range(2026, 2032)] + [("2033", 0)]
    server.expect_request("/works").respond_with_json(page(told, page=1))
    offers = {offer.part: offer.version for offer in openalex.parts(Session())}
    assert offers == {
        **dict.fromkeys(("2026", "2027", "2028"), "2031: 5,100,000 works or more"),
        **dict.fromkeys(("2029", "2030", "2031"), "2031Q4: 5,100,000 works or more"),
    }
    ((request, _),) = server.log
    assert request.args["filter"] == "type:article|review,is_retracted:false,publication_year:2008-2031"


def test_a_cursor_is_sent_as_it_came(server, tmp_path):
    """It is base64, with signs that mean something else in an address."""
    cursor = base64.b64encode(b"\xfb\xef\xbe?>").decode()
    asked = []

    def answer(request: Request) -> Response:
        asked.append(request.args.get("cursor"))
        told = page([(OXFORD, 5)], page=1) if not asked[-1] else page([(OXFORD, 5)], cursor)
        return Response(json.dumps(page([]) if asked[-1] == cursor else told))

    server.expect_request("/works").respond_with_handler(answer)
    groups.collect(Session(), groups.address(server.url_for("").rstrip("/"), 2023, "all"), tmp_path / "file")
    assert asked == [None, "*", cursor]
    assert "+" in cursor


def test_its_facts():
    facts = source.load("openalex").SOURCE
    assert (facts.span("2023").first, facts.span("2023").last) == (2023, 2023)
    assert facts.is_redistributable
