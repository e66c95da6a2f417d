"""Programme codes and the seed, held against each other once a release.

Unknown codes are those of awards that no row of `programme_codes` speaks of: most programmes are no
collaboration, so that a long list is no fault; a new one near its top is worth a look. Unused rows are those
that no award of the release matches: for want of the funder's records or years, or for a code or label that
was never right.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
import pyarrow as pa

from pipelines import programmes

MOST = 20
"""How many of a funder's unknown codes are named, the most used first."""


def report(connection: duckdb.DuckDBPyConnection, speaking: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return by funder its codes, the unknown ones, and the seed's rows that were not used.

    Reads `award` and `award_programme`; rows of funders without any award are `absent`, and not called unused.
    `speaking` names for a source the funder under which the seed speaks of its codes, where awards name others
    (`Source.codes_of`).
    """
    programmes.install(connection)
    pairs = [{"source": source, "funder": funder} for source, funder in (speaking or {}).items() if funder]
    connection.register("iur_speaking", pa.Table.from_pylist(pairs, schema=_SPEAKING))
    connection.execute(_USED_CODE)
    connection.unregister("iur_speaking")
    codes = dict(connection.execute("SELECT funder, count(DISTINCT (kind, code)) FROM used_code GROUP BY 1").fetchall())
    funders = {funder: _funder(connection, funder, codes[funder]) for funder in sorted(codes)}
    seeded = connection.execute("SELECT DISTINCT funder FROM programme_code ORDER BY funder").fetchall()
    return {"funders": funders, "absent": [funder for (funder,) in seeded if funder not in codes]}


def _funder(connection: duckdb.DuckDBPyConnection, funder: str, codes: int) -> dict[str, Any]:
    unknown = connection.execute(_UNKNOWN, [funder]).fetchall()
    unused = connection.execute(_UNUSED, [funder]).fetchall()
    return {
        "codes": codes,
        "unknown": len(unknown),
        "awards_unknown": sum(uses for *_, uses in unknown),
        "most_used_unknown": [
            {"kind": kind, "code": code, "label": label, "awards": uses} for kind, code, label, uses in unknown[:MOST]
        ],
        "unused": [
            {"line": line, "kind": kind, "code": code, "label_pattern": pattern} for line, kind, code, pattern in unused
        ],
    }


def lines(told: Mapping[str, Any]) -> Iterable[str]:
    """Write the report as one line a funder and finding, in the order of the funders."""
    for funder, found in told["funders"].items():
        if found["unknown"]:
            most = ", ".join(
                " ".join(filter(None, (c["code"], c["label"]))) + f" ({c['awards']:,})"
                for c in found["most_used_unknown"][:5]
            )
            yield f"{funder}: {found['unknown']:,} of {found['codes']:,} programme codes stand for no form: {most}"
        if found["unused"]:
            named = ", ".join(f"{u['kind']} {u['code']} (line {u['line']})" for u in found["unused"])
            yield f"{funder}: {len(found['unused']):,} rows of the seed programme_codes match no award: {named}"
    if told["absent"]:
        yield f"no award is at hand of: {', '.join(told['absent'])}, whose rows of programme_codes wait"


_SPEAKING = pa.schema({"source": pa.string(), "funder": pa.string()})

_USED_CODE = """
CREATE OR REPLACE TEMP TABLE used_code AS
WITH begun AS (
    SELECT
        a.award_id,
        min(coalesce(s.funder, a.funder)) AS funder,
        coalesce(min(a.reporting_year), CAST(extract(year FROM min(a.starts_on)) AS BIGINT)) AS year
    FROM award AS a
    LEFT JOIN iur_speaking AS s ON s.source = a.source
    GROUP BY a.award_id
)
SELECT b.funder, p.kind, p.code, p.label, b.year, count(DISTINCT p.award_id) AS awards
FROM award_programme AS p
JOIN begun AS b ON b.award_id = p.award_id
GROUP BY b.funder, p.kind, p.code, p.label, b.year
"""

_UNKNOWN = f"""
WITH p AS (SELECT kind, code, arg_max(label, awards) AS label, sum(awards) AS awards
    FROM used_code WHERE funder = ? GROUP BY kind, code)
SELECT p.kind, p.code, p.label, CAST(p.awards AS BIGINT)
FROM p
WHERE NOT EXISTS (SELECT 1 FROM programme_code AS s WHERE {programmes.SPEAKS_OF})
ORDER BY p.awards DESC, p.kind, p.code
"""

_UNUSED = f"""
SELECT s.line, s.kind, s.code || CASE WHEN s.is_prefix THEN '*' ELSE '' END, s.label_pattern
FROM programme_code AS s
WHERE s.funder = $1
    AND NOT EXISTS (SELECT 1 FROM used_code AS p WHERE p.funder = $1 AND {programmes.MATCHES})
ORDER BY s.line
"""
