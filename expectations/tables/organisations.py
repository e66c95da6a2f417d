"""The registry (ROR) as published, and what a release makes of it: organisations, institutions, links."""

from expectations.columns import ANY_ID, COUNTRY, PART, ROR_ID, SOURCE
from expectations.contract import Column, Table

LINK_STATUSES = ("linked", "ambiguous", "unlinked", "no_organisation")
SECTORS = ("university", "research_institute", "company", "government", "healthcare", "other", "unknown")

REGISTRY_ID = Column(
    "organisation_id", "string", "full ROR address", nullable=False, pattern=ROR_ID, sample="https://ror.org/0{n:06d}00"
)
ORGANISATION_ID = Column(
    "organisation_id",
    "string",
    "full ROR address, or `local:<country>:<hash>` for a company known by name only",
    nullable=False,
    pattern=ANY_ID,
    sample="https://ror.org/0{n:06d}00",
)
LATITUDE = Column("latitude", "double", "latitude", "degrees", low=-90, high=90)
LONGITUDE = Column("longitude", "double", "longitude", "degrees", low=-180, high=180)
NAMED_ID = Column(
    "named_id",
    "string",
    "organisation the name literally names (the first, if several)",
    pattern=ANY_ID,
    sample="https://ror.org/0{n:06d}00",
)
CREDITED_ID = Column(
    "credited_id",
    "string",
    "organisation credited with the record (the first, if several)",
    pattern=ANY_ID,
    sample="https://ror.org/0{n:06d}00",
)

registry_organisation = Table(
    "registry_organisation",
    "organisation in ROR",
    ("organisation_id",),
    (
        SOURCE,
        PART,
        REGISTRY_ID,
        Column("name", "string", "name ROR displays", nullable=False, sample="Organisation {n}"),
        Column(
            "status",
            "string",
            "state of the record",
            nullable=False,
            allowed=("active", "inactive", "withdrawn"),
        ),
        Column(
            "types",
            "list<string>",
            "kinds of organisation, several possible",
            nullable=False,
            sample="education",
        ),
        Column("established", "int64", "founding year", "year", low=500, high=2100),
        Column("country", "string", "ISO 3166 alpha-2 of the first location", pattern=COUNTRY, sample="NL"),
        Column("region", "string", "code of the first-level subdivision", sample="ZH"),
        Column("city", "string", "city of the first location", sample="City {n}"),
        LATITUDE,
        LONGITUDE,
        Column("domains", "list<string>", "internet domains", sample="example.org"),
        Column(
            "external_ids",
            "list<string>",
            "ids elsewhere, as `grid:…`, `isni:…`, `fundref:…`, `wikidata:…`",
            sample="grid:grid.{n}",
        ),
        Column(
            "record_url",
            "string",
            "publisher's page of the record",
            pattern="https?://\\S+",
            sample="https://example.org/{n}",
        ),
    ),
    warnings=("Technology-transfer companies of universities are typed company or nonprofit here.",),
)

registry_name = Table(
    "registry_name",
    "name of an organisation in ROR",
    ("organisation_id", "name_no"),
    (
        SOURCE,
        PART,
        REGISTRY_ID,
        Column("name_no", "int64", "number of the name within the record", nullable=False, low=1, high=10_000),
        Column("name", "string", "name as published", nullable=False, sample="Organisation {n}"),
        Column("kinds", "list<string>", "ror_display, label, alias, acronym", nullable=False, sample="label"),
        Column("language", "string", "ISO 639-1", pattern="[a-z]{2,3}", sample="en"),
    ),
    parent="registry_organisation",
)

registry_relation = Table(
    "registry_relation",
    "relation of an organisation in ROR to another",
    ("organisation_id", "kind", "related_id"),
    (
        SOURCE,
        PART,
        REGISTRY_ID,
        Column(
            "kind",
            "string",
            "what the related organisation is to this one",
            nullable=False,
            allowed=("parent", "child", "related", "successor", "predecessor"),
        ),
        Column(
            "related_id",
            "string",
            "full ROR address",
            nullable=False,
            pattern=ROR_ID,
            sample="https://ror.org/0{n:06d}00",
        ),
    ),
    warnings=("`related` is not ownership. Children form cycles and have several parents.",),
)

organisation = Table(
    "organisation",
    "organisation: ROR's, and companies known by name",
    ("organisation_id",),
    (
        ORGANISATION_ID,
        Column("name", "string", "name to show", nullable=False, sample="Organisation {n}"),
        Column("sector", "string", "sector in collaboration", nullable=False, allowed=SECTORS),
        Column("sector_reason", "string", "rule that decided the sector", nullable=False, sample="ror_type"),
        Column("country", "string", "ISO 3166 alpha-2", pattern=COUNTRY, sample="NL"),
        Column("city", "string", "city", sample="City {n}"),
        LATITUDE,
        LONGITUDE,
        Column(
            "status",
            "string",
            "active, inactive or withdrawn in ROR; `named` where known by name only",
            nullable=False,
            allowed=("active", "inactive", "withdrawn", "named"),
        ),
        Column("is_institution", "bool", "indicators are computed for it", nullable=False),
        Column(
            "current_id",
            "string",
            "organisation it became (itself where none)",
            nullable=False,
            pattern=ANY_ID,
            sample="https://ror.org/0{n:06d}00",
        ),
        Column(
            "ultimate_parent_id",
            "string",
            "topmost parent in ROR (itself where none)",
            nullable=False,
            pattern=ANY_ID,
            sample="https://ror.org/0{n:06d}00",
        ),
    ),
    layer="derived",
)

institution = Table(
    "institution",
    "organisation that indicators are computed for",
    ("organisation_id",),
    (
        ORGANISATION_ID,
        Column("name", "string", "name to show", nullable=False, sample="Organisation {n}"),
        Column(
            "kind",
            "string",
            "university or research institute",
            nullable=False,
            allowed=("university", "research_institute"),
        ),
        Column("country", "string", "ISO 3166 alpha-2", pattern=COUNTRY, sample="NL"),
        Column("reason", "string", "why it counts as an institution", nullable=False, sample="ror_type"),
        Column(
            "source_profile",
            "list<string>",
            "sources in which the release holds records of it",
            nullable=False,
            sample="cordis",
        ),
    ),
    layer="derived",
)

name_link = Table(
    "name_link",
    "name as written, with its country and context, and the organisations behind it",
    ("source", "name", "country", "context"),
    (
        SOURCE,
        Column("name", "string", "name as written, byte for byte", nullable=False, sample="Organisation {n}"),
        Column("country", "string", "ISO 3166 alpha-2; empty where unknown", nullable=False, sample="NL"),
        Column(
            "context",
            "string",
            "what else the record says that helps to tell (short name, kind)",
            nullable=False,
            sample="",
        ),
        Column("named_ids", "list<string>", "organisations the name literally names", nullable=False, sample=""),
        Column("credited_ids", "list<string>", "organisations credited", nullable=False, sample=""),
        NAMED_ID,
        CREDITED_ID,
        Column("method", "string", "rule that decided", nullable=False, sample="exact"),
        Column("score", "double", "probability that the link is right", "fraction", low=0, high=1),
        Column(
            "status",
            "string",
            "outcome",
            nullable=False,
            allowed=LINK_STATUSES,
        ),
        Column("candidates", "list<string>", "organisations considered, best first", nullable=False, sample=""),
        Column("records", "int64", "party rows with this name", "rows", nullable=False, low=0),
    ),
    layer="derived",
)

linked_party = Table(
    "linked_party",
    "party row with its named and credited organisation and sector",
    ("source", "record_table", "record_id", "period", "party_no"),
    (
        SOURCE,
        PART,
        Column("record_table", "string", "table of the record", nullable=False, sample="award"),
        Column("record_id", "string", "record", nullable=False, sample="demo:{n}"),
        Column("period", "string", "budget period of the record", nullable=False, sample="all"),
        Column("party_no", "int64", "number of the party within the record", nullable=False, low=1),
        Column("role", "string", "part taken", nullable=False, sample="participant"),
        Column("name", "string", "name as written", nullable=False, sample="Organisation {n}"),
        Column(
            "country",
            "string",
            "ISO 3166 alpha-2 as the record says; empty where unknown",
            nullable=False,
            sample="NL",
        ),
        NAMED_ID,
        CREDITED_ID,
        Column(
            "organisation_id",
            "string",
            "credited organisation, or the local id of a name; null where unknown",
            pattern=ANY_ID,
            sample="https://ror.org/0{n:06d}00",
        ),
        Column("sector", "string", "sector of that organisation", nullable=False, allowed=SECTORS),
        Column("is_institution", "bool", "the organisation is in the institution set", nullable=False),
        Column("is_sme", "bool", "small or medium enterprise, as the publisher says; null: not told"),
        Column("amount", "double", "contribution to this party alone", "currency", low=0),
        Column("currency", "string", "ISO 4217 code", pattern="[A-Z]{3}", sample="EUR"),
        Column("cost", "double", "party's total cost; null where unknown", "currency", low=0),
        Column("has_left", "bool", "party left before the end"),
        Column("link_status", "string", "outcome of linking its name", nullable=False, allowed=LINK_STATUSES),
        Column("link_score", "double", "probability that the link is right", "fraction", low=0, high=1),
    ),
    layer="derived",
)

__all__ = [
    "institution",
    "linked_party",
    "name_link",
    "organisation",
    "registry_name",
    "registry_organisation",
    "registry_relation",
]
