"""Platforms: joint laboratories and technology centres that public programmes pay for.

A stock: a centre counts on every 31 December from its start to its end. Reference: INDICATORS §3,
"Platforms"; NSF's programme elements for centres; CORDIS fundingScheme of the Joint Undertakings and the EIT.
"""

from dataclasses import replace

from pipelines.indicators.award_holder import AWARD_HOLDER
from pipelines.indicators.contract import FACILITIES_INCOME as CONTRACT_FACILITIES_INCOME
from pipelines.indicators.grant import GRANT
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.measure import Idea, Measure

CENTRE = Idea(
    "centre",
    "institution, centre and award that pays for it",
    """
    -- A cooperative agreement pays for a centre, and a continuing grant for a site of an industry–university
    -- centre; standard grants under the same codes pay for planning and meetings (NSF 0855796, 0838748).
    WITH paid AS (
        SELECT
            award_id AS record_id,
            bool_or(requires_industry) AS is_industry,
            bool_or(form = 'industry_centre') AS is_site
        FROM award_programme
        WHERE kind = 'element' AND form IN ('centre', 'industry_centre')
        GROUP BY award_id
    ),
    -- Partnerships of the framework programmes with industry, without their coordination actions.
    partnership AS (
        SELECT award_id AS record_id, max(starts_on) AS starts_on, max(ends_on) AS ends_on
        FROM award
        WHERE (
                upper(scheme) LIKE 'JTI-%'
                OR upper(scheme) LIKE 'BBI-%'
                OR upper(scheme) LIKE 'CS2-%'
                OR upper(scheme) LIKE 'ECSEL-%'
                OR upper(scheme) LIKE 'EUROHPC-%'
                OR upper(scheme) LIKE 'FCH2-%'
                OR upper(scheme) LIKE 'IMI2-%'
                OR upper(scheme) LIKE 'SESAR-%'
                OR upper(scheme) LIKE 'SHIFT2RAIL-%'
                OR upper(scheme) LIKE 'HORIZON-JU-%'
                OR upper(scheme) LIKE '%EIT-KIC%'
            )
            AND upper(scheme) NOT LIKE '%-CSA%'
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
    WHERE h.instrument = 'cooperative agreement' OR (p.is_site AND h.instrument = 'continuing grant')
    UNION ALL
    SELECT
        m.source,
        m.part,
        m.member_id AS institution_id,
        m.record_id AS project_id,
        m.record_id,
        a.starts_on,
        a.ends_on,
        s.companies >= 1 AS is_industry
    FROM grant_member AS m
    JOIN grant_size AS s ON s.record_id = m.record_id
    JOIN partnership AS a ON a.record_id = m.record_id
    WHERE m.is_institution
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
    sql = f"""
    SELECT
        institution_id,
        year,
        'award' AS record_table,
        record_id,
        '' AS partner_id,
        CAST(1 AS DOUBLE) AS amount,
        CAST(1 AS DOUBLE) AS share,
        CAST(NULL AS VARCHAR) AS currency,
        'all' AS partner,
        'n/a' AS intensity,
        source,
        part
    FROM centre_year
    WHERE {where}
    """
    needs = frozenset({"centres", "dates"})
    return Measure(name, "record", meaning, needs, "count", sql, (*GRANT, AWARD_HOLDER, CENTRE, CENTRE_YEAR))


CENTRES_ACTIVE = _centres(
    "centres_active", "centres active on 31 December that the institution holds an award or a part of", "year >= 1950"
)
INDUSTRY_CENTRES_ACTIVE = _centres(
    "industry_centres_active",
    "centres active on 31 December, of the institution, whose programme requires industry or in which a company is",
    "is_industry",
)

_KEEPS = "INDICATORS §3, Platforms"
_SIX_YEARS = (
    "Needs the years of start y−5 to y: a centre's award runs five or six years. Engineering research and science "
    "and technology centres are paid for up to twelve, so that the first six years of a source that does not "
    "reach back further lack old ones."
)
_SITES = (
    "A centre of several universities counts at each; a site with a first and a second award for the same centre "
    "counts twice while both run."
)
_TYPES = "The type of a centre stands beside its programme in award_programme.centre_type; NSF and CORDIS differ."

CENTRES = Indicator(
    "platform.centres",
    "Centres",
    "How many centres and partnerships that a public programme pays for are active at the institution at the end "
    "of the year.",
    "centres",
    CENTRES_ACTIVE,
    _KEEPS,
    (
        _SIX_YEARS,
        _SITES,
        _TYPES,
        "Of NSF's centres only those paid from a centre programme; members are not published.",
    ),
    years_back=(0, 5),
    is_stock=True,
)
INDUSTRY_CENTRES = Indicator(
    "platform.industry_centres",
    "Centres with industry",
    "How many of the institution's active centres have industry in them, by the programme's rule or by its records.",
    "centres",
    INDUSTRY_CENTRES_ACTIVE,
    f"{_KEEPS}; NSF: IUCRC and ERC require industrial members",
    (_SIX_YEARS, _SITES, "CORDIS tells the companies, NSF only that its programme requires them."),
    years_back=(0, 5),
    is_stock=True,
)
FACILITIES_INCOME = replace(
    CONTRACT_FACILITIES_INCOME,
    id="platform.facilities_income",
    reference="INDICATORS §3, Platforms; HE-BCI table 2a",
    caveats=("The same figure as contract.facilities_income: never add the two.", *CONTRACT_FACILITIES_INCOME.caveats),
)
