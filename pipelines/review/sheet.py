"""The list of names as a file for a spreadsheet, and the answers filled into it."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipelines.review.answer import Answer
from pipelines.review.worklist import CANDIDATES, Item
from pipelines.source import SourceError
from warehouse import files

ASKED = ("answer", "credit", "reason")
"""Columns a reviewer fills in: 1 to 5 for a candidate, a ROR id, or none; whom to credit, where another; and why."""

_CANDIDATES = tuple(f"candidate_{n}" for n in range(1, CANDIDATES + 1))
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NEEDED = ("name", "country", "answer")


def write(path: Path, items: Sequence[Item]) -> None:
    """Write names with an empty column `answer`; SourceError where the file is there: it may hold answers."""
    if path.exists():
        raise SourceError(
            f"{path} is there, and may hold answers",
            rule="out",
            mend=f"take them with iur review --answers {path}, then write another file",
        )
    out = io.StringIO()
    columns = ("name", "country", "sources", "records", "money", "status", "score", "now", "doubt", "why")
    writer = csv.DictWriter(out, [*columns, *ASKED, *_CANDIDATES], restval="", lineterminator="\n")
    writer.writeheader()
    for item in items:
        cells: dict[str, Any] = {
            "name": item.name,
            "country": item.country,
            "sources": ", ".join(item.sources),
            "records": item.records,
            "money": money(item),
            "status": item.status,
            "score": "" if item.score is None else f"{item.score:.3f}",
            "now": f"{item.answer_name} {item.answer_id}".strip(),
            "doubt": f"{item.doubt:.2f}",
            "why": item.why,
        }
        cells |= {
            column: " · ".join(filter(None, (c.id, c.name, c.place)))
            for column, c in zip(_CANDIDATES, item.candidates, strict=False)
        }
        writer.writerow({k: _shielded(v) if isinstance(v, str) else v for k, v in cells.items()})
    files.write(path, "\ufeff" + out.getvalue())  # the mark tells spreadsheets that this is UTF-8


def money(item: Item) -> str:
    """Write the money told of a name: 1,200,000 EUR + 30,000 GBP."""
    return " + ".join(f"{amount:,.0f} {currency}" for currency, amount in item.money.items())


def read(path: Path) -> tuple[list[tuple[int, Answer]], dict[int, SourceError], int]:
    """Return the answers filled in with their lines, what is wrong by line, and how many rows are left empty.

    Commas, semicolons and tabs part columns, as spreadsheets of several countries write them. Raises SourceError where
    the file is none of ours.
    """
    answers, wrong, empty = [], {}, 0
    for line, row in _rows(path):
        told = {column: (row.get(column) or "").strip() for column in (*_NEEDED, *ASKED)}
        if not told["answer"]:
            if told["credit"]:
                wrong[line] = _bad(path, line, "whom to credit is said, and no answer", "fill in answer as well")
            empty += 1
            continue
        try:
            named = _named(told["answer"], row)
        except ValueError as error:
            wrong[line] = _bad(path, line, str(error), "1 to 5 for a candidate, a ROR id, or none")
            continue
        name = _bare(row["name"] or "")
        answers.append((line, Answer(name, _bare(told["country"]), named, told["credit"], "", told["reason"])))
    return answers, wrong, empty


def _named(answer: str, row: dict[str, str]) -> str:
    """Return the id that an answer says: '' for none; ValueError where it says nothing that can be understood."""
    if answer.casefold() == "none":
        return ""
    if not (answer.isascii() and answer.isdigit() and len(answer) < 3):
        return answer
    told = (row.get(f"candidate_{int(answer)}") or "").partition(" ")[0]
    if not told:
        raise ValueError(f"no candidate {answer} in the row")
    return told


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Return the rows with the line on which each begins."""
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"not UTF-8 at byte {error.start}", file=str(path), rule="encoding", mend="save it as CSV UTF-8"
        ) from error
    lines = text.splitlines(keepends=True)
    first = lines[0] if lines else ""
    parted = max(",;\t", key=first.count)
    reader = csv.DictReader(lines, delimiter=parted)
    if missing := [c for c in _NEEDED if c not in (reader.fieldnames or ())]:
        raise SourceError(
            f"no column {', '.join(missing)}",
            file=str(path),
            line=1,
            rule="columns",
            mend="take the file that iur review --out wrote, and keep its first line",
        )
    before = reader.line_num
    for row in reader:
        yield before + 1, row
        before = reader.line_num


def _bad(path: Path, line: int, what: str, mend: str) -> SourceError:
    return SourceError(what, file=str(path), line=line, rule="answer", mend=mend)


def _shielded(cell: str) -> str:
    """Keep a spreadsheet from computing a name: some begin like a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _bare(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
