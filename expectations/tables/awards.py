"""Grants and awards, and the organisations taking part in them."""

import datetime as dt
from dataclasses import replace

from expectations.columns import COUNTRY, PART, SOURCE
from expectations.contract import Column, Needs, Ordered, Table

FIRST, LAST = dt.date(1950, 1, 1), dt.date(2100, 1, 1)

AWARD_ID = Column(
    "award_id",
    "string",
    "award, prefixed by its source",
    nullable=False,
    pattern="[a-z_]+:.+",
    sample="demo:{n:06d}",
)
PERIOD = Column(
    "period", "string", "budget period; `all` where the source publishes one row an award", nullable=False, sample="all"
)
CURRENCY = Column("currency", "string", "ISO 4217 code of the amounts in this row", pattern="[A-Z]{3}", sample="EUR")

award = Table(
    "award",
    "grant or award (a budget year where the funder publishes by year)",
    ("award_id", "period"),
    (
        SOURCE,
        PART,
        AWARD_ID,
        PERIOD,
        Column("funder", "string", "organisation that pays", nullable=False, sample="Funder"),
        Column("programme", "string", "funder's programme", sample="P{n}"),
        Column(
            "scheme",
            "string",
            "funder's instrument within the programme (CORDIS fundingScheme)",
            sample="RIA",
        ),
        Column("form", "string", "form of collaboration the scheme stands for", sample="joint"),
        Column(
            "project_id",
            "string",
            "award that stands for the project where several awards pay for one (NSF's collaborative research)",
            pattern="[a-z_]+:.+",
            sample="demo:{n:06d}",
        ),
        Column("title", "string", "title as published", sample="Title {n}"),
        Column("acronym", "string", "short title as published", sample="ACR{n}"),
        Column("status", "string", "state of the award", allowed=("signed", "closed", "terminated", "ongoing")),
        Column("starts_on", "date", "first day of the work", low=FIRST, high=LAST),
        Column("ends_on", "date", "last day of the work", low=FIRST, high=LAST),
        Column("awarded_on", "date", "day of the award or signature", low=FIRST, high=LAST),
        Column(
            "reporting_year",
            "int64",
            "year in which the publisher counts the award (SBIR.gov's Award Year); null: that of its start",
            "year",
            low=1950,
            high=2100,
        ),
        Column("amount", "double", "funder's contribution", "currency", low=0, high=1e11),
        Column(
            "total_cost",
            "double",
            "total cost of the work; null where 0 was published for unknown",
            "currency",
            low=0,
            high=1e11,
        ),
        CURRENCY,
        Column("subproject", "string", "funder's number of a subproject; null: the award itself", sample="{n:04d}"),
        Column(
            "subproject_amount",
            "double",
            "contribution to the subproject, which the award's own row holds already",
            "currency",
            low=0,
            high=1e11,
        ),
        Column("topic", "string", "call or topic as published", sample="TOPIC-{n}"),
        Column(
            "reference",
            "string",
            "funder's own number of the award as published, where the id holds another: contract, grant reference",
            sample="REF-{n}",
        ),
        Column("tracking_number", "string", "funder's number of the proposal as published", sample="T{n:06d}"),
        Column("updated_on", "date", "day the publisher last changed the record", low=FIRST, high=LAST),
        Column(
            "record_url",
            "string",
            "publisher's page of the record",
            pattern="https?://\\S+",
            sample="https://example.org/{n}",
        ),
    ),
    checks=(
        Ordered("starts_on", "ends_on"),
        Needs("currency", when="amount"),
        Needs("subproject", when="subproject_amount"),
    ),
    warnings=(
        "Amounts are commitments at the time of the snapshot, not payments.",
        "Awards of different funders overlap where `award_same` says so.",
        "A subproject's money is part of its award's: never add `subproject_amount` to `amount`.",
    ),
)

award_party = Table(
    "award_party",
    "organisation taking part in an award, by role",
    ("award_id", "period", "party_no"),
    (
        SOURCE,
        PART,
        AWARD_ID,
        PERIOD,
        Column("party_no", "int64", "number of the party within the award", nullable=False, low=1, high=100_000),
        Column(
            "role",
            "string",
            "part taken in the award",
            nullable=False,
            allowed=(
                "coordinator",
                "participant",
                "partner",
                "third_party",
                "associated_partner",
                "international_partner",
                "awardee",
                "performer",
                "lead",
                "project_partner",
                "student_partner",
                "collaborator",
                "cofunder",
                "fellow_host",
                "research_institution",
                "federal_laboratory",
            ),
        ),
        Column("name", "string", "name as written by the publisher", nullable=False, sample="Organisation {n}"),
        Column("short_name", "string", "short name as written", sample="ORG{n}"),
        Column("legal_name", "string", "name of the legal person, where told apart", sample="Legal person {n}"),
        Column("country", "string", "ISO 3166 alpha-2", pattern=COUNTRY, sample="NL"),
        Column("city", "string", "city as written", sample="City {n}"),
        Column("state", "string", "state or province as written, by code", sample="MA"),
        Column("latitude", "double", "latitude of the address", "degrees", low=-90, high=90),
        Column("longitude", "double", "longitude of the address", "degrees", low=-180, high=180),
        Column(
            "source_org_id",
            "string",
            "publisher's own id of the organisation (`pic:…`, `uei:…`)",
            pattern="[a-z]+:.+",
            sample="pic:{n:09d}",
        ),
        Column(
            "source_type",
            "string",
            "publisher's own kind of organisation (CORDIS HES, PRC, REC, PUB, OTH)",
            sample="HES",
        ),
        Column("is_sme", "bool", "small or medium enterprise, as the publisher says; null: not told"),
        Column(
            "amount",
            "double",
            "contribution to this party alone, linked third parties apart",
            "currency",
            low=0,
            high=1e11,
        ),
        Column(
            "amount_gross",
            "double",
            "contribution including its linked third parties",
            "currency",
            low=0,
            high=1e11,
        ),
        CURRENCY,
        Column(
            "cost",
            "double",
            "party's total cost in the award; null where unknown",
            "currency",
            low=0,
            high=1e11,
        ),
        Column("has_left", "bool", "party left before the end of the award"),
    ),
    checks=(Needs("currency", when="amount"),),
    parent="award",
    warnings=("A party without an amount took part without this funder's money, or its amount is not told: never 0.",),
)

award_programme = Table(
    "award_programme",
    "programme code an award is filed under",
    ("award_id", "period", "kind", "code"),
    (
        SOURCE,
        PART,
        AWARD_ID,
        PERIOD,
        Column(
            "kind",
            "string",
            "what the code is: a programme that pays, or a reference it is counted under",
            nullable=False,
            allowed=("element", "reference"),
        ),
        Column(
            "code",
            "string",
            "publisher's code, in the length it had before codes were lengthened",
            nullable=False,
            sample="{n:04d}",
        ),
        Column("label", "string", "label beside the code in this record", sample="Programme {n}"),
        Column(
            "form",
            "string",
            "form of collaboration that code, label and year stand for (seed programme_codes); null: none",
            sample="joint_research",
        ),
        Column(
            "centre_type",
            "string",
            "kind within the form: of centre (IUCRC, partnership …), of training (KTP, doctoral_network …), of "
            "incubation (team, node, site)",
            sample="IUCRC",
        ),
        Column("requires_industry", "bool", "the programme pays only where companies take part; null: no form"),
    ),
    parent="award",
    parent_by=("award_id", "period"),
    warnings=("Codes were reused for other programmes: read code, label and year together.",),
)

award_obligation = Table(
    "award_obligation",
    "amount obligated to an award in a fiscal year of the funder",
    ("award_id", "period", "fiscal_year"),
    (
        SOURCE,
        PART,
        AWARD_ID,
        PERIOD,
        Column("fiscal_year", "int64", "fiscal year of the funder", "year", nullable=False, low=1950, high=2100),
        Column("period_start", "date", "first day of the fiscal year", nullable=False, low=FIRST, high=LAST),
        Column("period_end", "date", "last day of the fiscal year", nullable=False, low=FIRST, high=LAST),
        Column(
            "amount",
            "double",
            "amount obligated; negative where money was taken back",
            "currency",
            nullable=False,
            low=-1e11,
            high=1e11,
        ),
        CURRENCY,
        Column(
            "is_assumed",
            "bool",
            "no obligation is published: the award's amount stands in the fiscal year of its start",
            nullable=False,
        ),
    ),
    checks=(Ordered("period_start", "period_end"), Needs("currency", when="amount")),
    parent="award",
    warnings=("Obligations and award.amount tell the same money: never add them.",),
)

award_same = Table(
    "award_same",
    "award that is another source's award",
    ("award_id", "same_as"),
    (
        SOURCE,
        PART,
        replace(AWARD_ID, meaning="award that counts leave out, prefixed by its source"),
        Column(
            "same_as",
            "string",
            "the same award in the source it is counted from",
            nullable=False,
            pattern="[a-z_]+:.+",
            sample="other:{n:06d}",
        ),
        Column("same_source", "string", "source of that award", nullable=False, pattern="[a-z_]+", sample="other"),
        Column("same_part", "string", "part of that source", nullable=False, pattern="[A-Za-z0-9_.-]+", sample="all"),
        Column(
            "rule",
            "string",
            "what says that the two are one",
            nullable=False,
            allowed=("nih_number", "nsf_number", "guarantee_number", "guarantee_title"),
        ),
    ),
    layer="derived",
    warnings=(
        "Only what rests on a number or on title and organisation together is here: a floor.",
        "By the rules guarantee_… participation counts from `same_as`, and the money is that of `award_id`.",
    ),
)

exchange_rate = Table(
    "exchange_rate",
    "mean of the daily reference rates of a currency over a period",
    ("currency", "period_start", "period_end"),
    (
        SOURCE,
        PART,
        Column("currency", "string", "ISO 4217 code", nullable=False, pattern="[A-Z]{3}", sample="USD"),
        Column("period_start", "date", "first day of the period", nullable=False, low=FIRST, high=LAST),
        Column("period_end", "date", "last day of the period", nullable=False, low=FIRST, high=LAST),
        Column(
            "rate",
            "double",
            "units of the currency for one euro",
            "currency per EUR",
            nullable=False,
            low=1e-6,
            high=1e7,
        ),
    ),
    checks=(Ordered("period_start", "period_end"),),
)

__all__ = [
    "award",
    "award_obligation",
    "award_party",
    "award_programme",
    "award_same",
    "exchange_rate",
]
