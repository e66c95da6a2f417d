"""A table is a contract: one declaration from which everything that must agree with it is derived.

`Table` gives the Arrow schema (`arrow_schema`), the row rules (`rules`: each a SQL predicate with its
Great Expectations twin), the dictionary page (`dictionary`) and the simulated rows (`expectations.simulate`).
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

LINEAGE = {"_file": "string", "_line": "int64", "_problem": "string", "_dropped": "string"}
"""Columns that travel with a row from the reader to the gate, and stay behind when it is kept."""

_TYPES = ("string", "int64", "double", "bool", "date", "timestamp", "list<string>", "list<double>")


@dataclass(frozen=True)
class Column:
    """A column: its type, unit and meaning, and what must hold of each of its values.

    `pattern` is matched against the whole value. `sample` is a format string over the row number `n`, from
    which simulated values are made; a column with a pattern needs one. `reference` is `table.column`.
    """

    name: str
    type: str
    meaning: str
    unit: str = ""
    nullable: bool = True
    low: Any = None
    high: Any = None
    allowed: tuple[str, ...] = ()
    pattern: str = ""
    reference: str = ""
    sample: str = ""

    def __post_init__(self) -> None:
        """Refuse a declaration that no derived form could serve."""
        if self.type not in _TYPES:
            raise ValueError(f"column {self.name}: type {self.type} is not one of {', '.join(_TYPES)}")
        if self.pattern and not self.sample:
            raise ValueError(f"column {self.name}: a pattern needs a sample to simulate from")


@dataclass(frozen=True)
class Ordered:
    """Two columns of a row in order: `low` ≤ `high` where both are known."""

    low: str
    high: str


@dataclass(frozen=True)
class Needs:
    """A column that must be known where another one is: an amount needs a currency."""

    column: str
    when: str


@dataclass(frozen=True)
class Rule:
    """One thing that must hold of a row, said three ways: for SQL, for Great Expectations, for a reader.

    `sql` is true where the row is good, and never null. `expectation` is the name of a Great Expectations
    class and its arguments; `given` names the column that must be known for the rule to apply.
    """

    name: str
    columns: tuple[str, ...]
    sql: str
    expectation: tuple[str, dict[str, Any]]
    says: str
    given: str = ""


@dataclass(frozen=True)
class Table:
    """A table of the observatory.

    `layer` is `core` (from a source) or `derived` (made in a release). `tolerance` is the share of a part's
    rows that may be quarantined before the part fails. `parent` names the table whose refused rows take
    this table's rows with them, by the columns `parent_by` (all of the key but the last, unless given).
    """

    name: str
    one_row_per: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    layer: str = "core"
    checks: tuple[Ordered | Needs, ...] = ()
    tolerance: float = 0.01
    parent: str = ""
    parent_by: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a key or a check over columns that are not there, and keys that may be null."""
        names = [c.name for c in self.columns]
        used = [*self.key, *self.parent_by, *(n for check in self.checks for n in vars(check).values())]
        if missing := [n for n in used if n not in names]:
            raise ValueError(f"table {self.name}: no column {', '.join(missing)}")
        if nullable := [n for n in self.key if self.column(n).nullable]:
            raise ValueError(f"table {self.name}: key column {', '.join(nullable)} may be null")

    def column(self, name: str) -> Column:
        """Return the column of that name, or raise KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule a row of this table must pass, in the order of its columns."""
        found = [_PARSED] if self.layer == "core" else []
        for column in self.columns:
            found += _column_rules(column)
        return (*found, *(_check_rule(check) for check in self.checks))

    @cached_property
    def parent_key(self) -> tuple[str, ...]:
        """The columns by which a row names its row in `parent`."""
        return (self.parent_by or self.key[:-1]) if self.parent else ()


_PARSED = Rule(
    "parsed",
    ("_problem",),
    "_problem IS NULL",
    ("ExpectColumnValuesToBeNull", {"column": "_problem"}),
    "every cell can be read as its type",
)


def _column_rules(column: Column) -> list[Rule]:
    name, quoted = column.name, f'"{column.name}"'
    found = []
    if not column.nullable:
        found.append(
            Rule(
                f"{name}.known",
                (name,),
                f"{quoted} IS NOT NULL",
                ("ExpectColumnValuesToNotBeNull", {"column": name}),
                f"{name} is known",
            )
        )
    bounds = {k: v for k, v in (("min_value", column.low), ("max_value", column.high)) if v is not None}
    if bounds:
        tests = [f"{quoted} >= {literal(column.low)}"] if column.low is not None else []
        tests += [f"{quoted} <= {literal(column.high)}"] if column.high is not None else []
        said = " and ".join(
            [f"at least {column.low}"] * (column.low is not None)
            + [f"at most {column.high}"] * (column.high is not None)
        )
        found.append(
            Rule(
                f"{name}.range",
                (name,),
                f"coalesce({' AND '.join(tests)}, true)",
                ("ExpectColumnValuesToBeBetween", {"column": name, **bounds}),
                f"{name} is {said}{' ' + column.unit if column.unit else ''}",
            )
        )
    if column.allowed:
        values = ", ".join(literal(v) for v in column.allowed)
        found.append(
            Rule(
                f"{name}.set",
                (name,),
                f"coalesce({quoted} IN ({values}), true)",
                ("ExpectColumnValuesToBeInSet", {"column": name, "value_set": list(column.allowed)}),
                f"{name} is one of {', '.join(repr(v) for v in column.allowed)}",
            )
        )
    if column.pattern:
        # Python's $ also matches before a last newline and RE2 has no \Z, so each gets its own anchors.
        found.append(
            Rule(
                f"{name}.pattern",
                (name,),
                f"coalesce({_matches(quoted, column.pattern)}, true)",
                ("ExpectColumnValuesToMatchRegex", {"column": name, "regex": rf"\A(?:{column.pattern})\Z"}),
                f"{name} looks like {column.sample.format(n=1)} ({column.pattern})",
            )
        )
    return found


def _matches(quoted: str, pattern: str) -> str:
    """Return the condition that a text matches a pattern whole.

    Where plain letters and classes begin it and anything follows (`[a-z]+:.+`), its beginning and a search for line
    ends, which `.` does not match, tell as much in half the time.
    """
    if re.fullmatch(r"(?:[a-z:]|\[[a-z_-]+\]\+?)+\.\+", pattern):
        return f"(regexp_matches({quoted}, {literal(f'^{pattern[:-1]}')}) AND NOT contains({quoted}, chr(10)))"
    return f"regexp_full_match({quoted}, {literal(pattern)})"


def _check_rule(check: Ordered | Needs) -> Rule:
    if isinstance(check, Ordered):
        return Rule(
            f"{check.low}.{check.high}.ordered",
            (check.low, check.high),
            f'coalesce("{check.low}" <= "{check.high}", true)',
            (
                "ExpectColumnPairValuesAToBeGreaterThanB",
                {
                    "column_A": check.high,
                    "column_B": check.low,
                    "or_equal": True,
                    "ignore_row_if": "either_value_is_missing",
                },
            ),
            f"{check.low} is not after or above {check.high}",
        )
    return Rule(
        f"{check.column}.needed",
        (check.column, check.when),
        f'("{check.when}" IS NULL OR "{check.column}" IS NOT NULL)',
        ("ExpectColumnValuesToNotBeNull", {"column": check.column}),
        f"{check.column} is known where {check.when} is",
        given=check.when,
    )


def literal(value: object) -> str:
    """Write a Python value as a SQL literal."""
    import datetime as dt

    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)


def arrow_schema(table: Table, lineage: bool = False) -> "pa.Schema":
    """Return the Arrow schema of a table, with meaning, unit and constraints in each field's metadata.

    With `lineage`, the columns of LINEAGE are added: the shape in which rows reach the gate.
    """
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "int64": pa.int64(),
        "double": pa.float64(),
        "bool": pa.bool_(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us", tz="UTC"),
        "list<string>": pa.list_(pa.string()),
        "list<double>": pa.list_(pa.float64()),
    }
    fields = []
    for column in table.columns:
        notes = {"meaning": column.meaning, "unit": column.unit, "reference": column.reference}
        # Nullable even where null is refused: the gate judges nulls, and readers differ on required fields.
        fields.append(pa.field(column.name, types[column.type], metadata={k: v for k, v in notes.items() if v}))
    if lineage:
        fields += [pa.field(name, types[kind]) for name, kind in LINEAGE.items()]
        return pa.schema(fields)
    return pa.schema(fields, metadata={"table": table.name, "one_row_per": table.one_row_per})


def constraint(column: Column) -> str:
    """Say in a few words what must hold of a column's values."""
    said = [] if column.nullable else ["never null"]
    if column.low is not None or column.high is not None:
        said.append(f"{'' if column.low is None else column.low} … {'' if column.high is None else column.high}")
    if column.allowed:
        said.append(" · ".join(f"`{v}`" if v else "(empty)" for v in column.allowed))
    if column.pattern:
        said.append("`" + column.pattern.replace("|", "\\|") + "`")
    if column.reference:
        said.append(f"→ {column.reference}")
    return "; ".join(said)


def dictionary(table: Table) -> str:
    """Write the dictionary page of a table, in Markdown, with a snippet that runs on a release."""
    lines = [
        f"# {table.name}",
        "",
        f"One row per {table.one_row_per}. Key: {', '.join(f'`{k}`' for k in table.key)}.",
        "",
        "| column | type | unit | meaning | holds |",
        "|---|---|---|---|---|",
    ]
    lines += [f"| `{c.name}` | {c.type} | {c.unit} | {c.meaning} | {constraint(c)} |" for c in table.columns]
    if table.checks:
        lines += ["", "Across columns: " + "; ".join(_check_rule(check).says for check in table.checks) + "."]
    if table.warnings:
        lines += ["", *(f"- **Caution**: {warning}" for warning in table.warnings)]
    lines += [
        "",
        "```python",
        "import warehouse",
        f'table = warehouse.open().read("{table.name}")  # a pandas DataFrame of the current release',
        "```",
        "",
    ]
    return "\n".join(lines)
