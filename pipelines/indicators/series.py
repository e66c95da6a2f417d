"""Series: a source that goes on where another ends (`Source.yields_to`) tells one series of years with it.

The weekly grants hold the patents that the last quarterly release of PatentsView lacks; a year that begins in the one
and ends in the other is one year. So coverage, evidence and indicators speak of the first source of a series, and
their `part` still names the part of whichever source the record stands in. Records keep their own source.
"""

from collections.abc import Iterable, Mapping

from expectations.contract import literal
from pipelines.indicators.observe import Part
from pipelines.source import Source


def heads(sources: Mapping[str, Source], parts: Iterable[Part]) -> dict[str, str]:
    """Return the sources that go on where another in the release ends, with that other."""
    there = {source for source, _ in parts}
    found = {name: [s for s in sources[name].yields_to if s in there] for name in sorted(there)}
    return {name: first[0] for name, first in found.items() if first}


def named(part: Part, of: Mapping[str, str]) -> Part:
    """Return a part under the name of its series."""
    return of.get(part[0], part[0]), part[1]


def joined(facts: Mapping[Part, frozenset[str]], of: Mapping[str, str]) -> dict[Part, frozenset[str]]:
    """Return facts by part under the names of series."""
    found: dict[Part, frozenset[str]] = {}
    for part, told in facts.items():
        found[named(part, of)] = found.get(named(part, of), frozenset()) | told
    return found


def sql(source: str, of: Mapping[str, str]) -> str:
    """Write the expression for the series of a source that an expression names."""
    cases = " ".join(f"WHEN {literal(name)} THEN {literal(head)}" for name, head in sorted(of.items()))
    return f"CASE {source} {cases} ELSE {source} END" if cases else source
