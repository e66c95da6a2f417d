"""Files of a table written together are those written one by one, to the byte."""

import duckdb

from expectations.contract import arrow_schema
from expectations.simulate import rows
from expectations.tables import table
from pipelines import write
from warehouse.reuse import Reuse


def test_files_written_from_one_query_are_the_bytes_of_a_query_for_each(tmp_path, monkeypatch):
    import pyarrow as pa

    there = table("indicator")
    held = [row | {"indicator": name} for name in ("joint.grants", "joint.funding", "a.b") for row in rows(there, 40)]
    written = {}
    for way, most in (("together", write.TOGETHER), ("apart", 0)):
        monkeypatch.setattr(write, "TOGETHER", most)
        (tmp_path / way / "indicator").mkdir(parents=True)
        with duckdb.connect() as connection:
            made = pa.Table.from_pylist(list(reversed(held)), schema=arrow_schema(there))
            connection.register("made", made)
            connection.execute("CREATE TABLE indicator AS SELECT * FROM made")
            digests = write._files(connection, there, Reuse())
            write._write(connection, there, digests, tmp_path / way, Reuse())
        written[way] = {p.name: p.read_bytes() for p in (tmp_path / way / "indicator").iterdir()}
    assert sorted(written["together"]) == ["a.b.parquet", "joint.funding.parquet", "joint.grants.parquet"]
    assert written["together"] == written["apart"]
