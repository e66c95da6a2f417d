"""Collaborations: who takes part in a grant, or owns a patent, together: by record, institution and partner.

A recorded conveyance is none: its two sides deal with each other, one gives up what the other gets, and most records
are loans, mergers and changes of name. What goes from an institution to a company is told from `transfer_party` and
`title_chain`. A publication is not told by its authors here, and a survey is one institution's own report.
"""

from typing import TYPE_CHECKING

from pipelines import parts
from warehouse.reuse import Reuse

if TYPE_CHECKING:
    import duckdb

READ = ("record_table", "record_id", "role", "name", "country", "organisation_id", "sector", "is_institution", "is_sme")
"""What is read of a party: its money may change, and the collaborations stand."""

GRANTED = """
CREATE OR REPLACE TEMP TABLE _granted AS
SELECT source, part, patent_id, CASE WHEN year(granted_on) >= 1950 THEN CAST(year(granted_on) AS BIGINT) END AS year
FROM patent
WHERE granted_on IS NOT NULL AND is_withdrawn IS DISTINCT FROM true
    -- The EPO tells US grants as well (`epo:US.7186302.B2`): where the office itself tells them, they count once.
    AND (number IS NULL OR number = patent_id OR number NOT IN (SELECT patent_id FROM patent))
"""
"""Patents that count, each once, by the year of the grant."""

MEMBER = f"""
CREATE OR REPLACE TEMP TABLE _member AS
WITH
taking_part AS (
    SELECT source, part, {", ".join(READ)}
    FROM linked_party SEMI JOIN _changed USING (source, part)
    WHERE
        -- Who only adds money to a grant takes no part in it.
        (record_table = 'award' AND role <> 'cofunder')
        OR (
            record_table = 'patent'
            AND record_id IN (SELECT patent_id FROM _granted)
            -- Applicants own a document of which no owner is told, those of the EPO's service.
            AND (role = 'assignee' OR record_id NOT IN (SELECT patent_id FROM patent_party WHERE role = 'assignee'))
        )
),
party AS (
    SELECT * FROM taking_part
    SEMI JOIN (SELECT record_table, record_id FROM taking_part WHERE is_institution) USING (record_table, record_id)
),
size AS (
    SELECT record_table, record_id, count(DISTINCT coalesce(organisation_id, name)) AS organisations
    FROM party
    GROUP BY record_table, record_id
)
SELECT
    record_table, record_id, p.organisation_id,
    min(p.source) AS source,
    min(p.part) AS part,
    any_value(p.sector) AS sector,
    any_value(p.is_institution) AS is_institution,
    bool_or(p.is_sme) AS is_sme,
    any_value(s.organisations) AS organisations
FROM party AS p
JOIN size AS s USING (record_table, record_id)
WHERE p.organisation_id IS NOT NULL
GROUP BY record_table, record_id, p.organisation_id
"""
"""Organisations that take part in a record of an institution, and how many do."""

COLLABORATION = """
CREATE OR REPLACE TABLE collaboration AS
WITH year_of AS (
    SELECT
        'award' AS record_table,
        award_id AS record_id,
        coalesce(min(reporting_year), CAST(year(min(starts_on)) AS BIGINT)) AS year
    FROM award
    GROUP BY award_id
    UNION ALL
    SELECT 'patent', patent_id, year FROM _granted
)
SELECT
    i.source, i.part, i.record_table, i.record_id,
    i.organisation_id AS institution_id,
    p.organisation_id AS partner_id,
    p.sector AS partner_sector,
    p.is_sme AS partner_is_sme,
    y.year,
    i.organisations,
    CASE
        -- Who owns a patent together sits at one table, however many they are.
        WHEN i.record_table = 'patent' OR i.organisations <= 3 THEN 'bilateral'
        WHEN i.organisations <= 10 THEN 'small'
        ELSE 'consortium'
    END AS intensity
FROM _member AS i
JOIN _member AS p
    ON p.record_table = i.record_table
    AND p.record_id = i.record_id
    AND p.organisation_id <> i.organisation_id
LEFT JOIN year_of AS y ON y.record_table = i.record_table AND y.record_id = i.record_id
WHERE i.is_institution
"""
"""Pairs of them; their order comes with the files."""


def write(connection: "duckdb.DuckDBPyConnection", reuse: Reuse) -> None:
    """Create `collaboration` from linked_party and the dates of its records; parts of the same rows keep theirs."""
    connection.execute(GRANTED)
    keys = parts.digests(connection, "linked_party", READ)
    starts = parts.digests(connection, "award", ("award_id", "starts_on", "reporting_year"))
    grants = parts.digests(connection, "_granted")
    owned = parts.digests(
        connection, "(SELECT source, part, patent_id, role FROM patent_party WHERE role = 'assignee')"
    )
    changed = parts.changed(connection, reuse, "collaboration", keys, starts, grants, owned)
    changed.register(connection, "_changed")
    connection.execute(MEMBER)
    connection.execute(COLLABORATION)
    connection.unregister("_changed")
    for scratch in ("_granted", "_member"):
        connection.execute(f"DROP TABLE {scratch}")
    changed.keep(connection, "collaboration")
