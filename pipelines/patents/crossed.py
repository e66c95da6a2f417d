"""Which patents came of which awards: what patents say of the government's interest, and what funders list.

A patent is known by its number where anybody tells one; CORDIS lists families, which stand by their own number
(`docdb:47528706`) as long as none of their documents is a US or European grant.
The patent's own word comes first, the funder's list second; both are floors. Only awards that are in the release
count: a number that no award has tells nothing (`pipelines.patents.statements`).
"""

import duckdb
import pyarrow as pa

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.patents import numbers, statements

RULES = ("statement_nih", "statement_nsf", "nih_list", "cordis_list", "gtr_list")
"""Who says so, the surest first: one of several is kept for a pair."""


def write(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `award_patent` from award, award_output, patent and patent_funding."""
    statements.install(connection)
    connection.execute(_FIRST)
    connection.execute(_SAID)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _claim (award_id VARCHAR, patent_id VARCHAR, rule VARCHAR, family_id VARCHAR)"
    )
    for query in (_NSF, _NIH, _NIH_ALONE, _LISTED):
        connection.execute(f"INSERT INTO _claim SELECT *, NULL FROM ({query})")
    _written(connection)
    connection.execute(_AWARD_PATENT, {"rules": list(RULES)})
    empty = arrow_schema(table("award_patent"))
    assert [c[0] for c in connection.execute("DESCRIBE award_patent").fetchall()] == empty.names
    for scratch in ("_award_first", "_said", "_claim"):
        connection.execute(f"DROP TABLE {scratch}")


# An award of several budget periods is one, and stands with the part of its first.
_FIRST = """
    CREATE OR REPLACE TEMP TABLE _award_first AS
    SELECT award_id, arg_min(source, (period, part)) AS source, arg_min(part, (period, part)) AS part
    FROM award
    GROUP BY award_id
"""

_SAID = """
    CREATE OR REPLACE TEMP TABLE _said AS
    WITH named AS (  -- a patent may name several agencies: whose a number is, is for the number to say
        SELECT
            patent_id,
            bool_or(regexp_matches(words, 'NATIONAL SCIENCE FOUNDATION|\\bNSF\\b')) AS is_nsf,
            bool_or(regexp_matches(words, 'NATIONAL INSTITUTES? OF|HEALTH AND HUMAN|PUBLIC HEALTH|\\bNIH\\b')) AS is_nih
        FROM (
            SELECT patent_id, upper(concat_ws(' ', statement, agency, agency_above, award_number)) AS words
            FROM patent_funding
        )
        GROUP BY patent_id
    )
    SELECT
        f.patent_id,
        f.kind = 'award' AS is_number,
        coalesce(f.award_number, f.statement) AS words,
        n.is_nsf,
        n.is_nih
    FROM patent_funding AS f
    JOIN named AS n USING (patent_id)
    WHERE f.kind IN ('award', 'statement') AND coalesce(f.award_number, f.statement) IS NOT NULL
"""

_NSF = """
    WITH spoken AS (
        SELECT patent_id, is_number, is_nsf, words_of(words) AS words FROM _said
    ),
    placed AS (
        SELECT patent_id, is_number, is_nsf, words, unnest(range(1, len(words) + 1)) AS nth FROM spoken
    ),
    found AS (
        SELECT
            patent_id,
            is_number,
            is_nsf,
            words[nth] AS word,
            CASE WHEN nth > 1 THEN words[nth - 1] END AS before
        FROM placed
        WHERE nsf_number(words[nth]) IS NOT NULL
    )
    SELECT DISTINCT a.award_id, f.patent_id, 'statement_nsf'
    FROM found AS f
    JOIN _award_first AS a ON a.award_id = 'nsf:' || nsf_number(f.word)
    WHERE
        has_nsf_prefix(f.word)
        OR coalesce(is_nsf_word(f.before), false)
        -- In a sentence six digits are anything: a zero was lost only where nothing but the number is written.
        OR (f.is_nsf AND NOT f.is_number AND length(f.word) >= 7)
        -- "CA 123456" is not NSF's, nor is "W911NF 0810001".
        OR (f.is_nsf AND f.is_number AND (f.before IS NULL OR nsf_number(f.before) IS NOT NULL))
"""

_NIH = """
    WITH found AS (SELECT patent_id, unnest(nih_found(words)) AS match FROM _said)
    SELECT DISTINCT a.award_id, f.patent_id, 'statement_nih'
    FROM found AS f
    JOIN _award_first AS a ON a.award_id = 'nih:' || nih_core(f.match)
"""

_NIH_ALONE = """
    WITH found AS (SELECT patent_id, unnest(nih_alone_found(words)) AS match FROM _said WHERE is_nih),
    single AS (
        SELECT right(award_id, 8) AS serial, min(award_id) AS award_id
        FROM _award_first
        WHERE regexp_full_match(award_id, 'nih:[A-Z0-9]{3}[A-Z]{2}[0-9]{6}')
        GROUP BY right(award_id, 8)
        HAVING count(*) = 1
    )
    SELECT DISTINCT s.award_id, f.patent_id, 'statement_nih'
    FROM found AS f
    JOIN single AS s ON s.serial = nih_serial(f.match)
"""

_LISTED = """
    SELECT DISTINCT award_id, output_id, 'nih_list'
    FROM award_output
    WHERE kind = 'patent' AND starts_with(output_id, 'us:')
"""


def _written(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the grants named in what projects claim: `EP2400812B1`, `US 9,123,456`; else the family of a patent."""
    texts = connection.execute(
        "SELECT DISTINCT patent_number FROM award_output WHERE patent_number IS NOT NULL ORDER BY ALL"
    ).fetchall()
    pairs = [(text, number) for (text,) in texts for number in numbers.written(text)]
    written = pa.table(
        {
            "patent_number": pa.array([text for text, _ in pairs], pa.string()),
            "patent_id": pa.array([number for _, number in pairs], pa.string()),
        }
    )
    connection.register("_written", written)
    connection.execute(
        """INSERT INTO _claim
        SELECT DISTINCT
            o.award_id,
            w.patent_id,
            CASE o.kind WHEN 'patent' THEN 'cordis_list' ELSE 'gtr_list' END,
            o.family_id
        FROM award_output AS o
        JOIN _written AS w USING (patent_number)
        WHERE o.kind IN ('patent', 'intellectual_property')
        UNION
        SELECT award_id, output_id, 'cordis_list', family_id
        FROM award_output
        WHERE
            kind = 'patent'
            AND NOT starts_with(output_id, 'us:')
            AND coalesce(patent_number, '') NOT IN (SELECT patent_number FROM _written)"""
    )
    connection.unregister("_written")


_AWARD_PATENT = """
    CREATE OR REPLACE TABLE award_patent AS
    WITH family AS (
        SELECT coalesce(number, patent_id) AS patent_id, min(family_id) AS family_id
        FROM patent
        WHERE family_id IS NOT NULL
        GROUP BY coalesce(number, patent_id)
    ),
    told AS (
        SELECT
            award_id,
            patent_id,
            arg_min(rule, list_position($rules, rule)) AS rule,
            min(family_id) AS family_id
        FROM _claim
        GROUP BY award_id, patent_id
    )
    SELECT
        a.source,
        a.part,
        t.award_id,
        t.patent_id,
        coalesce(f.family_id, t.family_id) AS family_id,
        t.rule,
        t.patent_id IN (SELECT patent_id FROM patent)
            OR t.patent_id IN (SELECT number FROM patent WHERE number IS NOT NULL)
            OR coalesce(t.patent_id IN (SELECT 'docdb:' || family_id FROM patent WHERE family_id IS NOT NULL), false)
            AS is_known
    FROM told AS t
    JOIN _award_first AS a USING (award_id)
    LEFT JOIN family AS f USING (patent_id)
    ORDER BY t.award_id, t.patent_id
"""
