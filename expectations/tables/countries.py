"""Series of countries that put money into proportion: purchasing power, price level."""

from expectations.columns import COUNTRY, PART, SOURCE
from expectations.contract import Column, Table

country_series = Table(
    "country_series",
    "value of a country's series in a year",
    ("series", "country", "year"),
    (
        SOURCE,
        PART,
        Column(
            "series",
            "string",
            "what is told of the country",
            nullable=False,
            allowed=("ppp", "gdp_deflator", "gdp_deflator_linked", "gdp_constant", "population"),
        ),
        Column("country", "string", "ISO 3166 alpha-2", nullable=False, pattern=COUNTRY, sample="GB"),
        Column("year", "int64", "calendar year", "year", nullable=False, low=1950, high=2100),
        Column("value", "double", "value; ppp in local currency per international dollar", nullable=False, low=0),
    ),
    warnings=("A deflator's base year differs from country to country: rebase it to one year before use.",),
)

__all__ = ["country_series"]
