"""A release made by hand, and questions to it."""

import pytest

from pipelines.partners import run, weights
from pipelines.partners.query import Asked
from tests.partners.hand_made import HandMade


@pytest.fixture
def world():
    return HandMade()


@pytest.fixture
def ask(world):
    """Ask the world a question; return the candidates by id, in order."""

    def asked(limit=10, weighing=weights.DEFAULT, **said):
        found = run.answer(world.connect(), Asked(**said), weighing, limit)
        return {row[f"{found.ranking.side.side}_id"]: row for row in found.rows()}

    return asked
