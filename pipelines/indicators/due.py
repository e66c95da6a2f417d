"""Which indicators are computed anew, and for whom; all other rows stand in the former release.

An indicator is computed anew for the institutions whose evidence came out differently, and for the ancestors
of these. It is for all where a reported figure is involved, since reporters move between institutions, or the
Triple Helix of a country; and where a source has other years or its parts tell other facts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from expectations.contract import literal
from pipelines import parts
from pipelines.indicators.evidence import Former
from pipelines.indicators.grant import GRANT_START
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.measure import Measure
from pipelines.indicators.observe import Part
from pipelines.indicators.patent import GRANTED_PATENT
from pipelines.indicators.reuse import columns
from pipelines.source import Source
from warehouse import files
from warehouse.reuse import Reuse

YEARS = "years of all sources"
"""The key that stands beside those of the sources: the years that any of them holds."""

COUNTRIES = "country_indicator/country_indicator.parquet"
"""The file of values of countries, which are formed all together."""


@dataclass(frozen=True)
class Due:
    """What is computed anew: the indicators, those of them `whole` for every institution, and the former files.

    `country` is the former file of values of countries, where it stands; else they are formed anew.
    Where `whole` leaves an indicator out, `iur_work.due` (indicator, institution_id) says for whom, and
    `iur_work.needed` (measure, institution_id) whose evidence that takes; the rows of others stand in `former`.
    """

    indicators: tuple[Indicator, ...]
    whole: frozenset[str]
    former: tuple[Path, ...] = ()
    country: Path | None = None

    def institutions(self, measure: Measure) -> str | None:
        """Return a query of the institutions whose evidence is needed; None where it is everybody's."""
        if any(i.id in self.whole and measure in i.measures for i in self.indicators):
            return None
        return f"SELECT institution_id FROM iur_work.needed WHERE measure = {literal(measure.name)}"

    def rows(self, indicator: str, institution: str) -> str:
        """Return the condition that a row of an indicator and institution is due."""
        cut = [literal(i.id) for i in self.indicators if i.id not in self.whole]
        if not cut:
            return "true"
        due = "SELECT (indicator, institution_id) FROM iur_work.due"
        return f"({indicator} NOT IN ({', '.join(cut)}) OR ({indicator}, {institution}) IN ({due}))"

    def add_standing(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Show the former rows of institutions that are not due beside those of `indicator`."""
        if self.former:
            connection.execute("ALTER TABLE indicator RENAME TO indicator_anew")
            connection.execute("CREATE TABLE indicator_due AS SELECT * FROM iur_work.due")
            connection.execute(
                f"""CREATE VIEW indicator AS
                SELECT * FROM indicator_anew UNION ALL BY NAME
                SELECT * FROM {_read(self.former)} ANTI JOIN indicator_due USING (indicator, institution_id)"""
            )


def decide(
    connection: duckdb.DuckDBPyConnection,
    reuse: Reuse,
    chosen: tuple[Indicator, ...],
    sources: Mapping[str, Source],
    facts: Mapping[Part, frozenset[str]],
    former: Former | None,
) -> Due:
    """Note what the indicators depend on besides evidence, and decide which of them are computed anew, for whom.

    Needs `coverage`, `coverage_institution`, the evidence gathered after `former`, and `iur_work.family`.
    """
    everything = Due(chosen, frozenset(i.id for i in chosen))
    about = {
        "catalogue": files.digest(parts.declared(chosen)),
        "families": _digest(connection, "descendant", ("ancestor_id", "organisation_id")),
    }
    is_same = reuse.same("indicator", about) == about.keys()
    grids = _grids(connection, facts)
    homes = {
        "fields": _digest(connection, "iur_work.record_field", ("record_table", "record_id", "field")),
        "grants": _digest(connection, f"({GRANT_START.sql})", ("source", "part", "record_id", "year")),
        "patents": _digest(connection, f"({GRANTED_PATENT.sql})", ("source", "part", "record_id", "year")),
        "homes": _digest(connection, "institution", ("organisation_id", "country")),
        "same": _digest(connection, "award_same", ("award_id",)),
    }
    has_moved = reuse.same("helix", homes) != homes.keys()
    has_moved |= reuse.had("collaboration") != reuse.keys.get("collaboration", {})
    had = reuse.had("grid")
    same = reuse.same("grid", grids)
    there = [n for n in reuse.former["files"] if n.split("/")[0] in ("indicator", "coverage_institution")]
    standing = {n: path for n in there if (path := reuse.whole(n))}
    if former is None or not is_same or len(standing) < len(there):
        return everything
    if not _touch(connection, reuse, former):
        return everything
    changed = {source for source in grids.keys() | had.keys() if source not in same}
    _move(connection, [path for n, path in standing.items() if n.startswith("coverage_institution/")], changed)
    _decide(connection, [i for i in chosen if not _is_surveyed(i) and not _is_helix(i)])
    reuse.carry("evidence", _untouched(connection, former))
    cut = {i for (i,) in connection.execute("SELECT DISTINCT indicator FROM iur_work.due").fetchall()}
    moved = {s for (s,) in connection.execute("SELECT DISTINCT source FROM iur_work.moved").fetchall()} | changed
    moved |= {source for source, _ in former.gone if "survey_value" in sources[source].tables}
    touched = {m for (m,) in connection.execute("SELECT DISTINCT measure FROM iur_work.touched").fetchall()}
    whole = {i.id for i in chosen if _is_surveyed(i) and _is_moved(i, sources, moved, touched)}
    whole |= {i.id for i in chosen if _is_helix(i) and (has_moved or _is_moved(i, sources, moved, touched))}
    anew = tuple(i for i in chosen if i.id in cut | whole)
    reuse.carry("indicator", [n for n in standing if n.startswith("indicator/") and Path(n).stem not in cut | whole])
    kept = [path for n, path in standing.items() if n.startswith("indicator/") and Path(n).stem in cut]
    countries = None if any(i.of == "country" for i in anew) else reuse.whole(COUNTRIES)
    if countries:
        reuse.carry("country_indicator", [COUNTRIES])
    return Due(anew, frozenset(whole), tuple(kept), countries)


def _is_surveyed(indicator: Indicator) -> bool:
    return any(measure.is_survey for measure in indicator.measures)


def _is_helix(indicator: Indicator) -> bool:
    return indicator.aggregate == "triple_helix"


def _is_moved(indicator: Indicator, sources: Mapping[str, Source], moved: set[str], touched: set[str]) -> bool:
    """Tell whether anything changed that an indicator formed for all institutions at once looks at."""
    tables = {name for m in indicator.measures for name in (m.record_table, *m.also)}
    near = {name for name in moved if name in sources and tables & set(sources[name].tables)}
    return bool(near) or YEARS in moved or any(m.name in touched for m in indicator.measures)


def _digest(connection: duckdb.DuckDBPyConnection, name: str, of: Iterable[str]) -> str:
    return str(connection.execute(f"SELECT {parts.rows_digest(of)} FROM {name}").fetchall()[0][0])


def _grids(connection: duckdb.DuckDBPyConnection, facts: Mapping[Part, frozenset[str]]) -> dict[str, str]:
    """Return a key of each source's grid: its years, which of them are complete, and what its parts tell."""
    told: dict[str, list[str]] = {}
    for part, observed in sorted(facts.items()):
        told.setdefault(part[0], []).append(" ".join([part[1], *sorted(observed)]))
    years = connection.execute(
        f"""SELECT source, {parts.rows_digest(["source", "year", "is_complete", "parts_present"])}
        FROM coverage GROUP BY source"""
    ).fetchall()
    keys = {source: files.digest(dict(years).get(source, ""), *lines) for source, lines in told.items()}
    spanned = connection.execute("SELECT DISTINCT year FROM coverage ORDER BY year").fetchall()
    return keys | {YEARS: files.digest(*(str(year) for (year,) in spanned))}


def _read(paths: Iterable[Path]) -> str:
    return f"read_parquet([{', '.join(literal(str(path)) for path in paths)}])"


def _touch(connection: duckdb.DuckDBPyConnection, reuse: Reuse, former: Former) -> bool:
    """Create `iur_work.differs` and `iur_work.touched` (measure, institution_id); False where the former is not whole.

    Evidence differs where its rows do; it is also touched where what is known of its records does: how many
    parties they have, of how many the sector is known, of which project they are, and of which fields.
    """
    before: dict[str, list[Path]] = {"linked_party": [], "award": [], "record_field": []}
    for kind, paths in before.items():
        for name in (f"{kind}/{parts.name(part)}.parquet" for part in sorted(former.gone)):
            if (path := reuse.whole(name)) is not None:
                paths.append(path)
            elif name in reuse.former["files"]:
                return False
    every = columns("evidence")
    stood = former.rows(", ".join(every), stand=False) if former.paths else "SELECT * FROM evidence_anew WHERE false"
    connection.execute(f"CREATE TABLE iur_work.evidence_gone AS {stood}")
    digest = parts.rows_digest(every)
    connection.execute(
        f"""CREATE TABLE iur_work.differs AS
        WITH now AS (SELECT measure, institution_id, {digest} AS told FROM evidence_anew GROUP BY ALL),
        once AS (SELECT measure, institution_id, {digest} AS told FROM iur_work.evidence_gone GROUP BY ALL)
        SELECT measure, institution_id FROM now FULL JOIN once USING (measure, institution_id)
        WHERE now.told IS DISTINCT FROM once.told"""
    )
    now = _ABOUT.format(**{kind: f"{kind} WHERE {former.is_gone}" for kind in before})
    once = _ABOUT.format(**{kind: _read(paths) if paths else f"{kind} WHERE false" for kind, paths in before.items()})
    connection.execute(
        f"""CREATE TABLE iur_work.touched AS
        WITH now AS ({now}), once AS ({once}),
        changed AS ((SELECT * FROM now EXCEPT SELECT * FROM once) UNION (SELECT * FROM once EXCEPT SELECT * FROM now))
        SELECT measure, institution_id FROM iur_work.differs
        UNION
        SELECT measure, institution_id
        FROM (
            SELECT measure, institution_id, record_table, record_id FROM evidence_anew
            UNION ALL
            SELECT measure, institution_id, record_table, record_id FROM iur_work.evidence_gone
        ) SEMI JOIN changed USING (record_table, record_id)"""
    )
    return True


def _move(connection: duckdb.DuckDBPyConnection, before: list[Path], changed: set[str]) -> None:
    """Create `iur_work.moved` (source, institution_id): seen in a source now or before only, or its grid changed."""
    once = _read(before) if before else "coverage_institution WHERE false"
    sources = ", ".join(literal(source) for source in sorted(changed)) or "''"
    connection.execute(
        f"""CREATE TABLE iur_work.moved AS
        WITH now AS (SELECT source, institution_id FROM coverage_institution),
        once AS (SELECT source, institution_id FROM {once})
        (SELECT * FROM now EXCEPT SELECT * FROM once) UNION (SELECT * FROM once EXCEPT SELECT * FROM now)
        UNION SELECT * FROM now WHERE source IN ({sources})
        UNION SELECT * FROM once WHERE source IN ({sources})"""
    )


def _decide(connection: duckdb.DuckDBPyConnection, indicators: list[Indicator]) -> None:
    """Create `iur_work.due` and `iur_work.needed` for indicators of records, up to the ancestors of who is touched."""
    rests = sorted({(i.id, m.name) for i in indicators for m in i.measures})
    values = ", ".join(f"({literal(i)}, {literal(m)})" for i, m in rests)
    connection.execute("CREATE TABLE iur_work.rests (indicator VARCHAR, measure VARCHAR)")
    if values:
        connection.execute(f"INSERT INTO iur_work.rests VALUES {values}")
    connection.execute(
        """CREATE TABLE iur_work.due AS
        WITH own AS (
            SELECT r.indicator, t.institution_id FROM iur_work.touched AS t JOIN iur_work.rests AS r USING (measure)
            UNION
            SELECT r.indicator, m.institution_id FROM iur_work.moved AS m CROSS JOIN iur_work.rests AS r
        )
        SELECT indicator, institution_id FROM own
        UNION
        SELECT o.indicator, f.ancestor_id
        FROM own AS o JOIN iur_work.family AS f ON f.organisation_id = o.institution_id"""
    )
    connection.execute(
        """CREATE TABLE iur_work.needed AS
        SELECT DISTINCT r.measure, d.institution_id FROM iur_work.due AS d JOIN iur_work.rests AS r USING (indicator)"""
    )


def _untouched(connection: duckdb.DuckDBPyConnection, former: Former) -> list[str]:
    differs = {m for (m,) in connection.execute("SELECT DISTINCT measure FROM iur_work.differs").fetchall()}
    return [f"evidence/{path.name}" for measure, path in former.paths.items() if measure not in differs]


_ABOUT = """
        SELECT
            record_table,
            record_id,
            count(*) AS parties,
            count(CASE WHEN sector <> 'unknown' THEN 1 END) AS known,
            CAST(NULL AS VARCHAR) AS unit_id
        FROM {linked_party} GROUP BY record_table, record_id
        UNION ALL
        SELECT 'award', award_id, NULL, NULL, min(project_id) FROM {award} GROUP BY award_id
        UNION ALL
        SELECT record_table, record_id, NULL, NULL, field FROM {record_field}"""
"""What indicators look at of a record besides its evidence."""
