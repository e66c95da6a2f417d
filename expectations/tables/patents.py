"""Patent documents: parties, classes, government interest, citations, fees; and the awards they came of."""

import datetime as dt
from dataclasses import replace

from expectations.columns import COUNTRY, PART, SOURCE
from expectations.contract import Column, Table

FIRST, LAST = dt.date(1790, 1, 1), dt.date(2100, 1, 1)

NUMBER = r"[a-z]{2}:[A-Z]*[0-9]+"
"""A patent's number in the project's normal form (`pipelines.patents.numbers`): `us:7186302`, `us:D534340`."""

APPLICATION = r"[a-z]{2}-app:[0-9]+"
"""An application's number in the normal form: `us-app:09123456`."""

PATENT_ID = Column(
    "patent_id",
    "string",
    "patent document: a US grant by its number (`us:7186302`), another office's document as the source has it "
    "(`epo:EP.2400812.A1`)",
    nullable=False,
    pattern="[a-z_]+:.+",
    sample="us:{n:07d}",
)
SEQUENCE = Column("sequence", "int64", "number in the publisher's order, from 0", nullable=False, low=0)
URL = Column("record_url", "string", "publisher's page", pattern="https?://\\S+", sample="https://example.org/{n}")

patent = Table(
    "patent",
    "patent document: a granted patent, or (of the EPO's service) a published application",
    ("patent_id",),
    (
        SOURCE,
        PART,
        PATENT_ID,
        Column("office", "string", "office, WIPO ST.3", nullable=False, pattern=COUNTRY, sample="US"),
        Column(
            "number",
            "string",
            "number of the patent in the normal form that all sources share; null: the document is no grant",
            pattern=NUMBER,
            sample="us:{n:07d}",
        ),
        Column("kind", "string", "kind of document, WIPO ST.16", pattern="[A-Z][0-9]?", sample="B2"),
        Column(
            "type",
            "string",
            "type of US patent; null elsewhere",
            allowed=("utility", "design", "plant", "reissue", "defensive_publication", "statutory_invention"),
        ),
        Column("is_granted", "bool", "a grant, and not the publication of an application", nullable=False),
        Column("is_withdrawn", "bool", "withdrawn by the office after its number was given; null: not told"),
        Column(
            "application_id",
            "string",
            "application it came of, in the normal form",
            pattern=APPLICATION,
            sample="us-app:{n:08d}",
        ),
        Column("filed_on", "date", "day the application was filed", low=FIRST, high=LAST),
        Column("published_on", "date", "day the document was published", low=FIRST, high=LAST),
        Column("granted_on", "date", "day of the grant; null: no grant", low=FIRST, high=LAST),
        Column("priority_on", "date", "earliest priority that the source tells", low=FIRST, high=LAST),
        Column("title", "string", "title as published", sample="Title {n}"),
        Column("claims", "int64", "number of claims", "claims", low=0, high=10_000),
        Column("family_id", "string", "DOCDB simple family", pattern="[0-9]+", sample="{n:08d}"),
        Column(
            "entity_size",
            "string",
            "size of the applicant by which fees are owed, at the time the source tells",
            allowed=("large", "small", "micro"),
        ),
        URL,
    ),
    warnings=(
        "Count `type = 'utility'`, granted and not withdrawn, unless the question is another.",
        "US patents alone are complete here; what other offices granted is told of searched applicants only.",
    ),
)

patent_party = Table(
    "patent_party",
    "assignee, applicant or inventor of a patent document",
    ("patent_id", "party_no"),
    (
        SOURCE,
        PART,
        PATENT_ID,
        Column(
            "party_no",
            "int64",
            "number of the party within the document: assignees from 1, applicants from 1001, inventors from 10001",
            nullable=False,
            low=1,
            high=100_000,
        ),
        Column("role", "string", "part taken", nullable=False, allowed=("assignee", "applicant", "inventor")),
        SEQUENCE,
        Column("name", "string", "organisation as written; null: a person, whose name is not kept", sample="Firm {n}"),
        Column(
            "raw_name",
            "string",
            "organisation as printed on the patent, where the publisher also tells a cleaned name",
            sample="FIRM {n}",
        ),
        Column("is_person", "bool", "a person, and not an organisation", nullable=False),
        Column(
            "type_code", "string", "publisher's code of the kind of party (2 US company, 6 US government)", sample="2"
        ),
        Column("is_part_interest", "bool", "owner of a part alone, as the type code says; null: not told"),
        Column("country", "string", "ISO 3166 alpha-2", pattern=COUNTRY, sample="US"),
        Column("state", "string", "state as written, by code", sample="MA"),
        Column("city", "string", "city as written", sample="City {n}"),
        Column("latitude", "double", "latitude of the city", "degrees", low=-90, high=90),
        Column("longitude", "double", "longitude of the city", "degrees", low=-180, high=180),
        Column(
            "source_org_id",
            "string",
            "publisher's own id of the party within this part (`pv:…`): it changes with every release; of a person a "
            "digest where ids are made of names",
            pattern="[a-z]+:.+",
            sample="pv:{n}",
        ),
    ),
    parent="patent",
    parent_by=("patent_id",),
    warnings=(
        "Assignees are those at the time of the grant: later transfers stand in `transfer`.",
        "The publisher's type code never says that an organisation is a university.",
    ),
)

patent_class = Table(
    "patent_class",
    "class of a patent document",
    ("patent_id", "scheme", "sequence"),
    (
        SOURCE,
        PART,
        PATENT_ID,
        Column("scheme", "string", "classification", nullable=False, allowed=("cpc",)),
        SEQUENCE,
        Column(
            "symbol",
            "string",
            "symbol of the group",
            nullable=False,
            pattern=r"[A-HY]\d{2}[A-Z]\d+/\d+",
            sample="A41B13/{n}",
        ),
        Column("subclass", "string", "its subclass", nullable=False, pattern=r"[A-HY]\d{2}[A-Z]", sample="A41B"),
        Column(
            "is_inventive",
            "bool",
            "says what the invention is, and not what else the document tells; null: not told",
        ),
    ),
    parent="patent",
    parent_by=("patent_id",),
)

patent_funding = Table(
    "patent_funding",
    "thing a patent says of the government's interest in it: a statement, an agency, an award",
    ("patent_id", "kind", "sequence"),
    (
        SOURCE,
        PART,
        PATENT_ID,
        Column("kind", "string", "what is told", nullable=False, allowed=("statement", "agency", "award")),
        SEQUENCE,
        Column("statement", "string", "the statement as printed", sample="Made with support {n}"),
        Column("agency", "string", "agency as the publisher has it", sample="Agency {n}"),
        Column("agency_above", "string", "department it belongs to, where told", sample="Department {n}"),
        Column("award_number", "string", "number of the award as printed", sample="DMR-{n:07d}"),
    ),
    parent="patent",
    parent_by=("patent_id",),
    warnings=("An agency here has paid for research, and holds rights; it is no licensee.",),
)

patent_citation = Table(
    "patent_citation",
    "US patent cited by a US patent",
    ("patent_id", "sequence"),
    (
        SOURCE,
        PART,
        replace(PATENT_ID, meaning="the citing patent"),
        SEQUENCE,
        Column("cited_id", "string", "the cited patent", nullable=False, pattern=NUMBER, sample="us:{n:07d}"),
        Column("category", "string", "who cited it, as published", sample="cited by examiner"),
    ),
    parent="patent",
    parent_by=("patent_id",),
)

patent_fee = Table(
    "patent_fee",
    "maintenance-fee event of a US patent",
    ("patent_id", "event_on", "code"),
    (
        SOURCE,
        PART,
        PATENT_ID,
        Column("event_on", "date", "day of the event", nullable=False, low=FIRST, high=LAST),
        Column("code", "string", "publisher's code, without blanks", nullable=False, pattern=r"\S+", sample="M{n:04d}"),
        Column(
            "kind",
            "string",
            "what the code says (seed fee_codes)",
            nullable=False,
            allowed=("paid", "expired", "revived", "surcharge", "entity", "other", "unknown"),
        ),
        Column(
            "stage", "int64", "fee that is meant: due at 3.5 (4), 7.5 (8) or 11.5 (12) years", "years", low=4, high=12
        ),
        Column(
            "entity_size",
            "string",
            "size of the owner that the code or the record says",
            allowed=("large", "small", "micro"),
        ),
        Column(
            "application_id", "string", "application, in the normal form", pattern=APPLICATION, sample="us-app:{n:08d}"
        ),
        Column("filed_on", "date", "day of filing", low=FIRST, high=LAST),
        Column("granted_on", "date", "day of the grant", low=FIRST, high=LAST),
    ),
    warnings=("A code that nobody has explained is `unknown`: it is counted in the part's warnings.",),
)

award_patent = Table(
    "award_patent",
    "award and patent document or family that came of it",
    ("award_id", "patent_id"),
    (
        SOURCE,
        PART,
        Column("award_id", "string", "award", nullable=False, pattern="[a-z_]+:.+", sample="demo:{n:06d}"),
        replace(PATENT_ID, meaning="patent: by its number in the normal form, or as the funder claims it"),
        Column("family_id", "string", "DOCDB simple family, where told", pattern="[0-9]+", sample="{n:08d}"),
        Column(
            "rule",
            "string",
            "what says so: a number in the patent's statement of government interest, or the funder's list",
            nullable=False,
            allowed=("statement_nih", "statement_nsf", "nih_list", "cordis_list", "gtr_list"),
        ),
        Column("is_known", "bool", "the patent stands in `patent`", nullable=False),
    ),
    layer="derived",
    warnings=("Statements and lists are what is reported: a floor.", "`source` and `part` are those of the award."),
)

__all__ = ["award_patent", "patent", "patent_citation", "patent_class", "patent_fee", "patent_funding", "patent_party"]
