"""Link every party of the records: name_link, organisation, institution, linked_party, collaboration."""

from typing import TYPE_CHECKING

from pipelines.link import company, context, match, memory, organisations, reporters, seeds
from pipelines.link.match import Linker
from pipelines.link.registry import Registry

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

PARTY = f"""
CREATE OR REPLACE TEMP TABLE _party AS
SELECT
    source, part,
    'award' AS record_table,
    award_id AS record_id,
    period, party_no, role, name,
    coalesce(country, '') AS link_country,
    {context.SQL} AS context,
    coalesce(source_type, '') AS source_type,
    coalesce(source_org_id, '') AS source_org_id,
    city, latitude, longitude, is_sme, amount, currency, cost, has_left
FROM award_party
UNION ALL BY NAME
{reporters.PARTY}
"""

QUERY = """
SELECT source, name, link_country AS country, context, source_org_id, count(*) AS records
FROM _party
GROUP BY ALL
ORDER BY ALL
"""

NAME_LINK = """
CREATE OR REPLACE TABLE name_link AS
WITH
told AS (  -- what the sure spellings of one publisher's id say, where they agree
    SELECT
        source, source_org_id, country,
        min(credited_id) AS credited_id,
        any_value(credited_ids ORDER BY name, context) AS credited_ids
    FROM _link
    WHERE source_org_id <> '' AND status = 'linked' AND score > 0.85
    GROUP BY source, source_org_id, country
    HAVING count(DISTINCT credited_ids) = 1
)
SELECT
    l.source, l.name, l.country, l.context,
    l.named_ids,
    coalesce(t.credited_ids, l.credited_ids) AS credited_ids,
    l.named_id,
    coalesce(t.credited_id, l.credited_id) AS credited_id,
    CASE WHEN t.source IS NULL THEN l.method ELSE 'same_id' END AS method,
    CASE WHEN t.source IS NULL THEN l.score ELSE $same_id END AS score,
    CASE WHEN t.source IS NULL THEN l.status ELSE 'linked' END AS status,
    l.candidates,
    l.records
FROM _link AS l
LEFT JOIN told AS t
    ON t.source = l.source AND t.source_org_id = l.source_org_id AND t.country = l.country
    AND l.status IN ('unlinked', 'ambiguous')
ORDER BY l.source, l.name, l.country, l.context
"""

LOCAL = """
CREATE OR REPLACE TEMP TABLE _local_organisation AS
WITH
typed AS (
    SELECT n.organisation_id, p.source_type, count(*) AS rows
    FROM _party AS p
    JOIN _local_name AS n ON n.name = p.name AND n.country = p.link_country
    GROUP BY ALL
),
kind AS (
    SELECT organisation_id, arg_max(source_type, (source_type <> '', rows, source_type)) AS source_type
    FROM typed
    GROUP BY organisation_id
),
place AS (
    SELECT
        n.organisation_id,
        arg_min(p.city, (p.city, p.latitude, p.longitude)) AS city,
        arg_min(p.latitude, (p.city, p.latitude, p.longitude)) AS latitude,
        arg_min(p.longitude, (p.city, p.latitude, p.longitude)) AS longitude
    FROM _party AS p
    JOIN _local_name AS n ON n.name = p.name AND n.country = p.link_country
    GROUP BY n.organisation_id
),
spelling AS (
    SELECT organisation_id, min(name) AS name, any_value(country) AS country, bool_or(is_firm) AS is_firm
    FROM _local_name
    GROUP BY organisation_id
)
SELECT
    s.organisation_id, s.name, s.country, p.city, p.latitude, p.longitude,
    coalesce(c.sector, CASE WHEN s.is_firm THEN 'company' ELSE 'unknown' END) AS sector,
    CASE
        WHEN c.sector IS NOT NULL THEN 'source_type'
        WHEN s.is_firm THEN 'legal_form'
        ELSE 'none'
    END AS sector_reason
FROM spelling AS s
JOIN kind AS k USING (organisation_id)
JOIN place AS p USING (organisation_id)
LEFT JOIN _source_sector AS c ON c.source_type = split_part(k.source_type, ';', 1)
ORDER BY s.organisation_id
"""

LINKED_PARTY = """
CREATE OR REPLACE TABLE linked_party AS
WITH placed AS (
    SELECT
        p.*,
        l.named_id,
        l.credited_id,
        coalesce(l.credited_id, n.organisation_id) AS organisation_id
    FROM _party AS p
    JOIN name_link AS l
        ON l.source = p.source AND l.name = p.name AND l.country = p.link_country AND l.context = p.context
    LEFT JOIN _local_name AS n ON n.name = p.name AND n.country = p.link_country
)
SELECT
    p.source, p.part,
    p.record_table, p.record_id,
    p.period, p.party_no, p.role, p.name,
    p.link_country AS country,
    p.named_id, p.credited_id, p.organisation_id,
    coalesce(o.sector, 'unknown') AS sector,
    coalesce(o.is_institution, false) AS is_institution,
    p.is_sme, p.amount, p.currency, p.cost, p.has_left
FROM placed AS p
LEFT JOIN organisation AS o USING (organisation_id)
ORDER BY p.source, p.record_table, p.record_id, p.period, p.party_no
"""

COLLABORATION = """
CREATE OR REPLACE TABLE collaboration AS
WITH
year_of AS (
    SELECT award_id AS record_id, CAST(year(min(starts_on)) AS BIGINT) AS year
    FROM award
    GROUP BY award_id
),
size AS (
    SELECT record_table, record_id, count(DISTINCT coalesce(organisation_id, name)) AS organisations
    FROM linked_party
    WHERE record_table <> 'survey_value'
    GROUP BY record_table, record_id
),
member AS (
    SELECT
        record_table, record_id, organisation_id,
        min(source) AS source,
        min(part) AS part,
        any_value(sector) AS sector,
        any_value(is_institution) AS is_institution,
        bool_or(is_sme) AS is_sme
    FROM linked_party
    -- A survey's record is one institution's own report: there is nobody on it to collaborate with.
    WHERE organisation_id IS NOT NULL AND record_table <> 'survey_value'
    GROUP BY record_table, record_id, organisation_id
)
SELECT
    i.source, i.part, i.record_table, i.record_id,
    i.organisation_id AS institution_id,
    p.organisation_id AS partner_id,
    p.sector AS partner_sector,
    p.is_sme AS partner_is_sme,
    y.year,
    s.organisations,
    CASE
        WHEN s.organisations <= 3 THEN 'bilateral'
        WHEN s.organisations <= 10 THEN 'small'
        ELSE 'consortium'
    END AS intensity
FROM member AS i
JOIN member AS p
    ON p.record_table = i.record_table
    AND p.record_id = i.record_id
    AND p.organisation_id <> i.organisation_id
JOIN size AS s ON s.record_table = i.record_table AND s.record_id = i.record_id
LEFT JOIN year_of AS y ON y.record_id = i.record_id
WHERE i.is_institution
ORDER BY i.record_table, i.record_id, institution_id, partner_id
"""


LINK = """
CREATE OR REPLACE TEMP TABLE _link AS
SELECT q.*, a.* EXCLUDE (name, country, context)
FROM _query AS q
JOIN _answer AS a ON a.name = q.name AND a.country = q.country AND a.context = q.context
"""


def link(
    connection: "duckdb.DuckDBPyConnection",
    tables: seeds.Seeds | None = None,
    known: "pa.Table | None" = None,
) -> "pa.Table":
    """Create the link tables from award, award_party, survey_value and the registry's tables of a connection.

    Creates name_link, organisation, descendant, institution, linked_party, collaboration. The same rows and
    seeds give the same tables, row for row; an empty registry leaves every name unlinked. `known` are the
    answers of an earlier call with the same registry and seeds; returns them with the new ones.
    """
    tables = tables or seeds.load()
    reporters.dated(connection, tables)
    connection.execute(PARTY)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE _query AS {QUERY}")
    answers, registry = _answers(connection, tables, known)
    connection.register("_answer", answers)
    connection.execute(LINK)
    connection.unregister("_answer")
    connection.execute(NAME_LINK, {"same_id": match.SCORES["same_id"]})
    _local(connection)
    organisations.write(connection, registry, tables)
    connection.execute(LINKED_PARTY)
    connection.execute(organisations.INSTITUTION)
    connection.execute(COLLABORATION)
    for scratch in ("_party", "_query", "_link", "_local_organisation", "_dated_id"):
        connection.execute(f"DROP TABLE {scratch}")
    connection.unregister("_local_name")
    return answers


def _answers(
    connection: "duckdb.DuckDBPyConnection", tables: seeds.Seeds, known: "pa.Table | None"
) -> "tuple[pa.Table, Registry]":
    """Return the answer to every name asked for, and the registry: with its names indexed only if one is new."""
    import pyarrow as pa

    key = ", ".join(memory.KEY)
    among = ""
    if known is not None:
        connection.register("_known", known)
        among = f"ANTI JOIN _known USING ({key})"
    new = connection.sql(f"SELECT DISTINCT {key} FROM _query {among} ORDER BY {key}").to_arrow_table()
    parts = [
        connection.sql(f"SELECT * FROM registry_{t}").to_arrow_table() for t in ("organisation", "name", "relation")
    ]
    if known is not None:
        connection.unregister("_known")
        if not new.num_rows:
            return known, Registry.build(parts[0], parts[1].slice(0, 0), parts[2])
    registry = Registry.build(*parts)
    found = match.match(new, Linker.of(registry, tables))
    return (found if known is None else pa.concat_tables([known, found.cast(known.schema)])), registry


def _local(connection: "duckdb.DuckDBPyConnection") -> None:
    """Give every name without an institution the id of an organisation known by name only."""
    import pyarrow as pa

    unlinked = connection.execute(
        "SELECT DISTINCT name, country FROM name_link WHERE credited_id IS NULL ORDER BY name, country"
    ).fetchall()
    rows = [(name, country, company.local_id(name, country)) for name, country in unlinked]
    rows = [row for row in rows if row[2]]
    firm = [company.local_sector(name, "")[0] == "company" for name, _, _ in rows]
    connection.register("_local_name", _columns(rows, firm))
    sectors = company.SOURCE_SECTOR
    connection.register("_source_sector", pa.table({"source_type": list(sectors), "sector": list(sectors.values())}))
    connection.execute(LOCAL)
    connection.unregister("_source_sector")


def _columns(rows: list[tuple[str, str, str]], firm: list[bool]) -> "pa.Table":
    import pyarrow as pa

    name, country, id_ = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table(
        {
            "name": pa.array(name, pa.string()),
            "country": pa.array(country, pa.string()),
            "organisation_id": pa.array(id_, pa.string()),
            "is_firm": pa.array(firm, pa.bool_()),
        }
    )
