"""The tables that partners are chosen from: records of the last years, who stands on them, where who is.

One record once: an award with its siblings is one project, an invention is one whatever offices have documents of it.
The last years are those of each source, as sources end in different years: five up to its last whole year, and what
has come in since.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING

from expectations.tables import table

if TYPE_CHECKING:
    import duckdb

YEARS, EVER = 5, 10_000
"""Years of a profile; and all that there are."""

HEADS = """
CREATE OR REPLACE TEMP TABLE partner_source AS
WITH told AS (
    SELECT source, CAST(year(starts_on) AS BIGINT) AS year FROM award WHERE starts_on IS NOT NULL
    UNION ALL
    SELECT source, reporting_year FROM award WHERE reporting_year IS NOT NULL
    UNION ALL
    SELECT source, CAST(year(coalesce(granted_on, published_on, filed_on)) AS BIGINT) FROM patent
),
ends AS (
    SELECT source, max(year) FILTER (is_complete) AS whole, max(year) AS newest FROM coverage GROUP BY source
)
SELECT t.source, coalesce(any_value(e.whole), any_value(e.newest), max(t.year)) AS last_year
FROM told AS t LEFT JOIN ends AS e USING (source)
WHERE t.year IS NOT NULL
GROUP BY t.source
"""
"""The last whole year of each source of awards or patents; where none is whole, the last it has."""

RECORDS = """
CREATE OR REPLACE TEMP TABLE partner_record AS
WITH awards AS (
    SELECT
        'award' AS record_table,
        award_id AS document_id,
        'award ' || coalesce(project_id, award_id) AS key,
        source,
        title,
        coalesce(reporting_year, CAST(year(starts_on) AS BIGINT)) AS year,
        2 AS rank
    FROM award
    WHERE subproject IS NULL AND award_id NOT IN (SELECT award_id FROM award_same)
),
family AS (
    SELECT number, min(family_id) AS family_id
    FROM patent WHERE number IS NOT NULL AND family_id IS NOT NULL
    GROUP BY number
),
patents AS (
    SELECT
        'patent' AS record_table,
        p.patent_id AS document_id,
        'patent ' || coalesce(p.family_id, f.family_id, p.number, p.patent_id) AS key,
        p.source,
        p.title,
        CAST(year(coalesce(p.granted_on, p.published_on, p.filed_on)) AS BIGINT) AS year,
        -- Of the documents of one invention the office's own grant stands for it.
        CASE WHEN p.patent_id = p.number THEN 0 WHEN p.is_granted THEN 1 ELSE 2 END AS rank
    FROM patent AS p LEFT JOIN family AS f ON f.number = p.number
    WHERE p.is_withdrawn IS DISTINCT FROM true
),
dated AS (
    SELECT d.*
    FROM (SELECT * FROM awards UNION ALL SELECT * FROM patents) AS d
    JOIN partner_source AS s USING (source)
    WHERE d.year >= s.last_year - {years} + 1 AND {among}
)
SELECT document_id, record_table, key, source, title, year,
    row_number() OVER (PARTITION BY key ORDER BY rank, document_id, year, title) AS place
FROM dated
"""
"""Documents of the last years. The first of a key (`place` 1) stands for the record; of an award published by budget
years it is any of them."""

PARTIES = """
CREATE OR REPLACE TEMP TABLE partner_party AS
SELECT
    r.key,
    p.organisation_id,
    bool_or(p.is_institution) AS is_institution,
    max(p.sector) = 'company' AND NOT bool_or(p.is_institution) AS is_company,
    bool_or(p.is_sme) AS is_sme
FROM (SELECT DISTINCT record_table, document_id, key FROM partner_record WHERE record_table = 'award' OR place = 1) AS r
JOIN linked_party AS p ON p.record_table = r.record_table AND p.record_id = r.document_id
WHERE p.organisation_id IS NOT NULL
    -- Who only adds money takes no part; applicants own a document of which no owner is told.
    AND p.role NOT IN ('cofunder', 'inventor')
    AND (p.role <> 'applicant' OR r.document_id NOT IN (SELECT patent_id FROM patent_party WHERE role = 'assignee'))
GROUP BY r.key, p.organisation_id
"""

PRESENT = """
CREATE OR REPLACE TEMP TABLE partner_known AS
WITH parties AS (
    SELECT
        p.key,
        bool_or(p.is_company) AS company_all,
        bool_or(p.is_company AND p.is_sme IS DISTINCT FROM false) AS company_sme,
        bool_or(p.is_company AND p.is_sme IS DISTINCT FROM true) AS company_large,
        bool_or(p.is_institution) AS institution_all,
        bool_or(i.kind = 'university') AS institution_university,
        bool_or(i.kind = 'research_institute') AS institution_research_institute
    FROM partner_party AS p LEFT JOIN institution AS i USING (organisation_id)
    GROUP BY p.key
)
SELECT row_number() OVER (ORDER BY r.key) - 1 AS record_no,
    r.source, r.year, r.title, r.record_table, r.document_id, p.*
FROM partner_record AS r JOIN parties AS p USING (key)
WHERE r.place = 1
"""

SITES = """
CREATE OR REPLACE TEMP TABLE partner_site AS
SELECT organisation_id, name, coalesce(country, '') AS country, coalesce(city, '') AS city,
    CASE WHEN longitude IS NOT NULL THEN latitude END AS latitude,
    CASE WHEN latitude IS NOT NULL THEN longitude END AS longitude
FROM organisation
"""
"""Where organisations are, in degrees; both are null where one is."""

READ = (
    "award", "award_same", "collaboration", "coverage",
    "coverage_institution", "evidence", "exchange_rate", "institution", "linked_party",
    "organisation", "patent", "patent_class", "patent_party", "registry_name", "registry_organisation", "transfer",
)  # fmt: skip
"""Tables of a release that are read. A release without patents has none of theirs."""

_TYPES = {
    "string": "VARCHAR", "int64": "BIGINT", "double": "DOUBLE", "bool": "BOOLEAN", "date": "DATE",
    "timestamp": "TIMESTAMPTZ", "list<string>": "VARCHAR[]", "list<double>": "DOUBLE[]",
}  # fmt: skip


def complete(connection: "duckdb.DuckDBPyConnection", there: Collection[str]) -> None:
    """Show what is read and a release lacks: tables without rows, and columns without values of an older release."""
    ((home,),) = connection.execute("SELECT current_database()").fetchall()
    for name in READ:
        known = {c for c, *_ in connection.execute(f"DESCRIBE {name}").fetchall()} if name in there else set()
        lacks = {c.name: _TYPES[c.type] for c in table(name).columns if c.name not in known}
        if name not in there:
            columns = ", ".join(f'"{column}" {type_}' for column, type_ in lacks.items())
            connection.execute(f"CREATE TEMP TABLE {name} ({columns})")
        elif lacks:
            nulls = ", ".join(f'CAST(NULL AS {type_}) AS "{column}"' for column, type_ in lacks.items())
            connection.execute(f'CREATE TEMP VIEW {name} AS SELECT *, {nulls} FROM "{home}".main.{name}')


def prepare(connection: "duckdb.DuckDBPyConnection", years: int = YEARS, of: Collection[str] | None = None) -> None:
    """Create the temporary tables that sides are gathered from, of some organisations' records alone where given.

    Needs the tables of a release.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE partner_asked AS SELECT unnest(CAST(? AS VARCHAR[])) AS organisation_id",
        [list(of or ())],
    )
    among = "d.document_id IN (SELECT record_id FROM linked_party SEMI JOIN partner_asked USING (organisation_id))"
    connection.execute(HEADS)
    connection.execute(SITES)
    connection.execute(RECORDS.format(years=years, among=among if of is not None else "true"))
    connection.execute(PARTIES)
    connection.execute(PRESENT)


def clear(connection: "duckdb.DuckDBPyConnection") -> None:
    """Drop the temporary tables."""
    for name in ("source", "asked", "site", "record", "party", "known"):
        connection.execute(f"DROP TABLE IF EXISTS partner_{name}")


def newest(connection: "duckdb.DuckDBPyConnection") -> int:
    """Return the last whole year of any source: the year that ages are counted from."""
    ((year,),) = connection.execute("SELECT coalesce(max(last_year), 0) FROM partner_source").fetchall()
    return int(year)
