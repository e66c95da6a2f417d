"""What a release computes: collaborations, evidence, coverage, indicator values; and the receipts behind them."""

import datetime as dt
from dataclasses import replace

from expectations.columns import ANY_ID, COUNTRY, PART, SOURCE
from expectations.contract import Column, Ordered, Table
from expectations.tables.organisations import SECTORS

INSTITUTION_ID = Column(
    "institution_id",
    "string",
    "institution (full ROR address)",
    nullable=False,
    pattern=ANY_ID,
    sample="https://ror.org/0{n:06d}00",
)
YEAR = Column("year", "int64", "calendar year of the event", "year", nullable=False, low=1950, high=2100)
RECORD_TABLE = Column("record_table", "string", "table of the record", nullable=False, sample="award")
RECORD_ID = Column("record_id", "string", "record", nullable=False, sample="demo:{n}")
INTENSITY = Column(
    "intensity",
    "string",
    "size of the collaboration: ≤ 3, 4–10, > 10 organisations",
    nullable=False,
    allowed=("bilateral", "small", "consortium", "n/a"),
)

FIRST, LAST = dt.date(1950, 1, 1), dt.date(2100, 1, 1)
STATUSES = ("published", "small_base", "no_denominator", "no_data", "partial_year", "suppressed")

receipt = Table(
    "receipt",
    "fetched part of a source",
    ("source", "part"),
    (
        SOURCE,
        PART,
        Column("version", "string", "publisher's version of the part, where it says one", sample="v1"),
        Column("urls", "list<string>", "where its files came from", nullable=False, sample="https://example.org"),
        Column(
            "sha256",
            "string",
            "digest of the raw files",
            nullable=False,
            pattern="[0-9a-f]{64}",
            sample="{n:064x}",
        ),
        Column("bytes", "int64", "size of the raw files", "bytes", nullable=False, low=0),
        Column("fetched_at", "timestamp", "when the bytes were first seen", nullable=False),
        Column("announced", "int64", "rows the publisher announces; null where it does not", "rows", low=0),
        Column("read", "int64", "rows read", "rows", nullable=False, low=0),
        Column("kept", "int64", "rows kept", "rows", nullable=False, low=0),
        Column("quarantined", "int64", "rows quarantined", "rows", nullable=False, low=0),
        Column("dropped", "int64", "rows dropped with a reason", "rows", nullable=False, low=0),
        Column(
            "superseded",
            "int64",
            "rows kept that a later part of the source has too, and that are not in the release",
            "rows",
            nullable=False,
            low=0,
        ),
        Column("is_stale", "bool", "files are those of the last release", nullable=False),
        Column("stale_reason", "string", "why", sample=""),
    ),
    layer="derived",
)

collaboration = Table(
    "collaboration",
    "record, institution and partner organisation",
    ("record_table", "record_id", "institution_id", "partner_id"),
    (
        SOURCE,
        PART,
        RECORD_TABLE,
        RECORD_ID,
        INSTITUTION_ID,
        Column(
            "partner_id",
            "string",
            "the other organisation",
            nullable=False,
            pattern=ANY_ID,
            sample="local:nl:{n:016x}",
        ),
        Column("partner_sector", "string", "its sector", nullable=False, allowed=SECTORS),
        Column("partner_is_sme", "bool", "it is an SME in this record; null: not told"),
        Column("year", "int64", "year of the record; null where it has no date", "year", low=1950, high=2100),
        Column(
            "organisations",
            "int64",
            "distinct organisations on the record",
            "organisations",
            nullable=False,
            low=2,
        ),
        INTENSITY,
    ),
    layer="derived",
)

evidence = Table(
    "evidence",
    "measure, institution, year, record and (at edge grain) partner",
    ("measure", "institution_id", "year", "record_table", "record_id", "partner_id"),
    (
        Column("measure", "string", "measure the row is evidence of", nullable=False, sample="joint_grants"),
        SOURCE,
        PART,
        INSTITUTION_ID,
        YEAR,
        RECORD_TABLE,
        RECORD_ID,
        Column("partner_id", "string", "partner at edge grain; empty at record grain", nullable=False, sample=""),
        Column("amount", "double", "1 for counts, money otherwise; null where not told", "record or currency"),
        Column(
            "share",
            "double",
            "institution's fraction of the record; null where it cannot be split",
            "fraction",
            low=0,
            high=1,
        ),
        Column("currency", "string", "ISO 4217 code of money", pattern="[A-Z]{3}", sample="EUR"),
        Column("period_start", "date", "first day of the period that the money belongs to", low=FIRST, high=LAST),
        Column("period_end", "date", "last day of that period", low=FIRST, high=LAST),
        Column("amount_eur", "double", "money at the mean rate of that period; null where there is no rate", "EUR"),
        Column("amount_eur_fixed", "double", "money at the mean rate of 2020", "EUR"),
        Column(
            "status",
            "string",
            "why a reported figure has no amount",
            allowed=("suppressed", "not_applicable", "missing"),
        ),
        Column(
            "partner",
            "string",
            "size of the partner, where the source tells",
            nullable=False,
            allowed=("all", "sme", "large", "non_commercial"),
        ),
        INTENSITY,
    ),
    layer="derived",
    checks=(Ordered("period_start", "period_end"),),
    warnings=("Of reported figures a null amount is withheld or missing (`status`), never 0.",),
)

coverage = Table(
    "coverage",
    "source and year",
    ("source", "year"),
    (
        SOURCE,
        YEAR,
        Column(
            "parts_expected",
            "list<string>",
            "parts that hold records of the year",
            nullable=False,
            sample="all",
        ),
        Column("parts_present", "list<string>", "those in the release", nullable=False, sample="all"),
        Column("as_of", "date", "last day the parts know of"),
        Column("is_complete", "bool", "all parts are here and the source's lag has passed", nullable=False),
        Column("reason", "string", "why the year is not complete", sample=""),
        Column("records", "int64", "records of the year", "records", nullable=False, low=0),
        Column(
            "linked_share",
            "double",
            "share of its academic party rows with an institution",
            "fraction",
            low=0,
            high=1,
        ),
        Column(
            "unknown_sector_share",
            "double",
            "share of its party rows whose sector is unknown",
            "fraction",
            low=0,
            high=1,
        ),
    ),
    layer="derived",
)

coverage_institution = Table(
    "coverage_institution",
    "source and institution seen in it",
    ("source", "institution_id"),
    (
        SOURCE,
        INSTITUTION_ID,
        Column("records", "int64", "records that name it", "records", nullable=False, low=1),
        Column("first_year", "int64", "first year with a record", "year", low=1950, high=2100),
        Column("last_year", "int64", "last year with a record", "year", low=1950, high=2100),
    ),
    layer="derived",
    checks=(Ordered("first_year", "last_year"),),
)


def _outcome(name: str, meaning: str) -> Column:
    return Column(name, "int64", meaning, "rows", nullable=False, low=0)


def _share(name: str, meaning: str) -> Column:
    return Column(name, "double", meaning, "fraction", nullable=False, low=0, high=1)


link_coverage = Table(
    "link_coverage",
    "source, country and year: what became of its party rows' names",
    ("source", "country", "year"),
    (
        SOURCE,
        Column(
            "country",
            "string",
            "ISO 3166 alpha-2, as the records say; empty where unknown",
            nullable=False,
            sample="NL",
        ),
        Column(
            "year",
            "int64",
            "calendar year of the record; 0 where it has none",
            "year",
            nullable=False,
            low=0,
            high=2100,
        ),
        Column("names", "int64", "distinct names as written", "names", nullable=False, low=1),
        Column(
            "party_rows", "int64", "rows of linked_party: the sum of the seven below", "rows", nullable=False, low=1
        ),
        _outcome("institution_rows", "linked to an institution"),
        _outcome("company_rows", "linked to a company of the registry"),
        _outcome("other_rows", "linked to another organisation of the registry: agency, hospital, charity"),
        _outcome("name_only_rows", "linked to none, and a company by its legal form or by what the source says"),
        _outcome("ambiguous_rows", "several organisations may be meant, none sure"),
        _outcome("unlinked_rows", "linked to none, and no company as far as is known"),
        _outcome("no_organisation_rows", "known to be no organisation of the registry, by review; or no name at all"),
        _share("linked_share", "share of the party rows linked to an organisation of the registry"),
        _share("open_share", "share of the party rows that are ambiguous or unlinked: where misses are"),
        Column(
            "expected_precision",
            "double",
            "mean score of the linked rows; null where none is",
            "fraction",
            low=0,
            high=1,
        ),
        Column("amount_eur", "double", "money told of the parties, at the year's mean rate; null where none", "EUR"),
        Column("linked_amount_eur", "double", "of it, money of linked rows", "EUR"),
        Column("open_amount_eur", "double", "of it, money of ambiguous and unlinked rows", "EUR"),
    ),
    layer="derived",
    warnings=(
        "Distinct names do not add up over countries and years.",
        "By rule: SELECT method, status, count(*), sum(records), avg(score) FROM name_link GROUP BY ALL.",
    ),
)

indicator = Table(
    "indicator",
    "indicator value of an institution and year",
    (
        "institution_id",
        "year",
        "indicator",
        "counting",
        "rollup",
        "partner",
        "intensity",
        "field",
        "window_years",
        "source",
    ),
    (
        INSTITUTION_ID,
        Column("year", "int64", "last year of the window", "year", nullable=False, low=1950, high=2100),
        Column(
            "indicator",
            "string",
            "id of the indicator",
            nullable=False,
            pattern="[a-z]+\\.[a-z_0-9]+",
            sample="joint.grants",
        ),
        Column("counting", "string", "how shared records count", nullable=False, allowed=("whole", "fractional")),
        Column(
            "rollup",
            "string",
            "institution alone or with its institutional children",
            nullable=False,
            allowed=("direct", "with_children"),
        ),
        Column(
            "partner",
            "string",
            "kind of partner",
            nullable=False,
            allowed=("all", "sme", "large", "non_commercial"),
        ),
        Column(
            "intensity",
            "string",
            "size of the collaboration",
            nullable=False,
            allowed=("all", "bilateral", "small", "consortium", "bilateral_small"),
        ),
        Column(
            "field",
            "string",
            "field of research or technology (`record_field.field`); `all`: whatever the field",
            nullable=False,
            sample="all",
        ),
        Column("window_years", "int64", "length of the window", "years", nullable=False, low=1, high=6),
        Column("value", "double", "value; null unless a value can be formed", "see unit"),
        Column("value_national", "double", "value in the currency of the records, where it is money", "see currency"),
        Column("value_fixed", "double", "value in euro at the mean rates of 2020, where it is money", "EUR"),
        Column(
            "currency",
            "string",
            "ISO 4217 code of value_national and of the money in numerator and denominator",
            pattern="[A-Z]{3}",
            sample="EUR",
        ),
        Column("numerator", "double", "numerator of a ratio"),
        Column("denominator", "double", "denominator of a ratio"),
        Column("lower", "double", "lower end of the 95 % interval"),
        Column("upper", "double", "upper end of the 95 % interval"),
        Column(
            "basis",
            "string",
            "what the interval means",
            nullable=False,
            allowed=(
                "none",
                "wilson",
                "delta",
                "bootstrap",
                "stability",
                "order_statistics",
                "reported",
                "monte_carlo",
            ),
        ),
        Column("unit", "string", "unit of the value", nullable=False, sample="grants"),
        Column("status", "string", "whether the value may be read", nullable=False, allowed=STATUSES),
        Column("records", "int64", "records behind the value (of a ratio, its denominator)", "records", low=0),
        Column(
            "years_used",
            "int64",
            "years of the window that were used",
            "years",
            nullable=False,
            low=0,
            high=20,
        ),
        Column(
            "coverage_sector",
            "double",
            "share of the records' parties whose sector is known",
            "fraction",
            low=0,
            high=1,
        ),
        SOURCE,
    ),
    layer="derived",
    checks=(Ordered("lower", "value"), Ordered("value", "upper")),
    warnings=(
        "Read `status` first: only `published` values are meant to be quoted.",
        "Overlap of intervals does not rank institutions.",
        "Compare levels of money across countries by value_fixed; value moves with the exchange rate.",
        "Rows by field stand where there are records, for all partners at the headline's intensity; a record of "
        "several fields counts in each, so that they do not add up to `all`.",
    ),
)


def _taking_part(name: str, meaning: str) -> Column:
    return Column(name, "int64", f"of them, those in which {meaning}", "records", nullable=False, low=0)


country_indicator = Table(
    "country_indicator",
    "indicator value of a country and year",
    ("country", "year", "indicator", "field", "window_years", "source"),
    (
        Column("country", "string", "ISO 3166 alpha-2", nullable=False, pattern=COUNTRY, sample="NL"),
        indicator.column("year"),
        replace(indicator.column("indicator"), sample="synergy.country"),
        indicator.column("field"),
        indicator.column("window_years"),
        Column("value", "double", "value; null unless a value can be formed", "see unit"),
        replace(indicator.column("unit"), sample="mbit"),
        indicator.column("status"),
        Column("records", "int64", "records of the country in the window", "records", nullable=False, low=0),
        _taking_part("records_u", "a university takes part"),
        _taking_part("records_i", "a company does"),
        _taking_part("records_g", "a government body does"),
        _taking_part("records_ui", "a university and a company do"),
        _taking_part("records_ug", "a university and a government body do"),
        _taking_part("records_ig", "a company and a government body do"),
        _taking_part("records_uig", "all three do"),
        indicator.column("years_used"),
        SOURCE,
    ),
    layer="derived",
    warnings=(
        "Of all records of a country, whoever takes part: it is no sum over institutions.",
        "Read `status` first: only `published` values are meant to be quoted.",
        "A record with parties in several countries counts in each.",
    ),
)

__all__ = [
    "collaboration",
    "country_indicator",
    "coverage",
    "coverage_institution",
    "evidence",
    "indicator",
    "link_coverage",
    "receipt",
]
