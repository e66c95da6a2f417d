"""Every indicator of the catalogue has a value derived in words in a hand-worked world, and a test that holds it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.indicators.catalogue import catalogue
from tests.indicators import worked

ROOT = Path(__file__).resolve().parents[2]
WORKED = (
    "test_award_indicators.py",
    "test_gateway_indicators.py",
    "test_indicator_values.py",
    "test_nearness.py",
    "test_patent_indicators.py",
    "test_publication_indicators.py",
    "test_survey_indicators.py",
    "test_synergy.py",
    "test_title_indicators.py",
    "test_us_indicators.py",
)
"""The tests of hand-worked values: here an id must have one, wherever else it is mentioned."""


@pytest.fixture(scope="module")
def held(tmp_path_factory) -> set[str]:
    """The indicators of which a value was held against a number, in a run of the tests of hand-worked values."""
    out = tmp_path_factory.mktemp("worked") / "held.json"
    paths = [str(Path(__file__).with_name(name)) for name in WORKED]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", worked.__name__, "-p", "no:cacheprovider", "-m", "not real", *paths],
        cwd=ROOT,
        env={**os.environ, "WORKED_OUT": str(out), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-3000:]
    return set(json.loads(out.read_text()))


@pytest.mark.slow
def test_every_indicator_has_a_value_worked_by_hand(held):
    assert sorted(set(catalogue()) - held) == []


def test_what_is_no_value_is_no_value_worked_by_hand(monkeypatch):
    noted: set[str] = set()
    monkeypatch.setattr(worked, "HELD", noted)
    rows = worked.marked([{"indicator": "a", "value": 2.0, "status": "published"}, {"indicator": "b", "value": None}])
    assert rows[0]["status"] == "published"
    assert rows[1]["value"] is None
    assert rows[0]["value"] == rows[0]["value"]
    assert noted == set()
    assert rows[0]["value"] == pytest.approx(2)
    assert (rows[0]["value"], "x") != (3, "x")
    assert noted == {"a"}
