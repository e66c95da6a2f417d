"""Gates over whole tables of a release: row rules, unique keys, references. Computed in DuckDB, judged by GX."""

from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from expectations import gate
from expectations.contract import Table, literal
from expectations.tables import tables
from warehouse.reuse import Reuse

REFERENCES = (
    ("evidence", "institution_id", "institution", "organisation_id"),
    ("indicator", "institution_id", "institution", "organisation_id"),
    ("coverage_institution", "institution_id", "institution", "organisation_id"),
    ("peer_group", "institution_id", "institution", "organisation_id"),
    ("peer", "institution_id", "institution", "organisation_id"),
    ("peer", "neighbour_id", "institution", "organisation_id"),
    ("ranking", "institution_id", "institution", "organisation_id"),
    ("composite_part", "institution_id", "institution", "organisation_id"),
    ("composite_rank", "institution_id", "institution", "organisation_id"),
    ("collaboration", "institution_id", "institution", "organisation_id"),
    ("collaboration", "partner_id", "organisation", "organisation_id"),
    ("partner_candidate", "company_id", "organisation", "organisation_id"),
    ("partner_candidate", "institution_id", "institution", "organisation_id"),
    ("institution", "organisation_id", "organisation", "organisation_id"),
    ("linked_party", "organisation_id", "organisation", "organisation_id"),
    ("name_link", "credited_id", "organisation", "organisation_id"),
    ("award_same", "award_id", "award", "award_id"),
    ("award_same", "same_as", "award", "award_id"),
    ("award_patent", "award_id", "award", "award_id"),
    ("patent_party", "patent_id", "patent", "patent_id"),
    ("patent_class", "patent_id", "patent", "patent_id"),
    ("patent_funding", "patent_id", "patent", "patent_id"),
    ("patent_citation", "patent_id", "patent", "patent_id"),
    ("award_field", "award_id", "award", "award_id"),
    ("transfer_party", "transfer_id", "transfer", "transfer_id"),
    ("transfer_patent", "transfer_id", "transfer", "transfer_id"),
    ("title_chain", "transfer_id", "transfer", "transfer_id"),
)
"""Child table and column, and the table and column that must know its values.

A cited patent, one that was conveyed or whose fee was paid may be older than what any source holds, and a patent that
a funder lists may be another office's: these know no parent.
"""


WITHIN = ("evidence", "indicator", "name_link")
"""Tables whose files are told apart by a column of the key: a key is unique if it is in its file."""


def judge(connection: duckdb.DuckDBPyConnection, built: Path, reuse: Reuse) -> tuple[dict[str, gate.Figure], list[str]]:
    """Return the figures by which the tables under a release's folder are judged, and what is wrong, in words.

    A file that was judged in the former release under the same contracts broke none, and is not read again;
    keys and references are judged anew where a file on either side changed.
    """
    figures: dict[str, gate.Figure] = {}
    for table in tables().values():
        if (built / table.name).is_dir():
            figures |= _figures(connection, table, built, reuse)
    for child, column, parent, key in REFERENCES:
        orphans = 0
        if not (reuse.is_unchanged(child) and reuse.is_unchanged(parent)):
            ((orphans,),) = connection.execute(
                f"""SELECT count(*) FROM {child}
                WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT {key} FROM {parent})"""
            ).fetchall()
        figures[f"{child}: rows whose {column} is in no {parent}"] = (orphans, 0, 0)
    return figures, gate.judge_aggregates(figures)


def _figures(connection: duckdb.DuckDBPyConnection, table: Table, built: Path, reuse: Reuse) -> dict[str, gate.Figure]:
    """Count the files and rows, the rows that break each rule, and the rows beyond one per key."""
    rules = [rule for rule in table.rules if rule.name != "parsed"]
    paths = sorted((built / table.name).glob("*.parquet"))
    new = [path for path in paths if not reuse.is_judged(f"{table.name}/{path.name}")]
    total = sum(pq.read_metadata(path).num_rows for path in paths)
    counts, twice = [0] * len(rules), 0
    if new:
        broken = "".join(f", count(*) FILTER (NOT ({rule.sql}))" for rule in rules)
        ((_, *counts),) = connection.execute(f"SELECT count(*){broken} FROM {_rows(new)}").fetchall()
    if not reuse.is_unchanged(table.name):
        key = ", ".join(f'"{k}"' for k in table.key)
        if looked_at := new if table.name in WITHIN else paths:
            rows = sum(pq.read_metadata(path).num_rows for path in looked_at)
            twice = rows - _keys(connection, f"hash({key})", looked_at)
            if twice:  # counting hashes is several times faster than counting texts; only a difference is looked into
                twice = rows - _keys(connection, f"({key})", looked_at)
    return {
        f"{table.name}: files": (len(paths), None, None),
        f"{table.name}: rows": (total, None, None),
        **{f"{table.name}: rows breaking {rule.name}": (n, 0, 0) for rule, n in zip(rules, counts, strict=True)},
        f"{table.name}: rows with the key of another": (twice, 0, 0),
    }


def _keys(connection: duckdb.DuckDBPyConnection, key: str, paths: list[Path]) -> int:
    ((found,),) = connection.execute(f"SELECT count(DISTINCT {key}) FROM {_rows(paths)}").fetchall()
    return int(found)


def _rows(paths: list[Path]) -> str:
    return f"read_parquet([{', '.join(literal(str(path)) for path in paths)}])"
