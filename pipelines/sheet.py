"""Spreadsheets: the first sheet of an xlsx file as delimited text, so that one reader reads both.

The file is streamed, row by row. A row keeps the number it has in the sheet.
"""

import csv
import datetime as dt
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.source import SourceError


def as_csv(path: Path, name: str, into: Path) -> Path:
    """Write the cells of a file's first sheet as comma-separated text, a line a row; return its path.

    Formulas are given by the values that were kept with them. Raises SourceError where the file is no workbook.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with path.open("rb") as file, into.open("w", encoding="utf-8", newline="") as text:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            try:
                sheet = book.worksheets[0]
                # What the file says of its own size is wrong in many exports.
                sheet.reset_dimensions()
                csv.writer(text, lineterminator="\n").writerows(_rows(sheet.iter_rows(values_only=True)))
            finally:
                book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, IndexError, ValueError, OSError, EOFError) as error:
        raise SourceError(
            f"is not a workbook: {error}",
            file=name,
            rule="spreadsheet",
            mend="open it and save it as xlsx without a password, or as CSV",
        ) from error
    return into


def _rows(found: Iterator[tuple[Any, ...]]) -> Iterator[list[str]]:
    """Yield rows as wide as the header, wider only where a cell beyond it holds something."""
    width = 0
    for row in found:
        cells = [_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        width = width or len(cells)
        yield cells + [""] * (width - len(cells)) if cells else []


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.date):
        return cell.isoformat()
    # A row is a line: its number is told by counting lines.
    return " ".join(str(cell).splitlines())
