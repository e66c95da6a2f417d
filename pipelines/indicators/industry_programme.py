"""The evidence of awards from programmes that pay only for work with industry, though no partner is named.

Which programmes these are stands in the seed `programme_codes`: forms `joint_research` (GOALI, research
projects of an industry–university centre, NSF's own references) and `industry_centre` (IUCRC).
"""

from pipelines.indicators.award_holder import AWARD_HOLDER, BY_PROJECT, PROJECTS_HELD
from pipelines.indicators.measure import Measure

INDUSTRY_PROGRAMME_AWARDS = Measure(
    "industry_programme_awards",
    "record",
    "projects of the institution, in programmes that pay for research with industry",
    frozenset({"industry_programmes", "awardees", "dates"}),
    "count",
    f"""
    WITH chosen AS (
        SELECT DISTINCT award_id AS record_id
        FROM award_programme
        WHERE form IN ('joint_research', 'industry_centre')
    )
    {PROJECTS_HELD}
    JOIN chosen AS c ON c.record_id = h.record_id
    {BY_PROJECT}
    """,
    (AWARD_HOLDER,),
)
