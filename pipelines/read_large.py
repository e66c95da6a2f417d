"""Read giant delimited files in DuckDB, with the rows, lines and problems that the exact reader gives.

DuckDB splits and decodes; the records it rejects are read again, one by one, by the exact reader (`read.delimited`).
DuckDB knows records and not lines, so lines are counted in the file's bytes, and held against what the records take:
each row one, each line break within a cell one more. Where the two disagree (empty lines, a quote that swallowed
rows) the whole file is read by the exact reader.
"""

import csv
import mmap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from expectations.contract import literal
from pipelines import read
from pipelines.read_rejected import Rejected, Row, again, count_lines
from pipelines.source import RawTable

BLOCK = 128
"""Rows that share a line offset unless one of the lines between them belongs to no row of theirs."""

REJECTS = 200_000
"""Records that are read again one by one; of a file with more, all are."""


@dataclass(frozen=True)
class Layout:
    """What the header of a file says: its width, where the promised columns stand, and how many lines it takes."""

    width: int
    names: tuple[str, ...]
    places: list[int | None]
    lines: int


def table(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    raw: RawTable,
    name: str,
    reading: read.Reading,
    into: str,
    delimiter: str = "\t",
) -> None:
    """Read a delimited file with doubled quotes into a temporary relation named `into`.

    It has the promised columns by today's names (text; an empty cell is null), `_file`, `_line` (the line a row begins
    on) and `_problem`. New columns are noted in `reading`. Raises SourceError as `read.delimited` does.
    """
    read.refuse_html(path, name)
    drop(connection, into)
    if raw.begins or raw.replaces or not _read(connection, path, raw, name, reading, into, delimiter):
        drop(connection, into)
        _exactly(connection, path, raw, name, reading, into, delimiter)


def drop(connection: duckdb.DuckDBPyConnection, into: str) -> None:
    """Let go of what `table` made under a name."""
    connection.execute(
        f"DROP VIEW IF EXISTS {into}; DROP TABLE IF EXISTS {into}_rows; DROP TABLE IF EXISTS {into}_bad; "
        f"DROP TABLE IF EXISTS {into}_shift"
    )


def _exactly(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    raw: RawTable,
    name: str,
    reading: read.Reading,
    into: str,
    delimiter: str,
) -> None:
    """Read all rows by the exact reader: 0.3 million a second."""
    names = (*raw.columns, *raw.optional)
    columns = ", ".join(f'"{n}" VARCHAR' for n in names)
    connection.execute(f"CREATE TEMP TABLE {into}_rows ({columns}, _file VARCHAR, _line BIGINT, _problem VARCHAR)")
    cells = ", ".join(f"nullif(\"{n}\", '')" for n in names)
    for batch in read.delimited(path, raw, name, reading, delimiter):
        rows = pa.Table.from_batches([batch])  # noqa: F841  (DuckDB reads it by name)
        connection.execute(f"INSERT INTO {into}_rows SELECT {cells}, _file, _line, _problem FROM rows")
    connection.execute(f"CREATE TEMP VIEW {into} AS SELECT * FROM {into}_rows")


def _read(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    raw: RawTable,
    name: str,
    reading: read.Reading,
    into: str,
    delimiter: str,
) -> bool:
    """Read the rows by DuckDB; return whether its account of the lines is the file's."""
    layout, new = _layout(path, raw, name, delimiter)
    wanted = [place for place in layout.places if place is not None]
    # All columns are read where cells hold line breaks, as nobody may want the ones that do.
    for columns in (wanted, range(layout.width)):
        rejected = _copy(connection, path, layout, into, delimiter, columns)
        if rejected is None:
            return False
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            lines, total, has_returns = count_lines(content, [place for place, *_ in rejected])
            reread = again(content, rejected, lines, layout.width, name, delimiter)
        if reread is None:
            return False
        bad, starts, taken = reread
        good = _count(connection, f"{into}_rows")
        spare = total - layout.lines - good - int(taken.sum())
        breaks = _breaks(connection, into, columns, has_returns) if spare else np.empty(0, np.int64)
        if len(breaks) == spare:
            break
    before = _rows_before(starts - layout.lines, taken, breaks)
    if len(breaks) != spare or before is None or (before > good).any():
        return False
    shifts = np.sort(np.concatenate([np.repeat(before, taken), breaks]))
    _view(connection, into, layout, name, bad, shifts, good)
    reading.warnings += new
    reading.saw(raw, good + len(bad))
    return True


def _layout(path: Path, raw: RawTable, name: str, delimiter: str) -> tuple[Layout, list[str]]:
    """Read the header as the exact reader does; return it and the warnings about new columns."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        header, places, new = read.header(reader, raw, name)
        return Layout(len(header), (*raw.columns, *raw.optional), places, reader.line_num), new


def _copy(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    layout: Layout,
    into: str,
    delimiter: str,
    columns: Iterable[int],
) -> list[Rejected] | None:
    """Copy some columns of the records that DuckDB can read into <into>_rows, in the file's order.

    Return where in the file's bytes DuckDB found fault with the others, their text as it tells it, and whether a quote
    was the fault; None where it cannot read the file, or rejects too many.
    """
    types = ", ".join(f"c{n}: 'VARCHAR'" for n in range(layout.width))
    try:
        connection.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE {into}_rows AS
            SELECT {", ".join(f"c{n}" for n in sorted(set(columns)))}
            FROM read_csv(
                {literal(str(path))}, columns = {{{types}}}, delim = {literal(delimiter)}, quote = '"', escape = '"',
                header = true, auto_detect = false, strict_mode = true, store_rejects = true,
                rejects_table = '{into}_errors', rejects_scan = '{into}_scans', rejects_limit = {10 * REJECTS}
            )
            """
        )
        found = connection.execute(
            f"""SELECT line_byte_position - 1 AS place, any_value(csv_line), bool_or(error_type = 'UNQUOTED VALUE')
            FROM {into}_errors GROUP BY place ORDER BY place"""
        ).fetchall()
    except duckdb.Error:  # the exact reader says what is wrong with the file, if anything is
        return None
    finally:
        connection.execute(f"DROP TABLE IF EXISTS {into}_errors; DROP TABLE IF EXISTS {into}_scans")
    return found if len(found) <= REJECTS else None


def _breaks(connection: duckdb.DuckDBPyConnection, into: str, columns: Iterable[int], has_returns: bool) -> np.ndarray:
    """Return the number of each row after which a line is not a row's first: one entry a line break in a cell."""
    cells = [f"c{n}" for n in sorted(set(columns))]
    text = f"concat({', '.join(cells)})"
    ends = ("chr(10)", "chr(13)") if has_returns else ("chr(10)",)
    has_breaks = " OR ".join(f"contains({cell}, {end})" for cell in cells for end in ends)
    found = connection.sql(
        f"""
        SELECT rowid + 1 AS row_, len(regexp_replace({text}, '\r\n|\n|\r', '\n', 'g')) AS all_,
            len(regexp_replace({text}, '\r|\n', '', 'g')) AS rest
        FROM {into}_rows WHERE {has_breaks} ORDER BY rowid
        """
    ).fetchnumpy()
    return np.repeat(found["row_"].astype(np.int64), (found["all_"] - found["rest"]).astype(np.int64))


def _rows_before(lines: np.ndarray, taken: np.ndarray, breaks: np.ndarray) -> np.ndarray | None:
    """Return how many good rows stand before each rejected record, or None where its line cannot be reached.

    `lines` counts from the header's last. A rejected record's line is one more than all before it take: the good rows
    one each, those of `breaks` more, the rejected ones what is `taken`.
    """
    reached = lines - 1 - (np.cumsum(taken) - taken)
    passed = np.searchsorted(breaks + np.arange(1, len(breaks) + 1), reached, "right")
    before = reached - passed
    is_reached = before + np.searchsorted(breaks, before, "right") == reached
    is_ordered = (before >= 0).all() and (np.diff(before) >= 0).all()
    return before if is_reached.all() and is_ordered else None


def _view(
    connection: duckdb.DuckDBPyConnection,
    into: str,
    layout: Layout,
    name: str,
    bad: list[Row],
    shifts: np.ndarray,
    good: int,
) -> None:
    """Show good and rejected rows under one name, each with its line: the header's, the row's number, the shifts."""
    cells = ", ".join(
        f'{"NULL::VARCHAR" if place is None else f"c{place}"} AS "{n}"'
        for n, place in zip(layout.names, layout.places, strict=True)
    )
    line, join = f"r.rowid + {layout.lines + 1}", ""
    if len(shifts):
        blocks = _blocks(shifts, good)  # noqa: F841  (DuckDB reads it by name)
        connection.execute(f"CREATE TEMP TABLE {into}_shift AS SELECT * FROM blocks")
        line += (
            " + s.base + CASE WHEN s.places IS NULL THEN 0 ELSE len(list_filter(s.places, lambda p: p <= r.rowid)) END"
        )
        join = f"JOIN {into}_shift AS s ON s.block = r.rowid // {BLOCK}"
    query = f"""
        SELECT {cells}, {literal(name)} AS _file, {line} AS _line, NULL::VARCHAR AS _problem
        FROM {into}_rows AS r {join}"""
    if bad:
        texts = ", ".join(f"nullif(\"{n}\", '')" for n in layout.names)
        rows = pa.Table.from_batches([read.batch(bad, layout.names, layout.places, name)])  # noqa: F841
        connection.execute(f"CREATE TEMP TABLE {into}_bad AS SELECT {texts}, _file, _line, _problem FROM rows")
        query += f" UNION ALL SELECT * FROM {into}_bad"
    connection.execute(f"CREATE TEMP VIEW {into} AS {query}")


def _blocks(shifts: np.ndarray, good: int) -> pa.Table:
    """Return for each block of rows how many shifts stand before its first, and those within it, if any."""
    blocks = np.arange(good // BLOCK + 1)
    base = np.searchsorted(shifts, blocks * BLOCK, "right")
    within = np.searchsorted(shifts, (blocks + 1) * BLOCK - 1, "right") - base
    ends = pa.array(np.concatenate([[0], np.cumsum(within)]), pa.int32())
    places = pa.ListArray.from_arrays(ends, pa.array(shifts[shifts % BLOCK != 0]), mask=pa.array(within == 0))
    return pa.table({"block": blocks, "base": base, "places": places})


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    ((count,),) = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    return int(count)
