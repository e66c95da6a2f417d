"""The records of the Triple Helix: grants and US utility patents by country, with who takes part in each.

A record belongs to every country that one of its parties is in; who takes part is asked of all its parties. Who
only adds money to a grant takes no part in it, and a patent belongs to those who own it at the grant.
"""

from collections.abc import Mapping

from pipelines.indicators import series
from pipelines.indicators.grant import GRANT_START
from pipelines.indicators.patent import GRANTED_PATENT

TAKES_PART = "((record_table = 'award' AND role <> 'cofunder') OR (record_table = 'patent' AND role = 'assignee'))"
"""Of a row of linked_party, that it takes part in a record."""


def text(heads: Mapping[str, str] | None = None) -> str:
    """Write the query: source (by its series), record_table, record_id, year, country, u, i, g (0 or 1)."""
    return f"""
    WITH grant_start AS ({GRANT_START.sql}),
    granted_patent AS ({GRANTED_PATENT.sql}),
    dated AS (
        SELECT 'award' AS record_table, record_id, year FROM grant_start
        UNION ALL
        SELECT 'patent' AS record_table, record_id, year FROM granted_patent
    ),
    taking_part AS (
        SELECT source, record_table, record_id, country, sector, is_institution
        FROM linked_party
        WHERE {TAKES_PART}
    ),
    who AS (
        SELECT
            record_table,
            record_id,
            CAST(bool_or(sector = 'university') AS BIGINT) AS u,
            CAST(bool_or(sector = 'company' AND NOT is_institution) AS BIGINT) AS i,
            CAST(bool_or(sector = 'government' AND NOT is_institution) AS BIGINT) AS g
        FROM taking_part
        GROUP BY record_table, record_id
    ),
    home AS (
        SELECT DISTINCT {series.sql("source", heads or {})} AS source, record_table, record_id, country
        FROM taking_part
        WHERE country <> ''
    )
    SELECT
        p.source,
        p.record_table,
        p.record_id,
        d.year,
        p.country,
        w.u,
        w.i,
        w.g
    FROM home AS p
    JOIN who AS w ON w.record_table = p.record_table AND w.record_id = p.record_id
    JOIN dated AS d ON d.record_table = p.record_table AND d.record_id = p.record_id
    """


RECORDS = text()
"""The records of the tables at hand, each source by itself."""
