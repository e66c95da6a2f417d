"""Maintenance-fee events: both layouts line by line, codes by the seed, what nobody explains, what is damaged."""

import csv
import datetime as dt
import zipfile
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest

from expectations.tables import table as contract
from pipelines import odp, steps
from pipelines.demo.records import World
from pipelines.demo.us import fee_files
from pipelines.patents import fees
from pipelines.source import SourceError
from pipelines.sources import uspto_maintenance
from tests import golden

GOLDEN = (1, "655c0d184b0219b6")

WIDE = """\
0000007158706 10360119 N 20030207 20070102 20100615 M1551
0000007158706 10360119 N 20030207 20070102 20150112 EXP.
0000007158706 10360119 N 20030207 20070102 20150630 EXPX
00000RE035000 08123456 Y 19930101 19950801 19990120 M283
0000000534340 29231270 M 20050602 20070102 20110101 M3552
0000007158706 10360119 N 20030207 20070102 20150630 ZZ9
0000007158706 10360119 N 20030207 20070102 20150630 ZZ9

"""

NARROW = """\
7158706 10360119 N 20030207 20070102 20100615 M1551
RE35000 08123456 Y 19930101 19950801 19990120 M283
4000001          ? 00000000 19820105 19850706 M170 \r
"""


@pytest.fixture
def ingest(home, tmp_path):
    """Return a function that ingests a file of events; it gives the outcome and the rows kept."""

    def ingested(events, codes=None, name="MaintFeeEvents_20260615.txt"):
        path = tmp_path / "mirror" / "uspto_maintenance" / "MaintFeeEvents.zip"
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, events if isinstance(events, bytes) else events.encode("latin-1"))
            if codes:
                archive.writestr("MaintFeeEventsDesc_20260615.txt", codes)
        (outcome,) = steps.ingest(home, "uspto_maintenance", tmp_path / "mirror")
        kept = home.core / "patent_fee" / "uspto_maintenance--all.parquet"
        return outcome, pq.read_table(kept).to_pylist() if not outcome.failed else []

    return ingested


def only(rows, *names):
    return [tuple(row[name] for name in names) for row in rows]


def test_events_are_known_by_patent_day_and_code(ingest):
    outcome, rows = ingest(WIDE, "M1551  Something known\nZZ9  Simulated\n")
    assert not outcome.failed
    assert only(rows, "patent_id", "event_on", "code", "kind", "stage", "entity_size") == [
        ("us:534340", dt.date(2011, 1, 1), "M3552", "paid", 8, "micro"),
        ("us:7158706", dt.date(2010, 6, 15), "M1551", "paid", 4, "large"),
        ("us:7158706", dt.date(2015, 1, 12), "EXP.", "expired", None, "large"),
        ("us:7158706", dt.date(2015, 6, 30), "EXPX", "revived", None, "large"),
        ("us:7158706", dt.date(2015, 6, 30), "ZZ9", "unknown", None, "large"),
        ("us:RE35000", dt.date(1999, 1, 20), "M283", "paid", 4, "small"),
    ]
    assert only(rows[1:2], "application_id", "filed_on", "granted_on") == [
        ("us-app:10360119", dt.date(2003, 2, 7), dt.date(2007, 1, 2))
    ]
    book = outcome.manifest["balance"]["patent_fee"]
    assert (book["read"], book["kept"], book["dropped"]) == (7, 6, {"duplicate_row": 1})
    assert outcome.warnings == [
        "MaintFeeEvents.zip: code ZZ9 in 2 events is not in the seed fee_codes; the publisher says: Simulated"
    ]
    assert outcome.manifest["observes"] == ["maintenance_fees"]


def test_an_older_file_is_six_columns_narrower(ingest):
    outcome, rows = ingest(NARROW)
    assert only(rows, "patent_id", "event_on", "code", "application_id", "filed_on", "entity_size") == [
        # M170 is of the law of 1980, which knew no small entities.
        ("us:4000001", dt.date(1985, 7, 6), "M170", None, None, "large"),
        ("us:7158706", dt.date(2010, 6, 15), "M1551", "us-app:10360119", dt.date(2003, 2, 7), "large"),
        ("us:RE35000", dt.date(1999, 1, 20), "M283", "us-app:08123456", dt.date(1993, 1, 1), "small"),
    ]
    assert not outcome.warnings


def test_both_layouts_in_one_file_are_told_by_the_line(ingest):
    outcome, rows = ingest(WIDE + NARROW.replace("20100615", "20100616"))
    assert sum(row["patent_id"] == "us:7158706" for row in rows) == 5
    assert "MaintFeeEvents.zip: 3 lines are of the older layout, and others of the newer one" in outcome.warnings


def many(times=300):
    return "".join(f"{7_000_000 + n:013d} 10360119 N 20030207 20070102 20100615 M1551\n" for n in range(times))


def test_lines_that_cannot_be_read_are_refused_alone(ingest, home):
    bad = "no line\n0000000000000 10360119 N 20030207 20070102 20100615 M1551\n"
    bad += "0000007158706 10360119 N 20030207 20070102 20101332 \xc91551\n"
    outcome, rows = ingest(many() + bad + many(600)[300 * 58 :])
    assert (outcome.failed, len(rows)) == ("", 600)
    refused = pq.read_table(home.quarantine / "patent_fee" / "uspto_maintenance--all.parquet").to_pylist()
    assert only(refused, "_line") == [(301,), (302,), (303,)]
    assert [row["reason"].split(";")[0] for row in refused] == [
        "no line of either layout: no line",
        "patent number: 0000000000000 is none",
        "event date: 20101332 is not a day",
    ]


def test_columns_elsewhere_fail_and_more_columns_are_told(ingest):
    outcome, _ = ingest(many().replace(" M1551", ""))
    assert "column missing in all 300 lines: event code" in outcome.failed
    outcome, rows = ingest(many().replace(" M1551", " M1551 SURPRISE"))
    assert outcome.warnings == ["MaintFeeEvents.zip: new column: 300 lines go on behind the event code"]
    assert {row["code"] for row in rows} == {"M1551"}


def test_an_archive_without_events_fails(ingest):
    outcome, _ = ingest(WIDE, name="MaintFeeEventsDesc.txt")
    assert "holds 0 files of events where one is due" in outcome.failed


def test_the_simulated_file_is_read_in_either_layout(home, tmp_path):
    path = tmp_path / "uspto_maintenance" / "MaintFeeEvents.zip"
    path.parent.mkdir()
    fee_files.write(World(projects=120), path, is_old=True)
    (outcome,) = steps.ingest(home, "uspto_maintenance", tmp_path)
    book = outcome.manifest["balance"]["patent_fee"]
    assert (book["read"] - book["kept"], book["dropped"]) == (1, {"duplicate_row": 1})


def test_the_seed_keeps_the_contracts_words():
    with (fees._SEED).open(encoding="utf-8", newline="") as file:
        codes = list(csv.DictReader(file))
    kinds = set(contract("patent_fee").column("kind").allowed) - {"unknown"}
    assert {row["kind"] for row in codes} == kinds
    assert {row["entity"] for row in codes} == {"", "large", "small", "micro"}
    assert {row["stage"] for row in codes} == {"", "4", "8", "12"}
    assert all(row["source"] and row["meaning"] for row in codes)
    assert len({row["code"] for row in codes}) == len(codes)
    # Whoever has paid, has paid for a stage; no other kind of event settles one.
    assert all(row["stage"] and row["entity"] for row in codes if row["kind"] == "paid")


def entry(name, day, is_data=True):
    moment = dt.datetime.fromisoformat(day)
    return odp.Entry(name, f"https://example.org/{name}", is_data, 1, moment.date(), moment.date(), moment, moment)


def test_the_newest_file_of_events_is_offered(monkeypatch):
    listed = [entry("MaintFeeEvents_20260608.zip", "2026-06-08"), entry("MaintFeeEvents_20260615.zip", "2026-06-15"),
              entry("PTMNFEE2-description.pdf", "2026-06-20", is_data=False)]  # fmt: skip
    monkeypatch.setattr(odp, "disabled", str)
    monkeypatch.setattr(odp, "files", lambda session, product: listed)
    (offer,) = uspto_maintenance.parts(SimpleNamespace())
    assert (offer.part, offer.urls) == ("all", ("https://example.org/MaintFeeEvents_20260615.zip",))
    listed[:2] = []
    with pytest.raises(SourceError, match="lists no file of events"):
        uspto_maintenance.parts(SimpleNamespace())


def test_golden_sample(ingest):
    """Change VERSION in pipelines/sources/uspto_maintenance.py together with this digest."""
    assert (uspto_maintenance.VERSION, golden.digest(ingest(WIDE)[1])) == GOLDEN
