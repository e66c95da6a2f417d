"""Read again, by the exact reader, the records of a delimited file that DuckDB rejects; count the file's lines."""

import csv
import io
import mmap
import re
from collections.abc import Iterator

import numpy as np

from pipelines import read

PIECE = 1 << 24

Row = tuple[list[str] | None, int, str | None]
"""Cells, the line on which the record begins, and what is wrong with it."""

Rejected = tuple[int, str, bool]
"""Where DuckDB found fault, the record's text as it tells it, and whether the fault was a quote."""


def count_lines(content: mmap.mmap, places: list[int]) -> tuple[list[int], int, bool]:
    """Return the lines in which some places of a file lie, how many lines there are, as Python counts them,
    and whether any ends in a carriage return."""
    has_returns, found, line, at = False, [], 1, 0
    for place in (*places, len(content)):
        while at < place:
            end = min(at + PIECE, place)
            if content[end - 1 : end] == b"\r" and end < place:
                end += 1
            piece = content[at:end]
            line += piece.count(b"\n")
            if b"\r" in piece:
                has_returns = True
                line += piece.count(b"\r") - piece.count(b"\r\n")
            if at // PIECE < end // PIECE:  # the pages read count as memory of ours until they are let go
                content.madvise(mmap.MADV_DONTNEED)
            at = end
        found.append(line)
    content.madvise(mmap.MADV_DONTNEED)
    is_open = content[-1:] not in (b"\n", b"\r")
    return found[:-1], found[-1] - 1 + is_open, has_returns


def again(
    content: mmap.mmap,
    rejected: list[Rejected],
    lines: list[int],
    width: int,
    name: str,
    delimiter: str,
) -> tuple[list[Row], np.ndarray, np.ndarray] | None:
    """Read rejected records by the exact reader; return them, their lines, and how many lines each takes.

    Returns None where one does not begin a line, or is not where DuckDB says.
    """
    is_open = content[-1:] not in (b"\n", b"\r")
    found, starts, taken, end = [], [], [], 0
    for (place, text, is_quote), line in zip(rejected, lines, strict=True):
        if place < end:  # another fault of the same record
            continue
        # DuckDB writes what is not UTF-8 as question marks, and puts half of a line end before a record.
        begins = re.split("[?\ufffd]", text, maxsplit=1)[0].encode()
        if content[place - 1] not in b"\r\n" or content[place : place + len(begins)] != begins:
            return None
        place += content[place - 1 : place + 1] == b"\r\n"
        passed: list[str] = []
        reader = csv.reader(_from(content, place, passed), delimiter=delimiter, strict=True)
        rows = read.records(reader, width, name, line - 1, is_open)
        before, row = 0, next(rows, None)
        if is_quote and row and row[2] is None and not _has_odd_bytes(row):
            # Of a stray quote in the first cell, DuckDB tells the place of the record before.
            before, row = reader.line_num, next(rows, None)
        if row is None:
            return None
        found.append(row)
        if len(found) % 32 == 0:  # a look at a record brings in as much as two megabytes around it
            content.madvise(mmap.MADV_DONTNEED)
        end = place + sum(len(one.encode("utf-8", "surrogateescape")) for one in passed)
        if is_open and end == len(content):
            next(rows, None)  # the last one: it may be cut
        starts.append(line + before)
        taken.append(reader.line_num - before)
    return found, np.array(starts, np.int64), np.array(taken, np.int64)


def _has_odd_bytes(row: Row) -> bool:
    return any(not cell.isascii() and bool(re.search("[\udc80-\udcff]", cell)) for cell in row[0] or ())


def _from(content: mmap.mmap, place: int, passed: list[str]) -> Iterator[str]:
    """Yield the lines of a file from some place on, and note which."""
    while place < len(content):
        end = content.find(b"\n", place) + 1 or len(content)
        for line in io.StringIO(content[place:end].decode("utf-8", "surrogateescape"), newline=""):
            passed.append(line)
            yield line
        place = end
