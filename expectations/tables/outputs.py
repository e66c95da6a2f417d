"""What awards claim to have led to: patents, intellectual property, spin-outs, collaborations, further funding."""

from expectations.columns import COUNTRY, PART, SOURCE
from expectations.contract import Column, Needs, Ordered, Table
from expectations.tables.awards import AWARD_ID, CURRENCY, FIRST, LAST

OUTPUT_ID = Column(
    "output_id",
    "string",
    "output, prefixed by its register (`us:7186302`, `docdb:47528706` of a family of patents, `gtr:…`)",
    nullable=False,
    pattern="[a-z_]+:.+",
    sample="us:{n:07d}",
)

award_output = Table(
    "award_output",
    "output an award claims: patent, intellectual property, spin-out, collaboration, further funding",
    ("award_id", "output_id"),
    (
        SOURCE,
        PART,
        AWARD_ID,
        OUTPUT_ID,
        Column(
            "kind",
            "string",
            "what kind of output it is",
            nullable=False,
            allowed=("patent", "intellectual_property", "spin_out", "collaboration", "further_funding"),
        ),
        Column("title", "string", "title or name as published", sample="Output {n}"),
        Column("protection", "string", "form of protection as published", sample="Patent granted"),
        Column("patent_number", "string", "number of a patent or application, as published", sample="US {n:07d} B2"),
        Column("family_id", "string", "DOCDB simple family of a patent", pattern="[0-9]+", sample="{n:08d}"),
        Column("filed_on", "date", "first day on which one of a patent's family was filed", low=FIRST, high=LAST),
        Column("priority_on", "date", "earliest priority of the family", low=FIRST, high=LAST),
        Column("is_licensed", "bool", "the institution says that it is licensed; null: not told, or confidential"),
        Column("licence_status", "string", "what the publisher says of licensing, as published", sample="Yes"),
        Column("year", "int64", "year of grant, foundation or start", "year", low=1900, high=2100),
        Column("starts_on", "date", "first day", low=FIRST, high=LAST),
        Column("ends_on", "date", "last day", low=FIRST, high=LAST),
        Column("amount", "double", "money that came with it", "currency", low=0, high=1e11),
        CURRENCY,
        Column(
            "organisation", "string", "other party as written: partner, funder, company formed", sample="Partner {n}"
        ),
        Column(
            "sector",
            "string",
            "sector of the other party, as the publisher says",
            allowed=("private", "public", "academic", "hospital", "charity", "learned_society", "multiple", "unknown"),
        ),
        Column("country", "string", "country of the other party, ISO 3166 alpha-2", pattern=COUNTRY, sample="GB"),
        Column("record_url", "string", "publisher's page", pattern="https?://\\S+", sample="https://example.org/{n}"),
    ),
    checks=(Ordered("starts_on", "ends_on"), Needs("currency", when="amount")),
    warnings=(
        "An output stands once for every award that claims it: count distinct output_id.",
        "Outputs are what institutions report: a floor.",
    ),
)

award_output_party = Table(
    "award_output_party",
    "organisation that applied for a patent an award claims",
    ("award_id", "output_id", "party_no"),
    (
        SOURCE,
        PART,
        AWARD_ID,
        OUTPUT_ID,
        Column("party_no", "int64", "number of the organisation within the output, from 1", nullable=False, low=1),
        Column("role", "string", "part taken", nullable=False, allowed=("applicant",)),
        Column("name", "string", "organisation as written", nullable=False, sample="Firm {n}"),
        Column(
            "source_org_id",
            "string",
            "funder's own id of the organisation (`pic:…`), by which it takes part in the award",
            pattern="[a-z]+:.+",
            sample="pic:{n:09d}",
        ),
    ),
    parent="award_output",
    parent_by=("award_id", "output_id"),
)

__all__ = ["award_output", "award_output_party"]
