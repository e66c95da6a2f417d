"""Money in euro: divided by the mean of the daily ECB rates over the record's own period.

A survey year runs from August to July, a fiscal year from October to September: each has its own mean in
`exchange_rate`. A record without a period of its own stands in the calendar year of its date. Beside the
value at the rates of its time stands one at the mean rates of a fixed year, for levels across countries.
Where there is no rate there is no euro value: nothing is guessed. Reference: INDICATORS §4, "Money".
"""

import duckdb

FIXED_YEAR = 2020
"""The published year of fixed rates."""


def rates(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `iur_work.rate` (currency, period_start, period_end, rate) and `iur_work.rate_fixed` (currency, rate).

    The running calendar year has no mean yet; until it ends, the mean up to the last quote stands for it.
    """
    connection.execute(
        """CREATE TABLE iur_work.rate AS
        WITH running AS (
            SELECT
                currency,
                period_start,
                make_date(extract(year FROM period_start), 12, 31) AS period_end,
                max_by(rate, period_end) AS rate
            FROM exchange_rate
            WHERE extract(month FROM period_start) = 1
                AND extract(day FROM period_start) = 1
                AND extract(year FROM period_start) = extract(year FROM period_end)
                AND period_end = (SELECT max(period_end) FROM exchange_rate)
            GROUP BY currency, period_start
        )
        SELECT currency, period_start, period_end, rate FROM exchange_rate WHERE currency <> 'EUR'
        UNION ALL
        SELECT n.currency, n.period_start, n.period_end, n.rate
        FROM running AS n
        WHERE n.currency <> 'EUR' AND NOT EXISTS (
            SELECT 1 FROM exchange_rate AS e
            WHERE e.currency = n.currency AND e.period_start = n.period_start AND e.period_end = n.period_end
        )"""
    )
    connection.execute(
        f"""CREATE TABLE iur_work.rate_fixed AS
        SELECT currency, rate FROM iur_work.rate
        WHERE period_start = DATE '{FIXED_YEAR}-01-01' AND period_end = DATE '{FIXED_YEAR}-12-31'"""
    )


PERIOD = """CAST(coalesce({period_start}, make_date(f.year, 1, 1)) AS DATE) AS period_start,
                CAST(coalesce({period_end}, make_date(f.year, 12, 31)) AS DATE) AS period_end"""
"""The period of a record's money, from what its measure returns or else the calendar year."""

EURO = """CAST(CASE WHEN d.currency = 'EUR' THEN d.amount ELSE d.amount / r.rate END AS DOUBLE) AS amount_eur,
            CAST(CASE WHEN d.currency = 'EUR' THEN d.amount ELSE d.amount / x.rate END AS DOUBLE) AS amount_eur_fixed"""

RATES = """LEFT JOIN iur_work.rate AS r
            ON r.currency = d.currency AND r.period_start = d.period_start AND r.period_end = d.period_end
        LEFT JOIN iur_work.rate_fixed AS x ON x.currency = d.currency"""


def unrated(rows: duckdb.DuckDBPyConnection, where: str, values: list[object]) -> list[str]:
    """Name the currencies and periods of evidence (in the rows that `where` picks) that have no rate."""
    found = rows.execute(
        f"""SELECT DISTINCT currency, period_start, period_end FROM evidence
        WHERE amount IS NOT NULL AND currency IS NOT NULL AND amount_eur IS NULL AND ({where})
        ORDER BY currency, period_start, period_end""",
        values,
    ).fetchall()
    return [f"{currency} for {start} to {end}" for currency, start, end in found]
