"""The evidence of publications: how many an institution has in a year, and how many with other sectors.

A row stands for all of an institution's publications of a year, as only their number is published. They count for the
institution that the affiliation names: never for its parents, since one publication can name several of a family.
"""

from pipelines.indicators.measure import Measure
from pipelines.indicators.record_grain import record_rows

RECORD_ID = """p.source || ':' || replace(p.institution_id, 'https://ror.org/', '') || ':' || CAST(p.year AS VARCHAR)"""
"""The id of an institution's publications of a year, as linked parties have it (`openalex:052gg0110:2022`)."""


def _publications(name: str, meaning: str, sector: str, needs: set[str], where: str = "true") -> Measure:
    """Declare the number of an institution's publications with a sector; `where` is a condition on the institution."""
    sql = record_rows(
        "publication_share",
        "publication_share AS p JOIN institution AS i ON i.organisation_id = p.institution_id",
        "p",
        f"p.sector = '{sector}' AND {where}",
        record=RECORD_ID,
        amount="CAST(p.publications AS DOUBLE)",
        share="CAST(NULL AS DOUBLE)",
    )
    return Measure(
        name, "record", meaning, frozenset(needs), "count", sql, record_table="publication_share", is_tally=True
    )


ACADEMIC = "i.reason = 'ror_type'"
"""Institutions that ROR calls a school or a facility: of any other, every publication has a non-academic author."""

PUBLICATIONS = _publications(
    "publications", "articles and reviews of the institution, not retracted", "all", {"publications"}
)
CO_PUBLICATIONS = _publications(
    "co_publications",
    "articles and reviews of the institution with at least one company among the affiliations, not retracted",
    "company",
    {"publications", "industry_publications"},
)
ACADEMIC_PUBLICATIONS = _publications(
    "academic_publications",
    "articles and reviews of a school or facility, not retracted",
    "all",
    {"publications"},
    ACADEMIC,
)
NON_ACADEMIC_PUBLICATIONS = _publications(
    "non_academic_publications",
    "articles and reviews of a school or facility with at least one company, hospital, public body, charity or other "
    "non-academic organisation among the affiliations, not retracted",
    "non_academic",
    {"publications", "non_academic_publications"},
    ACADEMIC,
)
