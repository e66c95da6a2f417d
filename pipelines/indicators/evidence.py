"""Evidence: the rows that measures return, with money in euro, each key once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from expectations.contract import literal
from pipelines.indicators import money
from pipelines.indicators.measure import OPTIONAL, Idea, Measure
from pipelines.indicators.observe import Part, telling

TABLES = (
    "award",
    "award_party",
    "award_programme",
    "award_output",
    "award_patent",
    "award_same",
    "patent",
    "patent_party",
    "patent_class",
    "patent_funding",
    "patent_citation",
    "patent_fee",
    "transfer",
    "transfer_party",
    "transfer_patent",
    "title_chain",
    "publication_share",
    "venture",
    "linked_party",
    "collaboration",
    "survey_value",
    "organisation",
    "institution",
)
"""The tables a measure may read; those with a source and part are cut down to the parts that tell enough."""

BY_PART = (
    "award",
    "award_party",
    "award_programme",
    "award_output",
    "venture",
    "linked_party",
    "collaboration",
    "survey_value",
)


class EvidenceError(Exception):
    """Evidence that breaks its own grain: a fault of a measure, not of the records."""


@dataclass(frozen=True)
class Former:
    """Files of former evidence by measure, and the parts whose rows in them no longer stand."""

    paths: Mapping[str, Path]
    gone: frozenset[Part]

    def rows(self, columns: str, stand: bool, measure: str = "") -> str:
        """Write the query of former rows that stand, or of those that do not, of one measure or of all."""
        paths = [self.paths[measure]] if measure else list(self.paths.values())
        listed = ", ".join(literal(str(path)) for path in paths)
        return f"SELECT {columns} FROM read_parquet([{listed}]) WHERE {'NOT ' if stand else ''}{self.is_gone}"

    @property
    def is_gone(self) -> str:
        """The condition that a row belongs to one of the parts that no longer stand."""
        told = (f"(source = {literal(source)} AND part = {literal(part)})" for source, part in sorted(self.gone))
        return f"({' OR '.join(told) or 'false'})"


def gather(
    connection: duckdb.DuckDBPyConnection,
    measures: Iterable[Measure],
    facts: Mapping[Part, frozenset[str]],
    home: str,
    former: Former | None = None,
) -> None:
    """Create `evidence` in schema `home`.

    Each measure sees only the parts that observe everything it needs. Money is divided by the mean rate of
    the record's own period (`money`); where there is none, `amount_eur` is null. What stands of `former`
    evidence is read from its files, and only the other parts' is computed, into `evidence_anew`: records of
    two parts have nothing to do with each other.

    Needs `iur_work.rate`. Raises EvidenceError where a measure returns two rows for one institution, year,
    record and partner.
    """
    measures = tuple(sorted(measures, key=lambda measure: measure.name))
    made = "evidence_anew" if former else "evidence"
    known, facts = facts, {part: told for part, told in facts.items() if not former or part in former.gone}
    connection.execute(
        f"""CREATE OR REPLACE TABLE {made} (
            measure VARCHAR, source VARCHAR, part VARCHAR, institution_id VARCHAR, year BIGINT,
            record_table VARCHAR, record_id VARCHAR, partner_id VARCHAR, amount DOUBLE, share DOUBLE,
            currency VARCHAR, period_start DATE, period_end DATE, amount_eur DOUBLE, amount_eur_fixed DOUBLE,
            status VARCHAR, partner VARCHAR, intensity VARCHAR)"""
    )
    ideas = {idea.name: idea for measure in measures for idea in measure.uses}
    everything = None if former else tuple(sorted(facts))
    _views(connection, "iur_seen_all", tuple(sorted(facts)), everything, (), home)
    for idea in ideas.values():
        _materialise(connection, idea)
    rooms: dict[tuple[Part, ...], str] = {}
    for measure in measures:
        parts = tuple(part for part in telling(known, measure.needs, measure.beside) if part in facts)
        if former and not parts:
            continue
        if parts not in rooms:
            rooms[parts] = f"iur_seen_{len(rooms)}"
            _views(connection, rooms[parts], parts, everything, tuple(ideas), home)
        _run(connection, measure, rooms[parts], f"{home}.{made}")
    connection.execute(f"USE {home}")
    if former:
        standing = former.rows("*", stand=True) if former.paths else f"SELECT * FROM {made} WHERE false"
        connection.execute(f"CREATE VIEW evidence AS SELECT * FROM {made} UNION ALL BY NAME {standing}")


def _views(
    connection: duckdb.DuckDBPyConnection,
    room: str,
    parts: tuple[Part, ...],
    everything: tuple[Part, ...] | None,
    ideas: tuple[str, ...],
    home: str,
) -> None:
    """Create a schema in which the tables and ideas hold the rows of some parts only."""
    connection.execute(f"CREATE SCHEMA {room}")
    keep = ""
    if parts != everything:
        connection.execute(f"CREATE TABLE {room}.telling (source VARCHAR, part VARCHAR)")
        if parts:
            connection.executemany(f"INSERT INTO {room}.telling VALUES (?, ?)", [list(p) for p in parts])
        keep = f" SEMI JOIN {room}.telling USING (source, part)"
    for table in TABLES:
        only = keep if table in BY_PART else ""
        connection.execute(f"CREATE VIEW {room}.{table} AS SELECT * FROM {home}.{table}{only}")
    for idea in ideas:
        connection.execute(f"CREATE VIEW {room}.{idea} AS SELECT * FROM iur_work.{idea}{keep}")


def _materialise(connection: duckdb.DuckDBPyConnection, idea: Idea) -> None:
    connection.execute("USE iur_seen_all")
    connection.execute(f"CREATE TABLE iur_work.{idea.name} AS {idea.sql}")
    connection.execute(f"CREATE VIEW iur_seen_all.{idea.name} AS SELECT * FROM iur_work.{idea.name}")


def _run(connection: duckdb.DuckDBPyConnection, measure: Measure, room: str, made: str) -> None:
    connection.execute(f"USE {room}")
    given = {column[0] for column in connection.execute(f"SELECT * FROM ({measure.sql}) LIMIT 0").description or ()}
    own = {name: f"f.{name}" if name in given else "NULL" for name in OPTIONAL}
    is_money = measure.unit == "money"
    connection.execute(
        f"""INSERT INTO {made}
        WITH found AS ({measure.sql}),
        dated AS (
            SELECT
                f.source,
                f.part,
                f.institution_id,
                CAST(f.year AS BIGINT) AS year,
                f.record_table,
                f.record_id,
                f.partner_id,
                CAST(f.amount AS DOUBLE) AS amount,
                CAST(f.share AS DOUBLE) AS share,
                CAST(f.currency AS VARCHAR) AS currency,
                {money.PERIOD.format(**own) if is_money else _NO_PERIOD},
                CAST({own["status"]} AS VARCHAR) AS status,
                f.partner,
                f.intensity
            FROM found AS f
        )
        SELECT
            '{measure.name}' AS measure,
            d.source,
            d.part,
            d.institution_id,
            d.year,
            d.record_table,
            d.record_id,
            d.partner_id,
            d.amount,
            d.share,
            d.currency,
            d.period_start,
            d.period_end,
            {money.EURO if is_money else _NO_MONEY},
            d.status,
            d.partner,
            d.intensity
        FROM dated AS d
        {money.RATES if is_money else ""}
        ORDER BY d.institution_id, d.year, d.record_table, d.record_id, d.partner_id"""
    )
    # Counting hashes is several times faster than grouping by five texts; only a difference is looked into.
    mine = f"{made} WHERE measure = '{measure.name}'"
    rows, keys = connection.execute(f"SELECT count(*), count(DISTINCT hash({_KEY})) FROM {mine}").fetchall()[0]
    if rows == keys:
        return
    twice = connection.execute(
        f"""SELECT {_KEY}, count(*) FROM {mine}
        GROUP BY {_KEY} HAVING count(*) > 1 ORDER BY {_KEY} LIMIT 1"""
    ).fetchall()
    if twice:
        institution, year, table, record, partner, times = twice[0]
        raise EvidenceError(
            f"measure {measure.name} [rule evidence.unique]: {institution}, {year}, {table} {record}, "
            f"partner {partner!r} stands {times} times\n"
            "  mend: group its query by institution, year, record and partner"
        )


def show(connection: duckdb.DuckDBPyConnection, measure: Measure, made: str, former: Former | None = None) -> None:
    """Create the view `iur_work.evidence_<measure>`: a measure's rows in the table `made`, and those that stand."""
    standing = ""
    if former and measure.name in former.paths:
        standing = f"UNION ALL BY NAME {former.rows('*', True, measure.name)}"
    connection.execute(
        f"""CREATE VIEW iur_work.evidence_{measure.name} AS
        SELECT * FROM {made} WHERE measure = '{measure.name}' {standing}"""
    )


_KEY = "institution_id, year, record_table, record_id, partner_id"
_NO_PERIOD = "CAST(NULL AS DATE) AS period_start, CAST(NULL AS DATE) AS period_end"
_NO_MONEY = "CAST(NULL AS DOUBLE) AS amount_eur, CAST(NULL AS DOUBLE) AS amount_eur_fixed"
