"""Towns: where the registry's organisations of one town are, so that a company known by name stands somewhere too.

Publishers of grants tell a company's town and seldom its coordinates. The registry tells both of its own organisations:
the middle of those in a town is where the town is, to a few kilometres.
"""

FAR_KM = 50
"""An organisation so far from the middle of its town's is in another town of that name, or mistaken."""

TOGETHER = 0.9
"""The part of a town's organisations that must be near the middle; there are Springfields in many states, and of those
no one can say which is meant."""

DEGREE_KM = 111.2

TOWN = f"""
    WITH registered AS (
        SELECT lower(strip_accents(city)) AS town, country, latitude, longitude
        FROM registry_organisation
        WHERE city IS NOT NULL AND country IS NOT NULL AND latitude IS NOT NULL AND longitude IS NOT NULL
    ),
    middle AS (
        SELECT town, country, median(latitude) AS latitude, median(longitude) AS longitude
        FROM registered GROUP BY town, country
    )
    SELECT m.town, m.country, m.latitude, m.longitude
    FROM middle AS m
    JOIN registered AS r ON r.town = m.town AND r.country = m.country
    GROUP BY m.town, m.country, m.latitude, m.longitude
    HAVING avg(CASE WHEN {DEGREE_KM} * sqrt(
        power(r.latitude - m.latitude, 2) + power(cos(radians(m.latitude)) * (r.longitude - m.longitude), 2)
    ) <= {FAR_KM} THEN 1 ELSE 0 END) >= {TOGETHER}
"""
"""Towns by name (lower case, without accents) and country, with the middle of their organisations in degrees."""
