"""Recorded conveyances of patents and applications: who grants what to whom, and the chain of title."""

import datetime as dt

from expectations.columns import ANY_ID, COUNTRY, PART, SOURCE
from expectations.contract import Column, Table
from expectations.tables.patents import APPLICATION, NUMBER

FIRST, LAST = dt.date(1790, 1, 1), dt.date(2100, 1, 1)

KINDS = (
    "assignment",
    "employer_assignment",
    "licence",
    "confirmatory_licence",
    "option",
    "security",
    "release",
    "merger",
    "name_change",
    "correction",
    "nunc_pro_tunc",
    "government_interest",
    "termination",
    "other",
)
"""Kinds of conveyance, as the rules in the seed conveyance_rules tell them."""

TRANSFER_ID = Column(
    "transfer_id",
    "string",
    "recordation: reel and frame at the office",
    nullable=False,
    pattern=r"uspto:\d{6}/\d{4,5}",
    sample="uspto:{n:06d}/0001",
)

transfer = Table(
    "transfer",
    "recorded conveyance",
    ("transfer_id",),
    (
        SOURCE,
        PART,
        TRANSFER_ID,
        Column("kind", "string", "kind of conveyance", nullable=False, allowed=KINDS),
        Column("rule", "string", "rule that says so (seed conveyance_rules)", nullable=False, sample="assignment"),
        Column("executed_on", "date", "earliest day on which a grantor signed; null: not told", low=FIRST, high=LAST),
        Column("recorded_on", "date", "day of recording", low=FIRST, high=LAST),
        Column("updated_on", "date", "day the office last changed the record", low=FIRST, high=LAST),
        Column("is_purged", "bool", "the office has taken the record back: it counts for nothing", nullable=False),
        Column(
            "conveyance_text",
            "string",
            "what the record says is conveyed, blanks and apostrophes made alike",
            sample="TEXT {n}",
        ),
        Column("pages", "int64", "pages of the document", "pages", low=0),
    ),
    warnings=(
        "Recording is voluntary: licences hardly ever are, and a count of them is a floor.",
        "A confirmatory licence goes to the government that paid for the research, never to a company.",
    ),
)

transfer_party = Table(
    "transfer_party",
    "grantor or grantee of a conveyance",
    ("transfer_id", "party_no"),
    (
        SOURCE,
        PART,
        TRANSFER_ID,
        Column(
            "party_no",
            "int64",
            "number of the party within the record: grantors from 1, grantees from 100001",
            nullable=False,
            low=1,
            high=1_000_000,
        ),
        Column("role", "string", "who gives, and who receives", nullable=False, allowed=("grantor", "grantee")),
        Column("name", "string", "organisation as written; null: a person, whose name is not kept", sample="FIRM {n}"),
        Column("is_person", "bool", "a person, as the way of writing the name says", nullable=False),
        Column("executed_on", "date", "day on which a grantor signed", low=FIRST, high=LAST),
        Column("country", "string", "ISO 3166 alpha-2", pattern=COUNTRY, sample="US"),
        Column("state", "string", "state, by code", sample="MA"),
        Column("city", "string", "city as written", sample="City {n}"),
    ),
    parent="transfer",
    parent_by=("transfer_id",),
)

transfer_patent = Table(
    "transfer_patent",
    "patent or application conveyed",
    ("transfer_id", "property_no"),
    (
        SOURCE,
        PART,
        TRANSFER_ID,
        Column("property_no", "int64", "number of the property within the record", nullable=False, low=1),
        Column(
            "application_id", "string", "application, in the normal form", pattern=APPLICATION, sample="us-app:{n:08d}"
        ),
        Column("patent_id", "string", "grant, in the normal form", pattern=NUMBER, sample="us:{n:07d}"),
        Column(
            "publication_number", "string", "published application as written", pattern=r"[0-9]{11}", sample="{n:011d}"
        ),
        Column("filed_on", "date", "day of filing", low=FIRST, high=LAST),
        Column("granted_on", "date", "day of grant", low=FIRST, high=LAST),
    ),
    parent="transfer",
    parent_by=("transfer_id",),
)

title_chain = Table(
    "title_chain",
    "patent, or application without one, and conveyance of it, in the order of execution",
    ("property_id", "step"),
    (
        SOURCE,
        PART,
        Column(
            "property_id",
            "string",
            "patent (`us:…`), or application (`us-app:…`) of which no patent is known",
            nullable=False,
            pattern=f"{NUMBER}|{APPLICATION}",
            sample="us:{n:07d}",
        ),
        Column("step", "int64", "number of the conveyance in the chain, from 1", nullable=False, low=1),
        TRANSFER_ID,
        Column("kind", "string", "kind of conveyance", nullable=False, allowed=KINDS),
        Column("executed_on", "date", "day of execution, else of recording", low=FIRST, high=LAST),
        Column("filed_on", "date", "day the application was filed, where any record tells it", low=FIRST, high=LAST),
        Column(
            "grantor_ids",
            "list<string>",
            "organisations that give; persons apart",
            nullable=False,
            sample="https://ror.org/0{n:06d}00",
        ),
        Column(
            "grantee_ids",
            "list<string>",
            "organisations that receive",
            nullable=False,
            sample="https://ror.org/0{n:06d}00",
        ),
        Column("from_persons", "bool", "all grantors are persons", nullable=False),
        Column(
            "changes_title",
            "bool",
            "moves the title from one holder to another: no licence, option, security, release, correction, merger or "
            "change of name, nor a step between two on one day",
            nullable=False,
        ),
        Column(
            "holder_id",
            "string",
            "organisation that holds the title after this step; null: a person, several, unknown",
            pattern=ANY_ID,
            sample="https://ror.org/0{n:06d}00",
        ),
    ),
    layer="derived",
    warnings=("A chain holds what was recorded: a gap in it is no error.",),
)

__all__ = ["title_chain", "transfer", "transfer_party", "transfer_patent"]
