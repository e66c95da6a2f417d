"""World Bank series: two pages in a file, countries and not aggregates, numbers as text, answers that are none."""

import json

import duckdb
import pytest
import requests

from pipelines import demo, steps
from pipelines.demo.faults import Fault
from pipelines.demo.records import World
from pipelines.demo.server import Publishers
from pipelines.sources import worldbank
from warehouse import files

PPP = "PA.NUS.PPP"


def record(iso2, iso3, year, value, indicator=PPP):
    return {
        "indicator": {"id": indicator, "value": "PPP conversion factor, GDP (LCU per international $)"},
        "country": {"id": iso2, "value": "a place"},
        "countryiso3code": iso3,
        "date": year,
        "value": value,
        "unit": "",
        "obs_status": "",
        "decimal": 1,
    }


RECORDS = [
    record("ZJ", "", "2020", 1.5),
    record("EU", "EUU", "2020", 0.7),
    record("GB", "GBR", "2021", None),
    record("GB", "GBR", "2020", 0.6871),
    record("US", "USA", "2020", "1"),
    record("XK", "XKX", "2020", 0.35),
]


def page(records, number=1, total=6, size="3"):
    head = {"page": number, "pages": 2, "per_page": size, "total": total, "lastupdated": "2026-01-15"}
    return json.dumps([head, records])


def text(records=RECORDS):
    total = len(records)
    return "\n".join((page(records[:3], 1, total), page(records[3:], 2, total, 3))) + "\n"


def ingested(home, tmp_path, body, name="ppp.json"):
    folder = tmp_path / "mirror" / "worldbank"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(body)
    (outcome,) = steps.ingest(home, "worldbank", tmp_path / "mirror")
    return outcome


def test_countries_are_kept_and_aggregates_and_nulls_dropped_with_their_reasons(home, tmp_path):
    outcome = ingested(home, tmp_path, text())
    assert not outcome.failed, outcome.failed
    book = outcome.manifest["balance"]["country_series"]
    assert (book["read"], book["kept"], book["quarantined"]) == (6, 3, 0)
    assert book["dropped"] == {"aggregate": 2, "no_value": 1}
    assert not outcome.warnings
    rows = duckdb.sql(
        f"SELECT series, country, year, value FROM '{home.core}/country_series/worldbank--ppp.parquet' ORDER BY ALL"
    ).fetchall()
    assert rows == [("ppp", "GB", 2020, 0.6871), ("ppp", "US", 2020, 1.0), ("ppp", "XK", 2020, 0.35)]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (record("GB", "GBR", "2019", 0.7, "SP.POP.TOTL"), "indicator: is SP.POP.TOTL, not PA.NUS.PPP"),
        (record("GB", "GBR", "2019Q1", 0.7), "date: 2019Q1 is not a year"),
        (record("GB", "GBR", "2019", "n.a."), "value: n.a. is not a number"),
        (record("GB", "GBR", "2019", "NaN"), "value: NaN is not a number"),
        (record("GB", "DEU", "2019", 0.7), "countryiso3code: DEU beside GB"),
        (record("GB", "", "2019", 0.7), "countryiso3code: blank beside GB"),
        (record("GB", "GBR", "2019", -1), "value"),
    ],
)
def test_a_record_that_cannot_be_is_quarantined_and_said_why(home, tmp_path, changed, says):
    # A hundred sound years, so that one refused row is within the contract's tolerance.
    many = [record("US", "USA", str(year), 1.0) for year in range(1960, 2025)]
    many += [record("DE", "DEU", str(year), 0.8) for year in range(1960, 2018)]
    outcome = ingested(home, tmp_path, text([*many, changed]))
    assert not outcome.failed, outcome.failed
    book = outcome.manifest["balance"]["country_series"]
    assert (book["read"], book["kept"], book["quarantined"]) == (124, 123, 1)
    ((reason,),) = duckdb.sql(f"SELECT reason FROM '{home.quarantine}/country_series/*.parquet'").fetchall()
    assert says in reason


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('<?xml version="1.0"?><wb:countries/>', "XML or a page, not JSON"),
        ("<!DOCTYPE html><html></html>", "is a web page"),
        (
            '[{"message":[{"id":"120","key":"Invalid value","value":"The provided parameter value is not valid"}]}]',
            "the service refuses: Invalid value: The provided parameter value is not valid",
        ),
        (page(None, total=0), "has no row for country_series"),
        (page(RECORDS[:3]), "holds 3 records where 6 are announced"),
        (text() + page(RECORDS[:3]), "holds 9 records where 6 are announced"),
        (text()[:-40], ""),
        ("", "nothing"),
        (page([r | {"value2": 1} for r in RECORDS]).replace('"date"', '"year"'), "column missing: date"),
    ],
)
def test_an_answer_that_is_none_fails_the_part(home, tmp_path, body, says):
    outcome = ingested(home, tmp_path, body)
    assert says in outcome.failed
    assert outcome.failed
    assert not home.manifests()


def test_a_new_field_is_a_warning(home, tmp_path):
    outcome = ingested(home, tmp_path, text([r | {"footnote": ""} for r in RECORDS]))
    assert outcome.warnings == ["ppp.json: new column footnote"]


def test_every_country_has_two_letters_of_its_own():
    found = worldbank.countries()
    assert found["GBR"] == "GB"
    assert found["XKX"] == "XK"
    assert "EUU" not in found
    assert len(found) >= 250


def test_an_answer_is_taken_apart_or_refused():
    head, records = worldbank.answer(page(None, total=0))
    assert (head["total"], records) == (0, [])
    with pytest.raises(ValueError, match="head and records"):
        worldbank.answer('{"total": 3}')


def test_the_address_asks_for_json(monkeypatch):
    monkeypatch.setenv("IUR_WORLDBANK_URL", "http://127.0.0.1:1/v2/")
    assert worldbank.address("ppp") == "http://127.0.0.1:1/v2/country/all/indicator/PA.NUS.PPP?format=json"


@pytest.fixture
def service():
    with Publishers(World(projects=200), ["worldbank"]) as running, demo.pointed_to(running):
        yield running


def test_a_series_is_brought_by_pages_and_asked_for_again_when_its_day_moves(home, service):
    outcomes = steps.ingest(home, "worldbank")
    assert {o.part: o.failed for o in outcomes} == dict.fromkeys(worldbank.SERIES, "")
    # Of each series the day of change, then two pages of a thousand.
    assert [service.count(f"worldbank/{part}") for part in worldbank.SERIES] == [3] * 5
    receipt = files.read_json(home.receipt("worldbank", "ppp"))
    assert (receipt["version"], receipt["announced"]) == ("2026-01-15", 45 * 36)
    service.forget()
    assert not any(o.fetched for o in steps.ingest(home, "worldbank"))
    assert [service.count(f"worldbank/{part}") for part in worldbank.SERIES] == [1] * 5
    service.publish(service.world.next())
    assert all(o.fetched and o.built for o in steps.ingest(home, "worldbank"))
    assert files.read_json(home.receipt("worldbank", "ppp"))["version"] == "2026-02-12"


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault(moves=1), "announced"),
        (Fault(cap=1_200), "announced"),
        (Fault(is_page=True), "XML or a page"),
        (Fault(status=404), "404"),
    ],
)
def test_a_series_that_is_not_given_whole_fails_its_part_and_no_other(home, service, fault, says):
    service.fail("worldbank/ppp", fault)
    outcomes = {o.part: o for o in steps.ingest(home, "worldbank")}
    assert says in outcomes["ppp"].failed
    assert ("worldbank", "ppp") not in home.manifests()
    assert not any(o.failed for part, o in outcomes.items() if part != "ppp")


@pytest.mark.parametrize(
    ("query", "begins"),
    [
        ("", b"<?xml"),
        ("?format=json&per_page=0", b'[{"message"'),
        ("?format=json&date=1066", b'[{"page": 1, "pages": 0'),
    ],
)
def test_the_simulated_service_has_the_traps_of_the_real_one(service, query, begins):
    answer = requests.get(service.base + service.paths["worldbank/ppp"] + query)
    assert answer.status_code == 200
    assert answer.content.startswith(begins)


def test_the_simulated_service_gives_fifty_records_unless_asked(service):
    head, records = requests.get(service.base + service.paths["worldbank/ppp"] + "?format=json").json()
    assert (head["per_page"], len(records)) == ("50", 50)
