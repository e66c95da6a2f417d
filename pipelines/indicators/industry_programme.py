"""The evidence of awards from programmes that pay only for work with industry, though no partner is named.

Which programmes these are stands in the seed `programme_codes`: forms `joint_research` (GOALI, research
projects of an industry–university centre, NSF's own references) and `industry_centre` (IUCRC).
"""

from pipelines.indicators.award_holder import AWARD_HOLDER
from pipelines.indicators.measure import Measure

INDUSTRY_PROGRAMME_AWARDS = Measure(
    "industry_programme_awards",
    "record",
    "projects of the institution, in programmes that pay for research with industry",
    frozenset({"industry_programmes", "awardees", "dates"}),
    "count",
    """
    WITH chosen AS (
        SELECT DISTINCT award_id AS record_id
        FROM award_programme
        WHERE form IN ('joint_research', 'industry_centre')
    )
    -- Of an institution's awards for one project the first stands for it.
    SELECT
        h.institution_id,
        CAST(extract(year FROM min(h.starts_on)) AS BIGINT) AS year,
        'award' AS record_table,
        min(h.record_id) AS record_id,
        '' AS partner_id,
        CAST(1 AS DOUBLE) AS amount,
        CAST(1 AS DOUBLE) AS share,
        CAST(NULL AS VARCHAR) AS currency,
        'all' AS partner,
        'n/a' AS intensity,
        min(h.source) AS source,
        min(h.part) AS part
    FROM award_holder AS h
    JOIN chosen AS c ON c.record_id = h.record_id
    GROUP BY h.institution_id, h.project_id
    """,
    (AWARD_HOLDER,),
)
