"""Publications of institutions, by the sector of the organisations that wrote them together."""

from expectations.columns import COUNTRY, PART, ROR_ID, SOURCE
from expectations.contract import Column, Table

publication_share = Table(
    "publication_share",
    "institution's publications of a year by sector of a co-authoring organisation",
    ("institution_id", "year", "sector"),
    (
        SOURCE,
        PART,
        Column(
            "institution_id",
            "string",
            "institution (full ROR address)",
            nullable=False,
            pattern=ROR_ID,
            sample="https://ror.org/0{n:06d}00",
        ),
        Column("institution_name", "string", "name where the source tells one", sample="University {n}"),
        Column("country", "string", "ISO 3166 alpha-2", pattern=COUNTRY, sample="NL"),
        Column("year", "int64", "year of publication", "year", nullable=False, low=1900, high=2100),
        Column(
            "sector",
            "string",
            "`all`: every publication; else those with at least one organisation of the sector among their authors' "
            "affiliations: `non_academic` any but education, facility and archive, `other` nonprofit or other. No row "
            "of a sector where there is one of `all`: none",
            nullable=False,
            allowed=("all", "company", "non_academic", "healthcare", "government", "other"),
        ),
        Column(
            "publications",
            "int64",
            "distinct articles and reviews, not retracted, each counted whole",
            "publications",
            nullable=False,
            low=0,
        ),
        Column("updated_on", "date", "day the source was asked"),
    ),
    warnings=(
        "A publication of two institutions counts for both: never add institutions up.",
        "Sectors overlap: a publication with a company and a hospital is in both.",
        "Of an institution that is itself of a sector, every publication is.",
    ),
)

__all__ = ["publication_share"]
