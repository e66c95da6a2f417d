"""What is read of a list at a time, and the answer to one of its names."""

from dataclasses import dataclass
from typing import Any

Key = tuple[str, str, str]
"""Name, country and context: what an answer depends on."""

Answer = tuple[str, ...]
"""The cells of `ADDED` for one name."""

ADDED = ("named_id", "named_name", "credited_id", "credited_name", "method", "score", "status")
"""The columns that a list gets, in order; several organisations are joined by `;`."""

CREDITED = ADDED.index("credited_id")

ROWS, LETTERS = 2_000, 1_000_000
"""What a block holds at most, but one row of any length."""


@dataclass(frozen=True)
class Block:
    """Rows as their writer takes them back, and what is asked of each; None where a row asks nothing (a blank line)."""

    held: Any
    asked: list[Key | None]
