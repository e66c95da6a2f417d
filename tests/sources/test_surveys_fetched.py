"""Surveys fetched over HTTP: ten conditional requests, unchanged tables from raw, a page refused, one address each."""

import hashlib

import pyarrow.parquet as pq
import pytest
from werkzeug import Request, Response

from pipelines import steps
from tests import small_survey as survey
from tests.small_survey import AVONLEA, text

DISCLOSED = ("table-4a", "Number of disclosures", AVONLEA[0], "2017/18")


@pytest.fixture
def published(httpserver, monkeypatch):
    """The ten tables at their addresses, by name, with entity tags; what was asked for and answered."""
    tables = {table: text(table, survey.rows(table), preamble=11, ends="\r\n") for table in survey.LABELS}
    answered: list[tuple[str, int]] = []

    def answer(request: Request) -> Response:
        name = request.path.rpartition("/")[2].removesuffix(".csv")
        tag = f'"{hashlib.sha256(tables[name].encode()).hexdigest()}"'
        is_known = request.headers.get("If-None-Match") == tag
        answered.append((name, 304 if is_known else 200))
        if is_known:
            return Response(status=304, headers={"ETag": tag})
        return Response("\ufeff" + tables[name], headers={"ETag": tag})

    for table in survey.LABELS:
        httpserver.expect_request(f"/kx/{table}.csv").respond_with_handler(answer)
    monkeypatch.setenv("IUR_HEBCI_URL", httpserver.url_for("/kx/table-{table}.csv"))
    return tables, answered


def disclosures(home) -> float:
    wanted = ("disclosures", f"ukprn:{AVONLEA[0]}", "2018-07-31")
    rows = pq.read_table(home.core / "survey_value" / "hebci--all.parquet").to_pylist()
    (value,) = [r["value"] for r in rows if (r["measure"], r["reporter_id"], str(r["period_end"])) == wanted]
    return value


def test_only_what_changed_is_brought_and_the_rest_is_taken_from_raw(home, published):
    tables, answered = published
    (outcome,) = steps.ingest(home, "hebci")
    assert not outcome.failed, outcome.failed
    assert outcome.manifest["balance"]["survey_value"]["kept"] == survey.ROWS
    assert sorted(answered) == sorted((table, 200) for table in survey.LABELS)
    answered.clear()
    (outcome,) = steps.ingest(home, "hebci")
    assert (outcome.fetched, outcome.built) == (False, False)
    assert sorted(answered) == sorted((table, 304) for table in survey.LABELS)
    answered.clear()
    tables["table-4a"] = text("table-4a", survey.rows("table-4a", {DISCLOSED: "14"}), preamble=12)
    (outcome,) = steps.ingest(home, "hebci")
    assert (outcome.fetched, outcome.built) == (True, True)
    assert dict(answered) == {table: 200 if table == "table-4a" else 304 for table in survey.LABELS}
    assert outcome.manifest["balance"]["survey_value"]["kept"] == survey.ROWS
    assert [f["name"] for f in outcome.manifest["receipt"]["files"]] == [f"{table}.csv" for table in survey.LABELS]
    assert disclosures(home) == 14


def test_a_page_in_place_of_one_table_fails_the_part_and_nothing_else_moves(home, published):
    tables, _ = published
    steps.ingest(home, "hebci")
    tables["table-3"] = "<!DOCTYPE html><html><body>Open data has moved</body></html>"
    tables["table-4a"] = text("table-4a", survey.rows("table-4a", {DISCLOSED: "14"}))
    (outcome,) = steps.ingest(home, "hebci")
    assert "table-3.csv" in outcome.failed
    assert "is a web page" in outcome.failed
    assert disclosures(home) == 0
    tables["table-3"] = text("table-3", survey.rows("table-3"))
    (outcome,) = steps.ingest(home, "hebci")
    assert not outcome.failed
    assert disclosures(home) == 14


@pytest.mark.parametrize("source", ["hebci", "hesa"])
def test_an_address_without_a_table_in_it_is_refused(home, monkeypatch, source):
    monkeypatch.setenv(f"IUR_{source.upper()}_URL", "http://127.0.0.1:9/table-1.csv")
    (outcome,) = steps.ingest(home, source)
    assert f"IUR_{source.upper()}_URL is http://127.0.0.1:9/table-1.csv, and names no table" in outcome.failed
    assert "mend: write {table}" in outcome.failed


def test_each_table_of_hesa_has_its_own_address_and_part(home, httpserver, monkeypatch):
    monkeypatch.setenv("IUR_HESA_URL", httpserver.url_for("/data/{table}.csv"))
    httpserver.expect_request("/data/finances/table-1.csv").respond_with_data(
        "Title,Finance\nUKPRN,HE Provider,Academic year,Category marker,Category,Value(£000s)\n"
        + "".join(f"99990001,University of Avonlea,2018/19,Income,{c},0\n" for c in INCOME)
    )
    httpserver.expect_request("/data/staff/table-1.csv").respond_with_data("gone", status=404)
    outcomes = {o.part: o for o in steps.ingest(home, "hesa")}
    assert outcomes["finance-table-1"].manifest["balance"]["survey_value"]["kept"] == 7
    assert [f["name"] for f in outcomes["finance-table-1"].manifest["receipt"]["files"]] == ["finance-table-1.csv"]
    assert "answered 404" in outcomes["staff-table-1"].failed
    assert "staff-table-1" in outcomes["staff-table-1"].failed


INCOME = (
    "Tuition fees and education contracts", "Funding body grants", "Research grants and contracts", "Other income",
    "Investment income", "Donations and endowments", "Total income",
)  # fmt: skip
