"""Reporters of surveys as parties: an institution and a period it reported on make one record with one party.

The publisher's id of the reporter links it (UKPRN → ROR by the seed `organisation_ids`), its name where the id
is not known. An id that changed hands carries the last day of the period in its context, so that it names
whoever held it then.
"""

from typing import TYPE_CHECKING

from pipelines.link import context
from pipelines.link.seeds import Seeds

if TYPE_CHECKING:
    import duckdb

RECORD_ID = "source || ':' || reporter_id || ':' || period_end"
"""The id of a survey's record, in DuckDB's dialect: `hebci:ukprn:10007143:2022-07-31`."""

_COUNTRY = {"ukprn": "GB", "herd": "US"}
"""Country of all who bear an id of a scheme, but for those in a US territory."""

PARTY = f"""
SELECT
    source,
    -- Two tables of one publisher may be two parts and spell a name differently: the first part's is taken.
    min(part) AS part,
    'survey_value' AS record_table,
    {RECORD_ID} AS record_id,
    'all' AS period,
    1 AS party_no,
    'reporter' AS role,
    arg_min(reporter_name, (part, reporter_name)) AS name,
    CASE
        -- Territories are states to US publishers, and countries to ISO 3166 and to ROR.
        WHEN min(reporter_state) IN ('AS', 'GU', 'MP', 'PR', 'VI') THEN min(reporter_state)
        {" ".join(f"WHEN split_part(reporter_id, ':', 1) = '{s}' THEN '{c}'" for s, c in _COUNTRY.items())}
        ELSE ''
    END AS link_country,
    {context.REPORTER_SQL} AS context,
    'HES' AS source_type,
    -- Spellings of an id share an answer; not those of one that names different bodies over time.
    CASE WHEN reporter_id IN (SELECT id FROM _dated_id) THEN '' ELSE reporter_id END AS source_org_id
FROM survey_value
GROUP BY source, reporter_id, period_end
"""


def dated(connection: "duckdb.DuckDBPyConnection", seeds: Seeds) -> None:
    """Create the list of ids that are valid within dates only."""
    connection.execute("CREATE OR REPLACE TEMP TABLE _dated_id (id VARCHAR)")
    ids = {f"{r['scheme']}:{r['id']}" for r in seeds["organisation_ids"] if r["valid_from"] or r["valid_until"]}
    for id_ in sorted(ids):
        connection.execute("INSERT INTO _dated_id VALUES (?)", [id_])
