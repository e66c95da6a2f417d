"""What a person sees in a terminal: tables, sparklines, numbers; `--json` writes the same for a program."""

import json
import sys
from collections.abc import Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table

BARS = "▁▂▃▄▅▆▇█"


def console() -> Console:
    """Return the console of standard output; wide where nobody looks, so that a file has whole lines."""
    return Console(highlight=False, soft_wrap=False, width=None if sys.stdout.isatty() else 160)


def number(value: Any, digits: int = 3) -> str:
    """Write a number for a reader: thousands separators, few decimals; a dash where there is none."""
    if value is None or value != value:
        return "–"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, int) or float(value).is_integer() or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:,.{digits}f}"


def runs(years: Sequence[int]) -> str:
    """Write rising years as runs: 2014–2016, 2018."""
    found: list[list[int]] = []
    for year in years:
        if found and found[-1][-1] == year - 1:
            found[-1].append(year)
        else:
            found.append([year])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in found)


def sparkline(values: Sequence[float | None]) -> str:
    """Draw values as bars from 0 to the largest; a dot where there is none."""
    known = [v for v in values if v is not None]
    top = max(known, default=0)
    if not known:
        return "·" * len(values)
    return "".join(
        "·" if v is None else BARS[min(7, max(0, round(v / top * 7)))] if top > 0 else BARS[0] for v in values
    )


def listing(title: str, rows: Sequence[dict[str, Any]], as_json: bool, note: str = "") -> None:
    """Print rows as a table, or as JSON."""
    if as_json:
        dump(rows)
        return
    table = Table(title=title or None, title_justify="left", box=None, header_style="bold", pad_edge=False)
    for name in rows[0] if rows else ():
        numeric = all(isinstance(r[name], (int, float)) or r[name] is None for r in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(name, value) for name, value in row.items()))
    out = console()
    out.print(table)
    if note:
        out.print(note)


def whole(rows: Sequence[dict[str, str]]) -> None:
    """Print rows of text as a narrow table whose first column is never broken."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    for number, name in enumerate(rows[0] if rows else ()):
        table.add_column(name, no_wrap=number == 0, overflow="fold")
    for row in rows:
        table.add_row(*row.values())
    console().print(table)


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, str) or "year" in name else number(value)


def dump(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, indent=1, ensure_ascii=False, default=str))


def fail(message: str, code: int = 1) -> None:
    """Print an error on standard error and end with its exit code."""
    click.echo(message, err=True)
    raise SystemExit(code)
