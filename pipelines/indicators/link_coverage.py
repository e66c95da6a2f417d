"""How many of the parties' names are linked, by source, country and year: a miss shows here and in no figure.

Every row of `linked_party` is in one row of `link_coverage`, under one outcome, so that the outcomes add up to the
party rows. A name that is linked to nothing is known by name only where it is a company by its legal form or by what
its publisher says: that is no miss, most companies have no record in the registry.
"""

import duckdb

OUTCOMES = ("institution", "company", "other", "name_only", "ambiguous", "unlinked", "no_organisation")
"""What becomes of a party row; the columns `<outcome>_rows` add up to `party_rows`."""

_OUTCOME = """CASE
            WHEN l.link_status = 'linked' AND l.is_institution THEN 'institution'
            WHEN l.link_status = 'linked' AND l.sector = 'company' THEN 'company'
            WHEN l.link_status = 'linked' THEN 'other'
            WHEN l.link_status = 'no_organisation' THEN 'no_organisation'
            WHEN l.link_status = 'ambiguous' THEN 'ambiguous'
            WHEN l.sector = 'company' THEN 'name_only'
            ELSE 'unlinked'
        END"""


def _rows(outcome: str) -> str:
    return f"count(*) FILTER (outcome = '{outcome}') AS {outcome}_rows"


def _euro(where: str) -> str:
    return f"CAST(sum(CAST(amount_eur AS DECIMAL(18, 4))) FILTER ({where}) AS DOUBLE)"


_LINK_COVERAGE = f"""
CREATE OR REPLACE TABLE link_coverage AS
WITH dated AS (
    SELECT record_table, record_id, min(year) AS year FROM iur_work.record_year GROUP BY record_table, record_id
    UNION ALL
    SELECT 'award_output', output_id, min(coalesce(year, CAST(extract(year FROM filed_on) AS BIGINT)))
    FROM award_output
    GROUP BY output_id
),
party AS (
    SELECT
        l.source, l.country, l.name, l.link_status, l.link_score,
        coalesce(d.year, 0) AS year,
        {_OUTCOME} AS outcome,
        CASE WHEN l.currency = 'EUR' THEN l.amount ELSE l.amount / r.rate END AS amount_eur
    FROM linked_party AS l
    LEFT JOIN dated AS d ON d.record_table = l.record_table AND d.record_id = l.record_id
    LEFT JOIN iur_work.rate AS r
        ON r.currency = l.currency
        AND r.period_start = make_date(d.year, 1, 1)
        AND r.period_end = make_date(d.year, 12, 31)
)
SELECT
    source, country, CAST(year AS BIGINT) AS year,
    count(DISTINCT name) AS names,
    count(*) AS party_rows,
    {", ".join(_rows(outcome) for outcome in OUTCOMES)},
    count(*) FILTER (link_status = 'linked') / count(*) AS linked_share,
    count(*) FILTER (outcome IN ('ambiguous', 'unlinked')) / count(*) AS open_share,
    avg(link_score) FILTER (link_status = 'linked') AS expected_precision,
    {_euro("true")} AS amount_eur,
    {_euro("link_status = 'linked'")} AS linked_amount_eur,
    {_euro("outcome IN ('ambiguous', 'unlinked')")} AS open_amount_eur
FROM party
GROUP BY source, country, year
ORDER BY source, country, year
"""


def write(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `link_coverage` from linked_party, award_output, `iur_work.record_year` and `iur_work.rate`.

    A year is the record's, as `coverage` has it: 0 where it has none. Money is at the mean rate of that year; where
    there is no rate, or nothing is told, it is left out.
    """
    connection.execute(_LINK_COVERAGE)
