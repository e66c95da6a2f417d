"""Columns and patterns that several tables share, each said once."""

from expectations.contract import Column

COUNTRY = "[A-Z]{2}"
ROR_ID = r"https://ror\.org/0[a-z0-9]{6}\d{2}"
ANY_ID = rf"{ROR_ID}|local:[a-z]*:[0-9a-f]+"
"""An organisation: ROR's address, or a company known by its name only."""

SOURCE = Column("source", "string", "source the row was read from", nullable=False, pattern="[a-z_]+", sample="demo")
PART = Column("part", "string", "part of the source", nullable=False, pattern="[A-Za-z0-9_.-]+", sample="all")
