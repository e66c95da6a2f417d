"""Rows made from a contract: good ones for demonstrations and tests, and one bad row for each rule.

Every value is simulated; nothing here is a record of anybody.
"""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from expectations.contract import Column, Ordered, Table

Row = dict[str, Any]


def value(column: Column, n: int, chance: random.Random) -> Any:
    """Return a value that the column accepts, made for row `n`."""
    if column.allowed:
        return chance.choice(column.allowed)
    match column.type:
        case "string":
            return (column.sample or f"{column.name} {{n}}").format(n=n)
        case "list<string>":
            return [column.sample.format(n=n)] if column.sample else []
        case "list<double>":
            return [chance.random()]
        case "bool":
            return chance.random() < 0.5
        case "timestamp":
            return dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=n)
        case "date":
            low = column.low or dt.date(2010, 1, 1)
            return max(low, dt.date(2010, 1, 1)) + dt.timedelta(days=chance.randrange(5000))
    low = 0 if column.low is None else column.low
    high = low + 1_000_000 if column.high is None else column.high
    return n if column.type == "int64" and low <= n <= high else type(low)(low + chance.random() * (high - low))


def rows(table: Table, count: int, seed: int = 0) -> list[Row]:
    """Return `count` simulated rows that keep every rule of the table, the same for the same seed."""
    chance = random.Random(f"{table.name}/{seed}")
    return [_row(table, n, chance) for n in range(1, count + 1)]


def _row(table: Table, n: int, chance: random.Random) -> Row:
    row = {column.name: value(column, n, chance) for column in table.columns}
    # An order over three columns (lower, value, upper) is a chain: sort its values into place.
    names = list(dict.fromkeys(name for check in _orders(table) for name in (check.low, check.high)))
    row |= dict(zip(names, sorted(row[name] for name in names), strict=True))
    if table.layer == "core":
        row |= {"_file": "simulated.csv", "_line": n + 1, "_problem": None, "_dropped": None}
    return row


def bad_rows(table: Table, seed: int = 0) -> Iterator[tuple[str, Row]]:
    """Yield (name of the rule, a simulated row that breaks this rule and no other)."""
    chance = random.Random(f"bad/{table.name}/{seed}")
    n = 1000
    for rule in table.rules:
        n += 1
        row = _row(table, n, chance)
        kind = rule.name.rpartition(".")[2]
        if rule.name == "parsed":
            row["_problem"] = "amount: 'xxxxxxx' is not a number"
        elif kind == "known":
            row[rule.columns[0]] = None
        elif kind == "set":
            row[rule.columns[0]] = "not in the set"
        elif kind == "pattern":
            row[rule.columns[0]] = f"\n{row[rule.columns[0]]}"
        elif kind == "range":
            column = table.column(rule.columns[0])
            row[column.name] = _outside(column, any(c.high == column.name for c in _orders(table)))
            _follow(table, row, column.name)
        elif kind == "ordered":
            low, high = rule.columns
            row[low], row[high] = _apart(table.column(low), row[low], row[high])
            _forget(table, row, rule.columns)
        elif kind == "needed":
            row[rule.columns[0]] = None
        yield rule.name, row


def _orders(table: Table) -> list[Ordered]:
    return [check for check in table.checks if isinstance(check, Ordered)]


def _outside(column: Column, above: bool) -> Any:
    """Leave the range on the side that keeps a pair of columns in order, where there is a choice."""
    step: Any = dt.timedelta(days=1) if column.type == "date" else 1
    above = column.low is None or (above and column.high is not None)
    return column.high + step if above else column.low - step


def _follow(table: Table, row: Row, name: str) -> None:
    """Blank what a value out of range would put out of order."""
    for check in _orders(table):
        if name in (check.low, check.high) and row[check.low] > row[check.high]:
            row[check.high if name == check.low else check.low] = None


def _apart(column: Column, low: Any, high: Any) -> tuple[Any, Any]:
    step: Any = dt.timedelta(days=1) if column.type == "date" else 1
    return (high, low) if high > low else (low + step, low)


def _forget(table: Table, row: Row, kept: tuple[str, ...]) -> None:
    for check in _orders(table):
        if (check.low in kept) != (check.high in kept):
            row[check.high if check.low in kept else check.low] = None
