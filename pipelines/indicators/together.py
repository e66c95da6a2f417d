"""What is formed of all values together: peers, places among them, the composite, and the answers of the framework.

All of it is made anew where anything it looks at changed, and else stands in the former release.
"""

from collections.abc import Mapping
from types import MappingProxyType

import duckdb

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines import parts
from pipelines.indicators import composite, framework, headline, neighbours, profile, ranking
from pipelines.indicators.catalogue import catalogue
from pipelines.indicators.observe import Part
from pipelines.source import Source
from warehouse import files
from warehouse.reuse import Reuse

TABLES = ("peer_group", "peer", "ranking", "composite_part", "composite_rank", "sensitivity", "framework")
_VALUES = f"indicator/{composite.ID}.parquet"


def form(
    connection: duckdb.DuckDBPyConnection,
    sources: Mapping[str, Source],
    reuse: Reuse | None = None,
    facts: Mapping[Part, frozenset[str]] = MappingProxyType({}),
) -> None:
    """Create TABLES and add the rows of `composite.iur` to `indicator`.

    Needs what `compute` needs and makes. `sources` are the facts about the sources of the release by name, `facts` what
    each part tells, as `compute` returns it. What `reuse` knows to be unchanged is carried over: the tables are then
    there and empty.
    """
    reuse = reuse or Reuse()
    carried = [name for name in reuse.carried.get("indicator", []) if name != _VALUES]
    if "indicator" in reuse.carried:
        reuse.carry("indicator", carried)
    standing = [path for name in carried if (path := reuse.whole(name)) is not None]
    headline.show(connection, catalogue().values(), standing)
    profile.write(connection)
    told = {"all": _digest(connection, sources, facts)}
    # Noted first: without a former release there is nothing to be the same.
    is_same = reuse.same("together", told) == told.keys()
    former = {name: reuse.whole(f"{name}/{name}.parquet") for name in TABLES if name != "peer_group"}
    if is_same and all(former.values()) and (reuse.whole(_VALUES) or _VALUES not in reuse.former["files"]):
        _carry(connection, reuse, carried)
        return
    neighbours.write(connection)
    ranking.write(connection)
    composite.write(connection)
    _add(connection)
    framework.write(connection, sources, facts)


def _digest(
    connection: duckdb.DuckDBPyConnection, sources: Mapping[str, Source], facts: Mapping[Part, frozenset[str]]
) -> str:
    """Return a digest of all that is looked at; the code and the seeds are known to be the same."""
    looked_at = {
        "iur_headline": headline.COLUMNS,
        "iur_profile": ("institution_id", "country", "profile"),
        "peer_group": tuple(c.name for c in table("peer_group").columns),
        "coverage": ("source", "year", "parts_expected", "parts_present", "is_complete", "reason"),
        "coverage_institution": ("source", "institution_id", "records"),
        "(SELECT institution_id, amount FROM evidence WHERE measure = 'publications')": ("institution_id", "amount"),
    }
    told = [
        str(connection.execute(f"SELECT {parts.rows_digest(columns)} FROM {name}").fetchall()[0][0])
        for name, columns in looked_at.items()
    ]
    parts_tell = [f"{name} {part} {' '.join(sorted(held))}" for (name, part), held in sorted(facts.items())]
    return files.digest(*told, *sorted(sources), *parts_tell)


def _carry(connection: duckdb.DuckDBPyConnection, reuse: Reuse, carried: list[str]) -> None:
    for name in TABLES:
        if name == "peer_group":  # formed to be looked at: its file is the former one by its rows
            continue
        reuse.carry(name, [f"{name}/{name}.parquet"])
        empty = arrow_schema(table(name)).empty_table()  # noqa: F841  (DuckDB reads it by name)
        connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM empty")
    if _VALUES in reuse.former["files"]:
        reuse.carry("indicator", [*carried, _VALUES])


def _add(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the composite's values to `indicator`, which is a view where other values stand in the former release."""
    kinds = connection.execute(
        """SELECT table_type FROM information_schema.tables
        WHERE table_name = 'indicator' AND table_schema = current_schema()"""
    ).fetchall()
    if kinds == [("BASE TABLE",)]:
        connection.execute("INSERT INTO indicator BY NAME SELECT * FROM composite_value")
        return
    connection.execute("ALTER VIEW indicator RENAME TO indicator_computed")
    connection.execute(
        "CREATE VIEW indicator AS SELECT * FROM indicator_computed UNION ALL BY NAME SELECT * FROM composite_value"
    )
