"""A source: the facts about a publisher's data set, the parts it offers, and the raw columns it promises.

A source is a module of `pipelines.sources` with the names SOURCE, RAW, `parts`, `fetch`, `normalise` and
VERSION, and a docstring: what the data is, and its worst traps. The listing of the modules is the registry.
"""

import ast
import importlib
import pkgutil
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pipelines.sources


@dataclass(frozen=True)
class Span:
    """The years whose records a part holds; `last` is None while the part still grows."""

    first: int
    last: int | None = None


@dataclass(frozen=True)
class Source:
    """What is known of a publisher's data set before a byte of it is read.

    `observes` maps a fact that measures may need to the core column that tells it (`table.column`, with
    `WHERE condition` where only some rows tell it); a part observes the fact if that column is not null
    throughout. `mirror` is a regular expression over file names in which the group `part` names the part, or whose
    groups do so by the template `mirror_part`.
    `lag_days` is how long after a year's end its records still come in. `spans` says which years each part
    holds, for sources whose records carry years; `part_years` says the same of parts that are named by a
    year, as the first and last year counted from it. `recent_parts` is how many of the newest parts change so
    often that every night asks for them (0: all parts are asked for). `primaries` names the table of which a part
    must have rows, for parts other than those whose first table is `tables[0]`; `may_be_empty` says that a part
    without any is whole: a day on which nobody recorded anything. `codes_of` is the funder under which
    the seed programme_codes speaks of its codes, where the awards name others. `pace` is the number of seconds
    between two requests to the publisher. `key_variable` is the variable that holds the key a publisher asks for,
    and `key_header` the header in which it is sent, with a scheme where it has one (`Authorization: Bearer`); empty
    where the source gives it for a token.
    """

    name: str
    title: str
    publisher: str
    topic: str
    homepage: str
    licence: str
    licence_url: str
    is_redistributable: bool
    citation: str
    cadence: str
    part_kind: str
    changes_by: str
    first_part: str
    tables: tuple[str, ...]
    mirror: str
    mirror_example: str
    key_variable: str = ""
    key_header: str = "X-API-Key"
    pace: float = 1.0
    observes: dict[str, str] = field(default_factory=dict)
    lag_days: int = 0
    spans: dict[str, Span] = field(default_factory=dict)
    part_years: tuple[int, int] | None = None
    recent_parts: int = 0
    primaries: dict[str, str] = field(default_factory=dict)
    codes_of: str = ""
    yields_to: tuple[str, ...] = ()
    may_be_empty: bool = False
    mirror_part: str = "{part}"

    def __post_init__(self) -> None:
        """Refuse kinds that no step knows."""
        if self.part_kind not in ("snapshot", "period", "log"):
            raise ValueError(f"source {self.name}: part_kind {self.part_kind}")
        if self.changes_by not in ("etag", "listing", "snapshot"):
            raise ValueError(f"source {self.name}: changes_by {self.changes_by}")

    @property
    def pool(self) -> str:
        """The name under which a scheduler counts connections to the publisher: sources of one publisher share it."""
        return re.sub(r"[^a-z0-9]+", "_", self.publisher.lower()).strip("_")

    def primary(self, part: str) -> str:
        """Return the table of which a part must have rows, and whose rows the publisher announces."""
        return self.primaries.get(part, self.tables[0])

    def span(self, part: str) -> Span | None:
        """Return the years whose records a part holds, or None where nothing is said of it."""
        if self.part_years and part.isdigit():
            return Span(int(part) + self.part_years[0], int(part) + self.part_years[1])
        return self.spans.get(part)


def told_by(fact: str) -> tuple[str, str, str]:
    """Take a value of `Source.observes` apart: table, column and the condition on its rows."""
    place, _, condition = fact.partition(" WHERE ")
    table, _, column = place.partition(".")
    return table, column, condition or "true"


@dataclass(frozen=True)
class RawTable:
    """The columns of one table as published: `columns` must be there, `optional` may be.

    `formerly` maps today's name to the names of older vintages. `core` is the core table that has one row
    for each row of this one, so that the two counts can be held against each other. `key` is the
    publisher's own key. `begins` is a pattern of the header line, for files in which other lines stand before
    it; `any_case` says that the case of column names tells nothing. `unread` names columns that are known and
    of which nothing is read: persons, how to reach them, long texts. `replaces` says that bytes that are not UTF-8
    are replaced and counted; they refuse their row otherwise.
    """

    columns: tuple[str, ...]
    core: str
    key: tuple[str, ...]
    optional: tuple[str, ...] = ()
    formerly: dict[str, tuple[str, ...]] = field(default_factory=dict)
    begins: str = ""
    any_case: bool = False
    unread: tuple[str, ...] = ()
    replaces: bool = False


@dataclass(frozen=True)
class Offer:
    """A part as offered now: its files' addresses, and the version by which a change is noticed.

    `version` is empty where only a conditional request can tell. `checksums` maps a file name to
    `algorithm:hex`, `announced` is the number of rows the publisher says the part has. `is_certain` is false
    where nothing says that the part is there yet: the running year of a publisher without a listing. `is_standing`
    marks a part that is no period, and is asked for every night beside the newest ones.
    """

    source: str
    part: str
    urls: tuple[str, ...]
    version: str = ""
    checksums: dict[str, str] = field(default_factory=dict)
    announced: int | None = None
    is_certain: bool = True
    is_standing: bool = False


@dataclass(frozen=True)
class RawFile:
    """One file of a part in the raw layer: the publisher's name and where its bytes lie."""

    name: str
    path: Path


class SourceError(Exception):
    """A failure that a person must see: source, part, file, line, rule, and the mend.

    Raised for whatever ends a part: unreadable bytes, columns that are not the promised ones, too many
    refused rows. `transient` marks faults of the network, the only ones worth trying again.
    """

    def __init__(
        self,
        what: str,
        *,
        source: str = "",
        part: str = "",
        file: str = "",
        line: int | None = None,
        rule: str = "",
        mend: str = "",
        transient: bool = False,
    ) -> None:
        self.what, self.source, self.part, self.file = what, source, part, file
        self.line, self.rule, self.mend, self.transient = line, rule, mend, transient
        super().__init__(what)

    def __str__(self) -> str:
        """Say where, what and how to mend it, on two lines."""
        where = [self.source, self.part, self.file, f"line {self.line}" if self.line is not None else ""]
        head = " · ".join(w for w in where if w)
        said = f"{head}: {self.what}" if head else self.what
        said += f" [rule {self.rule}]" if self.rule else ""
        return f"{said}\n  mend: {self.mend}" if self.mend else said

    def at(self, source: str, part: str) -> "SourceError":
        """Return the same failure, placed in a part, keeping what is already known of where it was.

        One that trying again may mend becomes a NetworkError.
        """
        kind = NetworkError if self.transient else type(self)
        return kind(
            self.what,
            source=self.source or source,
            part=self.part or part,
            file=self.file,
            line=self.line,
            rule=self.rule,
            mend=self.mend,
            transient=self.transient,
        )


class NetworkError(SourceError):
    """Faults of the network alone, after which trying again later may help."""


class MissingError(SourceError):
    """An address at which the publisher says there is nothing."""


@cache
def names() -> tuple[str, ...]:
    """Return the names of all sources, in alphabetical order."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(pipelines.sources.__path__)))


def load(name: str) -> ModuleType:
    """Import the module of a source, or raise SourceError with the names there are."""
    if name not in names():
        raise SourceError(f"no source {name!r}", mend=f"use one of: {', '.join(names())}")
    return importlib.import_module(f"pipelines.sources.{name}")


def disabled(name: str) -> str:
    """Return why a source has nothing to ask for on this machine, or an empty text: only some can be disabled so."""
    said: str = getattr(load(name), "disabled", str)()
    return said


@cache
def outline(name: str) -> tuple[Source, str]:
    """Return the facts and the docstring of a source without running its module, which imports what is heavy.

    A scheduler reads them every minute. SOURCE is therefore written with nothing but literals, Span, and names
    of its module that stand for literals.
    """
    (path,) = (Path(folder) / f"{name}.py" for folder in pipelines.sources.__path__)
    tree = ast.parse(path.read_text())
    known: dict[str, Any] = {"Source": Source, "Span": Span}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(target := node.targets[0], ast.Name):
            if target.id == "SOURCE":
                value = compile(ast.Expression(node.value), str(path), "eval")
                return eval(value, known), ast.get_docstring(tree) or ""
            if isinstance(node.value, ast.Constant):
                known[target.id] = node.value.value
    raise SourceError("declares no SOURCE", source=name, file=str(path))


def facts() -> dict[str, Source]:
    """Return the facts of every source by name."""
    return {name: load(name).SOURCE for name in names()}


def pools() -> dict[str, Any]:
    """Return a pool of one slot for each publisher, in the form of `airflow pools import`."""
    facts = [outline(name)[0] for name in names()]
    return {
        f.pool: {"slots": 1, "description": f"one connection at a time to: {f.publisher}", "include_deferred": False}
        for f in facts
    }
