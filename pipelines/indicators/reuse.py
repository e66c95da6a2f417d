"""What of the evidence stands in the former release, and of which parts it must be computed anew.

Anew is what belongs to parts of which anything changed that a measure can read: their own rows, the links of
their parties, the organisations these name, the rates of their currencies, the facts they tell, which of their
awards another source tells as well, and the patents that came of them (`conveyed`).
"""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import duckdb

from expectations.tables import table
from pipelines import parts
from pipelines.indicators import conveyed
from pipelines.indicators.evidence import BY_PART, Former
from pipelines.indicators.measure import Measure
from pipelines.indicators.observe import Part
from pipelines.indicators.rooms import UNREAD
from warehouse import files
from warehouse.reuse import Reuse


def plan(
    connection: duckdb.DuckDBPyConnection,
    reuse: Reuse,
    measures: Collection[Measure],
    facts: Mapping[Part, frozenset[str]],
) -> Former | None:
    """Note the key of each part's evidence; return what of the former evidence stands, None for nothing.

    Needs `iur_work.rate` and `iur_work.rate_fixed`.
    """
    measured = files.digest(*sorted(parts.declared(measure) for measure in measures))
    told = [
        dict.fromkeys(facts, measured),
        {part: " ".join(sorted(told)) for part, told in facts.items()},
        _files(reuse, facts),
        parts.digests(connection, "linked_party", [c for c in columns("linked_party") if c not in UNREAD]),
        _organisations(connection),
        _rates(connection),
        parts.digests(connection, "award_same"),
        conveyed.digests(connection, facts),
    ]
    keys = parts.keys(connection, told, joined(connection, measures, facts))
    had = reuse.had("evidence")
    same = reuse.same("evidence", keys)
    gone = frozenset(_part(name) for name in keys.keys() | had.keys() if name not in same)
    if not same:
        return None
    names = [name for name in reuse.former["files"] if name.startswith("evidence/")]
    paths = {Path(name).stem: path for name in names if (path := reuse.whole(name))}
    if len(paths) < len(names):
        return None
    return Former(paths, gone)


def joined(
    connection: duckdb.DuckDBPyConnection, measures: Iterable[Measure], facts: Mapping[Part, frozenset[str]]
) -> list[tuple[Part, Part]]:
    """Return the pairs of parts whose evidence is computed together, though they share no record."""
    beside = conveyed.together(connection, facts)
    return [*_paying(connection), *claiming(connection), *followed(measures, facts), *beside]


def followed(measures: Iterable[Measure], facts: Mapping[Part, frozenset[str]]) -> list[tuple[Part, Part]]:
    """Return the parts of sources of which some measure looks across all parts, each beside the first."""
    needs = [measure.needs for measure in measures if measure.across]
    told: dict[str, frozenset[str]] = {}
    for (source, _), facts_of_part in facts.items():
        told[source] = told.get(source, frozenset()) | facts_of_part
    across = {source for source, tells in told.items() if any(need <= tells for need in needs)}
    first = {source: min(part for part in facts if part[0] == source) for source in across}
    return [(first[part[0]], part) for part in sorted(facts) if part[0] in across and part != first[part[0]]]


def _paying(connection: duckdb.DuckDBPyConnection) -> list[tuple[Part, Part]]:
    """Return the parts of which one has the money of awards that are counted from the other."""
    found = connection.execute(
        """SELECT DISTINCT source, part, same_source, same_part FROM award_same
        WHERE rule LIKE 'guarantee%' ORDER BY ALL"""
    ).fetchall()
    return [((source, part), (same_source, same_part)) for source, part, same_source, same_part in found]


def claiming(connection: duckdb.DuckDBPyConnection) -> list[tuple[Part, Part]]:
    """Return the parts of which one has outputs of the other's awards, the same outputs, or their companies."""
    found = connection.execute(
        """WITH told AS (
            SELECT source, part, 'award ' || award_id AS record FROM award_output
            UNION ALL
            SELECT source, part, 'output ' || output_id FROM award_output
            UNION ALL
            SELECT source, part, 'output ' || venture_id FROM venture
            UNION ALL
            SELECT source, part, 'award ' || award_id FROM award
            WHERE award_id IN (SELECT award_id FROM award_output)
        )
        SELECT DISTINCT o.source, o.part, a.part
        FROM told AS o
        JOIN told AS a ON a.source = o.source AND a.record = o.record AND a.part > o.part
        ORDER BY ALL"""
    ).fetchall()
    return [((source, part), (source, other)) for source, part, other in found]


def _part(name: str) -> Part:
    source, _, part = name.partition("--")
    return source, part


def _files(reuse: Reuse, facts: Iterable[Part]) -> dict[Part, str]:
    """Return the checksums of all core files of each part, whatever tables the measures read."""
    core = [name for name in sorted(reuse.files) if table(name.partition("/")[0]).layer == "core"]
    return {
        part: " ".join(f"{n} {reuse.files[n]['sha256']}" for n in core if n.endswith(f"/{parts.name(part)}.parquet"))
        for part in facts
    }


def _organisations(connection: duckdb.DuckDBPyConnection) -> dict[Part, str]:
    """Return a digest of the organisations each part's parties name, of those at their top, and as institutions."""
    of_organisation, of_institution = columns("organisation"), columns("institution")
    found = connection.execute(
        f"""WITH named AS (
            SELECT DISTINCT p.source, p.part, unnest([o.organisation_id, o.ultimate_parent_id]) AS organisation_id
            FROM (SELECT DISTINCT source, part, organisation_id FROM linked_party) AS p
            JOIN organisation AS o ON o.organisation_id = p.organisation_id
        ),
        described AS (
            SELECT DISTINCT n.source, n.part, o.*, {", ".join(f"i.{c} AS i_{c}" for c in of_institution)}
            FROM named AS n
            JOIN organisation AS o ON o.organisation_id = n.organisation_id
            LEFT JOIN institution AS i ON i.organisation_id = n.organisation_id
        )
        SELECT source, part, {parts.rows_digest([*of_organisation, *(f"i_{c}" for c in of_institution)])}
        FROM described GROUP BY source, part"""
    ).fetchall()
    return {(source, part): digest for source, part, digest in found}


def columns(name: str) -> list[str]:
    """Return the columns of a table's contract."""
    return [c.name for c in table(name).columns]


def _rates(connection: duckdb.DuckDBPyConnection) -> dict[Part, str]:
    """Return a digest of the rates of each part's currencies, of any period."""
    told = [
        f"SELECT DISTINCT source, part, currency FROM {name}"
        for name in BY_PART
        if any(c.name == "currency" for c in table(name).columns)
    ]
    found = connection.execute(
        f"""WITH rate AS (
            SELECT currency, period_start, period_end, rate FROM iur_work.rate
            UNION ALL
            SELECT currency, NULL, NULL, rate FROM iur_work.rate_fixed
        ),
        used AS ({" UNION ".join(told)})
        SELECT u.source, u.part, {parts.rows_digest(["currency", "period_start", "period_end", "rate"])}
        FROM used AS u JOIN rate USING (currency)
        GROUP BY u.source, u.part"""
    ).fetchall()
    return {(source, part): digest for source, part, digest in found}
