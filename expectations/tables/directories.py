"""Directories of institutions: who is one, and by which identifiers others know it."""

from expectations.columns import COUNTRY, PART, SOURCE
from expectations.contract import Column, Table

_ID = Column(
    "directory_id",
    "string",
    "institution by the directory's id (`unitid:100654`)",
    nullable=False,
    pattern="[a-z]+:.+",
    sample="unitid:{n:06d}",
)

directory_institution = Table(
    "directory_institution",
    "institution in a year's directory",
    ("directory_id", "year"),
    (
        SOURCE,
        PART,
        _ID,
        Column(
            "year",
            "int64",
            "year the directory is of, by its first calendar year",
            "year",
            nullable=False,
            low=1980,
            high=2100,
        ),
        Column("name", "string", "name as written", nullable=False, sample="College {n}"),
        Column("aliases", "string", "other names as written, joined by |", sample="Alias {n}"),
        Column("city", "string", "city as written", sample="City {n}"),
        Column("state", "string", "state by its code", pattern="[A-Z]{2}", sample="MA"),
        Column("country", "string", "ISO 3166 alpha-2", nullable=False, pattern=COUNTRY, sample="US"),
        Column("control", "string", "who governs it", allowed=("public", "private_nonprofit", "private_for_profit")),
        Column("level", "string", "longest programme", allowed=("four_year", "two_year", "less_than_two_year")),
        Column("is_system_office", "bool", "administrative unit without students"),
        Column("is_active", "bool", "in operation in the year"),
        Column("research_class", "string", "Carnegie basic classification of 2021, by its code", sample="15"),
        Column("has_medical_school", "bool", "grants a medical degree"),
        Column("system_name", "string", "system of institutions it belongs to", sample="System {n}"),
        Column(
            "successor_id", "string", "institution that took its place", pattern="[a-z]+:.+", sample="unitid:{n:06d}"
        ),
        Column("website", "string", "address of its site", sample="www.example.org"),
    ),
    warnings=("System offices and institutions out of operation are in it: leave them out of counts.",),
)

directory_identifier = Table(
    "directory_identifier",
    "identifier that a directory gives for an institution",
    ("directory_id", "year", "scheme", "identifier"),
    (
        SOURCE,
        PART,
        _ID,
        directory_institution.column("year"),
        Column(
            "scheme",
            "string",
            "register the identifier is from",
            nullable=False,
            allowed=("uei", "duns", "ein", "opeid"),
        ),
        Column("identifier", "string", "identifier, with its leading zeros", nullable=False, sample="ABC{n:09d}"),
    ),
    parent="directory_institution",
    parent_by=("directory_id", "year"),
    warnings=("An identifier may stand under several institutions (a system's office registers for its campuses).",),
)

__all__ = ["directory_identifier", "directory_institution"]
