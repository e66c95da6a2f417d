"""Import Great Expectations without what nothing here uses of it: its charts and scipy's distributions.

Two of its expectations, neither of them ours, import altair and scipy.stats when the package is imported: a
third of its 2.6 seconds, on every night that brings something. Placeholders stand for both meanwhile; whoever
asks one for something gets it from the real module.
"""

import gc
import importlib
import sys
from functools import cache
from types import ModuleType
from typing import Any

UNUSED = ("altair", "scipy.stats")


class _Later(ModuleType):
    """A module that is imported when something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what the import system asks of every module
            raise AttributeError(name)
        return getattr(importlib.import_module(self.__name__), name)


@cache
def great_expectations() -> ModuleType:
    """Import Great Expectations and its expectations; return the package."""
    stood_in = [name for name in UNUSED if name not in sys.modules]
    sys.modules.update({name: _Later(name) for name in stood_in})
    collecting = gc.isenabled()
    gc.disable()  # 40,000 new objects that stay: looking for garbage among them takes another fifth of a second
    try:
        importlib.import_module("great_expectations.expectations")
    finally:
        if collecting:
            gc.enable()
        for name in stood_in:
            if isinstance(sys.modules[name], _Later):
                del sys.modules[name]
    return sys.modules["great_expectations"]
