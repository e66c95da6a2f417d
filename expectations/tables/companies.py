"""What a release knows of companies beside the registry: the spellings that are one firm, and their size by date."""

import datetime as dt

from expectations.columns import COUNTRY, SOURCE
from expectations.contract import Column, Ordered, Table
from expectations.tables.organisations import ORGANISATION_ID as _ORGANISATION_ID

FIRST, LAST = dt.date(1950, 1, 1), dt.date(2100, 1, 1)
_LOCAL = "local:[a-z]*:[0-9a-f]+"

organisation_spelling = Table(
    "organisation_spelling",
    "name by which an organisation outside the registry is known in a source, and what says that it is meant",
    ("source", "name", "country"),
    (
        Column(
            "organisation_id",
            "string",
            "organisation it means: the id of its fullest spelling",
            nullable=False,
            pattern=_LOCAL,
            sample="local:nl:{n:016x}",
        ),
        Column(
            "name_id",
            "string",
            "id of this name alone, the same in every release: what an organisation's id of another release leads to",
            nullable=False,
            pattern=_LOCAL,
            sample="local:nl:{n:016x}",
        ),
        SOURCE,
        Column("name", "string", "name as written", nullable=False, sample="Firm {n} BV"),
        Column(
            "country",
            "string",
            "ISO 3166 alpha-2; empty where unknown",
            nullable=False,
            pattern=f"({COUNTRY})?",
            sample="NL",
        ),
        Column(
            "rule",
            "string",
            "what joins it to the organisation; `own_name`: its own normal form",
            nullable=False,
            allowed=("own_name", "same_id", "same_letters", "legal_form", "one_country", "slip", "misspelt"),
        ),
        Column(
            "evidence",
            "string",
            "the fact by which it does: an id, a normal form, a pair and its city",
            sample="foo bv",
        ),
        Column("records", "int64", "party rows with this name", "rows", nullable=False, low=0),
    ),
    layer="derived",
    warnings=(
        "A firm under two names without anything in common stays two organisations: counts of firms are a ceiling.",
    ),
)

company_size = Table(
    "company_size",
    "observation of a company's size in a source: whether it was a small or medium enterprise on that day",
    ("organisation_id", "source", "record_table", "record_id", "observed_on", "is_sme"),
    (
        _ORGANISATION_ID,
        SOURCE,
        Column("record_table", "string", "table of the record that tells it", nullable=False, sample="award"),
        Column("record_id", "string", "record that tells it", nullable=False, sample="demo:{n}"),
        Column("observed_on", "date", "day for which it is told", nullable=False, low=FIRST, high=LAST),
        Column("valid_from", "date", "first day for which it may be taken", nullable=False, low=FIRST, high=LAST),
        Column("valid_until", "date", "last day for which it may be taken", nullable=False, low=FIRST, high=LAST),
        Column("is_sme", "bool", "small or medium enterprise", nullable=False),
        Column(
            "definition",
            "string",
            "staff below which a firm is one: EU (Recommendation 2003/361/EC) or US (13 CFR 121); never pooled",
            nullable=False,
            allowed=("eu_250", "us_500"),
        ),
        Column(
            "basis",
            "string",
            "declared by the firm; by law, as the programme is for small firms alone; or claimed for a lower fee",
            nullable=False,
            allowed=("declared", "by_law", "fee"),
        ),
    ),
    checks=(Ordered("valid_from", "valid_until"),),
    layer="derived",
    warnings=(
        "For analysts: no indicator reads this table. An indicator's `partner` (sme, large) is what the record itself "
        "tells, since a few firms known from elsewhere would make a count of SMEs look whole that is not.",
        "Observations that contradict each other are all here: for a day take the nearest, and of two as near the SME, "
        "since the status is lost after two years alone (Recommendation 2003/361/EC, annex, art. 4(2)).",
        "A full fee says nothing of a firm's size: who licenses to a large firm pays it as well.",
    ),
)

__all__ = ["company_size", "organisation_spelling"]
