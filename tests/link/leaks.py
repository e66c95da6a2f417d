"""Look for labelled strings in what linking reads: seeds, data files and string literals of the code."""

import ast
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.link import names

UNCITED = ("general knowledge", "not yet confirmed", "not yet tried")
"""Words of a source that is no citation."""
GENERIC = frozenset({"university", "hospital", "institute", "college", "industry", "none", "unknown"})
"""Labelled strings of one common word: as vocabulary they say nothing about any organisation."""
NOT_DATA = {".py", ".pyc"}


@dataclass(frozen=True)
class Text:
    """A piece of text that linking reads, and where it stands; `is_cited` if it is a holder with its own citation."""

    where: str
    text: str
    is_cited: bool = False


def keys(text: str) -> set[str]:
    """Return the two forms in which strings are compared: raw without case, and the normal form."""
    return {text.strip().casefold(), names.forms(text).plain} - {""}


def leaks(texts: Iterable[Text], labelled: Iterable[str], registry: set[str]) -> list[Text]:
    """Return the texts that are a labelled string, but for the registry's names, cited holders and generic words.

    `registry` holds the keys of every name of ROR. A label that is a name of the registry is no secret.
    """
    told = {key for label in labelled if not keys(label) & registry for key in keys(label)} - GENERIC
    return [one for one in texts if not one.is_cited and keys(one.text) & told and not keys(one.text) & registry]


def of_seeds(folder: Path) -> Iterator[Text]:
    """Yield every cell of every seed, and its parts between bars."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line, row in enumerate(csv.DictReader(file), 2):
                source = (row.get("source") or "").casefold()
                is_cited = path.stem == "ip_holders" and bool(source) and not any(word in source for word in UNCITED)
                for column, cell in row.items():
                    for part in {cell or "", *(cell or "").split("|")}:
                        yield Text(f"{path.name}:{line} {column}", part, is_cited)


def of_code(folder: Path) -> Iterator[Text]:
    """Yield every string literal of the code, docstrings included, and its lines and parts between bars."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for part in {node.value, *node.value.split("|"), *node.value.splitlines()}:
                    yield Text(f"{path.relative_to(folder.parent)}:{node.lineno}", part)


def of_data(folder: Path) -> Iterator[Text]:
    """Yield every line and every cell of the data files shipped beside the code; of binary ones what reads as text."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix not in NOT_DATA):
        for number, line in enumerate(path.read_bytes().decode("utf-8", "ignore").splitlines(), 1):
            for part in {line, *next(csv.reader([line.replace("\0", "")]), []), *line.split('"'), *line.split("\t")}:
                yield Text(f"{path.relative_to(folder.parent)}:{number}", part)
