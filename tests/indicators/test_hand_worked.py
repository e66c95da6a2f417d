"""Every indicator of the catalogue is asked for in a hand-worked world: none comes without a value derived in words."""

import ast
from pathlib import Path

import pytest

from pipelines.indicators.catalogue import catalogue

HERE = Path(__file__).parent
LISTS = (Path(__file__).name, "test_indicator_catalogue.py")
"""Tests that name indicators without a value."""


@pytest.fixture(scope="module")
def asked() -> tuple[frozenset[str], tuple[str, ...]]:
    """The strings in the tests beside this one, and how strings begin that are put together there."""
    whole: set[str] = set()
    begun: set[str] = set()
    for path in HERE.glob("*.py"):
        if path.name in LISTS:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
                begun.add(str(node.values[0].value))
    return frozenset(whole), tuple(b for b in begun if "." in b and len(b.partition(".")[2]) > 3)


@pytest.mark.parametrize("id_", catalogue())
def test_the_indicator_is_worked_by_hand(asked, id_):
    whole, begun = asked
    assert id_ in whole or id_.startswith(begun)
