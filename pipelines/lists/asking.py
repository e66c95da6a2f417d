"""From the cells of a row to what is asked: name, country, and the place as context."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.link import context
from pipelines.link.presentable import LONGEST, presentable
from pipelines.lists.block import ADDED, Key
from pipelines.source import SourceError

SEEDS = Path(__file__).resolve().parents[2] / "warehouse" / "seeds"
KINDS = ("name", "country", "state", "city")


@dataclass(frozen=True)
class Places:
    """Where the columns asked for stand in a row; None where a list has no such column."""

    name: int
    country: int | None
    state: int | None
    city: int | None

    def key(self, cells: Sequence[str], file: str, line: int) -> Key:
        """Return what a row asks. Raises SourceError for a country that there is not; `line` is for its message."""
        country = code(cells[self.country], file, line) if self.country is not None else ""
        about = ""
        if self.state is not None or self.city is not None:
            state = _state(cells[self.state]) if self.state is not None else ""
            city = cells[self.city].strip()[:LONGEST] if self.city is not None else ""
            about = context.write(context.Context(city=presentable(city), state=state))
        # Trimmed here already, so that no text of any length waits for its answer.
        return presentable(cells[self.name].strip()), country, about


def places(header: Sequence[str], columns: dict[str, str], file: str) -> Places:
    """Find the columns asked for by kind. Raises SourceError: missing, there twice, or one of ours."""
    there = [name.strip() for name in header]

    def failed(what: str, mend: str) -> SourceError:
        return SourceError(what, file=file, line=1, rule="columns", mend=mend)

    if missing := [c for c in columns.values() if c.strip() not in there]:
        raise failed(
            f"no column {', '.join(missing)}; there are {', '.join(there)}",
            "name the column of the file with --name-column and the like",
        )
    if twice := [c for c in columns.values() if there.count(c.strip()) > 1]:
        raise failed(f"column twice: {', '.join(twice)}", "give each column a name of its own")
    if ours := [c for c in ADDED if c in there]:
        raise failed(f"has a column {', '.join(ours)} already", "rename it or leave it out: an answer goes there")
    return Places(*(there.index(columns[kind].strip()) if kind in columns else None for kind in KINDS))  # type: ignore[arg-type]


def code(written: str, file: str = "", line: int | None = None) -> str:
    """Return the ISO 3166 alpha-2 code of a country written as code or in English; '' for a blank cell."""
    text = written.strip()
    if not text:
        return ""
    known = _countries().get(text.casefold())
    if known is None:
        raise SourceError(
            f"there is no country {text[:60]!r}",
            file=file,
            line=line,
            rule="country code",
            mend="write ISO 3166 codes (DE, GB) or English names, or leave the cell empty where it is unknown",
        )
    return known


@cache
def _countries() -> dict[str, str]:
    import pycountry

    found = {"uk": "GB", "el": "GR", "xk": "XK", "xkx": "XK"}  # the European Commission's; and Kosovo, used by all
    for country in pycountry.countries:
        found[country.alpha_2.casefold()] = found[country.alpha_3.casefold()] = country.alpha_2
    return found | {row["name"].casefold(): row["country"] for row in _seed("country_names")}


def _state(written: str) -> str:
    """Return a state's code: the registry and the US lists write "CA", people also "California"."""
    text = written.strip()[:LONGEST]
    return _states().get(text.casefold(), text.upper() if len(text) <= 3 else text)


@cache
def _states() -> dict[str, str]:
    return {row["name"].casefold(): row["code"] for row in _seed("us_states")}


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
