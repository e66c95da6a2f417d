"""Evidence: the rows that measures return, with money in euro, each key once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from expectations.contract import literal
from pipelines.indicators import money, rooms, series
from pipelines.indicators.measure import OPTIONAL, Measure
from pipelines.indicators.observe import Part, telling
from pipelines.indicators.rooms import BY_PART, TABLES
from pipelines.indicators.spark import Spark

__all__ = ["BY_PART", "TABLES", "EvidenceError", "Former", "gather", "show"]


class EvidenceError(Exception):
    """Evidence that breaks its own grain: a fault of a measure, not of the records."""


@dataclass(frozen=True)
class Former:
    """Files of former evidence by measure, and the parts whose rows in them no longer stand.

    `heads` are the series in which evidence speaks of sources (`series.heads`).
    """

    paths: Mapping[str, Path]
    gone: frozenset[Part]
    heads: Mapping[str, str] = field(default_factory=dict)

    def rows(self, columns: str, stand: bool, measure: str = "") -> str:
        """Write the query of former rows that stand, or of those that do not, of one measure or of all."""
        paths = [self.paths[measure]] if measure else list(self.paths.values())
        listed = ", ".join(literal(str(path)) for path in paths)
        # Under its own name too: the release before may not have had the source that its series is named after.
        gone = _among(self.gone | {series.named(part, self.heads) for part in self.gone})
        return f"SELECT {columns} FROM read_parquet([{listed}]) WHERE {'NOT ' if stand else ''}{gone}"

    @property
    def is_gone(self) -> str:
        """The condition that a record's row belongs to one of the parts that no longer stand."""
        return _among(self.gone)


def _among(parts: Iterable[Part]) -> str:
    told = (f"(source = {literal(source)} AND part = {literal(part)})" for source, part in sorted(parts))
    return f"({' OR '.join(told) or 'false'})"


def gather(
    connection: duckdb.DuckDBPyConnection,
    measures: Iterable[Measure],
    facts: Mapping[Part, frozenset[str]],
    home: str,
    former: Former | None = None,
    heads: Mapping[str, str] | None = None,
    spark: Spark | None = None,
) -> None:
    """Create `evidence` in schema `home`; its rows speak of the series of `heads`.

    Each measure sees only the parts that observe everything it needs; one of patents or conveyances sees all there
    is (`rooms`), and of its rows those of such parts are kept. Money is divided by the mean rate of
    the record's own period (`money`); where there is none, `amount_eur` is null. What stands of `former`
    evidence is read from its files, and only the other parts' is computed, into `evidence_anew`: records of
    two parts have nothing to do with each other. Where `spark` is given, it runs the queries of the measures.

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
    across = [measure for measure in measures if rooms.looks_across(measure)]
    # Spark makes ideas of its own.
    ideas = rooms.ideas(measure for measure in measures if measure not in across and not spark)
    everything = None if former else tuple(sorted(facts))
    rooms.views(connection, "iur_seen_all", tuple(sorted(facts)), everything, (), home)
    for idea in ideas:
        rooms.materialise(connection, idea, "iur_seen_all", idea.name)
    # What no part tells is not asked of all of them.
    seen = {m.name: tuple(p for p in telling(known, m.needs, m.beside) if p in facts) for m in measures}
    across = [measure for measure in across if seen[measure.name]]
    if across and not spark:
        rooms.whole(connection, across, home, () if former else [idea.name for idea in ideas])
    opened: dict[tuple[Part, ...], str] = {}
    for measure in measures:
        parts = seen[measure.name]
        if not parts:
            continue
        if parts not in opened:
            opened[parts] = f"iur_seen_{len(opened)}"
            rooms.views(connection, opened[parts], parts, everything, [idea.name for idea in ideas], home)
        room, sql = "iur_seen_whole" if measure in across else opened[parts], measure.sql
        if spark:
            found = spark.rows(measure, None if measure in across or parts == everything else parts)
            connection.register("iur_found", found)
            room, sql = opened[parts], "SELECT * FROM iur_found"
        only = f"SEMI JOIN {opened[parts]}.telling USING (source, part)" if parts != everything else ""
        _run(connection, measure, sql, room, f"{home}.{made}", only, heads or {})
    connection.execute(f"USE {home}")
    if former:
        standing = former.rows("*", stand=True) if former.paths else f"SELECT * FROM {made} WHERE false"
        connection.execute(f"CREATE VIEW evidence AS SELECT * FROM {made} UNION ALL BY NAME {standing}")


def _run(
    connection: duckdb.DuckDBPyConnection,
    measure: Measure,
    sql: str,
    room: str,
    made: str,
    only: str,
    heads: Mapping[str, str],
) -> None:
    """Add the rows that the query of a measure finds in a room, those of some parts `only`."""
    connection.execute(f"USE {room}")
    given = {column[0] for column in connection.execute(f"SELECT * FROM ({sql}) LIMIT 0").description or ()}
    own = {name: f"f.{name}" if name in given else "NULL" for name in OPTIONAL}
    is_money = measure.unit == "money"
    connection.execute(
        f"""INSERT INTO {made}
        WITH found AS ({sql}),
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
            FROM (SELECT * FROM found {only}) AS f
        )
        SELECT
            '{measure.name}' AS measure,
            {series.sql("d.source", heads)} AS source,
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
