"""The evidence of platforms: centres and partnerships that public programmes pay for, and the companies in them.

Which programmes these are stands in the seed `programme_codes`: forms `centre` and `industry_centre`, and the
nodes, sites and hubs of incubation. Reference: NSF's programme elements for centres; CORDIS fundingScheme of the
Joint Undertakings and the EIT; GtR's grant categories.
"""

from pipelines.indicators.award_holder import AWARD_HOLDER
from pipelines.indicators.grant import GRANT, GRANT_COMPANY
from pipelines.indicators.measure import Idea, Measure
from pipelines.indicators.record_grain import record_rows

CENTRE = Idea(
    "centre",
    "institution, centre and award that pays for it",
    """
    -- A cooperative agreement pays for a centre, and a continuing grant for a site of an industry–university
    -- centre; standard grants under the same codes pay for planning and meetings (NSF 0855796, 0838748). Where
    -- the scheme is the programme itself (NIH's activity codes), every award of it pays for a centre.
    WITH paid AS (
        SELECT
            award_id AS record_id,
            bool_or(requires_industry) AS is_industry,
            bool_or(form = 'industry_centre') AS is_site,
            bool_or(form = 'incubation') AS is_incubator,
            lower(min(code)) AS code
        FROM award_programme
        WHERE kind = 'element'
            AND (
                form IN ('centre', 'industry_centre')
                OR (form = 'incubation' AND centre_type IN ('node', 'site', 'hub'))
            )
        GROUP BY award_id
    )
    SELECT
        h.source,
        h.part,
        h.institution_id,
        h.project_id,
        h.record_id,
        h.starts_on,
        h.ends_on,
        p.is_industry
    FROM award_holder AS h
    JOIN paid AS p ON p.record_id = h.record_id
    WHERE h.instrument = 'cooperative agreement'
        OR (p.is_site AND h.instrument = 'continuing grant')
        OR p.is_incubator
        OR p.code = h.instrument
    UNION ALL
    -- Where all parties are named, every institution among them is at the centre, and companies show themselves.
    SELECT
        m.source,
        m.part,
        m.member_id AS institution_id,
        a.project_id,
        m.record_id,
        a.starts_on,
        a.ends_on,
        s.companies >= 1 OR p.is_industry AS is_industry
    FROM grant_member AS m
    JOIN grant_size AS s ON s.record_id = m.record_id
    JOIN paid AS p ON p.record_id = m.record_id
    JOIN (
        SELECT
            award_id,
            min(coalesce(project_id, award_id)) AS project_id,
            min(starts_on) AS starts_on,
            max(ends_on) AS ends_on
        FROM award
        GROUP BY award_id
    ) AS a ON a.award_id = m.record_id
    LEFT JOIN award_holder AS h ON h.record_id = m.record_id
    WHERE m.is_institution AND h.record_id IS NULL
    """,
)

CENTRE_YEAR = Idea(
    "centre_year",
    "institution, centre and year at the end of which it is active",
    """
    -- Which of these years the source knows enough of is told by its coverage, not here.
    WITH lasting AS (
        SELECT
            c.source,
            c.part,
            c.institution_id,
            c.project_id,
            c.record_id,
            c.is_industry,
            CAST(extract(year FROM c.starts_on) AS BIGINT) AS first_year,
            CASE
                WHEN extract(month FROM c.ends_on) = 12 AND extract(day FROM c.ends_on) = 31
                THEN CAST(extract(year FROM c.ends_on) AS BIGINT)
                ELSE CAST(extract(year FROM c.ends_on) AS BIGINT) - 1
            END AS last_year
        FROM centre AS c
        WHERE c.ends_on IS NOT NULL
    ),
    -- Awards of up to a hundred years.
    digit AS (
        SELECT n FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS d(n)
    )
    SELECT
        l.source,
        l.institution_id,
        l.project_id,
        l.first_year + 10 * tens.n + ones.n AS year,
        min(l.part) AS part,
        min(l.record_id) AS record_id,
        bool_or(l.is_industry) AS is_industry
    FROM lasting AS l
    CROSS JOIN digit AS tens
    CROSS JOIN digit AS ones
    WHERE l.first_year + 10 * tens.n + ones.n <= l.last_year
    GROUP BY l.source, l.institution_id, l.project_id, l.first_year + 10 * tens.n + ones.n
    """,
)


def _centres(name: str, meaning: str, where: str) -> Measure:
    """Declare the count of an institution's centres of a kind that are active at the end of the year."""
    sql = record_rows("award", "centre_year AS y", "y", where)
    needs = frozenset({"centres", "dates"})
    return Measure(name, "record", meaning, needs, "count", sql, (*GRANT, AWARD_HOLDER, CENTRE, CENTRE_YEAR))


CENTRES_ACTIVE = _centres(
    "centres_active", "centres active on 31 December that the institution holds an award or a part of", "true"
)
INDUSTRY_CENTRES_ACTIVE = _centres(
    "industry_centres_active",
    "centres active on 31 December, of the institution, whose programme requires industry or in which a company is",
    "y.is_industry",
)

MEMBERS = Measure(
    "centre_members",
    "edge",
    "companies in the institution's centres that are active on 31 December, at their topmost parent company",
    frozenset({"centres", "dates", "partners"}),
    "count",
    """
    SELECT
        y.institution_id,
        y.year,
        'award' AS record_table,
        y.record_id,
        g.partner_id,
        CAST(1 AS DOUBLE) AS amount,
        CAST(1 AS DOUBLE) AS share,
        CAST(NULL AS VARCHAR) AS currency,
        CASE WHEN bool_and(g.is_sme) THEN 'sme' WHEN NOT bool_or(g.is_sme) THEN 'large' ELSE 'all' END AS partner,
        'n/a' AS intensity,
        y.source,
        min(y.part) AS part
    FROM centre_year AS y
    JOIN centre AS c
        ON c.source = y.source
        AND c.institution_id = y.institution_id
        AND c.project_id = y.project_id
    JOIN grant_company AS g ON g.record_id = c.record_id AND g.institution_id = c.institution_id
    GROUP BY y.institution_id, y.year, y.record_id, g.partner_id, y.source
    """,
    (*GRANT, GRANT_COMPANY, AWARD_HOLDER, CENTRE, CENTRE_YEAR),
)
