"""Places: where a published value stands among its peers of the same year and source.

Percentiles are mid-rank: the part of the members below, and of those equal to it, itself among them, one half; so
that equal values have equal percentiles and their mean is always 50. Peers are the institutions of its country and
size class that have a published value of the same indicator, source and year; fewer than fifteen give way to the
country, and these to the profile (`profile`). Beside them, the nearest neighbours (`neighbours`).
Reference: INDICATORS §4, "Composite".
"""

from collections.abc import Iterator

import duckdb

from expectations.contract import literal
from expectations.tables import table

LEAST = 15
"""Institutions with a value under which a group gives way to a wider one."""

_TOLD = """
    SELECT
        h.institution_id,
        h.year,
        h.indicator,
        h.source,
        f.profile,
        f.country,
        g.size_class,
        coalesce(h.value, h.value_national) AS value,
        -- Money without a rate into euro is compared within its currency.
        CASE WHEN h.value IS NULL THEN h.currency ELSE '' END AS stated_in
    FROM iur_headline AS h
    JOIN iur_profile AS f ON f.institution_id = h.institution_id
    LEFT JOIN peer_group AS g ON g.institution_id = h.institution_id AND g.year = h.year
    WHERE h.status = 'published' AND f.profile IS NOT NULL AND coalesce(h.value, h.value_national) IS NOT NULL
        AND h.indicator IN ({indicators})
"""

_OF = "indicator, source, year, stated_in, profile"
_GROUPS = {"class": f"{_OF}, country, size_class", "country": f"{_OF}, country", "profile": _OF}


def _windows() -> str:
    return ",\n".join(
        f"""rank() OVER (PARTITION BY {by} ORDER BY value) - 1 AS below_{name},
            rank() OVER (PARTITION BY {by} ORDER BY value DESC) - 1 AS above_{name},
            count(*) OVER (PARTITION BY {by}) AS members_{name},
            median(value) OVER (PARTITION BY {by}) AS median_{name}"""
        for name, by in _GROUPS.items()
    )


def _chosen(figure: str) -> str:
    return f"""CASE level WHEN 'class' THEN {figure}_class WHEN 'country' THEN {figure}_country
            ELSE {figure}_profile END AS {figure}"""


_AMONG_GROUP = f"""
    WITH placed AS (
        SELECT *, {_windows()}
        FROM iur_told
    ),
    levelled AS (
        SELECT
            *,
            CASE
                WHEN size_class IS NOT NULL AND country <> '' AND members_class >= {LEAST} THEN 'class'
                WHEN country <> '' AND members_country >= {LEAST} THEN 'country'
                ELSE 'profile'
            END AS level
        FROM placed
    ),
    found AS (
        SELECT
            institution_id, year, indicator, source,
            CASE level WHEN 'class' THEN country || ':' || size_class WHEN 'country' THEN country ELSE profile END
                AS peer_group,
            {_chosen("below")},
            {_chosen("above")},
            {_chosen("members")},
            {_chosen("median")}
        FROM levelled
    )
    SELECT
        institution_id, year, indicator, source, 'group' AS peers, peer_group,
        members, members - above - below AS equal, below, above, median
    FROM found
"""

_AMONG_NEIGHBOURS = """
    WITH compared AS (
        SELECT institution_id, neighbour_id FROM peer
        UNION ALL
        SELECT DISTINCT institution_id, institution_id FROM peer
    )
    SELECT
        i.institution_id, i.year, i.indicator, i.source, 'neighbours' AS peers, 'nearest' AS peer_group,
        count(*) AS members,
        count(CASE WHEN n.value = i.value THEN 1 END) AS equal,
        count(CASE WHEN n.value < i.value THEN 1 END) AS below,
        count(CASE WHEN n.value > i.value THEN 1 END) AS above,
        median(n.value) AS median
    FROM iur_told AS i
    JOIN compared AS c ON c.institution_id = i.institution_id
    JOIN iur_told AS n
        ON n.institution_id = c.neighbour_id
        AND n.indicator = i.indicator
        AND n.source = i.source
        AND n.year = i.year
        AND n.stated_in = i.stated_in
    GROUP BY i.institution_id, i.year, i.indicator, i.source
"""


TOGETHER = 200_000
"""Values ranked by one query: indicators are taken together up to so many, so that memory does not grow with all."""


def write(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `ranking` from `iur_headline`, `iur_profile`, `peer_group` and `peer`."""
    held = ", ".join(f"{c.name} {_TYPES[c.type]}" for c in table("ranking").columns)
    connection.execute(f"CREATE OR REPLACE TABLE ranking ({held})")
    found = connection.execute(
        "SELECT indicator, count(*) FROM iur_headline WHERE status = 'published' GROUP BY indicator ORDER BY indicator"
    ).fetchall()
    for batch in _batches(found):
        told = _TOLD.format(indicators=", ".join(literal(indicator) for indicator in batch))
        connection.execute(f"CREATE OR REPLACE TEMP TABLE iur_told AS {told}")
        connection.execute(
            f"""INSERT INTO ranking
            SELECT
                institution_id,
                CAST(year AS BIGINT) AS year,
                indicator,
                source,
                peers,
                peer_group,
                CAST(members AS BIGINT) AS members,
                CASE WHEN members > 1 THEN 100 * (2 * below + equal) / (2.0 * members) END AS percentile,
                above + (equal + 1) / 2.0 AS place,
                median
            FROM (SELECT * FROM ({_AMONG_GROUP}) UNION ALL SELECT * FROM ({_AMONG_NEIGHBOURS}))"""
        )


_TYPES = {"string": "VARCHAR", "int64": "BIGINT", "double": "DOUBLE"}


def _batches(found: list[tuple[str, int]]) -> Iterator[list[str]]:
    """Take indicators together until their values are enough for one query."""
    batch: list[str] = []
    held = 0
    for indicator, values in found:
        if batch and held + values > TOGETHER:
            yield batch
            batch, held = [], 0
        batch.append(indicator)
        held += values
    if batch:
        yield batch
