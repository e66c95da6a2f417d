"""Size of companies by date: what each source tells of whether a firm was a small or medium enterprise.

CORDIS tells what a firm declared for a project. SBIR.gov, NIH's and NSF's small-business awards go to small firms
alone by law (13 CFR 121.702), on the day of the award. Who pays a small or micro entity's fee for a US patent claims to
be small (37 CFR 1.27); a full fee says nothing. An observation may be taken for two years before and after: the status
is gained or lost after two accounting periods only (Recommendation 2003/361/EC, annex, art. 4(2)).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

COMPANY_SIZE = """
CREATE OR REPLACE TABLE company_size AS
WITH
day AS (
    SELECT award_id, period, coalesce(min(awarded_on), min(starts_on)) AS observed_on
    FROM award
    GROUP BY award_id, period
),
company AS (
    SELECT * FROM linked_party
    WHERE sector = 'company' AND NOT is_institution AND organisation_id IS NOT NULL
),
told AS (
    SELECT
        c.organisation_id, c.source, c.record_table, c.record_id, d.observed_on, c.is_sme,
        CASE WHEN c.source IN ('sbir', 'nih_reporter') THEN 'us_500' ELSE 'eu_250' END AS definition,
        CASE WHEN c.source IN ('sbir', 'nih_reporter') THEN 'by_law' ELSE 'declared' END AS basis
    FROM company AS c
    JOIN day AS d ON d.award_id = c.record_id AND d.period = c.period
    WHERE c.record_table = 'award' AND c.is_sme IS NOT NULL
    UNION
    SELECT c.organisation_id, c.source, c.record_table, c.record_id, d.observed_on, true, 'us_500', 'by_law'
    FROM company AS c
    JOIN day AS d ON d.award_id = c.record_id AND d.period = c.period
    WHERE c.record_table = 'award' AND c.role = 'awardee' AND c.source = 'nsf_awards' AND c.is_sme IS NULL
        AND c.record_id IN (SELECT award_id FROM award_programme WHERE form = 'sme_programme')
    UNION
    SELECT c.organisation_id, f.source, 'patent_fee', f.patent_id, f.event_on, true, 'us_500', 'fee'
    FROM company AS c
    JOIN patent_fee AS f ON f.patent_id = c.record_id
    WHERE c.record_table = 'patent' AND c.role = 'assignee' AND f.entity_size IN ('small', 'micro')
        -- After a conveyance somebody else pays, and may be larger or smaller.
        AND f.patent_id NOT IN (
            SELECT p.patent_id
            FROM transfer_patent AS p
            JOIN transfer AS t USING (transfer_id)
            WHERE p.patent_id IS NOT NULL AND t.kind IN ('assignment', 'merger', 'nunc_pro_tunc')
        )
)
SELECT
    organisation_id, source, record_table, record_id, observed_on,
    CAST(observed_on - INTERVAL 2 YEAR AS DATE) AS valid_from,
    CAST(observed_on + INTERVAL 2 YEAR AS DATE) AS valid_until,
    is_sme, definition, basis
FROM told
WHERE observed_on IS NOT NULL
ORDER BY ALL
"""


def write(connection: "duckdb.DuckDBPyConnection") -> None:
    """Create `company_size` of linked_party, award, award_programme, patent_fee and the recorded conveyances."""
    connection.execute(COMPANY_SIZE)
