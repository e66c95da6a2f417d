"""Figures that institutions report about themselves: one row a figure, in base units."""

import datetime as dt

from expectations.columns import PART, SOURCE
from expectations.contract import Column, Ordered, Table

FIRST, LAST = dt.date(1950, 1, 1), dt.date(2100, 1, 1)

survey_value = Table(
    "survey_value",
    "figure an institution reported",
    ("source", "reporter_id", "period_end", "measure", "partner", "breakdown"),
    (
        SOURCE,
        PART,
        Column(
            "reporter_id",
            "string",
            "reporting institution by the publisher's id (`ukprn:10007143`)",
            nullable=False,
            pattern="[a-z]+:.+",
            sample="ukprn:{n:08d}",
        ),
        Column("reporter_name", "string", "its name as written", nullable=False, sample="Provider {n}"),
        Column("reporter_state", "string", "US state it is in, by its code", pattern="[A-Z]{2}", sample="MI"),
        Column(
            "reporter_directory_id",
            "string",
            "reporter by its id in a directory, where the survey tells it (`unitid:170976`)",
            pattern="[a-z]+:.+",
            sample="unitid:{n:06d}",
        ),
        Column("period_start", "date", "first day of the reporting period", nullable=False, low=FIRST, high=LAST),
        Column("period_end", "date", "last day of the reporting period", nullable=False, low=FIRST, high=LAST),
        Column(
            "measure", "string", "what is measured", nullable=False, pattern="[a-z][a-z0-9_]*", sample="disclosures"
        ),
        Column(
            "partner",
            "string",
            "kind of partner the figure is for; `all` for the total, `n/a` where partners are not told apart",
            nullable=False,
            allowed=("all", "sme", "large", "non_commercial", "individuals", "n/a"),
        ),
        Column(
            "breakdown",
            "string",
            "further division of the figure (funder, programme, kind of venture); `all` for the total",
            nullable=False,
            pattern="[a-z][a-z0-9_]*",
            sample="all",
        ),
        Column("value", "double", "figure in base units (pounds, not thousands); null where the publisher gives none"),
        Column(
            "value_as_published",
            "string",
            "cell as published, with its unit where the table prints one",
            sample="1234",
        ),
        Column(
            "unit",
            "string",
            "unit of the value",
            nullable=False,
            allowed=("money", "count", "fte", "persons", "days", "ratio"),
        ),
        Column("currency", "string", "ISO 4217 code where the unit is money", pattern="[A-Z]{3}", sample="GBP"),
        Column("is_imputed", "bool", "the publisher estimated it for the institution; null: not told"),
        Column("status", "string", "why there is no value", allowed=("suppressed", "not_applicable", "missing")),
    ),
    checks=(Ordered("period_start", "period_end"),),
    warnings=(
        "Totals stand beside their parts (`all`): never sum over partner or breakdown without leaving them out.",
        "Surveys are never added to each other.",
    ),
)

__all__ = ["survey_value"]
