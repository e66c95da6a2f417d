"""The evidence of nearness: companies that an institution works with, where they are, and how far away.

A company counts where the unit that takes part sits, not at its topmost parent: a visit goes to the plant, not to the
head office. Places are those of the registry; of a company that it does not know, those of the source's own records, or
else the middle of its town (`link.towns`).
Reference: INDICATORS §3, "Challenges"; Boschma (2005), Regional Studies 39, for kinds of proximity.
"""

from pipelines.indicators.grant import GRANT
from pipelines.indicators.joint_evidence import PARTNERS
from pipelines.indicators.measure import Idea, Measure

EARTH_KM = 6371.0088
"""The mean radius of the Earth (IUGG), of the great circle between two places."""

COMPANY_PLACE = Idea(
    "company_place",
    "institution, record and company in it, with the country of both and the distance between them",
    f"""
    WITH met AS (
        SELECT
            s.source,
            s.part,
            c.institution_id,
            c.partner_id,
            'award' AS record_table,
            c.record_id,
            s.year,
            s.organisations,
            s.intensity
        FROM collaboration AS c
        JOIN grant_size AS s ON s.record_id = c.record_id
        WHERE c.record_table = 'award' AND c.partner_sector = 'company'
        UNION ALL
        SELECT
            c.source,
            c.part,
            c.institution_id,
            c.partner_id,
            'patent' AS record_table,
            c.record_id,
            c.year,
            c.organisations,
            'bilateral' AS intensity
        FROM collaboration AS c
        WHERE c.record_table = 'patent' AND c.partner_sector = 'company' AND c.year IS NOT NULL
    ),
    placed AS (
        SELECT
            m.*,
            own.country AS own_country,
            far.country AS far_country,
            radians(own.latitude) AS own_latitude,
            radians(far.latitude) AS far_latitude,
            radians(far.longitude) - radians(own.longitude) AS turn
        FROM met AS m
        LEFT JOIN organisation AS own ON own.organisation_id = m.institution_id
        LEFT JOIN organisation AS far ON far.organisation_id = m.partner_id
    ),
    apart AS (
        SELECT
            p.*,
            power(sin((p.far_latitude - p.own_latitude) / 2), 2)
                + cos(p.own_latitude) * cos(p.far_latitude) * power(sin(p.turn / 2), 2) AS haversine
        FROM placed AS p
    )
    SELECT
        p.source,
        p.part,
        p.institution_id,
        p.partner_id,
        p.record_table,
        p.record_id,
        p.year,
        p.organisations,
        p.intensity,
        CASE WHEN p.own_country <> p.far_country THEN 1 WHEN p.own_country = p.far_country THEN 0 END AS is_abroad,
        -- Rounding must not take the root past one; `least` would take a place that is not known for one.
        2 * {EARTH_KM} * asin(sqrt(CASE WHEN p.haversine > 1 THEN 1 ELSE p.haversine END)) AS km
    FROM apart AS p
    """,
)


def _placed(name: str, meaning: str, amount: str, unit: str) -> Measure:
    """Declare what is told of the place of each company in each record."""
    sql = f"""
    SELECT
        c.institution_id,
        c.year,
        c.record_table,
        c.record_id,
        c.partner_id,
        CAST({amount} AS DOUBLE) AS amount,
        CAST(1 AS DOUBLE) / c.organisations AS share,
        CAST(NULL AS VARCHAR) AS currency,
        'all' AS partner,
        c.intensity,
        c.source,
        c.part
    FROM company_place AS c
    """
    return Measure(name, "edge", meaning, PARTNERS, unit, sql, (*GRANT, COMPANY_PLACE), also=("patent",))


ABROAD = _placed(
    "company_abroad",
    "companies in grants with the institution, or that own a patent with it: 1 where abroad, 0 where at home",
    "c.is_abroad",
    "count",
)
DISTANCE = _placed(
    "company_distance",
    "kilometres to companies in grants with the institution, or that own a patent with it",
    "c.km",
    "km",
)
