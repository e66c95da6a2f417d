"""The tables of docs/linking.md that the bench writes, between markers; the text around them is written by hand."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.link.training.labels import Label
from tests.benchmarks.measures import Reached, Scored, calibration_error, curve

PAGE = Path(__file__).resolve().parents[2] / "docs" / "linking.md"
HEAD = "| set | system | strings | precision | recall | F1 | F0.5 | strings/s |\n|---|---|--:|--:|--:|--:|--:|--:|"
THRESHOLDS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99)


@dataclass(frozen=True)
class Row:
    """One system on one set: strings asked of those in the set, what it reached, strings a second."""

    set: str
    system: str
    asked: int
    strings: int
    reached: Reached
    speed: float


def line(row: Row) -> str:
    """Return a row of the table; a star marks a set that was asked in part."""
    got = row.reached
    figures = " | ".join(f"{value:.3f}" for value in (got.precision, got.recall, got.f(1), got.f(0.5)))
    part = "" if row.asked == row.strings else "*"
    return f"| {row.set} | {row.system} | {row.asked:,}{part} | {figures} | {speed(row.speed)} |"


def speed(value: float) -> str:
    """Return strings a second to two figures: more would promise what another run does not keep."""
    digits = max(len(str(int(value))) - 2, 0)
    return f"{round(value, -digits):,.0f}"


def tables(
    rows: Sequence[Row], sets: Mapping[str, Sequence[Label]], scored: Mapping[str, Sequence[Scored]]
) -> tuple[str, str]:
    """Return the table of systems, set by set, and the table of our scores."""
    ordered = [line(row) for name in sets for row in rows if row.set == name]
    titles = " | ".join(f"≥ {least:g}" for least in THRESHOLDS)
    scores = [f"| set | calibration error | {titles} |", "|---|--:|" + "--:|" * len(THRESHOLDS)]
    for name, labels in sets.items():
        cells = " | ".join(f"{p:.3f} of {share:.0%}" for _, p, share in curve(labels, scored[name], THRESHOLDS))
        scores.append(f"| {name} | {calibration_error(labels, scored[name]):.3f} | {cells} |")
    return "\n".join([HEAD, *ordered]), "\n".join(scores)


def write(found: Mapping[str, str], page: Path = PAGE) -> None:
    """Put each table between its markers. Raises ValueError where the page lacks one."""
    text = page.read_text("utf-8")
    for name, table in found.items():
        begin, end = f"<!-- {name}: written by the bench -->", f"<!-- end of {name} -->"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if not pattern.search(text):
            raise ValueError(f"{page.name} has no markers {begin} … {end}")
        text = pattern.sub(lambda _, new=f"{begin}\n\n{table}\n\n{end}": new, text)
    page.write_text(text, "utf-8")
