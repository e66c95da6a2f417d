"""A log of conveyances: a later day's record stands for an older one's, with all that belongs to it."""

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines import settle
from pipelines.sources.uspto_assignments import SOURCE

FIRST, SECOND = "uspto:070001/0001", "uspto:070001/0002"
PARTS = {
    # part: its records, as (id, kind, purged, how many grantees, how many properties)
    "20260112": [(FIRST, "licence", False, 1, 1)],
    "20260113": [(SECOND, "assignment", True, 1, 0)],
    "20231231-01": [(SECOND, "merger", False, 1, 1)],
    "upad-2025": [(FIRST, "assignment", False, 3, 2), (SECOND, "assignment", False, 2, 2)],
}


def test_a_later_day_stands_for_the_older_record_with_all_that_belongs_to_it(tmp_path):
    for part, records in PARTS.items():
        rows = {"transfer": [], "transfer_party": [], "transfer_patent": []}
        for id_, kind, is_purged, grantees, properties in records:
            own = {"source": "uspto_assignments", "part": part, "transfer_id": id_}
            rows["transfer"].append({**own, "kind": kind, "rule": kind, "is_purged": is_purged})
            rows["transfer_party"] += [{**own, "party_no": 100_001 + n, "role": "grantee"} for n in range(grantees)]
            rows["transfer_patent"] += [{**own, "property_no": 1 + n} for n in range(properties)]
        for name, found in rows.items():
            path = tmp_path / name / f"uspto_assignments--{part}.parquet"
            path.parent.mkdir(exist_ok=True)
            pq.write_table(pa.Table.from_pylist(found, arrow_schema(table(name))), path)
    with duckdb.connect() as connection:
        lost = settle.settle(connection, tmp_path, {SOURCE.name: SOURCE}, [(SOURCE.name, part) for part in PARTS])
    # Of the research data set two records, five grantees and four properties; of the back file one of each.
    assert lost == {(SOURCE.name, "upad-2025"): 11, (SOURCE.name, "20231231-01"): 3}
    left = {name: pq.read_table(tmp_path / name).to_pylist() for name in SOURCE.tables}
    assert {(r["transfer_id"], r["kind"], r["is_purged"]) for r in left["transfer"]} == {
        (FIRST, "licence", False), (SECOND, "assignment", True)}  # fmt: skip
    assert {(r["transfer_id"], r["part"]) for r in left["transfer_party"]} == {
        (FIRST, "20260112"), (SECOND, "20260113")}  # fmt: skip
    assert [(r["transfer_id"], r["part"]) for r in left["transfer_patent"]] == [(FIRST, "20260112")]
