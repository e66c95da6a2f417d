"""What a release says of partners: which institutions fit which company, the scores and the figures behind them."""

from expectations.columns import ANY_ID
from expectations.contract import Column, Table


def _score(name: str, meaning: str, nullable: bool = False) -> Column:
    return Column(name, "double", meaning, "fraction", nullable=nullable, low=0, high=1)


def _count(name: str, meaning: str, unit: str = "records") -> Column:
    return Column(name, "int64", meaning, unit, nullable=False, low=0)


partner_candidate = Table(
    "partner_candidate",
    "company and institution that fits it: of every company that worked with an institution in the last five years "
    "the ten best",
    ("company_id", "institution_id"),
    (
        Column("company_id", "string", "company", nullable=False, pattern=ANY_ID, sample="local:nl:{n:016x}"),
        Column(
            "institution_id",
            "string",
            "institution (full ROR address)",
            nullable=False,
            pattern=ANY_ID,
            sample="https://ror.org/0{n:06d}00",
        ),
        Column("place", "int64", "place of the institution for this company, from 1", nullable=False, low=1, high=10),
        _score("score", "mean of the five scores below, by the default weights of `iur partners`"),
        _score("fit", "likeness of profiles ÷ the best institution's; null: no profile to compare", nullable=True),
        _score("strength", "records in the field, experience with companies, willingness to transfer"),
        _score("history", "common records, decayed; else records with companies like it"),
        _score("proximity", "½ to the power of km ÷ 160; null: the company's place is not known", nullable=True),
        _score("support", "funded places of companies like it in joint projects, n ÷ (n + 5)"),
        _score("cosine", "cosine of the company's profile with the institution's", nullable=True),
        _score("fullness", "how full the institution's profile is", nullable=True),
        Column("shared_terms", "list<string>", "words and classes that make the cosine, most telling first",
               nullable=False, sample="battery"),
        _count("records_in_field", "the institution's records in the company's field, of the last five years"),
        _score("percentile", "share of institutions with fewer"),
        _count("records_that_tell_partners", "of these, records of sources that name partners"),
        _count("records_with_other_side", "of those, records with a company"),
        _score("experience_shrunk", "share with a company, with five records of the mean added"),
        _count("deals", "recorded licences and assignments to companies, five years", "recordations"),
        _count("families", "patent families of the last five years", "families"),
        Column("willingness_shrunk", "double", "deals a family, with ten families of the peers' mean added",
               nullable=False, low=0),
        _count("common_records", "records of the institution with the company or its group, of all years"),
        Column("last_common_year", "int64", "year of the last; null: none", "year", low=1950, high=2100),
        _count("records_with_alike", "records in the field with companies of its size, of the last five years"),
        Column("distance_km", "double", "distance from the company; null where a place is not known", "km", low=0,
               high=20_100),
        _count("funded_places", "funded places of companies like it in joint projects, three years", "places"),
    ),
    layer="derived",
    warnings=(
        "A shortlist to look into, no ranking of institutions: `iur partners --company ID` says why, line by line.",
        "Scores of different companies are not comparable: fit is relative to each company's best institution.",
    ),
)  # fmt: skip

__all__ = ["partner_candidate"]
