"""Judge the rows of a chunk against the contract of their table: which are kept, which refused, and why.

Great Expectations judges chunks up to `WHOLE` rows whole. In larger parts the contract's SQL predicate
judges every row, and Great Expectations the refused rows, a fixed sample and the aggregates. Both give the
same verdict on every simulated bad row: a test holds that.
"""

import datetime as dt
import logging
import os
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from expectations import lean
from expectations.contract import Rule, Table, arrow_schema, literal

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.core.batch_definition import BatchDefinition

WHOLE = 1_000_000
SAMPLE = 100_000

Refusals = dict[int, list[str]]
"""Row number in the chunk → names of the rules it breaks."""


def judge(chunk: pa.Table, table: Table, large: bool = False) -> Refusals:
    """Return the refused rows of a chunk (shape of `arrow_schema(table, lineage=True)`) and the rules they break.

    `large` says that the chunk belongs to a part of more than `WHOLE` rows.
    """
    if not large and chunk.num_rows <= WHOLE:
        return by_expectations(chunk, table)
    refused = by_predicate(chunk, table)
    # Great Expectations sees what SQL refused and every k-th row; a difference would be our own error.
    step = max(1, chunk.num_rows // SAMPLE)
    seen = sorted({*refused, *range(0, chunk.num_rows, step)})
    second = by_expectations(chunk.take(pa.array(seen)), table)
    if {seen[i]: rules for i, rules in second.items()} != refused:
        raise AssertionError(f"{table.name}: SQL and Great Expectations disagree on the same rows")
    return refused


def broken(table: Table, constants: Mapping[str, str] | None = None) -> str:
    """Return a SQL condition that is true where a row breaks a rule of its table.

    `constants` are columns of one known value: rules on them alone are tried here, once.
    """
    fixed = constants or {}
    row = ", ".join(f'{literal(value)} AS "{name}"' for name, value in fixed.items())
    rules = []
    with duckdb.connect() as connection:
        for rule in table.rules:
            if set(rule.columns) <= set(fixed):
                (holds,) = connection.execute(f"SELECT {rule.sql} FROM (SELECT {row})").fetchall()[0]
                if holds:
                    continue
            rules.append(rule.sql)
    return f"NOT ({' AND '.join(rules)})" if rules else "false"


def judge_refused(chunk: pa.Table, table: Table) -> Refusals:
    """Return the rules that rows break which the SQL predicate refused; Great Expectations must say the same."""
    refused = by_predicate(chunk, table)
    if by_expectations(chunk, table) != refused or len(refused) < chunk.num_rows:
        raise AssertionError(f"{table.name}: SQL and Great Expectations disagree on the same rows")
    return refused


def judge_kept(connection: duckdb.DuckDBPyConnection, kept: str, rows: int, table: Table) -> None:
    """Have Great Expectations judge a sample of the rows that SQL let pass, and their aggregates.

    `kept` is a table of the connection in the contract's shape, `rows` about how many rows it has. Raises
    AssertionError where one is refused: a difference would be our own error.
    """
    columns = ", ".join(f'"{name}"' for name in arrow_schema(table, lineage=True).names)
    step = max(1, rows // SAMPLE)
    sample = connection.sql(f"SELECT {columns} FROM {kept} WHERE rowid % {step} = 0").to_arrow_table()
    if by_expectations(sample, table):
        raise AssertionError(f"{table.name}: SQL and Great Expectations disagree on the same rows")
    bounds = _figures(table)
    if not bounds:
        return
    found = connection.execute(f"SELECT {', '.join(sql for sql, *_ in bounds.values())} FROM {kept}").fetchall()[0]
    figures: dict[str, Figure] = {
        name: (value, least, most)
        for (name, (_, least, most)), value in zip(bounds.items(), found, strict=True)
        if value is not None  # a column without values has no least
    }
    if figures and (failed := judge_aggregates(figures)):
        raise AssertionError(f"{table.name}: SQL let pass what Great Expectations refuses: {'; '.join(failed)}")


def _figures(table: Table) -> dict[str, tuple[str, float | None, float | None]]:
    """Return figures over a whole table by name: the SQL aggregate, the least it may be and the most."""
    found: dict[str, tuple[str, float | None, float | None]] = {}
    for column in table.columns:
        name = f'"{column.name}"'
        if not column.nullable:
            found[f"{column.name}: nulls"] = (f"count(*) - count({name})", None, 0)
        as_number = "epoch({})" if column.type in ("date", "timestamp") else "{}"
        if column.low is not None:
            found[f"{column.name}: least"] = (as_number.format(f"min({name})"), _number(column.low), None)
        if column.high is not None:
            found[f"{column.name}: most"] = (as_number.format(f"max({name})"), None, _number(column.high))
    return found


def _number(bound: Any) -> float:
    """Return a bound as a number: a day as its seconds since 1970, as DuckDB's `epoch` says it."""
    if isinstance(bound, dt.datetime):
        return bound.timestamp()
    if isinstance(bound, dt.date):
        return float((bound - dt.date(1970, 1, 1)).days * 86_400)
    return float(bound)


def by_predicate(chunk: pa.Table, table: Table) -> Refusals:
    """Judge every row by the contract's SQL predicate."""
    if not table.rules:
        return {}
    cases = ", ".join(f"CASE WHEN NOT ({rule.sql}) THEN '{rule.name}' END" for rule in table.rules)
    with duckdb.connect() as connection:
        connection.register("chunk", chunk.append_column("_row", pa.array(range(chunk.num_rows), pa.int64())))
        found = connection.execute(
            f"""
            SELECT _row, list_filter([{cases}], lambda r: r IS NOT NULL) AS rules
            FROM chunk
            WHERE {broken(table)}
            ORDER BY _row
            """
        ).fetchall()
    return {row: sorted(rules) for row, rules in found}


def by_expectations(chunk: pa.Table, table: Table) -> Refusals:
    """Judge every row by the contract's Great Expectations suite, in one batch."""
    if not chunk.num_rows or not table.rules:
        return {}
    judged = {name for rule in table.rules for name in (*rule.columns, rule.given) if name}
    frame = _frame(chunk.select([n for n in chunk.column_names if n in judged]))
    refused: Refusals = {}
    for outcome in _validate(frame, table.name, _expectations(table)):
        rule = outcome.expectation_config.meta["rule"]
        places = outcome.result.get("unexpected_index_list")
        if not places:
            raise AssertionError(f"{table.name}: rule {rule} could not be judged: {outcome.exception_info}")
        for where in places:
            refused.setdefault(int(where["_row"]), []).append(rule)
    return {row: sorted(rules) for row, rules in sorted(refused.items())}


def _frame(rows: pa.Table) -> "pd.DataFrame":
    """Turn rows into a frame with their numbers; a list, of which only null is judged, becomes its length.

    Great Expectations pickles each batch to name it, and pickling 100,000 lists takes seconds.
    """
    plain = {
        name: pc.list_value_length(column) if pa.types.is_list(column.type) else column
        for name, column in zip(rows.column_names, rows.columns, strict=True)
    }
    frame = pa.table(plain).to_pandas()
    frame["_row"] = range(len(frame))
    return frame


Figure = tuple[float | None, float | None, float | None]
"""A figure over a whole table, the least it may be and the most; None for no bound."""


def judge_aggregates(figures: dict[str, Figure]) -> list[str]:
    """Judge figures by name, in one batch with a row each. Return what fails, in words.

    Uniqueness, references, balance and drift over whole parts are computed in DuckDB, since Great
    Expectations cannot judge a DuckDB table; it judges the figures.
    """
    import pandas as pd

    names = list(figures)
    frame = pd.DataFrame(list(figures.values()), columns=["figure", "least", "most"], dtype="float64")
    frame["_row"] = range(len(frame))
    outcomes = _validate(frame, "figures", _bounds())
    failed = sorted({int(at["_row"]) for o in outcomes for at in o.result.get("unexpected_index_list") or ()})
    if outcomes and not failed:
        raise AssertionError(f"figures could not be judged: {outcomes}")
    return [_said(names[row], *figures[names[row]]) for row in failed]


def _said(name: str, value: float | None, least: float | None, most: float | None) -> str:
    if least == most:
        return f"{name} is {value}, expected {least}"
    return f"{name} is {value}, expected {'any' if least is None else least} to {'any' if most is None else most}"


@cache
def _bounds() -> tuple[Any, ...]:
    expectations = lean.great_expectations().expectations
    pair: dict[str, Any] = {"or_equal": True, "ignore_row_if": "either_value_is_missing"}
    return (
        expectations.ExpectColumnValuesToNotBeNull(column="figure", meta={"rule": "known"}),
        expectations.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="figure", column_B="least", meta={"rule": "least"}, **pair
        ),
        expectations.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="most", column_B="figure", meta={"rule": "most"}, **pair
        ),
    )


@cache
def _expectations(table: Table) -> tuple[Any, ...]:
    return tuple(_expectation(rule) for rule in table.rules)


def _expectation(rule: Rule) -> Any:
    expectations = lean.great_expectations().expectations
    from great_expectations.expectations.row_conditions import Column as GivenColumn

    name, arguments = rule.expectation
    if rule.given:
        arguments = arguments | {"row_condition": GivenColumn(rule.given).is_not_null()}
    return getattr(expectations, name)(**arguments, meta={"rule": rule.name, "says": rule.says})


@cache
def _batch_definition() -> "BatchDefinition":
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    gx = lean.great_expectations()
    # This one logger sets its own level and announces a temporary folder on every night's log.
    logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    # Progress bars of a library inside ours are noise in a night's log.
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_pandas("rows")
    definition: BatchDefinition = source.add_dataframe_asset("chunk").add_batch_definition_whole_dataframe("all")
    return definition


_WHETHER = {"result_format": "BOOLEAN_ONLY"}
_WHICH = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": ["_row"],
    "include_unexpected_rows": False,
}


def _validate(frame: "pd.DataFrame", name: str, expectations: tuple[Any, ...]) -> list[Any]:
    """Validate a frame in one batch; return the outcomes of the expectations that fail, with the failing rows.

    Great Expectations first says only whether each holds, which nearly all do, in half the time.
    """
    batch = _batch_definition().get_batch(batch_parameters={"dataframe": frame})
    whether = batch.validate(_suite(name, expectations), result_format=_WHETHER).results
    broken = {outcome.expectation_config.meta["rule"] for outcome in whether if not outcome.success}
    if not broken:
        return []
    suite = _suite(name, tuple(e for e in expectations if e.meta["rule"] in broken))
    return list(batch.validate(suite, result_format=_WHICH).results)


def _suite(name: str, expectations: tuple[Any, ...]) -> Any:
    return lean.great_expectations().ExpectationSuite(name=name, expectations=list(expectations))


def refused_schema(table: Table) -> pa.Schema:
    """Return the Arrow schema of a table's quarantine: its columns, the lineage, the rules and the reason."""
    schema = arrow_schema(table, lineage=True)
    return pa.schema([*schema, pa.field("rules", pa.list_(pa.string())), pa.field("reason", pa.string())])
