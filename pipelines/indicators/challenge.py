"""Challenges of collaboration: do partners stay, and who gets the money of joint grants.

Reference: INDICATORS §1 (challenges) and §3. Retention and repeat share are weak proxies of aligned goals.
"""

from pipelines.indicators.grant import GRANT
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.joint_evidence import JOINT_PARTNERS
from pipelines.indicators.measure import Measure

# Associated and international partners carry no money of the funder: their empty amount hides nothing.
_TOLD_THROUGHOUT = """
    WITH budget AS (
        SELECT
            record_id,
            count(
                CASE
                    WHEN amount IS NULL
                        AND role NOT IN ('partner', 'associated_partner', 'international_partner')
                    THEN 1
                END
            ) AS untold
        FROM linked_party
        WHERE record_table = 'award'
        GROUP BY record_id
    ),
    spent AS (
        SELECT
            record_id,
            max(currency) AS currency,
            count(DISTINCT currency) AS currencies,
            sum(CAST(amount AS DECIMAL(18, 4))) AS everyone,
            sum(CASE WHEN is_company THEN CAST(amount AS DECIMAL(18, 4)) END) AS companies
        FROM grant_member
        GROUP BY record_id
    )
"""


def _budget(name: str, meaning: str, column: str) -> Measure:
    sql = f"""
    {_TOLD_THROUGHOUT}
    SELECT
        m.member_id AS institution_id,
        m.year,
        'award' AS record_table,
        m.record_id,
        '' AS partner_id,
        CAST(coalesce(b.{column}, 0) AS DOUBLE) AS amount,
        CAST(NULL AS DOUBLE) AS share,
        b.currency,
        'all' AS partner,
        s.intensity,
        m.source,
        m.part
    FROM grant_member AS m
    JOIN grant_size AS s ON s.record_id = m.record_id
    JOIN spent AS b ON b.record_id = m.record_id
    JOIN budget AS t ON t.record_id = m.record_id
    WHERE m.is_institution
        AND s.companies >= 1
        AND t.untold = 0
        AND b.everyone > 0
        AND b.currencies = 1
    """
    return Measure(name, "record", meaning, frozenset({"partners", "amounts"}), "money", sql, GRANT)


BUDGET_COMPANIES = _budget(
    "joint_budget_companies",
    "the contribution to companies in joint grants whose whole budget is told",
    "companies",
)
BUDGET = _budget(
    "joint_budget",
    "the contribution to all parties of joint grants whose whole budget is told",
    "everyone",
)

RETAINED = """
    -- Companies of the years y−5 to y−3, and whether they are there again in y−2 to y.
    WITH former AS (
        SELECT DISTINCT
            e.rollup,
            e.institution_id,
            e.source,
            e.partner,
            e.intensity,
            e.year + b.back AS year,
            e.partner_id
        FROM edge AS e
        CROSS JOIN (VALUES (3), (4), (5)) AS b(back)
    ),
    later AS (
        SELECT DISTINCT
            e.rollup,
            e.institution_id,
            e.source,
            e.partner,
            e.intensity,
            e.year + b.back AS year,
            e.partner_id
        FROM edge AS e
        CROSS JOIN (VALUES (0), (1), (2)) AS b(back)
    )
    SELECT
        f.rollup,
        f.institution_id,
        f.source,
        f.partner,
        f.intensity,
        f.year,
        count(l.partner_id) AS numerator,
        count(*) AS denominator
    FROM former AS f
    LEFT JOIN later AS l
        ON l.rollup = f.rollup
        AND l.institution_id = f.institution_id
        AND l.source = f.source
        AND l.partner = f.partner
        AND l.intensity = f.intensity
        AND l.year = f.year
        AND l.partner_id = f.partner_id
    GROUP BY f.rollup, f.institution_id, f.source, f.partner, f.intensity, f.year
"""

_REPEATED = """
    -- Companies of year y, and whether they were there before, in y−5 to y−1.
    WITH present AS (
        SELECT DISTINCT rollup, institution_id, source, partner, intensity, year, partner_id
        FROM edge
    ),
    earlier AS (
        SELECT DISTINCT
            e.rollup,
            e.institution_id,
            e.source,
            e.partner,
            e.intensity,
            e.year + b.back AS year,
            e.partner_id
        FROM edge AS e
        CROSS JOIN (VALUES (1), (2), (3), (4), (5)) AS b(back)
    )
    SELECT
        p.rollup,
        p.institution_id,
        p.source,
        p.partner,
        p.intensity,
        p.year,
        {counted} AS numerator,
        count(*) AS denominator
    FROM present AS p
    LEFT JOIN earlier AS e
        ON e.rollup = p.rollup
        AND e.institution_id = p.institution_id
        AND e.source = p.source
        AND e.partner = p.partner
        AND e.intensity = p.intensity
        AND e.year = p.year
        AND e.partner_id = p.partner_id
    GROUP BY p.rollup, p.institution_id, p.source, p.partner, p.intensity, p.year
"""
REPEATED = _REPEATED.format(counted="count(e.partner_id)")
NEW = _REPEATED.format(counted="count(*) - count(e.partner_id)")

_KEEPS = "INDICATORS §3, Challenges"
_PROXY = "A weak proxy: a partner may leave because the work is done."
_SAME_SOURCE = "Only where one source covers all six years; partners kept alive by other funders are not seen."

BUDGET_SPLIT = Indicator(
    "challenge.budget_split",
    "Companies' share of joint budgets",
    "Which part of the money of the institution's joint grants goes to the companies in them.",
    "fraction",
    BUDGET_COMPANIES,
    _KEEPS,
    (
        "Only grants in which every party that can have money has its amount told.",
        "The funder's contribution alone: what companies pay themselves is not in it.",
    ),
    denominator=BUDGET,
    aggregate="ratio",
    window_years=3,
    least_base=10,
    interval="ratio",
    intensities=("all", "bilateral_small"),
    is_bounded=True,
)
RETENTION = Indicator(
    "challenge.retention",
    "Partner retention",
    "Which part of the companies the institution worked with three to five years ago it still works with.",
    "fraction",
    JOINT_PARTNERS,
    _KEEPS,
    (_PROXY, _SAME_SOURCE),
    aggregate=RETAINED,
    says="distinct companies in grants starting in y−5 to y−3 that are in grants starting in y−2 to y "
    "as well ÷ distinct companies in grants starting in y−5 to y−3",
    window_years=3,
    years_back=(0, 5),
    base_back=(3, 5),
    least_base=10,
    interval="wilson",
    intensities=("all", "bilateral_small"),
    is_bounded=True,
)
REPEAT_SHARE = Indicator(
    "challenge.repeat_share",
    "Share of partners that are known already",
    "Which part of the year's company partners the institution had worked with in the five years before.",
    "fraction",
    JOINT_PARTNERS,
    _KEEPS,
    (_PROXY, _SAME_SOURCE),
    aggregate=REPEATED,
    says="distinct companies in grants starting in y that are in grants starting in y−5 to y−1 as well "
    "÷ distinct companies in grants starting in y",
    years_back=(0, 5),
    base_back=(0, 0),
    least_base=10,
    interval="wilson",
    intensities=("all", "bilateral_small"),
    is_bounded=True,
)
NEW_PARTNERS = Indicator(
    "challenge.new_partners",
    "Share of partners that are new",
    "Which part of the year's company partners the institution had not worked with in the five years before.",
    "fraction",
    JOINT_PARTNERS,
    _KEEPS,
    (
        "One minus challenge.repeat_share: high means fresh contacts, and the cost of making them.",
        _SAME_SOURCE,
    ),
    aggregate=NEW,
    says="1 − challenge.repeat_share: distinct companies in grants starting in y that are in none starting "
    "in y−5 to y−1 ÷ distinct companies in grants starting in y",
    years_back=(0, 5),
    base_back=(0, 0),
    least_base=10,
    interval="wilson",
    intensities=("all", "bilateral_small"),
    is_bounded=True,
)
