"""A plugin of pytest that notes of which indicators a value was held against a number, in a run of hand-worked tests.

What `look_up` of a hand-worked world returns has its values as `Figure`: a float that knows its indicator, and notes
it when it is compared. A mention, a status or a null notes nothing.
`pytest -p tests.indicators.worked tests/indicators/test_patent_indicators.py` writes the ids into $WORKED_OUT.
"""

import json
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from tests.indicators import (
    hand_worked,
    hand_worked_awards,
    hand_worked_gateway,
    hand_worked_helix,
    hand_worked_patents,
    hand_worked_survey,
)

HELD: set[str] = set()
VALUES = ("value", "value_national")
WORLDS = (
    (hand_worked, "look_up"),
    (hand_worked_awards, "look_up"),
    (hand_worked_gateway, "look_up"),
    (hand_worked_helix, "look_up_country"),
    (hand_worked_patents, "look_up"),
    (hand_worked_survey, "look_up"),
)


class Figure(float):
    """A value of an indicator that notes that it was held against a number."""

    def __new__(cls, value: float, indicator: str) -> "Figure":
        """Return the value with the id of its indicator."""
        made = super().__new__(cls, value)
        made.indicator = indicator
        return made

    indicator: str

    def __eq__(self, other: object) -> bool:
        """Compare as a float does, or let `pytest.approx` do it, and note the indicator: two figures tell nothing."""
        if isinstance(other, Figure):
            return float(self) == float(other)
        if other is not None:
            HELD.add(self.indicator)
        return bool(other == float(self))

    def __ne__(self, other: object) -> bool:
        """Say the opposite."""
        return not self == other

    def __hash__(self) -> int:
        """Hash as a float does."""
        return hash(float(self))


def marked(row: Any) -> Any:
    """Return a row, or rows, with values that note it when they are compared."""
    if isinstance(row, list):
        return [marked(one) for one in row]
    if row is None:
        return None
    told = {name: Figure(row[name], row["indicator"]) for name in VALUES if row.get(name) is not None}
    return {**row, **told}


def _marking(look_up: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(look_up)
    def marking(*args: Any, **more: Any) -> Any:
        return marked(look_up(*args, **more))

    return marking


def pytest_configure() -> None:
    """Let the worlds return figures, before any test takes their `look_up`."""
    for world, name in WORLDS:
        setattr(world, name, _marking(getattr(world, name)))


def pytest_sessionfinish() -> None:
    """Write what was held against numbers."""
    Path(os.environ["WORKED_OUT"]).write_text(json.dumps(sorted(HELD)))
