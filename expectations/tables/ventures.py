"""Spin-outs and start-ups by name."""

from expectations.columns import COUNTRY, PART, SOURCE
from expectations.contract import Column, Table

venture = Table(
    "venture",
    "spin-out or start-up",
    ("venture_id",),
    (
        SOURCE,
        PART,
        Column(
            "venture_id",
            "string",
            "venture, prefixed by its source",
            nullable=False,
            pattern="[a-z_]+:.+",
            sample="demo:{n}",
        ),
        Column("name", "string", "name as written", nullable=False, sample="Venture {n}"),
        Column("registration_number", "string", "number in the register of companies", sample="{n:08d}"),
        Column("country", "string", "ISO 3166 alpha-2", pattern=COUNTRY, sample="GB"),
        Column("formed_year", "int64", "year of formation", "year", low=1900, high=2100),
        Column("website", "string", "address of its site", sample="https://example.org/{n}"),
        Column("record_url", "string", "publisher's page", pattern="https?://\\S+", sample="https://example.org/{n}"),
    ),
    warnings=(
        "A venture claimed by several awards is one row; `award_output` tells which claim it.",
        "The same company may stand twice under two ids: compare registration numbers, else name and year.",
    ),
)

__all__ = ["venture"]
