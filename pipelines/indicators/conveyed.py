"""Evidence of patents and conveyances in reuse: which parts belong together, and what awards and patents see of others.

All parts of the sources that tell of patents or conveyances are one: any of them may hold the owner, the fee or the
next holder of another's patent. From awards to patents and back a measure sees through `award_patent` alone, so that
an award that no patent came of, and a patent that came of no award, touch nobody else.
"""

from collections.abc import Iterable

import duckdb

from expectations.tables import table
from pipelines import parts
from pipelines.indicators.observe import Part
from pipelines.indicators.rooms import UNREAD

RECORDS = ("patent", "transfer", "patent_fee")
"""Tables that say that a source tells of patents or conveyances; others hang on them."""

_OF_PATENT = {"patent_class": "patent_id", "patent_fee": "patent_id", "title_chain": "property_id"}
"""What hangs on a patent and can be seen from an award, and the column that names the patent."""


def together(connection: duckdb.DuckDBPyConnection, facts: Iterable[Part]) -> list[tuple[Part, Part]]:
    """Return the parts of all sources of patents and conveyances, each beside the first."""
    found = _cluster(connection, facts)
    return [(found[0], part) for part in found[1:]]


def digests(connection: duckdb.DuckDBPyConnection, facts: Iterable[Part]) -> dict[Part, str]:
    """Return what the patents see of awards, for the first of their parts; and each part of awards of their patents."""
    first = _cluster(connection, facts)[:1]
    return _patents(connection) | dict.fromkeys(first, _awards(connection))


def _cluster(connection: duckdb.DuckDBPyConnection, facts: Iterable[Part]) -> list[Part]:
    told = " UNION ".join(f"SELECT DISTINCT source FROM {name}" for name in RECORDS)
    sources = {source for (source,) in connection.execute(told).fetchall()}
    return sorted(part for part in facts if part[0] in sources)


def _columns(name: str, alias: str) -> str:
    return ", ".join(f'{alias}."{c.name}"' for c in table(name).columns if c.name not in UNREAD)


def _awards(connection: duckdb.DuckDBPyConnection) -> str:
    """Return a digest of all that patents came of: the awards, who holds them, and the chains of title."""
    ((digest,),) = connection.execute(
        f"""WITH named AS (SELECT DISTINCT award_id FROM award_patent),
        seen AS (
            SELECT hash({_columns("award_patent", "a")}) AS h FROM award_patent AS a
            UNION ALL
            SELECT hash({_columns("award", "a")}) FROM award AS a SEMI JOIN named USING (award_id)
            UNION ALL
            SELECT hash({_columns("linked_party", "p")})
            FROM linked_party AS p JOIN named AS n ON n.award_id = p.record_id AND p.record_table = 'award'
        )
        SELECT {parts.rows_digest(["h"])} FROM seen"""
    ).fetchall()
    return str(digest)


def _patents(connection: duckdb.DuckDBPyConnection) -> dict[Part, str]:
    """Return, by part of awards, a digest of the patents that came of them and of what hangs on these."""
    hanging = " UNION ALL ".join(
        f"SELECT w.source, w.part, hash({_columns(name, 't')}) FROM {name} AS t JOIN wanted AS w ON w.id = t.{column}"
        for name, column in _OF_PATENT.items()
    )
    found = connection.execute(
        f"""WITH came AS (SELECT DISTINCT source, part, patent_id FROM award_patent),
        -- A patent by its own id, by its number where another office tells it, or by its family.
        wanted AS (
            SELECT c.source, c.part, p.patent_id AS id FROM came AS c JOIN patent AS p ON p.patent_id = c.patent_id
            UNION
            SELECT c.source, c.part, p.patent_id FROM came AS c JOIN patent AS p ON p.number = c.patent_id
            UNION
            SELECT c.source, c.part, p.patent_id
            FROM came AS c JOIN patent AS p ON 'docdb:' || p.family_id = c.patent_id
        ),
        seen AS (
            SELECT c.source, c.part, hash({_columns("award_patent", "a")}) AS h
            FROM award_patent AS a JOIN came AS c USING (source, part, patent_id)
            UNION ALL
            SELECT w.source, w.part, hash({_columns("patent", "p")})
            FROM patent AS p JOIN wanted AS w ON w.id = p.patent_id
            UNION ALL
            SELECT w.source, w.part, hash({_columns("linked_party", "l")})
            FROM linked_party AS l JOIN wanted AS w ON w.id = l.record_id AND l.record_table = 'patent'
            UNION ALL
            {hanging}
        )
        SELECT source, part, {parts.rows_digest(["h"])} FROM seen GROUP BY source, part"""
    ).fetchall()
    return {(source, part): digest for source, part, digest in found}
