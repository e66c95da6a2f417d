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

_NAMED = """
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

SPAN = 1_000_000_000
"""More than there are members: a contest and a member make one number, the spot."""

# Numbers stand for what is compared and for who: sorting and joining by them costs half of what words cost.
_CONTEST = """
    SELECT row_number() OVER (ORDER BY indicator, source, year, stated_in) AS contest, *
    FROM (SELECT DISTINCT indicator, source, year, stated_in FROM iur_named)
"""
_TOLD = f"""
    SELECT c.contest, m.member, c.contest * {SPAN} + m.member AS spot, n.profile, n.country, n.size_class, n.value
    FROM iur_named AS n
    JOIN iur_contest AS c
        ON c.indicator = n.indicator AND c.source = n.source AND c.year = n.year AND c.stated_in = n.stated_in
    JOIN iur_member AS m ON m.institution_id = n.institution_id
"""
_MEMBER = """
    SELECT row_number() OVER (ORDER BY institution_id) AS member, institution_id
    FROM (SELECT DISTINCT institution_id FROM iur_profile)
"""
_COMPARED = """
    SELECT m.member, n.member AS neighbour
    FROM peer AS p
    JOIN iur_member AS m ON m.institution_id = p.institution_id
    JOIN iur_member AS n ON n.institution_id = p.neighbour_id
    UNION ALL
    SELECT m.member, m.member
    FROM iur_member AS m
    SEMI JOIN peer AS p ON p.institution_id = m.institution_id
"""

_OF = "contest, profile"
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
            contest, member,
            CASE level WHEN 'class' THEN country || ':' || size_class WHEN 'country' THEN country ELSE profile END
                AS peer_group,
            {_chosen("below")},
            {_chosen("above")},
            {_chosen("members")},
            {_chosen("median")}
        FROM levelled
    )
    SELECT
        contest, member, 'group' AS peers, peer_group,
        members, members - above - below AS equal, below, above, median
    FROM found
"""

_AMONG_NEIGHBOURS = f"""
    SELECT
        i.contest, i.member, 'neighbours' AS peers, 'nearest' AS peer_group,
        count(*) AS members,
        count(CASE WHEN n.value = i.value THEN 1 END) AS equal,
        count(CASE WHEN n.value < i.value THEN 1 END) AS below,
        count(CASE WHEN n.value > i.value THEN 1 END) AS above,
        median(n.value) AS median
    FROM iur_told AS i
    JOIN iur_compared AS c ON c.member = i.member
    -- By the spot, which takes both: all members of a contest would else be paired first, and most of them dropped.
    JOIN iur_told AS n ON n.spot = i.contest * {SPAN} + c.neighbour
    GROUP BY i.contest, i.member
"""


TOGETHER = 500_000
"""Values ranked by one query: indicators are taken together up to so many, so that memory does not grow with all."""


def write(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `ranking` from `iur_headline`, `iur_profile`, `peer_group` and `peer`."""
    held = ", ".join(f"{c.name} {_TYPES[c.type]}" for c in table("ranking").columns)
    connection.execute(f"CREATE OR REPLACE TABLE ranking ({held})")
    found = connection.execute(
        "SELECT indicator, count(*) FROM iur_headline WHERE status = 'published' GROUP BY indicator ORDER BY indicator"
    ).fetchall()
    connection.execute(f"CREATE OR REPLACE TEMP TABLE iur_member AS {_MEMBER}")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE iur_compared AS {_COMPARED}")
    for batch in _batches(found):
        named = _NAMED.format(indicators=", ".join(literal(indicator) for indicator in batch))
        for name, query in (("named", named), ("contest", _CONTEST), ("told", _TOLD)):
            connection.execute(f"CREATE OR REPLACE TEMP TABLE iur_{name} AS {query}")
        for placed in (_AMONG_GROUP, _AMONG_NEIGHBOURS):
            connection.execute(_RANKED.format(placed=placed))


_RANKED = """
    INSERT INTO ranking
    SELECT
        m.institution_id,
        CAST(c.year AS BIGINT) AS year,
        c.indicator,
        c.source,
        r.peers,
        r.peer_group,
        CAST(r.members AS BIGINT) AS members,
        CASE WHEN r.members > 1 THEN 100 * (2 * r.below + r.equal) / (2.0 * r.members) END AS percentile,
        r.above + (r.equal + 1) / 2.0 AS place,
        r.median
    FROM ({placed}) AS r
    JOIN iur_contest AS c ON c.contest = r.contest
    JOIN iur_member AS m ON m.member = r.member
"""


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
