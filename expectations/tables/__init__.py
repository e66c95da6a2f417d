"""The contracts of every table, by subject; `tables()` lists them all."""

from expectations.contract import Table
from expectations.tables import (
    awards,
    companies,
    countries,
    directories,
    fields,
    indicators,
    organisations,
    outputs,
    partners,
    patents,
    peers,
    publications,
    surveys,
    transfers,
    ventures,
)

_SUBJECTS = (
    organisations,
    companies,
    directories,
    awards,
    outputs,
    patents,
    transfers,
    publications,
    ventures,
    surveys,
    countries,
    indicators,
    fields,
    partners,
    peers,
)


def tables() -> dict[str, Table]:
    """Return every contract by the name of its table, in the order of the subjects."""
    return {t.name: t for subject in _SUBJECTS for t in vars(subject).values() if isinstance(t, Table)}


def table(name: str) -> Table:
    """Return the contract of a table, or raise KeyError with the names there are."""
    found = tables()
    if name not in found:
        raise KeyError(f"no table {name}; there are {', '.join(found)}")
    return found[name]
