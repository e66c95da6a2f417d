"""Gates over whole tables of a release: row rules, unique keys, references. Computed in DuckDB, judged by GX."""

from pathlib import Path

import duckdb

from expectations import gate
from expectations.contract import Table, literal
from expectations.tables import tables

REFERENCES = (
    ("evidence", "institution_id", "institution", "organisation_id"),
    ("indicator", "institution_id", "institution", "organisation_id"),
    ("coverage_institution", "institution_id", "institution", "organisation_id"),
    ("collaboration", "institution_id", "institution", "organisation_id"),
    ("collaboration", "partner_id", "organisation", "organisation_id"),
    ("institution", "organisation_id", "organisation", "organisation_id"),
    ("linked_party", "organisation_id", "organisation", "organisation_id"),
    ("name_link", "credited_id", "organisation", "organisation_id"),
)
"""Child table and column, and the table and column that must know its values."""


def judge(connection: duckdb.DuckDBPyConnection, built: Path) -> list[str]:
    """Return what is wrong with the tables under a release's folder, in words; nothing if they keep their contracts."""
    figures: dict[str, gate.Figure] = {}
    for table in tables().values():
        if (built / table.name).is_dir():
            rows = f"read_parquet({literal(str(built / table.name / '*.parquet'))})"
            figures |= _figures(connection, table, rows)
    for child, column, parent, key in REFERENCES:
        ((orphans,),) = connection.execute(
            f"""SELECT count(*) FROM {child}
            WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT {key} FROM {parent})"""
        ).fetchall()
        figures[f"{child}: rows whose {column} is in no {parent}"] = (orphans, 0, 0)
    return gate.judge_aggregates(figures)


def _figures(connection: duckdb.DuckDBPyConnection, table: Table, rows: str) -> dict[str, gate.Figure]:
    """Count the rows that break each rule, and the rows beyond one per key."""
    rules = [rule for rule in table.rules if rule.name != "parsed"]
    key = ", ".join(f'"{k}"' for k in table.key)
    broken = "".join(f", count(*) FILTER (NOT ({rule.sql}))" for rule in rules)
    ((total, *counts),) = connection.execute(f"SELECT count(*){broken} FROM {rows}").fetchall()
    ((keys,),) = connection.execute(f"SELECT count(*) FROM (SELECT DISTINCT {key} FROM {rows})").fetchall()
    figures = {f"{table.name}: rows breaking {rule.name}": (n, 0, 0) for rule, n in zip(rules, counts, strict=True)}
    return figures | {f"{table.name}: rows with the key of another": (total - keys, 0, 0)}
