"""Look for labelled strings in what linking reads: seeds, data files and string literals of the code."""

import ast
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.link import names

UNCITED = ("general knowledge", "not yet confirmed", "not yet tried")
"""Words of a source that is no citation."""
GENERIC = {
    "university": "a word of the vocabulary, in its language and others",
    "universidad": "a word of the vocabulary",
    "environment": "a word of the vocabulary",
    "philosophy": "a word of the vocabulary",
    "london": "a city, as publishers and regions write it",
    "beijing": "a city",
    "australia": "a country",
    "china": "a country",
    "p r china": "a country",
    "pr china": "a country",
    "israel": "a country",
    "mexico": "a country",
    "méxico": "a country",
    "none": "a word of the code",
}
"""Labelled strings that are one common word or place, with the reason: they say nothing about any organisation."""
ELSEWHERE = {
    ("holder_patterns.csv", "inside"): "the name inside a pattern's example, which tests alone read",
    ("demo_institutions.csv", "reports_as"): "how simulated publishers write a name",
    ("demo_institutions.csv", "written"): "how simulated publishers write a name",
    ("epo_applicants.csv", "applicant"): "what the EPO is asked for, with the institution beside it",
    ("federal_laboratories.csv", "administrator"): "the administrator on the government's own list",
    ("federal_laboratories.csv", "phrases"): "words that tell a federal laboratory in a text, without an id",
    (
        "organisation_ids.csv",
        "name",
    ): "the publisher's name for an id: people check the row by it, the id alone is read",
    ("pipelines/demo/us/patents.py", ""): "the holder of simulated patents",
}
"""Columns of seeds, and code, that linking never reads (a test holds that), with what they are for."""
OWN_ANSWER = {
    (
        "link_overrides.csv",
        "WASHINGTON UNIVERSITY",
    ): "met in SBIR.gov's export, where both firms beside it are in St. Louis; "
    "without the row nobody is credited: ROR has no such name",
}
"""Cells of overrides with a publisher's record as their source, and why linking needs the row."""
NOT_DATA = {".py", ".pyc"}


@dataclass(frozen=True)
class Text:
    """A piece of text and where it stands; `is_excepted` if linking never reads it, or a cited holder."""

    where: str
    text: str
    is_excepted: bool = False


def keys(text: str) -> set[str]:
    """Return the two forms in which strings are compared: raw without case, and the normal form."""
    return {text.strip().casefold(), names.forms(text).plain} - {""}


def leaks(texts: Iterable[Text], labelled: Iterable[str], registry: set[str]) -> list[Text]:
    """Return the texts that are a labelled string, but for the registry's names, cited holders and generic words.

    `registry` holds the keys of every name of ROR. A label that is a name of the registry is no secret.
    """
    told = {key for label in labelled if not keys(label) & registry for key in keys(label)} - set().union(
        *map(keys, GENERIC)
    )
    return [one for one in texts if not one.is_excepted and keys(one.text) & told and not keys(one.text) & registry]


def of_seeds(folder: Path) -> Iterator[Text]:
    """Yield every cell of every seed, and its parts between bars."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line, row in enumerate(csv.DictReader(file), 2):
                source = (row.get("source") or "").casefold()
                is_cited = path.stem == "ip_holders" and bool(source) and not any(word in source for word in UNCITED)
                for column, cell in row.items():
                    for part in {cell or "", *(cell or "").split("|")}:
                        is_excepted = is_cited or (path.name, column) in ELSEWHERE or (path.name, part) in OWN_ANSWER
                        yield Text(f"{path.name}:{line} {column}", part, is_excepted)


def of_code(folder: Path) -> Iterator[Text]:
    """Yield every string literal of the code, docstrings included, and its lines and parts between bars."""
    for path in sorted(folder.rglob("*.py")):
        where = path.relative_to(folder.parent).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for part in {node.value, *node.value.split("|"), *node.value.splitlines()}:
                    yield Text(f"{where}:{node.lineno}", part, (where, "") in ELSEWHERE)


def of_data(folder: Path) -> Iterator[Text]:
    """Yield every line and every cell of the data files shipped beside the code; of binary ones what reads as text."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix not in NOT_DATA):
        for number, line in enumerate(path.read_bytes().decode("utf-8", "ignore").splitlines(), 1):
            for part in {line, *next(csv.reader([line.replace("\0", "")]), []), *line.split('"'), *line.split("\t")}:
                yield Text(f"{path.relative_to(folder.parent)}:{number}", part)
