"""Awards that stand in two sources: which is left out, and as which it is counted ("one record once").

Two are the same only where a number says so, or a long title and an organisation together. SBIR and STTR awards
are counted from SBIR.gov, which alone names the research institution; so NIH's R41 to R44 and NSF's awards under
the programmes' codes are left out where SBIR.gov has them. What UKRI's Horizon Europe Guarantee pays is counted
from CORDIS, as the associated partner's part, with the money that GtR tells.
"""

import duckdb

from expectations.contract import arrow_schema, literal
from expectations.tables import table

NIH_ACTIVITIES = ("R41", "R42", "R43", "R44", "U43", "U44", "UT1", "UT2", "SB1", "N43", "N44")
"""Activity codes of SBIR and STTR at NIH: grants, cooperative agreements, and contracts (N43, N44)."""

NSF_CODES = ("5371", "5373", "1505", "1591")
"""NSF's programme codes of SBIR phase I and II, STTR phase I and II."""

LEAST_WORDS = 4
"""Words a title must have to tell a project: shorter ones are several projects'."""


def write(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `award_same` from award, award_programme and linked_party."""
    empty = arrow_schema(table("award_same")).empty_table()  # noqa: F841  (DuckDB reads it by name)
    connection.execute("CREATE OR REPLACE TABLE award_same AS SELECT * FROM empty")
    sources = {source for (source,) in connection.execute("SELECT DISTINCT source FROM award").fetchall()}
    for needed, query in (
        ({"nih_reporter", "sbir"}, _NIH),
        ({"nsf_awards", "sbir"}, _NSF),
        ({"gtr", "cordis"}, _GUARANTEE),
    ):
        if needed <= sources:
            connection.execute(f"INSERT INTO award_same BY NAME {query}")


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(literal(value) for value in values)


# 1R43CA246950-01, 2R44 CA088684-05 and R43CA246950 are numbers of one core project each; a proposal is tracked by
# the core number, and older ones without the activity (CA088684), which alone tells nothing.
_NIH = rf"""
    WITH numbered AS (
        SELECT
            award_id,
            source,
            part,
            regexp_extract(
                upper(regexp_replace(written, '\s', '', 'g')), '^[0-9]?([A-Z][A-Z0-9][0-9][A-Z]{{2}}[0-9]{{6}})', 1
            ) AS core
        FROM (
            SELECT award_id, source, part, unnest([reference, tracking_number]) AS written
            FROM award
            WHERE source = 'sbir' AND starts_with(award_id, 'sbir:HHS-')
        )
    )
    SELECT
        n.award_id,
        s.award_id AS same_as,
        min(n.source) AS source,
        min(n.part) AS part,
        min(s.source) AS same_source,
        min(s.part) AS same_part,
        'nih_number' AS rule
    FROM award AS n
    JOIN numbered AS s ON s.core <> '' AND upper(n.award_id) = 'NIH:' || s.core
    WHERE n.source = 'nih_reporter' AND left(s.core, 3) IN ({_listed(NIH_ACTIVITIES)})
    GROUP BY n.award_id, s.award_id
"""

# NSF's number is the contract; where none is published, the proposal's number is the award's. A leading zero may
# be lost, and letters of the division stand before some.
_NSF = rf"""
    WITH numbered AS (
        SELECT
            award_id,
            source,
            part,
            regexp_replace(
                upper(regexp_replace(coalesce(reference, tracking_number), '\s', '', 'g')), '^[A-Z]{{2,4}}-?', ''
            ) AS number
        FROM award
        WHERE source = 'sbir' AND starts_with(award_id, 'sbir:NSF-')
    ),
    coded AS (
        SELECT DISTINCT award_id
        FROM award_programme
        WHERE source = 'nsf_awards' AND code IN ({_listed(NSF_CODES)})
    )
    SELECT
        n.award_id,
        s.award_id AS same_as,
        min(n.source) AS source,
        min(n.part) AS part,
        min(s.source) AS same_source,
        min(s.part) AS same_part,
        'nsf_number' AS rule
    FROM award AS n
    JOIN coded AS c ON c.award_id = n.award_id
    JOIN numbered AS s
        ON n.award_id = 'nsf:' || CASE WHEN length(s.number) = 6 THEN '0' || s.number ELSE s.number END
    WHERE n.source = 'nsf_awards'
    GROUP BY n.award_id, s.award_id
"""


def _spelt(text: str) -> str:
    """Write the expression for a text as words: small letters and figures, without accents and marks."""
    return (
        f"trim(regexp_replace(strip_accents(lower(replace({text}, '&', ' and '))), '[^\\p{{L}}\\p{{N}}]+', ' ', 'g'))"
    )


# A title is compared with the acronym before it, behind it, and without; it must be one project's of CORDIS,
# and an organisation must stand in both awards. A number of nine digits is CORDIS's own: GtR's have eight, or letters.
_GUARANTEE = rf"""
    WITH guarantee AS (
        SELECT
            award_id,
            min(source) AS source,
            min(part) AS part,
            any_value(title ORDER BY part) AS title,
            -- GtR's own reference stands in the address of its page.
            string_agg(concat_ws(' ', reference, record_url, title, acronym, topic), ' ' ORDER BY part) AS written
        FROM award
        WHERE source = 'gtr'
            AND regexp_matches(concat_ws(' ', funder, programme, scheme), 'horizon europe.*guarantee', 'i')
        GROUP BY award_id
    ),
    european AS (
        SELECT award_id, source, part, title, acronym, split_part(award_id, ':', 2) AS number
        FROM award
        WHERE source = 'cordis'
    ),
    by_number AS (
        SELECT g.award_id, e.award_id AS same_as, g.source, g.part, e.source AS same_source, e.part AS same_part
        FROM (SELECT *, unnest(regexp_extract_all(written, '\b[0-9]{{9}}\b')) AS number FROM guarantee) AS g
        JOIN european AS e ON e.number = g.number
    ),
    spelt AS (
        SELECT e.*, unnest(list_distinct([
            {_spelt("e.title")},
            {_spelt("concat_ws(' ', e.acronym, e.title)")},
            {_spelt("concat_ws(' ', e.title, e.acronym)")}
        ])) AS words
        FROM european AS e
        WHERE e.title IS NOT NULL
    ),
    titled AS (
        SELECT g.award_id, e.award_id AS same_as, g.source, g.part, e.source AS same_source, e.part AS same_part
        FROM guarantee AS g
        JOIN spelt AS e ON e.words = {_spelt("g.title")}
        WHERE len(string_split(e.words, ' ')) >= {LEAST_WORDS}
            AND g.award_id NOT IN (SELECT award_id FROM by_number)
    ),
    met AS (
        SELECT t.*
        FROM titled AS t
        WHERE EXISTS (
            SELECT 1
            FROM linked_party AS p
            JOIN linked_party AS q ON q.organisation_id = p.organisation_id
            WHERE p.record_table = 'award'
                AND q.record_table = 'award'
                AND p.record_id = t.award_id
                AND q.record_id = t.same_as
        )
    ),
    by_title AS (
        SELECT DISTINCT *
        FROM met
        WHERE award_id IN (SELECT award_id FROM titled GROUP BY award_id HAVING count(DISTINCT same_as) = 1)
    )
    SELECT DISTINCT *, 'guarantee_number' AS rule FROM by_number
    UNION ALL
    SELECT *, 'guarantee_title' AS rule FROM by_title
"""
