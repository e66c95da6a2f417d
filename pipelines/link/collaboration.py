"""Collaborations: who takes part in a record together, by record, institution and partner."""

from typing import TYPE_CHECKING

from pipelines import parts
from warehouse.reuse import Reuse

if TYPE_CHECKING:
    import duckdb

READ = ("record_table", "record_id", "role", "name", "country", "organisation_id", "sector", "is_institution", "is_sme")
"""What is read of a party: its money may change, and the collaborations stand."""

COLLABORATION = f"""
CREATE OR REPLACE TABLE collaboration AS
WITH
party AS (
    -- A survey's record is one institution's own report: there is nobody on it to collaborate with.
    SELECT source, part, {", ".join(READ)}
    FROM linked_party SEMI JOIN _changed USING (source, part)
    -- Who only adds money to a grant takes no part in it.
    WHERE record_table <> 'survey_value' AND role <> 'cofunder'
),
year_of AS (
    SELECT award_id AS record_id, coalesce(min(reporting_year), CAST(year(min(starts_on)) AS BIGINT)) AS year
    FROM award
    GROUP BY award_id
),
size AS (
    SELECT record_table, record_id, count(DISTINCT coalesce(organisation_id, name)) AS organisations
    FROM party
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
    FROM party
    WHERE organisation_id IS NOT NULL
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


def write(connection: "duckdb.DuckDBPyConnection", reuse: Reuse) -> None:
    """Create `collaboration` from linked_party and the dates of awards; parts of the same rows keep theirs."""
    keys = parts.digests(connection, "linked_party", READ)
    starts = parts.digests(connection, "award", ("award_id", "starts_on", "reporting_year"))
    changed = parts.changed(connection, reuse, "collaboration", keys, starts)
    changed.register(connection, "_changed")
    connection.execute(COLLABORATION)
    connection.unregister("_changed")
    changed.keep(connection, "collaboration")
