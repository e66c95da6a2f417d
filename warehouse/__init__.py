"""Where the data ends up, and how to read it: `warehouse.open()` gives the current release."""

from warehouse.read import NoReleaseError, Release, open_release

open = open_release

__all__ = ["NoReleaseError", "Release", "open"]
