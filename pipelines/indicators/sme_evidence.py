"""The evidence of what SMEs gain beyond money: a further grant after the first, and organisations not met before.

Both look from a grant to the same firm's grants of other years, whatever part of the source they are in
(`Measure.across`). They need sources that name every party of a grant: STTR's pairs bring a firm together with
nobody but the institution. Reference: INDICATORS §3, "SMEs".
"""

from pipelines.indicators.edge import totals
from pipelines.indicators.grant import GRANT
from pipelines.indicators.measure import Idea, Measure

FIRM_GRANT = Idea(
    "firm_grant",
    "company and collaborative grant",
    """
    SELECT
        m.source,
        m.part,
        m.member_id AS firm_id,
        m.record_id,
        m.year,
        coalesce(o.country, '') AS country,
        coalesce(m.is_sme, false) AS is_sme
    FROM grant_member AS m
    JOIN grant_size AS s ON s.record_id = m.record_id
    LEFT JOIN organisation AS o ON o.organisation_id = m.member_id
    WHERE m.is_company AND s.organisations >= 2
    """,
)
_NEEDS = frozenset({"partners", "all_parties", "sme"})

FOLLOW_ON = Measure(
    "sme_follow_on",
    "edge",
    "SMEs that start a further collaborative grant within three years of their first, with the institution, minus "
    "the rate of all such SMEs of their country",
    _NEEDS,
    "count",
    """
    WITH debut AS (
        SELECT source, firm_id, country, min(year) AS year
        FROM firm_grant
        GROUP BY source, firm_id, country
    ),
    -- Who is an SME in a grant of its first year.
    first_timer AS (
        SELECT
            d.source,
            d.firm_id,
            d.country,
            d.year,
            CASE
                WHEN EXISTS (
                    SELECT 1 FROM firm_grant AS later
                    WHERE later.source = d.source
                        AND later.firm_id = d.firm_id
                        AND later.year > d.year
                        AND later.year <= d.year + 3
                )
                THEN CAST(1 AS DOUBLE)
                ELSE CAST(0 AS DOUBLE)
            END AS went_on
        FROM debut AS d
        WHERE EXISTS (
            SELECT 1 FROM firm_grant AS own
            WHERE own.source = d.source AND own.firm_id = d.firm_id AND own.year = d.year AND own.is_sme
        )
    ),
    national AS (
        SELECT source, country, year, avg(went_on) AS rate
        FROM first_timer
        GROUP BY source, country, year
    )
    SELECT
        m.member_id AS institution_id,
        f.year,
        'award' AS record_table,
        min(g.record_id) AS record_id,
        f.firm_id AS partner_id,
        CAST(max(f.went_on) - max(n.rate) AS DOUBLE) AS amount,
        CAST(1 AS DOUBLE) AS share,
        CAST(NULL AS VARCHAR) AS currency,
        'sme' AS partner,
        'n/a' AS intensity,
        m.source,
        min(m.part) AS part
    FROM first_timer AS f
    JOIN national AS n ON n.source = f.source AND n.country = f.country AND n.year = f.year
    JOIN firm_grant AS g ON g.source = f.source AND g.firm_id = f.firm_id AND g.year = f.year
    JOIN grant_member AS m ON m.record_id = g.record_id
    WHERE m.is_institution
    GROUP BY m.member_id, f.year, f.firm_id, m.source
    """,
    (*GRANT, FIRM_GRANT),
    across=True,
)

NEWLY_MET = Measure(
    "sme_newly_met",
    "edge",
    "organisations that SMEs meet in joint grants with the institution and had no grant with in the five years before",
    _NEEDS,
    "count",
    """
    -- With whom a firm had a grant in which years, and how many years had passed since the last.
    WITH meeting AS (
        SELECT DISTINCT f.source, f.firm_id, o.member_id, f.year
        FROM firm_grant AS f
        JOIN grant_member AS o ON o.record_id = f.record_id AND o.member_id <> f.firm_id
    ),
    since AS (
        SELECT
            source,
            firm_id,
            member_id,
            year,
            year - lag(year) OVER (PARTITION BY source, firm_id, member_id ORDER BY year) AS years
        FROM meeting
    ),
    new_meeting AS (
        SELECT source, firm_id, member_id, year
        FROM since
        WHERE years IS NULL OR years > 5
    ),
    joint AS (
        SELECT
            m.member_id AS institution_id,
            f.source,
            m.part,
            f.firm_id,
            f.record_id,
            f.year,
            s.organisations,
            s.intensity
        FROM firm_grant AS f
        JOIN grant_member AS m ON m.record_id = f.record_id
        JOIN grant_size AS s ON s.record_id = f.record_id
        WHERE m.is_institution AND f.is_sme
    ),
    -- Whoever is met in several grants of a year is met in the smallest.
    met AS (
        SELECT
            j.institution_id,
            j.firm_id,
            j.year,
            o.member_id,
            min(j.record_id) AS record_id
        FROM joint AS j
        JOIN grant_member AS o ON o.record_id = j.record_id
        JOIN new_meeting AS n
            ON n.source = j.source
            AND n.firm_id = j.firm_id
            AND n.member_id = o.member_id
            AND n.year = j.year
        JOIN (
            SELECT
                k.institution_id,
                k.firm_id,
                k.year,
                q.member_id,
                min(k.organisations) AS organisations
            FROM joint AS k
            JOIN grant_member AS q ON q.record_id = k.record_id
            GROUP BY k.institution_id, k.firm_id, k.year, q.member_id
        ) AS least
            ON least.institution_id = j.institution_id
            AND least.firm_id = j.firm_id
            AND least.year = j.year
            AND least.member_id = o.member_id
            AND least.organisations = j.organisations
        WHERE o.member_id <> j.institution_id
        GROUP BY j.institution_id, j.firm_id, j.year, o.member_id
    ),
    counted AS (
        SELECT institution_id, firm_id, record_id, count(*) AS organisations
        FROM met
        GROUP BY institution_id, firm_id, record_id
    )
    SELECT
        j.institution_id,
        j.year,
        'award' AS record_table,
        j.record_id,
        j.firm_id AS partner_id,
        CAST(coalesce(c.organisations, 0) AS DOUBLE) AS amount,
        CAST(1 AS DOUBLE) / j.organisations AS share,
        CAST(NULL AS VARCHAR) AS currency,
        'sme' AS partner,
        j.intensity,
        j.source,
        j.part
    FROM joint AS j
    LEFT JOIN counted AS c
        ON c.institution_id = j.institution_id
        AND c.firm_id = j.firm_id
        AND c.record_id = j.record_id
    """,
    (*GRANT, FIRM_GRANT),
    across=True,
)

FOLLOW_ON_RATE = totals("edge AS e", "round(sum(e.amount), 9)", "count(*)", range(3))
MET_PER_FIRM = f"""
    -- A firm counts once a year, whatever the number of its grants.
    WITH yearly AS ({totals("edge AS e", "sum(e.amount)", "count(DISTINCT e.partner_id)")})
    {totals("yearly AS e", "sum(e.numerator)", "sum(e.denominator)", range(3))}
"""
