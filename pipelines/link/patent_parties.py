"""Owners of patents, sides of conveyances, institutions that publish, applicants of projects' patents, as parties.

Of a patent its assignees and applicants count, and never its inventors; persons have no name here and are no
parties: `patent_party` and `transfer_party` tell that there are some. An assignee's type code decides nothing: it
calls every university a US company (INDICATORS §2). Grantors have no address; a grantee without a country but with
a US state is in the United States, since the office leaves its own country out.
"""

from pipelines.link import context

PUBLICATION_ID = "source || ':' || split_part(institution_id, '/', -1) || ':' || year"
"""The id of an institution's publications of a year, in DuckDB's dialect: `openalex:052gg0110:2022`."""

_STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA RI SC SD TN TX UT VT VA WA WV WI WY"
).split()
_TERRITORIES = ("AS", "GU", "MP", "PR", "VI")
_COUNTRY = f"""CASE
        WHEN country IS NOT NULL THEN country
        WHEN state IN ({", ".join(f"'{code}'" for code in _STATES)}) THEN 'US'
        -- Territories are states to US publishers, and countries to ISO 3166 and to ROR.
        WHEN state IN ({", ".join(f"'{code}'" for code in _TERRITORIES)}) THEN state
        ELSE ''
    END"""

PARTY = f"""
SELECT
    source, part,
    'patent' AS record_table,
    patent_id AS record_id,
    'all' AS period,
    party_no, role, name,
    {_COUNTRY} AS link_country,
    {context.PLACE_SQL} AS context,
    '' AS source_type,
    -- The publisher's id of an owner is made anew with every release, and has one spelling.
    '' AS source_org_id,
    city, latitude, longitude
FROM patent_party
LEFT JOIN (SELECT record_id AS patent_id, name, dated_on FROM _dated_party WHERE record_table = 'patent')
    USING (patent_id, name)
WHERE role IN ('assignee', 'applicant') AND name IS NOT NULL
UNION ALL BY NAME
SELECT
    source, part,
    'transfer' AS record_table,
    transfer_id AS record_id,
    'all' AS period,
    party_no, role, name,
    {_COUNTRY} AS link_country,
    {context.PLACE_SQL} AS context,
    '' AS source_type,
    '' AS source_org_id,
    city
FROM transfer_party
LEFT JOIN (SELECT record_id AS transfer_id, name, dated_on FROM _dated_party WHERE record_table = 'transfer')
    USING (transfer_id, name)
WHERE name IS NOT NULL
UNION ALL BY NAME
SELECT
    source,
    min(part) AS part,
    'publication_share' AS record_table,
    {PUBLICATION_ID} AS record_id,
    'all' AS period,
    1 AS party_no,
    'author' AS role,
    -- Its id is told, and a name only at times.
    coalesce(min(institution_name), institution_id) AS name,
    coalesce(min(country), '') AS link_country,
    'id:ror:' || institution_id AS context,
    '' AS source_type,
    '' AS source_org_id
FROM publication_share
GROUP BY source, institution_id, year
UNION ALL BY NAME
SELECT
    o.source,
    min(o.part) AS part,
    'award_output' AS record_table,
    o.output_id AS record_id,
    'all' AS period,
    -- Two projects may claim one family, each with its own partners.
    row_number() OVER (PARTITION BY o.source, o.output_id ORDER BY o.source_org_id, o.name) AS party_no,
    o.role,
    o.name,
    coalesce(any_value(t.country), '') AS link_country,
    concat_ws(' | ', 'type:' || any_value(t.source_type), 'id:' || o.source_org_id) AS context,
    '' AS source_type,
    coalesce(o.source_org_id, '') AS source_org_id
FROM award_output_party AS o
-- The funder knows the organisation from the grants it takes part in: what it says of it there, where it is one thing.
LEFT JOIN (
    SELECT
        source,
        source_org_id,
        CASE WHEN count(DISTINCT country) = 1 THEN min(country) END AS country,
        CASE WHEN count(DISTINCT source_type) = 1 THEN min(source_type) END AS source_type
    FROM award_party
    WHERE source_org_id IS NOT NULL
    GROUP BY source, source_org_id
) AS t ON t.source = o.source AND t.source_org_id = o.source_org_id
GROUP BY o.source, o.output_id, o.role, o.name, o.source_org_id
"""
