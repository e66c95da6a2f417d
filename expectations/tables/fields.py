"""Fields: of research as funders say, and of every record of a release by one scheme or another."""

from expectations.columns import PART, SOURCE
from expectations.contract import Column, Table
from expectations.tables.awards import AWARD_ID
from expectations.tables.indicators import RECORD_ID, RECORD_TABLE

award_field = Table(
    "award_field",
    "field of research of an award, as its funder says",
    ("award_id", "scheme", "code"),
    (
        SOURCE,
        PART,
        AWARD_ID,
        Column(
            "scheme",
            "string",
            "vocabulary: EuroSciVoc, or the subjects and topics of Gateway to Research",
            nullable=False,
            allowed=("euroscivoc", "gtr_subject", "gtr_topic"),
        ),
        Column("code", "string", "publisher's code", nullable=False, sample="/{n}/1"),
        Column("label", "string", "name of the field", nullable=False, sample="Field {n}"),
        Column("path", "string", "names from the broadest field down, where told", sample="/natural sciences/{n}"),
        Column("share", "double", "share of the award in it; null: not told", "fraction", low=0, high=1),
    ),
    parent="award",
    parent_by=("award_id",),
    warnings=("Machines assign EuroSciVoc's terms from a project's text; nobody has read them all.",),
)

record_field = Table(
    "record_field",
    "record and field of it",
    ("record_table", "record_id", "scheme", "field"),
    (
        SOURCE,
        PART,
        RECORD_TABLE,
        RECORD_ID,
        Column(
            "scheme",
            "string",
            "WIPO's 35 fields of technology, EuroSciVoc to the second level, subjects of Gateway to Research, and the "
            "cross-cuts of this project",
            nullable=False,
            allowed=("wipo", "euroscivoc", "gtr_subject", "cross_cut"),
        ),
        Column(
            "field",
            "string",
            "field, with its scheme in front; as in `indicator.field`",
            nullable=False,
            pattern="(?:wipo|euroscivoc|gtr_subject|cross_cut):.+",
            sample="wipo:field_{n}",
        ),
        Column("label", "string", "name of the field", nullable=False, sample="Field {n}"),
        Column(
            "share",
            "double",
            "share of the record in the field among those of its scheme: as the funder says, else equal parts",
            "fraction",
            nullable=False,
            low=0,
            high=1,
        ),
    ),
    layer="derived",
    warnings=(
        "A record of several fields counts in each: counts by field do not add up to the count of records.",
        "Awards of funders without a vocabulary of fields, and publications, have none.",
    ),
)

__all__ = ["award_field", "record_field"]
