"""The countries a string tells: a country's name, or a US state's, as a segment of its own."""

import csv
import re
from functools import cache
from pathlib import Path

from tests.benchmarks.baselines.names import fold, segments

_SEEDS = Path(__file__).resolve().parents[3] / "warehouse" / "seeds"
_CODES = re.compile(r"\b\w*\d\w*\b")
_STATE = re.compile(r",\s*([A-Z]{2})\.?\s*\d{5}(?:-\d{4})?\s*(?:,|;|$)")
USUAL = {"usa": "US", "us": "US", "u s a": "US", "united states": "US", "uk": "GB", "u k": "GB", "england": "GB",
         "scotland": "GB", "wales": "GB", "northern ireland": "GB", "p r china": "CN", "pr china": "CN",
         "peoples republic of china": "CN", "people s republic of china": "CN", "china": "CN", "korea": "KR",
         "republic of korea": "KR", "south korea": "KR", "russia": "RU", "russian federation": "RU", "iran": "IR",
         "the netherlands": "NL", "deutschland": "DE", "brasil": "BR", "espana": "ES", "italia": "IT", "viet nam": "VN",
         "vietnam": "VN", "taiwan": "TW", "turkiye": "TR", "turkey": "TR", "czech republic": "CZ"}  # fmt: skip
"""How addresses write countries beside the names of the seed."""


@cache
def known() -> dict[str, str]:
    """Return the code of every country's and US state's name, folded; a name that both share is the country's."""

    def rows(file: str) -> list[dict[str, str]]:
        with (_SEEDS / file).open(encoding="utf-8", newline="") as opened:
            return list(csv.DictReader(opened))

    states = {fold(row["name"]): row["country"] for row in rows("us_states.csv")}
    return states | {fold(row["name"]): row["country"] for row in rows("country_names.csv")} | USUAL


def countries(text: str) -> frozenset[str]:
    """Return the countries a string tells; empty where it tells none."""
    found = {known().get(fold(_CODES.sub(" ", piece)), "") for piece in segments(text)}
    return frozenset(found | ({"US"} if _STATE.search(text) else set())) - {""}
