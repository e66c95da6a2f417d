"""Challenges of collaboration: do partners stay, and who gets the money of joint grants.

Reference: INDICATORS §1 (challenges) and §3. Retention and repeat share are weak proxies of aligned goals.
"""

from pipelines.indicators.edge import by_partner, of_one_partner, totals
from pipelines.indicators.grant import GRANT, grant_rows
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
    rows = grant_rows(
        "s.companies >= 1 AND t.untold = 0 AND b.everyone > 0 AND b.currencies = 1",
        "JOIN spent AS b ON b.record_id = m.record_id JOIN budget AS t ON t.record_id = m.record_id",
        amount=f"CAST(coalesce(b.{column}, 0) AS DOUBLE)",
        share="CAST(NULL AS DOUBLE)",
        currency="b.currency",
    )
    sql = f"{_TOLD_THROUGHOUT}{rows}"
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


def _met_again(asked: range, sought: range, counted: str) -> str:
    """Write the query of the companies of some years that are there in others, both as years before y.

    `counted` is the numerator: the companies found again (`count(s.partner_id)`), or the rest.
    """
    found = f"asked AS e LEFT JOIN sought AS s ON {of_one_partner('e', 's')}"
    return f"""
    -- One row per company of the years asked about, moved to the year y that asks.
    WITH asked AS ({by_partner(asked)}),
    -- The companies of the years in which they are sought.
    sought AS ({by_partner(sought)})
    {totals(found, counted, "count(*)")}
"""


RETAINED = _met_again(range(3, 6), range(3), "count(s.partner_id)")
REPEATED = _met_again(range(1), range(1, 6), "count(s.partner_id)")
NEW = _met_again(range(1), range(1, 6), "count(*) - count(s.partner_id)")

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
    says="distinct companies in grants starting in y−5 to y−3 (or patents granted then and owned together) that are in "
    "some of y−2 to y as well ÷ distinct companies in grants and patents of y−5 to y−3",
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
    says="distinct companies in grants starting in y (or patents granted then and owned together) that are in some of "
    "y−5 to y−1 as well ÷ distinct companies in grants and patents of y",
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
    says="1 − challenge.repeat_share: distinct companies in grants starting in y (or patents granted then and owned "
    "together) that are in none of y−5 to y−1 ÷ distinct companies in grants and patents of y",
    years_back=(0, 5),
    base_back=(0, 0),
    least_base=10,
    interval="wilson",
    intensities=("all", "bilateral_small"),
    is_bounded=True,
)
