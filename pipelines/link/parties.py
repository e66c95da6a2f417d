"""Link every party of the records: name_link, organisation, institution, linked_party, collaboration."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa

from pipelines.link import (
    clusters,
    collaboration,
    company,
    context,
    dated_names,
    directory,
    match,
    organisations,
    patent_parties,
    reporters,
    seeds,
)
from pipelines.link.match import Linker
from pipelines.link.memory import KEY, Memory
from pipelines.link.registry import Registry
from warehouse.reuse import Reuse

if TYPE_CHECKING:
    import duckdb

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
UNION ALL BY NAME
{patent_parties.PARTY}
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
    SELECT
        organisation_id,
        -- The spelling most used, and of the cluster's countries the one its id tells.
        arg_max(name, (records, name)) AS name,
        upper(split_part(organisation_id, ':', 2)) AS country,
        bool_or(is_firm) AS is_firm
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
LEFT JOIN _source_sector AS c ON c.source_type = upper(split_part(k.source_type, ';', 1))
ORDER BY s.organisation_id
"""

LINKED_PARTY = """
CREATE OR REPLACE TABLE linked_party AS
WITH placed AS (
    SELECT
        p.*,
        l.status AS link_status,
        l.score AS link_score,
        l.named_id,
        -- A federally funded centre in an STTR award is named, and nobody is credited (INDICATORS §2).
        CASE WHEN p.role <> 'federal_laboratory' THEN l.credited_id END AS credited_id,
        CASE
            WHEN p.role <> 'federal_laboratory' THEN coalesce(l.credited_id, n.organisation_id)
        END AS organisation_id
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
    CASE WHEN p.role = 'federal_laboratory' THEN 'government' ELSE coalesce(o.sector, 'unknown') END AS sector,
    coalesce(o.is_institution, false) AS is_institution,
    p.is_sme, p.amount, p.currency, p.cost, p.has_left,
    p.link_status, p.link_score
FROM placed AS p
LEFT JOIN organisation AS o USING (organisation_id)
ORDER BY p.source, p.record_table, p.record_id, p.period, p.party_no
"""

LINK = """
CREATE OR REPLACE TEMP TABLE _link AS
SELECT q.*, a.* EXCLUDE (name, country, context)
FROM _query AS q
JOIN _answer AS a ON a.name = q.name AND a.country = q.country AND a.context = q.context
"""


LOCAL_NAME = """
CREATE OR REPLACE TEMP TABLE _local_name AS
SELECT l.name, l.country, l.local_id AS organisation_id, l.is_firm, sum(l.records) AS records
FROM _link AS l
JOIN name_link AS n
    ON n.source = l.source AND n.name = l.name AND n.country = l.country AND n.context = l.context
WHERE n.credited_id IS NULL AND l.local_id <> ''
GROUP BY ALL
"""

AT_ONCE = 50_000
"""Names linked at once, so that their number costs time and no memory."""


def link(
    connection: "duckdb.DuckDBPyConnection",
    tables: seeds.Seeds | None = None,
    remembered: Memory | None = None,
    reuse: Reuse | None = None,
    index: Callable[[Callable[[], Registry]], Registry] = lambda build: build(),
) -> None:
    """Create the link tables from the tables of records and parties, the directory's and the registry's.

    Creates name_link, organisation_spelling, organisation, descendant, institution, linked_party, collaboration. The
    same rows and seeds give the same tables, row for row; an empty registry leaves every name unlinked. What is
    `remembered` of the registry, and collaborations of parts that did not change, are not worked out again.
    `index` is given what builds the registry's index, and may have it kept already.
    """
    tables = tables or seeds.load()
    reporters.dated(connection, tables)
    dated_names.find(connection, tables)
    connection.execute(PARTY)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE _query AS {QUERY}")
    registry = cache(lambda: index(lambda: _registry(connection)))
    answers = _answers(connection, tables, registry, remembered)
    connection.register("_answer", answers)
    connection.execute(LINK)
    connection.unregister("_answer")
    connection.execute(NAME_LINK, {"same_id": match.SCORES["same_id"]})
    connection.execute(LOCAL_NAME)
    clusters.write(connection)
    sectors = company.SOURCE_SECTOR
    connection.register("_source_sector", pa.table({"source_type": list(sectors), "sector": list(sectors.values())}))
    connection.execute(LOCAL)
    connection.unregister("_source_sector")
    organisations.write(connection, registry, tables, remembered)
    connection.execute(LINKED_PARTY)
    connection.execute(organisations.INSTITUTION)
    for scratch in (
        "_party",
        "_query",
        "_link",
        "_local_name",
        "_local_organisation",
        "_dated_id",
        "_dated_name",
        "_dated_party",
    ):
        connection.execute(f"DROP TABLE {scratch}")
    collaboration.write(connection, reuse or Reuse())


def _registry(connection: "duckdb.DuckDBPyConnection") -> Registry:
    held = [connection.table(f"registry_{t}").to_arrow_table() for t in ("organisation", "name", "relation")]
    return Registry.build(*held)


def _answers(
    connection: "duckdb.DuckDBPyConnection",
    tables: seeds.Seeds,
    registry: Callable[[], Registry],
    remembered: Memory | None,
) -> pa.Table:
    """Return the answer to every name asked for; only names never asked before need the registry's index."""
    key = ", ".join(KEY)
    known = remembered.recall("links") if remembered else None
    among = ""
    if known is not None:
        connection.register("_known", known)
        among = f"ANTI JOIN _known USING ({key})"
    new = connection.sql(f"SELECT DISTINCT {key} FROM _query {among} ORDER BY {key}").to_arrow_table()
    if known is not None:
        connection.unregister("_known")
        if not new.num_rows:
            return known
    linker = Linker.of(registry(), tables, directory.load(connection, "SELECT context FROM _query"))
    some = [new.slice(at, AT_ONCE) for at in range(0, max(new.num_rows, 1), AT_ONCE)]
    found = pa.concat_tables([_local(match.match(names, linker)) for names in some])
    answers = found if known is None else pa.concat_tables([known, found.cast(known.schema)])
    if remembered:
        remembered.keep("links", answers)
    return answers


def _local(answers: pa.Table) -> pa.Table:
    """Add the id of an organisation known by name only to names that credit none, and whether it is a firm."""
    named = zip(*(answers[c].to_pylist() for c in ("name", "country", "credited_id")), strict=True)
    rows = [("", False) if credited else _by_name(name, country) for name, country, credited in named]
    answers = answers.append_column("local_id", pa.array([id_ for id_, _ in rows], pa.string()))
    return answers.append_column("is_firm", pa.array([is_firm for _, is_firm in rows], pa.bool_()))


def _by_name(name: str, country: str) -> tuple[str, bool]:
    return company.local_id(name, country), company.local_sector(name, "", country)[0] == "company"
