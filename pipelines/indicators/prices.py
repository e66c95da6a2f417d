"""Money in proportion, on request: at the prices of 2020, in international dollars, or both.

A value at constant prices is the national amount times the price level of 2020 over that of its year: the GDP
deflator of the money's country, rebased to 2020. In international dollars it is divided by the purchasing power
parity of its year; in both, it is deflated first and divided by the parity of 2020. No exchange rate takes part.
The money's country is that of its currency; of euros, the institution's, where it is in the euro area: the money
of Europe's programmes has no prices of its own. A period that is no calendar year has the one in which most of its
months lie, of six and six the later (August to July, October to September and July to June: the year of its end).
Where a series is not told there is no value, and it is said. Reference: INDICATORS §4, "Money".
"""

from pathlib import Path

import duckdb

from pipelines.indicators.indicator import Indicator
from pipelines.indicators.money import FIXED_YEAR

KINDS = ("constant", "ppp", "constant-ppp")
DOLLARS = "international dollars"
SEED = Path(__file__).resolve().parents[2] / "warehouse" / "seeds" / "currencies.csv"


class MoneyError(Exception):
    """Money that cannot be stated so, and why."""


def is_amount(indicator: Indicator) -> bool:
    """Say whether an indicator is a level of money in euro, which another unit can take the place of."""
    base = indicator.denominator
    over_another = indicator.aggregate == "ratio" and base is not None and base.unit != "money"
    is_level = indicator.aggregate in ("sum", "mean", "median") or over_another
    return indicator.numerator.unit == "money" and is_level and indicator.unit == "EUR"


def check(indicator: Indicator, kind: str) -> None:
    """Raise MoneyError unless an indicator's money can be stated so."""
    if kind not in KINDS:
        raise MoneyError(f"money is stated as {', '.join(KINDS)}, not {kind}")
    if not is_amount(indicator):
        raise MoneyError(f"{indicator.id} is no amount of money in euro ({indicator.unit}): it stays as it is")


def state(scratch: duckdb.DuckDBPyConnection, release: duckdb.DuckDBPyConnection, kind: str) -> None:
    """Restate the amounts of `evidence` (in `scratch`), and note in `priced` which figure each year's money met.

    `release` has country_series and institution. Raises MoneyError where it has no series of countries.
    """
    there = release.execute("SELECT table_name FROM information_schema.tables").fetchall()
    if ("country_series",) not in there:
        raise MoneyError("the release has no series of countries\n  mend: iur ingest worldbank, then iur release")
    for name, query in (
        ("price_series", "SELECT series, country, year, value FROM country_series"),
        ("price_home", "SELECT organisation_id, country FROM institution"),
    ):
        scratch.register("_rows", release.sql(query).to_arrow_table())
        scratch.execute(f"CREATE TABLE {name} AS SELECT * FROM _rows")
        scratch.unregister("_rows")
    scratch.execute(
        "CREATE TABLE price_money AS SELECT country, currency FROM read_csv(?, header = true, all_varchar = true)",
        [str(SEED)],
    )
    scratch.execute(_FACTOR.format(factor=_FACTORS[kind], base=FIXED_YEAR))
    scratch.execute(_PRICED)
    currency = "e.currency" if kind == "constant" else f"CASE WHEN e.currency IS NOT NULL THEN '{DOLLARS}' END"
    scratch.execute(_RESTATED.format(currency=currency))


_FACTORS = {
    "constant": "deflator_then / nullif(deflator, 0)",
    "ppp": "1 / nullif(ppp, 0)",
    "constant-ppp": "deflator_then / nullif(deflator, 0) / nullif(ppp_then, 0)",
}

_FACTOR = """
CREATE TABLE price_factor AS
WITH
rebased AS (  -- the linked series has no breaks; where it does not tell the base year, the plain one stands
    SELECT DISTINCT country, CASE WHEN bool_or(series = 'gdp_deflator_linked') OVER (PARTITION BY country)
        THEN 'gdp_deflator_linked' ELSE 'gdp_deflator' END AS series
    FROM price_series
    WHERE series IN ('gdp_deflator', 'gdp_deflator_linked') AND year = {base}
),
told AS (
    SELECT
        p.country,
        p.year,
        max(p.value) FILTER (p.series = r.series) AS deflator,
        max(p.value) FILTER (p.series = 'ppp') AS ppp
    FROM price_series AS p
    LEFT JOIN rebased AS r ON r.country = p.country
    GROUP BY p.country, p.year
),
beside AS (
    SELECT t.*, b.deflator AS deflator_then, b.ppp AS ppp_then
    FROM told AS t
    LEFT JOIN told AS b ON b.country = t.country AND b.year = {base}
)
SELECT country, year, {factor} AS factor FROM beside
"""

_PRICED = """
CREATE TABLE priced AS
WITH dated AS (
    SELECT
        e.*,
        CASE
            WHEN extract(year FROM e.period_start) = extract(year FROM e.period_end)
                OR extract(month FROM e.period_end) >= 13 - extract(month FROM e.period_start)
                THEN extract(year FROM e.period_end)
            ELSE extract(year FROM e.period_start)
        END AS price_year
    FROM evidence AS e
)
SELECT d.*, m.country AS price_country, f.factor
FROM dated AS d
LEFT JOIN price_home AS h ON h.organisation_id = d.institution_id
LEFT JOIN price_money AS m ON m.currency = d.currency AND (d.currency <> 'EUR' OR m.country = h.country)
LEFT JOIN price_factor AS f ON f.country = m.country AND f.year = d.price_year
"""

_RESTATED = """
CREATE OR REPLACE TABLE evidence AS
SELECT e.* EXCLUDE (price_year, price_country, factor) REPLACE (
    CASE WHEN e.currency IS NULL THEN e.amount ELSE coalesce(e.amount * e.factor, e.amount) END AS amount,
    CASE WHEN e.currency IS NULL THEN e.amount_eur ELSE e.amount * e.factor END AS amount_eur,
    CAST(NULL AS DOUBLE) AS amount_eur_fixed,
    {currency} AS currency
)
FROM priced AS e
"""


def finish(scratch: duckdb.DuckDBPyConnection, kind: str) -> None:
    """Give the rows of `indicator` the unit in which their amounts now are; none where amounts are of several."""
    prices = f" at prices of {FIXED_YEAR}"
    unit = {
        "constant": f"concat_ws(' ', currency, '{prices.strip()}')",
        "ppp": f"'{DOLLARS}'",
        "constant-ppp": f"'{DOLLARS}{prices}'",
    }[kind]
    scratch.execute(
        f"""CREATE OR REPLACE TABLE indicator AS
        WITH stated AS (
            SELECT *, CASE WHEN value = 0 THEN 0 WHEN value IS NOT NULL THEN value_national END AS value_
            FROM indicator
        )
        SELECT * EXCLUDE (value_) REPLACE (
            value_ AS value,
            CASE WHEN value_ IS NOT NULL THEN lower END AS lower,
            CASE WHEN value_ IS NOT NULL THEN upper END AS upper,
            CASE WHEN value_ IS NULL AND value IS NOT NULL THEN 'no_data' ELSE status END AS status,
            {unit} AS unit,
            CAST(NULL AS DOUBLE) AS value_national,
            CAST(NULL AS DOUBLE) AS value_fixed,
            CAST(NULL AS VARCHAR) AS currency
        ) FROM stated"""
    )


def said(scratch: duckdb.DuckDBPyConnection, indicator: Indicator, institution_id: str, year: int) -> tuple[str, ...]:
    """Say by what each currency and year behind a value was multiplied, or what is not told of it."""
    first, last = indicator.looks_back
    rows = scratch.execute(
        """SELECT DISTINCT currency, price_year, price_country, factor FROM priced
        WHERE measure = ? AND institution_id = ? AND year BETWEEN ? AND ? AND currency IS NOT NULL
            AND amount IS NOT NULL
        ORDER BY currency, price_year, price_country""",
        [indicator.numerator.name, institution_id, year - last, year - first],
    ).fetchall()
    return tuple(_said(*row) for row in rows)


def _said(currency: str, year: int, country: str | None, factor: float | None) -> str:
    if country is None:
        why = "its institution is outside the euro area" if currency == "EUR" else "no country has it in the seed"
        return f"{currency}: no country's prices, for {why}"
    if factor is None:
        return f"{currency} of {year:.0f}: no series of {country} for it (iur ingest worldbank)"
    return f"{currency} of {year:.0f} × {factor:.6g} (prices of {country})"


def lacking(lines: tuple[str, ...]) -> list[str]:
    """Return those of what `said` tells that leave a value out."""
    return [line for line in lines if " × " not in line]
