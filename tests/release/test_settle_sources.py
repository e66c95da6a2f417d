"""Patents that two sources tell: the disambiguated record wins, and what the weekly file says of it goes."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines import source
from pipelines.settle import settle
from warehouse import scratch

VIEW, WEEKLY = "patentsview", "uspto_grants"
TABLES = ("patent", "patent_party", "patent_citation")


def sources(yields_to=(VIEW,)):
    facts = replace(source.load("cordis").SOURCE, tables=TABLES, spans={})
    return {
        VIEW: replace(facts, name=VIEW, part_kind="snapshot"),
        WEEKLY: replace(facts, name=WEEKLY, part_kind="period", yields_to=yields_to),
    }


def write(built, name, part, patents, owners=(), cited=()):
    """Write a part: patents by number and title, owners by patent, number and name, citations by patent and number."""
    both = {"source": name, "part": part}
    patent = {"office": "US", "is_granted": True}
    party = {"role": "assignee", "sequence": 0, "is_person": False}
    rows = {
        "patent": [both | patent | {"patent_id": f"us:{i}", "title": t} for i, t in patents],
        "patent_party": [both | party | {"patent_id": f"us:{i}", "party_no": n, "name": x} for i, n, x in owners],
        "patent_citation": [both | {"patent_id": f"us:{i}", "sequence": n, "cited_id": "us:1"} for i, n in cited],
    }
    for kind, there in rows.items():
        if there:
            path = built / kind / f"{name}--{part}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.Table.from_pylist(there, schema=arrow_schema(table(kind))), path)


def settled(built, tmp_path, parts, facts=None):
    (tmp_path / "work").mkdir()
    with scratch.connect(tmp_path / "work") as connection:
        return settle(connection, built, facts or sources(), parts)


def read(built, name):
    return [tuple(row.values()) for row in pq.read_table(built / name).to_pylist()]


@pytest.fixture
def built(tmp_path):
    built = tmp_path / "built"
    write(built, VIEW, "all", [(10, "Disambiguated"), (11, "Older")], [(10, 1, "Acme Inc"), (11, 1, "Acme Inc")])
    write(
        built,
        WEEKLY,
        "20250923",
        [(10, "As printed"), (12, "Too new")],
        # PatentsView knows one owner of 10: the second one, as printed, must not stay beside it.
        [(10, 1, "ACME, INC."), (10, 2, "ACME HOLDINGS"), (12, 1, "ACME, INC.")],
        [(10, 0), (10, 1), (12, 0)],
    )
    write(built, WEEKLY, "20250930", [(13, "Newest")], [(13, 1, "ACME, INC.")])
    return built


PARTS = [(VIEW, "all"), (WEEKLY, "20250923"), (WEEKLY, "20250930")]


def test_the_disambiguated_record_wins_and_all_that_hangs_on_the_other_goes(built, tmp_path):
    # Of the week of 23 September: patent 10, both its owners and both its citations.
    assert settled(built, tmp_path, PARTS) == {(WEEKLY, "20250923"): 5}
    patents = pq.read_table(built / "patent").to_pylist()
    assert sorted((p["source"], p["patent_id"], p["title"]) for p in patents) == [
        (VIEW, "us:10", "Disambiguated"), (VIEW, "us:11", "Older"),
        (WEEKLY, "us:12", "Too new"), (WEEKLY, "us:13", "Newest"),
    ]  # fmt: skip
    owners = pq.read_table(built / "patent_party").to_pylist()
    assert sorted((p["patent_id"], p["name"]) for p in owners) == [
        ("us:10", "Acme Inc"), ("us:11", "Acme Inc"), ("us:12", "ACME, INC."), ("us:13", "ACME, INC."),
    ]  # fmt: skip
    assert [p["patent_id"] for p in pq.read_table(built / "patent_citation").to_pylist()] == ["us:12"]


def test_a_file_that_loses_nothing_is_left_alone(built, tmp_path):
    kept = [built / "patent" / f"{VIEW}--all.parquet", built / "patent" / f"{WEEKLY}--20250930.parquet"]
    before = [path.stat().st_ino for path in kept]
    settled(built, tmp_path, PARTS)
    assert [path.stat().st_ino for path in kept] == before


@pytest.mark.parametrize("parts", [PARTS[1:], PARTS[:1]])
def test_one_source_alone_gives_nothing_up(built, tmp_path, parts):
    assert settled(built, tmp_path, parts) == {}


def test_who_yields_to_nobody_keeps_its_records(built, tmp_path):
    assert settled(built, tmp_path, PARTS, sources(yields_to=())) == {}


def test_a_correction_of_the_weekly_files_goes_with_its_patent(built, tmp_path):
    """A patent in two weekly parts and in PatentsView: one row is superseded by the later part, one yields."""
    write(built, WEEKLY, "20251007", [(10, "Corrected")], [(10, 1, "ACME INC.")])
    lost = settled(built, tmp_path, [*PARTS, (WEEKLY, "20251007")])
    assert lost == {(WEEKLY, "20250923"): 5, (WEEKLY, "20251007"): 2}
