"""How far a list is: one line that is written over on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable

OFTEN, SELDOM = 0.2, 10.0
"""Seconds between two lines, on a terminal and elsewhere."""


class Progress:
    """Count rows and tell of them on standard error, or keep silent."""

    def __init__(self, is_shown: bool | None = None, share: Callable[[], float | None] = lambda: None) -> None:
        """Show by default on a terminal alone; `share` tells how much of the list is read, from 0 to 1, if known."""
        self._is_terminal = sys.stderr.isatty()
        self._is_shown = self._is_terminal if is_shown is None else is_shown
        self._share = share
        self._begun = self._told = time.monotonic()
        self.rows = self.linked = 0

    def saw(self, rows: int, linked: int) -> None:
        """Count rows that are written, and those of them that are linked."""
        self.rows += rows
        self.linked += linked
        now = time.monotonic()
        if self._is_shown and now - self._told >= (OFTEN if self._is_terminal else SELDOM):
            self._told = now
            self._tell("\r\033[K" if self._is_terminal else "", "" if self._is_terminal else "\n")

    def end(self) -> None:
        """Tell the end, or clear the line where the command tells it."""
        if self._is_shown and self._is_terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        elif self._is_shown:
            self._tell("", "\n")

    def _tell(self, before: str, after: str) -> None:
        print(before + self.line(time.monotonic() - self._begun), end=after, file=sys.stderr, flush=True)

    def line(self, seconds: float) -> str:
        """Return rows done, their share of the list, rows a second, and the share that is linked."""
        share = self._share()
        told = [f"{self.rows:,} rows", *([f"{share:.0%}"] if share is not None else [])]
        told += [f"{self.rows / max(seconds, 0.001):,.0f} rows/s", f"{self.linked / max(self.rows, 1):.1%} linked"]
        return " · ".join(told)
