"""Lists as delimited text: each row goes out as it came in, byte for byte but for the cells added at its end.

The separator is the one under which the header holds the columns asked for: of files named CSV many have semicolons.
Nothing is guessed about damage: bytes that are no text, a NUL, an open quote, a row too long are told with their line.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from pipelines.lists import asking, block
from pipelines.lists.block import Answer, Block, Key
from pipelines.source import SourceError

LONGEST = 16_000_000
"""Letters of one row: more are a quote that never ends."""

SEPARATORS = (",", "\t", ";", "|")
_ESCAPED = re.compile("[\udc80-\udcff]")
"""How Python writes bytes that it could not decode (PEP 383)."""

csv.field_size_limit(LONGEST)


class Lines:
    """The lines of a file, with their number; those of one row stay until they are taken. Raises SourceError."""

    def __init__(self, file: IO[bytes], name: str, encoding: str) -> None:
        text = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
        self._file = io.TextIOWrapper(file, text, errors="surrogateescape", newline="")
        self._name, self._encoding = name, encoding
        self._held: list[str] = []
        self._letters = 0
        self.number = 0

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        try:
            line = self._file.readline(LONGEST + 1)
        except UnicodeError as error:
            raise self._undecoded(str(error), self.number + 1) from error
        if not line:
            raise StopIteration
        self.number += 1
        if not line.isascii() and (found := _ESCAPED.search(line)):
            raise self._undecoded(f"byte 0x{ord(found[0]) - 0xDC00:02X} at letter {found.start() + 1}", self.number)
        if "\0" in line:
            raise self.failed(
                "holds a NUL byte",
                "text",
                "if a spreadsheet wrote it, --encoding utf-16; else it is damaged, or no text",
                self.number,
            )
        self._held.append(line)
        self._letters += len(line)
        if self._letters > LONGEST:
            raise self.failed(
                f"a row of more than {LONGEST:,} letters", "quotes", "close or double the quote that is open"
            )
        return line

    def take(self) -> str:
        """Return the lines read since the last call, as they stand in the file."""
        taken = self._held[0] if len(self._held) == 1 else "".join(self._held)
        self._held, self._letters = [], 0
        return taken

    @property
    def begin(self) -> int:
        """Number of the line on which the row begins that is read now."""
        return self.number - len(self._held) + 1 if self._held else self.number + 1

    def failed(self, what: str, rule: str, mend: str, line: int | None = None) -> SourceError:
        """Return the failure of a line, the one a row begins on by default."""
        return SourceError(what, file=self._name, line=line or self.begin, rule=rule, mend=mend)

    def _undecoded(self, what: str, line: int) -> SourceError:
        return self.failed(
            f"is not {self._encoding}: {what}", "encoding", "say what it is, as --encoding latin-1, or utf-16", line
        )


@dataclass
class Reader:
    """A list being read: its header as it stands, and where the columns asked for are."""

    lines: Lines
    name: str
    header: str
    separator: str
    width: int
    places: asking.Places

    def blocks(self) -> Iterator[Block]:
        """Yield the rows; a blank line is kept, a row that lacks its last cells gets them. Raises SourceError."""
        reader = csv.reader(self.lines, delimiter=self.separator, strict=True)
        held: list[str] = []
        asked: list[Key | None] = []
        letters = 0
        while True:
            begin = self.lines.begin
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                raise _unquoted(self.lines, error) from error
            row = self.lines.take()
            if len(cells) > self.width:
                raise self.lines.failed(
                    f"{len(cells)} cells where the header has {self.width}",
                    "columns",
                    "quote cells that hold the separator",
                    begin,
                )
            if not cells:
                asked.append(None)
            else:
                if lacking := self.width - len(cells):  # spreadsheets leave empty cells at the end out
                    body, end = split(row)
                    row = body + self.separator * lacking + end
                    cells += [""] * lacking
                asked.append(self.places.key(cells, self.name, begin))
            held.append(row)
            letters += len(row)
            if len(held) == block.ROWS or letters > block.LETTERS:
                yield Block(held, asked)
                held, asked, letters = [], [], 0
        if held:
            yield Block(held, asked)


def reader(file: IO[bytes], name: str, columns: dict[str, str], encoding: str = "utf-8") -> Reader:
    """Read the header of a list and find its separator and the columns asked for. Raises SourceError."""
    lines = Lines(file, name, encoding)
    try:
        next(csv.reader(lines, strict=True))
    except StopIteration:
        raise SourceError(
            "is empty", file=name, line=1, rule="columns", mend="its first line names the columns"
        ) from None
    except csv.Error as error:
        raise _unquoted(lines, error) from error
    header = lines.take()
    found = {s: next(csv.reader(io.StringIO(header, newline=""), delimiter=s)) for s in SEPARATORS}
    wanted = {c.strip() for c in columns.values()}
    fitting = [s for s in SEPARATORS if wanted <= {h.strip() for h in found[s]}]
    separator = fitting[0] if fitting else max(SEPARATORS, key=lambda s: len(found[s]))
    there = found[separator]
    return Reader(lines, name, header, separator, len(there), asking.places(there, columns, name))


def _unquoted(lines: Lines, error: csv.Error) -> SourceError:
    is_open = "unexpected end" in str(error) or "field larger" in str(error)
    what = "a quoted cell never ends" if is_open else f"row cannot be split into cells: {error}"
    return lines.failed(what, "quotes", "close the quote; a quote inside a quoted cell is doubled")


def split(row: str) -> tuple[str, str]:
    """Part a row from its line end; the last row of a file may have none."""
    body = row[:-2] if row.endswith("\r\n") else row[:-1] if row.endswith(("\n", "\r")) else row
    return body, row[len(body) :]


class Writer:
    """Write the rows of a list with the answers at their end, in UTF-8 and the list's own separator."""

    def __init__(self, file: IO[bytes], source: Reader) -> None:
        self._file, self._separator = file, source.separator
        body, end = split(source.header)
        self._file.write((body + self.render(block.ADDED) + end).encode())

    def render(self, answer: Answer) -> str:
        """Return an answer as the text that goes behind a row."""
        cells = io.StringIO()
        csv.writer(cells, delimiter=self._separator, lineterminator="").writerow(answer)
        return self._separator + cells.getvalue()

    def write(self, one: Block, answers: list[str | None]) -> None:
        """Write a block's rows."""
        rows = []
        for row, answer in zip(one.held, answers, strict=True):
            if answer is None:
                rows.append(row)
                continue
            body, end = split(row)
            rows += (body, answer, end)
        self._file.write("".join(rows).encode())

    def close(self) -> None:
        """Do nothing: whoever opened the file closes it."""
