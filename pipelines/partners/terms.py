"""The terms of records, and of organisations: how many of their records hold a word or class."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expectations.contract import literal
from pipelines.partners import words
from pipelines.partners.prepared import EVER, YEARS, prepare

if TYPE_CHECKING:
    import duckdb

TERMS = f"""
SELECT record_no, term FROM ({words.of_texts("partner_side")})
UNION ALL
SELECT DISTINCT s.record_no, {literal(words.CLASS)} || c.subclass
FROM partner_side AS s JOIN patent_class AS c ON s.record_table = 'patent' AND c.patent_id = s.document_id
"""
"""Terms of the records of one side."""


@dataclass(frozen=True)
class Terms:
    """Of one organisation: how many records hold each term, how many records there are, their first and last year."""

    counts: dict[str, int]
    records: int = 0
    first: int = 0
    last: int = 0


def terms_of(connection: "duckdb.DuckDBPyConnection", ids: Collection[str]) -> dict[str, Terms]:
    """Return the terms of organisations with records of the last years; of all their years where these hold none.

    Creates the tables of `prepare` anew, of these organisations alone where their last years do not tell.
    """
    found: dict[str, Terms] = {}
    for years in (YEARS, EVER):
        if missing := sorted(id_ for id_ in ids if id_ not in found or not found[id_].counts):
            prepare(connection, years, missing)
            found |= _terms(connection)
    return found


def _terms(connection: "duckdb.DuckDBPyConnection") -> dict[str, Terms]:
    """Count the terms of the organisations in `partner_asked`."""
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE partner_side AS
        SELECT row_number() OVER (ORDER BY k.record_no, p.organisation_id) - 1 AS record_no, p.organisation_id,
            k.year, k.title, k.record_table, k.document_id
        FROM partner_known AS k JOIN partner_party AS p USING (key) JOIN partner_asked AS a USING (organisation_id)"""
    )
    rows = connection.execute(
        f"""SELECT s.organisation_id, t.term, count(*) FROM ({TERMS}) AS t JOIN partner_side AS s USING (record_no)
        GROUP BY s.organisation_id, t.term ORDER BY s.organisation_id, t.term"""
    ).fetchall()
    counts: dict[str, dict[str, int]] = {}
    for id_, term, count in rows:
        counts.setdefault(id_, {})[term] = count
    held = connection.execute(
        "SELECT organisation_id, count(*), min(year), max(year) FROM partner_side GROUP BY organisation_id ORDER BY ALL"
    ).fetchall()
    connection.execute("DROP TABLE partner_side")
    return {id_: Terms(counts.get(id_, {}), *figures) for id_, *figures in held}
